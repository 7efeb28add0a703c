"""Patience with hosts: what a server asks for is kept, and one that fails again and again is left alone.

``Retry-After`` (RFC 9110, section 10.2.3) holds every request to the host, not only the one that was refused. After
``BREAKER_ERRORS`` failures in a row a host rests; when it still fails after ``BREAKER_RESTS`` rests it is given up for
this run. What was not asked for is a reject, ``host_down``, and the next run asks for it again.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from newscrawl.crawl.guard import PublicHandler, Refused
from newscrawl.feed.books import Books

logger = logging.getLogger(__name__)

STEP = 0.25
"""Seconds between two looks at whether the crawl is being stopped."""

BUSY = (429, 503)
"""Statuses whose ``Retry-After`` counts."""


@dataclass(slots=True)
class Host:
    """How a host has behaved in this run."""

    failures: int = 0
    """In a row: of connections each, of pages that the server fails to give the first try of each."""
    until: float = 0.0
    """Monotonic time before which nothing is asked of it."""
    rests: int = 0
    """In a row."""
    down: str = ""
    """Why it was given up; empty while it was not."""


class Patience:
    """Judges answers, and knows for how long a host is to be left alone."""

    _of: ClassVar[WeakKeyDictionary[Crawler, "Patience"]] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.errors = settings.getint("BREAKER_ERRORS")
        self.rest = settings.getfloat("BREAKER_REST")
        self.rests = settings.getint("BREAKER_RESTS")
        self.longest = settings.getfloat("RETRY_AFTER_MAX")
        self.hosts: dict[str, Host] = {}

    @classmethod
    def of(cls, crawler: Crawler) -> "Patience":
        """Return the patience of a crawl, by its settings ``BREAKER_*`` and ``RETRY_AFTER_MAX``."""
        return cls._of.setdefault(crawler, cls(crawler))

    async def wait(self, url: str) -> None:
        """Wait while the host is to be left alone. Raises ``Refused`` when it was given up, or the crawl stops."""
        host = self._host(url)
        while (left := host.until - monotonic()) > 0 and not host.down:
            if self._stopping():
                raise Refused("host_down", "the crawl was stopped while the host rested")
            await asyncio.sleep(min(left, STEP))
        if host.down:
            raise Refused("host_down", host.down)

    def answered(self, request: Request, response: Response) -> None:
        """Note what an answer says of its host."""
        host = self._host(request.url)
        asked = retry_after(response) if response.status in BUSY else None
        if asked is not None:
            self._hold(host, request.url, asked)
        if response.status != 429 and response.status < 500:
            host.failures = host.rests = 0
        elif not request.meta.get("retry_times"):  # a page that fails again says nothing new of its host
            self._failed(host, request.url, f"status {response.status}")

    def failed(self, request: Request, error: Exception) -> None:
        """Note a failure to connect, or to answer in time."""
        self._failed(self._host(request.url), request.url, type(error).__name__)

    def _host(self, url: str) -> Host:
        return self.hosts.setdefault(urlsplit(url).netloc, Host())

    def _hold(self, host: Host, url: str, seconds: float) -> None:
        if seconds > self.longest:
            self._give_up(host, url, f"it asked to come back in {seconds:.0f} seconds")
            return
        host.until = max(host.until, monotonic() + seconds)
        Books.of(self.crawler).host_event(urlsplit(url).netloc, "held", f"Retry-After {seconds:.0f} s")

    def _failed(self, host: Host, url: str, why: str) -> None:
        host.failures += 1
        if host.failures < self.errors or host.down:
            return
        said = f"{host.failures} failures in a row, the last: {why}"
        if host.rests >= self.rests:
            self._give_up(host, url, said)
            return
        host.rests += 1
        host.failures = self.errors - 1  # one more failure after the rest is enough
        host.until = monotonic() + self.rest
        name = urlsplit(url).netloc
        Books.of(self.crawler).host_event(name, "rested", said)
        logger.warning("%s rests for %.0f seconds: %s", name, self.rest, said)

    def _give_up(self, host: Host, url: str, why: str) -> None:
        host.down = why
        name = urlsplit(url).netloc
        Books.of(self.crawler).host_event(name, "down", why)
        logger.error("%s is given up for this run: %s", name, why)

    def _stopping(self) -> bool:
        slot = getattr(self.crawler.engine, "_slot", None)
        return slot is not None and slot.closing is not None


class PatientHandler(PublicHandler):
    """The handler of http and https: to public addresses only, with patience.

    Here, and not in a middleware: requests wait in the downloader for their turn, and those that do when a host asks to
    be left alone are held as well.
    """

    async def download_request(self, request: Request) -> Response:
        """Return the answer to ``request``; raises ``Refused`` when its host was given up."""
        patience = Patience.of(self._crawler)
        await patience.wait(request.url)
        try:
            response = await super().download_request(request)
        except (IgnoreRequest, DownloadCancelledError):
            raise  # refused here, or larger than a page may be: says nothing of the host
        except Exception as error:
            patience.failed(request, error)
            raise
        patience.answered(request, response)
        return response


def retry_after(response: Response) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as a number or a date; ``None`` when it says neither."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit() and len(value) < 12:
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
