"""Manners: robots.txt as RFC 9309 says, and the delay that it asks for."""

import logging
import re
import time
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from newscrawl.crawl.guard import Refused

logger = logging.getLogger(__name__)

ROBOTS_MAXSIZE = 2 * 1024 * 1024
"""Largest robots.txt taken, in bytes."""

ROBOTS_PARSED = 512 * 1024
"""How much of it is parsed; RFC 9309 asks for at least 500 KiB."""


_FIELD = re.compile(
    r"\s*(?:(?P<agent>user[- ]?agent)|(?P<allow>allow)|(?P<disallow>dis+al+ow|diasllow|disallaw)|crawl[- ]delay)"
    r"(?:\s*:|\s)\s*(?P<value>[^#]*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\*|[a-z_-]+", re.IGNORECASE)


def plain_rules(body: bytes, agent: str) -> str:
    """Return what a robots.txt says to ``agent``, in the one form that every parser reads alike.

    The rules of ``*`` and of ``agent``, each set once: groups of one name are one (RFC 9309, 2.2.1), and those of
    others are left out, however many. Lines of any ending; a group's name is its product token (``NewsCrawl/2.1`` is
    ``newscrawl``), compared whole: Protego takes ``news`` for a name of ``newscrawl``. Records that are no rules are
    left out, so that they end no group (2.2.4); ``Crawl-delay`` is one.

    >>> plain_rules(b"User-Agent: News\\rDisallow: /\\rUSER-AGENT: *\\rFoo: x\\rDisallow: /a # b", "newscrawl")
    'user-agent: *\\ndisallow: /a'
    """
    groups: dict[str, dict[str, None]] = {"*": {}, agent: {}}
    given: set[str] = set()
    names: set[str] = set()
    after_rules = False
    for line in re.split(r"[\r\n]+", body.decode("utf-8-sig", "replace")):
        found = _FIELD.match(line)
        if found is None:
            continue
        value = " ".join(found["value"].split())
        if found["agent"]:
            token = _TOKEN.match(value)
            names = (set() if after_rules else names) | ({token[0].lower()} & groups.keys() if token else set())
            given |= names
        else:
            kind = "allow" if found["allow"] else "disallow" if found["disallow"] else "crawl-delay"
            for name in names:
                groups[name][f"{kind}: {value}"] = None
        after_rules = not found["agent"]
    return "\n".join(line for name in groups if name in given for line in (f"user-agent: {name}", *groups[name]))


