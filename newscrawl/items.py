"""The records: what every field of a feed line means, and in which normal form it stands there.

``Article`` is the one item of the project. Reading a page fills it with raw values; the stages in
``pipelines/`` bring them to the normal form given under each field, which is what a feed line holds.
Absent is ``None``; a list is always a list; each field has one type.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from scrapy.exceptions import DropItem

SCHEMA_VERSION = "1.3"
"""Version of the line: the second number grows with each field or flag, the first never without a new name."""

FLAGS = {
    "date_future": "the page's date lay more than a day after the page was fetched; it is kept in published_raw only",
    "date_inferred": "the page prints no year; the latest year that is not ahead of the fetch was taken",
    "date_unreadable": "the page's date is in no form that the site is known to use, or is no day of the calendar",
    "language_disputed": "a detector reads another language in the body than the address or site says",
    "noarchive": "the page asks robots to keep no copy (X-Robots-Tag, meta robots); the line is written all the same",
    "noindex": "the page asks robots to leave it out of an index, likewise",
    "paywalled": "the page says that its text, or a part of it, is for who pays; the line may hold a part alone",
    "text_damaged": "the text holds replacement characters: bytes that could not be decoded",
    "truncated": "the page ended early, or nests too deep to be read to its end; the text may be cut",
    "untranslated": "the text is a translation, and at least one of its paragraphs is still in the source's language",
}
"""The closed list of ``Article.flags`` with what each says."""

SOURCE_URL_STATUSES = {
    "own": "the site is the publisher: source_url is the page's own address",
    "exact": "an aggregator printed the address, and nothing in it looks damaged",
    "repaired": "the printed address was damaged; it was restored from its host, its id and the page's slug",
    "damaged": "the printed address is damaged and could not be restored; source_url is null",
    "label_only": "the page has a source label but no address",
    "none": "the page names no source address at all",
}
"""The closed list of ``Article.source_url_status`` with what each says."""

STATUSES = {
    "published": "the page was there, and the line holds its text",
    "withdrawn": "the page answered 404 or 410 when it was read again; title and dates are the last known, no text",
}
"""The closed list of ``Article.status`` with what each says."""

REASONS = {
    "body_too_short": "less text than an article has; an empty shell or a stub",
    "bot_wall": "the page asks whether a person reads it",
    "claimed": "another worker is writing the article, or was lost while it did; a later run asks again",
    "consent_wall": "the page asks for consent or a subscription where the text should be",
    "download_failed": "no answer: connection, DNS or TLS failure, or time out, after all retries",
    "duplicate": "the same source and language is in the feed already, or was read earlier in this run",
    "host_down": "the host failed again and again, or asked to be left alone for long; the next run asks again",
    "http_error": "the server answered with an error status",
    "line_too_long": "the record would be longer than a line may be",
    "login_wall": "the page is the form to log in with",
    "markup_too_heavy": "a tag too long, too many tags or too deep a tree to read in reasonable time",
    "near_duplicate": "the text is nearly that of another line; only with DROP_NEAR_DUPLICATES=1",
    "no_body": "no article text found",
    "no_title": "no title found",
    "not_an_article": "a front page, a section or another page that is no article",
    "not_archived": "the archive that is replayed does not hold the address",
    "not_text": "the answer is not HTML, XML or plain text",
    "outside_window": "published outside since and until",
    "page_too_large": "the page, or the text in it, is larger than may be",
    "private_address": "no public address is behind the host, or behind where its robots.txt redirects",
    "read_error": "an unexpected error while reading; a defect worth reporting",
    "redirected_away": "redirected to a page that is no article of the site",
    "repeated_text": "word for word the title and text of another page of the site: a wall, an error page, a reprint",
    "robots": "robots.txt forbids the address",
    "soft_404": "the page says that there is none, with a status that says there is",
    "stopped": "the crawl was stopped before the page was asked for, or before it came; the next run asks again",
    "store_unavailable": "the shared store cannot be asked whether the article is new; a later run asks again",
    "too_slow": "reading the page took more than READ_TIMEOUT",
    "unchanged": "read again, and the text is the one in the feed; counted, not written to the rejects",
    "unreadable": "the page could not be parsed as a document",
}
"""The closed list of reject reasons with what each says."""


class Reject(DropItem):
    """What gives no article: raised by ``page/`` and by stages, written to the rejects by the books.

    ``reason`` is a key of ``REASONS``, ``detail`` says what was seen.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in REASONS:
            raise KeyError(reason)
        super().__init__(f"{reason}: {detail}" if detail else reason, log_level="DEBUG")
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Image:
    """A picture of an article."""

    url: str
    """Absolute address, http or https."""
    caption: str | None = None
    """Caption on one line, without the credit."""
    credit: str | None = None
    """Photographer or agency on one line."""


