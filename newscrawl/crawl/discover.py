"""Discovery on a site that nothing is known of: robots.txt, the front page, feeds, sitemaps.

::

    robots.txt ──► Sitemap: lines ─────────────► sitemaps, news first, newest first
    front page ──► <link rel=alternate> feeds ─► entries
               └─► links that look like articles
    and the usual places ─────────────────────► what is there of /sitemap.xml, /feed and the like
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from newscrawl.crawl.listings import Link, Listing, read_json, read_section, read_xml
from newscrawl.crawl.sources import Ask, Window, newest_first, recent
from newscrawl.text.dates import DateFacts
from newscrawl.text.urls import absolute_url

MAX_CHILDREN = 12
"""Most sitemaps of an index that are read: news, then the last changed."""

MAX_LINKS = 500
"""Most links taken from one sitemap where no ``since`` narrows it."""

SITEMAPS = ("/news-sitemap.xml", "/sitemap.xml", "/sitemap_index.xml")
FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json")

ARTICLE = (
    r"^/(?!(?:[\w-]+/)*(?:tags?|topics?|thema|category|categories|kategorie|rubrik|sections?|authors?|autor(?:en)?|page|search|"
    r"login|register|account|about(?:-us)?|contact|impressum|privacy|terms|legal|subscribe|newsletters?|feeds?|rss|wp-\w+|"
    r"videos?|gallery|galleries|podcasts?|shop|jobs|events?)(?:/|$|\?|\.))"
    r"(?:.*\d{5,}.*|.*(?:19|20)\d{2}[/-]\d{1,2}[/-].*|.*/?(?:[^/?-]+-){3,}[^/?]+/?|.*/[^/?]{16,}\.(?:s?html?|php|aspx?))$"
)
"""Which addresses look like articles: a number, a day, a slug of four words or more; and none of a section's names."""

FEED_LINKS = (
    "link[rel~=alternate][type*=rss], link[rel~=alternate][type*=atom], link[rel~=alternate][type*='feed+json']"
)
_ROBOTS_SITEMAP = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Discover:
    """Whatever listings a site has, found from its front page."""

    url: str
    """Any address of the site; its front page is read."""

    @property
    def name(self) -> str:
        """The address."""
        return self.url

    def start(self, window: Window) -> Iterator[Ask]:
        """Yield robots.txt and the page."""
        yield Ask(urljoin(self.url, "/robots.txt"), optional=True)
        yield Ask(self.url)

    def read(self, body: bytes, ask: Ask, window: Window, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        """Return what an answer lists, and where to look next."""
        if urlsplit(ask.url).path == "/robots.txt":
            return _leading_to(Listing(), self._asks(named_sitemaps(body, self.url), 1, True))
        if ask.depth == 0:
            return self._front(body, ask, dates)
        if body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"{":
            return read_json(body, ask.url, dates, items="items", url="url", day="date_published"), ()
        listing = recent(read_xml(body, ask.url, dates), window)
        if window.since is None:
            listing = replace(listing, links=tuple(newest_first(listing.links)[:MAX_LINKS]))
        children = _ranked(listing.children, window) if ask.depth < 4 else []
        return listing, self._asks(children, ask.depth + 1, True)

    def _front(self, body: bytes, ask: Ask, dates: DateFacts) -> tuple[Listing, tuple[Ask, ...]]:
        feeds = read_section(body, ask.url, link=FEED_LINKS, next_page=None, day=None, entry=None, dates=dates).links
        page = read_section(body, ask.url, link="a[href]", next_page=None, day=None, entry=None, dates=dates)
        named = [link.url for link in feeds][:5]
        feeds_asked = self._asks(named or [urljoin(ask.url, path) for path in FEEDS], 1, bool(named))
        return _leading_to(page, (*feeds_asked, *self._asks([urljoin(ask.url, path) for path in SITEMAPS], 1, False)))

    @staticmethod
    def _asks(urls: list[str], depth: int, named: bool) -> tuple[Ask, ...]:
        return tuple(Ask(url, depth=depth, optional=not named) for url in dict.fromkeys(urls))


def _leading_to(listing: Listing, asks: tuple[Ask, ...]) -> tuple[Listing, tuple[Ask, ...]]:
    """Return an answer with the listings that it names as its children; those only guessed are none."""
    return replace(listing, children=tuple(Link(ask.url) for ask in asks if not ask.optional)), asks


def named_sitemaps(robots: bytes, base: str) -> list[str]:
    """Return the addresses of the sitemaps that a robots.txt names."""
    found = (raw.decode("utf-8", "replace") for raw in _ROBOTS_SITEMAP.findall(robots))
    return [url for text in found if (url := absolute_url(base, text))]


def _ranked(children: tuple[Link, ...], window: Window) -> list[str]:
    """Return the sitemaps of an index to read: those named news, then the last changed, none from before ``since``."""
    wanted = [link for link in children if not (window.since and link.modified and link.modified < window.since)]
    wanted = [
        link for link in wanted if not re.search(r"image|video|tag|categor|author|page-sitemap|product", link.url)
    ]
    wanted.sort(
        key=lambda link: ("news" in link.url, link.modified is not None, link.modified or 0, link.url), reverse=True
    )
    return [link.url for link in wanted[:MAX_CHILDREN]]
