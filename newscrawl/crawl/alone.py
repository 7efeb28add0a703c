"""One crawl a site among all that share a store: each keeps to the pace of a site, two would ask twice as fast."""

import logging
import time
from typing import TYPE_CHECKING, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall, create_looping_call

from newscrawl.feed.books import Books

if TYPE_CHECKING:
    from twisted.internet.task import LoopingCall

    from newscrawl.store.lease import Lease

logger = logging.getLogger(__name__)


class AloneOnSite:
    """Extension: holds the lease of the site in Redis while it is crawled; a crawl that cannot have it does not begin.

    The lease lies where the requests are made, so it ends with them however the process ends: ``SITE_LEASE`` seconds
    after its last sign of life another crawl may begin. One that cannot renew it ends itself at half that time.
    """

    def __init__(self, crawler: Crawler, lease: "Lease") -> None:
        self.crawler, self.lease = crawler, lease
        self._kept = 0.0
        """When it was renewed last, monotonic seconds."""
        self._renewal: AsyncioLoopingCall | LoopingCall | None = None
        crawler.signals.connect(self._on_opened, signals.spider_opened)
        crawler.signals.connect(self._on_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension where a store is shared and the network is asked."""
        settings = crawler.settings
        seconds = settings.getfloat("SITE_LEASE")
        if not settings.get("SEEN_STORE") or not seconds or settings.get("REPLAY_FROM") or crawler.spider is None:
            raise NotConfigured
        from newscrawl.store.lease import Lease, site_lease  # its library is an extra
        from newscrawl.store.shared import connect

        name = site_lease(settings["SEEN_STORE_PREFIX"], crawler.spider.name)
        return cls(crawler, Lease(connect(settings["SEEN_STORE"]), name, seconds))

    def _on_opened(self, spider: Spider) -> None:
        from redis.exceptions import RedisError

        books, self._kept = Books.of(self.crawler), time.monotonic()
        try:
            holder = self.lease.take()
        except RedisError as error:
            books.refuse(f"the shared store cannot be used: {error}")
            return
        if holder is not None:
            books.refuse(f"{spider.name} is being crawled by {holder}; a site is crawled from one place at a time")
            return
        self._renewal = create_looping_call(self._keep)
        self._renewal.start(self.lease.seconds / 6, now=False)

    def _keep(self) -> None:
        from redis.exceptions import RedisError

        try:
            if not self.lease.keep():
                self._lose("it was taken over, or the store was emptied")
                return
            self._kept = time.monotonic()
        except RedisError as error:
            logger.warning("the lease of the site cannot be renewed: %s", error)
            if time.monotonic() - self._kept > self.lease.seconds / 2:
                self._lose(str(error))

    def _lose(self, why: str) -> None:
        self._stop()
        Books.of(self.crawler).store_lost(f"the lease of the site is lost: {why}")

    def _stop(self) -> None:
        if self._renewal is not None and self._renewal.running:
            self._renewal.stop()

    def _on_closed(self) -> None:
        from redis.exceptions import RedisError

        if self._renewal is None:  # never had it
            return
        self._stop()
        try:
            self.lease.end()
        except RedisError as error:
            logger.warning("the lease of the site runs on for %.0f s: %s", self.lease.seconds, error)
