"""Joins the lines of feeds to stories, on disk: memory holds a few bytes a line, never a text.

1. Every line's last revision goes into a table, with what it is joined by.
2. Editions at one address of an aggregator are one place; every original is one.
3. Places that name one source are one story, where slug or day does not contradict it.
4. Places without a source address find their original by slug, paper and day, if there is just one.

Feeds are read once, from the first byte to the last; texts are read again only for pairs of paragraphs.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from newscrawl.compression import Lines, open_lines, with_offsets
from newscrawl.items import SOURCE_URL_STATUSES
from newscrawl.sites import Sites
from newscrawl.store.scratch import Scratch
from newscrawl.stories.evidence import (
    CROWD,
    MAX_DAYS,
    MIN_SLUG,
    Place,
    days_apart,
    reason_of_key,
    slug_of,
)
from newscrawl.text.clean import same_text, slugify
from newscrawl.text.translation import figures_and_days, untranslated_share

_TABLES = """
CREATE TABLE lines (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE, revision INTEGER, feed INTEGER, start INTEGER, place INTEGER, story TEXT,
    original INTEGER, source_key TEXT, status TEXT, slug TEXT, title TEXT, day TEXT, name TEXT, site TEXT,
    letters INTEGER, paragraphs INTEGER, figures TEXT, days TEXT, untranslated REAL, shown TEXT
);
CREATE TABLE places (
    place INTEGER PRIMARY KEY, original INTEGER, key TEXT, slug TEXT, title TEXT, day TEXT, name TEXT, site TEXT,
    disputed TEXT, root INTEGER, reason TEXT
);
"""
_COLUMNS = (
    "id revision feed start story original source_key status slug title day name site letters paragraphs figures days"
    " untranslated shown"
).split()
_UPSERT = (
    f"INSERT INTO lines ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (id)"  # noqa: S608
    f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
    " WHERE excluded.revision > lines.revision"
)
_WEIGHTS = {"own": 3, "exact": 3, "repaired": 2, "damaged": 1}
_SHOWN = (
    "id story_id site language url title published_on published_at crawled_at status revision source_url"
    " source_url_status source_name source_language near_duplicate_of"
).split()
_PREFIX = 30


class Line(NamedTuple):
    """A line of a story."""

    shown: dict[str, Any]
    """Its fields that a story names."""
    feed: int
    """Which of the feeds it stands in."""
    start: int
    """Where it begins there, in bytes."""
    original: bool
    reason: str
    letters: int
    paragraphs: int
    figures: frozenset[str]
    days: frozenset[str]
    untranslated: float


class Joined(NamedTuple):
    """A story: its lines, the originals first, and what it was joined by."""

    lines: list[Line]
    slugs: list[str]
    keys: list[str]
    disputed: list[str]
    """Source keys that some editions name and most do not."""


class Join(Scratch):
    """Feeds joined to stories; use as a context manager. ``counts`` says what was done and refused."""

    def __init__(self, sites: Sites, folder: Path | None = None) -> None:
        self.sites = sites
        self.counts: Counter[str] = Counter()
        super().__init__(_TABLES, folder)

    # --- 1: lines ---------------------------------------------------------------------------------

    def read(self, feed: Path, number: int) -> None:
        """Take the lines of a feed. Raises ``OSError``; lines that are no records are counted as ``bad``."""
        with open_lines(feed) as lines:
            self.db.executemany(_UPSERT, self._rows(lines, number))
        self.counts["superseded"] = self.counts["read"] - self._one("SELECT count(*) FROM lines")

    def _rows(self, lines: Lines, feed: int) -> Iterator[tuple[Any, ...]]:
        for start, text in with_offsets(lines):
            try:
                row = self._row(json.loads(text), feed, start)
                self.counts["read"] += 1
                yield row
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.counts["bad"] += bool(text.strip())

    def _row(self, line: dict[str, Any], feed: int, start: int) -> tuple[Any, ...]:
        _check(line)
        original = line["source_url_status"] == "own"
        body, language = line["body"] or "", line["language"]
        source_language = line["source_language"] or "und"
        figures, days = figures_and_days(f"{line['title']}\n{line['lead'] or ''}\n{body}", language)
        left = untranslated_share(body, language, source_language) if line["is_translation"] and body else 0.0
        key = line["source_key"]
        title = line["title"] if original or not line["is_translation"] else None
        shown = json.dumps({name: line.get(name) for name in _SHOWN}, ensure_ascii=False)
        return (
            line["id"], line["revision"], feed, start, line["story_id"], original, key,
            line["source_url_status"], slug_of(line["url"]), title, line["published_on"], line["source_name"],
            line["site"], sum(map(str.isalnum, body)), body.count("\n\n") + bool(body), " ".join(sorted(figures)),
            " ".join(sorted(days)), left, shown,
        )  # fmt: skip

    # --- 2 to 4: places and stories ------------------------------------------------------------------

    def join(self) -> None:
        """Make places of the lines and stories of the places."""
        self._make_places()
        roots = array("q", range(self._one("SELECT ifnull(max(place), 0) FROM places") + 1))
        reasons: dict[int, str] = {}
        self._join_by_key(roots, reasons)
        self.db.execute("CREATE INDEX by_name ON places (site, day, substr(slug, 1, 20)) WHERE original")
        self._join_by_slug(roots, reasons)
        for place in range(1, len(roots)):
            roots[place] = _root(roots, place)
        self.db.executemany(
            "UPDATE places SET root = ?, reason = ? WHERE place = ?",
            ((roots[place], reasons.get(place), place) for place in range(1, len(roots))),
        )
        self.db.execute("CREATE INDEX by_place ON lines (place)")
        self.db.execute("CREATE INDEX by_root ON places (root)")
        self.counts["stories"] = self._one("SELECT count(DISTINCT root) FROM places")

    def _make_places(self) -> None:
        """Give every line its place: the originals one each, the editions of an aggregator one an address."""
        fields = "n, original, story, source_key, status, slug, title, day, name, site"
        rows = self.db.execute(f"SELECT {fields} FROM lines ORDER BY original, story, n")  # noqa: S608
        found, of_lines = [], []
        place = 0
        for (original, _), group in groupby(rows, key=lambda row: (row[1], row[2] if not row[1] else row[0])):
            for members in [list(group)] if original else _parted(list(group)):
                place += 1
                key, disputed = _agreed_key(members)
                self.counts["disputed"] += bool(disputed)
                title = next((row[6] for row in members if row[6]), None)
                day = min((row[7] for row in members if row[7]), default=None)
                name = next((row[8] for row in members if row[8]), None)
                slug = slugify(title or "") if original and not members[0][5] else members[0][5]
                found.append((place, original, key, slug, title, day, name, members[0][9], " ".join(disputed) or None))
                of_lines += [(place, row[0]) for row in members]
                if len(found) >= 5000:
                    self._put_places(found, of_lines)
                    found, of_lines = [], []
        self._put_places(found, of_lines)

    def _put_places(self, places: list[tuple[Any, ...]], of_lines: list[tuple[int, int]]) -> None:
        self.db.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)", places)
        self.db.executemany("UPDATE lines SET place = ? WHERE n = ?", of_lines)

    def _join_by_key(self, roots: "array[int]", reasons: dict[int, str]) -> None:
        rows = self.db.execute(
            "SELECT key, place, original, slug, day, title, site FROM places WHERE key IS NOT NULL"
            " ORDER BY key, original DESC, day, place"
        )
        for _, group in groupby(rows, key=itemgetter(0)):
            members = list(group)
            crowd = Counter(row[6] for row in members if not row[2])
            if len(members) == 1:
                continue
            if max(crowd.values(), default=0) > CROWD:
                self.counts["refused_crowd"] += len(members)
                continue
            # Anchors: what contradicts the first is compared with the next, and may be a story of its own.
            anchors: list[tuple[int, Place]] = []
            for _, place, _original, slug, day, title, _ in members:
                here = Place(slug, day, title)
                for anchor, there in anchors:
                    reason = reason_of_key(there, here)
                    if reason:
                        roots[_root(roots, place)] = _root(roots, anchor)
                        reasons[place] = reason
                        self.counts[f"joined_{reason}"] += 1
                        break
                else:
                    self.counts["refused_contradiction"] += bool(anchors)
                    anchors.append((place, here))

    def _join_by_slug(self, roots: "array[int]", reasons: dict[int, str]) -> None:
        """Find the original of places that name a paper and no address: by slug, paper and day together."""
        papers: dict[str, str | None] = {}
        rows = self.db.execute(
            "SELECT place, slug, day, name FROM places"
            " WHERE NOT original AND key IS NULL AND disputed IS NULL AND name IS NOT NULL AND day IS NOT NULL"
            " AND length(slug) >= ?",
            (MIN_SLUG,),
        ).fetchall()
        taken: dict[int, list[int]] = {}
        for place, slug, day, name in rows:
            if name not in papers:
                papers[name] = self._paper(name)
            if papers[name] is None:
                continue
            candidates = self.db.execute(
                "SELECT place, slug FROM places WHERE original AND site = ? AND day = ? AND substr(slug, 1, 20) = ?",
                (papers[name], day, slug[:20]),
            ).fetchall()
            same = [other for other, other_slug in candidates if _is_cut(slug, other_slug)]
            if len(same) == 1:
                taken.setdefault(same[0], []).append(place)
            elif same:
                self.counts["refused_ambiguous"] += 1
        for original, places in taken.items():
            if len(places) > 1:  # two pages of one slug: which is the copy cannot be told
                self.counts["refused_ambiguous"] += len(places)
                continue
            roots[_root(roots, places[0])] = _root(roots, original)
            reasons[places[0]] = "slug_paper_day"
            self.counts["joined_slug_paper_day"] += 1

    def _paper(self, name: str) -> str | None:
        """Return the site whose publisher is called ``name``, ``Báo`` or not; ``None`` for none, or more than one."""
        found = [site.name for site in self.sites if same_text(_bare(site.publisher), _bare(name))]
        return found[0] if len(found) == 1 else None

    # --- what came of it -----------------------------------------------------------------------------

    def stories(self) -> Iterator[Joined]:
        """Yield every story, the same order for the same feeds."""
        rows = self.db.execute(
            "SELECT p.root, p.reason, p.key, p.disputed, l.original, l.slug, l.shown, l.feed, l.start, l.letters,"
            " l.paragraphs, l.figures, l.days, l.untranslated"
            " FROM places p JOIN lines l ON l.place = p.place ORDER BY p.root, l.original DESC, l.n"
        )
        for _, group in groupby(rows, key=itemgetter(0)):
            lines: list[Line] = []
            slugs: dict[str, None] = {}
            keys: dict[str, None] = {}
            disputed: dict[str, None] = {}
            for (
                _,
                reason,
                key,
                odd,
                original,
                slug,
                shown,
                feed,
                start,
                letters,
                paragraphs,
                figures,
                days,
                left,
            ) in group:
                why = "original" if original else reason or "aggregator_slug"
                lines.append(Line(json.loads(shown), feed, start, bool(original), why, letters, paragraphs,
                                  frozenset(figures.split()), frozenset(days.split()), left))  # fmt: skip
                if not original:
                    slugs[slug] = None
                if key:
                    keys[key] = None
                disputed |= dict.fromkeys((odd or "").split())
            yield Joined(lines, list(slugs), list(keys), list(disputed))

    def _one(self, query: str) -> int:
        return int(self.db.execute(query).fetchone()[0])


def _check(line: dict[str, Any]) -> None:
    """Raise ``ValueError`` for a line that no run wrote: what the database or a later step would stumble over."""
    texts = [line.get(name) for name in (*_SHOWN, "source_key") if name != "revision"]
    if not all(text is None or isinstance(text, str) for text in texts):
        raise ValueError("a field of another type")
    if not (line["id"] and line["story_id"] and line["site"] and line["crawled_at"]):
        raise ValueError("an empty field")
    if line["source_url_status"] not in SOURCE_URL_STATUSES or not 0 < line["revision"] < 1 << 31:
        raise ValueError("an unknown value")
    if line["source_url"] and line["source_url_status"] not in ("own", "exact", "repaired"):
        raise ValueError("an address that is not known")
    if line["published_on"]:
        date.fromisoformat(line["published_on"])
    "".join(text or "" for text in texts).encode()  # lone surrogates


def _parted(members: list[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """Part the editions at one address that name sources of different days: the address was used again."""
    keys = list(dict.fromkeys(row[3] for row in members if row[3]))
    if len(keys) < 2:
        return [members]
    parts = {key: [row for row in members if row[3] == key] for key in keys}
    days = {key: min((row[7] for row in rows if row[7]), default=None) for key, rows in parts.items()}
    first = Place("", days[keys[0]])
    far = [key for key in keys[1:] if (days_apart(first, Place("", days[key])) or 0) > MAX_DAYS]
    if not far:
        return [members]
    found = [[row for row in members if row[3] not in far]]
    return found + [parts[key] for key in far]


def _agreed_key(members: list[tuple[Any, ...]]) -> tuple[str | None, list[str]]:
    """Return the source that most of the members name, weighed by how sure they are, and those that others name."""
    weights: Counter[str] = Counter()
    for row in members:
        if row[3]:
            weights[row[3]] += _WEIGHTS.get(row[4], 0)
    ranked = weights.most_common()
    if not ranked:
        return None, []
    if len(ranked) > 1 and ranked[0][1] <= ranked[1][1]:
        return None, sorted(weights)
    return ranked[0][0], sorted(key for key, _ in ranked[1:])


def _is_cut(one: str, other: str) -> bool:
    """Whether two slugs are the same, or one is the other cut off."""
    return one == other or (min(len(one), len(other)) >= _PREFIX and (one.startswith(other) or other.startswith(one)))


def _bare(name: str) -> str:
    """Return a paper's name without the word for paper, which some print and some do not."""
    return name.casefold().removeprefix("báo ")


def _root(roots: "array[int]", place: int) -> int:
    while roots[place] != place:
        roots[place] = roots[roots[place]]
        place = roots[place]
    return place
