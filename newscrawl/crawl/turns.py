"""Whose turn it is: no host has more requests on their way than it may, whatever waits for it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface


class Turns(DownloaderAwarePriorityQueue):
    """The scheduler's queue: a host has at most ``CONCURRENT_REQUESTS_PER_DOMAIN`` requests on their way.

    Scrapy hands out what there is, up to ``CONCURRENT_REQUESTS``, and lets it wait in the downloader. So one host that
    hangs or rests holds up all others, a graceful stop waits for eight delays in place of one, and without a delay a
    host is sent everything at once.
    """

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _Free(crawler)


class _Free(DownloaderInterface):
    """Of hosts, those that may be asked."""

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """Return hosts with what they have on its way: in a middleware (robots.txt), waiting or under way."""
        most = self.downloader.domain_concurrency or float("inf")
        busy = Counter(map(self.get_slot_key, self.downloader.active))
        return [(busy[slot], slot) for slot in possible_slots if busy[slot] < most]
