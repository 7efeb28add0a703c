"""A worker: parts of archives on its input, cleaned articles and rejects on its output, one JSON object a line.

Asked ``{"path": …, "start": …, "end": …}``, it answers ``{"article": …, "print": …}`` (the body's fingerprint in hex
digits, ``null`` for none) or ``{"reject": [url, reason, detail]}`` for each page, then ``{"done": …}`` with what it
counted, or ``{"failed": …}`` with why the file cannot be read. It ends with its input.
"""

import json
import signal
import sys
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl.archive.warc import Record, Scan, dechunked, truly_encoded
from newscrawl.crawl.encoding import Decoding
from newscrawl.crawl.spider import read_response
from newscrawl.items import Article, Reject, to_record
from newscrawl.reread.desk import desk
from newscrawl.sites import Site, Sites, plain_key
from newscrawl.text.fingerprint import fingerprint
from newscrawl.text.sources import odd_brackets

PURE_STAGES = 500
"""Stages up to this place look at the article alone; those behind it at what the feed has."""
REQUESTS = 1000
"""Requests with a body that wait for their answer; archives have the two side by side."""
HTML = ("text/html", "application/xhtml+xml", "")


class Reader:
    """Reads the pages in a part of an archive."""

    def __init__(self, crawler: Crawler) -> None:
        self.sites = Sites.load(crawler.settings)
        self.timeout = crawler.settings.getfloat("READ_TIMEOUT")
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
            yield from self._record(record, posted)
        for name in ("damaged", "truncated", "too_large"):
            self.counts[f"archive/{name}"] += getattr(scan, name)
        if posted:  # a request that ends this part, and its answer begins the next
            for record, _, _ in islice(Scan(path, end), 1):
                if posted.keys() & {record.id, *record.concurrent}:
                    yield from self._record(record, posted)

    def _record(self, record: Record, posted: OrderedDict[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the page of a record; keep what was posted in ``posted``, by the names that its answer may give it."""
        names = (record.id, *record.concurrent)
        if record.kind != "request":
            forms = [posted.pop(name) for name in names if name in posted]
            yield from self._page(record, f"{record.url}?{forms[0]}" if forms else record.url)
        elif record.method == "POST":
            posted.update(dict.fromkeys(names, record.payload.decode("utf-8", "replace")))
            while len(posted) > REQUESTS:
                posted.popitem(last=False)

    def _page(self, record: Record, url: str) -> Iterator[dict[str, Any]]:
        try:
            site = self.sites.of_url(url)
            why = _no_page(record, url, site)
        except ValueError:
            why = "bad_addresses"
        if why is not None:
            self.counts[f"archive/{why}"] += 1
            return
        self.counts["archive/pages"] += 1
        try:
            article = self._article(record, url, site or self.sites["any_site"])
            print_ = fingerprint(article.body) if article.body else None
            yield {"article": to_record(article), "print": print_.hex() if print_ else None}
        except Reject as refused:
            yield {"reject": [url, refused.reason, refused.detail]}
        except IgnoreRequest:
            yield {"reject": [url, "page_too_large", "once unpacked"]}
        except Exception as error:  # a defect of ours costs one page, and is told
            yield {"reject": [url, "read_error", repr(error)[:300]]}

    def _article(self, record: Record, url: str, site: Site) -> Article:
        response = self._response(record)
        canonical = site.canonical(url)
        reading = read_response(response, site, canonical, self.timeout)
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
        headers = truly_encoded(headers, body)
        request = Request(record.url)
        flags = ["partial"] if record.truncated else []
        raw = HtmlResponse(record.url, record.status, Headers(headers), body, flags, request)
        decoded = self.decoding.process_response(request, raw)
        assert isinstance(decoded, Response)
        return decoded


def _no_page(record: Record, url: str, site: Site | None) -> str | None:
    """Return why a record is passed over, ``None`` for one that may hold an article.

    Raises:
        ValueError: the address is none.
    """
    if record.kind == "revisit":
        return "revisits"  # the same bytes are in another record
    if record.status != 200:
        return "other_statuses"
    if site is not None:
        return None if site.is_article(url) else "other_pages"
    plain_key(url)
    kind = next((value for name, value in record.headers if name.lower() == "content-type"), "")
    return None if kind.partition(";")[0].strip().lower() in HTML else "other_types"


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Read the parts asked for until there are no more."""
    settings = json.loads(asked.readline())
    reader = Reader(desk(settings))
    for line in asked:
        part = json.loads(line)
        try:
            for answer in reader.read(Path(part["path"]), part["start"], part["end"]):
                answers.write(json.dumps(answer).encode() + b"\n")
            ended: dict[str, Any] = {"done": {"counts": reader.counts, "placeholders": reader.placeholders}}
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            ended = {"failed": error.strerror or str(error)}
        answers.write(json.dumps(ended).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the one that writes, which ends the workers
    with suppress(BrokenPipeError):  # it was killed
        serve(sys.stdin.buffer, sys.stdout.buffer)
