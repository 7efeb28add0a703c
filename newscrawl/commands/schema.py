"""``scrapy schema``: the contract of a feed line."""

import argparse
import json

from scrapy.commands import ScrapyCommand

from newscrawl.feed.schema import schema


class Command(ScrapyCommand):
    """Print the JSON Schema of a feed line."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Print the JSON Schema of a feed line"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the schema."""
        print(json.dumps(schema(), ensure_ascii=False, indent=2))
