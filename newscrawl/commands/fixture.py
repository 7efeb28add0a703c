"""``scrapy fixture SITE URL CASE``: save a page as a test case."""

import argparse
import re
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newscrawl.crawl.fetch import fetch

FOLDER = Path("tests/sites")


class Command(ScrapyCommand):
    """Save a page below ``tests/sites``."""

    requires_project = True
    default_settings = {"LOG_LEVEL": "ERROR"}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "<site> <url> <case>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Save a page as a test case of a site: tests/sites/SITE/CASE/"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch and save."""
        if len(args) != 3:
            raise UsageError("scrapy fixture SITE URL CASE", print_help=False)
        site, url, case = args
        assert self.settings is not None
        assert self.crawler_process is not None
        loader = get_spider_loader(self.settings)
        if site not in loader.list():
            raise UsageError(f"no site is called {site!r}; scrapy sites lists them", print_help=False)
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", case):
            raise UsageError(f"case {case!r}: write it in lower-case letters, digits and hyphens", print_help=False)
        folder = FOLDER / site / case
        if folder.exists():
            raise UsageError(f"{folder} is there already", print_help=False)
        try:
            (response,) = fetch(self.crawler_process, url, getattr(loader.load(site), "site", None))
        except ConnectionError as error:
            print(f"scrapy fixture: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        folder.mkdir(parents=True)
        (folder / "page.html").write_bytes(response.body)
        (folder / "url.txt").write_text(response.url + "\n", "utf-8")
        print(f"{folder}/page.html  {len(response.body)} bytes")
        print(f"now: pytest --update-golden -k {site}/{case}, and read {folder}/article.json against the page")
