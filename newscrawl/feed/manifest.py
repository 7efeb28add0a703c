"""The manifest of a run: what it was asked, what came of it, and with which versions."""

import json
import platform
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import blake2b, file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import Crawler

from newscrawl import __version__
from newscrawl.compression import open_lines
from newscrawl.items import SCHEMA_VERSION

if TYPE_CHECKING:
    from newscrawl.feed.books import Books


def manifest(books: "Books", feed: Path, state: str, reason: str | None) -> dict[str, Any]:
    """Return what stands in the manifest of ``feed``; ``reason`` is ``None`` while the run goes on."""
    written = reason is not None and feed.exists()
    count, digest = _fingerprint(feed) if written else (None, None)
    settings = {k: repr(v) for k, v in sorted(books.crawler.settings.copy_to_dict().items())}
    spider = books.crawler.spider
    arguments = getattr(spider, "arguments", None)
    return {
        "run_id": books.run_id,
        "state": state,
        "reason": reason,
        "site": spider.name if spider else None,
        "arguments": plain_arguments(arguments),
        "feed": feed.name,
        "lines": count,
        "sha256": digest,
        "delivered": books.delivered if feed == books.feed_path else [],
        "started_at": books.started_at.isoformat(timespec="seconds"),
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds") if reason is not None else None,
        "outcomes": outcomes(books),
        "sources": {name: dict(counts) for name, counts in books.sources.items()},
        "hosts": books.hosts,
        "fields": _fields(books.crawler),
        "texts": books.figures.as_dict(),
        "statuses": counts_below(books.crawler, "downloader/response_status_count/"),
        "recorded": counts_below(books.crawler, "newscrawl/record/"),
        "archive": counts_below(books.crawler, "newscrawl/archive/"),
        "browser": counts_below(books.crawler, "newscrawl/browser/"),
        "placeholders": {kind: dict(counts.most_common()) for kind, counts in books.placeholders.items()},
        "errors": books.faults,
        "settings_hash": blake2b(json.dumps(settings).encode(), digest_size=16).hexdigest(),
        "schema_version": SCHEMA_VERSION,
        "versions": {
            "newscrawl": __version__,
            "python": platform.python_version(),
            **_versions("scrapy", "lxml"),
        },
    }


def outcomes(books: "Books") -> dict[str, Any]:
    """Return what came of the addresses: counts, ``rejected`` by reason."""
    return {
        "new": books.outcomes["new"],
        "revised": books.outcomes["revised"],
        "withdrawn": books.outcomes["withdrawn"],
        "unchanged": books.outcomes["unchanged"],
        "known": books.known,
        "duplicate": books.outcomes["duplicate"],
        "rejected": dict(books.rejects),
        "pending": books.pending,
    }


def counts_below(crawler: Crawler, head: str) -> dict[str, int]:
    """Return Scrapy's stats whose names begin so, without that beginning."""
    stats = crawler.stats.get_stats() if crawler.stats else {}
    return {name.removeprefix(head): count for name, count in sorted(stats.items()) if name.startswith(head)}


def plain_arguments(arguments: Any) -> dict[str, Any]:
    """Return a crawl's arguments as JSON has them; empty for ``None``."""
    if arguments is None:
        return {}
    values = {field.name: getattr(arguments, field.name) for field in fields(arguments)}
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in values.items()}


def _fields(crawler: Crawler) -> dict[str, dict[str, int]]:
    """Return, for each field, how many pages each layer (rule, jsonld, meta, structure, none) gave it for."""
    stats = crawler.stats.get_stats() if crawler.stats else {}
    found: dict[str, dict[str, int]] = {}
    for name, count in sorted(stats.items()):
        if name.startswith("newscrawl/field/"):
            field, _, origin = name.removeprefix("newscrawl/field/").partition("/")
            found.setdefault(field, {})[origin] = count
    return found


def _fingerprint(path: Path) -> tuple[int, str]:
    """Return the number of lines of a file, and the SHA-256 of its bytes."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    with open_lines(path) as lines:
        return sum(1 for _ in lines), digest


def _versions(*names: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found
