"""What is said of a site's last run: real crawls of a paper that breaks in each of a dozen ways."""

import json
import random
import shutil
import sys
from pathlib import Path

import pytest

from newscrawl.health.judge import KINDS, judge
from newscrawl.health.runs import runs_by_site
from tests.health.days import BROKEN, Day, record, usual
from tests.loopback import Answer, Loopback
from tests.support import ROOT, scrapy

pytestmark = pytest.mark.slow

DAYS = 6


def crawl(folder: Path, day: Day) -> None:
    """Crawl a recorded day into the feed that goes on."""
    archive = folder / "day.warc"
    record(archive, day)
    scrapy("crawl", "ria", "-s", f"REPLAY_FROM={archive}", "-o", "out.jsonl", cwd=folder, check=False)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A feed with some ordinary days in it."""
    folder = tmp_path_factory.mktemp("history")
    chance = random.Random(1)
    for number in range(DAYS):
        crawl(folder, usual(number, chance))
    (runs,) = runs_by_site([folder]).values()
    assert [run["state"] for run in runs] == ["finished"] * DAYS
    assert all(not [finding for finding in judge(runs[:count]) if finding.is_fault] for count in range(1, DAYS + 1))
    return folder


@pytest.mark.parametrize("how", BROKEN)
def test_each_way_to_break_is_told_from_the_others(history: Path, tmp_path: Path, how: str) -> None:
    shutil.copytree(history, tmp_path, dirs_exist_ok=True)
    kind, change = BROKEN[how]
    day = usual(DAYS, random.Random(2))
    change(day)
    crawl(tmp_path, day)
    (runs,) = runs_by_site([tmp_path / "out.jsonl"]).values()
    assert [finding.kind for finding in judge(runs)] == [kind], judge(runs)
    assert kind in KINDS


def lines_of(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "out.runs.jsonl").read_bytes().splitlines()]


def test_a_run_that_was_killed_is_in_the_history(history: Path, tmp_path: Path) -> None:
    shutil.copytree(history, tmp_path, dirs_exist_ok=True)
    manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
    killed = manifest | {"state": "aborted", "ended_at": None, "run_id": "killed"}  # as it is while a run goes on
    (tmp_path / "out.manifest.json").write_text(json.dumps(killed), "utf-8")
    crawl(tmp_path, usual(DAYS, random.Random(3)))
    before, last = lines_of(tmp_path)[-2:]
    assert (before["run_id"], before["state"], last["state"]) == ("killed", "killed", "finished")
    runs = runs_by_site([tmp_path])["ria"]
    assert [finding.kind for finding in judge(runs[:-1])] == ["crashed"]
    assert judge(runs) == []


def test_what_is_not_regular_is_not_compared(history: Path, tmp_path: Path) -> None:
    first = lines_of(history)[0]
    odd = [{"urls": ["https://ria.ru/1"]}, {"limit": 3}, {"recrawl": True}]
    lines = [first | {"arguments": first["arguments"] | given} for given in odd]
    with (tmp_path / "a.runs.jsonl").open("wb") as file:
        file.write(b"".join(json.dumps(line).encode() + b"\n" for line in (*lines, [], {"site": "x"})) + b'{"torn')
    assert runs_by_site([tmp_path]) == {}


def test_sources_that_are_no_longer_whole(history: Path) -> None:
    """An aggregator whose printed addresses are suddenly damaged: nothing is missing, and every line is worse."""
    runs = runs_by_site([history])["ria"]

    def sources(run: dict, **counts: int) -> dict:
        return run | {"texts": run["texts"] | {"sources": counts}}

    before = [sources(run, exact=run["texts"]["articles"] - 2, repaired=2) for run in runs]
    usual, odd = (sources(runs[-1], exact=runs[-1]["texts"]["articles"] - count, repaired=count) for count in (4, 20))
    assert judge([*before, usual]) == []
    (finding,) = judge([*before, odd])
    assert (finding.kind, "source_url is repaired in 20 of" in finding.what) == ("redesign", True)


def test_runs_of_an_older_newscrawl_are_compared_in_what_they_have(history: Path) -> None:
    runs = runs_by_site([history])["ria"]
    older = [
        run | {"texts": {name: value for name, value in run["texts"].items() if name != "sources"}} for run in runs
    ]
    assert judge([*older, runs[-1]]) == []


def test_command(history: Path, tmp_path: Path) -> None:
    shutil.copytree(history, tmp_path, dirs_exist_ok=True)
    done = scrapy("health", "out.jsonl", cwd=tmp_path)
    assert done.stdout.startswith("ria: ok: ")
    day = usual(DAYS, random.Random(2))
    BROKEN["everything answers 403"][1](day)
    crawl(tmp_path, day)
    told = tmp_path / "told.json"
    with Loopback(tmp_path, lambda asked: Answer(b"")) as server:
        notify = f"{sys.executable} -c \"import sys, pathlib; pathlib.Path('told.json').write_bytes(sys.stdin.buffer.read())\""
        address = f"http://127.0.0.1:{server.port}/hook"
        done = scrapy("health", ".", "--json", "--notify", notify, "--webhook", address, cwd=tmp_path, check=False)
        (asked,) = server.asked
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert (said["site"], [finding["kind"] for finding in said["findings"]]) == ("ria", ["blocked"])
    assert json.loads(told.read_bytes()) == json.loads(asked.body) == {"sites": [said]}


def test_nobody_to_tell(history: Path, tmp_path: Path) -> None:
    shutil.copytree(history, tmp_path, dirs_exist_ok=True)
    day = usual(DAYS, random.Random(2))
    BROKEN["everything answers 500"][1](day)
    crawl(tmp_path, day)
    done = scrapy(
        "health", ".", "--notify", "no-such-program", "--webhook", "http://127.0.0.1:1/", cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert "--notify failed" in done.stderr
    assert "--webhook failed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("given", [["nowhere.jsonl"], ["."], []])
def test_no_history(tmp_path: Path, given: list[str]) -> None:
    done = scrapy("health", *given, cwd=tmp_path, check=False)
    assert done.returncode == (1 if given else 2)
    assert "Traceback" not in done.stderr


def test_a_history_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    record(tmp_path / "day.warc", usual(0, random.Random(1)))
    (tmp_path / "out.runs.jsonl").mkdir()
    done = scrapy(
        "crawl", "ria", "-s", f"REPLAY_FROM={tmp_path / 'day.warc'}", "-o", "out.jsonl", cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert "the history of runs cannot be written" in done.stderr


def test_the_page_names_every_kind() -> None:
    page = (ROOT / "docs" / "health.md").read_text("utf-8")
    assert all(f"| `{kind}` | {meaning} |" in page for kind, meaning in KINDS.items())
