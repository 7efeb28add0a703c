"""What no reader in Python on this parser goes below.

A page is checked and parsed, each of its elements asked for its class once, its article given, the stages run, the line
written: finding the article in the page costs nothing more. Where a goal lies beyond this, no such reading reaches it.

``python -m bench.limit ARCHIVE FEED`` does so with each page of an archive, in one process and without memory of the
feed: what rereading does at least.
"""

import sys
from copy import deepcopy
from pathlib import Path

from lxml import etree
from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl.archive.warc import Scan, dechunked, truly_encoded
from newscrawl.crawl.encoding import Decoding
from newscrawl.crawl.spider import read_response
from newscrawl.feed.books import Books
from newscrawl.feed.lines import to_line
from newscrawl.items import Article, to_record
from newscrawl.page.document import read_document
from newscrawl.reread.desk import desk
from newscrawl.reread.worker import PURE_STAGES
from newscrawl.settings import READ_TIMEOUT


class Finisher:
    """Takes a response to its finished line, with all stages or with those that look at the article alone."""

    def __init__(self, *, remember: bool) -> None:
        self.crawler = desk({})
        self.books = Books.of(self.crawler)
        paths = sorted(self.crawler.settings.getdict("ITEM_PIPELINES").items(), key=lambda pair: pair[1])
        self.stages = [
            build_from_crawler(load_object(path), self.crawler) for path, at in paths if remember or at <= PURE_STAGES
        ]

    def finish(self, response: Response) -> bytes:
        """Return the line."""
        return self.complete(self.read(response))

    def read(self, response: Response) -> Article:
        """Return the article as it is read, before the stages."""
        site = self.books.sites.of_url(response.url)
        assert site is not None
        article = read_response(response, site, site.canonical(response.url), READ_TIMEOUT).article
        article.crawled_at, article.discovered_via = "2026-11-20T08:00:00+00:00", "bench"
        return article

    def complete(self, article: Article) -> bytes:
        """Return the line of an article just read."""
        for stage in self.stages:
            article = stage.process_item(article)
        self.books.claims.clear()  # as when the line is written
        self.books.texts.clear()
        return to_line(to_record(article))

    def finish_given(self, response: Response, article: Article) -> bytes:
        """Return the line of ``article``, which is what reading ``response`` would give."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        document = read_document(response.url, response.body, kind)
        for element in document.root.iter(etree.Element):  # no other way to what has a class is cheaper from Python
            element.get("class")
        line = self.complete(article)
        del document
        return line


def reread(archive: Path, feed: Path) -> None:
    """Write a line for each page of ``archive``: the article of the first, again and again."""
    finisher, given = Finisher(remember=False), None
    decoding = Decoding.from_crawler(finisher.crawler)
    with feed.open("wb") as lines:
        for record, _, _ in Scan(archive):
            if record.kind == "request":
                continue
            headers, body = dechunked(record.headers, record.payload)
            raw = HtmlResponse(record.url, record.status, Headers(truly_encoded(headers, body)), body)
            response = decoding.process_response(Request(record.url), raw)
            given = given or finisher.read(response)
            lines.write(finisher.finish_given(response, deepcopy(given)))


if __name__ == "__main__":
    reread(Path(sys.argv[1]), Path(sys.argv[2]))
