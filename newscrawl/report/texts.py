"""What a page holds of each article: a table of columns for searching and sorting, and the texts in packs.

Both are JSON, gzip and base64, so that nothing of an article stands in the page as markup. A pack is decoded when
one of its articles is opened; the table at once.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from newscrawl.report.articles import Articles, cut_to

PACK = 500
"""Articles of a pack."""

_EPOCH = date(1970, 1, 1).toordinal()


class Texts:
    """The articles of feeds as a page holds them."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self.every: int = articles.one("SELECT count(*) FROM articles")
        """Articles of the feeds."""
        self.held: int = articles.one("SELECT count(*) FROM newest")
        """Articles that the page holds: the newest."""
        self.cut = articles.room
        """Letters to which texts are cut; ``None`` where they are whole."""
        self.packs = -(-self.held // PACK)
        """How many packs there are."""

    def table(self) -> str:
        """Return the columns: names once, and for each article the place of its names, its day, title and marks."""
        names: dict[str, dict[str | None, int]] = {name: {} for name in ("site", "language", "section", "source")}
        columns: dict[str, list[Any]] = {name: [] for name in (*names, "title", "day", "story", "marks")}
        stories: dict[str, int] = {}
        rows = self._articles.rows(
            "SELECT site, language, section, source_name, title, day, story, status = 'withdrawn', near, revision > 1,"
            " is_translation FROM newest JOIN articles USING (n) ORDER BY newest.rowid"
        )
        for *values, title, day, story, withdrawn, near, revised, translation in rows:
            for (name, known), value in zip(names.items(), values, strict=True):
                columns[name].append(known.setdefault(value, len(known)))
            columns["title"].append(title)
            columns["day"].append(None if day is None else date.fromisoformat(day).toordinal() - _EPOCH)
            columns["story"].append(stories.setdefault(story, len(stories)))
            marks = (withdrawn, near, revised, translation)
            columns["marks"].append(sum(1 << at for at, mark in enumerate(marks) if mark))
        return _packed({"names": {name: list(known) for name, known in names.items()}, "columns": columns,
                        "stories": list(stories)})  # fmt: skip

    def pack(self) -> Iterator[str]:
        """Yield the packs, each a list of ``PACK`` articles in the order of the table."""
        rows = self._articles.rows(
            "SELECT body, letters, shown FROM newest JOIN articles USING (n) ORDER BY newest.rowid"
        )
        while part := [self._held(*row) for row in islice(rows, PACK)]:
            yield _packed(part)

    def _held(self, body: str, letters: int, shown: str) -> dict[str, Any]:
        held: dict[str, Any] = json.loads(shown)
        held["body"] = cut_to(body, self.cut)
        if self.cut is not None and letters > self.cut:
            held["cut"] = letters
        return held


def _packed(value: Any) -> str:
    """Return a value as JSON, gzip, base64: the same for the same value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode()
