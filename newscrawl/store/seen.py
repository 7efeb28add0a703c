"""The index of a feed: which pages and records are in it. Made from the feed, and rebuilt from it.

The feed is the truth. The index remembers how far it has read it (``size`` and a digest of the last bytes);
on opening it reads on from there, or starts over when the feed is not the one it knows. So it may lag, be
deleted or be corrupt, and nothing is lost; rows are committed in batches for the same reason.
"""

import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from newscrawl.store import near

logger = logging.getLogger(__name__)

FORMAT = 5
"""Version of the tables; another one is rebuilt."""

COMMIT_EVERY = 2000

CACHE_KIB = 32 * 1024
"""Of the index in memory; keys are hashes, so what is written next lies anywhere."""

NEAR_BYTES = 256 * 1024 * 1024
"""How much of the feed's end is fingerprinted when the index is made anew; the rest is too old to be compared with."""

TAIL_BYTES = 4096


class Known(NamedTuple):
    """What the feed holds of a record."""

    content_hash: str
    revision: int
    offset: int
    """Where its line begins in the feed, in bytes; -1 when the feed is no local file."""


class Validators(NamedTuple):
    """What a server gave to ask later whether a listing has changed."""

    etag: str | None
    modified: str | None
    """The ``Last-Modified`` header as sent."""


class Entry(NamedTuple):
    """What one feed line adds to the index."""

    page: str
    """Key of the page."""
    record: str
    """What duplicates share: source and language."""
    id: str
    """Of the record, which all its revisions share."""
    content_hash: str
    revision: int
    text: str | None = None
    """What pages of a site share that hold the same text; ``None`` for a line without text."""


class Claim(NamedTuple):
    """What an article that is to be written must be alone with."""

    id: str
    revision: int
    """Of the line that it replaces; 0 for none."""
    records: tuple[str, ...]
    """What it is deduplicated by, its own first; of the others it must only be sure that nobody has them."""
    text: str | None
    """What pages with this text share; ``None`` for an article without text."""


class StoreUnavailable(OSError):
    """The store cannot be used; raised by stores that are shared, on opening, with one line that says why."""


TextOf = Callable[[dict[str, Any]], near.Text | None]
"""Gives the text of a feed line that later ones are compared with, ``None`` for none."""

EntryOf = Callable[[dict[str, Any]], Entry]
"""Turns a parsed feed line into its index entry; raises ``KeyError`` or ``ValueError`` for what is no such line."""


_Row = tuple[bytes, bytes | None, int, int]
_TABLES = """
CREATE TABLE listings (listing TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID;
CREATE TABLE seen (key BLOB PRIMARY KEY, hash BLOB, revision INTEGER NOT NULL, start INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE position (only INTEGER PRIMARY KEY, size INTEGER NOT NULL, tail TEXT NOT NULL);
CREATE TABLE told (only INTEGER PRIMARY KEY, store TEXT NOT NULL);
CREATE TABLE versions (format INTEGER NOT NULL, near TEXT NOT NULL);
"""
_INSERT = "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)"


