"""The browser's way out: a SOCKS5 proxy (RFC 1928) on loopback that connects to public addresses only.

A browser looks names up and connects by itself, and nothing that it tells beforehand binds it: a name may have another
address a moment later. So it is given this proxy, and names to connect to instead of addresses. As for every other
request of the crawl, names are looked up by the crawl's resolver, and ``PublicReactor`` decides on the very address
that the connection is made to: for pages, scripts, ``fetch``, WebSockets, redirects and whatever else a page may do.
"""

import struct
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from scrapy.exceptions import DownloadCancelledError
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol

from newscrawl.crawl.guard import PublicReactor, Refused, refuse_private

CONNECT_TIMEOUT = 15
"""Seconds for the connection to one address."""

REMEMBERED = 1000
"""Hosts whose last trouble is remembered."""

_GRANTED, _FAILED, _FORBIDDEN = (struct.pack("!BBBBIH", 5, code, 0, 1, 0, 0) for code in (0, 4, 2))


class Proxy(Factory):
    """The proxy of one crawl: ``listen``, then ``port`` is what the browser is told; ``close`` ends all connections."""

    def __init__(self, reactor: Any, *, private: bool, max_bytes: int, on_refused: Callable[[str], None]) -> None:
        """``private``: whether private addresses are connected to as well. ``max_bytes``: of a connection, a page."""
        self._reactor = reactor
        self.outside: Any = reactor if private else PublicReactor(reactor)
        self.private, self.max_bytes, self.on_refused = private, max_bytes, on_refused
        self.troubles: dict[str, Exception] = {}
        """Host to what was last refused of it: ``Refused``, or ``DownloadCancelledError`` where it sent too much."""
        self.clients: set[_Client] = set()
        self._port: Any = None

    @property
    def port(self) -> int:
        """Port on 127.0.0.1."""
        return int(self._port.getHost().port)

    def listen(self) -> None:
        """Listen on a port of loopback that is free."""
        self._port = self._reactor.listenTCP(0, self, interface="127.0.0.1")

    def begin(self, host: str) -> None:
        """Note that a page of ``host`` is asked for: its troubles are those from now on, and bytes count anew."""
        self.troubles.pop(host, None)
        for client in self.clients:
            client.received = 0

    def trouble(self, host: str, error: Exception) -> None:
        """Note what was refused of a host."""
        if len(self.troubles) >= REMEMBERED:
            self.troubles.clear()
        self.troubles[host] = error
        if isinstance(error, Refused):
            self.on_refused(host)

    def close(self) -> None:
        """Listen no more, end what is open."""
        if self._port is not None:
            self._port.stopListening()
        for client in tuple(self.clients):
            client.end()

    def buildProtocol(self, addr: Any) -> "_Client":
        """Serve a connection of the browser's."""
        return _Client(self)


class _Side(Protocol):
    """One of the two connections that bytes go between."""

    transport: Any

    def send(self, data: bytes) -> None:
        """Write to it."""
        self.transport.write(data)

    def end(self) -> None:
        """End it at once."""
        self.transport.abortConnection()

    def finish(self) -> None:
        """End it once all is written."""
        self.transport.unregisterProducer()
        self.transport.loseConnection()


class _Client(_Side):
    """A connection of the browser's: greeting, request, then bytes both ways."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.host = ""
        self.received = 0
        self._said = b""
        self._greeted = False
        self._outer: _Outer | None = None

    def connectionMade(self) -> None:
        self.proxy.clients.add(self)

    def dataReceived(self, data: bytes) -> None:
        if self._outer is not None:
            self._outer.send(data)
            return
        self._said += data
        if not self._greeted:
            if len(self._said) < 2 or len(self._said) < 2 + self._said[1]:
                return
            self._said, self._greeted = self._said[2 + self._said[1] :], True
            self.send(b"\x05\x00")  # no password: a port of loopback, to what anybody may connect to
        if not self.host and (asked := _read_request(self._said)) is not None:
            self.host, port, self._said = asked
            self._connect(port)
        elif len(self._said) > 4096:
            self.end()

    def _connect(self, port: int) -> None:
        try:
            if not self.host:
                raise Refused("download_failed", "no request to connect")
            if not self.proxy.private:
                refuse_private(self.host)
        except Refused as error:
            self._failed(error)
            return
        endpoint = HostnameEndpoint(self.proxy.outside, self.host, port, timeout=CONNECT_TIMEOUT)
        connecting = endpoint.connect(Factory.forProtocol(lambda: _Outer(self)))  # type: ignore[arg-type]
        connecting.addCallbacks(self._connected, lambda failure: self._failed(failure.value))

    def _connected(self, outer: Any) -> None:
        if self not in self.proxy.clients:
            outer.end()
            return
        self._outer = outer
        self.send(_GRANTED)
        self.transport.registerProducer(outer.transport, True)
        outer.transport.registerProducer(self.transport, True)
        outer.send(self._said)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Exception):
            self.proxy.trouble(self.host, error)
        self.send(_FORBIDDEN if isinstance(error, Refused) else _FAILED)
        self.transport.loseConnection()

    def arrived(self, data: bytes) -> None:
        """Pass on what the other side sent; end both where it is too much."""
        self.received += len(data)
        if self.received <= self.proxy.max_bytes:
            self.send(data)
            return
        self.proxy.trouble(
            self.host, DownloadCancelledError(f"more than {self.proxy.max_bytes} bytes from {self.host}")
        )
        self.end()

    def connectionLost(self, reason: Any = None) -> None:
        self.proxy.clients.discard(self)
        if self._outer is not None:
            self._outer.finish()


class _Outer(_Side):
    """The connection to a host."""

    def __init__(self, client: _Client) -> None:
        self.client = client

    def dataReceived(self, data: bytes) -> None:
        self.client.arrived(data)

    def connectionLost(self, reason: Any = None) -> None:
        self.client.finish()


def _read_request(said: bytes) -> tuple[str, int, bytes] | None:
    """Return host, port and what follows of a SOCKS5 request; ``None`` while it is not whole.

    The host is empty where it is no request to connect, or none that can be read.

    >>> _read_request(b"\\x05\\x01\\x00\\x03\\x06ria.ru\\x01\\xbbrest")
    ('ria.ru', 443, b'rest')
    """
    if len(said) < 5:
        return None
    _, command, _, kind, length = said[:5]
    size = {1: 4, 3: length, 4: 16}.get(kind)
    if command != 1 or size is None:
        return "", 0, b""
    at = 5 if kind == 3 else 4
    if len(said) < at + size + 2:
        return None
    address, port = said[at : at + size], int.from_bytes(said[at + size : at + size + 2], "big")
    host = address.decode("ascii", "replace") if kind == 3 else str(ip_address(address))
    return host, port, said[at + size + 2 :]
