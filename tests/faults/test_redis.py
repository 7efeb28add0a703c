"""Outages of the shared store, over a wire that may be cut: two crawls end loudly, and then hold every article once.

``OUTAGES`` (default 5) says how many, ``KILL_SEED`` repeats a run.
"""

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.wire import FaultyWire
from tests.generated import DAY, ria_archive
from tests.redis_server import RedisServer
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow
PAGES = 500
OUTAGES = int(os.environ.get("OUTAGES", "5"))
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")
KINDS = ("gone", "reset", "silent", "slow", "read-only", "emptied")
LONG = 180.0


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, PAGES)


def test_outages_of_the_store(archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, urls = archive
    print(f"KILL_SEED={SEED}")
    chance, suffered = random.Random(SEED), Counter[str]()
    left = [kind for _ in range(-(-OUTAGES // len(KINDS))) for kind in chance.sample(KINDS, len(KINDS))][:OUTAGES]
    crawls = 0
    while left:
        folder = tmp_path / str(crawls)
        folder.mkdir()
        crawls += 1
        with RedisServer(folder) as redis, FaultyWire(redis.port) as wire:
            settings: dict[str, object] = {"REPLAY_FROM": path, "SEEN_STORE": wire.url}
            feeds = [folder / name / "out.jsonl" for name in ("one", "other")]
            for feed in feeds:
                feed.parent.mkdir()
            while left and sum(_lines(feed) for feed in feeds) < PAGES:
                kind = left.pop()
                if _outage(kind, redis, wire, feeds, settings, chance):
                    suffered[kind] += 1
            for feed in (*feeds, feeds[0]):
                scrapy(*COMMAND, cwd=feed.parent, settings=settings, timeout=LONG)
            lines = [line for feed in feeds for line in read_feed(feed)]
            assert Counter(line["url"] for line in lines) == Counter(urls)
    print(f"{crawls} crawls by two machines, ended by: {dict(suffered)}")


def _outage(
    kind: str,
    redis: RedisServer,
    wire: FaultyWire,
    feeds: list[Path],
    settings: dict[str, object],
    chance: random.Random,
) -> bool:
    """Have both crawl, and the store fail in the middle; return whether one of them ended by it."""
    begun = [subprocess.Popen(scrapy_command(*COMMAND, settings=settings), cwd=feed.parent, text=True,
                              env=scrapy_environment(feed.parent), stderr=subprocess.PIPE) for feed in feeds]  # fmt: skip
    size, more = sum(_lines(feed) for feed in feeds), chance.randrange(1, 60)
    deadline = time.monotonic() + LONG
    while sum(_lines(feed) for feed in feeds) < size + more and time.monotonic() < deadline:
        if all(crawl.poll() is not None for crawl in begun):
            break
        time.sleep(0.005)
    with redis.client() as client:
        # A feed that is begun once all is forgotten cannot know that there was anything.
        while client.hlen("newscrawl:feeds") < 2 and all(crawl.poll() is None for crawl in begun):
            time.sleep(0.005)
        if kind == "read-only":
            client.replicaof("127.0.0.1", "1")
        elif kind == "emptied":
            client.flushall()
        else:
            wire.fault = kind
        deadline = time.monotonic() + (4 if kind == "slow" else LONG)
        while any(crawl.poll() is None for crawl in begun) and time.monotonic() < deadline:
            time.sleep(0.02)
        wire.fault = None
        if kind == "read-only":
            client.replicaof("NO", "ONE")
    for crawl in begun:
        _, said = crawl.communicate(timeout=LONG)
        assert crawl.returncode in (0, 1), said
        assert "Traceback" not in said
        if crawl.returncode == 1:
            assert f"the shared store {wire.url} " in said
    if kind == "emptied":
        for feed in feeds:
            scrapy("remember", feed, cwd=feed.parent, settings={"SEEN_STORE": wire.url}, timeout=LONG)
    return any(crawl.returncode == 1 for crawl in begun)


def _lines(feed: Path) -> int:
    return feed.read_bytes().count(b"\n") if feed.exists() else 0
