"""One page, fetched as a crawl would: by the robots' rules, the project's settings, or from an archive."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase
from scrapy.http import Response
from twisted.python.failure import Failure


class FetchSpider(Spider):
    """Asks for one address and keeps the answer; no feed, no stages."""

    name = "fetch"
    custom_settings: dict[str, Any] = {  # noqa: RUF012 (Scrapy's own attribute)
        "FEEDS": {},
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.feed.books.Books": None, "newscrawl.feed.export.ArticleFeeds": None},
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, url: str, found: dict[str, Any]) -> None:
        super().__init__()
        self.url, self.found = url, found

    async def start(self) -> AsyncIterator[Any]:
        """Yield the one request."""
        yield Request(self.url, callback=self.parse, errback=self.failed)

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Keep the answer."""
        self.found["response"] = response

    def failed(self, failure: Failure) -> None:
        """Keep the reason."""
        error = failure.value
        status = getattr(getattr(error, "response", None), "status", None)
        self.found["error"] = f"status {status}" if status else f"{type(error).__name__}: {error}"


def fetch(process: CrawlerProcessBase, url: str) -> Response:
    """Return the answer at ``url``; runs the process to its end.

    Raises:
        ConnectionError: no answer, an error status, or robots.txt forbids it; the message says which.
    """
    found: dict[str, Any] = {}
    process.crawl(FetchSpider, url=url, found=found)
    process.start()
    if "response" not in found:
        raise ConnectionError(f"{url}: {found.get('error', 'no answer')}")
    response: Response = found["response"]
    return response
