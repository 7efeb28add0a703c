"""A feed as a page to look at: figures of its articles, its rejects and its runs, and the articles themselves."""
