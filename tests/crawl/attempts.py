"""A crawl of addresses, by the project's settings: what came of each. Run by ``test_guard.py``, no tests here."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from newscrawl.crawl.fetch import FetchSpider
from newscrawl.crawl.spider import _why


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

    def parse(self, response: Response, **kwargs: Any) -> None:
        self.found[kwargs["asked"]] = response.text[:100]

    def failed(self, failure: Any) -> None:
        self.found[failure.request.cb_kwargs["asked"]] = ": ".join(_why(failure))


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    settings = get_project_settings()
    settings.setdict(given["settings"], priority="cmdline")
    process = CrawlerProcess(settings)
    outcome: dict[str, str] = {}
    process.crawl(Attempts, urls=given["urls"], found=outcome)
    process.start()
    json.dump(outcome, sys.stdout)
