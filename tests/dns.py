"""Names on loopback: a DNS server that answers what a test wants, and a crawl that asks it.

The crawl's own code is untouched: ``TWISTED_DNS_RESOLVER`` names ``LoopbackResolver``, which sends real DNS queries
over UDP to the server instead of asking the system.
"""

import os
import socket
import threading
from ipaddress import IPv4Network, ip_address
from types import TracebackType
from typing import Any, Self

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import DeferredList
from twisted.internet.interfaces import IHostnameResolver
from twisted.names import client, dns
from zope.interface import implementer

PUBLIC = "127.0.0.2"
"""An address of this machine that a crawl with ``environment(public=True)`` takes for one of the open Internet."""


class Names:
    """The server; use as a context manager. ``asked`` are the names it was asked for, in order."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        """``names``: name to its addresses at the first, second … question (the last ones stay)."""
        self.names = names
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    settings = {"TWISTED_DNS_RESOLVER": "tests.dns.LoopbackResolver", "DNSCACHE_ENABLED": "0"}  # noqa: RUF012

    def environment(self, *, public: bool = False, https: int | None = None) -> dict[str, str]:
        """Environment of a crawl that is to ask this server.

        ``public`` makes ``PUBLIC`` a public address to it; ``https`` is the port that stands in for 443 of every name.
        """
        given = {"DNS_PORT": str(self._socket.getsockname()[1])}
        return given | ({"DNS_PUBLIC": "1"} if public else {}) | ({"DNS_HTTPS": str(https)} if https else {})

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            message = dns.Message()
            message.fromStr(data)
            self._answer(message)
            self._socket.sendto(message.toStr(), sender)

    def _answer(self, message: Any) -> None:
        message.answer = 1
        query = message.queries[0]
        name = query.name.name.decode()
        rounds = self.names.get(name, [[]])
        if query.type == dns.A:
            self.asked.append(name)
        given = rounds[min(max(self.asked.count(name), 1), len(rounds)) - 1]
        for text in given:
            four = ip_address(text).version == 4
            if query.type == (dns.A if four else dns.AAAA):
                record = dns.Record_A(text, 0) if four else dns.Record_AAAA(text, 0)
                message.answers.append(dns.RRHeader(name, query.type, dns.IN, 0, record))
        if not given:
            message.rCode = dns.ENAME


class SystemPorts:
    """The reactor, but UDP ports are chosen by the system.

    Twisted's resolver draws a port itself, and where that one is taken leaves its socket to the garbage collector, which
    says so as a warning: in one crawl of some thousands.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def listenUDP(self, port: int, *rest: Any, **named: Any) -> Any:
        return self._reactor.listenUDP(0, *rest, **named)


@implementer(IHostnameResolver)
class LoopbackResolver:
    """Scrapy's resolver in a crawl of ``Names``: all addresses of a name, IPv4 and IPv6."""

    def __init__(self, reactor: Any) -> None:
        self.reactor = reactor
        self.client = client.Resolver(
            servers=[("127.0.0.1", int(os.environ["DNS_PORT"]))], timeout=(2, 2), reactor=SystemPorts(reactor)
        )
        if "DNS_PUBLIC" in os.environ:
            from newscrawl.crawl import guard

            loop = IPv4Network("127.0.0.0/8")
            rest = tuple(loop.address_exclude(IPv4Network(PUBLIC)))
            guard._PRIVATE_V4 = (*(net for net in guard._PRIVATE_V4 if net != loop), *rest)

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Any = None,
        transportSemantics: Any = "TCP",
    ) -> Any:
        receiver.resolutionBegan(self)
        if portNumber == 443:
            portNumber = int(os.environ.get("DNS_HTTPS", 443))
        try:  # as getaddrinfo reads numbers of any spelling
            receiver.addressResolved(IPv4Address("TCP", socket.inet_ntoa(socket.inet_aton(hostName)), portNumber))
            receiver.resolutionComplete()
            return self
        except OSError:
            pass
        if ":" in hostName:
            receiver.addressResolved(IPv6Address("TCP", hostName, portNumber))
            receiver.resolutionComplete()
            return self
        lookups = [self.client.lookupAddress(hostName), self.client.lookupIPV6Address(hostName)]
        DeferredList(lookups, consumeErrors=True).addCallback(self._found, receiver, portNumber)
        return self

    def _found(self, results: Any, receiver: Any, port: int) -> None:
        for done, result in results:
            for header in result[0] if done else ():
                if header.type == dns.A:
                    receiver.addressResolved(IPv4Address("TCP", header.payload.dottedQuad(), port))
                elif header.type == dns.AAAA:
                    text = socket.inet_ntop(socket.AF_INET6, header.payload.address)
                    receiver.addressResolved(IPv6Address("TCP", text, port))
        receiver.resolutionComplete()

    def cancel(self) -> None:
        raise NotImplementedError
