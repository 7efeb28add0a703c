"""``scrapy reread``: the lines of a replayed crawl, in parallel, each once whatever happens."""

import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.project import get_project_settings

from newscrawl.archive.warc import Scan
from newscrawl.archive.writer import write_exchange
from newscrawl.feed.books import Books
from newscrawl.reread.parts import parts_of
from newscrawl.reread.run import Reread
from newscrawl.store import near
from newscrawl.store.near import text_of
from newscrawl.store.seen import digest_of
from tests.generated import DAY, RECORDED, ria_archive, ria_page, ria_urls
from tests.redis_server import RedisServer
from tests.support import ROOT, read_feed, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
HTML = [("Content-Type", "text/html; charset=utf-8")]
DIFFERS = {"run_id": "", "discovered_via": None}
"""Of a line read again: the run, and the listing, which an archive's page does not name."""


def plain(feed: Path) -> list[str]:
    return sorted(json.dumps(line | DIFFERS) for line in read_feed(feed))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, 400)


def test_the_lines_of_a_replayed_crawl(tmp_path: Path, archive: tuple[Path, list[str]]) -> None:
    dates = ("-a", f"since={DAY}", "-a", f"until={DAY}")
    scrapy("crawl", "ria", *dates, "-o", "crawl.jsonl", cwd=tmp_path, settings={"REPLAY_FROM": archive[0]})
    done = scrapy("reread", archive[0], "-o", "reread.jsonl", "--jobs", "2", cwd=tmp_path)
    assert plain(tmp_path / "reread.jsonl") == plain(tmp_path / "crawl.jsonl")
    assert "400 new" in done.stderr
    assert scrapy("validate", "reread.jsonl", cwd=tmp_path).stdout.endswith("400 lines, no faults\n")
    manifest = json.loads((tmp_path / "reread.manifest.json").read_text("utf-8"))
    crawled = json.loads((tmp_path / "crawl.manifest.json").read_text("utf-8"))
    assert (manifest["state"], manifest["outcomes"]["pending"]) == ("finished", 0)
    assert manifest["fields"] == crawled["fields"]
    again = scrapy("reread", archive[0], "-o", "reread.jsonl", cwd=tmp_path)
    assert "0 new" in again.stderr
    assert "1 parts read before" in again.stderr
    assert len(read_feed(tmp_path / "reread.jsonl")) == 400
    scrapy("reread", archive[0], "-O", "reread.jsonl", cwd=tmp_path)
    assert len(read_feed(tmp_path / "reread.jsonl")) == 400


def test_the_sample_archive_of_all_sites(tmp_path: Path) -> None:
    for site in ("baoquocte", "ria", "kcna", "vietnam_vn"):
        scrapy("crawl", site, "-a", "languages=all", "-o", "crawl.jsonl", cwd=tmp_path, check=False,
               settings={"REPLAY_FROM": ROOT / "samples"})  # fmt: skip
    scrapy("reread", ROOT / "samples", "-o", "reread.jsonl", cwd=tmp_path)
    crawled, reread = (
        {line["id"]: line for line in read_feed(tmp_path / name)} for name in ("crawl.jsonl", "reread.jsonl")
    )
    assert reread.keys() == crawled.keys()
    # Of one article at two addresses (an AMP twin) the first in the archive counts, in a crawl the first listed.
    same = [name for name in reread if reread[name]["warc_record"] == crawled[name]["warc_record"]]
    assert len(same) > 0.8 * len(reread)
    assert all(reread[name] | DIFFERS == crawled[name] | DIFFERS for name in same)


