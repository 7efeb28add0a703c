"""Hosts that ask for a pause get it, hosts that fail are left alone: the server's own log is the judge."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response

from newscrawl.crawl.holds import Holds
from newscrawl.crawl.patience import retry_after
from tests.generated import DAY, ria_listings, ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow

# Without a delay Scrapy 2.19 hands over all that waits at once, whatever the limit of a host is.
FAST = {"DOWNLOAD_DELAY": "0.02", "DOWNLOAD_TIMEOUT": "3", "RETRY_TIMES": "1", "BREAKER_REST": "1"}
COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")


def world(count: int) -> dict[str, Any]:
    urls = ria_urls(count)
    return {url: Answer(body) for url, body in ria_listings(urls).items()} | {
        url: Answer(ria_page(url)) for url in urls
    }


def crawl(
    folder: Path, answers: Any, **settings: str
) -> tuple[Loopback, subprocess.CompletedProcess[str], dict[str, Any]]:
    with Loopback(folder, answers) as server:
        done = scrapy(
            *COMMAND,
            cwd=folder,
            check=False,
            settings=FAST | server.settings | settings,
            environment=server.environment,
        )
    return server, done, json.loads((folder / "out.manifest.json").read_text("utf-8"))


def busy(value: str, status: int = 429) -> Answer:
    return Answer(b"busy", status, (("Retry-After", value),))


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_whole_host(tmp_path: Path, form: str, status: int) -> None:
    urls = ria_urls(3)
    value = "2" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    server, done, manifest = crawl(tmp_path, world(3) | {urls[0]: [busy(value, status), Answer(ria_page(urls[0]))]})
    assert done.returncode == 0, done.stderr
    assert len(read_feed(tmp_path / "out.jsonl")) == 3
    at = [asked.at for asked in server.asked]
    refused = next(number for number, asked in enumerate(server.asked) if asked.url == urls[0])
    assert at[refused + 1] - at[refused] >= (1.9 if form == "seconds" else 1.0), "of the date, what was left of it"
    assert manifest["hosts"]["ria.ru"]["held"] == 1
    assert "ria.ru held: Retry-After" in done.stderr


def test_a_server_that_asks_for_too_much_is_given_up(tmp_path: Path) -> None:
    urls = ria_urls(3)
    server, done, manifest = crawl(tmp_path, world(3) | {url: busy("86400") for url in urls})
    assert done.returncode == 1
    assert sum(url in urls for url in server.urls()) == 1
    assert manifest["hosts"]["ria.ru"]["down"]
    assert "given up for this run: Retry-After 86400 s" in done.stderr


@pytest.mark.parametrize("end", ["killed", "stopped", "killed, begun anew"])
def test_a_hold_outlives_the_run(tmp_path: Path, end: str) -> None:
    urls = ria_urls(3)
    answers = world(3) | {urls[0]: [busy("12"), Answer(ria_page(urls[0]))]}
    with Loopback(tmp_path, answers) as server:
        crawl = subprocess.Popen(
            scrapy_command(*COMMAND, settings=FAST | server.settings), cwd=tmp_path, stderr=subprocess.DEVNULL,
            env=scrapy_environment(tmp_path, server.environment),
        )  # fmt: skip
        _until((tmp_path / "out.holds.json").exists)
        crawl.send_signal(signal.SIGTERM if end == "stopped" else signal.SIGKILL)
        crawl.wait(20)
        told = len(server.asked)
        command = (*COMMAND[:-2], "-O", "out.jsonl") if "anew" in end else COMMAND
        done = scrapy(
            *command, cwd=tmp_path, check=False, settings=FAST | server.settings, environment=server.environment
        )
    refused = next(asked.at for asked in server.asked if asked.url == urls[0])
    assert server.asked[told].at - refused >= 12, "robots.txt is not asked for sooner either"
    assert done.returncode == 0, done.stderr
    assert "ria.ru is left alone: Retry-After 12 s, to an earlier run" in done.stderr
    assert len(read_feed(tmp_path / "out.jsonl")) == 3
    Holds(tmp_path / "out.holds.json")
    assert not (tmp_path / "out.holds.json").exists(), "it has run out"


def test_a_long_hold_is_kept_by_the_next_run_without_a_request(tmp_path: Path) -> None:
    urls = ria_urls(3)
    crawl(tmp_path, world(3) | {url: busy("3600") for url in urls})
    for given in ((), ("-a", f"urls={urls[0]}")):
        with Loopback(tmp_path, world(3)) as server:
            done = scrapy(
                *(COMMAND if not given else ("crawl", "ria", *given, "-o", "out.jsonl")),
                cwd=tmp_path, check=False, settings=FAST | server.settings, environment=server.environment,
            )  # fmt: skip
        assert server.asked == []
        assert done.returncode == 1
        assert "ria.ru is given up for this run: Retry-After 3600 s, to an earlier run" in done.stderr
        manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
        assert manifest["hosts"]["ria.ru"]["down"]
        assert manifest["outcomes"]["rejected"] == ({"host_down": 1} if given else {})
    (tmp_path / "out.holds.json").unlink()
    _, done, _ = crawl(tmp_path, world(3))
    assert done.returncode == 0, done.stderr


def test_a_page_that_is_looked_at(tmp_path: Path) -> None:
    """Commands have no books, and no feed to keep a hold beside; they keep it all the same."""
    url = ria_urls(1)[0]
    with Loopback(tmp_path, {url: [busy("2"), Answer(ria_page(url))]}) as server:
        done = scrapy(
            "look", url, cwd=tmp_path, check=False, settings=FAST | server.settings, environment=server.environment
        )
    asked = [asked.at for asked in server.asked if asked.url == url]
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert asked[1] - asked[0] >= 2


def test_a_rest_outlives_the_run(tmp_path: Path) -> None:
    urls: list[str] = ria_urls(20)
    answers = world(20) | {url: Answer(b"", 503) for url in urls}
    with Loopback(tmp_path, answers) as server:
        settings = FAST | server.settings | {"BREAKER_REST": "400", "RETRY_AFTER_MAX": "30"}
        crawl = subprocess.Popen(
            scrapy_command(*COMMAND, settings=settings), cwd=tmp_path, stderr=subprocess.DEVNULL,
            env=scrapy_environment(tmp_path, server.environment),
        )  # fmt: skip
        _until((tmp_path / "out.holds.json").exists)
        crawl.kill()
        crawl.wait()
        told = len(server.asked)
        done = scrapy(*COMMAND, cwd=tmp_path, check=False, settings=settings, environment=server.environment)
        assert len(server.asked) == told
    assert "failures in a row, the last: status 503, to an earlier run" in done.stderr
    assert done.returncode == 1


def test_a_host_that_fails_is_left_alone_and_asked_again_next_time(tmp_path: Path) -> None:
    urls: list[str] = ria_urls(40)
    sound: set[str] = set()

    def answer(asked: Asked) -> Answer | None:
        if asked.url in urls and len(sound) < 3:
            sound.add(asked.url)
        return Answer(b"", 503) if asked.url in urls and asked.url not in sound else world(40).get(asked.url)

    server, done, manifest = crawl(tmp_path, answer)
    asked = [url for url in server.urls() if url in urls and url not in sound]
    assert len(set(asked)) == 5 + 1 + 1, "five failures, then one after each rest"
    assert done.returncode == 1
    assert "given up for this run" in done.stderr
    assert "pages were not asked for: ria.ru was left alone" in done.stderr
    assert manifest["outcomes"]["rejected"]["host_down"] >= 25
    assert manifest["outcomes"]["pending"] == 0
    assert len(read_feed(tmp_path / "out.jsonl")) == 3
    _, done, _ = crawl(tmp_path, world(40))
    assert done.returncode == 0
    assert len(read_feed(tmp_path / "out.jsonl")) == 40


def test_a_host_that_recovers_while_it_rests_is_read_to_the_end(tmp_path: Path) -> None:
    urls, failed = ria_urls(20), []

    def answer(asked: Asked) -> Answer | None:
        if asked.url in urls and (len(failed) < 5 or time.monotonic() < failed[4] + 1):
            failed.append(time.monotonic())
            return Answer(b"", 502)
        return world(20).get(asked.url)

    _, done, manifest = crawl(tmp_path, answer, BREAKER_REST="2")
    assert manifest["hosts"]["ria.ru"]["rested"] == 1
    assert not manifest["hosts"]["ria.ru"]["down"]
    assert len(read_feed(tmp_path / "out.jsonl")) >= 15, "the five that failed before and after are in the rejects"
    assert done.returncode == 0, done.stderr


def test_a_few_broken_pages_are_no_broken_host(tmp_path: Path) -> None:
    urls = ria_urls(12)
    _, done, manifest = crawl(tmp_path, world(12) | {url: Answer(b"", 500) for url in urls[::3]})
    assert (done.returncode, manifest["hosts"]) == (0, {})
    assert len(read_feed(tmp_path / "out.jsonl")) == 8


@pytest.mark.parametrize("signals", [1, 2])
def test_a_crawl_can_be_stopped_while_a_host_rests(tmp_path: Path, signals: int) -> None:
    urls = ria_urls(3)
    with Loopback(tmp_path, world(3) | {urls[0]: busy("120")}) as server:
        crawl = subprocess.Popen(
            scrapy_command(*COMMAND, settings=FAST | server.settings), cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            env=scrapy_environment(tmp_path, server.environment),
        )  # fmt: skip
        _until(lambda: urls[0] in server.urls())
        time.sleep(0.3)
        begun = time.monotonic()
        for _ in range(signals):
            crawl.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        _, said = crawl.communicate(timeout=30)
        assert time.monotonic() - begun < 10
    assert "Traceback" not in said
    assert crawl.returncode != 0
    manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
    assert manifest["state"] == "aborted"
    done = scrapy(*COMMAND, cwd=tmp_path, check=False, settings=FAST | {"RETRY_AFTER_MAX": "1"})
    assert "another run" not in done.stderr, "the feed is not locked any more"


def _until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert there()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 0 ", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("", None), ("-5", None), ("1e9", None),
     ("9" * 400, None), ("٣", None)],
)  # fmt: skip
def test_forms_of_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(Response("https://a.vn/", headers={"Retry-After": value.encode()})) == seconds
