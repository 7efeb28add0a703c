"""Stage 6 of 7: identity, and each source once a language.

After validation, so that a broken first copy does not claim the address and lose the good second one.
"""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.feed.books import Books
from newscrawl.items import Article, Reject
from newscrawl.sites import Site
from newscrawl.store.seen import Claim, Known
from newscrawl.text.identity import headline_key, record_key, short_hash, text_key
from newscrawl.text.urls import registered_host


class Dedupe:
    """Give each article its ``id``; refuse one whose source and language the feed has."""

    def __init__(self, books: Books, *, recrawl: bool, follow: bool) -> None:
        self.books = books
        self.recrawl = recrawl
        self.follow = follow

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage on the run's memory."""
        settings = crawler.settings
        return cls(Books.of(crawler), recrawl=settings.getbool("RECRAWL"), follow=bool(settings.get("FOLLOW")))

    def process_item(self, item: Article) -> Article:
        """Return ``item``, or raise ``Reject``: ``duplicate``, or ``unchanged`` when the page was read again."""
        records = identify(item, self.books.sites[item.site])
        item.run_id = self.books.run_id
        known = self.books.memory.find(item.id or "")
        if known is not None:
            self._revise(item, records[0], known)
        rivals = records[:1] if self.follow else records  # with follow, an original and its copies stand side by side
        for record in rivals:
            if record in self.books.claims:
                raise Reject("duplicate", f"{record}: read earlier in this run")
            if known is None and self.books.memory.has_record(record):
                raise Reject("duplicate", f"{record}: in the feed")
        text = self._refuse_repeated(item)
        self.books.claims[records[0]] = item
        if held := self.books.memory.claim(Claim(item.id or "", known.revision if known else 0, rivals, text)):
            raise Reject(held, f"{records[0]}: by another worker")
        return item

    def _refuse_repeated(self, item: Article) -> str | None:
        """Return the key of the text. Raise ``Reject`` where another page of the site holds it word for word."""
        if not item.body:
            return None
        key = text_key(item.site, item.language, item.content_hash or "")
        other = self.books.memory.id_of_text(key) or self.books.claims.setdefault(key, item).id
        if other != item.id:
            raise Reject("repeated_text", f"the text of {other}: {item.body[:80]}")
        return key

    def _revise(self, item: Article, record: str, known: Known) -> None:
        """Make ``item`` the next revision. Raises ``Reject`` when it says nothing new, or is another page."""
        if not self.recrawl or not self._is_same_page(item, known):
            raise Reject("duplicate", f"{record}: in the feed")
        if known.content_hash == item.content_hash:
            raise Reject("unchanged")
        item.revision, item.supersedes = known.revision + 1, known.content_hash

    def _is_same_page(self, item: Article, known: Known) -> bool:
        """Whether the line that is known was read from the page of ``item``; sites tell pages apart by address."""
        line = self.books.memory.page_line(self.books.page_key(item.site, item.url))
        return known.offset < 0 or (line is not None and line.get("id") == item.id)


def identify(item: Article, site: Site) -> tuple[str, str]:
    """Fill ``id``, ``story_id`` and, on a site told apart by headline, ``source_key``.

    Return the record's key, and that of its rival: the original of a copy, or a copy of the original.
    """
    page = site.page_key(item.url)
    if site.identity == "headline":
        item.source_key = page = headline_key(registered_host(item.url), item.published_on, item.title or "")
        item.story_id = short_hash(page)
    else:
        item.story_id = short_hash(site.story_key(item.url))
    item.id = short_hash(item.site, item.source_key or page, item.language or "und")
    original = item.source_url_status == "own"
    own, rival = (record_key(item.source_key, page, item.language, original=kind) for kind in (original, not original))
    return own, rival
