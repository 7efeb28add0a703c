"""The index of a feed: which pages and records are in it. Made from the feed, and rebuilt from it.

The feed is the truth. The index remembers how far it has read it (``size``, a digest of the last bytes, and where
the last line begins); on opening it reads on from there, or starts over when the feed is not the one it knows. So it
may lag, be deleted or be corrupt, and nothing is lost; rows are committed in batches for the same reason.

Keys are hashes, so that a row may lie anywhere in the table, and in a large one each is a page to be read and written.
So rows are added to a small table, ``fresh``, which hides what ``seen`` holds under the same key, and a part of it is
moved to ``seen`` at a time. Many lines that are read at once are put aside and added in order (``store/staged.py``).
"""

import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawl.compression import form_of, offset_at, open_lines, with_offsets
from newscrawl.store import near
from newscrawl.store.prints import Prints

if TYPE_CHECKING:
    from newscrawl.store.staged import Row

logger = logging.getLogger(__name__)

FORMAT = 7
"""Version of the tables; another one is rebuilt."""

ROWS = 50_000
"""Rows that wait in memory (10 MB): in the order of their keys, which lie anywhere, few parts are written twice."""

SLICES = 32
"""Parts of ``fresh``: with each ``ROWS`` added the next one in turn is moved, so that it holds half of ``SLICES`` times
as many rows (25 MB), and a crawl waits for no more than a part of ``seen`` to be written."""

KEY_BYTES = 10
"""Of a digest that are a key here: 80 bits, as many as an ``id`` has (see ``text.identity``)."""

COMMIT_SECONDS = 60.0
"""What a run that is killed has not committed is read from the feed again: no more than it wrote in so long."""

CACHE_KIB = 32 * 1024
"""Of the index in memory; keys are hashes, so what is written next lies anywhere."""

NEAR_BYTES = 256 * 1024 * 1024
"""How much of the feed's end is fingerprinted when the index is made anew (a quarter of it, where it is compressed);
the rest is too old to be compared with."""

TAIL_BYTES = 4096


class Known(NamedTuple):
    """What the feed holds of a record."""

    content_hash: str
    revision: int
    offset: int
    """Where its line begins in the feed (see ``newscrawl.compression``); -1 when it is in another's, or in none."""


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


TextOf = Callable[[dict[str, Any], Mapping[str | None, bytes | None]], near.Text | None]
"""Gives the text of a feed line that later ones are compared with, ``None`` for none; fingerprints that are made
already are told by ``content_hash``."""

EntryOf = Callable[[dict[str, Any]], Entry]
"""Turns a parsed feed line into its index entry; raises ``KeyError`` or ``ValueError`` for what is no such line."""


_ROW = "(key BLOB PRIMARY KEY, hash BLOB, revision INTEGER NOT NULL, start INTEGER NOT NULL) WITHOUT ROWID"
_TABLES = f"""
CREATE TABLE listings (listing TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID;
CREATE TABLE seen {_ROW};
CREATE TABLE fresh {_ROW};
CREATE TABLE added (only INTEGER PRIMARY KEY, rows INTEGER NOT NULL);
CREATE TABLE position (only INTEGER PRIMARY KEY, size INTEGER NOT NULL, tail TEXT NOT NULL, last INTEGER NOT NULL);
CREATE TABLE told (only INTEGER PRIMARY KEY, store TEXT NOT NULL);
CREATE TABLE versions (format INTEGER NOT NULL, near TEXT NOT NULL);
"""
_ADD = "INSERT OR REPLACE INTO {} VALUES (?, ?, ?, ?)"
_MOVE = (
    "INSERT OR REPLACE INTO seen SELECT * FROM fresh WHERE key BETWEEN ? AND ? ORDER BY key",
    "DELETE FROM fresh WHERE key BETWEEN ? AND ?",
)
# SQLite asks the tables in the order in which they stand, and the second only for what is not in the first.
_FIND = "SELECT * FROM fresh WHERE key = ?1 UNION ALL SELECT * FROM seen WHERE key = ?1 LIMIT 1"
_HAS = "SELECT 1 FROM seen WHERE key = ?1 UNION ALL SELECT 1 FROM fresh WHERE key = ?1 LIMIT 1"


