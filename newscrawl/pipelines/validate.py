"""Stage 5 of 7: whole articles only."""

import json
from dataclasses import asdict
from typing import Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from newscrawl.items import MAX_LINE, Article, Reject
from newscrawl.text.clean import has_letters

MIN_TEXT = 80
"""Letters of lead and body together that make an article; shorter ones are shells and stubs."""


class Validate:
    """Refuse what is no article, or none that was asked for."""

    def __init__(self, settings: BaseSettings) -> None:
        self.since: str | None = settings.get("SINCE")
        self.until: str | None = settings.get("UNTIL")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage with the days asked for."""
        return cls(crawler.settings)

    def process_item(self, item: Article) -> Article:
        """Return ``item``, or raise ``Reject`` with the reason."""
        if not item.title:
            raise Reject("no_title")
        if item.status == "withdrawn":
            return item
        if not item.body and not item.lead:
            raise Reject("no_body")
        text = f"{item.lead or ''}{item.body or ''}"
        if not has_letters(text, min_text(item.language), str.isalnum):
            raise Reject("body_too_short", (item.body or item.lead or "")[:200])
        day = item.published_on
        if day and ((self.since and day < self.since) or (self.until and day > self.until)):
            raise Reject("outside_window", day)
        item.flags = sorted(set(item.flags))
        if len(item.body or "") > MAX_LINE // 8:  # only then can the line be too long
            size = len(json.dumps(asdict(item), ensure_ascii=False).encode("utf-8", "replace"))
            if size > MAX_LINE:
                raise Reject("line_too_long", f"{size} bytes")
        return item


def min_text(language: str | None) -> int:
    """Return the least number of letters; scripts that write a word in one or two need fewer."""
    return MIN_TEXT // 3 if (language or "").partition("-")[0] in ("ja", "zh", "ko") else MIN_TEXT
