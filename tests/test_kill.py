"""kill -9 at random moments, then the same command: every article once, none lost, none twice."""

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
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

PAGES, KILLS = 500, 10
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
LINE = 3600
"""Bytes that a line of the feed has at least; only to choose moments."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, PAGES)


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_crawl_goes_on_to_the_whole(kill: int, archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, urls = archive
    print(f"KILL_SEED={SEED}")
    command = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")
    feed = tmp_path / "out.jsonl"
    whole = _kill_at_random(command, path, feed, random.Random(SEED * KILLS + kill))
    done = scrapy(*command, cwd=tmp_path, settings={"REPLAY_FROM": path})
    lines = read_feed(feed)
    assert Counter(line["url"] for line in lines) == Counter(urls)
    assert len({line["id"] for line in lines}) == PAGES
    assert f"{PAGES - whole:>6} new" in done.stderr, done.stderr
    assert f"{whole:>6} already in the feed" in done.stderr, done.stderr
    manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
    assert (manifest["state"], manifest["lines"]) == ("finished", PAGES)


def test_full_disk_leaves_whole_lines_and_the_next_run_goes_on(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """A limit on the size of files is a full disk for one process: for the feed, the index and the rejects alike."""
    path, urls = archive
    command = scrapy_command("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl",
                             settings={"REPLAY_FROM": path})  # fmt: skip
    limited = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", limited, *command], cwd=tmp_path, env=scrapy_environment(tmp_path),
                          capture_output=True, text=True, check=False, timeout=100)  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "writing the feed failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert 30 < len(read_feed(tmp_path / "out.jsonl")) < 100
    assert (
        subprocess.run(command, cwd=tmp_path, env=scrapy_environment(tmp_path), check=False, timeout=100).returncode
        == 0
    )
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(urls)


def _kill_at_random(command: tuple[str, ...], archive: Path, feed: Path, chance: random.Random) -> int:
    """Start the crawl, kill it while it writes, and return how many whole lines it left."""
    size = chance.randrange(PAGES * LINE)
    crawl = subprocess.Popen(
        scrapy_command(*command, settings={"REPLAY_FROM": archive}),
        cwd=feed.parent,
        env=scrapy_environment(feed.parent),
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while crawl.poll() is None and time.monotonic() < deadline:
        if feed.exists() and feed.stat().st_size >= size:
            time.sleep(chance.random() * 0.01)
            break
        time.sleep(0.001)
    crawl.send_signal(signal.SIGKILL)
    assert crawl.wait() == -signal.SIGKILL, "the crawl had ended before it was killed"
    manifest = json.loads((feed.parent / "out.manifest.json").read_text("utf-8"))
    assert manifest["state"] == "aborted"
    return feed.read_bytes().count(b"\n")
