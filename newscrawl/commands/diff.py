"""``scrapy diff FEED ID``: what changed from one revision of an article to the next."""

import argparse
import json
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.compression import open_lines

SHOWN = ("status", "url", "title", "lead", "published_on", "published_at", "authors", "section", "tags", "source_url")
"""Fields compared beside the body, in the order of the line; dates of fetch and the like differ always."""


class Command(ScrapyCommand):
    """Print the differences between revisions."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "<feed> <id or url>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Show what changed between the revisions of an article in a feed"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Find the lines and print."""
        if len(args) != 2:
            raise UsageError("give a feed and an article: scrapy diff articles.jsonl 1f0c…", print_help=False)
        try:
            lines = revisions(Path(args[0]), args[1])
        except OSError as error:
            print(f"scrapy diff: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        if not lines:
            print(f"scrapy diff: no line of {args[0]} has the id or url {args[1]}", file=sys.stderr)
            self.exitcode = 1
            return
        print("\n".join(report(lines)))


def revisions(feed: Path, name: str) -> list[dict[str, Any]]:
    """Return the lines of the article whose ``id`` or ``url`` is ``name``, the first revision first.

    Raises:
        OSError: the feed cannot be read.
    """
    key = json.dumps(name, ensure_ascii=False).encode()
    found = []
    with open_lines(feed) as lines:
        for text in lines:
            if key not in text:
                continue
            try:
                line = json.loads(text)
                if name in (line["id"], line["url"]):
                    found.append(line)
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
    return sorted(found, key=lambda line: line["revision"])


def report(lines: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is to be printed of the revisions ``lines``."""
    first = lines[0]
    yield f"{first['id']}  {first['site']}  {first['url']}"
    if len(lines) == 1:
        yield f"one revision, fetched {first['crawled_at']}"
    for old, new in pairwise(lines):
        yield ""
        yield f"revision {old['revision']} → {new['revision']}   fetched {old['crawled_at']} → {new['crawled_at']}"
        for field in SHOWN:
            if old.get(field) != new.get(field):
                yield f"  {field}"
                yield from (f"    {sign} {_plain(line.get(field))}" for sign, line in (("-", old), ("+", new)))
        yield from _paragraphs((old["body"] or "").split("\n\n"), (new["body"] or "").split("\n\n"))


def _paragraphs(old: list[str], new: list[str]) -> Iterator[str]:
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        yield f"  body, paragraph {a + 1}" + (f" to {b}" if b > a + 1 else "")
        if change == "replace" and b - a == d - c:
            for one, other in zip(old[a:b], new[c:d], strict=True):
                yield f"    ~ {_words(one, other)}"
            continue
        yield from (f"    - {line}" for line in old[a:b] if line)
        yield from (f"    + {line}" for line in new[c:d] if line)


def _words(old: str, new: str) -> str:
    """Return both texts in one, ``[-gone-]`` and ``{+come+}``, as ``git diff --word-diff`` does."""
    one, other = old.split(" "), new.split(" ")
    parts = []
    for change, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if change == "equal":
            parts.append(" ".join(one[a:b]))
            continue
        if b > a:
            parts.append(f"[-{' '.join(one[a:b])}-]")
        if d > c:
            parts.append(f"{{+{' '.join(other[c:d])}+}}")
    return " ".join(parts)


def _plain(value: Any) -> str:
    return "(none)" if value in (None, []) else ", ".join(value) if isinstance(value, list) else str(value)
