"""WARC archives: find what was answered at an address.

Reading never trusts the file. A record that is damaged or cut off is counted and passed over, and reading
goes on at the next place that looks like the start of a record; warcio parses one whole record at a time.
"""

import base64
import hashlib
import io
import re
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import urljoin, urlsplit

import brotli  # type: ignore[import-untyped]
from w3lib.url import canonicalize_url
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

MAX_BLOCK = 1 << 28
"""Records larger than this, in bytes, are no pages: they are counted and not read into memory."""

_MAX_HEAD = 1 << 16
_STEP = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b\x08"
_SUFFIXES = (".warc", ".warc.gz")
_FIRST_LINE = re.compile(rb"WARC/(?:0\.1[78]|1\.[01])\s*$")
_BEGINS_ANEW = re.compile(rb"[^:]*WARC/(?:0\.1[78]|1\.[01])\s*$")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})\s*$", re.IGNORECASE | re.MULTILINE)
_UNREADABLE = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, OverflowError)
"""What warcio and the date raise on fields that make no sense."""
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]{0,1000})?\r?\n")
_DIGESTS = {"md5", "sha1", "sha256", "sha512"}
_KINDS = {"request", "response", "revisit", "resource"}
_DEFAULT_PORTS = {"http": 80, "https": 443}

_Place = tuple[int, int, int]
"""Number of the file, offset in it (of the gzip member), offset within the member."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer as it was recorded."""

    url: str
    """Address of the record, which may be spelled other than the one asked for."""
    status: int
    headers: list[tuple[str, str]]
    """As recorded, but without ``Transfer-Encoding: chunked`` and without a false ``Content-Encoding``."""
    id: str
    """``WARC-Record-ID`` of the answer (or revisit), ``""`` where the record has none."""
    body: bytes
    """Chunks joined; still compressed where the headers say so."""
    fetched_at: datetime
    """UTC."""
    truncated: bool
    """Whether the record says that the body was cut off when it was recorded."""


class _Damaged(Exception):
    """No sound record here."""


class _Cut(_Damaged):
    """The data ends within the record."""


class _TooLarge(_Damaged):
    """The record says that it is larger than ``MAX_BLOCK``."""


@dataclass(slots=True)
class Record:
    """A whole record."""

    kind: str
    id: str
    url: str
    date: datetime
    stated_date: str
    concurrent: tuple[str, ...]
    refers_to: str
    refers_to_moment: tuple[str, str]
    digest: str
    truncated: bool
    status: int
    """Of the answer; 0 for a request, and for a revisit that keeps the status of what it refers to."""
    method: str
    headers: list[tuple[str, str]]
    payload: bytes


_SCHEMA = """
CREATE TABLE answers (number INTEGER PRIMARY KEY, kind TEXT, url TEXT, host TEXT, exact BLOB, loose BLOB,
    status INTEGER, date TEXT, file INTEGER, start INTEGER, skip INTEGER, source INTEGER,
    id TEXT, moment BLOB, digest TEXT, refers_to TEXT, refers_to_moment BLOB);
CREATE TABLE requests (id TEXT PRIMARY KEY, method TEXT, body BLOB) WITHOUT ROWID;
CREATE TABLE ties (id TEXT, answer INTEGER);
"""
_INSERT = "INSERT INTO answers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INDEXES = """
DROP TABLE ties;
DROP TABLE requests;
CREATE INDEX by_exact ON answers (exact);
CREATE INDEX by_loose ON answers (loose);
"""
_REFERENCES = (("refers_to", "id"), ("refers_to_moment", "moment"), ("digest", "digest"))
"""What a revisit says of the record it repeats, and where that says the same: the first that is found counts."""
_RESOLVE = """
CREATE INDEX by_{name} ON answers ({name}) WHERE kind != 'revisit';
UPDATE answers AS own SET source = (
    SELECT max(number) FROM answers AS other WHERE other.{name} = own.{said} AND other.kind != 'revisit')
    WHERE kind = 'revisit' AND source IS NULL;
