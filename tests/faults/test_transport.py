"""Answers that are damaged on the way, and servers that are not who they say: what comes of each is in the books."""

import gzip
import json
import socket
import threading
from pathlib import Path

import pytest

from tests.generated import ria_page, ria_urls
from tests.loopback import Answer, Loopback
from tests.support import read_feed, scrapy
from tests.test_live import DATES, FAST, HTML, Run, world

pytestmark = pytest.mark.slow

GZIP = (*HTML, ("Content-Encoding", "gzip"))
SLOW_BREAKER = {"BREAKER_ERRORS": "1000"}


def test_a_page_without_length_whose_connection_ends(tmp_path: Path) -> None:
    """It may be whole; it is kept, and says that it may not be."""
    url, whole, _ = ria_urls(3)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
    page = ria_page(url)
    run = Run(tmp_path, world() | {url: Answer(raw=head + page[: len(page) * 3 // 4])})
    flags = {line["url"]: line["flags"] for line in run.lines}
    assert flags[url] == ["truncated"]
    assert flags[whole] == []


def test_gzip_that_ends_early(tmp_path: Path) -> None:
    cut, whole, members = ria_urls(3)
    packed = gzip.compress(ria_page(cut))
    page = ria_page(members)
    run = Run(tmp_path, world() | {
        cut: Answer(packed[: len(packed) * 3 // 4], headers=GZIP),
        whole: Answer(gzip.compress(ria_page(whole)), headers=GZIP),
        members: Answer(gzip.compress(page[:500]) + gzip.compress(page[500:]), headers=GZIP),
    })  # fmt: skip
    flags = {line["url"]: line["flags"] for line in run.lines}
    assert "truncated" in flags[cut]
    assert (flags[whole], flags[members]) == ([], [])


def test_what_claims_to_be_gzip_and_is_not(tmp_path: Path) -> None:
    url = ria_urls(3)[0]
    run = Run(tmp_path, world() | {url: Answer(ria_page(url), headers=GZIP)})
    assert len(run.lines) == 3
    assert run.lines[0]["flags"] == []


@pytest.mark.parametrize("charset", ["zip", "undefined", "punycode", "hex", "utf-9", "x" * 500])
def test_charsets_that_are_none(tmp_path: Path, charset: str) -> None:
    url = ria_urls(1)[0]
    answer = Answer(ria_page(url), headers=(("Content-Type", f"text/html; charset={charset}"),))
    (line,) = Run(tmp_path, world(1) | {url: answer}).lines
    assert "мост" in line["body"] or "город" in line["body"]


@pytest.mark.parametrize("base", ["http://x:abc/", "//x:99999/", "http://[v1", "http://ы.example:80:80/", "\x00"])
def test_base_addresses_that_are_none(tmp_path: Path, base: str) -> None:
    url = ria_urls(1)[0]
    page = ria_page(url).replace(b"<head>", f'<head><base href="{base}">'.encode())
    (line,) = Run(tmp_path, world(1) | {url: Answer(page)}).lines
    assert line["url"] == url


def test_a_certificate_of_nobody_is_not_taken(tmp_path: Path) -> None:
    with Loopback(tmp_path, world()) as server:
        settings = FAST | SLOW_BREAKER | server.settings | {"DOWNLOAD_VERIFY_CERTIFICATES": "1"}
        done = scrapy(
            "crawl",
            "ria",
            *DATES,
            "-o",
            "out.jsonl",
            cwd=tmp_path,
            check=False,
            settings=settings,
            environment=server.environment,
        )
    assert done.returncode == 1
    assert server.asked == []
    assert "no listing answered" in done.stderr


def test_a_server_that_says_nothing(tmp_path: Path) -> None:
    """Neither in the handshake nor after: the crawl ends by itself, in a failure."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        held: list[socket.socket] = []

        def accept() -> None:
            try:
                while True:
                    held.append(silent.accept()[0])
            except OSError:
                pass

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = FAST | {"HTTPPROXY_ENABLED": "1", "DOWNLOAD_TIMEOUT": "1", "RETRY_TIMES": "0"}
        done = scrapy("crawl", "ria", *DATES, "-o", "out.jsonl", cwd=tmp_path, check=False, timeout=40, settings=settings,
                      environment={"http_proxy": address, "https_proxy": address})  # fmt: skip
        silent.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    for connection in held:
        connection.close()
    assert done.returncode == 1
    assert held
    assert read_feed(tmp_path / "out.jsonl") == []


def test_what_a_page_says_forges_no_line_of_the_log(tmp_path: Path) -> None:
    """Line ends, escape sequences and direction marks of a title: not in the log, not on the terminal, not in the rejects."""
    url = ria_urls(1)[0]
    evil = "Title\n2026-01-01 [root] ERROR: forged\x1b[2J\x1b]0;x\x07\u202e"
    page = f"<html><head><title>{evil}</title></head><body><h1>{evil}</h1><p>short</p></body></html>"
    with Loopback(tmp_path, world(1) | {url: Answer(page.encode())}) as server:
        done = scrapy(
            "crawl",
            "ria",
            *DATES,
            "-o",
            "out.jsonl",
            "-L",
            "DEBUG",
            cwd=tmp_path,
            check=False,
            settings=FAST | server.settings,
            environment=server.environment,
        )
    assert not [line for line in done.stderr.splitlines() if "forged" in line and line.startswith("2026-01-01")]
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr
    (line,) = (tmp_path / "out.rejects.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["url"] == url


def test_item_values_never_become_paths(tmp_path: Path) -> None:
    done = scrapy("crawl", "../escaped", "-o", "out.jsonl", cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_what_a_page_asks_of_robots_is_in_its_line(tmp_path: Path) -> None:
    """``X-Robots-Tag`` and the meta tag: written as flags, whoever else is addressed not; links are followed by listings alone."""
    urls = ria_urls(5)
    said = [("X-Robots-Tag", "noindex, nofollow"), ("X-Robots-Tag", "otherbot: noarchive"), ("X-Robots-Tag", "unavailable_after: 25 Jun 2010, noarchive")]  # fmt: skip
    pages = {url: Answer(ria_page(url), headers=(*HTML, tag)) for url, tag in zip(urls, said, strict=False)}
    for url, name in zip(urls[3:], ("robots", "newscrawl"), strict=True):
        meta = f'<head><meta name="{name}" content="{"none" if name == "robots" else "NoArchive"}">'
        pages[url] = Answer(ria_page(url).replace(b"<head>", meta.encode()))
    flags = {line["url"]: line["flags"] for line in Run(tmp_path, world(5) | pages).lines}
    assert [flags[url] for url in urls] == [["noindex"], [], ["noarchive"], ["noarchive", "noindex"], ["noarchive"]]
