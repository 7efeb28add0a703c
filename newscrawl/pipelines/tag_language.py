"""Stage 4 of 7: the language tag, with a detector's second opinion."""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.items import Article
from newscrawl.text.language import detect, languages_differ, normal_tag
from newscrawl.text.translation import is_untranslated


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
        if item.is_translation and item.language and item.source_language:
            self._flag_untranslated(item, item.language, item.source_language)
        return item

    def _flag_untranslated(self, item: Article, language: str, source_language: str) -> None:
        lines = [item.lead or "", *(item.body or "").split("\n\n")]
        left = sum(is_untranslated(line, language, source_language) for line in lines)
        if left:
            item.flags.append("untranslated")
            if self.stats is not None:
                self.stats.inc_value(f"newscrawl/language/untranslated_lines/{language}", left)
