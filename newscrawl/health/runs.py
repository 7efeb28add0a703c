"""The runs that feeds have beside them: read, and parted by site."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from newscrawl.health.judge import Run

_NEEDED = ("site", "state", "started_at", "arguments", "outcomes", "sources", "fields", "texts", "statuses", "errors")


def runs_by_site(paths: Iterable[Path]) -> dict[str, list[Run]]:
    """Return the regular runs of each site, oldest first, from feeds, their ``.runs.jsonl``, or folders of them.

    Left out are runs that were asked for something else than what is new: by hand, with a limit, again.

    Raises:
        OSError: there is no such file.
    """
    found: dict[str, list[Run]] = {}
    for path in dict.fromkeys(file for given in paths for file in _files(given)):
        for run in _lines(path):
            if _is_regular(run):
                found.setdefault(run["site"], []).append(run)
    return {site: sorted(runs, key=lambda run: run["started_at"]) for site, runs in sorted(found.items())}


def _files(given: Path) -> Iterator[Path]:
    if given.is_dir():
        yield from sorted(given.rglob("*.runs.jsonl"))
    elif given.name.endswith(".runs.jsonl"):
        yield given
    else:
        yield given.with_name(given.name.removesuffix(".jsonl").removesuffix(".jl") + ".runs.jsonl")


def _lines(path: Path) -> Iterator[Run]:
    with path.open("rb") as lines:
        for text in lines:
            try:
                run = json.loads(text)
            except (ValueError, RecursionError):
                continue  # torn by a power cut
            if isinstance(run, dict) and all(name in run for name in _NEEDED):
                yield run


def _is_regular(run: Run) -> bool:
    arguments = run["arguments"] or {}
    return not any(arguments.get(name) for name in ("urls", "limit", "recrawl"))
