"""Patience with hosts: what a server asks for is kept, and one that fails again and again is left alone.

``Retry-After`` (RFC 9110, section 10.2.3) holds every request to the host, not only the one that was refused. After
``BREAKER_ERRORS`` failures in a row a host rests; when it still fails after ``BREAKER_RESTS`` rests it is given up for
this run. What was not asked for is a reject, ``host_down``, and the next run asks for it again: not before the host may
be asked, which is kept beside the feed (``newscrawl.crawl.holds``).
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, ClassVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, IgnoreRequest
from scrapy.http import Response

from newscrawl.crawl.connect import PublicHandler
from newscrawl.crawl.guard import Refused
from newscrawl.crawl.holds import Holds
from newscrawl.feed.books import Books
from newscrawl.feed.lines import beside

logger = logging.getLogger(__name__)

STEP = 0.25
"""Seconds between two looks at whether the crawl is being stopped."""

STOP_WAIT = 5.0
"""Seconds that an answer on its way has left to come once the crawl is being stopped."""

BUSY = (429, 503)
"""Statuses whose ``Retry-After`` counts."""


class Unread(DownloadFailedError):
    """A host's answer was not read to its end for a reason that is ours, or the page's; asked for again."""


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
        self.books = crawler.get_extension(Books)
        """``None`` where single pages are looked at, by commands."""
        feed = self.books.feed_path if self.books is not None else None
        self.holds = Holds(beside(feed, ".holds.json") if feed is not None else None)

    @classmethod
    def of(cls, crawler: Crawler) -> "Patience":
        """Return the patience of a crawl, by its settings ``BREAKER_*`` and ``RETRY_AFTER_MAX``."""
        if crawler not in cls._of:
            cls._of[crawler] = cls(crawler)
        return cls._of[crawler]

    async def wait(self, url: str) -> None:
        """Wait while the host is to be left alone. Raises ``Refused`` when it was given up, or the crawl stops."""
        host = self._host(url)
        while (left := host.until - monotonic()) > 0 and not host.down and not self._stopping():
            await asyncio.sleep(min(left, STEP))
        if host.down:
            raise Refused("host_down", host.down)
        if self._stopping():
            raise Refused("stopped", "not asked for any more")

    async def answer(self, coming: Coroutine[Any, Any, Response]) -> Response:
        """Return an answer on its way; raises ``Refused`` when it has not come ``STOP_WAIT`` seconds after a stop."""
        task = asyncio.ensure_future(coming)
        left = STOP_WAIT
        while not (await asyncio.wait({task}, timeout=STEP))[0]:
            left -= STEP if self._stopping() else 0
            if left <= 0:
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task
                raise Refused("stopped", "the answer did not come in time")
        return task.result()

    def answered(self, request: Request, response: Response) -> None:
        """Note what an answer says of its host."""
        host = self._host(request.url)
        asked = retry_after(response) if response.status in BUSY else None
        if asked is not None:
            why = f"Retry-After {asked:.0f} s"
            self.holds.keep(urlsplit(request.url).netloc, asked, why)
            self._hold(host, request.url, asked, why)
        if response.status != 429 and response.status < 500:
            host.failures = host.rests = 0
        elif not request.meta.get("retry_times"):  # a page that fails again says nothing new of its host
            self._failed(host, request.url, f"status {response.status}")

    def failed(self, request: Request, error: Exception) -> None:
        """Note a failure to connect, or to answer in time."""
        self._failed(self._host(request.url), request.url, type(error).__name__)

    def _host(self, url: str) -> Host:
        name = urlsplit(url).netloc
        if name not in self.hosts:
            self.hosts[name] = Host()
            if left := self.holds.seconds_left(name):
                why = f"{self.holds.why(name)}, to an earlier run; {left:.0f} s are left"
                logger.warning("%s is left alone: %s", name, why)
                self._hold(self.hosts[name], url, left, why)
        return self.hosts[name]

    def _hold(self, host: Host, url: str, seconds: float, why: str) -> None:
        if seconds > self.longest:
            self._give_up(host, url, why)
            return
        host.until = max(host.until, monotonic() + seconds)
        self._tell(urlsplit(url).netloc, "held", why)

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
        self.holds.keep(name, self.rest, said)
        self._tell(name, "rested", said)
        logger.warning("%s rests for %.0f seconds: %s", name, self.rest, said)

    def _give_up(self, host: Host, url: str, why: str) -> None:
        host.down = why
        name = urlsplit(url).netloc
        self._tell(name, "down", why)
        logger.error("%s is given up for this run: %s", name, why)

    def _tell(self, host: str, event: str, why: str) -> None:
        if self.books is not None:
            self.books.host_event(host, event, why)

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
            response = await patience.answer(self.fetch(request))
        except (IgnoreRequest, DownloadCancelledError, Unread):
            raise  # refused here, larger than a page may be, or our own fault: says nothing of the host
        except Exception as error:
            patience.failed(request, error)
            raise
        patience.answered(request, response)
        return response

    async def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, asked for at once."""
        return await super().download_request(request)


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