def test_fingerprints_are_the_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer makes none; what it was sent, and remembers, is what it would have made of the same lines."""
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(near, "fingerprint", None)
        reread = Reread(tmp_path / "out.jsonl", jobs=1, overwrite=False, revisions=False, settings={"QUIET": True})
        reread.run(sorted((ROOT / "samples").glob("*.warc.gz")))
    assert not reread.books.faults
    made = filter(None, map(text_of, read_feed(tmp_path / "out.jsonl")))
    with closing(sqlite3.connect(tmp_path / "out.seen.db")) as index:
        remembered = index.execute("SELECT id, day, print FROM texts").fetchall()
    assert {(bytes.fromhex(id_), date.fromisoformat(day).toordinal(), print_) for id_, day, print_ in made} == set(
        remembered
    )
    assert len(remembered) > 10


def others(path: Path) -> None:
    """An archive as Common Crawl's: WARC 1.0, hosts that no spider knows, and what is no page."""
    at = datetime(2024, 9, 14, tzinfo=UTC)
    page = (
        '<html lang="en"><head><title>Ferry timetable</title><meta property="og:type" content="article">'
        '<meta property="og:title" content="The ferry has a new timetable"><meta property="article:published_time"'
        ' content="2024-09-13T10:00:00+02:00"></head><body><article><h1>The ferry has a new timetable</h1>'
        + "<p>The ferry across the bay leaves every half hour from Monday, the company said in the harbour office.</p>"
        * 4
        + "</article></body></html>"
    ).encode()
    packed = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Crawler-Transfer-Encoding", "chunked")]
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    with path.open("wb") as file:

        def add(url: str, body: bytes = page, status: int = 200, headers: Any = HTML, **more: Any) -> None:
            write_exchange(file, url=url, status=status, headers=headers, body=body, date=at, **more)  # fmt: skip

        add("https://ferry.example/news/timetable", gzip.compress(page, mtime=0), headers=packed)
        add(
            "https://harbour.example/a",
            chunks.replace(b"ferry", b"tram"),
            headers=[*HTML, ("Transfer-Encoding", "chunked")],
        )
        add("https://ferry.example/logo.png", b"\x89PNG", headers=[("Content-Type", "image/png")])
        add("https://ferry.example/gone", b"", 404)
        add("https://ferry.example/", b"<html><body><a href='/news'>News</a></body></html>")
        add(ria_urls(1)[0], ria_page(ria_urls(1)[0]))
        add("https://ria.ru/economy/", b"<html></html>")
        add(
            "https://ria.ru/20240913/most-1972500009.html",
            b"<html><body><a %s></body></html>" % b" ".join(b"x%d" % number for number in range(200_000)),
        )
    text = gzip.decompress(path.read_bytes()).replace(b"WARC/1.1\r\n", b"WARC/1.0\r\n")
    path.with_suffix("").write_bytes(text)
    path.unlink()


def test_hosts_that_no_spider_knows(tmp_path: Path) -> None:
    others(tmp_path / "cc.warc.gz")
    (tmp_path / "cut.warc").write_bytes((tmp_path / "cc.warc").read_bytes()[:1200])
    scrapy("reread", "cc.warc", "cut.warc", "-o", "out.jsonl", cwd=tmp_path)
    lines = {line["url"]: line for line in read_feed(tmp_path / "out.jsonl")}
    ferry = "https://ferry.example/news/timetable"
    assert {url: line["site"] for url, line in lines.items()} == {
        ferry: "any_site", "https://harbour.example/a": "any_site", ria_urls(1)[0]: "ria",
    }  # fmt: skip
    assert (lines[ferry]["title"], lines[ferry]["published_on"]) == ("The ferry has a new timetable", "2024-09-13")
    assert lines[ferry]["crawled_at"] == "2024-09-14T00:00:00+00:00"
    rejects = [json.loads(line) for line in (tmp_path / "out.rejects.jsonl").read_text("utf-8").splitlines()]
    assert Counter(line["reason"] for line in rejects) == {"not_an_article": 1, "markup_too_heavy": 1}