class Rules(ProtegoRobotParser):
    """The rules of one robots.txt for us."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """Parse ``robotstxt_body``, whatever it is; what are no rules forbids nothing."""
        return cls(plain_rules(robotstxt_body, product_token(crawler)).encode(), None)


def product_token(crawler: Crawler) -> str:
    """Return the name that groups of a robots.txt are compared with: ``newscrawl``."""
    name = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
    found = _TOKEN.match(name)
    return found[0].lower() if found else "*"


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, which allows everything where robots.txt cannot be had; RFC 9309 (2.3.1.4) forbids it.

    ::

        2xx                       its rules, up to ``ROBOTS_PARSED`` bytes
        4xx but 429               no rules: everything is allowed
        redirects                 followed, to another host too; the rules are the first host's
        429, 5xx, anything else   the host is closed for the run; so is one that does not answer

    Each scheme, host and port has its own. Rules are read again after ``ROBOTS_MAX_AGE`` seconds; where that fails,
    the old ones hold on. Every request waits for them: Scrapy 2.19 lets those through that come third or later while
    robots.txt is on its way.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._robotstxt_useragent = product_token(crawler)
        self._max_age = crawler.settings.getfloat("ROBOTS_MAX_AGE")
        self._rules: dict[str, RobotParser] = {}
        self._read_at: dict[str, float] = {}
        self._waiting: dict[str, list[Deferred[RobotParser]]] = {}
        """Requests that came while their host's robots.txt was on its way."""

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules of the request's host."""
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin in self._waiting:
            turn: Deferred[RobotParser] = Deferred()  # one each: awaiting one twice gives the second nothing
            self._waiting[origin].append(turn)
            return await maybe_deferred_to_future(turn)
        known = self._rules.get(origin)
        if known is not None and time.monotonic() - self._read_at[origin] < self._max_age:
            return known
        self._waiting[origin] = []
        fetch = Request(
            f"{origin}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "allow_offsite": True, "download_maxsize": ROBOTS_MAXSIZE},
            callback=NO_CALLBACK,
        )
        try:
            rules = await self._read(fetch, request)
        except Exception as error:  # whatever it was, there are no rules to go by
            rules = known if known is not None and not isinstance(known, _Closed) else self._closed(origin, error)
        self._stats.inc_value("robotstxt/request_count")
        self._rules[origin], self._read_at[origin] = rules, time.monotonic()
        for turn in self._waiting.pop(origin):
            turn.callback(rules)
        return rules

    async def _read(self, fetch: Request, request: Request) -> RobotParser:
        response = await self.crawler.engine.download_async(fetch)
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        missing = 400 <= response.status < 500 and response.status != 429
        if not missing and not 200 <= response.status < 300:
            raise ConnectionError(f"status {response.status}")
        body = b"" if missing else response.body
        if len(body) > ROBOTS_PARSED:
            body = body[: max(body.rfind(end, 0, ROBOTS_PARSED) for end in (b"\n", b"\r")) + 1]  # no half a rule
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    def _closed(self, origin: str, error: Exception) -> RobotParser:
        closed = _Closed(f"{type(error).__name__}: {error}"[:200], error if isinstance(error, Refused) else None)
        logger.warning("%s is closed for this run: robots.txt could not be read (%s)", origin, closed.why)
        self._stats.inc_value("newscrawl/robots/closed_hosts")
        return closed

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise ``Refused`` where the rules, or their absence, forbid the request."""
        if isinstance(rp, _Closed):
            if rp.refused is not None and rp.refused.reason in ("private_address", "stopped", "host_down"):
                raise Refused(rp.refused.reason, rp.refused.detail)
            raise Refused("robots", f"robots.txt could not be read ({rp.why}): taken for a full disallow")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Refused("robots", str(error)) from None


class _Closed(RobotParser):
    """Rules of a host whose robots.txt could not be had."""

    def __init__(self, why: str, refused: Refused | None = None) -> None:
        self.why, self.refused = why, refused

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls("")

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        return False


class CrawlDelay:
    """Extension: raises a host's delay to its robots.txt's Crawl-delay, at most ``CRAWL_DELAY_MAX`` seconds."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = product_token(crawler)
        self.longest = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self.delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension and listen."""
        extension = cls(crawler)
        crawler.signals.connect(extension.parsed, signals.robots_parsed)
        crawler.signals.connect(extension.apply, signals.request_reached_downloader)
        return extension

    def parsed(self, robotparser: Any, request: Request | None = None, **_: Any) -> None:
        """Note the delay that a robots.txt asks for."""
        asked = robotparser.crawl_delay(self.agent)
        host = urlsplit(request.url).netloc if request is not None else ""
        if asked and host:
            self.delays[host] = min(float(asked), self.longest)
            if self.crawler.stats is not None:
                self.crawler.stats.max_value("newscrawl/crawl_delay", self.delays[host])
            self._set(host)

    def apply(self, request: Request) -> None:
        """Give a new slot of the downloader its host's delay."""
        host = urlsplit(request.url).netloc
        if host in self.delays:
            self._set(host)

    def _set(self, host: str) -> None:
        engine = self.crawler.engine
        slots = engine.downloader.slots if engine is not None else {}
        slot = slots.get(urlsplit(f"//{host}").hostname or host)
        if slot is not None and slot.delay < self.delays[host]:
            slot.delay, slot.jitter = self.delays[host], 0  # never less than was asked for
            logger.info("%s asks for %.1f s between requests", host, slot.delay)
