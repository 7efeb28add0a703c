"""Two feeds of the same pages, field by field: what a changed rule does to last month's articles."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawl.compression import Lines, open_lines, with_offsets

OF_THE_RUN = frozenset(
    "run_id crawled_at discovered_via warc_record content_hash revision supersedes near_duplicate_of schema_version"
    " http_status".split()
)
"""Fields that say nothing of how a page was read."""

KINDS = ("same", "changed", "gained", "lost")

_CREATE = """
CREATE TABLE lines (id TEXT PRIMARY KEY, start INTEGER, site TEXT, paired INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE pages (url TEXT, language TEXT, id TEXT, PRIMARY KEY (url, language)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A field that is not the same."""

    url: str
    old: Any
    new: Any


@dataclass(slots=True)
class FieldCounts:
    """How often a field is ``same``, ``changed``, ``gained`` (was empty) or ``lost`` (is empty now)."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    examples: dict[str, list[Example]] = field(default_factory=dict)


@dataclass(slots=True)
class Comparison:
    """What there is to say of a site."""

    both: int = 0
    only_old: int = 0
    only_new: int = 0
    fields: dict[str, FieldCounts] = field(default_factory=dict)

    @property
    def is_loss(self) -> bool:
        """Whether a line, or what filled a field, is no longer there."""
        return bool(self.only_old) or any(found.counts["lost"] for found in self.fields.values())


def compare(old: Path, new: Path, examples: int) -> dict[str, Comparison]:
    """Return each site's comparison, with up to ``examples`` examples of each kind of difference.

    Lines are pairs by ``id``, else by address and language; of revisions the last counts. Memory does not grow with the
    feeds.

    Raises:
        OSError: a feed cannot be read.
    """
    found: dict[str, Comparison] = {}
    with closing(_index(old)) as db, closing(_index(new)) as later, open_lines(old) as lines, open_lines(new) as newer:
        for start, site in later.execute("SELECT start, site FROM lines ORDER BY start"):
            about = found.setdefault(site, Comparison())
            line = _line_at(newer, start)
            before = (
                db.execute("SELECT id, start FROM lines WHERE id = ?", (line["id"],)).fetchone()
                or db.execute(
                    "SELECT id, start FROM pages JOIN lines USING (id) WHERE url = ? AND language = ?",
                    (line["url"], line.get("language") or ""),
                ).fetchone()
            )
            if before is None:
                about.only_new += 1
                continue
            db.execute("UPDATE lines SET paired = 1 WHERE id = ?", before[:1])
            about.both += 1
            for name, kind, example in _differences(_line_at(lines, before[1]), line):
                counts = about.fields.setdefault(name, FieldCounts())
                counts.counts[kind] += 1
                if kind != "same" and len(counts.examples.setdefault(kind, [])) < examples:
                    counts.examples[kind].append(example)
        for site, count in db.execute("SELECT site, count(*) FROM lines WHERE NOT paired GROUP BY site"):
            found.setdefault(site, Comparison()).only_old += count
    return dict(sorted(found.items()))


def _index(feed: Path) -> sqlite3.Connection:
    db = sqlite3.connect("", isolation_level=None)  # SQLite's temporary file
    db.executescript(_CREATE)
    db.execute("BEGIN")
    with open_lines(feed) as lines:
        for start, text in with_offsets(lines):
            try:
                line = json.loads(text)
                page = (line["url"], line.get("language") or "", line["id"])
                db.execute(
                    "INSERT OR REPLACE INTO lines (id, start, site) VALUES (?, ?, ?)", (line["id"], start, line["site"])
                )
                db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", page)
            except (ValueError, KeyError, TypeError, RecursionError, sqlite3.Error):
                pass  # no record; `scrapy validate` says so
    return db


def _line_at(lines: Lines, start: int) -> dict[str, Any]:
    lines.seek(start)
    line: dict[str, Any] = json.loads(lines.readline())
    return line


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str, Example]]:
    for name in dict.fromkeys((*new, *old)):
        if name in OF_THE_RUN:
            continue
        before, after = old.get(name), new.get(name)
        empty = [value in (None, [], "") for value in (before, after)]
        differs = "gained" if empty[0] else "lost" if empty[1] else "changed"
        kind = "same" if before == after or all(empty) else differs
        yield name, kind, Example(new["url"], before, after)
