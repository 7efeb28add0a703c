"""The articles and rejects of feeds in a temporary database, so that memory does not grow with the feeds.

Of an article only its last revision counts; of a rejected address only its last reason, and none once the
address is in a feed.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from newscrawl.feed.figures import FIELDS
from newscrawl.items import FLAGS, REASONS, SOURCE_URL_STATUSES, STATUSES
from newscrawl.store.scratch import Scratch

_TABLES = """
CREATE TABLE articles (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE, revision INTEGER, site TEXT, url TEXT,
    language TEXT, day TEXT, title TEXT, section TEXT, story TEXT, source_key TEXT, source_name TEXT,
    source_url_status TEXT, is_translation INTEGER, status TEXT, near INTEGER, letters INTEGER, filled INTEGER,
    flags TEXT, body TEXT, shown TEXT
);
CREATE VIEW published AS SELECT * FROM articles WHERE status = 'published';
CREATE TABLE rejects (url TEXT PRIMARY KEY, reason TEXT, detail TEXT, site TEXT, at TEXT) WITHOUT ROWID;
"""
_COLUMNS = (
    "id revision site url language day title section story source_key source_name source_url_status"
    " is_translation status near letters filled flags"
    " body shown"
).split()
_UPSERT = (
    f"INSERT INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (id)"  # noqa: S608
    f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
    " WHERE excluded.revision > articles.revision"
)
_UPSERT_REJECT = (
    "INSERT INTO rejects VALUES (?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET reason = excluded.reason,"
    " detail = excluded.detail, site = excluded.site, at = excluded.at WHERE excluded.at >= rejects.at"
)
_TEXTS = "id story_id site url language published_on title section source_key source_name source_url_status".split()
_SHOWN = (
    "url lead authors tags published_at modified_at crawled_at source_url source_url_status source_name discovered_via"
    " flags revision near_duplicate_of source_language"
).split()
_LONGEST = 500
"""Letters of a title or name that are kept."""


ROWS = 200_000
"""Articles that a page holds at most: the newest."""

LETTERS = 12_000_000
"""Letters of text that a page holds in all; where there are more, every text is cut to its beginning."""

LEAST = 240
"""Letters of a text that are held however many lines there are."""


class Articles(Scratch):
    """Feeds and their rejects, in a temporary database; use as a context manager.

    ``counts`` has ``lines`` (records read) and ``bad`` (lines that are no records).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.letters = 0
        """Of all texts read."""
        super().__init__(_TABLES, folder)

    @property
    def room(self) -> int | None:
        """Letters of each text that a page has room for, so far; ``None`` where it takes them whole."""
        return max(LEAST, LETTERS // self.counts["lines"]) if self.letters > LETTERS else None

    def read(self, lines: Iterable[bytes]) -> None:
        """Take the lines of a feed."""
        self.db.executemany(_UPSERT, self._rows(lines))

    def read_rejects(self, lines: Iterable[bytes], sites: Mapping[str, str]) -> None:
        """Take the lines of a rejects file; ``sites`` maps runs to their sites."""
        self.db.executemany(_UPSERT_REJECT, _reject_rows(lines, sites))

    def settle(self) -> None:
        """Finish reading: join the editions of a story, forget rejects that a later run has read.

        A story here is what shares ``story_id``, or the source that one of them names; ``scrapy editions`` weighs more.
        """
        self.db.execute("CREATE INDEX by_url ON articles (url)")
        self.db.execute("DELETE FROM rejects WHERE url IN (SELECT url FROM articles)")
        self.db.execute("CREATE TABLE keys AS SELECT story, max(source_key) AS key FROM articles GROUP BY story")
        self.db.execute("CREATE UNIQUE INDEX by_story ON keys (story)")
        self.db.execute(
            "UPDATE articles SET story = (SELECT coalesce(key, story) FROM keys WHERE keys.story = articles.story)"
        )
        self.db.execute(
            "CREATE TABLE newest AS SELECT n FROM articles ORDER BY day DESC NULLS LAST, n DESC LIMIT ?", (ROWS,)
        )
        self.db.execute("CREATE INDEX by_joined ON articles (story)")
        self.db.execute("CREATE INDEX by_site ON articles (site, letters)")

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a query gives."""
        yield from self.db.execute(query, values)

    def one(self, query: str, *values: object) -> Any:
        """Return the one value that a query gives; ``None`` where it gives no row."""
        row = self.db.execute(query, values).fetchone()
        return row[0] if row else None

    def _rows(self, lines: Iterable[bytes]) -> Iterator[tuple[Any, ...]]:
        for text in lines:
            try:
                line = json.loads(text)
                row = _row(line)
                self.counts["lines"] += 1
                self.letters += len(line["body"] or "")
                yield (*row, cut_to(line["body"] or "", self.room), json.dumps(_shown(line)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.counts["bad"] += bool(text.strip())


def _row(line: dict[str, Any]) -> tuple[Any, ...]:
    """Return a line as a row. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is no record."""
    texts = {name: line[name] for name in _TEXTS}
    body, flags, revision = line["body"], line["flags"], line["revision"]
    if not all(isinstance(line[name], list) for name in ("flags", "authors", "tags", "images")):
        raise ValueError("a field of another type")
    if not all(text is None or isinstance(text, str) for text in (*texts.values(), body)):
        raise ValueError("a field of another type")
    if not (texts["id"] and texts["story_id"] and texts["site"] and texts["url"]):
        raise ValueError("an empty field")
    if line["status"] not in STATUSES or texts["source_url_status"] not in SOURCE_URL_STATUSES:
        raise ValueError("an unknown value")
    if not (isinstance(revision, int) and 0 < revision < 1 << 31):
        raise ValueError("a field of another type")
    day = texts["published_on"]
    if day is not None:
        day = date.fromisoformat(day).isoformat()
        if not "1000" < day < "3000":
            raise ValueError("no day of a newspaper")
    kept = {name: _kept(text) for name, text in texts.items()}
    filled = sum(1 << at for at, name in enumerate(FIELDS) if line[name])
    return (
        kept["id"], revision, kept["site"], texts["url"].encode("utf-8", "replace").decode(),
        kept["language"], day, kept["title"], kept["section"], kept["story_id"], kept["source_key"],
        kept["source_name"], kept["source_url_status"], bool(line["is_translation"]), line["status"],
        bool(line.get("near_duplicate_of")), len(body or ""), filled, " ".join(flag for flag in FLAGS if flag in flags),
    )  # fmt: skip


def cut_to(text: str, letters: int | None) -> str:
    """Return the beginning of a text, no word broken, as the database takes it; ``None`` letters leave it whole.

    >>> cut_to("The bridge opens", 12), cut_to("橋が開通した", 3)
    ('The bridge', '橋が開')
    """
    if letters is not None and len(text) > letters:
        text = text[: letters + 1]
        space = max(text.rfind(" "), text.rfind("\n"))
        text = text[: space if space > letters // 2 else letters].rstrip()
    return text.encode("utf-8", "replace").decode()


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    """Return what an open article shows besides its text: values that are there, of the type they ought to have."""
    captions = [image.get("caption") for image in line["images"] if isinstance(image, dict)]
    values = {name: line.get(name) for name in _SHOWN} | {"captions": captions}
    return {name: plain for name, value in values.items() if (plain := _plain(value))}


def _plain(value: Any) -> Any:
    """Return text, a whole number, or a list of texts; ``None`` for what is neither."""
    if isinstance(value, list):
        return [text for text in value if isinstance(text, str)]
    return value if isinstance(value, str | int) else None


def _reject_rows(lines: Iterable[bytes], sites: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for text in lines:
        try:
            line = json.loads(text)
            url, reason, detail = line["url"], line["reason"], line["detail"]
            at, site = line["rejected_at"], sites.get(line["run_id"], "")
            if all(isinstance(value, str) for value in (url, detail, at)) and reason in REASONS:
                yield _kept(url), reason, _kept(detail), site, at
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # torn by a power cut


def _kept(text: str | None) -> str | None:
    """Return a text as the database takes it: no lone surrogates, not endless."""
    return None if text is None else text[:_LONGEST].encode("utf-8", "replace").decode()
