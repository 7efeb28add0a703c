"""Stage 4 of 6: the language tag, with a detector's second opinion."""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.items import Article
from newscrawl.text.language import detect, languages_differ, normal_tag


class TagLanguage:
    """Bring ``language`` to its normal form; flag it where a detector is sure of another."""

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage with the crawl's stats."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Return ``item``; the tag is the address's or the page's, the detector only fills a missing one."""
        item.language = normal_tag(item.language) if item.language else None
        found = detect(item.body or "")
        if found is not None:
            if item.language is None:
                item.language = found.language
            elif languages_differ(item.language, found):
                item.flags.append("language_disputed")
                if self.stats is not None:
                    self.stats.inc_value(f"newscrawl/language/disputed/{item.language}/{found.language}")
        return item
