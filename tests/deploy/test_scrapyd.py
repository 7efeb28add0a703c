"""The project on a real Scrapyd: deployed as an egg, scheduled, cancelled, killed, restarted.

``make scrapyd`` makes the environment that these tests need.
"""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from newscrawl import __version__
from tests.deploy.scrapyd import (
    ENVIRONMENT,
    LONG,
    USER,
    Scrapyd,
    build_egg,
    copy_of_project,
    deploy,
    run,
    scrapyd,
    wait_for,
)
from tests.generated import DAY, ria_archive, ria_listings, ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback
from tests.support import ROOT, all_spiders, read_feed, scrapy_environment
from tests.support import scrapy as own_scrapy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ENVIRONMENT / "scrapyd").exists(), reason="no Scrapyd; `make scrapyd` installs it"),
]

SAMPLES = {"REPLAY_FROM": ROOT / "samples"}
DAYS = {"since": str(DAY), "until": str(DAY)}


class Held:
    """ria.ru on loopback, which sends ``SENT`` pages, and no other before ``release``."""

    SENT = 4

    def __init__(self, folder: Path) -> None:
        self.urls = ria_urls(30)
        self.free = threading.Event()
        self.server = Loopback(folder, self.answer)
        self.settings = {**self.server.settings, "DOWNLOAD_DELAY": "0"}

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self.server.__exit__(kind, error, trace)

    def answer(self, asked: Asked) -> Answer | None:
        if listing := ria_listings(self.urls).get(asked.url):
            kind = "application/xml" if "sitemap" in asked.url else "text/html"
            return Answer(listing, headers=(("Content-Type", kind),))
        if asked.url not in self.urls:
            return None
        if len(self._asked()) > self.SENT:
            self.free.wait(LONG)
        return Answer(ria_page(asked.url))

    def wait(self) -> None:
        """Wait for a crawl to ask for a held page."""
        wait_for("a held page", lambda: len(self._asked()) > self.SENT)

    def release(self) -> None:
        self.free.set()

    def _asked(self) -> set[str]:
        return set(self.urls) & set(self.server.urls())


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_egg(tmp_path_factory.mktemp("egg"))


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    with Held(tmp_path) as site:
        yield site


def _lines(server: Scrapyd, job: str) -> list[str]:
    """The addresses in a job's own file; none when it wrote none."""
    files = list(server.data.glob(f"jobs/*/{job}.jsonl"))
    return [line["url"] for path in files for line in read_feed(path)]


def test_from_deploy_to_lines(tmp_path: Path) -> None:
    """The smoke test: server, password, deploy, spiders, a replayed crawl with arguments, its lines, and what follows."""
    project = copy_of_project(tmp_path)
    with scrapyd(tmp_path, None) as server:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{server.url}/daemonstatus.json", timeout=LONG)
        (project / ".netrc").write_text(f"machine 127.0.0.1 login {USER} password wrong\n", "utf-8")
        (project / ".netrc").chmod(0o600)
        refused = deploy(server, project, check=False)
        assert (refused.returncode, "401" in refused.stderr) == (1, True), refused
        (project / ".netrc").unlink()

        answer = json.loads(deploy(server, project, "--version", "7").stdout)
        assert (answer["status"], answer["spiders"]) == ("ok", len(all_spiders()))
        assert server.get("listspiders", project="newscrawl")["spiders"] == list(all_spiders())
        assert server.get("listversions", project="newscrawl")["versions"] == ["7"]

        first = server.schedule("ria", SAMPLES, limit="3")
        manifest = server.wait(first)
        assert (manifest["state"], manifest["reason"], manifest["run_id"]) == ("finished", "limit", first)
        assert manifest["arguments"]["limit"] == 3
        lines = read_feed(server.data / "feeds" / "ria.jsonl")
        assert (len(lines), {line["run_id"] for line in lines}) == (3, {first})
        assert _lines(server, first) == [line["url"] for line in lines]

        second = server.schedule("ria", {**SAMPLES, "LOG_LEVEL": "INFO"}, _version="7")
        manifest = server.wait(second)
        assert manifest["lines"] == manifest["outcomes"]["new"] == 5
        assert "already in the feed" in server.log(second)
        lines = read_feed(server.data / "feeds" / "ria.jsonl")
        assert Counter(line["run_id"] for line in lines) == {first: 3, second: 5}
        assert len({line["id"] for line in lines}) == 8
        assert [*_lines(server, first), *_lines(server, second)] == [line["url"] for line in lines]

        wrong = server.schedule("ria", SAMPLES, since="soon")
        wait_for("its end", lambda: wrong in server.jobs()["finished"])
        assert "since='soon' is no day; write it as 2024-09-14" in server.log(wrong)
        assert not list(server.data.glob(f"jobs/*/{wrong}*"))
        assert server.post("schedule", project="newscrawl", spider="nosuchsite")["status"] == "error"