class SeenStore:
    """Answers "is this exported?" and is told "this is exported".

    ``path`` is the index file, ``None`` for memory alone (no feed to index).
    """

    def __init__(self, path: Path | None, entry_of: EntryOf, text_of: TextOf = lambda *_: None) -> None:
        self.path = path
        self.entry_of = entry_of
        self.text_of = text_of
        self.bad_lines = 0
        self.rebuilt = False
        self._new: dict[bytes, Row] = {}
        """Rows that wait to be committed."""
        self._committed = time.monotonic()
        self._feed: Path | None = None
        """What is indexed to its end; ``None`` before that."""
        self._began = -1
        self._last = -1
        """Where the last line begins that is indexed; -1 for none."""
        self._db = self._open()

    def forget(self, feed: Path) -> None:
        """Forget the lines of a feed that is begun anew; here the index goes with it."""

    def follow(self, feed: Path) -> None:
        """Bring the index up to the end of ``feed``, whose last line must be whole.

        An index that is damaged is made anew; one that cannot be written, in memory, with a warning.

        Raises ``OSError`` for a feed that cannot be read to its end; the next run begins where this one did.
        """
        size = feed.stat().st_size
        self._began = offset_at(feed, size)
        try:
            known = self._position()
            if known is None or known[0] > size or tail_digest(feed, known[0]) != known[1]:
                self._clear()
                known = (0, "", -1)
                self.rebuilt = size > 0
            self._last = known[2]
            if known[0] < size:
                self._read(feed)
            self._feed = feed
            self.commit()
        except sqlite3.DatabaseError as error:
            logger.warning("the index %s is damaged (%s); rebuilt from %s", self.path, error, feed)
            self.rebuilt, self._feed = True, None
            try:
                self._discard()
                self._read(feed)
                self._feed = feed
                self.commit()
            except sqlite3.DatabaseError as again:  # a new one is not damaged: the disk is full, or fails
                self._feed = feed
                self._go_on_in_memory(again)

    def has_page(self, key: str) -> bool:
        """Whether the feed holds an article of this page."""
        return self._has("page", key)

    def known_from(self, key: str) -> str:
        """Return where a page that is known is known from.

        ``known``: the feed had it at ``follow``; ``repeated``: written since; ``elsewhere``: another feed has it.
        """
        row = self._get("page", key)
        if row is None:
            return "elsewhere"
        return "repeated" if row[3] >= self._began else "known"

    def has_record(self, key: str) -> bool:
        """Whether the feed holds an article of this source and language."""
        return self._has("record", key)

    def find(self, record_id: str) -> Known | None:
        """Return what the feed holds of a record, ``None`` when nothing."""
        row = self._get("id", record_id)
        return Known((row[1] or b"").hex(), row[2], row[3]) if row else None

    def id_of_text(self, text: str) -> str | None:
        """Return the ``id`` of the last line with this text, ``None`` when there is none."""
        row = self._get("text", text)
        return _long_id(row[1]) if row and row[1] else None

    def page_line(self, key: str) -> dict[str, Any] | None:
        """Return the last feed line of a page; ``None`` when there is none, or no local feed."""
        row = self._get("page", key)
        if row is None or row[3] < 0 or self._feed is None:
            return None
        with open_lines(self._feed) as lines, suppress(ValueError):
            lines.seek(row[3])
            line = json.loads(lines.readline())
            return line if isinstance(line, dict) else None
        return None

    def near_duplicate(self, text: near.Text) -> str | None:
        """Return the ``id`` of the line whose text is most like ``text``, ``None`` when none is near."""
        return near.find(self._db, text)

    def add(self, entry: Entry, text: near.Text | None = None, offset: int = -1) -> None:
        """Note that a line is in the feed, from ``offset`` on; later texts are compared with ``text``."""
        try:
            self._new |= _rows(entry, offset)
            if text is not None:
                near.add(self._db, text)
            self._last = max(self._last, offset)
            if len(self._new) >= ROWS or time.monotonic() - self._committed >= COMMIT_SECONDS:
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

    def stored(self, upto: int) -> None:
        """Note that the feed counts as exported up to an offset; here it counts as soon as a line is written."""

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
        self._add_rows()
        if self._feed is not None:
            size = self._feed.stat().st_size
            position = (size, tail_digest(self._feed, size), self._last)
            self._db.execute("INSERT OR REPLACE INTO position VALUES (0, ?, ?, ?)", position)
        self._db.commit()
        self._committed = time.monotonic()

    def close(self) -> None:
        """Commit and close; rows of a feed that could not be read to its end are none."""
        if self._feed is not None:
            with suppress(sqlite3.DatabaseError, OSError):
                self.commit()
        self._db.close()

    def _has(self, kind: str, name: str) -> bool:
        key = digest_of(kind, name)[:KEY_BYTES]
        return key in self._new or self._db.execute(_HAS, (key,)).fetchone() is not None

    def _get(self, kind: str, name: str) -> "Row | None":
        key = digest_of(kind, name)[:KEY_BYTES]
        if key in self._new:
            return self._new[key]
        row: Row | None = self._db.execute(_FIND, (key,)).fetchone()
        return row

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            logger.warning("the index %s is damaged (%s) and is rebuilt", self.path, error)
            if self.path is not None:
                _remove(self.path)
            try:
                return self._connect()
            except sqlite3.DatabaseError as again:  # no room on the disk, or a disk that fails
                raise OSError(f"the index {self.path} cannot be made: {again}") from None

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path or ":memory:")
        try:
            # The feed is the truth, so nothing here needs to outlive a power cut.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA secure_delete = OFF")  # as Debian has it: what is deleted is overwritten
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
        self._new.clear()
        if self.path is not None:
            _remove(self.path)
        self._db, self._last = self._connect(), -1

    def _go_on_in_memory(self, error: Exception) -> None:
        """Leave an index that cannot be written (a full disk) for one in memory, made from the feed again."""
        logger.warning("the index %s cannot be written (%s); this run goes on without it", self.path, error)
        feed, self.path, self._feed = self._feed, None, None
        self._new.clear()
        self._db.close()
        self._db, self._last = self._connect(), -1
        if feed is not None:
            self._read(feed)

    def _position(self) -> tuple[int, str, int] | None:
        row: tuple[int, str, int] | None = self._db.execute("SELECT size, tail, last FROM position").fetchone()
        return row

    def _clear(self) -> None:
        for table in ("seen", "fresh", "added", "listings", "position", "near", "texts"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    def _read(self, feed: Path) -> None:
        """Index the lines after the last that is indexed; until all are the position is noted nowhere."""
        from newscrawl.store import staged  # its library: see ``_read_line``

        near_bytes = NEAR_BYTES if form_of(feed) is None else NEAR_BYTES // 4
        near_from = offset_at(feed, max(0, feed.stat().st_size - near_bytes))
        staged.clear(self._db)
        many = False
        with open_lines(feed) as lines:
            if self._last >= 0:
                lines.seek(self._last)
                lines.readline()
            with Prints(feed, max(near_from, lines.tell())) as prints:
                for offset, line in with_offsets(lines):
                    self._read_line(offset, line, prints if offset >= near_from else None)
                    if len(self._new) >= ROWS:
                        staged.put(self._db, self._new.values())
                        self._db.commit()
                        self._new.clear()
                        many = True
        if many:
            for number in range(SLICES):  # what has just been read is newer
                self._move(number)
            for rows in staged.take(self._db, ROWS):
                self._add_to("seen", rows)
                self._db.commit()

    def _read_line(self, offset: int, line: bytes, prints: Prints | None) -> None:
        """Index a line; its text only where there are ``prints``."""
        from newscrawl.store.feed_line import read_line  # its library takes longer to import than a short feed to read

        self._last = offset
        try:
            record, text = read_line(line, with_body=prints is not None), None
            rows = _rows(self.entry_of(record), offset)
            if prints is not None:
                made = prints.made().get(offset)
                text = self.text_of(record, {record.get("content_hash"): made} if made else near.MADE_NOWHERE)
            if text is not None:
                near.add(self._db, text)
            self._new |= rows
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.bad_lines += bool(line.strip())

    def _add_rows(self) -> None:
        """Add what waits, and move as many slices as are due."""
        self._add_to("fresh", self._new.values())
        (before,) = self._db.execute("SELECT ifnull(max(rows), 0) FROM added").fetchone()
        added = before + len(self._new)
        self._db.execute("INSERT OR REPLACE INTO added VALUES (0, ?)", (added,))
        self._new.clear()
        for turn in range(before // ROWS, added // ROWS):
            self._move(turn % SLICES)

    def _add_to(self, table: str, rows: "Iterable[Row]") -> None:
        """Add rows in the order of their keys; of those with one key the last stays."""
        self._db.executemany(_ADD.format(table), sorted(rows, key=itemgetter(0)))

    def _move(self, number: int) -> None:
        """Move a slice of ``fresh`` to ``seen``."""
        first, end = (at * 256 // SLICES for at in (number, number + 1))
        for statement in _MOVE:
            self._db.execute(statement, (bytes([first]), bytes([end - 1]) + b"\xff" * KEY_BYTES))


def check_store(url: str) -> None:
    """Raise ``ValueError``, one clear line, when ``url`` is no address of a shared store, or its library is missing."""
    if not re.match(r"(rediss?|unix)://\S", url):
        raise ValueError("SEEN_STORE is no Redis address; write redis://HOST:6379/0")
    if find_spec("redis") is None:
        raise ValueError("SEEN_STORE needs the extra: pip install 'newscrawl[fleet]'")


def _rows(entry: Entry, offset: int) -> "dict[bytes, Row]":
    if not 0 < entry.revision < 1 << 31:  # what the database would refuse ends the reading of the whole feed
        raise ValueError(f"no revision: {entry.revision}")
    page, record, record_id, *text = [digest[:KEY_BYTES] for digest in digests_of(entry)]
    content = bytes.fromhex(entry.content_hash)
    rows: dict[bytes, Row] = {
        page: (page, None, 0, offset),
        record: (record, None, 0, 0),  # where it stands nobody asks
        record_id: (record_id, content, entry.revision, offset),
    }
    for key in text:
        rows[key] = (key, _short_id(entry.id), 0, 0)
    return rows


def _short_id(record_id: str) -> bytes:
    """Return an id, which is of hex digits, in half the bytes; any other behind a mark of its own."""
    with suppress(ValueError):
        short = bytes.fromhex(record_id)
        if short.hex() == record_id:
            return b"x" + short
    return b"=" + record_id.encode()


def _long_id(short: bytes) -> str:
    return short[1:].hex() if short[:1] == b"x" else short[1:].decode()


def _is_current(db: sqlite3.Connection) -> bool:
    try:
        found = db.execute("SELECT format, near FROM versions").fetchone()
    except sqlite3.OperationalError:
        return False
    return bool(found == (FORMAT, near.index_version()))


def digest_of(kind: str, key: str) -> bytes:
    """Return the 16 bytes that stand for a key: ``kind`` is ``page``, ``record``, ``id`` or ``text``."""
    return blake2b(f"{kind} {key}".encode("utf-8", "replace"), digest_size=16).digest()


def digests_of(entry: Entry) -> list[bytes]:
    """Return what stands for a line's page, record and id, and for its text where it has one."""
    names = [digest_of("page", entry.page), digest_of("record", entry.record), digest_of("id", entry.id)]
    return names if entry.text is None else [*names, digest_of("text", entry.text)]


def tail_digest(feed: Path, size: int) -> str:
    """Return 32 hex digits of the last bytes before ``size``: by them a feed is known again."""
    with feed.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        return blake2b(file.read(min(size, TAIL_BYTES)), digest_size=16).hexdigest()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
