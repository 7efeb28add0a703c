"""Feed lines for tests of reports: whole records, of which a test names only what it is about."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newscrawl.feed.lines import to_line
from newscrawl.items import Article, to_record
from newscrawl.report.articles import Articles
from newscrawl.text.identity import short_hash


def line(number: int = 0, **fields: Any) -> dict[str, Any]:
    """Return a record; articles of different numbers are different articles."""
    url = f"https://paper.example/{number}"
    own = {"id": short_hash("id", url), "story_id": short_hash("story", url), "url": url, "site": "paper", "title": f"Title {number}",
           "body": "A text.", "language": "en", "published_on": "2024-09-14", "source_url": url, "source_url_status": "own",
           "source_key": f"paper.example/{number}", "source_name": "The Paper", "crawled_at": "2024-09-14T08:00:00+00:00",
           "http_status": 200, "run_id": "run-1", "content_hash": "0" * 32}  # fmt: skip
    return to_record(Article(**(own | fields)))


def taken(number: int, story: str, language: str, **fields: Any) -> dict[str, Any]:
    """Return a record of an aggregator: a translation of a story, its source named exactly where a test says nothing."""
    own = {"site": "aggregator", "story_id": short_hash(story), "language": language, "source_name": "The Paper",
           "source_url": f"https://paper.example/{story}", "source_url_status": "exact", "source_key": f"paper.example/{story}",
           "url": f"https://news.example/{language}/{number}", "is_translation": True}  # fmt: skip
    return line(number, **(own | fields))


def written(lines: Iterable[dict[str, Any]]) -> list[bytes]:
    """Return the lines as a feed has them."""
    return [to_line(record) for record in lines]


def feed(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    """Write a feed."""
    path.write_bytes(b"".join(written(lines)))
    return path


def reject(number: int, reason: str, **fields: Any) -> dict[str, Any]:
    """Return a line of a rejects file."""
    own = {"url": f"https://paper.example/gone/{number}", "reason": reason, "detail": "", "run_id": "run-1",
           "rejected_at": "2024-09-14T08:00:00+00:00"}  # fmt: skip
    return own | fields


def settled(lines: Iterable[dict[str, Any]], rejects: Iterable[dict[str, Any]] = ()) -> Articles:
    """Return the articles and rejects of lines, read and settled."""
    articles = Articles()
    articles.read(written(lines))
    articles.read_rejects(written(rejects), {"run-1": "paper"})
    articles.settle()
    return articles
