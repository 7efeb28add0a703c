"""The index of texts by which near duplicates are found: MinHash bands of the last days.

One agency's text appears in several papers within days, so a text is compared with those of the days around
its own. Keys begin with the days, so that what is looked up and written together lies together: the cost of a
text does not grow with the index.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from newscrawl.text.fingerprint import NEAR, VERSION, bands, fingerprint, similarity

DAYS = 3
"""How many days apart near duplicates may be."""

MAX_CANDIDATES = 200
"""Texts compared at most; more share a band only where all are alike."""

MADE_NOWHERE: Mapping[str | None, bytes | None] = MappingProxyType({})
"""No fingerprints."""

TABLES = (
    "CREATE TABLE near (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;"
    "CREATE TABLE texts (text INTEGER PRIMARY KEY, id BLOB NOT NULL, day INTEGER NOT NULL, print BLOB NOT NULL);"
)


class Text(NamedTuple):
    """What is remembered of a text."""

    id: str
    """Of its record: 20 hex digits."""
    day: str
    """Of publication, or of the fetch: ``2024-09-14``."""
    print: bytes
    """Its fingerprint."""


def index_version() -> str:
    """Return what must be equal for two indexes to hold the same fingerprints."""
    return f"{VERSION}.{DAYS}"


def text_of(line: dict[str, Any], prints: Mapping[str | None, bytes | None] = MADE_NOWHERE) -> Text | None:
    """Return the text of a feed line that later ones are compared with; ``None`` where it is one of many, or none.

    ``prints`` are fingerprints that are made already, by ``content_hash``.
    """
    if line.get("near_duplicate_of") or not line.get("body"):
        return None
    made = line.get("content_hash")
    print_ = prints[made] if made in prints else fingerprint(line["body"])
    day = line.get("published_on") or line["crawled_at"][:10]
    return Text(line["id"], day, print_) if print_ else None


def add(db: sqlite3.Connection, text: Text) -> None:
    """Remember a text."""
    day = date.fromisoformat(text.day).toordinal()
    number = db.execute(
        "INSERT INTO texts (id, day, print) VALUES (?, ?, ?)", (bytes.fromhex(text.id), day, text.print)
    ).lastrowid
    keys = (_key(band, day // (DAYS + 1)) for band in bands(text.print))
    db.executemany("INSERT INTO near VALUES (?, ?)", ((key, number) for key in keys))


def find(db: sqlite3.Connection, text: Text) -> str | None:
    """Return the ``id`` of the text most like this one, ``None`` when none is near; the first of equals."""
    day = date.fromisoformat(text.day).toordinal()
    here = day // (DAYS + 1)
    own_bands = bands(text.print)
    keys = [_key(band, period) for period in (here - 1, here, here + 1) for band in own_bands]
    marks = ",".join("?" * len(keys))
    rows = db.execute(
        f"SELECT DISTINCT text FROM near WHERE key IN ({marks}) ORDER BY text LIMIT {MAX_CANDIDATES}",  # noqa: S608
        keys,
    ).fetchall()
    own, best, found = bytes.fromhex(text.id), NEAR, None
    for (number,) in rows:
        key, other, print_ = db.execute("SELECT id, day, print FROM texts WHERE text = ?", (number,)).fetchone()
        if key == own or abs(other - day) > DAYS:
            continue
        likeness = similarity(text.print, print_)
        if likeness > best or (likeness == best and found is None):
            best, found = likeness, key
    return found.hex() if found else None


def first_near(text: Text, others: Iterable[Text]) -> str | None:
    """Return the ``id`` of the first of ``others`` that ``text`` nearly repeats; ``None`` when there is none."""
    for other in others:
        if other.id != text.id and _days_apart(text, other) <= DAYS and similarity(text.print, other.print) >= NEAR:
            return other.id
    return None


def _days_apart(one: Text, other: Text) -> int:
    return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)


def _key(band: int, period: int) -> int:
    return (period << 36) | band
