"""What is already in the feed: an index made from it."""
