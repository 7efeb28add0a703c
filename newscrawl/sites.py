"""Facts of a site, as one frozen value: what spiders state and every later part reads.

A spider names its ``Site``; ``Sites.load`` gathers those of all spiders, so that a stage can look up the site
of an article, or of an address that an aggregator names, without knowing spiders.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from newscrawl.page.rules import GENERIC, ArticleRules
from newscrawl.text.dates import NO_FACTS, DateFacts
from newscrawl.text.identity import is_article_key
from newscrawl.text.sources import Source, resolve_source
from newscrawl.text.urls import NO_ALIASES, bare_url, canonical_url, identity_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site: identity, languages, dates, and how its pages are read."""

    name: str
    """Name of its spider: the publisher's own, in snake case."""
    publisher: str
    """The paper's or agency's name as it prints it."""
    hosts: tuple[str, ...]
    """Hosts that serve its articles, the canonical one first."""
    mirrors: tuple[str, ...] = ()
    """Other hosts that serve the same pages under the same paths; with and without ``www.`` goes without saying."""
    language: str
    """BCP 47 tag of what it publishes where the address says nothing else."""
    editions: Mapping[str, str] = field(default_factory=dict)
    """First path segment of an edition to its BCP 47 tag: ``{"en": "en", "cn": "zh"}``."""
    host_languages: Mapping[str, str] = field(default_factory=dict)
    """Host of an edition to its BCP 47 tag."""
    parallel_editions: bool = False
    """Whether every article exists in every edition, under the same path behind the edition's segment."""
    source_language: str | None = None
    """Language its articles are first written in; ``None``: the edition's own."""
    article_url: str
    """Regular expression searched in the path: which addresses of its hosts are articles."""
    article_id: str | None = None
    """Regular expression with one group searched in the address: the number its CMS gave the article."""
    identity: str = "address"
    """What tells its articles apart: ``address``, or ``headline`` (title and day) where one has many addresses."""
    dates: DateFacts = NO_FACTS
    """Zone, day order and literal date forms."""
    rules: ArticleRules = GENERIC
    """Selectors of its pages."""
    browser: bool = False
    """Whether its pages show their text to a browser alone, which runs their scripts (extra ``newscrawl[browser]``)."""
    browser_listings: bool = False
    """Whether that is so with its listings too."""
    anywhere: bool = False
    """Whether it stands for any host: ``hosts`` is filled from the crawl's arguments, ``language`` is ``und``."""
    checked: date | None = None
    """Day on which these facts were last seen to hold on the live site; ``None``: only read of."""

    @property
    def aliases(self) -> Mapping[str, str]:
        """Mirror to canonical host, those that differ by ``www.`` alone among them; nothing is taken for granted of a
        site that may be any."""
        return NO_ALIASES if self.anywhere else _aliases(self.hosts, self.mirrors)

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host that serves its pages."""
        return (*self.hosts, *self.aliases)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language it is known to publish in, its own first."""
        return tuple(dict.fromkeys((self.language, *self.editions.values(), *self.host_languages.values())))

    def canonical(self, url: str) -> str:
        """Return the one address of the page at ``url``. Raises ``ValueError`` when it is no http address."""
        return canonical_url(url, self.aliases)

    def is_article(self, url: str) -> bool:
        """Whether ``url`` is an article of this site."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return parts.hostname in self.all_hosts and re.search(self.article_url, path) is not None

    def language_of(self, url: str) -> str | None:
        """Return the language of the edition that ``url`` belongs to; ``None`` when the address does not tell."""
        if self.anywhere:
            return None
        told = self.host_languages.get(urlsplit(url).hostname or "") or self.editions.get(_first_segment(url))
        return told or (self.language if self.parallel_editions or not self.editions else None)

    def page_key(self, url: str) -> str:
        """Return what tells the page at ``url`` from others, the same for all its addresses."""
        return identity_key(url, self.article_id, self.aliases)

    def story_key(self, url: str) -> str:
        """Return the key that all language editions of the page at ``url`` share."""
        return self.page_key(self._without_edition(url))

    def edition_url(self, url: str, language: str) -> str:
        """Return the address of the page at ``url`` in another language.

        Raises:
            KeyError: the site has no edition in ``language``.
        """
        plain = self._without_edition(url)
        if language == self.language and language not in self.editions.values():
            return plain
        prefix = next((part for part, tag in self.editions.items() if tag == language), None)
        if prefix is None:
            raise KeyError(language)
        parts = urlsplit(plain)
        return parts._replace(path=f"/{prefix}{parts.path}").geturl()

    def _without_edition(self, url: str) -> str:
        segment = _first_segment(url)
        if segment not in self.editions:
            return url
        parts = urlsplit(url)
        return parts._replace(path=parts.path.replace(f"/{segment}/", "/", 1)).geturl()


class Sites:
    """The sites of all spiders, by name and by host."""

    def __init__(self, sites: Iterator[Site]) -> None:
        self._by_name = {site.name: site for site in sites}
        self._by_host = {host: site for site in self._by_name.values() for host in site.all_hosts}

    @classmethod
    def load(cls, settings: BaseSettings) -> Self:
        """Gather the sites of every spider that the settings know."""
        loader = get_spider_loader(settings)
        classes = (loader.load(name) for name in loader.list())
        return cls(spider.site for spider in classes if hasattr(spider, "site"))

    def __iter__(self) -> Iterator[Site]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Site:
        return self._by_name[name]

    def source_of(self, raw: str | None, page_url: str, *, labelled: bool) -> tuple[Source, Site | None]:
        """Return the original that an aggregator's page at ``page_url`` names, and its site where that is known.

        ``raw`` is the address as printed, ``labelled`` whether the page has a source label.
        """
        slug = unquote(urlsplit(page_url).path).rstrip("/").rpartition("/")[2]
        try:
            origin = self.of_url(raw) if raw else None
        except ValueError:
            origin = None
        foreign = origin is not None and origin.language_of(raw or "") not in (None, "vi")
        found = resolve_source(raw, slug, labelled=labelled, foreign=foreign)
        known = self.of_url(found.url) if found.url is not None else None
        if found.url is None or known is None:
            return found, known
        key = known.page_key(found.url)
        return Source(known.canonical(found.url), found.status, key if is_article_key(key) else None), known

    def of_url(self, url: str) -> Site | None:
        """Return the site that serves ``url``, ``None`` when no spider knows the host."""
        return self._by_host.get(urlsplit(url).hostname or "")


@lru_cache(maxsize=256)
def _aliases(hosts: tuple[str, ...], mirrors: tuple[str, ...]) -> Mapping[str, str]:
    canonical = dict.fromkeys(mirrors, hosts[0]) | {host: host for host in hosts}
    twins = {_twin(host): to for host, to in canonical.items()}
    return MappingProxyType({host: to for host, to in (twins | canonical).items() if host not in hosts})


def _twin(host: str) -> str:
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def _first_segment(url: str) -> str:
    return urlsplit(url).path.lstrip("/").partition("/")[0]


def plain_key(url: str) -> str:
    """Return the key of an address that no site's facts are known for."""
    return bare_url(canonical_url(url))
