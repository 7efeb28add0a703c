"""Scrapy's feed exporter with a file that nothing can spoil, and books that are told of every line.

An address counts as done when its line is in the file: the memory is told after the write, never before. A feed that is
no file here, or many, is written to a journal and delivered from there (``newscrawl.feed.delivery``).
"""

import re
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import BaseItemExporter
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, FileFeedStorage
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro, ensure_awaitable
from twisted.internet.defer import Deferred

from newscrawl.compression import ENDINGS, offset_at
from newscrawl.feed.books import Books
from newscrawl.feed.delivery import CHANGING, Journal, journal_path, store_file, with_user_of, without_user
from newscrawl.feed.lines import LineFile, to_line
from newscrawl.items import Article, to_record

LIBRARIES = {"s3": ("boto3", "s3"), "sftp": ("paramiko", "sftp")}
"""What feeds of a scheme need: the library, and the extra that brings it."""

NAMES = {"s3": "bucket", "sftp": "user@host"}

LONGEST_NAME = 100
"""Most characters that a value takes in an address."""

_NO_NAME = re.compile(r"[^\w.:+=@-]")


class ArticleFeeds(FeedExporter):
    """Extension: exports articles, tells the books, stops the crawl when a feed takes no more."""

    def __init__(self, crawler: Crawler) -> None:
        self._journals: dict[str, Journal] = {}
        """Journals of the feeds that are delivered, by the template of their address."""
        super().__init__(crawler)

    @property
    def books(self) -> Books:
        """The run's books."""
        return Books.of(self.crawler)

    def open_spider(self, spider: Spider) -> None:
        """Open the feeds, and the books on the first that is written to a file here."""
        super().open_spider(spider)
        files = [slot.storage for slot in self.slots if isinstance(slot.storage, DurableFileStorage | Delivered)]
        if files:
            first, *others = files
            copies = tuple(Path(storage.path) for storage in others)
            opened = first.journal.open if isinstance(first, Delivered) else None
            self.books.open(Path(first.path), overwrite=first.overwrite, copies=copies, opened=opened)
            for storage in others:
                if isinstance(storage, Delivered) and not self.books.refused:
                    try:
                        storage.journal.open(LineFile(storage.journal.path, anew=storage.overwrite))
                    except OSError as error:
                        self.books.refuse(f"the feed cannot be written: {error}")
        else:
            self.books.open(None, overwrite=False)
        self.slots.reverse()  # the first is the memory: a line that is in it is in the others as well

    def _get_uri_params(self, spider: Spider, *args: Any) -> dict[str, Any]:
        """Return what an address may name; ``_job`` is the run where there is no Scrapyd, as ``run`` is."""
        own = {"_job": self.books.run_id, "run": self.books.run_id, "day": f"{datetime.now(UTC):%Y-%m-%d}"}
        return safe_names({**own, **super()._get_uri_params(spider, *args)})

    def _start_new_batch(
        self, batch_id: int, uri: str, feed_options: dict[str, Any], spider: Spider, uri_template: str
    ) -> FeedSlot:
        """Return a slot; one of a feed that is delivered ends in its journal."""
        slot = super()._start_new_batch(batch_id, uri, feed_options, spider, uri_template)
        if self._is_delivered(uri_template, feed_options):
            journal = self._journals.get(uri_template)
            if journal is None:
                path = journal_path(Path(self.settings["FEED_JOURNALS"]), uri_template, spider.name)
                options = {**feed_options, "overwrite": True}  # of what is at an address: a part is sent whole

                async def store(address: str, file: IO[bytes]) -> None:
                    if "://" not in address:
                        store_file(Path(address), file)
                        return
                    storage = self._get_storage(with_user_of(address, uri), options)
                    await ensure_awaitable(storage.store(file))

                anew = bool(feed_options.get("overwrite", False))
                journal = self._journals[uri_template] = Journal(path, anew=anew, store=store)
            slot.storage = Delivered(self, journal, without_user(uri.removeprefix("file://")))
        return slot

    def _is_delivered(self, template: str, options: dict[str, Any]) -> bool:
        """Whether a feed is delivered from a journal: elsewhere, in batches, or, as the memory, in a file a run."""
        if (scheme := _scheme(template)) not in ("", "file"):
            return scheme != "stdout"
        first = next(uri for uri in self.feeds if _scheme(uri) != "stdout")
        return bool(options["batch_item_count"] or (template == first and CHANGING.search(template)))

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write the line, then tell the books."""
        try:
            super().item_scraped(item, spider)
        except Exception as error:  # a record that is not in the feed is lost, whatever kept it out
            self.books.write_failed(error)
            return
        if isinstance(item, Article):
            self.books.wrote(item)

    def _schedule_slot_close(self, slot: FeedSlot, spider: Spider) -> Any:
        """End the part of a slot that is delivered, before another line comes."""
        if isinstance(slot.storage, Delivered):
            try:
                slot.storage.journal.cut(slot.storage.address)
            except OSError as error:
                self.books.write_failed(error)
        return super()._schedule_slot_close(slot, spider)

    async def deliver(self, journal: Journal) -> None:
        """Deliver what waits; tell the memory, if it is of this journal, what counts as exported."""
        await journal.deliver()
        if journal.path == self.books.feed_path:
            self.books.memory.stored(offset_at(journal.path, journal.stored_until))

    async def close_spider(self, spider: Spider, reason: str = "finished") -> None:
        """Close the feeds, then the books."""
        try:
            if not self.books.refused:
                await super().close_spider(spider)
                for journal in self._journals.values():
                    if journal.is_behind and journal.fault is None:
                        await self.deliver(journal)
        finally:
            for journal in self._journals.values():
                self.books.delivered += journal.delivered
                if journal.fault is not None:
                    self.books.faults.append(
                        f"{journal.fault}; the same command again stores what is kept in {journal.path}"
                    )
                try:
                    journal.close()
                except OSError as error:
                    self.books.faults.append(f"closing {journal.path} failed: {error}")
            self.books.close(reason)


class Delivered:
    """Storage of a feed that is delivered from a journal: one address of it."""

    def __init__(self, feeds: ArticleFeeds, journal: Journal, address: str) -> None:
        self.feeds, self.journal, self.address = feeds, journal, address
        self.path, self.overwrite = str(journal.path), journal.anew

    def open(self, spider: Spider) -> IO[bytes]:
        """Return the journal."""
        return cast("IO[bytes]", self.journal.file)

    def store(self, file: IO[bytes]) -> Deferred[None]:
        """Deliver what waits."""
        return deferred_from_coro(self.feeds.deliver(self.journal))


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

    def store(self, file: IO[bytes]) -> None:
        """Close the file; that the disk does not take it all is for the books."""
        try:
            file.close()
        except OSError as error:
            Books.of(self.crawler).faults.append(f"closing {self.path} failed: {error}")


class ArticleLinesExporter(BaseItemExporter):
    """JSON Lines in strict JSON: one ``write`` a record, newline included."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        """Write one line. Raises ``OSError`` when the file does not take it."""
        if isinstance(item, Article) and self.fields_to_export is None:
            record = to_record(item)
        else:
            chosen = dict(self.get_serialized_fields(item, default_value=None, include_empty=True))
            record = {name: _plain(value) for name, value in chosen.items()}
        self.file.write(to_line(record))


class _SafeNames(dict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, int | float):
            return value
        text = _NO_NAME.sub("_", str(value))[:LONGEST_NAME]
        return text if text.strip(".") else "_"


def safe_names(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the address of a feed may name, so that no value leads out of the folder that it stands in.

    Any attribute of the spider may be named, and some are a stranger's: Scrapyd's ``_job``. Numbers stay what they are.

    >>> "jobs/%(_job)s/%(batch_id)02d.jsonl" % safe_names({"_job": "../../x", "batch_id": 1})
    'jobs/.._.._x/01.jsonl'
    """
    return _SafeNames(values)


