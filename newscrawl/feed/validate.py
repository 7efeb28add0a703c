"""What is wrong with a feed, line by line: its form by the schema, its meaning, and its lines against each other."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.compression import Members, open_lines
from newscrawl.feed.schema import VERSIONS, schema
from newscrawl.items import MAX_LINE, SCHEMA_VERSION
from newscrawl.text.clean import clean_line, clean_paragraphs, content_hash
from newscrawl.text.urls import canonical_url

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_CREATE = (
    "CREATE TABLE lines (id TEXT, revision INTEGER, hash TEXT, line INTEGER, PRIMARY KEY (id, revision)) WITHOUT ROWID"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a line."""

    line: int
    """Its number, from 1."""
    field: str
    """Field as ``images.0.url``; empty where the whole line is meant."""
    what: str

    def __str__(self) -> str:
        return f"{self.line}: {self.field + ': ' if self.field else ''}{self.what}"


@dataclass(slots=True)
class Seen:
    """What was looked at."""

    lines: int = 0


def faults(feed: Path, seen: Seen | None = None) -> Iterator[Fault]:
    """Yield the faults of ``feed`` in order; ``seen`` counts its lines as they are read.

    A line of the wrong form is looked at no further. Memory does not grow with the feed.

    Raises:
        OSError: the feed cannot be read.
    """
    seen = seen or Seen()
    with open_lines(feed) as lines, closing(sqlite3.connect("")) as known:  # SQLite's temporary file
        known.execute(_CREATE)
        for seen.lines, text in enumerate(lines, 1):
            line, wrong = _read(text)
            if line is None:
                yield from (Fault(seen.lines, "", what) for what in wrong)
                continue
            version = line.get("schema_version")
            validator = _validator(version if version in VERSIONS else SCHEMA_VERSION)
            found = [(".".join(map(str, error.instance_path)), error.message) for error in validator.iter_errors(line)]
            found = found or [*_meaning(line), *_among(known, line, seen.lines)]
            yield from (Fault(seen.lines, field, " ".join(what.split())[:300]) for field, what in found)
        if isinstance(lines, Members) and lines.is_open:
            yield Fault(seen.lines, "", "torn, or being written: the compression is not ended (--repair ends it)")


def _read(text: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    if not text.endswith(b"\n"):
        return None, ["torn: it does not end in a newline (--repair cuts it off)"]
    if len(text) > MAX_LINE:
        return None, [f"longer than {MAX_LINE} bytes"]
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            twice.extend({name for name, _ in pairs if [pair[0] for pair in pairs].count(name) > 1})
        return table

    try:
        line = json.loads(text.decode("utf-8"), object_pairs_hook=once, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return None, [f"no UTF-8 at byte {error.start}"]
    except (ValueError, RecursionError) as error:
        return None, [f"no JSON: {error}"]
    if b"\\ud" in text.lower():  # escapes of surrogates, which are text only in pairs
        try:
            json.dumps(line, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return None, ["a lone surrogate: no text"]
    if twice:
        return None, [f"{', '.join(sorted(twice))}: there more than once"]
    return (line, []) if isinstance(line, dict) else (None, ["no JSON object"])


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


@cache
def _validator(version: str) -> "Draft202012Validator":
    from jsonschema_rs import Draft202012Validator  # Scrapy imports every command at each start

    return Draft202012Validator(schema(version))


def _meaning(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line of the right form."""
    for name, clean in (
        ("title", clean_line),
        ("lead", clean_line),
        ("section", clean_line),
        ("source_name", clean_line),
    ):
        if line[name] is not None and clean(line[name]) != line[name]:
            yield name, "not in normal form: control characters, spaces or line ends"
    if line["body"] is not None and clean_paragraphs(line["body"]) != line["body"]:
        yield "body", "not in normal form: paragraphs are parted by one blank line, without control characters"
    for name in ("url", "source_url"):
        if line[name] is not None and not _is_canonical(line[name]):
            yield name, "not the canonical address"
    yield from _dates(line)
    if line.get("status", "published") == "published" and line["content_hash"] != content_hash(
        line["title"], line["lead"], line["body"]
    ):
        yield "content_hash", "not the hash of title, lead and body: the text was changed after it was written"
    if line["flags"] != sorted(line["flags"]):
        yield "flags", "not sorted"
    if "supersedes" in line and (line["revision"] > 1) != (line["supersedes"] is not None):
        yield "supersedes", "there if and only if the revision is above 1"


def _dates(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    crawled = _moment(line["crawled_at"])
    if crawled is None:
        yield "crawled_at", "no such moment"
    for name in ("published_at", "modified_at"):
        if line[name] is not None and _moment(line[name]) is None:
            yield name, "no such moment"
    if line["published_on"] is None:
        if line["published_at"] is not None:
            yield "published_on", "absent, though published_at is there"
        return
    try:
        day = date.fromisoformat(line["published_on"])
    except ValueError:
        yield "published_on", "no day of the calendar"
        return
    if line["published_at"] is not None and not line["published_at"].startswith(line["published_on"]):
        yield "published_at", "another day than published_on"
    if crawled is not None and day > crawled.date() + timedelta(days=2):
        yield "published_on", "after the page was fetched"


def _among(known: sqlite3.Connection, line: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line after those before it."""
    key = (line["id"], line["revision"])
    first = known.execute("SELECT line FROM lines WHERE id = ? AND revision = ?", key).fetchone()
    if first is not None:
        yield "id", f"the same id and revision as line {first[0]}"
        return
    known.execute("INSERT INTO lines VALUES (?, ?, ?, ?)", (*key, line["content_hash"], number))
    if line["revision"] > 1:
        before = known.execute(
            "SELECT hash FROM lines WHERE id = ? AND revision = ?", (line["id"], line["revision"] - 1)
        ).fetchone()
        if before is None:
            yield "revision", f"revision {line['revision'] - 1} is not among the lines before it"
        elif "supersedes" in line and before[0] != line["supersedes"]:
            yield "supersedes", "not the content_hash of the revision before it"


def _is_canonical(url: str) -> bool:
    try:
        return canonical_url(url) == url
    except ValueError:
        return False


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
