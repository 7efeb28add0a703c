"""``scrapy crawl``: arguments checked first, and an exit code that tells the truth.

0: every listing that must answer did, and the feed holds what was read. 1: the crawl failed; the summary says
how. 2: a wrong argument; nothing was requested.
"""

import argparse
import gc
import logging
import sys
from difflib import get_close_matches
from typing import Any

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newscrawl.archive.replay import open_archive
from newscrawl.crawl.arguments import ArgumentError, did_you_mean, help_text, read_arguments, wants_help
from newscrawl.crawl.browsing import check_browser
from newscrawl.feed.books import Books
from newscrawl.feed.export import check_feeds
from newscrawl.feed.progress import mode_of
from newscrawl.log import install
from newscrawl.store.seen import check_store

logger = logging.getLogger(__name__)


class Command(CrawlCommand):
    """Scrapy's own ``crawl`` with checks before and a verdict after."""

    def __init__(self) -> None:
        super().__init__()
        self.crawlers: list[Crawler] = []

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Crawl a site (-a help=1 after the site's name explains its arguments)"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let ``-o`` and ``-O`` stand in for the settings' own feed, which Scrapy would write as well.

        Settings are checked, since Scrapy takes any name and value without a word.
        """
        known = set(self.settings or ())
        if self.settings is not None and (opts.output or opts.overwrite_output):
            self.settings.set("FEEDS", {}, priority="project")
        super().process_options(args, opts)
        if self.settings is not None:
            try:
                _check_names(opts.set, known)
                mode_of(self.settings)
                install(self.settings)
            except (ValueError, OSError) as error:
                print(f"scrapy crawl: {error}", file=sys.stderr)
                raise SystemExit(2) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl the site named in ``args``."""
        if len(args) == 1 and self._explained(args[0], opts.spargs):
            return
        # Its import has the source of each frame above it looked up, twice: here they are few.
        import scrapy.core.downloader.handlers.http11  # noqa: F401

        gc.freeze()  # what is imported lives as long as the crawl: to look through it again and again gains nothing
        super().run(args, opts)
        for crawler in self.crawlers:
            books = crawler.get_extension(Books) if crawler.extensions else None
            if books is None or books.faults or not books.closed:
                self.exitcode = 1

    def _create_crawler(self, spidercls: Any) -> Crawler:
        crawler = super()._create_crawler(spidercls)
        self.crawlers.append(crawler)
        return crawler

    def _explained(self, name: str, given: dict[str, Any]) -> bool:
        """Check the arguments; return whether help was asked for and given. A wrong one ends the process with 2."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        if name not in loader.list():
            others = "scrapy sites lists them, and any other: scrapy crawl any_site -a url=https://paper.example"
            raise UsageError(
                f"no site is called {name!r}{did_you_mean(name, loader.list())}; {others}", print_help=False
            )
        site = getattr(loader.load(name), "site", None)
        if site is None:
            return False
        try:
            if wants_help(given):
                print(help_text(site))
                return True
            arguments = read_arguments({key: value for key, value in given.items() if not key.startswith("_")}, site)
            if path := self.settings.get("REPLAY_FROM"):
                open_archive(path)
            elif arguments.browser:
                check_browser(self.settings)
            if url := self.settings.get("SEEN_STORE"):
                check_store(url)
            check_feeds(self.settings)
        except (ArgumentError, ValueError, OSError) as error:
            print(f"scrapy crawl {name}: {error}", file=sys.stderr)
            if self.settings.get("LOG_FILE"):  # Scrapyd shows a job's log, and not what it printed
                logger.error("scrapy crawl %s: %s", name, error)
            raise SystemExit(2) from None
        return False


def _check_names(given: list[str], known: set[str]) -> None:
    """Raise ``ValueError`` for a setting that is none, but nearly one; others may be a plugin's."""
    for name in (text.partition("=")[0] for text in given):
        if name not in known and (near := get_close_matches(name, known, n=1, cutoff=0.8)):
            raise ValueError(f"-s {name}=: no such setting; did you mean {near[0]}?")
