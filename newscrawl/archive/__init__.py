"""WARC: answers requests in place of the network."""
