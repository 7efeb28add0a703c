"""The base spider: sources -> links -> pages -> articles. A site adds facts, not code."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import FormRequest, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.archive.replay import recorded_today
from newscrawl.compression import lines_from_end
from newscrawl.crawl.arguments import Arguments, read_arguments
from newscrawl.crawl.browsing import browser_meta, has_browser
from newscrawl.crawl.discover import Discover
from newscrawl.crawl.guard import Refused, on_site
from newscrawl.crawl.listings import Link, NotAListing
from newscrawl.crawl.sources import Ask, Source, Window, newest_first
from newscrawl.deadline import TooSlow, within
from newscrawl.feed.books import Books
from newscrawl.items import SCHEMA_VERSION, Article, Reject
from newscrawl.page.structured import told_to_robots
from newscrawl.sites import Site
from newscrawl.store.seen import Validators
from newscrawl.text.sources import odd_brackets

if TYPE_CHECKING:
    from newscrawl.page.reader import Reading

logger = logging.getLogger(__name__)

RECHECK_OLDER = 5000
"""So many lines older than the recheck window in a row, and what stands before them in the feed is older too."""

_FIELDS = frozenset(field.name for field in fields(Article))
LISTINGS_AT_ONCE = 2
"""Listings on their way at a time, of those that a crawl begins with."""

PAGES_AHEAD = 1000
"""Pages that may wait when the next of them is asked for."""

LISTING_PART = 8 * 1024 * 1024
"""Bytes of a listing that may take as long to read as a page: a sitemap of 50 MB has half a million addresses."""

MAX_LISTINGS = 5_000
"""Most listings that one leads to: a sitemap index whose children are indexes, again and again, has no end."""

MAX_PAGES = 1_000_000
"""Most pages asked for in one run; what listings name beyond it has no end."""


class NewsSpider(Spider):
    """Base of all site spiders.

    1. Set ``site``: its facts; ``name`` and ``allowed_domains`` follow from it.
    2. Set ``sources``: where it lists its articles.
    3. Save a page or two under ``tests/sites/<name>/<case>/`` and run ``pytest --update-golden -k <name>``.

    An odd site may override ``parse_article``, and nothing else.
    """

    site: Site
    allowed_domains: list[str]
    sources: tuple[Source, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "site" in cls.__dict__:
            cls.name = cls.site.name
            cls.allowed_domains = list(cls.site.all_hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider from ``-a`` arguments. Raises ``ArgumentError`` for a wrong one."""
        given = {name: value for name, value in kwargs.items() if not name.startswith("_")}
        spider = super().from_crawler(crawler, *args)
        for name in set(kwargs) - set(given):
            setattr(spider, name, kwargs[name])  # Scrapyd's _job
        arguments = read_arguments(given, cls.site)
        if cls.site.anywhere:
            spider.settle(arguments)
        spider.prepare(arguments)
        return spider

    def settle(self, arguments: Arguments) -> None:
        """Take the hosts of a site of which nothing is known from the addresses given."""
        given = [*arguments.urls, *([arguments.url] if arguments.url else [])]
        bare = dict.fromkeys((urlsplit(url).hostname or "").removeprefix("www.") for url in given)
        hosts = tuple(name for host in bare for name in (host, f"www.{host}"))
        self.site = replace(self.site, hosts=hosts)
        self.allowed_domains = list(bare)
        if arguments.url:
            self.sources = (Discover(arguments.url),)

    def prepare(self, arguments: Arguments) -> None:
        """Take the arguments; those that later stages need become settings."""
        self.arguments = arguments
        settings = self.crawler.settings
        today = recorded_today(settings["REPLAY_FROM"], self.site.all_hosts) if settings.get("REPLAY_FROM") else None
        until = arguments.until or today or datetime.now(UTC).date()
        segments = tuple(part for part, tag in self.site.editions.items() if tag in arguments.languages)
        self.window = Window(arguments.since, until, arguments.until is not None, segments)
        for name, value in (("SINCE", arguments.since), ("UNTIL", arguments.until)):
            settings.set(name, value and value.isoformat(), priority="spider")
        self.recheck_hours = settings.getfloat("RECHECK_HOURS")
        self.read_timeout = settings.getfloat("READ_TIMEOUT")
        if arguments.recrawl or self.recheck_hours:
            settings.set("RECRAWL", True, priority="spider")
        settings.set("FOLLOW", arguments.follow, priority="spider")
        in_browser = arguments.browser or (arguments.follow is not None and has_browser(settings))
        settings.set("BROWSER", in_browser, priority="spider")
        self.now = datetime.combine(today, time.max, UTC) if today else datetime.now(UTC)
        self.waiting: dict[str, list[Article]] = {}
        """Articles whose original is being read, by its page key."""
        self.places = arguments.limit
        self.scraped = 0
        self.seen: set[str] = set()
        self.admitted = 0
        self.all_asked = False
        """Whether every listing that a crawl begins with has been asked for."""
        self.open_listings = 0
        self.listings: Counter[str] = Counter()
        """How many listings each of those that a source began with led to."""
        self.crawler.signals.connect(self._on_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._on_lost, signals.item_dropped)
        self.crawler.signals.connect(self._on_lost, signals.item_error)

    @property
    def books(self) -> Books:
        """The run's books: what came of every address."""
        return Books.of(self.crawler)

    # --- requests ---------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first requests: the pages given by hand, or the listings."""
        if self.books.refused:
            return  # the feed cannot be written; the reason is in the books
        if self.arguments.urls:
            for url in self.arguments.urls:
                for request in self.page_request(Link(url), "urls", "urls"):
                    yield request
            self.all_asked = True
            return
        for line in self._to_recheck():
            for request in self.page_request(Link(line["url"]), "recheck", line.get("discovered_via") or "recheck"):
                yield request
        wanted = (None, *self.arguments.languages)
        sources = [source for source in self.sources if getattr(source, "language", None) in wanted]
        for source in sources:
            self.books.source_opened(source.name)
        for source in sources:
            for ask in source.start(self.window):
                await self._turn()
                yield self.listing_request(source, ask)
        self.all_asked = True

    @property
    def finds_more(self) -> bool:
        """Whether listings are still to be read, which may name more pages."""
        return not self.all_asked or self.open_listings > 0

    async def _turn(self) -> None:
        """Wait while listings asked for before, or most of their pages, are still to come: each waits in memory."""
        while self.open_listings >= LISTINGS_AT_ONCE or self.books.pending > PAGES_AHEAD:
            slot = getattr(self.crawler.engine, "_slot", None)
            if slot is None or slot.closing or not (slot.inprogress or slot.scheduler.has_pending_requests()):
                return
            await asyncio.sleep(0.05)

    def listing_request(self, source: Source, ask: Ask, root: str | None = None) -> Request:
        """Return the request for a listing; ``root`` is the one the source began with, ``None`` for that itself."""
        self.open_listings += 1
        cls = FormRequest if ask.form else Request
        extra: dict[str, Any] = {"formdata": dict(ask.form)} if ask.form else {"headers": self._unless_changed(ask)}
        return cls(
            ask.url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"source": source, "ask": ask, "root": root or ask.url},
            priority=-10,  # after the pages of those read before: what waits is one listing, not all
            meta={"download_maxsize": 50 * 1024 * 1024, "handle_httpstatus_list": [304], "browser": self._in_browser},
            **extra,
        )

    @property
    def _in_browser(self) -> bool:
        """Whether listings are read in a browser."""
        return self.arguments.browser and self.site.browser_listings

    def _unless_changed(self, ask: Ask) -> dict[str, str]:
        """Return the headers that ask for a listing only if it has changed since the last complete run."""
        known = self.books.memory.validators(self._listing_key(ask.url))
        if known is None or self.arguments.recrawl or self._in_browser:
            return {}
        pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.modified))
        return {name: value for name, value in pairs if value}

    def _listing_key(self, url: str) -> str:
        arguments = self.arguments
        return f"{url} {','.join(arguments.languages)} {arguments.since or ''} {arguments.until or ''}"

    def page_request(self, link: Link, via: str, listing: str) -> Iterator[Request]:
        """Yield the request for an article page unless it is known or asked for already.

        ``via`` is the source it is counted under, ``listing`` the address of the very listing that names it.
        """
        url = self.site.canonical(link.url)
        key = self.site.page_key(url)
        again = self.arguments.recrawl or via == "recheck"
        if not again and self.books.memory.has_page(key):
            self.books.skipped(via, self.books.memory.known_from(key))
            return
        if key in self.seen:
            self.books.skipped(via, "repeated")
            return
        if self.admitted >= MAX_PAGES:
            self.books.left_over(via, MAX_PAGES)
            return
        self.seen.add(key)
        self.admitted += 1
        self.books.admitted(via)
        extra: dict[str, Any] = {}
        address, _, query = url.partition("?")
        if address.endswith(".kcmsf") and query.startswith("article_code="):
            extra = {
                "method": "POST",
                "body": query,
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
            }
            url = address
        yield Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"via": via, "listing": listing},
            meta={
                "page_url": self.site.canonical(link.url),
                **(browser_meta(self.site) if self.arguments.browser else {}),
            },
            dont_filter=True,
            **extra,
        )

    # --- answers ----------------------------------------------------------------------------------

    def parse_listing(self, response: Response, source: Source, ask: Ask, root: str) -> Iterator[Request]:
        """Yield requests for the articles a listing names, and for the listings it leads to.

        ``root`` is the listing that the source began with, which led here.
        """
        self.open_listings -= 1
        if self._limit_reached():
            return
        if response.status == 304:
            self.books.source_unchanged(source.name)
            return
        body = _utf8(response)
        try:
            asked = replace(ask, url=response.url)
            timeout = self.read_timeout * max(1, len(body) / LISTING_PART)
            listing, asks = within(timeout, source.read, body, asked, self.window, self.site.dates)
        except TooSlow as error:
            self.books.source_failed(source.name, f"{response.url}: reading it takes {error}")
            return
        except NotAListing as error:
            if ask.optional:
                self.books.count("listing/absent")
                return
            self.books.source_failed(source.name, f"{response.url}: {error}")
            return
        if ask.optional and not (listing.links or listing.children):
            self.books.count("listing/absent")
        elif listing.children and asks and not listing.links:
            self.books.source_led_on(source.name)
        else:
            self.books.source_answered(source.name, len(listing.links) or len(listing.children))
            if not (ask.form or listing.cut or listing.children or any(further.optional for further in asks)):
                self._keep_validators(response, ask)
        self.books.count(f"listing/unreadable_entries/{source.name}", listing.skipped)
        if listing.cut:
            self.books.source_failed(
                source.name, f"{response.url}: breaks off, or is more than is taken from one listing; the rest is left"
            )
        counts = self.books.sources[source.name]
        admitted, known = counts["admitted"], counts["known"]
        for link in newest_first(listing.links):
            yield from self.follow(link, source.name, response.url)
        if self.books.followed_up and counts["known"] > known and counts["admitted"] == admitted:
            return  # what follows is older still, and the run before this one read it
        yield from self._following(source, response.url, asks, root)

    def _keep_validators(self, response: Response, ask: Ask) -> None:
        """Note what to ask next time for a listing that was read to its end.

        Not for one with listings below it: those change while it does not.
        """
        etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
        if etag or modified:
            self.books.validators[self._listing_key(ask.url)] = Validators(etag or None, modified or None)

    def _following(self, source: Source, listing: str, asks: tuple[Ask, ...], root: str) -> Iterator[Request]:
        """Yield the requests for the listings that one leads to; Scrapy would drop those of other hosts unsaid."""
        near = [ask for ask in asks if on_site(ask.url, self.allowed_domains)]
        if len(near) < len(asks):
            far = next(ask.url for ask in asks if not on_site(ask.url, self.allowed_domains))
            self.books.source_failed(source.name, f"{listing}: names listings of other hosts, as {far}")
        left = MAX_LISTINGS - self.listings[root]
        if len(near) > left:
            self.books.source_failed(source.name, f"{root}: leads to more than {MAX_LISTINGS} listings")
        self.listings[root] += len(near[:left])
        for ask in near[:left]:
            yield self.listing_request(source, ask, root)

    def follow(self, link: Link, via: str, listing: str) -> Iterator[Request]:
        """Yield the requests for a link's pages, one a language asked for."""
        if not self.site.is_article(link.url):
            self.books.skipped(via, "no_article")
        elif not self._in_window(link):
            self.books.skipped(via, "outside_window")
        else:
            urls = self._editions(link)
            if not urls:
                self.books.skipped(via, "other_language")
            for url in urls:
                yield from self.page_request(Link(url, link.published, link.modified, link.title), via, listing)

    def _editions(self, link: Link) -> list[str]:
        """Return the addresses of a link's article in the languages asked for, as the listing or a rule names them."""
        if self.site.anywhere:
            return [link.url]
        wanted = self.arguments.languages
        if self.site.parallel_editions and not link.alternates:
            return [self.site.edition_url(link.url, language) for language in wanted]
        named = {link.url: link.language} | {url: tag for tag, url in link.alternates if self.site.is_article(url)}
        told = {url: self.site.language_of(url) or tag for url, tag in named.items()}
        return [url for url, tag in told.items() if tag is None or tag in wanted or tag.partition("-")[0] in wanted]

    def _in_window(self, link: Link) -> bool:
        if link.published is None and link.modified is not None and self.window.since is not None:
            return link.modified >= self.window.since
        return self.window.holds(link.published)

    def parse_page(self, response: Response, via: str, listing: str) -> Iterator[Any]:
        """Yield the article on a page; what gives none is written to the rejects."""
        if self.places is not None and self.places <= 0:
            self.books.skipped(via, "over_limit")
            return
        self.books.answered(via, fetched=True)
        if response.meta.get("page_url") and response.request is not None and response.request.method == "GET":
            page_url = self._landed(response)
            if page_url is None:
                self.books.rejected(response.meta["page_url"], "redirected_away", f"to {response.url}")
                return
        try:
            for article in self.parse_article(response):
                article.discovered_via = listing
                if self.places is not None:
                    self.places -= 1
                yield from self.with_original(article) if self.arguments.follow else (article,)
        except Reject as refused:
            self.books.rejected(response.meta.get("page_url") or response.url, refused.reason, refused.detail)
        except Exception as error:
            logger.exception("reading %s failed", response.url)
            self.books.rejected(response.meta.get("page_url") or response.url, "read_error", repr(error)[:300])

    def parse_article(self, response: Response) -> Iterator[Article]:
        """Yield the article of a page as ``page/`` reads it. The one hook for odd sites.

        Raises:
            Reject: the page gives no article.
        """
        reading = self.read(response)
        for field, origin in reading.origins.items():
            self.books.count(f"field/{field}/{origin}")
        self.books.met_placeholders(reading.placeholders, odd_brackets(reading.article.body or ""))
        yield reading.article

    def read(self, response: Response, site: Site | None = None) -> "Reading":
        """Return the reading of a response, with what only the response knows; ``site`` is another one's."""
        url = site.canonical(response.url) if site else self._landed(response) or response.url
        reading = read_response(response, site or self.site, url, self.read_timeout)
        meta = response.meta if response.request is not None else {}
        fetched = meta.get("fetched_at") or datetime.now(UTC)
        reading.article.crawled_at = fetched.astimezone(UTC).isoformat(timespec="seconds")
        reading.article.warc_record = meta.get("warc_record")
        return reading

    def _landed(self, response: Response) -> str | None:
        """Return the canonical address of the page read, ``None`` when redirects left the site's articles."""
        asked = response.meta.get("page_url") if response.request is not None else None
        if asked is not None and response.request is not None and response.request.method == "POST":
            return str(asked)
        landed = self.site.canonical(response.url)
        return landed if landed == asked or self.site.is_article(response.url) else None

    # --- originals ----------------------------------------------------------------------------------

    def with_original(self, article: Article) -> Iterator[Any]:
        """Yield the request for the article's original, and the article when that has been read or cannot be.

        So a run that is killed in between asks for both again.
        """
        labelled = article.source_url_status == "label_only"
        source, site = self.books.sites.source_of(article.source_url_raw, article.url, labelled=labelled)
        if source.url is None or site is None or not site.is_article(source.url):
            yield article
            return
        key = site.page_key(source.url)
        if key in self.waiting:
            self.waiting[key].append(article)
        elif known := self.books.memory.page_line(key):
            article.source_url = known["url"]
            self.books.skipped("follow", "known")
            yield article
        elif key in self.seen:  # read in this run, and refused
            yield article
        else:
            self.seen.add(key)
            self.waiting[key] = [article]
            self.books.admitted("follow")
            yield Request(
                source.url,
                callback=self.parse_original,
                errback=self.original_failed,
                cb_kwargs={"key": key, "via": article.url},
                meta={
                    "page_url": source.url,
                    "allow_offsite": True,
                    **(browser_meta(site) if site.browser else {}),
                },
                priority=20,
                dont_filter=True,
            )

    def parse_original(self, response: Response, key: str, via: str) -> Iterator[Article]:
        """Yield the original as its own site's rules read it, then the articles that named it.

        A server that knows an article by its id redirects a damaged address to the true one, which they then name.
        """
        self.books.answered("follow", fetched=True)
        asked = response.meta["page_url"]
        site = self.books.sites.of_url(response.url)
        copies = self.waiting.pop(key)
        if site is None or not site.is_article(response.url) or site.page_key(response.url) != key:
            self.books.rejected(asked, "redirected_away", f"to {response.url}")
            yield from copies
            return
        try:
            article = self.read(response, site).article
            article.discovered_via = via
            for copy in copies:
                copy.source_url = article.url
            yield article
        except Reject as refused:
            self.books.rejected(asked, refused.reason, refused.detail)
        except Exception as error:
            logger.exception("reading %s failed", response.url)
            self.books.rejected(asked, "read_error", repr(error)[:300])
        yield from copies

    def original_failed(self, failure: Failure) -> Iterator[Article]:
        """Yield the articles whose original did not come; the original goes to the rejects."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, detail = _why(failure)
        self.books.answered("follow", fetched=False)
        self.books.rejected(request.meta["page_url"], reason, detail)
        yield from self.waiting.pop(request.cb_kwargs["key"])

    # --- what is in the feed --------------------------------------------------------------------------

    def _to_recheck(self) -> Iterator[dict[str, Any]]:
        """Yield the last lines of this site's pages that were published within ``RECHECK_HOURS``."""
        feed = self.books.feed_path
        if not self.recheck_hours or feed is None:
            return
        since = self.now - timedelta(hours=self.recheck_hours)
        done: set[str] = set()
        older = 0
        for text in lines_from_end(feed):
            try:
                line = json.loads(text)
                url, crawled = line["url"], datetime.fromisoformat(line["crawled_at"])
                at, on = line.get("published_at"), line.get("published_on")
                published = datetime.fromisoformat(at or f"{on}T23:59:59+00:00") if at or on else crawled
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            older = older + 1 if crawled < since else 0
            if older > RECHECK_OLDER:
                return
            if line["site"] != self.name or url in done:
                continue
            done.add(url)
            wanted = line.get("status") != "withdrawn" and line.get("language") in (None, *self.arguments.languages)
            if published >= since and (wanted or self.site.anywhere):
                yield line

    def _withdrawn(self, failure: Failure, url: str) -> Article | None:
        """Return the line to write when a page that is in the feed is there no more, ``None`` for other failures."""
        error = failure.value
        if not isinstance(error, HttpError) or error.response.status not in (404, 410):
            return None
        if "unarchived" in error.response.flags:
            return None
        line = self.books.memory.page_line(self.site.page_key(url))
        if line is None:
            return None
        gone = Article(**{name: value for name, value in line.items() if name in _FIELDS})
        gone.lead, gone.body, gone.images, gone.flags = None, None, [], []
        gone.near_duplicate_of, gone.status = None, "withdrawn"
        gone.http_status, gone.schema_version = error.response.status, SCHEMA_VERSION
        gone.crawled_at = datetime.now(UTC).isoformat(timespec="seconds")
        return gone

    # --- failures ---------------------------------------------------------------------------------

    def listing_failed(self, failure: Failure) -> None:
        """Note that a listing did not answer."""
        self.open_listings -= 1
        source: Source = failure.request.cb_kwargs["source"]  # type: ignore[attr-defined]
        _, detail = _why(failure)
        if failure.request.cb_kwargs["ask"].optional:  # type: ignore[attr-defined]
            self.books.count("listing/absent")
            return
        self.books.source_failed(source.name, f"{failure.request.url}: {detail}")  # type: ignore[attr-defined]

    def page_failed(self, failure: Failure) -> Iterator[Article]:
        """Write a page that did not come to the rejects; yield it where it was there before and is no more."""
        request: Request = failure.request  # type: ignore[attr-defined]
        url = request.meta.get("page_url") or request.url
        via = request.cb_kwargs["via"]
        gone = self._withdrawn(failure, url)
        if gone is not None:
            self.books.answered(via, fetched=False)
            yield gone
            return
        reason, detail = _why(failure)
        if reason == "stopped" and self._limit_reached():
            self.books.skipped(via, "over_limit")
            return
        self.books.answered(via, fetched=False)
        self.books.rejected(url, reason, detail)

    # --- limit ------------------------------------------------------------------------------------

    def _limit_reached(self) -> bool:
        return self.arguments.limit is not None and self.scraped >= self.arguments.limit

    def _on_scraped(self, item: Any) -> None:
        self.scraped += item.site == self.name and item.status == "published"
        if not (self.arguments.recrawl or self.recheck_hours):
            self.seen.discard(self.books.page_key(item.site, item.url))  # from now on the memory knows it
        if self._limit_reached():
            self.books.end("limit")

    def _on_lost(self, item: Any) -> None:
        if self.places is not None:
            self.places += 1


