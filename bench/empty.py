"""Settings of an empty Scrapy project: what ``scrapy startproject`` gives, with one spider."""

BOT_NAME = "bare"
SPIDER_MODULES = ["bench.bare"]
NEWSPIDER_MODULE = "bench.bare"
ROBOTSTXT_OBEY = True
FEED_EXPORT_ENCODING = "utf-8"
