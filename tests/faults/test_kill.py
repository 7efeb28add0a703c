"""kill -9 at random moments, then the same command: every article once, none lost, none twice.

``KILLS`` (default 20) says how many in all, ``KILL_SEED`` repeats a run; ``make soak`` does a thousand.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.generated import DAY, ria_archive
from tests.redis_server import RedisServer
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

PAGES, PARTS = 500, 4
KILLS = int(os.environ.get("KILLS", "20"))
PER_CRAWL = max(1, min(KILLS // PARTS, 40))
"""How often one crawl is killed, more or less."""
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
LINE = 3600
"""Bytes that a line of the feed has at least; only to choose moments."""

COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, PAGES)


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_crawls_go_on_to_the_whole(part: int, archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """Crawls are killed many times over, and what stands beside their feeds suffers as in a power cut."""
    chance = random.Random(SEED * PARTS + part)
    crawls, harmed = 0, Counter[str]()
    while not crawls or harmed.total() < KILLS // PARTS:
        folder = tmp_path / str(crawls)
        folder.mkdir()
        harmed += _killed_over_and_over(archive, folder, chance, KILLS // PARTS - harmed.total())
        crawls += 1
    print(f"KILL_SEED={SEED}: {harmed.total()} kills of {crawls} crawls, then harmed: {dict(harmed)}")


def _killed_over_and_over(
    archive: tuple[Path, list[str]], folder: Path, chance: random.Random, most: int
) -> Counter[str]:
    """Kill one crawl up to ``most`` times, let it end, look at all it left; return what was done to it."""
    path, urls = archive
    feed, harmed = folder / "out.jsonl", Counter[str]()
    for _ in range(most):
        if _kill_at_random(path, feed, chance):
            break
        harmed[_harm(feed, chance)] += 1
    whole = len(read_feed(feed)) if _ends_whole(feed) else feed.read_bytes().count(b"\n")
    done = scrapy(*COMMAND, cwd=folder, settings={"REPLAY_FROM": path})
    lines = read_feed(feed)
    assert Counter(line["url"] for line in lines) == Counter(urls)
    assert len({line["id"] for line in lines}) == PAGES
    assert f"{whole:>6} already in the feed" in done.stderr, done.stderr
    manifest = json.loads((folder / "out.manifest.json").read_text("utf-8"))
    assert (manifest["state"], manifest["lines"], manifest["outcomes"]["pending"]) == ("finished", PAGES, 0)
    return harmed


@pytest.mark.parametrize("crawl", range(2))
def test_killed_crawls_of_two_machines_go_on_to_the_whole(
    crawl: int, archive: tuple[Path, list[str]], redis: RedisServer, tmp_path: Path
) -> None:
    """Two crawl one site at once into a feed each, with one Redis: over both feeds every article once."""
    path, urls = archive
    chance = random.Random(SEED * PARTS - crawl - 1)
    settings = {"REPLAY_FROM": path, "SEEN_STORE": redis.url}
    feeds = [tmp_path / name / "out.jsonl" for name in ("one", "other")]
    for feed in feeds:
        feed.parent.mkdir()
    for _ in range(max(3, KILLS // 4)):
        crawls = [_begun(feed.parent, settings) for feed in feeds]
        for at in chance.sample((0, 1), 2):
            size = feeds[at].stat().st_size if feeds[at].exists() else 0
            _wait_for(crawls[at], feeds[at], size + chance.randrange(1, 40) * LINE)
            crawls[at].kill()
            crawls[at].communicate()
            if chance.random() < 0.5:
                with feeds[at].open("ab") as file:
                    file.write(b'{"id": "a line that a power cut ended')
            elif chance.random() < 0.5:
                for index in feeds[at].parent.glob("out.seen.db*"):
                    index.unlink()
    for feed in (*feeds, feeds[0]):
        scrapy(*COMMAND, cwd=feed.parent, settings=settings)
    lines = [line for feed in feeds for line in read_feed(feed)]
    print(f"KILL_SEED={SEED}, {[len(read_feed(feed)) for feed in feeds]}")
    assert Counter(line["url"] for line in lines) == Counter(urls)


def test_redis_gone_in_the_middle(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """Loud, and once it is back, empty, and told of the feed, the same command ends with the whole."""
    path, urls = archive
    with RedisServer(tmp_path) as redis:
        settings = {"REPLAY_FROM": path, "SEEN_STORE": redis.url}
        crawl = _begun(tmp_path, settings)
        _wait_for(crawl, tmp_path / "out.jsonl", 20 * LINE)
        redis.stop()
        _, said = crawl.communicate(timeout=120)
        assert crawl.returncode == 1, said
        assert f"the shared store {redis.url} is lost" in said
        assert "Traceback" not in said
        assert 0 < len(read_feed(tmp_path / "out.jsonl")) < PAGES
        unreachable = scrapy(*COMMAND, cwd=tmp_path, settings=settings, check=False)
        assert unreachable.returncode == 1
        assert "cannot be used" in unreachable.stderr
        redis.start()
        emptied = scrapy(*COMMAND, cwd=tmp_path, settings=settings, check=False)
        assert emptied.returncode == 1
        assert "scrapy remember" in emptied.stderr
        told = scrapy("remember", ".", cwd=tmp_path, settings={"SEEN_STORE": redis.url})
        assert f"out.jsonl: {len(read_feed(tmp_path / 'out.jsonl'))} lines told" in told.stdout
        scrapy(*COMMAND, cwd=tmp_path, settings=settings)
        assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)
        again = scrapy(*COMMAND[:-2], "-O", "out.jsonl", cwd=tmp_path, settings=settings)
        assert f"{PAGES} new" in again.stderr, "what is begun anew is forgotten"


def test_wrong_stores(tmp_path: Path) -> None:
    for wrong in ("memcached://x", "here"):
        done = scrapy("crawl", "ria", cwd=tmp_path, settings={"SEEN_STORE": wrong}, check=False)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "redis://HOST" in done.stderr
    for arguments in (("remember",), ("remember", "nowhere"), ("remember", "nowhere", "-s", "SEEN_STORE=redis://x")):
        done = scrapy(*arguments, cwd=tmp_path, check=False)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_full_disk_leaves_whole_lines_and_the_next_run_goes_on(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """A limit on the size of files is a full disk for one process: for the feed, the index and the rejects alike."""
    path, urls = archive
    command = scrapy_command(*COMMAND, settings={"REPLAY_FROM": path})
    limited = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", limited, *command], cwd=tmp_path, env=scrapy_environment(tmp_path),
                          capture_output=True, text=True, check=False, timeout=100)  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "writing the feed failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert 30 < len(read_feed(tmp_path / "out.jsonl")) < 100
    again = subprocess.run(command, cwd=tmp_path, env=scrapy_environment(tmp_path), check=False, timeout=100)
    assert again.returncode == 0
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)


@pytest.mark.parametrize("signals", [1, 2])
def test_stopped_in_the_middle(signals: int, archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """SIGTERM once ends with what is in flight, twice at once; either way the run says that it is no whole one."""
    path, urls = archive
    crawl, feed = _started(path, tmp_path), tmp_path / "out.jsonl"
    _wait_for(crawl, feed, 20 * LINE)
    begun = time.monotonic()
    for _ in range(signals):
        crawl.send_signal(signal.SIGTERM)
        time.sleep(0.05)
    _, said = crawl.communicate(timeout=30)
    assert time.monotonic() - begun < 10
    assert crawl.returncode == 1, said
    assert "Traceback" not in said
    manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
    assert manifest["state"] == "aborted"
    assert 0 < len(read_feed(feed)) < PAGES
    scrapy(*COMMAND, cwd=tmp_path, settings={"REPLAY_FROM": path})
    assert Counter(line["url"] for line in read_feed(feed)) == Counter(urls)


def test_a_limit_on_memory_ends_the_run_loudly(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, urls = archive
    tight = {"REPLAY_FROM": path, "MEMUSAGE_LIMIT_MB": "1", "MEMUSAGE_CHECK_INTERVAL_SECONDS": "0.1"}
    done = scrapy(*COMMAND, cwd=tmp_path, check=False, settings=tight)
    assert done.returncode == 1
    assert "memusage_exceeded" in done.stderr
    scrapy(*COMMAND, cwd=tmp_path, settings={"REPLAY_FROM": path})
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_was_set(hours: int, archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, urls = archive
    crawl = _started(path, tmp_path)
    _wait_for(crawl, tmp_path / "out.jsonl", 50 * LINE)
    crawl.kill()
    crawl.communicate()
    shifted = f"import sys, time; now = time.time; time.time = lambda: now() + {hours * 3600}; from scrapy.cmdline import execute; execute(sys.argv[1:])"
    arguments = scrapy_command(*COMMAND, settings={"REPLAY_FROM": path})
    done = subprocess.run([sys.executable, "-c", shifted, *arguments[arguments.index("scrapy") :]], cwd=tmp_path,
                          env=scrapy_environment(tmp_path), capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)


def test_two_runs_on_one_feed(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, urls = archive
    first = _started(path, tmp_path)
    _wait_for(first, tmp_path / "out.jsonl", LINE)
    first.send_signal(signal.SIGSTOP)
    try:
        second = scrapy(*COMMAND, cwd=tmp_path, check=False, settings={"REPLAY_FROM": path})
    finally:
        first.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert "another run is writing to" in second.stderr
    assert "Traceback" not in second.stderr
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)


def _begun(folder: Path, settings: dict[str, object]) -> "subprocess.Popen[str]":
    return subprocess.Popen(scrapy_command(*COMMAND, settings=settings), cwd=folder, text=True,
                            env=scrapy_environment(folder), stderr=subprocess.PIPE)  # fmt: skip


def _started(archive: Path, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(scrapy_command(*COMMAND, settings={"REPLAY_FROM": archive}), cwd=folder, text=True,
                            env=scrapy_environment(folder), stderr=subprocess.PIPE)  # fmt: skip


def _wait_for(crawl: "subprocess.Popen[str]", feed: Path, size: int) -> None:
    deadline = time.monotonic() + 60
    while crawl.poll() is None and time.monotonic() < deadline:
        if feed.exists() and feed.stat().st_size >= size:
            return
        time.sleep(0.001)


def _kill_at_random(archive: Path, feed: Path, chance: random.Random) -> bool:
    """Start the crawl and kill it after some lines more; return whether it had come to its end before."""
    size = feed.stat().st_size if feed.exists() else 0
    crawl = subprocess.Popen(scrapy_command(*COMMAND, settings={"REPLAY_FROM": archive}), cwd=feed.parent,
                             env=scrapy_environment(feed.parent), stderr=subprocess.DEVNULL)  # fmt: skip
    deadline = time.monotonic() + 60
    more = chance.randrange(max(1, 3 * PAGES * LINE // (2 * PER_CRAWL)))
    while crawl.poll() is None and time.monotonic() < deadline:
        if feed.exists() and feed.stat().st_size >= size + more:
            time.sleep(chance.random() * 0.01)
            break
        time.sleep(0.001)
    crawl.send_signal(signal.SIGKILL)
    return crawl.wait() != -signal.SIGKILL


def _harm(feed: Path, chance: random.Random) -> str:
    """Do to the files what a power cut may: return what."""
    index = feed.with_name("out.seen.db")
    harm = chance.choice(("nothing", "nothing", "tail torn", "index gone", "index torn", "manifest gone"))
    if harm == "tail torn" and feed.exists() and feed.stat().st_size > 100:
        os.truncate(feed, feed.stat().st_size - chance.randrange(1, 100))
    elif harm == "index gone":
        for path in feed.parent.glob("out.seen.db*"):
            path.unlink()
    elif harm == "index torn" and index.exists():
        os.truncate(index, chance.randrange(index.stat().st_size + 1))
    elif harm == "manifest gone":
        feed.with_name("out.manifest.json").unlink(missing_ok=True)
    return harm


def _ends_whole(feed: Path) -> bool:
    data = feed.read_bytes()
    return data == b"" or data.endswith(b"\n")
