"""A crawl of addresses, by the project's settings: what came of each. Run by ``test_guard.py``, no tests here.

Answers below ``/list/`` are listings, read as the crawl reads them; all they name is asked for, on whatever host.
"""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from newscrawl.crawl.discover import Discover
from newscrawl.crawl.fetch import FetchSpider
from newscrawl.crawl.listings import read_json, read_section, read_xml
from newscrawl.crawl.sources import Ask, Window
from newscrawl.crawl.spider import _why
from newscrawl.text.dates import NO_FACTS


class Attempts(Spider):
    """Asks for every address given; ``found`` is address to reason, or to the answer's text."""

    name = "attempts"
    custom_settings = FetchSpider.custom_settings

    def __init__(self, urls: list[str], found: dict[str, str]) -> None:
        super().__init__()
        self.urls, self.found = urls, found

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield Request(url, self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"asked": url})

    def parse(self, response: Response, **kwargs: Any) -> Any:
        self.found[kwargs["asked"]] = response.text[:100]
        if "/list/" in response.url or response.url.endswith("/robots.txt"):
            for url in named(response):
                yield Request(url, self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"asked": url})

    def failed(self, failure: Any) -> None:
        self.found[failure.request.cb_kwargs["asked"]] = ": ".join(_why(failure))


def named(response: Response) -> set[str]:
    """Return all that a listing leads to: links, further listings, the next page."""
    body, url = response.body, response.url
    if url.endswith("/robots.txt") or "/front/" in url:
        depth, window = int("/front/" not in url), Window(None, datetime.now(UTC).date())
        found, asks = Discover(url).read(body, Ask(url, depth=depth), window, NO_FACTS)
        return {link.url for link in found.links} | {ask.url for ask in asks if "//paper.test" not in ask.url}
    if "/section" in url:
        found = read_section(body, url, link="a.entry", next_page="a.next", day=None, entry=None, dates=NO_FACTS)
    elif "/json" in url:
        found = read_json(body, url, NO_FACTS, items="items", url="url", day=None)
    else:
        found = read_xml(body, url, NO_FACTS)
    return {link.url for link in (*found.links, *found.children)} | ({found.next_url} if found.next_url else set())


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    settings = get_project_settings()
    settings.setdict(given["settings"], priority="cmdline")
    process = CrawlerProcess(settings)
    outcome: dict[str, str] = {}
    process.crawl(Attempts, urls=given["urls"], found=outcome)
    process.start()
    json.dump(outcome, sys.stdout)
