"""Crawl-delay: what robots.txt asks for is applied, up to a cap."""

import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request

logger = logging.getLogger(__name__)


class CrawlDelay:
    """Extension: raises a host's delay to its robots.txt's Crawl-delay, at most ``CRAWL_DELAY_MAX`` seconds."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self.delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension and listen."""
        extension = cls(crawler)
        crawler.signals.connect(extension.parsed, signals.robots_parsed)
        crawler.signals.connect(extension.apply, signals.request_reached_downloader)
        return extension

    def parsed(self, robotparser: Any, request: Request | None = None, **_: Any) -> None:
        """Note the delay that a robots.txt asks for."""
        asked = robotparser.crawl_delay(self.agent)
        host = urlsplit(request.url).netloc if request is not None else ""
        if asked and host:
            self.delays[host] = min(float(asked), self.longest)
            if self.crawler.stats is not None:
                self.crawler.stats.max_value("newscrawl/crawl_delay", self.delays[host])
            self._set(host)

    def apply(self, request: Request) -> None:
        """Give a new slot of the downloader its host's delay."""
        host = urlsplit(request.url).netloc
        if host in self.delays:
            self._set(host)

    def _set(self, host: str) -> None:
        engine = self.crawler.engine
        slots = engine.downloader.slots if engine is not None else {}
        slot = slots.get(urlsplit(f"//{host}").hostname or host)
        if slot is not None and slot.delay < self.delays[host]:
            slot.delay, slot.jitter = self.delays[host], 0  # never less than was asked for
            logger.info("%s asks for %.1f s between requests", host, slot.delay)
