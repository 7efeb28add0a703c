"""Stage 2 of 6: where the text first appeared."""

from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy.crawler import Crawler

from newscrawl.items import Article
from newscrawl.sites import Site, Sites
from newscrawl.text.sources import resolve_source


class ResolveSource:
    """Fill ``source_url`` and what goes with it: a paper's own page, or what an aggregator names."""

    def __init__(self, crawler: Crawler) -> None:
        self.sites = Sites.load(crawler.settings)
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
        slug = unquote(urlsplit(item.url).path).rstrip("/").rpartition("/")[2]
        origin = self._origin(item.source_url_raw)
        foreign = origin is not None and origin.language_of(item.source_url_raw or "") not in (None, "vi")
        found = resolve_source(
            item.source_url_raw, slug, labelled=item.source_url_status == "label_only", foreign=foreign
        )
        item.source_url, item.source_url_status, item.source_key = found.url, found.status, found.key
        if found.url is not None and (known := self.sites.of_url(found.url)):
            item.source_url = known.canonical(found.url)
            item.source_key = known.page_key(found.url)
            item.source_language = known.language_of(found.url)

    def _origin(self, raw: str | None) -> Site | None:
        try:
            return self.sites.of_url(raw) if raw else None
        except ValueError:
            return None