DROP INDEX by_{name};
"""
_RESOLVED = """
DELETE FROM answers WHERE kind = 'revisit' AND source IS NULL;
UPDATE answers AS own SET status = (SELECT status FROM answers AS other WHERE other.number = own.source)
    WHERE status = 0;
"""
_TIED = """
SELECT answer, url, method, body FROM requests JOIN ties USING (id) JOIN answers ON answer = number
    ORDER BY ties.rowid DESC
"""
_FOUND = "SELECT file, start, skip, source FROM answers WHERE"
_BEST = "status BETWEEN 200 AND 399 AND status != 304 DESC, date DESC, number DESC LIMIT 1"
_EXACT = f"{_FOUND} exact = ? ORDER BY {_BEST}"
# Among spellings of an address a page goes before a redirect, which may lead from one to the other.
_LOOSE = f"{_FOUND} loose = ? ORDER BY status / 100 = 2 DESC, {_BEST}"


class Scan:
    """The records of a file that begin from ``start`` on and before ``end`` (offsets in bytes; ``None`` for its end).

    Ranges that meet give each record once: a range begins with the first record that begins in it. Going through it
    raises ``OSError`` when the file cannot be read.
    """

    def __init__(self, path: Path, start: int = 0, end: int | None = None) -> None:
        """Look at the file. Raises ``OSError`` when it cannot be read."""
        self.path, self.start, self.end = path, start, end
        self.damaged = 0
        """Records or stretches that could not be read, or whose digest disagrees."""
        self.truncated = 0
        """Records cut off at the end of the file."""
        self.too_large = 0
        """Records that say they are larger than ``MAX_BLOCK``."""
        with path.open("rb") as file:
            self.zipped = _is_gzip(path, file)

    def __iter__(self) -> Iterator[tuple[Record, int, int]]:
        """Yield each record, where it (or its gzip member) begins in the file, and where within the member."""
        magic = _GZIP_MAGIC if self.zipped else b"WARC/"
        found = not self.start  # a range that begins within a record has to find the next one first
        lost: _Damaged | zlib.error | None = None  # why nothing was found since the last record: one stretch, however
        with self.path.open("rb") as file:  # often something in it (a page in gzip) looks like the start of a record
            start = self.start if found else _find(file, magic, self.start)
            while start is not None and (self.end is None or start < self.end):
                stream = _stream(file, start, self.zipped)
                begin = start
                try:
                    while True:
                        _skip_blank(stream)
                        offset = stream.tell()
                        begin = start if self.zipped else offset
                        if not stream.peek(1) or (self.end is not None and begin >= self.end):
                            break
                        record, sound = _read_record(stream)
                        self.damaged += isinstance(lost, _Cut)  # not at the end of the file
                        found, lost = True, None
                        if not sound:
                            self.damaged += 1
                        elif record:
                            yield record, begin, offset if self.zipped else 0
                    start = _next_member(file, stream) if self.zipped else None
                except (_Damaged, zlib.error) as fault:
                    start = _find(file, magic, begin + 1)
                    if lost is None and (found or (start is None and isinstance(fault, _Cut))):
                        lost = fault
                        self.too_large += isinstance(fault, _TooLarge)
                        self.damaged += not isinstance(fault, (_Cut, _TooLarge))
        self.truncated += isinstance(lost, _Cut)


class Archive:
    """The answers in one or more WARC files, by method, address and request body.

    Where each record stands is kept in a file of its own that goes with the object (SQLite's temporary database):
    memory does not grow with the archive. The payload is read when asked for.
    """

    def __init__(self, files: list[Path]):
        """Index ``files``; raise ``ValueError`` when one of them cannot be read at all."""
        self.damaged = 0
        """Records or stretches that could not be read, or whose digest disagrees."""
        self.truncated = 0
        """Records cut off at the end of a file."""
        self.newest: dict[str, datetime] = {}
        """Host to when its latest answer was recorded, in UTC."""
        self._files: list[tuple[Path, bool]] = []
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        for number, path in enumerate(files):
            try:
                scan = Scan(path)
                self._files.append((path, scan.zipped))
                for record, begin, skip in scan:
                    self._note(record, (number, begin, skip))
                self.damaged += scan.damaged + scan.too_large
                self.truncated += scan.truncated
            except OSError as error:
                raise ValueError(f"cannot read the archive {path}: {error.strerror or error}") from error
            except sqlite3.OperationalError as error:  # no room for temporary files
                raise ValueError(f"cannot index the archive {path}: {error}") from error
        self._index()

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Read a ``.warc`` or ``.warc.gz`` file, all of them under a folder, or those that a glob matches.

        Raises ``ValueError`` when there is no such file, or when it cannot be read at all.
        """
        return cls(archive_files(path))

    def __len__(self) -> int:
        """Count the addresses."""
        return int(self._db.execute("SELECT count(DISTINCT url) FROM answers").fetchone()[0])

    def addresses(self) -> Iterator[str]:
        """Go through the recorded addresses, each once."""
        for (url,) in self._db.execute("SELECT url FROM answers GROUP BY url ORDER BY min(number)"):
            yield url

    def get(self, url: str, method: str = "GET", body: bytes = b"") -> Recorded | None:
        """Give what was answered at ``url``; ``None`` when the archive does not have it.

        The exact address goes before one that differs in scheme, default port, fragment, order of parameters
        or escapes. The latest answer counts, but an error never hides an earlier success.
        """
        if places := self._find(_EXACT, _key(method, url, body)):
            return self._read(places)
        if places := self._find(_LOOSE, _key(method, _loose(url), body)):
            recorded = self._read(places)
            # What was recorded for http:// may be no more than the way to the https:// address asked for.
            return None if recorded is None or _leads_to(recorded, url) else recorded
        return None

    def _note(self, record: Record, place: _Place) -> None:
        named = [id_ for id_ in (record.id, *record.concurrent) if id_]
        if record.kind == "request":
            if record.method != "GET":
                rows = [(id_, record.method, record.payload) for id_ in named]
                self._db.executemany("INSERT OR REPLACE INTO requests VALUES (?, ?, ?)", rows)
            return
        row = (
            record.kind, record.url, _host(record.url),
            _key("GET", record.url, b""), _key("GET", _loose(record.url), b""),
            record.status, record.date.isoformat(timespec="microseconds"), *place, None,
            record.id or None, _digest(record.url, record.stated_date), record.digest or None,
            record.refers_to or None, _digest(*record.refers_to_moment),
        )  # fmt: skip
        number = self._db.execute(_INSERT, row).lastrowid
        self._db.executemany("INSERT INTO ties VALUES (?, ?)", [(id_, number) for id_ in named])

    def _index(self) -> None:
        db = self._db
        if db.execute("SELECT 1 FROM answers WHERE kind = 'revisit' LIMIT 1").fetchone():
            for said, name in _REFERENCES:
                db.executescript(_RESOLVE.format(said=said, name=name))
            db.executescript(_RESOLVED)
        for number, url, method, body in db.execute(_TIED).fetchall():
            keys = (_key(method, url, body), _key(method, _loose(url), body))
            db.execute("UPDATE answers SET exact = ?, loose = ? WHERE number = ?", (*keys, number))
        db.executescript(_INDEXES)
        for host, newest in db.execute("SELECT host, max(date) FROM answers GROUP BY host"):
            self.newest[host] = datetime.fromisoformat(newest)

    def _find(self, query: str, key: bytes) -> tuple[_Place, _Place | None] | None:
        """Return where the best answer of a key stands, and the record whose payload it has."""
        row = self._db.execute(query, (key,)).fetchone()
        if row is None:
            return None
        source = self._db.execute("SELECT file, start, skip FROM answers WHERE number = ?", row[3:]).fetchone()
        return row[:3], source

    def _read(self, places: tuple[_Place, _Place | None]) -> Recorded | None:
        own, source = self._load(places[0]), self._load(places[1]) if places[1] else None
        if own is None or (places[1] and source is None):
            return None
        source = source or own
        answer = own if own.status else source
        _, body = dechunked(source.headers, source.payload)
        headers = truly_encoded(dechunked(answer.headers, b"")[0], body)
        return Recorded(own.url, answer.status, headers, own.id, body, own.date, own.truncated or source.truncated)

    def _load(self, place: _Place) -> Record | None:
        """Read a record again; ``None`` when the file has changed under us."""
        number, start, skip = place
        path, zipped = self._files[number]
        with path.open("rb") as file:
            stream = _stream(file, start, zipped)
            try:
                while skip > 0:
                    skip -= len(stream.read(min(skip, _STEP))) or skip
                return _read_record(stream)[0]
            except (_Damaged, zlib.error):
                return None


def archive_files(path: str | Path) -> list[Path]:
    """List the archive files at a path, in a folder or matched by a glob, sorted.

    Raises ``ValueError`` when there are none.
    """
    path = Path(path).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        found = _within(path)
    else:
        root = Path(path.anchor)
        found = [file for match in root.glob(str(path.relative_to(root))) for file in _within(match)]
    if not found:
        what = "no .warc or .warc.gz file in" if path.is_dir() else "no archive at"
        raise ValueError(f"{what} {path}")
    return sorted(set(found))


def _within(path: Path) -> list[Path]:
    files = path.rglob("*") if path.is_dir() else [path]
    return [file for file in files if file.name.endswith(_SUFFIXES) and file.is_file()]


def dechunk(data: bytes) -> bytes:
    """Join the chunks of a body; what is not chunked comes back as it is.

    >>> dechunk(b"4;x=1\\r\\nWiki\\r\\n3\\r\\nped\\r\\n0\\r\\n\\r\\n"), dechunk(b"<p>4</p>")
    (b'Wikiped', b'<p>4</p>')
    """
    parts, at = [], 0
    while head := _CHUNK.match(data, at):
        size = int(head[1], 16)
        if not size:
            break
        parts.append(data[head.end() : head.end() + size])
        at = head.end() + size
        at += 2 if data.startswith(b"\r\n", at) else data.startswith(b"\n", at)
    return b"".join(parts) if at or head else data


def is_encoded(body: bytes, encoding: str) -> bool:
    """Whether ``body`` begins as data in ``encoding`` does; ``True`` for an encoding that is not known.

    >>> is_encoded(b"<html>", "gzip"), is_encoded(b"<html>", "br"), is_encoded(b"<html>", "aes128gcm")
    (False, False, True)
    """
    try:
        match encoding:
            case "gzip" | "x-gzip":
                return body.startswith(_GZIP_MAGIC)
            case "zstd":
                return body.startswith(b"\x28\xb5\x2f\xfd")
            case "deflate":
                is_wrapped = body[:1] in (b"\x58", b"\x68", b"\x78")
                zlib.decompressobj(15 if is_wrapped else -15).decompress(body[:_STEP], _STEP)
                return bool(body)
            case "br":
                brotli.Decompressor().process(body[:_STEP], output_buffer_limit=_STEP)
                return bool(body)
    except (zlib.error, brotli.error):
        return False
    return True


def truly_encoded(headers: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    """Return ``headers`` without a ``Content-Encoding`` that ``body`` belies: archives often hold it decoded."""
    encoding = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    if encoding and not is_encoded(body, encoding.rpartition(",")[2].strip().lower()):
        return _without(headers, "content-encoding")
    return headers


class _Member(io.RawIOBase):
    """What one gzip member holds, read forward; a member that is cut off raises ``_Cut``."""

    def __init__(self, file: BinaryIO, start: int):
        super().__init__()
        file.seek(start)
        self._file = file
        self._zip = zlib.decompressobj(zlib.MAX_WBITS + 16)
        self._given = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._zip.eof:
            raw = self._zip.unconsumed_tail or self._file.read(_STEP)
            data = self._zip.decompress(raw, len(buffer))
            if data:
                buffer[: len(data)] = data
                self._given += len(data)
                return len(data)
            if not raw and not self._zip.eof:
                raise _Cut
        return 0

    def end(self) -> int:
        """Give the offset in the file right after this member, once it is read to its end."""
        return self._file.tell() - len(self._zip.unused_data)


def _is_gzip(path: Path, file: BinaryIO) -> bool:
    head = file.read(5)
    return head.startswith(_GZIP_MAGIC[:2]) or (path.suffix == ".gz" and head not in (b"", b"WARC/"))


def _stream(file: io.BufferedReader, start: int, zipped: bool) -> io.BufferedReader:
    if zipped:
        return io.BufferedReader(_Member(file, start), _STEP)
    file.seek(start)
    return file


def _next_member(file: io.BufferedReader, stream: io.BufferedReader) -> int | None:
    """Give where reading goes on after a stream that was read to its end; ``None`` at the end of the file."""
    if not isinstance(stream.raw, _Member):
        return None
    end = stream.raw.end()
    file.seek(end)
    return end if file.peek(1) else None


def _find(file: BinaryIO, needle: bytes, start: int) -> int | None:
    file.seek(start)
    data = b""
    while step := file.read(_STEP):
        data += step
        at = data.find(needle)
        if at >= 0:
            return start + at
        start += max(0, len(data) - len(needle) + 1)
        data = data[-len(needle) + 1 :]
    return None


def _skip_blank(stream: io.BufferedReader) -> int:
    count = 0
    while stream.peek(1)[:1] in (b"\r", b"\n"):
        stream.read(1)
        count += 1
    return count


def _read_head(stream: io.BufferedReader) -> bytes:
    head = b""
    while len(head) < _MAX_HEAD:
        line = stream.readline(_MAX_HEAD)
        is_cut = not line.endswith(b"\n") and len(line) < _MAX_HEAD
        if is_cut and (head or line in (b"WARC/1.0\r"[: len(line)], b"WARC/1.1\r"[: len(line)])):
            raise _Cut
        if not head and not _FIRST_LINE.match(line):
            raise _Damaged
        if head and _BEGINS_ANEW.match(line):  # cut off here; to read on would cost the square of what follows
            raise _Damaged
        head += line
        if not line.strip():
            return head
    raise _Damaged


def _read_block(stream: io.BufferedReader, length: int) -> bytes:
    if length > MAX_BLOCK:
        raise _TooLarge
    block = bytearray()
    while len(block) < length:
        step = stream.read(min(length - len(block), _STEP))
        if not step:
            raise _Cut
        block += step
    return bytes(block)


def _read_record(stream: io.BufferedReader) -> tuple[Record | None, bool]:
    """Read the record that begins here, and say whether it is sound; ``None`` for one of no interest.

    Raises ``_Damaged``, or ``zlib.error``, where it cannot be told where the record ends.
    """
    head = _read_head(stream)
    length = _LENGTH.search(head)
    if length is None:
        raise _Damaged
    block = _read_block(stream, int(length[1]))
    blank = _skip_blank(stream)
    following = stream.peek(1)[:1]
    try:
        record, digest_agrees = _parse(head, block)
    except (_Damaged, *_UNREADABLE):
        record, digest_agrees = None, False
    is_closed = not following or blank >= 4 or (blank >= 2 and following == b"W")
    if not is_closed and not digest_agrees:
        raise _Damaged
    return record, digest_agrees is not False


def _parse(head: bytes, block: bytes) -> tuple[Record | None, bool | None]:
    """Read a record from its bytes, and say whether its digest agrees: ``None`` when it has none.

    Raises ``_Damaged``, or what warcio raises, when it is no record that can be used.
    """
    # Not verified: warcio knows HTTP/1.0 and 1.1 only. The status is looked at below.
    loaded = ArcWarcRecordLoader(verify_http=False).parse_record_stream(
        io.BytesIO(head), known_format="warc", no_record_parse=True
    )
    fields = loaded.rec_headers

    def field(name: str) -> str:
        return str(fields.get_header(name) or "").strip()

    agrees = _agrees(field("WARC-Block-Digest"), block)
    kind, url = loaded.rec_type, field("WARC-Target-URI")
    if kind not in _KINDS or not re.match("https?://", url, re.IGNORECASE):
        return None, agrees
    if kind == "resource":
        http, payload, status, method = None, block, 200, ""
    else:
        rest = io.BytesIO(block)
        http = ArcWarcRecordLoader(verify_http=False).load_http_headers(kind, "http:", rest, len(block))
        payload = rest.read()
        status = _status(http.get_statuscode()) if http and kind != "request" else 0
        method = http.protocol.upper() if http and kind == "request" else ""
        if (kind == "response" and not status) or (kind == "request" and not method):
            raise _Damaged
    headers = list(http.headers) if http else [("Content-Type", loaded.content_type or "")]
    if agrees is None and kind != "revisit":
        agrees = _agrees(field("WARC-Payload-Digest"), payload, dechunk(payload))
    record = Record(
        kind=kind,
        id=field("WARC-Record-ID"),
        url=url,
        date=_moment(field("WARC-Date")),
        stated_date=field("WARC-Date"),
        concurrent=tuple(v.strip() for name, v in fields.headers if name.lower() == "warc-concurrent-to"),
        refers_to=field("WARC-Refers-To"),
        refers_to_moment=(field("WARC-Refers-To-Target-URI"), field("WARC-Refers-To-Date")),
        digest=field("WARC-Payload-Digest"),
        truncated=bool(field("WARC-Truncated")),
        # A visit that was answered "not modified" stands for the page that was not modified.
        status=0 if kind == "revisit" and status == HTTPStatus.NOT_MODIFIED else status,
        method=method,
        headers=headers,
        payload=dechunk(payload) if kind == "request" and _is_chunked(headers) else payload,
    )
    return record, agrees


def _status(code: str) -> int:
    if not re.fullmatch("[1-9][0-9][0-9]", code):
        raise _Damaged
    return int(code)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _agrees(stated: str, *readings: bytes) -> bool | None:
    """Whether a stated digest is that of one of ``readings``; ``None`` when none of a known kind is."""
    name, _, value = stated.partition(":")
    name, value = name.lower().replace("-", ""), value.strip().rstrip("=").lower()
    if name not in _DIGESTS:
        return None
    digests = [hashlib.new(name, data).digest() for data in readings]
    return any(value in (d.hex(), base64.b32encode(d).decode().rstrip("=").lower()) for d in digests)


def dechunked(headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of an answer as they are without chunks."""
    return (_without(headers, "transfer-encoding"), dechunk(body)) if _is_chunked(headers) else (headers, body)


def _is_chunked(headers: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)


def _without(headers: list[tuple[str, str]], dropped: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() != dropped]


def _key(method: str, url: str, body: bytes) -> bytes:
    """Return what an answer is found by: its request's method, address and body, digested."""
    method = method.upper()
    return _digest(method, url, hashlib.sha1(body).hexdigest() if body and method not in ("GET", "HEAD") else "")


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).digest()


def _loose(url: str) -> str:
    """Reduce an address to what its usual spellings share; one that cannot be parsed stays as it is.

    >>> _loose("HTTP://Example.org:80/a?b=2&a=1#top"), _loose("https://example.org/a?a=1&b=2")
    ('example.org/a?a=1&b=2', 'example.org/a?a=1&b=2')
    """
    try:
        parts = urlsplit(canonicalize_url(url))
        port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
        query = f"?{parts.query}" if parts.query else ""
        return f"{parts.hostname or ''}{port}{parts.path}{query}"
    except ValueError:
        return url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _leads_to(recorded: Recorded, url: str) -> bool:
    location = next((value for name, value in recorded.headers if name.lower() == "location"), "")
    return 300 <= recorded.status < 400 and bool(location) and urljoin(recorded.url, location) == url
