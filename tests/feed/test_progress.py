"""What a run says while it runs: on a terminal, without one, as JSON, and not at all."""

import fcntl
import json
import os
import re
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pyte
import pytest

from tests.generated import ria_page, ria_urls
from tests.loopback import Answer, Loopback
from tests.support import scrapy, scrapy_command, scrapy_environment
from tests.test_live import DATES, FAST, LIST, Run, world

pytestmark = pytest.mark.slow

OFTEN = {"PROGRESS_SECONDS": "0.1", "DOWNLOAD_DELAY": "0.1", "DOWNLOAD_DELAY_JITTER": "0"}
LINE = re.compile(
    r"ria  \d:\d\d  found (\d+)  known (\d+)  fetched (\d+)  new (\d+)  rejected (\d+)(  .* pages/s)?(  .* left)?(  [a-z_]+ \d+(?:, [a-z_]+ \d+)*)?"
)


def on_terminal(
    folder: Path, columns: int, *arguments: str, count: int = 12, environment: Mapping[str, str] | None = None
) -> tuple[list[list[str]], int]:
    """Crawl in a terminal window; return its screen after each output, and the exit code."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    screen = pyte.Screen(columns, 40)
    stream, screens = pyte.ByteStream(screen), []
    with Loopback(folder, world(count)) as server:
        settings = FAST | OFTEN | server.settings
        command = scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", *arguments, settings=settings)
        given = {"TERM": "xterm", **server.environment, **(environment or {})}
        with subprocess.Popen(command, cwd=folder, env=scrapy_environment(folder, given), stdin=theirs, stdout=theirs,
                              stderr=theirs, start_new_session=True) as process:  # fmt: skip
            os.close(theirs)
            while True:
                try:
                    data = os.read(ours, 65536)
                except OSError:  # the other side is closed
                    break
                if not data:
                    break
                stream.feed(data)
                screens.append([row.rstrip() for row in screen.display if row.strip()])
            code = process.wait(60)
    os.close(ours)
    return screens, code


@pytest.mark.parametrize("columns", [100, 50, 24])
def test_a_live_line_on_a_terminal(tmp_path: Path, columns: int) -> None:
    screens, code = on_terminal(tmp_path, columns)
    assert code == 0
    lasts = [screen[-1] for screen in screens if screen]
    live = [row for row in lasts if row.startswith("ria  ")]
    assert len(set(live)) > 2
    assert all("new" in row for row in live)
    if columns == 100:
        assert any(LINE.fullmatch(row) for row in live)
        assert any(row.endswith(" left") for row in live)
    said = " ".join(screens[-1])
    assert "finished in" in said
    assert "12 new" in said
    assert not [row for row in screens[-1] if row.startswith("ria  ")]  # it is gone at the end


def test_log_lines_and_the_live_line_do_not_mix(tmp_path: Path) -> None:
    screens, _ = on_terminal(tmp_path, 300, "-L", "DEBUG", count=6)
    rows = {row for screen in screens for row in screen[:-1]}
    scraped = [row for row in rows if "DEBUG: Scraped from" in row]
    assert scraped
    assert not [row for row in rows if "found" in row and "fetched" in row]  # never left behind, never within a line
    assert any(screen[-1].startswith("ria  ") for screen in screens if screen)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("-s", "PROGRESS=0"), {}),
        (("-s", "PROGRESS=lines"), {}),
        ((), {"TERM": "dumb"}),
        (("-s", "LOG_JSON=1"), {}),
    ],
)
def test_no_live_line(tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    screens, code = on_terminal(tmp_path, 100, *arguments, count=4, environment=environment)
    rows = [row for screen in screens for row in screen]
    assert code == 0
    assert any("4 new" in row for row in rows)
    told = any(row.startswith("ria  ") for row in screens[-1])
    assert told is (arguments != ("-s", "PROGRESS=0") and "LOG_JSON=1" not in arguments)  # as lines, which stay


def test_lines_without_a_terminal(tmp_path: Path) -> None:
    run = Run(tmp_path, world(12), **OFTEN)
    lines = [match for row in run.said.splitlines() if (match := LINE.fullmatch(row))]
    assert len(lines) > 2
    assert "\r" not in run.said
    assert "\x1b" not in run.said
    fetched = [int(match[3]) for match in lines]
    assert fetched == sorted(fetched)
    assert lines[-1][1] == "12"


def test_known_and_rejected_are_told_apart(tmp_path: Path) -> None:
    urls = ria_urls(8)
    Run(tmp_path, world(4))
    answers = world(8) | {urls[7]: Answer(status=404)} | {url: Answer(ria_page(url)) for url in urls[4:7]}
    run = Run(tmp_path, answers, check=False, **OFTEN | {"DOWNLOAD_DELAY": "0.4"})
    last = [match for row in run.said.splitlines() if (match := LINE.fullmatch(row))][-1]
    assert last[1] == "8"
    assert last[2] == "4"
    assert int(last[3]) == int(last[4]) + int(last[5])


def test_a_short_run_says_nothing_before_its_summary(tmp_path: Path) -> None:
    assert Run(tmp_path, world(2), LOG_LEVEL="ERROR").said.startswith("ria: finished")


def test_json(tmp_path: Path) -> None:
    title = "Title\n2026-01-01 ERROR: forged\x1b[2J \u2028\u202e"
    bad = ria_urls(12)[0]
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>short</p></body></html>"
    run = Run(tmp_path, world(12) | {bad: Answer(page.encode())}, **OFTEN | {"LOG_JSON": "1", "LOG_LEVEL": "DEBUG"})
    lines = [json.loads(line) for line in run.said.splitlines()]
    assert run.said.isascii()
    assert "\x1b" not in run.said
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    progress = [line for line in lines if line.get("event") == "progress"]
    assert progress[-1].items() >= {"site": "ria", "found": 12, "known": 0}.items()
    (summary,) = [line for line in lines if line.get("event") == "summary"]
    assert summary["outcomes"]["new"] == 11
    assert (summary["state"], summary["errors"]) == ("finished", [])


FAULTS: dict[str, tuple[Answer, str]] = {
    "a page that is forbidden": (Answer(status=403), "http_error"),
    "an error of the server": (Answer(status=500), "retried"),
    "a connection that ends": (Answer(b"<p>", cut=99), "retried"),
    "silence": (Answer(wait=30), "retried"),
    "a host that asks for a pause": (Answer(status=429, headers=(("Retry-After", "1"),)), "held"),
    "a page that is no HTTP": (Answer(raw=b"\x16\x03\x01" * 99), "retried"),
    "a listing that is gone": (Answer(status=404), "listing_failed"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_trouble_is_in_the_next_report(tmp_path: Path, fault: str) -> None:
    """While the run goes on; the address is in the rejects once it is given up."""
    answer, kind = FAULTS[fault]
    bad = LIST if kind == "listing_failed" else ria_urls(12)[2]
    settings = OFTEN | {"LOG_JSON": "1", "LOG_LEVEL": "ERROR", "DOWNLOAD_TIMEOUT": "1", "RETRY_TIMES": "1"}
    run = Run(tmp_path, world(12) | {bad: answer}, check=False, **settings)
    lines = [line for line in map(json.loads, run.said.splitlines()) if line.get("event") == "progress"]
    told = [number for number, line in enumerate(lines) if kind in line["trouble"]]
    assert told, lines[-1:]
    assert told == list(range(told[0], len(lines))), "and in all after it"
    assert lines[told[0]]["fetched"] < 12, "before the run has ended"
    if kind != "listing_failed":
        assert bad in {reject["url"] for reject in run.rejects}


def test_trouble_of_a_new_kind_is_told_at_once(tmp_path: Path) -> None:
    """Lines are an hour apart."""
    bad = ria_urls(16)[1]
    settings = {"PROGRESS_SECONDS": "3600", "LOG_JSON": "1", "LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": "0.9", "DOWNLOAD_DELAY_JITTER": "0"}  # fmt: skip
    run = Run(tmp_path, world(16) | {bad: Answer(status=500)}, check=False, **settings)
    lines = [line for line in map(json.loads, run.said.splitlines()) if line.get("event") == "progress"]
    assert [line["trouble"] for line in lines] == [{"retried": 1}]


def test_json_of_a_run_that_failed(tmp_path: Path) -> None:
    run = Run(tmp_path, {}, check=False, LOG_JSON="1", LOG_LEVEL="ERROR")
    (summary,) = [line for line in map(json.loads, run.said.splitlines()) if line["event"] == "summary"]
    assert (summary["level"], summary["state"]) == ("ERROR", "failed")
    assert "no listing answered" in summary["errors"][0]


def test_quiet_says_what_went_wrong_alone(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    assert Run(tmp_path / "good", world(4), **OFTEN | {"QUIET": "1", "LOG_LEVEL": "ERROR"}).said == ""
    run = Run(tmp_path / "bad", {}, check=False, **OFTEN | {"QUIET": "1"})
    assert run.code == 1
    assert "ERROR: no listing answered" in run.said


def test_no_log_is_no_log(tmp_path: Path) -> None:
    """Not even what Python itself prints of warnings that nobody handles."""
    run = Run(tmp_path, {}, check=False, LOG_ENABLED="0")
    assert run.said.startswith("ria: failed")


def test_a_log_file_has_them_at_any_level(tmp_path: Path) -> None:
    Run(tmp_path, world(12), **OFTEN | {"LOG_FILE": "crawl.log", "LOG_LEVEL": "ERROR"})
    log = (tmp_path / "crawl.log").read_text("utf-8")
    assert re.search(r"^\S+ \S+ \[newscrawl.log\] INFO: ria  0:0\d  found", log, re.MULTILINE)
    assert "\n    " in log  # the summary's further lines: none looks like another event
    assert all(re.match(r"\d{4}-|    ", line) for line in log.splitlines())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("PROGRESS=yes", "write one of auto, live, lines, 0"),
        ("LOG_FILE=/nowhere/crawl.log", "No such file"),
        ("LOG_LEVEL=LOUD", "Unknown level: 'LOUD'"),
        ("REPLAY_FORM=samples", "did you mean REPLAY_FROM?"),
    ],
)
def test_wrong_settings(tmp_path: Path, given: str, said: str) -> None:
    done = scrapy("crawl", "ria", "-s", given, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_settings_of_others_are_taken(tmp_path: Path) -> None:
    assert scrapy("crawl", "ria", "-a", "help=1", "-s", "SOME_PLUGIN_SETTING=1", cwd=tmp_path).returncode == 0
