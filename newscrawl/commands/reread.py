"""``scrapy reread ARCHIVE... -o out.jsonl``: archives to a feed, without the crawl engine."""

import argparse
import os
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError


class Command(ScrapyCommand):
    """Read the pages of archives again."""

    requires_project = True

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <archive or folder>..."

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Read the articles in WARC archives, in parallel: the site's rules by host, others by the generic reader"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="feed to write or go on with")
        parser.add_argument("-O", "--overwrite-output", metavar="FILE", help="feed to write anew")
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="worker processes (default: a core each)"
        )
        parser.add_argument(
            "--revisions", action="store_true", help="later captures that say something else become revisions"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read; exit code 1 when something was lost."""
        from newscrawl.archive.warc import archive_files
        from newscrawl.reread.run import Reread  # Scrapy imports every command at each start

        assert self.settings is not None
        feed = opts.overwrite_output or opts.output
        if not args or not feed or (opts.output and opts.overwrite_output):
            raise UsageError("give archives and one feed: scrapy reread warc/ -o articles.jsonl", print_help=False)
        if "://" in feed or "%(" in feed:
            raise UsageError(f"{feed}: a feed that is reread is a file here, under one name", print_help=False)
        if opts.jobs < 1:
            raise UsageError("--jobs must be 1 or more", print_help=False)
        try:
            paths = list(dict.fromkeys(path for name in args for path in archive_files(name)))
        except ValueError as error:
            sys.stderr.write(f"scrapy reread: {error}\n")
            self.exitcode = 2
            return
        given = {name: self.settings[name] for name in self.settings if self.settings.getpriority(name) == 40}
        reread = Reread(
            Path(feed),
            jobs=opts.jobs,
            overwrite=bool(opts.overwrite_output),
            revisions=opts.revisions,
            settings=given,
        )
        reread.run(paths)
        if reread.skipped:
            sys.stderr.write(f"  {reread.skipped:>6} parts read before; delete {reread.progress} to read them again\n")
        if reread.books.faults:
            self.exitcode = 1
