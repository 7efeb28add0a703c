"""Article to Article: one stage a file."""
