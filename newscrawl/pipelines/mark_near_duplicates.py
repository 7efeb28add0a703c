"""Stage 7 of 7: the same text in other papers."""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.feed.books import Books
from newscrawl.items import Article, Reject
from newscrawl.store.near import first_near, text_of

_TEXT_FIELDS = ("id", "body", "published_on", "crawled_at", "content_hash")


class MarkNearDuplicates:
    """Name the line that already has nearly this text; never drop one unless told to."""

    def __init__(self, books: Books, *, drop: bool) -> None:
        self.books = books
        self.drop = drop

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage on the run's memory."""
        return cls(Books.of(crawler), drop=crawler.settings.getbool("DROP_NEAR_DUPLICATES"))

    def process_item(self, item: Article) -> Article:
        """Return ``item``, or raise ``Reject``: ``near_duplicate``, only where that was asked for."""
        text = text_of({name: getattr(item, name) for name in _TEXT_FIELDS}, self.books.prints)
        if text is None:
            return item
        waiting = self.books.texts
        item.near_duplicate_of = self.books.memory.near_duplicate(text) or first_near(text, waiting.values())
        if item.near_duplicate_of is None:
            waiting[text.id] = text
            return item
        self.books.count("near_duplicates")
        if self.drop:
            raise Reject("near_duplicate", f"of {item.near_duplicate_of}")
        return item
