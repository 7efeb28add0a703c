"""Scrapy's feed exporter with a file that nothing can spoil, and books that are told of every line.

An address counts as done when its line is in the file: the memory is told after the write, never before.
"""

import logging
from pathlib import Path
from typing import IO, Any, cast

from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage

from newscrawl.feed.books import Books, to_line
from newscrawl.feed.lines import LineFile
from newscrawl.items import Article

logger = logging.getLogger(__name__)


class ArticleFeeds(FeedExporter):
    """Extension: exports articles, tells the books, stops the crawl when a feed takes no more."""

    @property
    def books(self) -> Books:
        """The run's books."""
        return Books.of(self.crawler)

    def open_spider(self, spider: Spider) -> None:
        """Open the feeds, and the books on the first local one."""
        super().open_spider(spider)
        local = [slot.storage for slot in self.slots if isinstance(slot.storage, DurableFileStorage)]
        if local:
            first, *others = local
            copies = tuple(Path(storage.path) for storage in others)
            self.books.open(Path(first.path), overwrite=first.overwrite, copies=copies)
        else:
            self.books.open(None, overwrite=False)
        self.slots.reverse()  # the first is the memory: a line that is in it is in the others as well

    def _get_uri_params(self, spider: Spider, *args: Any) -> dict[str, Any]:
        """Return what an address may name; ``_job`` is the run where there is no Scrapyd."""
        return {"_job": self.books.run_id, **super()._get_uri_params(spider, *args)}

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write the line, then tell the books."""
        try:
            super().item_scraped(item, spider)
        except Exception as error:  # a record that is not in the feed is lost, whatever kept it out
            self.books.write_failed(error)
            return
        if isinstance(item, Article):
            self.books.wrote(item)

    async def close_spider(self, spider: Spider, reason: str = "finished") -> None:
        """Close the feeds, then the books."""
        try:
            if not self.books.refused:
                await super().close_spider(spider)
        finally:
            failed = (
                self.crawler.stats.get_value("feedexport/failed_count/DurableFileStorage") if self.crawler.stats else 0
            )
            if failed:
                self.books.faults.append("the feed could not be stored")
            self.books.close(reason)


class DurableFileStorage(FileFeedStorage):
    """Local files: the books open the first one (lock, mended tail), every other is opened the same way."""

    def __init__(self, uri: str, crawler: Crawler, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self.crawler = crawler
        self.overwrite = bool((feed_options or {}).get("overwrite", False))

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> "DurableFileStorage":
        """Build the storage."""
        return cls(uri, crawler, feed_options=feed_options)

    def open(self, spider: Spider) -> IO[bytes]:
        """Return the open file."""
        books = Books.of(self.crawler)
        if books.feed is not None and books.feed_path == Path(self.path):
            return cast("IO[bytes]", books.feed)
        return cast("IO[bytes]", LineFile(Path(self.path), anew=self.overwrite))


class ArticleLinesExporter(BaseItemExporter):
    """JSON Lines in strict JSON: one ``write`` a record, newline included."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        """Write one line. Raises ``OSError`` when the file does not take it."""
        chosen = dict(self.get_serialized_fields(item, default_value=None, include_empty=True))
        record = {name: _plain(value) for name, value in chosen.items()}
        self.file.write(to_line(record))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return ItemAdapter(value).asdict() if ItemAdapter.is_item(value) else value


__all__ = ["ArticleFeeds", "ArticleLinesExporter", "DurableFileStorage"]
