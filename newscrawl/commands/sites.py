"""``scrapy sites``: what there is to crawl."""

import argparse
from collections import Counter
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader


class Command(ScrapyCommand):
    """Print a table of the sites."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "List the sites: languages, CMS family, discovery, when last checked"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the table."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        spiders = (loader.load(name) for name in sorted(loader.list()))
        print(table([spider for spider in spiders if hasattr(spider, "site")]))


def table(spiders: list[Any]) -> str:
    """Return the table of ``spiders``, one line a site."""
    rows = [("site", "publisher", "languages", "family", "discovery", "checked")]
    for spider in spiders:
        site = spider.site
        languages = " ".join(site.languages[:6]) + (f" +{len(site.languages) - 6}" if len(site.languages) > 6 else "")
        kinds = Counter(type(source).__name__ for source in spider.sources)
        discovery = ", ".join(f"{kind} {count}" if count > 1 else kind for kind, count in kinds.items())
        checked = site.checked.isoformat() if site.checked else "never live"
        rows.append((site.name, site.publisher, languages, site.rules.family or "own", discovery, checked))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)
