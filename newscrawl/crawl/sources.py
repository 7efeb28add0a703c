"""Where a site lists its articles, as values: a site names as many as it has.

A source says which addresses to ask first (``start``) and how to read an answer (``read``). It neither
requests nor filters: the spider does both, the same for every source.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from newscrawl.crawl.listings import Link, Listing, NotAListing, read_json, read_section, read_xml
from newscrawl.text.dates import DateFacts, in_days, read_moment

RECENT_DAYS = 2
"""Days (today's included) that a dated source is read back where no ``since`` is given."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked for."""

    since: date | None
    until: date
    explicit_until: bool = False
    editions: tuple[str, ...] = ()
    """Address segments of the editions asked for."""

    @property
    def first(self) -> date:
        """The first day to list: ``since``, or a few days back."""
        return self.since or self.until - timedelta(days=RECENT_DAYS - 1)

    def holds(self, day: date | None) -> bool:
        """Whether ``day`` is inside; an unknown day may be."""
        return day is None or ((self.since is None or day >= self.since) and day <= self.until)


@dataclass(frozen=True, slots=True)
class Ask:
    """A listing to request."""

    url: str
    form: tuple[tuple[str, str], ...] = ()
    """Fields to send by POST; none: GET."""
    depth: int = 0
    """How many listings led here."""
    optional: bool = False
    """Whether it was only guessed that there is a listing: its absence is no failure."""


class Source(Protocol):
    """What the spider needs of a source."""

    @property
    def name(self) -> str:
        """Say where it lists, for counts: its address."""

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the first listings to ask for, newest first."""

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return what an answer lists, and the listings to ask for next. Raises ``NotAListing``."""


@dataclass(frozen=True, slots=True)
class Feed:
    """RSS or Atom."""

    url: str
    language: str | None = None
    """Language of what it lists; it is asked only when that is wanted. ``None``: always."""
    dates: DateFacts | None = None
    """How this feed writes dates where it differs from the pages: many write the month first."""

    @property
    def name(self) -> str:
        """The feed's address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the feed."""
        yield Ask(self.url)

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the feed's entries."""
        return read_xml(body, ask.url, self.dates or dates), ()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap, or an index of them, which is followed."""

    url: str
    follow: str | None = None
    """Regular expression for the children of an index to follow; ``None``: all."""
    day: str | None = None
    """Regular expression with groups for year, month and day (or named ``y``, ``m``, ``d``) of a child's address.
    Children outside the window are left out, and without ``since`` only the newest few are read."""
    span: int = 1
    """How many days a child covers from that day on; 31 for months, whose ``day`` may lack the third group."""
    language: str | None = None
    """As of ``Feed``."""
    max_children: int = 2000

    @property
    def name(self) -> str:
        """The sitemap's address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the sitemap."""
        yield Ask(self.url)

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the entries; of an index the children inside the window, newest first."""
        listing = read_xml(body, ask.url, dates)
        if ask.depth and self.span > 1:
            listing = recent(listing, window)
        children = [link for link in listing.children if self.follow is None or re.search(self.follow, link.url)]
        if self.day is not None:
            children = [link for link in children if self._day(link.url)]
        if listing.children and not children:
            raise NotAListing(f"follow and day fit none of its {len(listing.children)} sitemaps")
        if ask.depth >= 3 or not children:
            return listing, ()
        if self.day is not None:
            children = self._inside(children, window)
        asks = tuple(Ask(link.url, depth=ask.depth + 1) for link in children[: self.max_children])
        return listing, asks

    def _inside(self, children: list[Link], window: Window) -> list[Link]:
        dated = [(day, link) for link in children if (day := self._day(link.url)) and day <= window.until]
        dated.sort(key=lambda pair: pair[0], reverse=True)
        if not dated:
            return []
        newest = min(window.until, dated[0][0] + timedelta(days=self.span - 1))
        first = window.since or newest - timedelta(days=RECENT_DAYS - 1)
        return [link for day, link in dated if day + timedelta(days=self.span - 1) >= first]

    def _day(self, url: str) -> date | None:
        found = re.search(self.day or "", url)
        if found is None:
            return None
        parts = found.groupdict() or dict(zip(("y", "m", "d"), (*found.groups(), "1"), strict=False))
        try:
            return date(int(parts["y"]), int(parts["m"]), int(parts.get("d") or 1))
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class DatedSitemap:
    """A sitemap for each span of days, at a computed address: ``…?date_start={start:%Y%m%d}&date_end={end:%Y%m%d}``."""

    template: str
    """``str.format`` text with ``start`` and ``end``, the first and last day of the span."""
    unit: str = "day"
    """Span of one sitemap: ``day``, ``block`` (1-5, 6-10 … 26 to the month's end) or ``month``."""

    @property
    def name(self) -> str:
        """The template."""
        return self.template

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield one listing a span, newest first."""
        spans = dict.fromkeys(span_of(day, self.unit) for day in in_days(window.first, window.until))
        for start, end in spans:
            yield Ask(self.template.format(start=start, end=end))

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the sitemap's entries; of a longer span than a day the recent ones where no ``since`` is given."""
        listing = read_xml(body, ask.url, dates)
        return (listing if self.unit == "day" else recent(listing, window)), ()


def span_of(day: date, unit: str) -> tuple[date, date]:
    """Return the first and last day of the span that ``day`` is in.

    >>> span_of(date(2024, 2, 28), "block")
    (datetime.date(2024, 2, 26), datetime.date(2024, 2, 29))
    """
    if unit == "day":
        return day, day
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if unit == "month":
        return day.replace(day=1), last
    first = min((day.day - 1) // 5, 5) * 5 + 1
    return day.replace(day=first), last if first == 26 else day.replace(day=first + 4)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of links, with further pages behind a next link or under numbered addresses (load-more endpoints too)."""

    url: str
    """With ``{page}`` in it, ``str.format`` text of numbered pages, read until one is empty."""
    link: str
    """Selector of the links (elements with ``href``)."""
    entry: str | None = None
    """Selector of the element round one link and its day."""
    day: str | None = None
    """Selector, inside ``entry``, of the text that holds the day."""
    next_page: str | None = None
    """Selector of the address of the next page: elements with ``href``, or ``::attr(name)``."""
    first: int = 1
    """Number of the first page."""
    max_pages: int = 50
    language: str | None = None
    """As of ``Feed``."""

    @property
    def name(self) -> str:
        """The first page's address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the first page."""
        yield Ask(self.url.format(page=self.first))

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the page's links, and the next page unless the page lies before the window or names itself."""
        listing = read_section(
            body,
            ask.url,
            link=self.link,
            next_page=self.next_page,
            day=self.day,
            entry=self.entry,
            dates=dates,
        )
        return listing, self._further(listing, ask, window)

    def _further(self, listing: Listing, ask: Ask, window: Window) -> tuple[Ask, ...]:
        numbered = "{page}" in self.url
        following = self.url.format(page=self.first + ask.depth + 1) if numbered else listing.next_url
        if not following or following == ask.url or not listing.links or ask.depth + 1 >= self.max_pages:
            return ()
        if _passed(listing, window):
            return ()
        if urlsplit(following).hostname != urlsplit(ask.url).hostname:
            return ()
        return (Ask(following, depth=ask.depth + 1),)


@dataclass(frozen=True, slots=True)
class JsonList:
    """A list in JSON, page by page: a paper's load-more endpoint, or a JSON Feed."""

    url: str
    """``str.format`` text with ``page``, or one address."""
    items: str = "items"
    """Dotted path to the list."""
    link: str = "url"
    """Name of the address in an entry."""
    day: str | None = "date_published"
    """Name of the date in an entry: a text, or seconds or milliseconds since 1970."""
    first: int = 1
    max_pages: int = 50
    language: str | None = None
    """As of ``Feed``."""

    @property
    def name(self) -> str:
        """The template."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the first page."""
        yield Ask(self.url.format(page=self.first))

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the entries, and the next page unless this one was empty, the last, or lies before the window."""
        listing = read_json(body, ask.url, dates, items=self.items, url=self.link, day=self.day)
        following = self.url.format(page=self.first + ask.depth + 1)
        if following == ask.url or not listing.links or _passed(listing, window) or ask.depth + 1 >= self.max_pages:
            return listing, ()
        return listing, (Ask(following, depth=ask.depth + 1),)


@dataclass(frozen=True, slots=True)
class Menu:
    """A page whose menu names the sections, for sites whose section addresses change."""

    url: str
    """``{edition}`` in it stands for each edition asked for."""
    menu: str
    """Selector of the links to sections."""
    section: Section
    """How a section is read; its address comes from the menu."""
    max_sections: int = 60

    @property
    def name(self) -> str:
        """The page's address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the page, once an edition."""
        for edition in window.editions if "{edition}" in self.url else ("",):
            yield Ask(self.url.format(edition=edition))

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the sections to ask for; of a section its links and next page."""
        if ask.depth:
            return self.section.read(body, ask, window, dates)
        page = read_section(body, ask.url, link=self.menu, next_page=None, day=None, entry=None, dates=dates)
        sections = dict.fromkeys(link.url for link in page.links)
        asks = tuple(Ask(url, depth=1) for url in list(sections)[: self.max_sections])
        return Listing(children=page.links, skipped=page.skipped), asks


@dataclass(frozen=True, slots=True)
class DayArchive:
    """A page of links for each day: ``https://ria.ru/{day:%Y%m%d}/``, with more behind a cursor.

    The cursor is the time of the last entry. When more entries share one minute than a page holds, it stands
    still; then it is set back one minute, so that the list goes on at the cost of what that minute hides.
    """

    template: str
    """``str.format`` text with ``day``."""
    link: str
    next_page: str
    cursor: str = r"date=(\d{8}T\d{6})"
    """Regular expression with one group for the time in the next page's address."""
    max_pages: int = 200

    @property
    def name(self) -> str:
        """The template."""
        return self.template

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield one page a day, newest first."""
        for day in in_days(window.first, window.until):
            yield Ask(self.template.format(day=day))

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the page's links, and the next page: unstuck where its cursor stands still."""
        listing = read_section(
            body, ask.url, link=self.link, next_page=self.next_page, day=None, entry=None, dates=dates
        )
        following = listing.next_url
        if not following or not listing.links or ask.depth + 1 >= self.max_pages:
            return listing, ()
        before, after = re.search(self.cursor, ask.url), re.search(self.cursor, following)
        if after and before and after[1] >= before[1]:
            earlier = self._minute_before(before[1])
            if earlier is None:
                return listing, ()
            following = following[: after.start(1)] + earlier + following[after.end(1) :]
        elif following == ask.url:
            return listing, ()
        return listing, (Ask(following, depth=ask.depth + 1),)

    @staticmethod
    def _minute_before(cursor: str) -> str | None:
        try:
            moment = datetime.strptime(cursor, "%Y%m%dT%H%M%S")
        except ValueError:
            return None
        earlier = moment.replace(second=0) - timedelta(seconds=1)
        return earlier.strftime("%Y%m%dT%H%M%S") if earlier.date() == moment.date() else None


@dataclass(frozen=True, slots=True)
class XsyncList:
    """KCNA's list of articles of before 2021: XML by POST, ten codes an answer."""

    url: str
    article_url: str
    """``str.format`` text with ``code``: the article's address, its form as query."""
    page_size: int = 10
    max_pages: int = 500
    fields: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """The list's address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield the first page of the window."""
        yield self._page(0, window, 0)

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return the articles' addresses, and the next page while this one is full."""
        codes = re.findall(rb"<articleCode><!\[CDATA\[(\w+)\]\]></articleCode>", body)
        days = re.findall(rb"<(?:articleCreateDate|newsCreatedDate)><!\[CDATA\[([\d.]+)\]\]>", body)
        if b"<xsync" not in body[:200]:
            raise NotAListing("no xsync answer")
        when = [_day_of(text.decode(), dates) for text in days] if len(days) == len(codes) else [None] * len(codes)
        links = tuple(
            Link(self.article_url.format(code=code.decode()), day) for code, day in zip(codes, when, strict=True)
        )
        if len(codes) < self.page_size or ask.depth + 1 >= self.max_pages:
            return Listing(links), ()
        return Listing(links), (self._page(ask.depth + 1, window, ask.depth + 1),)

    def _page(self, page: int, window: Window, depth: int) -> Ask:
        form = {
            "page_start": str(page * self.page_size),
            "newsTypeCode": "NT00",
            "fromDate": f"{window.since:%Y.%m.%d}" if window.since else "",
            "toDate": f"{window.until:%Y.%m.%d}" if window.explicit_until else "",
        }
        return Ask(self.url, tuple((form | dict(self.fields or {})).items()), depth)


def newest_first(links: tuple[Link, ...]) -> list[Link]:
    """Return ``links`` with the newest day first; those of one day, and of none, in the listing's order."""
    return sorted(links, key=lambda link: link.published or link.modified or date.min, reverse=True)


def recent(listing: Listing, window: Window) -> Listing:
    """Leave out, where no ``since`` is given, what a listing of many days says was changed before the last few."""
    changed = [link.modified for link in listing.links if link.modified]
    if window.since is not None or not changed:
        return listing
    first = min(max(changed), window.until) - timedelta(days=RECENT_DAYS - 1)
    return replace(listing, links=tuple(link for link in listing.links if not link.modified or link.modified >= first))


def _passed(listing: Listing, window: Window) -> bool:
    """Whether all of a page lies before the window, so that what follows does too."""
    days = [link.published for link in listing.links if link.published]
    return bool(days) and window.since is not None and max(days) < window.since


def _day_of(text: str, dates: DateFacts) -> date | None:
    try:
        return date.fromisoformat(read_moment(text, dates).on)
    except ValueError:
        return None
