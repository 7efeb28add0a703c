"""``scrapy validate FEED...``: whether a feed keeps what is promised of its lines."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.feed.lines import COMPANIONS, LineFile

SHOWN = 10
"""Faults of one field that are printed; more are counted."""


class Command(ScrapyCommand):
    """Check feeds, and cut torn tails."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "<feed>... [--repair]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Check the lines of a feed: form, meaning, and one against the others"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--repair``."""
        super().add_options(parser)
        parser.add_argument(
            "--repair", action="store_true", help="cut off a torn last line; it is kept beside the feed as .tail"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the faults; exit code 1 when there are any."""
        if not args:
            raise UsageError("give a feed: scrapy validate articles.jsonl", print_help=False)
        feeds = [name for name in args if not name.endswith(COMPANIONS)]  # a pattern finds a feed's companions too
        for name in feeds or args:
            try:
                if opts.repair:
                    self._repair(Path(name))
                self._check(Path(name))
            except OSError as error:
                print(f"scrapy validate: {error}", file=sys.stderr)
                self.exitcode = 1

    def _repair(self, feed: Path) -> None:
        feed.stat()  # a feed that is not there is not to be made
        file = LineFile(feed)
        file.close()
        if file.torn:
            print(f"{feed}: {file.torn} bytes of a torn line cut off and kept in {feed}.tail")

    def _check(self, feed: Path) -> None:
        from newscrawl.feed.validate import Seen, faults  # Scrapy imports every command at each start

        seen, found = Seen(), Counter[str]()
        for fault in faults(feed, seen):
            found[fault.field] += 1
            if found[fault.field] <= SHOWN:
                print(f"{feed}:{fault}")
        for field, count in found.items():
            if count > SHOWN:
                print(f"{feed}: {field or 'line'}: {count - SHOWN} more")
        print(f"{feed}: {seen.lines} lines, {sum(found.values()) or 'no'} faults")
        if found:
            self.exitcode = 1
