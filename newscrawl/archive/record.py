"""Recording: ``-s RECORD_TO=DIR`` writes every answer to WARC as it comes, before anything is read in it."""

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro

from newscrawl import __version__
from newscrawl.archive.writer import ArchiveWriter, Exchange

logger = logging.getLogger(__name__)


class RecordAddon:
    """Checks ``RECORD_TO`` before anything is asked for."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """End the program with one line and code 2 where nothing can be recorded."""
        folder = settings.get("RECORD_TO")
        if not folder:
            return
        why = None
        if settings.get("REPLAY_FROM"):
            why = "what is replayed has been recorded; give RECORD_TO or REPLAY_FROM"
        else:
            try:
                Path(folder).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                why = str(error)
        if why is not None:
            sys.stderr.write(f"RECORD_TO: {why}\n")
            raise SystemExit(2)


class Recorder:
    """Extension: records each answer of the network: pages, listings, robots.txt, redirects and errors.

    The request's ``meta["warc_record"]`` names the record of its answer, ``meta["fetched_at"]`` says when it came
    (aware, UTC), so that a replay gives the same lines. When the disk takes no more, the crawl ends: ``record_error``.
    """

    def __init__(self, crawler: Crawler, writer: ArchiveWriter) -> None:
        self.crawler = crawler
        self.writer = writer
        self.failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension. Raises ``NotConfigured`` without ``RECORD_TO``."""
        folder = crawler.settings.get("RECORD_TO")
        if not folder:
            raise NotConfigured
        spider = crawler.spidercls.name
        writer = ArchiveWriter(
            Path(folder),
            max_bytes=crawler.settings.getint("RECORD_MAX_MB") * 1024 * 1024,
            software=f"newscrawl/{__version__}",
            # A run of the same second, on this machine or another, has another number.
            name=f"{spider}-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
        )
        recorder = cls(crawler, writer)
        crawler.signals.connect(recorder.record, signals.response_downloaded)
        crawler.signals.connect(recorder.close, signals.spider_closed)
        return recorder

    def record(self, response: Response, request: Request) -> None:
        """Write an exchange down; end the crawl where that fails."""
        request.meta.pop("warc_record", None)  # of the answer that redirected here
        if self.failed:
            return
        request.meta["fetched_at"] = fetched_at = datetime.now(UTC)
        partial = {"partial", "dataloss"} & set(response.flags)
        exchange = Exchange(
            url=response.url,
            date=fetched_at,
            body=response.body,
            status=response.status,
            headers=tuple(_pairs(response.headers)),
            method=request.method,
            request_headers=tuple(_pairs(request.headers)),
            request_body=request.body,
            truncated="disconnect" if partial else None,
            address=str(response.ip_address) if response.ip_address else None,
        )
        try:
            request.meta["warc_record"] = self.writer.write(exchange, _metadata(request, response))
        except (OSError, ValueError) as error:
            self.failed = True
            logger.error("recording failed: %s; the crawl stops", error)
            if self.crawler.engine is not None and self.crawler.engine.spider is not None:
                deferred_from_coro(self.crawler.engine.close_spider_async(reason="record_error"))
        if self.crawler.stats is not None:
            for name in ("files", "exchanges", "bytes"):
                self.crawler.stats.set_value(f"newscrawl/record/{name}", getattr(self.writer, name))

    def close(self) -> None:
        """Close the last file."""
        try:
            self.writer.close()
        except OSError as error:
            logger.error("closing the archive failed: %s", error)


def _pairs(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("utf-8", "surrogateescape")


def _metadata(request: Request, response: Response) -> Iterator[tuple[str, str]]:
    listing = request.cb_kwargs.get("listing")
    if listing:
        yield "via", str(listing)
    if "browser" in response.flags:
        yield "rendered", "as a browser's scripts made it"
    if "download_latency" in request.meta:
        yield "fetchTimeMs", f"{1000 * request.meta['download_latency']:.0f}"