@pytest.mark.parametrize("kills", [8])
def test_killed_over_and_over(
    tmp_path: Path, archive: tuple[Path, list[str]], kills: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the archive is read again after a kill; what of it is in the feed is there once."""
    chance = random.Random(SEED)
    feed = tmp_path / "out.jsonl"
    command = scrapy_command("reread", archive[0], "-o", "out.jsonl", "--jobs", "2")
    for _ in range(kills):
        process = subprocess.Popen(command, cwd=tmp_path, env=scrapy_environment(tmp_path), stderr=subprocess.DEVNULL)
        size = feed.stat().st_size if feed.exists() else 0
        more, deadline = chance.randrange(200_000), time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if feed.exists() and feed.stat().st_size > size + more:
                break
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if feed.exists() and chance.random() < 0.5:
            os.truncate(feed, max(0, feed.stat().st_size - chance.randrange(50)))
    print(f"KILL_SEED={SEED}")
    done = scrapy("reread", archive[0], "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert Counter(line["url"] for line in read_feed(feed)) == Counter(archive[1])


def test_full_disk(tmp_path: Path, archive: tuple[Path, list[str]]) -> None:
    limited = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); os.execv(sys.argv[1], sys.argv[1:])"
    command = scrapy_command("reread", archive[0], "-o", "out.jsonl")
    done = subprocess.run([command[0], "-c", limited, *command], cwd=tmp_path, env=scrapy_environment(tmp_path),
                          capture_output=True, text=True, check=False, timeout=100)  # fmt: skip
    assert done.returncode == 1
    assert "writing the feed failed" in done.stderr
    assert "Traceback" not in done.stderr
    scrapy("reread", archive[0], "-o", "out.jsonl", cwd=tmp_path)
    assert len(read_feed(tmp_path / "out.jsonl")) == 400


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["nowhere", "-o", "out.jsonl"], 2),
        (["-o", "out.jsonl"], 2),
        (["a.warc"], 2),
        (["a.warc", "-o", "x", "--jobs", "0"], 2),
    ],
)
def test_wrong_arguments(tmp_path: Path, given: list[str], code: int) -> None:
    done = scrapy("reread", *given, cwd=tmp_path, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.integers(0, 60_000), max_size=6), st.booleans())
def test_ranges_that_meet_give_each_record_once(tmp_path: Path, cuts: list[int], zipped: bool) -> None:
    path = tmp_path / ("a.warc.gz" if zipped else "a.warc")
    if not path.exists():
        with path.open("wb") as file:
            for number, url in enumerate(ria_urls(12)):
                body = gzip.compress(ria_page(url), mtime=0) if number % 2 else ria_page(url, 1) + b"\r\nWARC/1.0\r\nx"
                headers = [*HTML, *([("Content-Encoding", "gzip")] if number % 2 else [])]
                write_exchange(file, url=url, headers=headers, body=body, date=RECORDED, gzip=zipped)
    whole = [(record.id, begin) for record, begin, _ in Scan(path)]
    bounds = [0, *sorted(cuts), path.stat().st_size]
    parts = [Scan(path, start, end) for start, end in pairwise(bounds)]
    assert [(record.id, begin) for part in parts for record, begin, _ in part] == whole
    assert len(whole) == 24
    assert sum(part.damaged for part in parts) == 0


def test_parts_of_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    (tmp_path / "b").touch()
    (tmp_path / "c").write_bytes(b"x" * 201)
    parts = [(Path(part.path).name, part.start, part.end) for part in parts_of([tmp_path / n for n in "abc"], 100)]
    assert parts == [("a", 0, 100), ("b", 0, 100), ("c", 0, 100), ("c", 100, 200), ("c", 200, 300)]


@pytest.mark.slow
def test_what_another_run_has_claimed_is_read_again_later(
    redis: RedisServer, tmp_path: Path, archive: tuple[Path, list[str]]
) -> None:
    """A part of which an article was not granted is no part that was read."""
    scrapy("reread", archive[0], "-o", "alone.jsonl", cwd=tmp_path)
    books = Books(Crawler(Spider, get_project_settings()))
    record = digest_of("record", books.entry_of(read_feed(tmp_path / "alone.jsonl")[7]).record)
    settings = {"SEEN_STORE": redis.url}
    with redis.client() as client:
        client.hset("newscrawl:claims", record, f"{int(time.time()) + 3600} another:feed")
        refused = scrapy("reread", archive[0], "-o", "out.jsonl", cwd=tmp_path, settings=settings, check=False)
        assert refused.returncode == 1
        assert "another run's; the same command again" in refused.stderr
        assert len(read_feed(tmp_path / "out.jsonl")) == 399
        client.hdel("newscrawl:claims", record)
    scrapy("reread", archive[0], "-o", "out.jsonl", cwd=tmp_path, settings=settings)
    assert Counter(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == Counter(archive[1])


@pytest.mark.slow
def test_a_shared_store_that_goes_away(tmp_path: Path, archive: tuple[Path, list[str]]) -> None:
    with RedisServer(tmp_path) as redis:
        command = scrapy_command("reread", archive[0], "-o", "out.jsonl", settings={"SEEN_STORE": redis.url})
        run = subprocess.Popen(
            command, cwd=tmp_path, env=scrapy_environment(tmp_path), stderr=subprocess.PIPE, text=True
        )
        feed, deadline = tmp_path / "out.jsonl", time.monotonic() + 120
        while not (feed.exists() and feed.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.001)
        redis.stop()
        _, said = run.communicate(timeout=120)
        assert run.returncode == 1, said
        assert "is lost" in said
        assert "Traceback" not in said
        assert 0 < len(read_feed(feed)) < 400
        assert "(store_lost)" in said
        redis.start()
        settings = {"SEEN_STORE": redis.url}
        scrapy("remember", feed.name, cwd=tmp_path, settings=settings)
        scrapy("reread", archive[0], "-o", feed.name, cwd=tmp_path, settings=settings)
        assert Counter(line["url"] for line in read_feed(feed)) == Counter(archive[1])
