"""kill -9 at random moments, then the same command: every article once, none lost, none twice.

``KILLS`` (default 20) says how many in all, ``KILL_SEED`` repeats a run; ``make soak`` does a thousand.
"""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from newscrawl.compression import Members, open_lines
from newscrawl.feed.lines import beside
from tests.generated import DAY, ria_archive
from tests.redis_server import RedisServer
from tests.servers import S3Server
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow

PAGES, PARTS = 500, 4
KILLS = int(os.environ.get("KILLS", "20"))
PER_CRAWL = max(1, min(KILLS // PARTS, 40))
"""How often one crawl is killed, more or less."""
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
LINE = 3600
"""Bytes that a line of the feed has at least; only to choose moments."""

COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, PAGES)


class Form:
    """A kind of feed that crawls are killed on: where its lines go, and what the crawl must be told."""

    def __init__(self, output: str, feed: str = "out.jsonl", size: int = LINE, **settings: object) -> None:
        self.output, self.feed, self.size, self.settings = output, feed, size, settings
        """``feed`` is the file that grows, ``size`` what a line adds to it."""
        self.environment: dict[str, str] = {}

    def lines(self, folder: Path) -> list[dict[str, Any]]:
        """All lines, where a reader looks for them."""
        return read_feed(folder / self.feed)


class Delivered(Form):
    """A feed that is written to a journal and delivered from there."""

    def __init__(self, output: str, feed: str, s3: S3Server | None = None, **settings: object) -> None:
        super().__init__(output, feed, LINE // 3, **settings)
        self.s3, self.prefix = s3, uuid4().hex
        if s3 is not None:
            self.output = output.replace("PREFIX", self.prefix)
            self.feed = feed.replace("PREFIX", self.prefix)
            self.settings["AWS_ENDPOINT_URL"], self.environment = s3.url, s3.keys

    def lines(self, folder: Path) -> list[dict[str, Any]]:
        files = {path.name: path.read_bytes() for path in (folder / "out").glob("*")}
        if self.s3 is not None:
            files = {name: data for name, data in self.s3.objects().items() if name.startswith(self.prefix)}
        assert not [name for name in files if name.endswith(".part")]
        found = [json.loads(line) for data in files.values() for line in gzip.decompress(data).splitlines()]
        in_journal = [line["url"] for line in read_feed(folder / self.feed)]
        assert Counter(line["url"] for line in found) == Counter(in_journal)
        return found


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_crawls_go_on_to_the_whole(part: int, archive: tuple[Path, list[str]], tmp_path: Path) -> None:
    """Crawls are killed many times over, and what stands beside their feeds suffers as in a power cut."""
    _kill_crawls(lambda: Form("out.jsonl"), archive, tmp_path, random.Random(SEED * PARTS + part), KILLS // PARTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gz", "zst", "redis", "zst and redis", "batches", "day", "s3", "s3 and redis"])
def test_killed_crawls_of_other_feeds_go_on_to_the_whole(
    name: str, archive: tuple[Path, list[str]], redis: RedisServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The same, compressed, in dated files, on S3, with a shared store."""
    s3 = request.getfixturevalue("s3") if "s3" in name else None
    in_batches = {"FEED_EXPORT_BATCH_ITEM_COUNT": 40}
    batches, remote = "%(run)s-%(batch_id)04d.jsonl.gz", "s3://news/PREFIX/%(run)s-%(batch_id)04d.jsonl.gz"

    def store() -> dict[str, object]:
        return {"SEEN_STORE": redis.url, "SEEN_STORE_PREFIX": uuid4().hex}

    forms: dict[str, Callable[[], Form]] = {
        "gz": lambda: Form("out.jsonl.gz", "out.jsonl.gz", LINE // 3),
        "zst": lambda: Form("out.jsonl.zst", "out.jsonl.zst", LINE // 3),
        "redis": lambda: Form("out.jsonl", **store()),
        "zst and redis": lambda: Form("out.jsonl.zst", "out.jsonl.zst", LINE // 3, **store()),
        "batches": lambda: Delivered(f"out/{batches}", "feeds/file/out/run-batch_id.jsonl.gz", **in_batches),
        "day": lambda: Delivered("out/%(day)s.jsonl.gz", "feeds/file/out/day.jsonl.gz"),
        "s3": lambda: Delivered(remote, "feeds/s3/news/PREFIX/run-batch_id.jsonl.gz", s3, **in_batches),
        "s3 and redis": lambda: Delivered(
            remote, "feeds/s3/news/PREFIX/run-batch_id.jsonl.gz", s3, **in_batches, **store()
        ),
    }
    _kill_crawls(forms[name], archive, tmp_path, random.Random(f"{SEED} {name}"), max(3, KILLS // 20))


def _kill_crawls(
    form: Callable[[], Form], archive: tuple[Path, list[str]], folder: Path, chance: random.Random, kills: int
) -> None:
    """Kill crawls until there are so many kills, each crawl on a feed of its own."""
    crawls, harmed = 0, Counter[str]()
    while not crawls or harmed.total() < kills:
        place = folder / str(crawls)
        place.mkdir()
        harmed += _killed_over_and_over(form(), archive, place, chance, kills - harmed.total())
        crawls += 1
    print(f"KILL_SEED={SEED}: {harmed.total()} kills of {crawls} crawls, then harmed: {dict(harmed)}")


def _killed_over_and_over(
    form: Form, archive: tuple[Path, list[str]], folder: Path, chance: random.Random, most: int
) -> Counter[str]:
    """Kill one crawl up to ``most`` times, let it end, look at all it left; return what was done to it."""
    path, urls = archive
    feed, harmed = folder / form.feed, Counter[str]()
    command = [*COMMAND[:-1], form.output]
    settings = {"REPLAY_FROM": path, **form.settings}
    for _ in range(most):
        if _kill_at_random(scrapy_command(*command, settings=settings), form, feed, chance):
            break
        harmed[_harm(feed, chance)] += 1
    torn = not _ends_whole(feed)
    with open_lines(feed) as there:
        whole = sum(line.endswith(b"\n") for line in there)
    done = scrapy(*command, cwd=folder, settings=settings, environment=form.environment)
    lines = form.lines(folder)
    assert Counter(line["url"] for line in lines) == Counter(urls)
    assert len({line["id"] for line in lines}) == PAGES
    told = [f"{count:>6} already in the feed" in done.stderr for count in (whole, whole - torn)]
    assert any(told), done.stderr  # the last line of a torn compressed file can be read, though not be kept
    manifest = json.loads(beside(feed, ".manifest.json").read_text("utf-8"))
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


def _kill_at_random(command: list[str], form: Form, feed: Path, chance: random.Random) -> bool:
    """Start the crawl and kill it after some lines more; return whether it had come to its end before."""
    size = feed.stat().st_size if feed.exists() else 0
    folder = next(folder for folder in feed.parents if folder.name.isdigit())
    crawl = subprocess.Popen(command, cwd=folder, env=scrapy_environment(folder, form.environment),
                             stderr=subprocess.DEVNULL)  # fmt: skip
    deadline = time.monotonic() + 60
    more = chance.randrange(max(1, 3 * PAGES * form.size // (2 * PER_CRAWL)))
    while crawl.poll() is None and time.monotonic() < deadline:
        if feed.exists() and feed.stat().st_size >= size + more:
            time.sleep(chance.random() * 0.01)
            break
        time.sleep(0.001)
    crawl.send_signal(signal.SIGKILL)
    return crawl.wait() != -signal.SIGKILL


def _harm(feed: Path, chance: random.Random) -> str:
    """Do to the files what a power cut may: return what."""
    index = beside(feed, ".seen.db")
    harm = chance.choice(("nothing", "nothing", "tail torn", "index gone", "index torn", "manifest gone"))
    if harm == "tail torn" and feed.exists() and feed.stat().st_size > _safe(feed) + 100:
        os.truncate(feed, feed.stat().st_size - chance.randrange(1, 100))
    elif harm == "index gone":
        for path in feed.parent.glob(f"{index.name}*"):
            path.unlink()
    elif harm == "index torn" and index.exists():
        os.truncate(index, chance.randrange(index.stat().st_size + 1))
    elif harm == "manifest gone":
        beside(feed, ".manifest.json").unlink(missing_ok=True)
    return harm


def _safe(feed: Path) -> int:
    """What of a journal the disk has taken: a part was noted only after that."""
    ledger = beside(feed, ".stored.jsonl")
    noted = ledger.read_bytes().splitlines(keepends=True) if ledger.exists() else []
    return max((json.loads(line)["end"] for line in noted if line.endswith(b"\n")), default=0)


def _ends_whole(feed: Path) -> bool:
    with open_lines(feed) as lines:
        return all(line.endswith(b"\n") for line in lines) and not isinstance(lines, Members)
