"""The live sites on loopback: a proxy that answers under the real host names, over TLS where they do.

A crawl is pointed at it with ``http_proxy`` and ``https_proxy``; everything else on its way is the real thing:
robots.txt, TLS, redirects, retries, delays. What it answers is a table of addresses, or a function.

The guard lets a crawl through to it because it is a proxy, and the user named it. A crawl that is to reach it as an
ordinary host, ``http://paper.test:PORT/``, finds it by name with ``tests/dns.py``, and only where the guard permits.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    wait: float = 0.0
    """Seconds before anything is sent."""
    raw: bytes | None = None
    """Sent as it is, in place of status, headers and body; then the connection is closed."""
    drip: Callable[[], Iterator[bytes]] | None = None
    """Sent part by part after the headers, without a length, until the client goes away."""
    cut: int = 0
    """Bytes promised by Content-Length and never sent."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    at: float
    """Seconds, monotonic."""
    method: str
    url: str
    body: bytes
    headers: dict[str, str] = field(compare=False)


Table = dict[str, Answer | list[Answer]]
"""Address to its answer, or to the answers to the first, second … request (the last one stays)."""


class Loopback:
    """The server; use as a context manager. ``asked`` is what it was asked, in order."""

    def __init__(
        self,
        folder: Path,
        answers: Table | Callable[[Asked], Answer | None],
        host: str = "127.0.0.1",
        *,
        tls: bool = False,
        port: int = 0,
    ) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self.accepted = 0
        """Connections made to it."""
        self._given: dict[str, int] = {}
        self._lock = threading.Lock()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(_certificate(folder))
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Port it listens on."""
        return self._server.server_port

    @property
    def settings(self) -> dict[str, str]:
        """Settings of a crawl that is to meet this server: its certificate is nobody's."""
        return {"HTTPPROXY_ENABLED": "1", "DOWNLOAD_VERIFY_CERTIFICATES": "0"}

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a crawl that is to meet this server."""
        address = f"http://127.0.0.1:{self._server.server_port}"
        return {"http_proxy": address, "https_proxy": address}

    def urls(self, *, robots: bool = False) -> list[str]:
        """Return the addresses asked for, in order."""
        return [asked.url for asked in self.asked if robots or not asked.url.endswith("/robots.txt")]

    def answer(self, asked: Asked) -> Answer:
        """Look up the answer to a request; 404 where there is none."""
        with self._lock:
            self.asked.append(asked)
            if callable(self.answers):
                return self.answers(asked) or Answer(status=404)
            found = self.answers.get(asked.url)
            if isinstance(found, list):
                count = self._given.get(asked.url, 0)
                self._given[asked.url] = count + 1
                found = found[min(count, len(found) - 1)]
        return found or Answer(b"<html>not found</html>", 404)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            origin = ""

            def do_CONNECT(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.origin = f"https://{self.path.removesuffix(':443')}"
                self.connection = loopback._tls.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", 0)
                self.close_connection = False

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                here = f"{loopback._scheme}://{self.headers['Host']}" if self.path.startswith("/") else ""
                url = (self.origin or here) + self.path
                answer = loopback.answer(Asked(time.monotonic(), self.command, url, body, dict(self.headers)))
                time.sleep(answer.wait)
                try:
                    if answer.raw is not None:
                        self.wfile.write(answer.raw)
                        self.close_connection = True
                        return
                    self.send_response(answer.status)
                    for name, value in answer.headers:
                        self.send_header(name, value)
                    if answer.drip is not None:
                        self.end_headers()
                        self.close_connection = True
                        for part in answer.drip():
                            self.wfile.write(part)
                        return
                    self.send_header("Content-Length", str(len(answer.body) + answer.cut))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    self.close_connection = True
                if answer.cut:
                    self.close_connection = True

            do_POST = do_HEAD = do_GET

            def setup(self) -> None:
                loopback.accepted += 1
                super().setup()

            def handle(self) -> None:
                try:
                    super().handle()
                except (OSError, ValueError):
                    pass  # the client went away
                finally:
                    self.connection.close()

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def redirect(url: str, status: int = 301) -> Answer:
    """Return an answer that sends the client on."""
    return Answer(b"", status, (("Location", url),))


def _certificate(folder: Path) -> Path:
    """Write a self-signed certificate and its key to one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    path = folder / "loopback.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
