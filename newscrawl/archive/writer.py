"""WARC 1.1: an exchange as records, and files of them that a kill cannot spoil.

An exchange (request, response or revisit, metadata) is one ``write`` of whole gzip members, so that a file can be read
to its last whole exchange at any moment. ISO 28500:2017; names of files as the IIPC advises.
"""

import base64
import hashlib
import io
import os
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
REMEMBERED = 100_000
"""Payloads of a run that later ones are compared with; some 30 MB."""
SMALLEST_REVISIT = 512
"""Bytes of a payload below which a revisit record would save nothing."""

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, as they were transferred: a compressed body is given so, chunks are joined."""

    url: str
    date: datetime
    """Aware."""
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] | None = None
    """``None``: ``Host`` alone, and ``Content-Length`` where there is a body."""
    request_body: bytes = b""
    truncated: str | None = None
    """Why the body is not whole (``length``, ``time``, ``disconnect``, ``unspecified``), ``None`` when it is."""
    address: str | None = None
    """IP address that was connected to."""

    @property
    def moment(self) -> str:
        """The date as WARC states it. Raises ``ValueError`` when it has no time zone."""
        if self.date.tzinfo is None:
            raise ValueError("the date of a record needs a time zone")
        return self.date.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def record_id(self, kind: str) -> str:
        """Return the ``WARC-Record-ID`` of the exchange's ``request``, ``response`` or ``metadata`` record.

        The same exchange has the same; another moment has another.
        """
        name = f"{kind} {self.method} {self.url} {self.moment} {hashlib.sha1(self.request_body).hexdigest()}"
        return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


class Original(NamedTuple):
    """The record that a revisit refers to."""

    id: str
    url: str
    moment: str


def write_exchange(
    file: BinaryIO,
    *,
    url: str,
    status: int = 200,
    headers: Headers = (),
    body: bytes,
    date: datetime,
    method: str = "GET",
    request_body: bytes = b"",
    truncated: str | None = None,
    gzip: bool = True,
) -> None:
    """Append a request and its response; the same arguments give the same bytes.

    Raises ``ValueError`` when ``date`` has no time zone or ``url`` cannot be parsed.
    """
    exchange = Exchange(url, date, body, status, tuple(headers), method, None, request_body, truncated)
    for record in (request_record(exchange), response_record(exchange)):
        file.write(_member(record, 9) if gzip else record)


def request_record(exchange: Exchange) -> bytes:
    """Return the record of the request. It goes first: a response whose request was cut off would pass for a GET."""
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = exchange.request_body
    asked = exchange.request_headers
    if asked is None:
        asked = (("Host", parts.netloc), *([("Content-Length", str(len(body)))] if body else []))
    extra = {"WARC-Concurrent-To": exchange.record_id("response")}
    return _record(exchange, "request", _block(f"{exchange.method} {target} HTTP/1.1", asked, body), body, extra)


def response_record(exchange: Exchange, original: Original | None = None) -> bytes:
    """Return the record of the answer; with ``original``, whose payload is the same, a revisit without payload."""
    status = exchange.status
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    extra = {"WARC-Truncated": exchange.truncated} if exchange.truncated else {}
    if exchange.address:
        extra["WARC-IP-Address"] = exchange.address
    if original is not None:
        extra |= {
            "WARC-Profile": REVISIT_PROFILE,
            "WARC-Refers-To": original.id,
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": original.moment,
        }
    block = _block(f"HTTP/1.1 {status} {reason}", exchange.headers, b"" if original else exchange.body)
    return _record(exchange, "revisit" if original else "response", block, exchange.body, extra)


def metadata_record(exchange: Exchange, fields: Headers) -> bytes:
    """Return the record of what else is known of the exchange: ``via``, ``fetchTimeMs``."""
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode("utf-8", "replace")
    extra = {"WARC-Concurrent-To": exchange.record_id("response")}
    return _record(exchange, "metadata", block, None, extra, content_type="application/warc-fields")


def _record(
    exchange: Exchange, kind: str, block: bytes, payload: bytes | None, extra: dict[str, str], content_type: str = ""
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": exchange.record_id("response" if kind == "revisit" else kind),
        "WARC-Target-URI": exchange.url,
        "WARC-Date": exchange.moment,
        **({"WARC-Payload-Digest": _sha1(payload)} if payload is not None else {}),
        **extra,
    }
    # The block is given whole: from headers handed over by name, warcio would escape what is not ASCII.
    record = ArcWarcRecord(
        "warc",
        kind,
        StatusAndHeaders("", list(fields.items()), protocol="WARC/1.1"),
        io.BytesIO(block),
        None,
        content_type or f"application/http; msgtype={'response' if kind == 'revisit' else kind}",
        len(block),
    )
    whole = io.BytesIO()
    WARCWriter(whole, gzip=False, warc_version="WARC/1.1").write_record(record)
    return whole.getvalue()


def _sha1(payload: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(payload).digest()).decode()}"


def _block(line: str, headers: Headers, payload: bytes) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + payload


def _member(record: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(record) + packer.flush()


class ArchiveWriter:
    """Files of exchanges in a folder: a new one for each process, and when one has grown to ``max_bytes``.

    Nothing is appended to a file of an earlier run, whose end may be torn. ``files`` and ``exchanges`` count.

    Raises:
        OSError: the folder or a file cannot be made or written; then no part of the exchange is in the file.
    """

    LEVEL = 6
    """Of gzip for what is not compressed yet: 9 takes twice the time and saves a hundredth."""

    def __init__(self, folder: Path, *, max_bytes: int, software: str, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.max_bytes, self.software, self.name = folder, max_bytes, software, name
        self.files, self.exchanges, self.bytes = 0, 0, 0
        self._fd: int | None = None
        self._size = 0
        self._known: OrderedDict[str, Original] = OrderedDict()

    def write(self, exchange: Exchange, metadata: Headers = ()) -> str:
        """Write an exchange; return the ``WARC-Record-ID`` of its response (or revisit) record."""
        digest = _sha1(exchange.body)
        original = self._known.get(digest) if not exchange.truncated else None
        packed = any(name.lower() == "content-encoding" for name, _ in exchange.headers)
        records = [
            _member(request_record(exchange), self.LEVEL),
            _member(response_record(exchange, original), 1 if packed else self.LEVEL),
            *([_member(metadata_record(exchange, fields), self.LEVEL)] if (fields := tuple(metadata)) else []),
        ]
        data = b"".join(records)
        if self._fd is None or (self._size and self._size + len(data) > self.max_bytes):
            self._next_file()
        self._append(data)
        self.exchanges += 1
        if original is None and len(exchange.body) >= SMALLEST_REVISIT and not exchange.truncated:
            self._known[digest] = Original(exchange.record_id("response"), exchange.url, exchange.moment)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return exchange.record_id("response")

    def close(self) -> None:
        """Have the disk take what was written. Safe to call twice. Raises ``OSError``."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def _next_file(self) -> None:
        self.close()
        name = f"{self.name}-{self.files + 1:05d}.warc.gz"
        self._fd = os.open(self.folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self.files, self._size = self.files + 1, 0
        whole = io.BytesIO()
        writer = WARCWriter(whole, gzip=False, warc_version="WARC/1.1")
        info = {"software": self.software, "format": "WARC File Format 1.1", "robots": "obey"}
        writer.write_record(writer.create_warcinfo_record(name, info))
        self._append(_member(whole.getvalue(), self.LEVEL))

    def _append(self, data: bytes) -> None:
        assert self._fd is not None
        start = os.fstat(self._fd).st_size
        try:
            done = 0
            while done < len(data):  # a full disk may take a part
                done += os.write(self._fd, data[done:] if done else data)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, start)
            raise
        self._size = start + len(data)
        self.bytes += len(data)
