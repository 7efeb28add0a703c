"""The index of a feed: which pages and records are in it. Made from the feed, and rebuilt from it.

The feed is the truth. The index remembers how far it has read it (``size`` and a digest of the last bytes);
on opening it reads on from there, or starts over when the feed is not the one it knows. So it may lag, be
deleted or be corrupt, and nothing is lost; rows are committed in batches for the same reason.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

logger = logging.getLogger(__name__)

FORMAT = 2
"""Version of the tables; another one is rebuilt."""

COMMIT_EVERY = 2000
TAIL_BYTES = 4096


class Known(NamedTuple):
    """What the feed holds of a record."""

    content_hash: str
    revision: int


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
    """Key of the record: source and language."""
    content_hash: str
    revision: int


EntryOf = Callable[[dict[str, Any]], Entry]
"""Turns a parsed feed line into its index entry; raises ``KeyError`` or ``ValueError`` for what is no such line."""


class SeenStore:
    """Answers "is this exported?" and is told "this is exported".

    ``path`` is the index file, ``None`` for memory alone (no feed to index).
    """

    def __init__(self, path: Path | None, entry_of: EntryOf) -> None:
        self.path = path
        self.entry_of = entry_of
        self.bad_lines = 0
        self.rebuilt = False
        self._pending = 0
        self._feed: Path | None = None
        self._db = self._open()

    def follow(self, feed: Path) -> None:
        """Bring the index up to the end of ``feed``, whose last line must be whole."""
        self._feed = feed
        size = feed.stat().st_size
        try:
            known = self._position()
            if known is None or known[0] > size or _tail_digest(feed, known[0]) != known[1]:
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
        return self._get(_digest("page", key)) is not None

    def find(self, record: str) -> Known | None:
        """Return what the feed holds of a record, ``None`` when nothing."""
        row = self._get(_digest("record", record))
        return Known(row[0].hex(), row[1]) if row else None

    def add(self, entry: Entry) -> None:
        """Note that a line is in the feed."""
        value = (bytes.fromhex(entry.content_hash), entry.revision)
        rows = ((_digest("page", entry.page), *value), (_digest("record", entry.record), *value))
        try:
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)
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

    def commit(self) -> None:
        """Make the rows lasting, together with how far the feed is indexed."""
        if self._feed is not None:
            size = self._feed.stat().st_size
            self._db.execute("INSERT OR REPLACE INTO position VALUES (0, ?, ?)", (size, _tail_digest(self._feed, size)))
        self._db.commit()
        self._pending = 0

    def close(self) -> None:
        """Commit and close."""
        with suppress(sqlite3.DatabaseError, OSError):
            self.commit()
        self._db.close()

    def _get(self, key: bytes) -> tuple[bytes, int] | None:
        row: tuple[bytes, int] | None = self._db.execute(
            "SELECT hash, revision FROM seen WHERE key = ?", (key,)
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
            if db.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                db.executescript(
                    "DROP TABLE IF EXISTS seen; DROP TABLE IF EXISTS position; DROP TABLE IF EXISTS listings;"
                    "CREATE TABLE listings (listing TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID;"
                    "CREATE TABLE seen (key BLOB PRIMARY KEY, hash BLOB NOT NULL, revision INTEGER NOT NULL)"
                    " WITHOUT ROWID;"
                    "CREATE TABLE position (only INTEGER PRIMARY KEY, size INTEGER NOT NULL, tail TEXT NOT NULL);"
                    f"PRAGMA user_version = {FORMAT};"
                )
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
        self._db.execute("DELETE FROM seen")
        self._db.execute("DELETE FROM listings")
        self._db.execute("DELETE FROM position")

    def _read(self, feed: Path, start: int) -> None:
        with feed.open("rb") as lines:
            lines.seek(start)
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", self._rows(lines))

    def _rows(self, lines: Iterable[bytes]) -> Iterable[tuple[bytes, bytes, int]]:
        for line in lines:
            try:
                entry = self.entry_of(json.loads(line))
                value = (bytes.fromhex(entry.content_hash), entry.revision)
            except (ValueError, KeyError, TypeError, AttributeError):
                self.bad_lines += bool(line.strip())
                continue
            yield (_digest("page", entry.page), *value)
            yield (_digest("record", entry.record), *value)


def _digest(kind: str, key: str) -> bytes:
    return blake2b(f"{kind} {key}".encode("utf-8", "replace"), digest_size=16).digest()


def _tail_digest(feed: Path, size: int) -> str:
    with feed.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        return blake2b(file.read(min(size, TAIL_BYTES)), digest_size=16).hexdigest()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
