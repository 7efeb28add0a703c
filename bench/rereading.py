"""Rereading: an archive without the crawl engine, beside its replay and beside fundus's Common Crawl reader."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.crawling import FEW, SITES
from bench.pages import FAMILIES, Page, pages_of
from bench.processes import Cost, run
from bench.readers import FUNDUS
from bench.reading import HEADERS
from bench.rows import Row, spread
from bench.site import Served
from newscrawl.archive.writer import write_exchange

PART_MB = 0.25
"""Small enough that the few pages are several parts: the start of each worker is taken off, not the first one's alone."""

RECORDED = datetime(2026, 11, 20, 8, tzinfo=UTC)


def rereading(count: int, rounds: int) -> list[Row]:
    """Measure archives of so many pages of a family; a round is of one family, the contestants take turns in it."""
    costs: dict[str, list[float]] = {"reread": [], "replay": [], "limit": [], "fundus": []}
    faster: list[float] = []
    dearer: list[float] = []
    for number in range(rounds):
        family = list(FAMILIES)[number % len(FAMILIES)]
        every = pages_of(family, count, number * 10**5)
        with tempfile.TemporaryDirectory(prefix="bench-reread-") as name:
            one, two = _round(Path(name), family, every, costs)
        faster.append(one.wall / two.wall)
        dearer.append(two.cpu / one.cpu)
    details = {
        "ms a page": {name: 1000 * sum(found) / len(found) for name, found in costs.items() if found},
        "pages": count,
    }
    yet = [a / b for a, b in zip(costs["replay"], costs["reread"], strict=True)]
    least = [a / b for a, b in zip(costs["replay"], costs["limit"], strict=True)]
    rows = [
        Row("Rereading", "pages a core, to the replayed crawl", **spread(yet), unit="×", goal=4, at_least=True, details=details),
        Row("Rereading", "limit: the replayed crawl to articles given, pages checked, parsed and crossed once, stages and lines", **spread(least), unit="×",
            note="what no rereading on this parser goes above"),
        Row("Rereading", "two jobs, faster than one", **spread(faster), unit="×", goal=1.7, at_least=True,
            note="wall time, start and end taken off; needs two idle cores"),
        Row("Rereading", "two jobs, work to that of one", **spread(dearer), unit="×"),
    ]  # fmt: skip
    if costs["fundus"]:
        beside = [a / b for a, b in zip(costs["fundus"], costs["reread"], strict=True)]
        rows.append(
            Row(
                "Rereading",
                "pages a core, to fundus's Common Crawl reader",
                **spread(beside),
                unit="×",
                goal=3,
                at_least=True,
            )
        )
        least = [a / b for a, b in zip(costs["fundus"], costs["limit"], strict=True)]
        rows.append(Row("Rereading", "limit: fundus's reader to that limit", **spread(least), unit="×"))
    return rows


def _round(folder: Path, family: str, every: list[Page], costs: dict[str, list[float]]) -> tuple[Cost, Cost]:
    for name, part in (("few", every[:FEW]), ("all", every)):
        with (folder / f"{name}.warc.gz").open("wb") as file:
            for page in part:
                write_exchange(file, url=page.url, headers=list(HEADERS.items()), body=page.html, date=RECORDED)
        (folder / f"{name}.txt").write_text("\n".join(page.url for page in part))
    project = {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"}

    def reread(name: str, jobs: int) -> Cost:
        command = ["-m", "scrapy", "reread", f"{name}.warc.gz", "-O", f"{name}.{jobs}.jsonl", "--jobs", f"{jobs}",
                   "-s", f"REREAD_PART_MB={PART_MB}"]  # fmt: skip
        return run(command, folder, project)

    def replay(name: str) -> Cost:
        command = ["-m", "scrapy", "crawl", SITES[family], "-a", f"urls=@{name}.txt", "-O", f"{name}.replayed.jsonl",
                   "-s", f"REPLAY_FROM={name}.warc.gz"]  # fmt: skip
        return run(command, folder, project)

    def limit(name: str) -> Cost:
        return run(["-m", "bench.limit", f"{name}.warc.gz", f"{name}.limit.jsonl"], folder, project)

    few, one, few_two, two = reread("few", 1), reread("all", 1), reread("few", 2), reread("all", 2)
    span = len(every) - FEW
    costs["reread"].append((one.cpu - few.cpu) / span)
    costs["replay"].append((replay("all").cpu - replay("few").cpu) / span)
    costs["limit"].append((limit("all").cpu - limit("few").cpu) / span)
    for name in ("all.1.jsonl", "all.limit.jsonl", "all.2.jsonl", "all.replayed.jsonl"):
        lines = (folder / name).read_bytes().count(b"\n")
        assert lines == len(every), f"{name}: {lines} lines of {len(every)} pages"
    if FUNDUS.exists():
        archives = {f"/{name}.warc.gz": (folder / f"{name}.warc.gz").read_bytes() for name in ("few", "all")}
        (folder / "served").mkdir()
        with Served(folder / "served", archives) as site:
            child = Path(__file__).parent / "fundus_child.py"
            spent = {
                name: run([child, f"http://127.0.0.1:{site.port}/{name}.warc.gz"], folder, program=FUNDUS)
                for name in ("few", "all")
            }
        costs["fundus"].append((spent["all"].cpu - spent["few"].cpu) / span)
    return _less(one, few), _less(two, few_two)


def _less(whole: Cost, start: Cost) -> Cost:
    return Cost(whole.cpu - start.cpu, max(0.001, whole.wall - start.wall), whole.memory)
