"""``scrapy report FEED... -o report.html``: feeds as one page to look at."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.compression import open_lines
from newscrawl.feed.lines import COMPANIONS, beside
from newscrawl.sites import Sites


class Command(ScrapyCommand):
    """Write a page of figures and articles."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <feed> [<feed> ...]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Show feeds as one page: figures, rejects, runs, and the articles to search in"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``-o``."""
        super().add_options(parser)
        parser.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            default="report.html",
            help="where to write the page (default: %(default)s)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read and write; the page appears when it is whole."""
        assert self.settings is not None
        feeds = [
            Path(name) for name in args if not name.endswith(COMPANIONS)
        ]  # a pattern finds a feed's companions too
        output = Path(opts.output)
        if not feeds:
            raise UsageError("name at least one feed: scrapy report articles.jsonl -o report.html", print_help=False)
        if any(output.absolute() == feed.absolute() for feed in feeds):
            raise UsageError(f"{output} is one of the feeds; write the page to another file", print_help=False)
        try:
            print(_write(feeds, output, Sites.load(self.settings)), file=sys.stderr)
        except ImportError as error:
            print(f"scrapy report: {error}; pip install 'newscrawl[report]'", file=sys.stderr)
            self.exitcode = 1
        except OSError as error:
            print(f"scrapy report: {error}", file=sys.stderr)
            self.exitcode = 1


def _write(feeds: list[Path], output: Path, sites: Sites) -> str:
    # A library is an extra, and every command imports this module.
    from newscrawl.report.articles import Articles
    from newscrawl.report.figures import figures
    from newscrawl.report.page import Report, write_page
    from newscrawl.report.runs import runs_of, verdicts
    from newscrawl.report.texts import Texts

    draft = output.with_name(output.name + ".part")
    output.parent.mkdir(parents=True, exist_ok=True)
    with Articles(output.parent) as articles:
        for feed in feeds:
            with open_lines(feed) as lines:
                articles.read(lines)
        runs = runs_of(feeds)
        sites_of_runs = {run["run_id"]: run["site"] for run in runs}
        for rejects in (beside(feed, ".rejects.jsonl") for feed in feeds):
            if rejects.exists():
                with rejects.open("rb") as lines:
                    articles.read_rejects(lines, sites_of_runs)
        articles.settle()
        texts = Texts(articles)
        publishers = {site.name: site.publisher for site in sites if not site.anywhere}
        report = Report([str(feed) for feed in feeds], figures(articles), texts, publishers, runs, verdicts(feeds))
        try:
            with draft.open("wb") as file:
                write_page(report, file)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
        bad = articles.counts["bad"]
        return f"{output}: {texts.every} articles" + (f"; lines that are no records: {bad}" if bad else "")