def read_response(response: Response, site: Site, url: str, timeout: float) -> "Reading":
    """Return the reading of a page of ``site``, whose canonical address is ``url``.

    ``timeout``: seconds of processor time that it may take, 0 for any.

    Raises:
        Reject: the page gives no article, or takes too long.
    """
    from newscrawl.page.reader import read_page  # for the first page, not for the first request

    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    try:
        reading = within(timeout, read_page, url, response.body, content_type, site)
    except TooSlow as error:
        raise Reject("too_slow", str(error)) from None
    article = reading.article
    if reading.garbage is not None:
        raise Reject(reading.garbage, article.title or "")
    if site.anywhere and not reading.is_article:
        raise Reject("not_an_article", "no article's metadata, no date, little text")
    article.http_status = response.status
    tags = [tag.decode("latin-1") for tag in response.headers.getlist("X-Robots-Tag")]
    if "partial" in response.flags or "dataloss" in response.flags:
        article.flags.append("truncated")
    article.flags = sorted({*article.flags, *told_to_robots(tags)})
    return reading


def _why(failure: Failure) -> tuple[str, str]:
    error: Any = failure.value
    if isinstance(error, HttpError):
        if "unarchived" in error.response.flags:
            return "not_archived", "the archive replayed does not hold this address"
        return "http_error", f"status {error.response.status}"
    if isinstance(error, Refused):
        return error.reason, error.detail
    if isinstance(error, DownloadCancelledError) or isinstance(error.__cause__, ValueError):
        return "page_too_large", str(error)[:300] or "cut off at DOWNLOAD_MAXSIZE"  # as sent, or once unpacked
    return "download_failed", f"{type(error).__name__}: {error}"[:300]


def _utf8(response: Response) -> bytes:
    """Return a listing's body as UTF-8 bytes; gzip, and XML that names its own encoding, are left to the parser."""
    body = response.body
    if body[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b") or b"encoding=" in body[:200].lower():
        return body
    if isinstance(response, TextResponse):
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return response.text.encode("utf-8", "replace")
            except (LookupError, UnicodeError):
                return body.decode("utf-8", "replace").encode()
    return body
