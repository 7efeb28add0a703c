"""Stories: which lines of feeds are one article in other languages and other places."""
