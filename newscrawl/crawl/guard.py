"""What a crawl may connect to, and how much of an answer it takes.

A link, a redirect, a sitemap or a DNS answer may name an address inside the network the crawl runs in, or the cloud
machine's metadata. Three steps refuse it, each on its own:

1. ``Guard`` reads the address of a request: an IP number in any spelling, ``localhost``, credentials.
2. ``Redirects`` judges where a redirect leads like any link: never off the site.
3. ``connect.PublicHandler`` decides on the address that a connection is made to, after the name was looked up. Nothing
   lies between that decision and the connection, so a name that answers differently the next time changes nothing.

``ALLOW_PRIVATE_ADDRESSES=1`` switches the first and the third off. A proxy that the user names is connected to
wherever it is; what it connects to in its turn is its own affair.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from twisted.internet.interfaces import IReactorPluggableNameResolver
from zope.interface import implementer

from newscrawl.items import REASONS
from newscrawl.text.urls import without_credentials

# IANA's registries of special-purpose addresses, and what clouds use of the others. Written out: what ``ipaddress``
# calls global changes with the release of Python.
_PRIVATE_V4 = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that is given out; the rest is private, local, multicast or reserved
_PRIVATE_V6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")


class Refused(IgnoreRequest):
    """A request that is not made. ``reason`` is a key of ``REASONS``, ``detail`` says what was seen."""

    def __init__(self, reason: str, detail: str) -> None:
        if reason not in REASONS:
            raise KeyError(reason)
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open Internet; one that carries an IPv4 address is judged by that.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:10.0.0.1")), is_public(ip_address("fd00::1"))
    (True, False, False)
    """
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _PRIVATE_V4)
    number = int(address)
    if address.ipv4_mapped or address in _NAT64:
        return is_public(IPv4Address(number & 0xFFFFFFFF))
    if address in _6TO4:
        return is_public(IPv4Address(number >> 80 & 0xFFFFFFFF))
    if number >> 32 & 0xFDFFFFFF == 0x5EFE:  # ISATAP: 0[2]00:5efe and the IPv4 address close it
        return is_public(IPv4Address(number & 0xFFFFFFFF))
    return address in _PUBLIC_V6 and not any(address in net for net in _PRIVATE_V6)


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host name spells, as the system would read it; ``None`` for a name to look up.

    >>> literal_address("0x7f.1"), literal_address("2130706433"), literal_address("[::1]"), literal_address("ria.ru")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), IPv6Address('::1'), None)
    """
    host = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, ValueError):
        return None


def refuse_private(host: str) -> None:
    """Raise ``Refused`` for a host that is, without any look-up, not on the open Internet."""
    address = literal_address(host)
    name = host.rstrip(".").lower()
    if (address is not None and not is_public(address)) or name == "localhost" or name.endswith(".localhost"):
        raise Refused("private_address", f"{host} is {address}" if address and str(address) != host else host)


def on_site(url: str, domains: Iterable[str]) -> bool:
    """Whether the host of ``url`` is one of ``domains`` or below one, which is what Scrapy's offsite filter asks."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


class Guard:
    """Downloader middleware, before all others: refuses what the request's address already tells."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; a replay asks no network, so there is nothing to guard."""
        if crawler.settings.get("REPLAY_FROM"):
            raise NotConfigured
        guard = cls()
        guard.open = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")
        return guard

    def __init__(self) -> None:
        self.open = False

    def process_request(self, request: Request) -> None:
        """Raise ``Refused`` for a private address, another scheme, a host that is none, or credentials."""
        try:
            parts = urlsplit(request.url)
            host = parts.hostname
        except ValueError:
            host = None
        if not host or parts.scheme not in ("http", "https"):
            raise Refused("download_failed", "only http and https addresses with a host are asked for")
        if "@" in parts.netloc:
            raise Refused("download_failed", "the address has credentials in it")
        if not self.open:
            refuse_private(host)


class Redirects(RedirectMiddleware):
    """Scrapy's middleware with the target judged like a link: on the spider's site, without credentials.

    A request may be redirected to its own address (a server that waits for a second visit): Scrapy drops the second
    as a repetition, and with it the page, without a word. Here ``REDIRECT_MAX_TIMES`` alone ends such a loop.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the response, or the request that follows a redirect; raise ``Refused`` for one off the site."""
        try:
            followed = super().process_response(request, response)
        except ValueError as error:
            raise Refused("http_error", f"status {response.status} to what is no address: {error}"[:300]) from None
        if isinstance(followed, Response):
            return followed
        target = followed.replace(url=without_credentials(followed.url), dont_filter=True)
        domains = getattr(self.crawler.spider, "allowed_domains", None)
        if domains and not request.meta.get("allow_offsite") and not on_site(target.url, domains):
            raise Refused("redirected_away", f"to {target.url}"[:300])
        return target


@implementer(IReactorPluggableNameResolver)
class PublicReactor:
    """A reactor that makes connections to public addresses only; for everything else it is the one given."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, factory: Any, **kwargs: Any) -> Any:
        """Connect, as the reactor does. Raises ``Refused`` unless ``host`` is the number of a public address."""
        try:
            public = is_public(ip_address(host))
        except ValueError:
            public = False  # a name would be looked up after this decision
        if not public:
            raise Refused("private_address", f"the name's address is {host}")
        return self._reactor.connectTCP(host, port, factory, **kwargs)
