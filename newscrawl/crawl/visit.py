"""One page in the browser: where it may go, when it is read, and what is made of it."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

LOADS = 3
"""How often a page may be loaded in one visit: a wall sets a cookie by script and loads the page anew."""

LOADED = frozenset(("document", "script", "stylesheet", "xhr", "fetch"))
"""What is loaded, in Playwright's words; not: image, media, font, and what is of use to the publisher alone."""

_UNTRUE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")
"""Headers that say nothing of what is made of an answer."""


class Visit:
    """A request's page: scrapy-playwright opens it in ``read``, what follows is here."""

    def __init__(self, request: Request, *, delay: float, settle: float) -> None:
        """``delay``: seconds before each further load. ``settle``: most seconds from a page's markup to its text."""
        self.request, self.delay, self.settle = request, delay, settle
        self.host = (urlsplit(request.url).hostname or "").lower()
        self.page: Any = None
        self.answer: Any = None
        """The last answer to the page itself, Playwright's; ``None`` until there is one."""
        self.moved = asyncio.Event()
        """Set when the page sends its readers to another address: it is not read."""
        self._moved_to = ""
        self._over = asyncio.Event()
        """Set when the last answer has come to its end, or been cut."""
        self._cut: str | None = None
        self._loads = 0
        self._asked = ""
        self._frame = ""
        self._session: Any = None

    async def read(self, handler: Any, context: dict[str, Any]) -> Response:
        """Return the page as its scripts make it; ``handler`` is scrapy-playwright's, ``context`` Playwright's."""
        meta = {
            "playwright": True,
            "playwright_include_page": True,
            "playwright_context_kwargs": context,
            "playwright_page_init_callback": self._opened,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": 1000 * self.timeout},
        }
        opened = await handler.download_request(self.request.replace(meta=self.request.meta | meta))
        self.request.meta["download_latency"] = opened.meta["download_latency"]
        if opened.status < 400:
            await self._settled()
        await self.page.wait_for_load_state("domcontentloaded")
        await self._over.wait()
        if self._cut:
            raise ResponseDataLossError(self._cut)
        if not self.is_html:
            return self._response(await self.answer.body())
        text = await self._content()
        body = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        return self._response(body, {"Content-Type": "text/html; charset=utf-8"})

    @property
    def timeout(self) -> float:
        """Seconds that the visit may take."""
        return float(self.request.meta["download_timeout"])

    @property
    def is_html(self) -> bool:
        """Whether the last answer is a page, and no other file."""
        kind = str(self.answer.headers.get("content-type", "text/html")).lower()
        return kind.startswith(("text/html", "application/xhtml"))

    @property
    def is_closed(self) -> bool:
        """Whether no page is left open."""
        return self.page is None or bool(self.page.is_closed())

    async def close(self) -> None:
        """Close the page, if there is one."""
        if not self.is_closed:
            with suppress(Exception):  # it went with its browser
                await self.page.close()

    def redirect(self) -> Response:
        """Return the answer of a page that has ``moved``: a redirect, which the crawl judges and follows."""
        status = self.answer.status if self.answer is not None and 300 <= self.answer.status < 400 else 302
        return Response(self.request.url, status, {"Location": self._moved_to}, flags=["browser"])

    def as_sent(self) -> Response:
        """Return an answer that the browser would not show: status and headers, no body."""
        return self._response(b"")

    def _response(self, body: bytes, changed: dict[str, str] | None = None) -> Response:
        headers = Headers(self.answer.headers)
        for name in _UNTRUE:
            headers.pop(name, None)
        headers.update(changed or {})
        kind = responsetypes.from_args(headers=headers, url=self.request.url, body=body)
        return kind(self.request.url, status=self.answer.status, headers=headers, body=body, flags=["browser"])

    # --- where it may go --------------------------------------------------------------------------------

    async def _opened(self, page: Any, request: Request) -> None:
        """Watch a page just opened: nothing has been asked for yet. Where that fails, there is no page."""
        self.page = page
        try:
            page.on("response", self._answered)
            page.on("requestfinished", self._ended)
            page.on("requestfailed", self._ended)
            page.on("popup", _close)
            self._session = await page.context.new_cdp_session(page)
            tree = await self._session.send("Page.getFrameTree")
            self._frame = tree["frameTree"]["frame"]["id"]
            self._session.on("Fetch.requestPaused", self._navigates)
            # Playwright's own routes do not see where a redirect leads.
            await self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})
        except Exception:
            await self.close()
            raise

    def _answered(self, answer: Any) -> None:
        with suppress(Exception):  # of a frame that is gone
            if answer.request.is_navigation_request() and answer.frame == self.page.main_frame:
                self.answer = answer
                self._over.clear()

    def _ended(self, request: Any) -> None:
        if self.answer is not None and request == self.answer.request:
            self._cut = request.failure
            self._over.set()

    async def _navigates(self, event: dict[str, Any]) -> None:
        """Let the page be loaded, and loaded anew; nothing else."""
        allowed = event["frameId"] == self._frame and await self._is_here(event["request"]["url"])
        method = "Fetch.continueRequest" if allowed else "Fetch.failRequest"
        reason = {} if allowed else {"errorReason": "BlockedByClient"}
        with suppress(Exception):  # the page was closed meanwhile
            await self._session.send(method, {"requestId": event["requestId"], **reason})

    async def _is_here(self, url: str) -> bool:
        self._asked = self._asked or url
        if url != self._asked:
            self._moved_to = url
            self.moved.set()
            return False
        self._loads += 1
        if self._loads > 1:
            await asyncio.sleep(self.delay)
        return self._loads <= LOADS

    # --- when it is read --------------------------------------------------------------------------------

    async def _settled(self) -> None:
        """Wait until the text is there, or for ``settle`` seconds; anew when the page is loaded anew."""
        loads = 0
        while loads < self._loads:
            loads = self._loads
            with suppress(*_timeouts()):
                await self._has_text()

    async def _has_text(self) -> None:
        """Wait for the site's own body where its rules name one, else until nothing more is on its way."""
        body = self.request.meta.get("wait_for")
        most = 1000 * self.settle
        if body:
            await self.page.wait_for_selector(f":is({body}):not(:empty)", state="attached", timeout=most)
        else:
            await self.page.wait_for_load_state("networkidle", timeout=most)

    async def _content(self) -> str:
        while True:
            try:
                return str(await self.page.content())
            except Exception as error:
                if "navigating" not in str(error):
                    raise
            await asyncio.sleep(0.05)


def is_not_loaded(request: Any) -> bool:
    """Whether a request that a page makes is not let through: what holds no text, and frames."""
    if request.resource_type not in LOADED:
        return True
    try:
        return bool(request.is_navigation_request() and request.frame.parent_frame is not None)
    except Exception:  # of a frame that is gone, or not there yet
        return True


def _timeouts() -> tuple[type[Exception], ...]:
    from playwright.async_api import TimeoutError as PlaywrightTimeoutError  # an extra

    return (PlaywrightTimeoutError,)


async def _close(page: Any) -> None:
    with suppress(Exception):
        await page.close()
