"""The barest Scrapy spiders: download each address in a file, write one line. ``PARSE=1``: parse the page as well."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from lxml import html
from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    """``-a urls=FILE`` names them."""

    name = "bare"

    async def start(self) -> AsyncIterator[Request]:
        for url in Path(self.urls).read_text().split() if hasattr(self, "urls") else ():
            yield Request(url)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        if os.environ.get("PARSE"):
            html.document_fromstring(response.body)
        yield {"url": response.url, "size": len(response.body)}