def test_the_script_of_cron_and_timers(egg: Path, tmp_path: Path) -> None:
    with scrapyd(tmp_path, egg) as server:
        script = [ROOT / "deploy" / "schedule"]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SCRAPYD_URL": server.url}

        def schedule(*given: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                [*script, *given], env=environment, capture_output=True, text=True, check=False, timeout=LONG
            )

        done = schedule("ria", "limit=2", f"setting=REPLAY_FROM={ROOT / 'samples'}", "setting=LOG_LEVEL=INFO")
        assert done.returncode == 0, done
        manifest = server.wait(done.stdout.strip())
        assert (manifest["arguments"]["limit"], manifest["lines"]) == (2, 2)
        refused = schedule("nosuchsite")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "nosuchsite" in refused.stderr
        assert "not found" in refused.stderr
        (tmp_path / ".netrc").unlink()
        assert "Unauthorized" in schedule("ria").stderr
        server.stop()
        assert schedule("ria").returncode != 0


def test_an_egg_works_zipped(egg: Path, tmp_path: Path) -> None:
    """Every command that reads what the package holds says the same from the egg as from the sources."""
    environment = {"PYTHONPATH": str(egg), "SCRAPY_SETTINGS_MODULE": "newscrawl.settings"}
    assert egg.is_file()
    where = run("python", "-c", "import newscrawl; print(newscrawl.__file__)", cwd=tmp_path, environment=environment)
    assert where.stdout.startswith(f"{egg}/")
    for command in (["list"], ["sites"], ["schema"], ["crawl", "ria", "-a", "help=1"]):
        zipped = run("scrapy", *command, cwd=tmp_path, environment=environment)
        assert zipped.stdout == own_scrapy(*command, cwd=tmp_path).stdout, command
        assert zipped.stdout


def test_jobs_of_one_site_at_once(egg: Path, held: Held, tmp_path: Path) -> None:
    """One of them crawls, the others say so and end; every job leaves its log and its manifest, however many."""
    with scrapyd(tmp_path, egg, held.server.environment) as server:
        first = server.schedule("ria", held.settings, **DAYS)
        held.wait()
        others = [server.schedule("ria", held.settings, **DAYS) for _ in range(6)]
        for other in others:
            manifest = server.wait(other)
            assert manifest["state"] == "aborted"
            assert "another run is writing to" in manifest["errors"][0]
            assert "another run is writing to" in server.log(other)
        held.release()
        assert server.wait(first)["state"] == "finished"
        after = server.schedule("ria", held.settings, **DAYS)
        assert server.wait(after)["outcomes"]["new"] == 0
        jobs = [first, *others, after]
        assert set(server.jobs()["finished"]) == set(jobs)
        for job in jobs:
            server.log(job)
            server.manifest(job)
        assert sorted(_lines(server, first)) == held.urls
        assert not [url for job in jobs[1:] for url in _lines(server, job)]
        assert Counter(line["url"] for line in read_feed(server.data / "feeds" / "ria.jsonl")) == Counter(held.urls)


@pytest.mark.parametrize("how", ["INT", "KILL"])
def test_cancelled_and_scheduled_again(how: str, egg: Path, held: Held, tmp_path: Path) -> None:
    with scrapyd(tmp_path, egg, held.server.environment) as server:
        job = server.schedule("ria", {**held.settings, "LOG_LEVEL": "INFO"}, **DAYS)
        held.wait()
        feed = server.data / "feeds" / "ria.jsonl"
        wait_for("the lines before the held page", lambda: feed.read_bytes().count(b"\n") == held.SENT)
        assert server.post("cancel", project="newscrawl", job=job, signal=how)["prevstate"] == "running"
        if how == "INT":
            wait_for("the signal", lambda: "Received SIGINT" in server.log(job))
            held.release()
        manifest = server.wait(job)
        held.release()
        assert (manifest["state"], manifest["reason"]) == ("aborted", "shutdown" if how == "INT" else None)
        before = read_feed(feed)
        assert held.SENT <= len(before) < len(held.urls)
        if how == "INT":
            assert manifest["lines"] == len(before)
        again = server.schedule("ria", held.settings, **DAYS)
        assert server.wait(again)["state"] == "finished"
        assert Counter(line["url"] for line in read_feed(feed)) == Counter(held.urls)
        assert Counter([*_lines(server, job), *_lines(server, again)]) == Counter(held.urls)


