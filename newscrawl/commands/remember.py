"""``scrapy remember FEEDS -s SEEN_STORE=redis://…``: tell the shared store what feeds hold."""

import argparse
import sys
from pathlib import Path

from scrapy import Spider
from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from newscrawl.compression import ENDINGS, offset_at
from newscrawl.feed.books import Books
from newscrawl.feed.delivery import stored_until
from newscrawl.feed.lines import COMPANIONS, FeedLocked, LineFile
from newscrawl.store.seen import check_store


class Command(ScrapyCommand):
    """Tell, feed by feed; what was told already costs one question."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <feed or folder> [...]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Tell the shared store (SEEN_STORE) what feeds hold, after it was emptied or replaced"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("--anew", action="store_true", help="empty the store first; name the feeds of all machines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Tell and print what was told."""
        assert self.settings is not None
        url = self.settings.get("SEEN_STORE")
        if not url:
            raise UsageError(
                "name the store: scrapy remember FEEDS -s SEEN_STORE=redis://HOST:6379/0", print_help=False
            )
        try:
            check_store(url)
            found = feeds([Path(name) for name in args])
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from None
        try:
            if opts.anew:
                from newscrawl.store.shared import empty

                empty(url, self.settings["SEEN_STORE_PREFIX"])
            books = Books(Crawler(Spider, self.settings))
            for feed in found:
                print(f"{feed}: {tell(books, feed)}", flush=True)
        except OSError as error:
            print(f"scrapy remember: {error}", file=sys.stderr)
            self.exitcode = 1


def feeds(paths: list[Path]) -> list[Path]:
    """Return the feeds named, and those in the folders named. Raises ``ValueError`` where there is none."""
    found = []
    for path in paths:
        names = [f"*.jsonl{ending}" for ending in ("", *ENDINGS)]
        inside = sorted(feed for name in names for feed in path.rglob(name)) if path.is_dir() else [path]
        found += [feed for feed in inside if not feed.name.endswith(COMPANIONS)]
        if not path.exists():
            raise ValueError(f"{path} is not there")
    if not found:
        raise ValueError("name at least one feed, or a folder of feeds")
    return found


def tell(books: Books, feed: Path) -> str:
    """Tell the shared store of ``feed``; return what came of it. Raises ``OSError``."""
    from newscrawl.store.shared import SharedStore

    try:
        lock = LineFile(feed)
    except FeedLocked:
        return "in use: its run tells"
    stored = stored_until(feed)
    store = books.store_of(feed, None if stored is None else offset_at(feed, stored))
    assert isinstance(store, SharedStore)
    try:
        store.follow(feed, anew=True)
    finally:
        store.close()
        lock.close()
    return f"{store.late} lines told"