class SeenStore:
    """Answers "is this exported?" and is told "this is exported".

    ``path`` is the index file, ``None`` for memory alone (no feed to index).
    """

    def __init__(self, path: Path | None, entry_of: EntryOf, text_of: TextOf = lambda _: None) -> None:
        self.path = path
        self.entry_of = entry_of
        self.text_of = text_of
        self.bad_lines = 0
        self.rebuilt = False
        self._pending = 0
        self._feed: Path | None = None
        self._began = -1
        self._db = self._open()

    def forget(self, feed: Path) -> None:
        """Forget the lines of a feed that is begun anew; here the index goes with it."""

    def follow(self, feed: Path) -> None:
        """Bring the index up to the end of ``feed``, whose last line must be whole."""
        self._feed = feed
        self._began = size = feed.stat().st_size
        try:
            known = self._position()
            if known is None or known[0] > size or tail_digest(feed, known[0]) != known[1]:
                self._clear()
                known = (0, "")
                self.rebuilt = size > 0
            if known[0] < size:
                self._read(feed, known[0])
            self.commit()
        except sqlite3.DatabaseError as error:
            logger.warning("the index %s is damaged (%s); rebuilt from %s", self.path, error, feed)
            self._discard()
            self.rebuilt = True
            self._read(feed, 0)
            self.commit()

    def has_page(self, key: str) -> bool:
        """Whether the feed holds an article of this page."""
        return self._get(digest_of("page", key)) is not None

    def is_new(self, key: str) -> bool:
        """Whether the feed's article of this page was written since ``follow``."""
        row = self._get(digest_of("page", key))
        return row is not None and row[2] >= self._began

    def has_record(self, key: str) -> bool:
        """Whether the feed holds an article of this source and language."""
        return self._get(digest_of("record", key)) is not None

    def find(self, record_id: str) -> Known | None:
        """Return what the feed holds of a record, ``None`` when nothing."""
        row = self._get(digest_of("id", record_id))
        return Known(row[0].hex(), row[1], row[2]) if row else None

    def id_of_text(self, text: str) -> str | None:
        """Return the ``id`` of the last line with this text, ``None`` when there is none."""
        row = self._get(digest_of("text", text))
        return row[0].decode() if row else None

    def page_line(self, key: str) -> dict[str, Any] | None:
        """Return the last feed line of a page; ``None`` when there is none, or no local feed."""
        row = self._get(digest_of("page", key))
        if row is None or row[2] < 0 or self._feed is None:
            return None
        with self._feed.open("rb") as lines, suppress(ValueError):
            lines.seek(row[2])
            line = json.loads(lines.readline())
            return line if isinstance(line, dict) else None
        return None

    def near_duplicate(self, text: near.Text) -> str | None:
        """Return the ``id`` of the line whose text is most like ``text``, ``None`` when none is near."""
        return near.find(self._db, text)

    def add(self, entry: Entry, text: near.Text | None = None, offset: int = -1) -> None:
        """Note that a line is in the feed, from ``offset`` on; later texts are compared with ``text``."""
        try:
            self._db.executemany(_INSERT, _rows(entry, offset))
            if text is not None:
                near.add(self._db, text)
            self._pending += 1
            if self._pending >= COMMIT_EVERY:
                self.commit()
        except sqlite3.DatabaseError as error:
            self._go_on_in_memory(error)

    def validators(self, listing: str) -> Validators | None:
        """Return what to ask with whether a listing has changed since the last complete run; ``None`` for none."""
        row = self._db.execute("SELECT etag, modified FROM listings WHERE listing = ?", (listing,)).fetchone()
        return Validators(*row) if row else None

    def remember(self, listings: dict[str, Validators]) -> None:
        """Keep validators: only of a run in which every article of these listings was dealt with."""
        rows = [(name, *validators) for name, validators in listings.items()]
        with suppress(sqlite3.DatabaseError):  # a full disk: the listings are read again
            self._db.executemany("INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", rows)

    def claim(self, claim: Claim) -> str | None:
        """Take hold of an article that is to be written; ``None`` when granted, as here, where one run writes."""
        return None

    def release(self, record_id: str) -> None:
        """Give up the claim to an article that will not be written."""

    def told_to(self) -> str | None:
        """Return which shared store was told of this feed, ``None`` when none was."""
        row = self._db.execute("SELECT store FROM told").fetchone()
        return str(row[0]) if row else None

    def note_told_to(self, store: str) -> None:
        """Remember which shared store is told of this feed."""
        with suppress(sqlite3.DatabaseError):  # a full disk
            self._db.execute("INSERT OR REPLACE INTO told VALUES (0, ?)", (store,))
            self._db.commit()

    def commit(self) -> None:
        """Make the rows lasting, together with how far the feed is indexed."""
        if self._feed is not None:
            size = self._feed.stat().st_size
            self._db.execute("INSERT OR REPLACE INTO position VALUES (0, ?, ?)", (size, tail_digest(self._feed, size)))
        self._db.commit()
        self._pending = 0

    def close(self) -> None:
        """Commit and close."""
        with suppress(sqlite3.DatabaseError, OSError):
            self.commit()
        self._db.close()

    def _get(self, key: bytes) -> tuple[bytes, int, int] | None:
        row: tuple[bytes, int, int] | None = self._db.execute(
            "SELECT hash, revision, start FROM seen WHERE key = ?", (key,)
        ).fetchone()
        return row

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            logger.warning("the index %s is damaged (%s) and is rebuilt", self.path, error)
            if self.path is not None:
                _remove(self.path)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path or ":memory:")
        try:
            # The feed is the truth, so nothing here needs to outlive a power cut.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")
            db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            if not _is_current(db):
                for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    db.execute(f'DROP TABLE "{table}"')
                db.executescript(_TABLES + near.TABLES)
                db.execute("INSERT INTO versions VALUES (?, ?)", (FORMAT, near.index_version()))
                db.commit()
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def _discard(self) -> None:
        self._db.close()
        if self.path is not None:
            _remove(self.path)
        self._db = self._connect()

    def _go_on_in_memory(self, error: Exception) -> None:
        """Leave an index that cannot be written (a full disk) for one in memory, made from the feed again."""
        logger.warning("the index %s cannot be written (%s); this run goes on without it", self.path, error)
        feed, self.path, self._feed = self._feed, None, None
        self._db.close()
        self._db = self._connect()
        if feed is not None:
            self._read(feed, 0)

    def _position(self) -> tuple[int, str] | None:
        row: tuple[int, str] | None = self._db.execute("SELECT size, tail FROM position").fetchone()
        return row

    def _clear(self) -> None:
        for table in ("seen", "listings", "position", "near", "texts"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    def _read(self, feed: Path, start: int) -> None:
        with feed.open("rb") as lines:
            lines.seek(start)
            self._db.executemany(_INSERT, self._read_rows(lines, start, feed.stat().st_size - NEAR_BYTES))

    def _read_rows(self, lines: Iterable[bytes], offset: int, near_from: int) -> Iterable[_Row]:
        for line in lines:
            try:
                record = json.loads(line)
                rows = _rows(self.entry_of(record), offset)
                text = self.text_of(record) if offset >= near_from else None
                if text is not None:
                    near.add(self._db, text)
                yield from rows
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.bad_lines += bool(line.strip())
            offset += len(line)


def check_store(url: str) -> None:
    """Raise ``ValueError``, one clear line, when ``url`` is no address of a shared store, or its library is missing."""
    if not re.match(r"(rediss?|unix)://\S", url):
        raise ValueError("SEEN_STORE is no Redis address; write redis://HOST:6379/0")
    if find_spec("redis") is None:
        raise ValueError("SEEN_STORE needs the extra: pip install 'newscrawl[fleet]'")


def _rows(entry: Entry, offset: int) -> list[_Row]:
    if not 0 < entry.revision < 1 << 31:  # what the database would refuse ends the reading of the whole feed
        raise ValueError(f"no revision: {entry.revision}")
    known = (bytes.fromhex(entry.content_hash), entry.revision, offset)
    where = (None, 0, offset)
    rows = [
        (digest_of("page", entry.page), *where),
        (digest_of("record", entry.record), *where),
        (digest_of("id", entry.id), *known),
    ]
    if entry.text is not None:
        rows.append((digest_of("text", entry.text), entry.id.encode(), 0, offset))
    return rows


def _is_current(db: sqlite3.Connection) -> bool:
    try:
        found = db.execute("SELECT format, near FROM versions").fetchone()
    except sqlite3.OperationalError:
        return False
    return bool(found == (FORMAT, near.index_version()))


def digest_of(kind: str, key: str) -> bytes:
    """Return the 16 bytes that stand for a key: ``kind`` is ``page``, ``record``, ``id`` or ``text``."""
    return blake2b(f"{kind} {key}".encode("utf-8", "replace"), digest_size=16).digest()


def tail_digest(feed: Path, size: int) -> str:
    """Return 32 hex digits of the last bytes before ``size``: by them a feed is known again."""
    with feed.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        return blake2b(file.read(min(size, TAIL_BYTES)), digest_size=16).hexdigest()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
