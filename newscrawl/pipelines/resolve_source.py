"""Stage 2 of 7: where the text first appeared."""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.feed.books import Books
from newscrawl.items import Article


class ResolveSource:
    """Fill ``source_url`` and what goes with it: a paper's own page, or what an aggregator names."""

    def __init__(self, crawler: Crawler) -> None:
        self.sites = Books.of(crawler).sites
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage with every site's facts."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Return ``item`` with its source; a damaged address is repaired or given up, never guessed."""
        site = self.sites[item.site]
        if site.rules.republished:
            self._aggregated(item)
        else:
            item.source_url, item.source_url_status = item.url, "own"
            item.source_key = site.page_key(item.url) if site.identity == "address" else None
        item.is_translation = item.source_language is not None and item.source_language != item.language
        if self.stats is not None:
            self.stats.inc_value(f"newscrawl/source/{item.source_url_status}")
        return item

    def _aggregated(self, item: Article) -> None:
        item.source_url_raw = _visible(item.source_url_raw)
        found, origin = self.sites.source_of(
            item.source_url_raw, item.url, labelled=item.source_url_status == "label_only"
        )
        item.source_url_status, item.source_key = found.status, found.key
        if item.source_url is None:
            item.source_url = found.url
        elif item.source_url != found.url:  # followed: where the original stands has been seen
            item.source_url_status = "repaired"
        if origin is not None and item.source_url is not None:
            item.source_language = origin.language_of(item.source_url)


def _visible(printed: str | None) -> str | None:
    """Return an address as printed, without what no eye sees and a terminal may obey; ``None`` when nothing is left."""
    return "".join(char for char in printed or "" if char.isprintable()).strip() or None