def test_restart_of_the_server_while_a_job_runs(egg: Path, held: Held, tmp_path: Path) -> None:
    """The job goes on and keeps its feed; what waited in the queue is started by the new server."""
    with scrapyd(tmp_path, egg, held.server.environment, max_proc=1) as server:
        orphan = server.schedule("ria", held.settings, **DAYS)
        held.wait()
        waiting = server.schedule("kcna", SAMPLES, languages="all")
        assert server.jobs()["pending"] == [waiting]
        server.stop()
        server.start()
        assert server.wait(waiting)["state"] == "finished"
        assert server.get("status", job=orphan)["currstate"] is None  # the server has forgotten it
        second = server.schedule("ria", held.settings, **DAYS)
        assert "another run is writing to" in server.wait(second)["errors"][0]
        (pid,) = server.children & _running()
        held.release()
        wait_for("the end of the orphan", lambda: pid not in _running())
        assert server.manifest(orphan)["state"] == "finished"
        assert "Traceback" not in server.log(orphan)  # nobody reads what it prints
        assert Counter(line["url"] for line in read_feed(server.data / "feeds" / "ria.jsonl")) == Counter(held.urls)
        server.stop()
        server.start()
        assert set(server.jobs()["finished"]) == {waiting, second}


def test_upgrade_while_a_job_runs(egg: Path, held: Held, tmp_path: Path) -> None:
    """A job ends with the version it began with, the next takes the new one, and the old one can be asked for."""
    with scrapyd(tmp_path, egg, held.server.environment) as server:
        old = server.schedule("ria", held.settings, **DAYS)
        held.wait()
        project = copy_of_project(tmp_path / "new")
        (project / "newscrawl" / "__init__.py").write_text('"""Newer."""\n\n__version__ = "9.9.9"\n', "utf-8")
        deploy(server, project, "--version", "2")
        held.release()
        manifests = [server.wait(old)]
        for version in ({}, {"_version": "1"}):
            manifests.append(server.wait(server.schedule("ria", SAMPLES, **version)))
        assert [manifest["versions"]["newscrawl"] for manifest in manifests] == [__version__, "9.9.9", __version__]
        assert {manifest["state"] for manifest in manifests} == {"finished"}
        assert server.get("listversions", project="newscrawl")["versions"] == ["1", "2"]


def test_killed_between_two_files_loses_no_line_of_the_job(tmp_path: Path) -> None:
    """A line goes to the job's file first: whoever loads the jobs' files misses none."""
    archive = tmp_path / "ria.warc.gz"
    urls = ria_archive(archive, 30)
    die = (
        "import os, sys\nfrom newscrawl.feed.lines import LineFile\nwrite = LineFile.write\n"
        "def once(self, data):\n    if '/feeds/' in str(self.path) and self.path.stat().st_size > 40_000:\n        os.kill(os.getpid(), 9)\n"
        "    return write(self, data)\nLineFile.write = once\nfrom scrapy.cmdline import execute\nexecute(sys.argv)"
    )
    environment = {"NEWSCRAWL_DATA": str(tmp_path / "data")}
    command = ["crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-s", f"REPLAY_FROM={archive}"]
    done = subprocess.run([sys.executable, "-c", die, *command], cwd=tmp_path, check=False, timeout=LONG,
                          env=scrapy_environment(tmp_path, environment), capture_output=True, text=True)  # fmt: skip
    assert done.returncode == -9, done.stderr
    feed = tmp_path / "data" / "feeds" / "ria.jsonl"
    (job,) = (tmp_path / "data" / "jobs" / "ria").glob("*.jsonl")
    in_feed, in_job = ([line["id"] for line in read_feed(path)] for path in (feed, job))
    assert in_job[:-1] == in_feed
    own_scrapy(*command, cwd=tmp_path, environment=environment)
    assert Counter(line["url"] for line in read_feed(feed)) == Counter(urls)
    jobs = [line["url"] for path in (tmp_path / "data" / "jobs" / "ria").glob("*.jsonl") for line in read_feed(path)]
    assert set(jobs) == set(urls)
    assert len(jobs) == len(urls) + 1  # the line that only the killed job's file had


def _running() -> set[int]:
    """Process ids of Scrapyd's jobs that are alive."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"scrapyd.runner" in (path / "cmdline").read_bytes():
                found.add(int(path.name))
        except OSError:
            pass
    return found
