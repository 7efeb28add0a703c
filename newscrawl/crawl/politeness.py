"""Manners: robots.txt as RFC 9309 says, and the delay that it asks for."""

import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

ROBOTS_MAXSIZE = 2 * 1024 * 1024
"""Largest robots.txt taken, in bytes."""

ROBOTS_PARSED = 512 * 1024
"""How much of it is parsed; RFC 9309 asks for at least 500 KiB."""


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, which allows everything where robots.txt cannot be had; RFC 9309 (2.3.1.4) forbids it.

    Server errors, 429, and a host that does not answer close the host for the run. A redirect to another host is
    followed.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules of the request's host, fetched once a run."""
        parts = urlsplit(request.url)
        if parts.netloc not in self._parsers:
            self._parsers[parts.netloc] = Deferred()
            fetch = Request(
                f"{parts.scheme}://{parts.netloc}/robots.txt",
                priority=self.DOWNLOAD_PRIORITY,
                meta={"dont_obey_robotstxt": True, "allow_offsite": True, "download_maxsize": ROBOTS_MAXSIZE},
                callback=NO_CALLBACK,
            )
            try:
                response = await self.crawler.engine.download_async(fetch)
                if response.status == 429 or response.status >= 500:
                    raise ConnectionError(f"status {response.status}")
                await self._parse_robots(response.replace(body=response.body[:ROBOTS_PARSED]), parts.netloc, request)
            except Exception as error:  # whatever it was, there are no rules to go by
                self._robots_error(error, parts.netloc)
            self._stats.inc_value("robotstxt/request_count")
        parser = self._parsers[parts.netloc]
        return await maybe_deferred_to_future(parser) if isinstance(parser, Deferred) else parser

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise ``IgnoreRequest`` where the rules, or their absence, forbid the request."""
        if isinstance(rp, _Closed):
            raise IgnoreRequest(f"robots.txt could not be read ({rp.why}): taken for a full disallow")
        super().process_request_2(rp, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        closed = _Closed(f"{type(exc).__name__}: {exc}"[:200])
        logger.warning("%s is closed for this run: robots.txt could not be read (%s)", netloc, closed.why)
        self._stats.inc_value("newscrawl/robots/closed_hosts")
        waiting, self._parsers[netloc] = self._parsers[netloc], closed
        if isinstance(waiting, Deferred):
            waiting.callback(closed)


class _Closed(RobotParser):
    """Rules of a host whose robots.txt could not be had."""

    def __init__(self, why: str) -> None:
        self.why = why

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls("")

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        return False


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
