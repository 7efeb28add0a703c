"""Rows of an index that are put aside while lines are read, so that its tree is written once and in order.

Keys are hashes: rows added as they come lie anywhere in the tree, and the larger it is, the more of it is read and
written for each. Here they are told apart by the first byte of their keys, and lie in a table of the same database, in
pieces written one behind the other: 20 to 40 bytes a row, whose room goes to the tree part by part. So the file becomes
no larger than the index will be, or little, and no other place of the system is written to.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

Row = tuple[bytes, bytes | None, int, int]
"""``key``, ``hash``, ``revision`` and ``start`` of the index's table."""

_PARTS = 256
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Row]).decode


def clear(db: sqlite3.Connection) -> None:
    """Forget what was put aside by a run that was killed before it took it back."""
    db.execute("DROP TABLE IF EXISTS staged")


def put(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put rows aside."""
    parts = defaultdict[int, list[Row]](list)
    for row in rows:
        parts[row[0][0]].append(row)
    db.execute("CREATE TABLE IF NOT EXISTS staged (part INTEGER NOT NULL, rows BLOB NOT NULL)")
    db.execute("CREATE INDEX IF NOT EXISTS parts ON staged (part)")
    db.executemany("INSERT INTO staged VALUES (?, ?)", ((part, _encode(some)) for part, some in parts.items()))


def take(db: sqlite3.Connection, most: int) -> Iterator[list[Row]]:
    """Yield what was put aside, part by part, and forget it; those of one key in the order in which they were put.

    Of a large part no more than ``most`` rows come at once, and those that were put with the last of them.

    Raises:
        sqlite3.DatabaseError: the database is damaged.
    """
    for part in range(_PARTS):
        rows: list[Row] = []
        for (some,) in db.execute("SELECT rows FROM staged WHERE part = ? ORDER BY rowid", (part,)):
            try:
                rows += _decode(some)
            except (msgspec.DecodeError, TypeError) as error:
                raise sqlite3.DatabaseError(f"rows put aside are none: {error}") from None
            if len(rows) >= most:
                yield rows
                rows = []
        db.execute("DELETE FROM staged WHERE part = ?", (part,))
        yield rows
    clear(db)
