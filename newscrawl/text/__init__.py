"""Pure functions on values; nothing here imports Scrapy."""
