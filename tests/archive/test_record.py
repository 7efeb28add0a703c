"""What a crawl records gives the same lines again, whatever happened to the crawl."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from newscrawl.archive.warc import Archive
from tests.generated import DAY, ria_listings, ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback, redirect
from tests.support import read_feed, scrapy, scrapy_command, scrapy_environment

COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}")
FAST = {"DOWNLOAD_DELAY": "0", "RETRY_TIMES": "1", "DOWNLOAD_TIMEOUT": "5"}
URLS = ria_urls(9)
ROBOTS = "https://ria.ru/robots.txt"


def site() -> dict[str, Any]:
    """A site with a redirect, an error, a cut page, gzip, one page at two addresses, and odd headers."""
    html = ("Content-Type", "text/html; charset=utf-8")
    pages: dict[str, Any] = {url: Answer(ria_page(url)) for url in URLS}
    moved = f"{URLS[0].removesuffix('.html')}9.html"
    pages[moved] = pages[URLS[0]]
    pages[URLS[0]] = redirect(moved)
    pages[URLS[1]] = Answer(b"gone", 404)
    pages[URLS[2]] = Answer(gzip.compress(ria_page(URLS[2])), headers=(html, ("Content-Encoding", "gzip")))
    pages[URLS[3]] = Answer(
        ria_page(URLS[3]), headers=(html, ("X-Odd", "caf\xe9"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    )
    pages[URLS[5]] = Answer(ria_page(URLS[4]))
    pages |= {url: Answer(body, headers=(("Content-Type", "text/xml"),)) for url, body in ria_listings(URLS).items()}
    return pages | {ROBOTS: Answer(b"User-agent: *\nDisallow: /private/\n")}


def plain(feed: Path) -> list[str]:
    return sorted(json.dumps(line | {"run_id": ""}) for line in read_feed(feed))


def rejects(feed: Path) -> Counter[tuple[str, str]]:
    lines = [json.loads(line) for line in feed.with_name("out.rejects.jsonl").read_text("utf-8").splitlines()]
    return Counter((line["url"], line["reason"]) for line in lines)


def checked(folder: Path) -> list[Path]:
    """The folder's archives, each found sound by warcio's own checker."""
    files = sorted(folder.glob("*.warc.gz"))
    for path in files:
        checker = Checker(type("Options", (), {"inputs": [str(path)], "verbose": False})())
        checker.process_all()
        assert checker.exit_value == 0, path
    return files


def test_a_recorded_crawl_gives_the_same_lines_again(tmp_path: Path) -> None:
    live, again = tmp_path / "live", tmp_path / "again"
    live.mkdir()
    again.mkdir()
    with Loopback(tmp_path, site()) as server:
        scrapy(*COMMAND, "-o", "out.jsonl", cwd=live, environment=server.environment,
               settings=FAST | server.settings | {"RECORD_TO": "warc"})  # fmt: skip
        asked = Counter(found.url for found in server.asked)
    (path,) = checked(live / "warc")
    scrapy(*COMMAND, "-o", "out.jsonl", cwd=again, settings={"REPLAY_FROM": live / "warc"})
    lines = read_feed(live / "out.jsonl")
    assert len(lines) == 7
    assert plain(live / "out.jsonl") == plain(again / "out.jsonl")
    kinds: Counter[str] = Counter()
    found: dict[str, Any] = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            kinds[record.rec_type] += 1
            found[record.rec_headers.get_header("WARC-Record-ID")] = record
            assert record.rec_headers.protocol == "WARC/1.1"
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                asked[url] -= 1
                if url == URLS[2]:
                    assert record.http_headers.get_header("Content-Encoding") == "gzip"
                    assert record.content_stream().read() == ria_page(url)
            if record.rec_type == "revisit":
                asked[record.rec_headers.get_header("WARC-Target-URI")] -= 1
                assert record.rec_headers.get_header("WARC-Refers-To-Target-URI") in URLS[4:6]
    assert not +asked, "asked for and not recorded"
    assert kinds["request"] == kinds["metadata"] == kinds["response"] + kinds["revisit"]
    assert (kinds["warcinfo"], kinds["revisit"]) == (1, 1)
    assert all(line["warc_record"] in found for line in lines)
    manifest = json.loads((live / "out.manifest.json").read_text("utf-8"))
    assert manifest["recorded"] == {"files": 1, "exchanges": kinds["request"], "bytes": path.stat().st_size}


def test_files_are_rotated(tmp_path: Path) -> None:
    settings = FAST | {"RECORD_TO": "warc", "RECORD_MAX_MB": "0"}  # nothing fits beside anything
    with Loopback(tmp_path, site()) as server:
        scrapy(
            *COMMAND,
            "-o",
            "out.jsonl",
            cwd=tmp_path,
            environment=server.environment,
            settings=settings | server.settings,
        )
    files = checked(tmp_path / "warc")
    assert len(files) > 9
    with files[-1].open("rb") as file:
        info = next(iter(ArchiveIterator(file)))
        assert info.rec_headers.get_header("WARC-Filename") == files[-1].name
    assert len(Archive.open(tmp_path / "warc")) > 9


def test_killed_while_it_records(tmp_path: Path) -> None:
    """After kill -9 every line of the feed has its record; the next run begins a file of its own."""
    settings = FAST | {"RECORD_TO": "warc"}
    with Loopback(tmp_path, lambda asked: slow(asked)) as server:
        command = scrapy_command(*COMMAND, "-o", "out.jsonl", settings=settings | server.settings)
        crawl = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL,
                                 env=scrapy_environment(tmp_path, server.environment))  # fmt: skip
        feed, deadline = tmp_path / "out.jsonl", time.monotonic() + 60
        while not (feed.exists() and feed.read_bytes().count(b"\n") >= 3) and time.monotonic() < deadline:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGKILL)
        crawl.wait()
        (first,) = (tmp_path / "warc").glob("*.warc.gz")
        os.truncate(first, first.stat().st_size - 7)  # as a power cut may leave it
        lines = read_feed(feed)
        archive = Archive.open(tmp_path / "warc")
        assert (archive.damaged, archive.truncated) == (0, 1)
        held = [archive.get(line["url"]) for line in lines]
        assert [found.id for found in held if found] == [line["warc_record"] for line in lines][: len(held)]
        done = subprocess.run(command, cwd=tmp_path, check=False, env=scrapy_environment(tmp_path, server.environment))
    assert done.returncode == 0
    assert len(list((tmp_path / "warc").glob("*.warc.gz"))) == 2
    assert len(read_feed(feed)) == 7


def slow(asked: Asked) -> Answer | None:
    time.sleep(0.05 if "most" in asked.url else 0)
    found = site().get(asked.url)
    return found if isinstance(found, Answer) else None


def test_full_disk_ends_the_crawl(tmp_path: Path) -> None:
    """The archive alone grows over the limit: its pages hold much that gzip cannot make smaller."""
    limited = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000)); os.execv(sys.argv[1], sys.argv[1:])"
    noise = random.Random(1)
    pages = site() | {url: Answer(ria_page(url) + f"<!-- {noise.randbytes(90_000).hex()} -->".encode()) for url in URLS}
    with Loopback(tmp_path, pages) as server:
        settings = FAST | {"RECORD_TO": "warc"} | server.settings
        done = subprocess.run([sys.executable, "-c", limited, *scrapy_command(*COMMAND, settings=settings)], cwd=tmp_path,
                              env=scrapy_environment(tmp_path, server.environment), capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "record_error" in done.stderr
    assert "recording failed: [Errno 27]" in done.stderr
    (path,) = checked(tmp_path / "warc")
    assert 300_000 < path.stat().st_size <= 500_000


@pytest.mark.parametrize("settings", [{"RECORD_TO": "a", "REPLAY_FROM": "."}, {"RECORD_TO": "file/a"}])
def test_where_nothing_can_be_recorded(tmp_path: Path, settings: dict[str, str]) -> None:
    (tmp_path / "file").touch()
    done = scrapy(*COMMAND, cwd=tmp_path, check=False, settings=settings)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "RECORD_TO" in done.stderr