@dataclass(kw_only=True, slots=True)
class Article:
    """One article in one language, as a feed line holds it."""

    id: str | None = None
    """Of this record: 20 hex digits, a hash of site, source key (or page key) and language; stable from run to run."""
    story_id: str | None = None
    """Same for every language edition of one article on one site: 20 hex digits."""
    site: str
    """Name of the spider, such as ``ria``."""
    url: str
    """Canonical address of the page that was read."""
    source_url: str | None = None
    """Address of the original: ``url`` itself on a paper; on an aggregator the one it names, repaired where damaged."""
    source_url_raw: str | None = None
    """The original's address as the page prints it; ``None`` where it prints none, and on a paper."""
    source_url_status: str | None = None
    """How ``source_url`` was come by: one of ``SOURCE_URL_STATUSES``."""
    source_key: str | None = None
    """Registered host and article id, such as ``baoquocte.vn/286239``; without an id the address without scheme;
    ``None`` when the original is not known."""
    source_name: str | None = None
    """Name of the paper or agency the text first appeared in, as the page prints it."""
    title: str | None = field(default=None, metadata={"text": "line"})
    """Headline on one line, without the site's name."""
    lead: str | None = field(default=None, metadata={"text": "line"})
    """Standfirst (Vietnamese: sapo) on one line; ``None`` where the page sets none apart from the body."""
    body: str | None = field(default=None, metadata={"text": "paragraphs"})
    """Plain text in reading order, paragraphs parted by one blank line; captions are in ``images``."""
    language: str | None = None
    """Language of the text: BCP 47, such as ``no`` or ``vi``."""
    source_language: str | None = None
    """Language the text was first written in; ``None`` when not known."""
    is_translation: bool = False
    """Whether the text is a translation of what appeared at the source."""
    published_on: str | None = None
    """Day of publication, ``2024-09-14``, in the site's time zone; set whenever a day is known."""
    published_at: str | None = None
    """Moment of publication, ``2024-09-14T20:03:00+03:00``; ``None`` where the page gives only a day."""
    published_raw: str | None = field(default=None, metadata={"text": "line"})
    """The date as the page states it."""
    modified_at: str | None = None
    """Moment of the last change as the page states it, in the form of ``published_at``; ``None`` without a time."""
    authors: list[str] = field(default_factory=list, metadata={"text": "line"})
    """Names in page order, none twice; empty when the page names none."""
    section: str | None = field(default=None, metadata={"text": "line"})
    """The site's own name of the section."""
    tags: list[str] = field(default_factory=list, metadata={"text": "line"})
    """The site's own keywords in page order, none twice."""
    images: list[Image] = field(default_factory=list)
    """Pictures of the article in page order, none twice."""
    crawled_at: str | None = None
    """When the page was fetched: UTC, ``2024-09-16T08:15:00+00:00``; on replay, when it was recorded."""
    http_status: int | None = None
    """Status of the answer the article was read from."""
    discovered_via: str | None = None
    """Address of the listing (feed, sitemap, section) that led here; ``urls`` when given by hand."""
    run_id: str | None = None
    """The run that wrote the line; the manifest beside the feed says more."""
    warc_record: str | None = None
    """``WARC-Record-ID`` of the answer that was read, where it was recorded or replayed; ``None`` where it was not."""
    content_hash: str | None = None
    """Hash of the cleaned title, lead and body: 32 hex digits; equal texts have equal hashes."""
    revision: int = 1
    """1 for the first line of an ``id``, one more each time a later crawl finds the text changed, or gone."""
    supersedes: str | None = None
    """``content_hash`` of the line of the same ``id`` that this one replaces; ``None`` in a first line."""
    status: str = "published"
    """Whether the page is still there: one of ``STATUSES``."""
    near_duplicate_of: str | None = None
    """``id`` of an earlier line with nearly the same text, itself no near duplicate; ``None`` when there is none."""
    flags: list[str] = field(default_factory=list)
    """What a reader should know, sorted: keys of ``FLAGS``."""
    schema_version: str = SCHEMA_VERSION
    """Version of this list of fields."""


MAX_LINE = 1024 * 1024
"""Longest line of a feed, in bytes: what common readers of JSON Lines take."""


_FIELDS = tuple(field.name for field in fields(Article))
_IMAGE_FIELDS = tuple(field.name for field in fields(Image))


def to_record(article: Article) -> dict[str, Any]:
    """Return the fields as a line has them; lists are the article's own (``asdict`` copies each value, and is slow)."""
    record = {name: getattr(article, name) for name in _FIELDS}
    record["images"] = [{name: getattr(image, name) for name in _IMAGE_FIELDS} for image in article.images]
    return record
