"""The runs that wrote a feed: its history, and the manifest where a run is not in it yet."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.feed.lines import beside
from newscrawl.health.judge import Finding, judge
from newscrawl.health.runs import runs_by_site

ORIGINS = ("rule", "jsonld", "meta", "structure", "none")
"""The layers that a field is searched in, in this order; ``none`` found it."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a table shows it."""

    site: str
    began: str
    """UTC, ``2024-09-16 08:15``."""
    state: str
    """``finished``, ``aborted`` or ``killed``."""
    errors: tuple[str, ...]
    new: int
    revised: int
    known: int
    duplicates: int
    rejected: int
    """For other reasons than being duplicates."""


def run_row(run: dict[str, Any]) -> RunRow:
    """Return a run of a history as a row."""
    outcomes = run.get("outcomes") or {}
    rejected = outcomes.get("rejected") or {}
    return RunRow(
        site=run["site"],
        began=run["started_at"][:16].replace("T", " "),
        state=str(run.get("state")),
        errors=tuple(map(str, run.get("errors") or ())),
        new=outcomes.get("new", 0),
        revised=outcomes.get("revised", 0),
        known=outcomes.get("known", 0),
        duplicates=rejected.get("duplicate", 0),
        rejected=sum(count for reason, count in rejected.items() if reason != "duplicate"),
    )


def runs_of(feeds: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the runs that stand beside ``feeds``, oldest first, none twice; empty where nothing is beside them."""
    found: dict[str, dict[str, Any]] = {}
    for feed in feeds:
        for run in _recorded(feed):
            if all(isinstance(run.get(name), str) for name in ("run_id", "site", "started_at")):
                found.setdefault(run["run_id"], run)
    return sorted(found.values(), key=lambda run: str(run["started_at"]))


def origins(runs: Iterable[dict[str, Any]]) -> dict[str, dict[str, dict[str, int]]]:
    """Return how many pages each layer gave a field for: site, field and layer to count.

    >>> origins([{"site": "ria", "fields": {"title": {"meta": 3}}}, {"site": "ria", "fields": {"title": {"meta": 1}}}])
    {'ria': {'title': {'meta': 4}}}
    """
    found: dict[str, dict[str, dict[str, int]]] = {}
    for run in runs:
        for field, layers in (run.get("fields") or {}).items():
            counts = found.setdefault(run["site"], {}).setdefault(field, {})
            for layer, count in layers.items():
                counts[layer] = counts.get(layer, 0) + count
    return found


def verdicts(feeds: Iterable[Path]) -> dict[str, list[Finding]]:
    """Return what ``scrapy health`` says of each site's last run; an empty list says that all is well."""
    histories = [path for path in (beside(feed, ".runs.jsonl") for feed in feeds) if path.exists()]
    return {site: judge(runs) for site, runs in runs_by_site(histories).items()}


def _recorded(feed: Path) -> Iterator[dict[str, Any]]:
    history, manifest = beside(feed, ".runs.jsonl"), beside(feed, ".manifest.json")
    texts = history.read_bytes().split(b"\n") if history.exists() else []
    texts += [manifest.read_bytes()] if manifest.exists() else []
    for text in texts:
        try:
            run = json.loads(text)
        except (ValueError, RecursionError):
            continue  # torn by a power cut
        if isinstance(run, dict):
            yield run
