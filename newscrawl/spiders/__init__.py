"""One site, one file: facts, no code."""
