"""Stage 6 of 6: identity, and each source once a language.

Last, so that a broken first copy does not claim the address and lose the good second one.
"""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.feed.books import Books
from newscrawl.items import Article, Reject
from newscrawl.sites import Site
from newscrawl.text.identity import headline_key, record_key, short_hash
from newscrawl.text.urls import registered_host


class Dedupe:
    """Give each article its ``id``; refuse one whose source and language the feed has."""

    def __init__(self, books: Books, *, recrawl: bool) -> None:
        self.books = books
        self.recrawl = recrawl
        self.claimed: set[str] = set()
        """Records on their way to the feed in this run; those in it are in the memory."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage on the run's memory."""
        return cls(Books.of(crawler), recrawl=crawler.settings.getbool("RECRAWL"))

    def process_item(self, item: Article) -> Article:
        """Return ``item``, or raise ``Reject``: ``duplicate``, or ``unchanged`` on a recrawl."""
        record = identify(item, self.books.sites[item.site])
        item.run_id = self.books.run_id
        if record in self.claimed:
            raise Reject("duplicate", f"{record}: read earlier in this run")
        known = self.books.memory.find(record)
        if known is not None:
            if not self.recrawl:
                raise Reject("duplicate", f"{record}: in the feed")
            if known.content_hash == item.content_hash:
                raise Reject("unchanged")
            item.revision = known.revision + 1
        self.claimed.add(record)
        return item


def identify(item: Article, site: Site) -> str:
    """Fill ``id``, ``story_id`` and, on a site told apart by headline, ``source_key``; return the record key."""
    page = site.page_key(item.url)
    if site.identity == "headline":
        item.source_key = page = headline_key(registered_host(item.url), item.published_on, item.title or "")
        item.story_id = short_hash(page)
    else:
        item.story_id = short_hash(site.story_key(item.url))
    item.id = short_hash(item.site, item.source_key or page, item.language or "und")
    return record_key(item.source_key, page, item.language)