def check_feeds(settings: BaseSettings) -> None:
    """Raise ``ValueError``, one clear line, when a feed of the settings cannot be written as it is asked for."""
    known = {*settings.getwithbase("FEED_STORAGES")}
    batch = settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT")
    for given, options in settings.getdict("FEEDS").items():
        template = str(given)
        scheme, shown = _scheme(template), without_user(template)
        if scheme not in known:
            raise ValueError(f"{shown}: feeds cannot be stored by {scheme}")
        parts = urlsplit(template)
        if scheme in LIBRARIES and not (parts.hostname and parts.path.strip("/")):
            raise ValueError(
                f"{shown}: name a file there, such as {scheme}://{NAMES[scheme]}/%(name)s/%(run)s.jsonl.gz"
            )
        library, extra = LIBRARIES.get(scheme, ("", ""))
        if library and find_spec(library) is None:
            raise ValueError(f"{shown} needs the extra: pip install 'newscrawl[{extra}]'")
        if template.endswith(ENDINGS) and not re.search(r"\.(jsonl|jl)\.\w+$", template):
            raise ValueError(f"{shown}: only JSON Lines are compressed; name it .jsonl.gz or .jsonl.zst")
        if options.get("format") not in settings.getdict("FEED_EXPORTERS"):
            raise ValueError(f"{shown}: a feed is JSON Lines; name it .jsonl, or turn it into other formats afterwards")
        if options.get("postprocessing"):
            raise ValueError(f"{shown}: postprocessing holds lines back; name the feed .jsonl.gz or .jsonl.zst")
        if options.get("batch_item_count", batch) and not re.search(r"%\(batch_(time|id)\)", template):
            raise ValueError(f"{shown}: batches need %(batch_time)s or %(batch_id)d in the address")


def _scheme(address: str) -> str:
    return address.partition(":")[0] if re.match(r"[a-z][a-z0-9+.-]+:", address) else ""


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return ItemAdapter(value).asdict() if ItemAdapter.is_item(value) else value


__all__ = ["ArticleFeeds", "ArticleLinesExporter", "DurableFileStorage", "check_feeds", "safe_names"]
