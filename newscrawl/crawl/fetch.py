"""Single pages, fetched as a crawl would: by the robots' rules, the project's settings, or from an archive."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.crawl.browsing import browser_meta, check_browser
from newscrawl.sites import Site


class FetchSpider(Spider):
    """Asks for addresses and keeps the answers; no feed, no stages."""

    name = "fetch"
    custom_settings: dict[str, Any] = {  # noqa: RUF012 (Scrapy's own attribute)
        "FEEDS": {},
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.feed.books.Books": None, "newscrawl.feed.export.ArticleFeeds": None},
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, urls: tuple[str, ...], found: dict[str, Response | str], meta: dict[str, Any]) -> None:
        super().__init__()
        self.urls, self.found, self.meta = urls, found, meta

    async def start(self) -> AsyncIterator[Any]:
        """Yield the requests."""
        for at, url in enumerate(self.urls):
            meta = {} if at else self.meta  # the others are files: no browser
            yield Request(url, callback=self.parse, errback=self.failed, cb_kwargs={"asked": url}, meta=meta)

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Keep the answer."""
        self.found[kwargs["asked"]] = response

    def failed(self, failure: Failure) -> None:
        """Keep the reason."""
        error = failure.value
        status = getattr(getattr(error, "response", None), "status", None)
        asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
        self.found[asked] = f"status {status}" if status else f"{type(error).__name__}: {error}"


def fetch(process: CrawlerProcessBase, url: str, site: Site | None, *others: str) -> list[Response]:
    """Return the answer at ``url``, and those at ``others`` as far as they come; runs the process to its end.

    ``site`` is the one that has it, ``None`` when none has: it says whether a browser is needed.

    Raises:
        ConnectionError: no answer, an error status, or robots.txt forbids it; the message says which.
    """
    found: dict[str, Response | str] = {}
    in_browser = site is not None and site.browser and not process.settings.get("REPLAY_FROM")
    if in_browser:
        try:
            check_browser(process.settings)
        except ValueError as error:
            raise ConnectionError(f"{url}: {error}") from None
        process.settings.set("BROWSER", True, priority="cmdline")
    urls = (url, *others)
    process.crawl(FetchSpider, urls=urls, found=found, meta=browser_meta(site) if site and in_browser else {})
    process.start()
    answer = found.get(url, "no answer")
    if isinstance(answer, str):
        raise ConnectionError(f"{url}: {answer}")
    return [answer, *(other for name in others if isinstance(other := found.get(name), Response))]
