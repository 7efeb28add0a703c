"""Pages that need a browser: read in Chromium, through scrapy-playwright (extra ``newscrawl[browser]``).

A request with ``meta["browser"]`` is answered with the page as it stands once its scripts have run; everything around
it is as for other requests: robots.txt, delays, ``Retry-After``, retries, recording, rejects. Only what a browser does
of its own accord is different, and bounded here:

- Where it connects to: ``proxy.Proxy`` is its only way out.
- Where it goes: a redirect, or a script that goes elsewhere, becomes a redirect to the crawl, which judges it and asks
  again. A page may load itself anew, twice: that is how walls of cookies let readers in.
- What it loads: the page, its scripts and style sheets, and what scripts ask for; no frames, pictures, fonts, films.
- How long: ``DOWNLOAD_TIMEOUT`` for all of it; then the page is closed, or the browser ended where that does not help.
- How much: ``BROWSER_PAGES`` at a time, ``DOWNLOAD_MAXSIZE`` a page and connection, ``BROWSER_MEMORY_MB`` in all.

Nothing of Playwright is imported unless a crawl uses the browser.
"""

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawl.crawl.browsing import executable
from newscrawl.crawl.patience import PatientHandler, Unread
from newscrawl.crawl.processes import Process, below_this_one, is_running
from newscrawl.crawl.proxy import Proxy
from newscrawl.crawl.visit import Visit, is_not_loaded
from newscrawl.feed.books import Books

logger = logging.getLogger(__name__)

CLOSING = 5.0
"""Seconds for a page, or the browser, to close; then it is ended."""

LOOKING = 1.0
"""Seconds between two looks at the browser's memory."""

LAUNCH_TIMEOUT = 60
"""Seconds that its start may take."""

LAUNCHES = 3
"""So many times in a row the browser may fail to start; then the crawl ends."""

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",  # would go past the proxy
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # in containers /dev/shm is small
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same to older ones
    "--js-flags=--max-old-space-size=512",
    "--proxy-bypass-list=<-loopback>",  # else loopback would be asked past the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # no name is looked up past it either
)


def launch_options(settings: BaseSettings, port: int, *, root: bool) -> dict[str, Any]:
    """Return how Chromium is started, ``port`` being the proxy's.

    Its sandbox is kept, but for ``root``, to whom Chromium refuses it.
    """
    return {
        "executable_path": executable(settings),
        "args": [*ARGUMENTS, f"--proxy-server=socks5://127.0.0.1:{port}"],
        "ignore_default_args": ["--disable-popup-blocking"],
        "chromium_sandbox": not root,
        "timeout": 1000 * LAUNCH_TIMEOUT,
    }


class BrowserHandler(PatientHandler):
    """The handler of http and https where a crawl uses the browser, for the requests that say so."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser = Browser.of(crawler)

    async def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``, from the browser where it asks for that."""
        return await (self._browser.read(request) if request.meta.get("browser") else super().fetch(request))

    async def close(self) -> None:
        """End the browser with the crawl."""
        await super().close()
        await self._browser.close()


