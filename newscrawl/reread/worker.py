"""A worker: parts of archives on its input, cleaned articles and rejects on its output, one JSON object a line.

Asked ``{"path": …, "start": …, "end": …}``, it answers ``{"article": …}`` or ``{"reject": [url, reason, detail]}`` for
each page, then ``{"done": …}`` with what it counted. It ends with its input.
"""

import json
import sys
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl.archive.warc import Record, Scan, dechunked
from newscrawl.crawl.encoding import Decoding
from newscrawl.crawl.spider import read_response
from newscrawl.items import Article, Reject
from newscrawl.reread.desk import desk
from newscrawl.sites import Site, Sites
from newscrawl.text.sources import odd_brackets

PURE_STAGES = 500
"""Stages up to this place look at the article alone; those behind it at what the feed has."""
REQUESTS = 1000
"""Requests with a body that wait for their answer; archives have the two side by side."""
HTML = ("text/html", "application/xhtml+xml")


class Reader:
    """Reads the pages in a part of an archive."""

    def __init__(self, crawler: Crawler) -> None:
        self.sites = Sites.load(crawler.settings)
        self.decoding = Decoding.from_crawler(crawler)
        paths = sorted(crawler.settings.getdict("ITEM_PIPELINES").items(), key=lambda pair: pair[1])
        self.stages = [build_from_crawler(load_object(path), crawler) for path, place in paths if place <= PURE_STAGES]
        self.stats = crawler.stats
        self.counts: Counter[str] = Counter()
        self.placeholders: dict[str, Counter[str]] = {"known": Counter(), "unknown": Counter()}

    def read(self, path: Path, start: int, end: int) -> Iterator[dict[str, Any]]:
        """Yield what came of each page. Raises ``OSError`` when the file cannot be read."""
        self.counts, self.placeholders = Counter(), {"known": Counter(), "unknown": Counter()}
        posted: OrderedDict[str, str] = OrderedDict()
        scan = Scan(path, start, end)
        for record, _, _ in scan:
            if record.kind == "request":
                if record.method == "POST":
                    body = record.payload.decode("utf-8", "replace")
                    posted.update(dict.fromkeys((record.id, *record.concurrent), body))
                    while len(posted) > REQUESTS:
                        posted.popitem(last=False)
                continue
            form = next((posted[name] for name in (record.id, *record.concurrent) if name in posted), None)
            yield from self._page(record, record.url if form is None else f"{record.url}?{form}")
        self.counts.update(damaged=scan.damaged, truncated=scan.truncated)

    def _page(self, record: Record, url: str) -> Iterator[dict[str, Any]]:
        why = self._no_page(record, url)
        if why is not None:
            self.counts[why] += 1
            return
        site = self.sites.of_url(url) or self.sites["any_site"]
        self.counts["pages"] += 1
        try:
            article = self._article(record, url, site)
            yield {"article": asdict(article)}
        except Reject as refused:
            yield {"reject": [url, refused.reason, refused.detail]}
        except Exception as error:  # a defect of ours costs one page, and is told
            yield {"reject": [url, "read_error", repr(error)[:300]]}

    def _no_page(self, record: Record, url: str) -> str | None:
        """Return why a record is passed over, ``None`` for one that may hold an article."""
        if record.kind == "revisit":
            return "revisits"  # the same bytes are in another record
        if record.status != 200:
            return "other_statuses"
        site = self.sites.of_url(url)
        if site is not None:
            return None if site.is_article(url) else "other_pages"
        kind = next((value for name, value in record.headers if name.lower() == "content-type"), "")
        return None if kind.partition(";")[0].strip().lower() in HTML else "other_types"

    def _article(self, record: Record, url: str, site: Site) -> Article:
        response = self._response(record)
        canonical = site.canonical(url)
        reading = read_response(response, site, canonical)
        article = reading.article
        article.crawled_at = record.date.isoformat(timespec="seconds")
        article.warc_record = record.id or None
        for field, origin in reading.origins.items():
            self.counts[f"field/{field}/{origin}"] += 1
        self.placeholders["known"].update(reading.placeholders)
        self.placeholders["unknown"].update(odd_brackets(article.body or ""))
        for stage in self.stages:
            article = stage.process_item(article)
        return article

    def _response(self, record: Record) -> Response:
        headers, body = dechunked(record.headers, record.payload)
        request = Request(record.url)
        flags = ["partial"] if record.truncated else []
        raw = HtmlResponse(record.url, record.status, Headers(headers), body, flags, request)
        decoded = self.decoding.process_response(request, raw)
        assert isinstance(decoded, Response)
        return decoded


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Read the parts asked for until there are no more."""
    settings = json.loads(asked.readline())
    reader = Reader(desk(settings))
    for line in asked:
        part = json.loads(line)
        for answer in reader.read(Path(part["path"]), part["start"], part["end"]):
            answers.write(json.dumps(answer).encode() + b"\n")
        done = {"counts": reader.counts, "placeholders": reader.placeholders}
        answers.write(json.dumps({"done": done}).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