class Browser:
    """Chromium as one crawl uses it: started when the first page asks for it, and again after each end of it."""

    _of: ClassVar[WeakKeyDictionary[Crawler, "Browser"]] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self.max_memory = settings.getint("BROWSER_MEMORY_MB") * 1024 * 1024
        self.settle = settings.getfloat("BROWSER_SETTLE")
        self.context = {
            "user_agent": settings["USER_AGENT"],
            "ignore_https_errors": not settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
            "service_workers": "block",
            "accept_downloads": False,
        }
        self._places = asyncio.Semaphore(settings.getint("BROWSER_PAGES"))
        self._starting = asyncio.Lock()
        self._handler: Any = None
        self._proxy: Proxy | None = None
        self._looking: asyncio.Task[None] | None = None
        self._failed_launches = 0
        self._driver = 0
        """Process of Playwright's driver, the program between us and the browser."""
        self._lost = asyncio.Event()
        """Set when that has ended: whoever waits for it would wait for ever."""

    @classmethod
    def of(cls, crawler: Crawler) -> "Browser":
        """Return the browser of a crawl: one, whichever scheme's handler asks."""
        return cls._of.setdefault(crawler, cls(crawler))

    async def read(self, request: Request) -> Response:
        """Return a page as it stands once its scripts have run.

        Raises:
            Refused: its host is on no public address.
            DownloadCancelledError: it is larger than a page may be.
            Unread: its host is not to blame that it could not be read.
            DownloadFailedError, DownloadTimeoutError: its host gave no answer.
        """
        async with self._places:
            handler = await self._started()
            assert self._proxy is not None
            visit, lost = Visit(request, delay=self._delay(request), settle=self.settle), self._lost
            self._proxy.begin(visit.host)
            reading = asyncio.ensure_future(visit.read(handler, self.context))
            reading.add_done_callback(_take)  # what goes wrong once nobody waits is of no interest
            others = [asyncio.ensure_future(event.wait()) for event in (visit.moved, lost)]
            try:
                await asyncio.wait({reading, *others}, timeout=visit.timeout, return_when=asyncio.FIRST_COMPLETED)
                if lost.is_set() and not reading.done():
                    raise Unread("the browser's driver has ended")
                response = self._outcome(visit, reading)
            finally:
                for other in others:
                    other.cancel()
                if lost.is_set():
                    reading.cancel()
                else:
                    await self._abandon(visit, reading)
            if len(response.body) > request.meta.get("download_maxsize", self.max_bytes):
                raise DownloadCancelledError(f"the page has {len(response.body)} bytes with what its scripts made")
            return response

    def _outcome(self, visit: Visit, reading: "asyncio.Future[Response]") -> Response:
        """Return what came of a visit; what went wrong, in Scrapy's words."""
        assert self._proxy is not None
        trouble = self._proxy.troubles.get(visit.host)
        if isinstance(trouble, IgnoreRequest | DownloadCancelledError):
            raise trouble
        if visit.moved.is_set():
            return visit.redirect()
        if not reading.done():
            self._count("timeouts")
            why = f"no end within {visit.timeout:.0f} seconds in the browser"
            raise Unread(why) if visit.answer else DownloadTimeoutError(why)
        error = reading.exception()
        if error is None:
            self._count("pages")
            return reading.result()
        self._count("failures")
        said = str(error).strip().partition("\n")[0]
        if visit.answer is not None and not visit.is_html and "ownload" in said:
            return visit.as_sent()
        if visit.answer is not None or any(word in said.lower() for word in ("closed", "crash")):
            raise Unread(f"in the browser: {said}") from error
        raise DownloadFailedError(f"in the browser: {said} ({trouble})" if trouble else f"in the browser: {said}")

    async def _abandon(self, visit: Visit, reading: "asyncio.Future[Response]") -> None:
        """Close a visit's page; where that takes too long, or there is none yet, end the browser."""
        with suppress(TimeoutError):
            await asyncio.wait_for(visit.close(), CLOSING)
        if not reading.done():
            await asyncio.wait({reading}, timeout=CLOSING)
        if not reading.done() or not visit.is_closed:
            self._count("ended")
            await self._end()
            await asyncio.wait({reading}, timeout=CLOSING)
            reading.cancel()

    # --- the program --------------------------------------------------------------------------------

    async def _started(self) -> Any:
        """Return scrapy-playwright's handler with Chromium running: anew after each end of it."""
        async with self._starting:
            await self._look_after_the_driver()
            if self._handler is None:
                self._handler = await self._new_handler()
            await self._gone()
            try:
                await self._handler._maybe_launch_browser()
            except Exception as error:
                await self._forget(self._handler)
                self._not_launched(str(error))
                raise Unread(f"the browser does not start: {str(error).partition(chr(10))[0]}") from error
            self._failed_launches = 0
            return self._handler

    async def _new_handler(self) -> Any:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # an extra
        from twisted.internet import reactor

        for name in ("scrapy-playwright", "playwright"):  # what goes wrong is told here
            logging.getLogger(name).setLevel(logging.CRITICAL)
        settings = self.crawler.settings
        if self._proxy is None:
            private = settings.getbool("ALLOW_PRIVATE_ADDRESSES")
            self._proxy = Proxy(reactor, private=private, max_bytes=self.max_bytes, on_refused=self._on_refused)
            self._proxy.listen()
            self._looking = asyncio.ensure_future(self._look())
        handler = ScrapyPlaywrightDownloadHandler(self.crawler)
        handler.config.launch_options = launch_options(settings, self._proxy.port, root=os.geteuid() == 0)
        handler.config.browser_type_name = "chromium"
        handler.config.target_closed_max_retries = 0  # the crawl retries
        handler.config.download_timeout_secs = 2.0  # no download is taken: what waits for one is a page that crashed
        handler.config.max_pages_per_context = 1_000_000  # ours is the bound: theirs loses count when pages crash
        handler.abort_request = is_not_loaded
        known = {process.pid for process in below_this_one()}
        await handler._launch()  # it waits for the engine's start, which is past
        started = [process for process in below_this_one() if process.kind == "driver" and process.pid not in known]
        self._driver = started[0].pid if started else 0
        self._lost = asyncio.Event()
        return handler

    def _not_launched(self, said: str) -> None:
        """End the crawl where the browser fails to start again and again."""
        self._failed_launches += 1
        if self._failed_launches < LAUNCHES:
            return
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        why = next((line.partition("[err]")[2].strip() for line in lines if "[err]" in line), lines[0])
        books = Books.of(self.crawler)
        books.faults.append(f"the browser does not start: {why}"[:500])
        books.end("browser_error")

    async def close(self) -> None:
        """End the browser, whatever state it is in."""
        if self._looking is not None:
            self._looking.cancel()
        if self._handler is not None:
            await self._forget(self._handler)
        if self._proxy is not None:
            self._proxy.close()

    async def _forget(self, handler: Any) -> None:
        """End scrapy-playwright's handler with its driver and browser; the next page gets others."""
        if self._handler is not handler:
            return
        self._handler, browsers = None, _browsers()
        self._lost.set()
        with suppress(Exception):  # what has ended already has nothing to say
            await asyncio.wait_for(handler._close(), CLOSING)
        for process in browsers:
            _kill(process)

    async def _end(self) -> None:
        """Kill the browser: the next page starts another."""
        for process in _browsers():
            _kill(process)
        deadline = time.monotonic() + CLOSING
        while self._is_running() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    async def _look_after_the_driver(self) -> None:
        """Do without a driver that has ended: scrapy-playwright would go on asking it."""
        if self._handler is not None and self._driver and not is_running(self._driver):
            self._count("ended")
            await self._forget(self._handler)

    def _is_running(self) -> bool:
        program = getattr(self._handler, "browser", None)
        return program is not None and bool(program.is_connected())

    async def _gone(self) -> None:
        """Wait until scrapy-playwright has noticed the end of its browser, or note it in its place."""
        deadline = time.monotonic() + CLOSING
        while hasattr(self._handler, "browser") and not self._is_running():
            if time.monotonic() > deadline:
                self._handler.context_wrappers.clear()
                del self._handler.browser
                return
            await asyncio.sleep(0.05)

    async def _look(self) -> None:
        """Look after the memory: end the page's process that takes most of it, or the whole browser."""
        while True:
            await asyncio.sleep(LOOKING)
            await self._look_after_the_driver()
            processes = [process for process in below_this_one() if process.kind != "other"]
            used = sum(process.bytes for process in processes)
            if self.crawler.stats is not None:
                self.crawler.stats.max_value("newscrawl/browser/memory_mb", used >> 20)
            if used <= self.max_memory:
                continue
            self._count("out_of_memory")
            logger.warning("the browser takes %d MB: what takes most of it is ended", used >> 20)
            largest = max(processes, key=lambda process: process.bytes)
            if largest.kind == "renderer" and largest.bytes > self.max_memory // 3:
                _kill(largest)
            else:
                await self._end()

    # --- what is known of the crawl ---------------------------------------------------------------------

    def _delay(self, request: Request) -> float:
        """Return the seconds between two requests to a host, which a page that loads itself anew waits as well."""
        slots = self.crawler.engine.downloader.slots if self.crawler.engine is not None else {}
        slot = slots.get(request.meta.get("download_slot", ""))
        return float(slot.delay) if slot is not None else 0.0

    def _on_refused(self, host: str) -> None:
        self._count("refused")
        logger.info("the browser asked for %s, which is on no public address: refused", host)

    def _count(self, what: str) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"newscrawl/browser/{what}")


def _take(reading: "asyncio.Future[Response]") -> None:
    if not reading.cancelled():
        reading.exception()


def _browsers() -> list[Process]:
    return [process for process in below_this_one() if process.kind == "browser"]


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
