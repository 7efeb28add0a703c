"""Servers that mean harm, on loopback: each costs its page or listing, is in the books, and the crawl goes on."""

import gzip
import itertools
import json
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from scrapy.utils._compression import zstd

from newscrawl.crawl import listings, sources
from newscrawl.crawl.listings import NotAListing, read_json, read_section, read_xml
from newscrawl.crawl.sources import Ask, Sitemap, Window
from newscrawl.text.dates import NO_FACTS
from tests.generated import DAY, ria_page, ria_sitemap, ria_urls
from tests.loopback import Answer, Asked, Loopback, redirect
from tests.support import read_feed, scrapy_command, scrapy_environment
from tests.test_live import DATES, FAST, HTML, LIST, SITEMAP, world

pytestmark = pytest.mark.slow

MB = 1 << 20
BASE = "https://a.example/"
XML = (("Content-Type", "application/xml"),)
MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


class Run:
    """A finished crawl of ria.ru with the largest memory it took."""

    def __init__(self, folder: Path, answers: Any, **settings: str) -> None:
        with Loopback(folder, answers) as server:
            command = scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl",
                                     settings=FAST | {"RETRY_TIMES": "0", "DOWNLOAD_TIMEOUT": "2", "BREAKER_ERRORS": "1000"} | server.settings | settings)  # fmt: skip
            started = time.monotonic()
            done = subprocess.run([command[0], "-c", MEASURED, *command], cwd=folder, capture_output=True, text=True, timeout=300,
                                  check=False, env=scrapy_environment(folder, server.environment))  # fmt: skip
            self.seconds = time.monotonic() - started
            self.server = server
        self.code, self.said = done.returncode, done.stderr
        self.megabytes = int(done.stdout.split()[-1]) // 1024
        self.urls = sorted(line["url"] for line in read_feed(folder / "out.jsonl"))
        rejects = folder / "out.rejects.jsonl"
        lines = rejects.read_text("utf-8").splitlines() if rejects.exists() else []
        self.rejects = {line["url"]: line for line in map(json.loads, lines)}
        self.reasons = {url: line["reason"] for url, line in self.rejects.items()}
        self.manifest = json.loads((folder / "out.manifest.json").read_text("utf-8"))


def encoded(name: str, body: bytes) -> Answer:
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress, "deflate": zlib.compress, "br": lambda raw: brotli.compress(raw, quality=5),
        "zstd": zstd.compress, "gzip, gzip": lambda raw: gzip.compress(gzip.compress(raw)),
    }  # fmt: skip
    return Answer(pack[name](body), headers=(*HTML, ("Content-Encoding", name)))


def endless() -> Iterator[bytes]:
    return itertools.repeat(b"<p>more of the same, without end</p>" * 500)


def slow() -> Iterator[bytes]:
    while True:
        yield b"<p>"
        time.sleep(0.1)


BOMB = b"<p>x" + b" " * (64 * MB)
PAGES: list[tuple[str, Callable[[], Answer], str]] = [
    ("bomb, gzip", lambda: encoded("gzip", BOMB), "page_too_large"),
    ("bomb, deflate", lambda: encoded("deflate", BOMB), "page_too_large"),
    ("bomb, br", lambda: encoded("br", BOMB), "page_too_large"),
    ("bomb, zstd", lambda: encoded("zstd", BOMB), "page_too_large"),
    ("bomb in a bomb", lambda: encoded("gzip, gzip", BOMB), "page_too_large"),
    ("a hundred encodings", lambda: Answer(b"x", headers=(("Content-Encoding", ", ".join(["gzip"] * 100)),)), "download_failed"),
    ("false encoding", lambda: Answer(b"<p>x", headers=(*HTML, ("Content-Encoding", "gzip"))), "no_title"),
    ("endless body", lambda: Answer(drip=endless), "page_too_large"),
    ("length of a terabyte", lambda: Answer(b"<p>", cut=1 << 40), "page_too_large"),
    ("slow body", lambda: Answer(drip=slow), "download_failed"),
    ("silence", lambda: Answer(b"", wait=4), "download_failed"),
    ("endless headers", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Some-Header: yes\r\n" * 3_000_000), "download_failed"),
    ("one header of 1 MB", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * MB + b"\r\n\r\n"), "download_failed"),
    ("a folded header", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\nX: y\r\n" + b" y\r\n" * MB), "download_failed"),
    ("continue for ever", lambda: Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * MB), "download_failed"),
    ("no HTTP", lambda: Answer(raw=b"\x16\x03\x01" * 100), "download_failed"),
    ("bad length", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<p>"), "download_failed"),
    ("chunk of 16 exabytes", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"), "download_failed"),
]  # fmt: skip


LONG_HEADS = ("endless headers", "a folded header", "continue for ever")


def test_pages(tmp_path: Path) -> None:
    """All in one crawl, before and after good pages."""
    good, bad = ria_urls(len(PAGES) + 4)[len(PAGES) :], ria_urls(len(PAGES))
    table = world(len(PAGES) + 4)
    table[SITEMAP] = Answer(ria_sitemap([*good[:2], *bad, *good[2:]]))
    table |= {url: answer() for url, (_, answer, _) in zip(bad, PAGES, strict=True)}
    run = Run(tmp_path, table)
    expected = {name: reason for name, _, reason in PAGES}
    assert {name: run.reasons.get(url) for url, (name, _, _) in zip(bad, PAGES, strict=True)} == expected
    long_heads = [url for url, (name, _, _) in zip(bad, PAGES, strict=True) if name in LONG_HEADS]
    assert len(long_heads) == 3
    assert {"bytes of headers" in run.rejects[url]["detail"] for url in long_heads} == {True}
    assert run.urls == sorted(good)
    assert (run.code, run.manifest["outcomes"]["pending"]) == (0, 0)
    assert "Traceback" not in run.said
    assert run.megabytes < 350
    assert run.seconds < 20


def test_redirects_without_end(tmp_path: Path) -> None:
    """To itself, round and round, ever on, and to one that answers at the second visit."""
    itself, ring, on, patient = ria_urls(4)
    table = world(4) | {itself: redirect(itself), patient: [redirect(patient), Answer(ria_page(patient))]}

    def answer(asked: Asked) -> Answer | None:
        path, _, query = asked.url.partition("?")
        if path == ring:
            return redirect(ring + "?a" if query != "a" else ring)
        if path == on:
            return redirect(f"{on}?{int(query or 0) + 1}")
        found = table.get(asked.url)
        return found.pop(0) if isinstance(found, list) else found

    run = Run(tmp_path, answer)
    assert run.reasons == dict.fromkeys((itself, ring, on), "download_failed")
    assert run.urls == [patient]
    assert [sum(url.startswith(page) for url in run.server.urls()) for page in (itself, ring, on)] == [6, 6, 6]


THREE = ria_sitemap(ria_urls(3))
LAUGHING = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
LISTINGS: list[tuple[str, Callable[[], Answer], str]] = [
    ("gzip file, no bomb", lambda: Answer(gzip.compress(THREE), headers=XML), ""),
    ("gzip file", lambda: Answer(gzip.compress(THREE + b" " * 100 * MB), headers=XML), "cut"),
    ("gzip file, no type", lambda: Answer(gzip.compress(THREE + b" " * 100 * MB), headers=()), "cut"),
    ("gzip file in gzip", lambda: encoded("gzip", gzip.compress(THREE + b" " * 100 * MB)), "cut"),
    ("gzip of tags", lambda: Answer(gzip.compress(THREE.replace(b"</urlset>", b"<a/>" * 15 * MB)), headers=XML), "cut"),
    ("gzip encoding", lambda: encoded("gzip", b" " * 100 * MB), "download_failed"),
    ("br encoding", lambda: encoded("br", b" " * 100 * MB), "download_failed"),
    ("60 MB", lambda: Answer(b" " * 60 * MB), "failed"),
    ("endless", lambda: Answer(drip=endless), "failed"),
    ("slow", lambda: Answer(drip=slow), "failed"),
    ("redirect to itself", lambda: redirect(SITEMAP), "failed"),
    ("HTML of 20 MB", lambda: Answer(b"<html>" + b"<p>" * 7 * MB), "failed"),
    ("an external entity", lambda: Answer(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://ria.ru/20240913/x-&e;1972500009.html</loc></url></urlset>', headers=XML), "empty"),
    ("laughs", lambda: Answer(f'<!DOCTYPE x [<!ENTITY e0 "ha">{LAUGHING}]><urlset><url><loc>&e11;</loc></url></urlset>'.encode(), headers=XML), "failed"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "end"), [case[1:] for case in LISTINGS], ids=[case[0] for case in LISTINGS])
def test_listings(tmp_path: Path, answer: Callable[[], Answer], end: str) -> None:
    """The other listing still answers; what is lost is said."""
    url = ria_urls(4)[3]
    other = Answer(f'<html><body><a class="list-item__title" href="{url}">x</a></body></html>'.encode())
    run = Run(tmp_path, world(4) | {SITEMAP: answer(), LIST: other})
    assert run.urls == sorted([*(ria_urls(3) if end in ("", "cut") else []), url])
    assert ("listings failed" in run.said) == (end not in ("", "empty"))
    assert "Traceback" not in run.said
    assert run.megabytes < 500


def read(body: bytes) -> listings.Listing:
    return read_xml(body, BASE, NO_FACTS)


DTD = b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd' [%s]>"
LAUGHS = DTD % b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha" * 50) for n in range(12))
PARAMETERS = DTD % (
    b"<!ENTITY %% a \"<!ENTITY b SYSTEM 'file:///etc/passwd'>\">%a;" + b'<!ENTITY %% x SYSTEM "file:///etc/passwd">%x;'
)
GOOD = b"<url><loc>https://a.example/1</loc></url>"
XML_BOMBS: dict[str, Callable[[], bytes]] = {
    "laughs in an element": lambda: LAUGHS + b"<urlset><url><loc>&e11;</loc></url>" + GOOD + b"</urlset>",
    "laughs in a title": lambda: LAUGHS + b"<rss><item><title>&e11;</title><link>https://a.example/1</link></item></rss>",
    "laughs in an attribute": lambda: LAUGHS + b'<feed><entry><link href="https://a.example/&e11;"/></entry><entry><link href="https://a.example/1"/></entry></feed>',
    "external entity": lambda: DTD % b'<!ENTITY e SYSTEM "file:///etc/passwd">' + b"<urlset><url><loc>https://a.example/&e;</loc></url>" + GOOD + b"</urlset>",
    "parameter entities": lambda: PARAMETERS + b"<urlset>" + GOOD + b"<url><loc>https://a.example/&b;</loc></url></urlset>",
    "one long entity, often": lambda: DTD % (b'<!ENTITY e "' + b"x" * MB + b'">') + b"<urlset><url><loc>" + b"&e;" * 10_000 + b"</loc></url>" + GOOD + b"</urlset>",
    "depth": lambda: b"<urlset>" + GOOD + b"<url>" * 500_000,
    "entries in entries": lambda: b"<rss><item><link>https://a.example/1</link></item>" + b"<item><title>" * 120 + b"<a>t</a>" * 2_000_000,
    "a title in titles": lambda: b"<rss><item><link>https://a.example/1</link></item>" + b"<item><link>https://a.example/1</link><title>" * 120 + b"x y" * 3 * MB + b"</title></item>" * 120 + b"</rss>",
    "an entry of a million elements": lambda: b"<urlset>" + GOOD + b"<url>" + b"<a>t</a>" * 1_000_000 + b"</url></urlset>",
    "a tag of 100,000 attributes": lambda: b"<urlset>" + GOOD + b"<url " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/></urlset>",
    "namespaces": lambda: b"<urlset>" + GOOD + b"<url " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(20_000)) + b"/></urlset>",
    "a text of 50 MB": lambda: b"<urlset>" + GOOD + b"<url><loc>" + b"a" * 50 * MB + b"</loc></url></urlset>",
    "comments": lambda: b"<urlset>" + GOOD + b"<!-- -->" * 1_000_000 + b"</urlset>",
    "instructions": lambda: b"<urlset>" + GOOD + b"<?x y?>" * 1_000_000 + b"</urlset>",
    "15 million tags": lambda: b"<urlset>" + GOOD + b"<a/>" * 15 * MB + b"</urlset>",
}  # fmt: skip
CUT = {"laughs in an element", "laughs in a title", "laughs in an attribute", "parameter entities", "one long entity, often",
       "depth", "entries in entries", "an entry of a million elements", "a text of 50 MB", "15 million tags"}  # fmt: skip


@pytest.mark.parametrize("name", XML_BOMBS)
def test_xml_that_would_grow(name: str) -> None:
    """It is read, or said to be cut; nothing of this machine is, and all in no time."""
    body = XML_BOMBS[name]()
    started = time.process_time()
    try:
        listing = read(body)
    except NotAListing:
        listing = listings.Listing(cut=True)
    assert time.process_time() - started < 4
    found = [link.url for link in listing.links]
    assert "https://a.example/1" in found or listing.cut
    assert listing.cut == (name in CUT)
    assert not [url for url in found if "root" in url or len(url) > 2100]


def test_sitemap_of_a_million_entries() -> None:
    body = (
        b"<urlset>"
        + b"".join(b"<url><loc>https://a.example/%d</loc></url>" % n for n in range(1_000_000))
        + b"</urlset>"
    )
    started = time.process_time()
    listing = read(body)
    assert time.process_time() - started < 5
    assert (len(listing.links), listing.links[-1].url, listing.cut) == (50_000, "https://a.example/49999", True)
    listing = read(body.replace(b"https", b"ftp"))
    assert (len(listing.links), listing.skipped, listing.cut) == (0, 50_000, True)


def test_more_attributes_than_may_be() -> None:
    with pytest.raises(NotAListing, match="attributes"):
        read(b"<urlset " + b"=" * (listings.MAX_ATTRIBUTES + 1) + b"/>")


def section(body: bytes, **kwargs: Any) -> listings.Listing:
    return read_section(
        body, BASE, **({"link": "a", "next_page": None, "day": None, "entry": None, "dates": NO_FACTS} | kwargs)
    )


@pytest.mark.parametrize(
    ("body", "entry"),
    [(b"<a href=/1>x</a>" * 500_000, None), (b"<div>" * 2000 + b"<a href=x:y>x</a>" * 400_000, "div"),
     (b"<div>" * 2000 + b"<p>" * 200_000 + b"1 at 2:3 of 4/5 and 6-7 or 8.9 in 10" * 5, "div"), (b"<div>" * 9 + b"<p>1 at 2:3 of 4/5 and 6-7 or 8</p>" * 200_000, "div"), (b"<a href=/1>" * 100_000 + b"x" * MB, None)],
)  # fmt: skip
def test_page_of_links_that_would_grow(body: bytes, entry: str | None) -> None:
    started = time.process_time()
    found = section(body, entry=entry, day="p" if entry else None)
    assert time.process_time() - started < 5
    assert len(found.links) <= listings.MAX_ENTRIES


@pytest.mark.parametrize("body", [b"<p>" * 3 * MB, b"<a " + b" ".join(b"a%d" % n for n in range(160_000)) + b">"])
def test_page_of_links_that_is_not_parsed(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(NotAListing):
        section(body)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [' + b"{}," * 3_000_000 + b"{}]}",
        b"[" * 100_000,
        b'{"items": ' * 50_000,
        b"9" * MB,
        b'{"items": [NaN]}',
    ],
)
def test_json_that_would_grow(body: bytes) -> None:
    started = time.process_time()
    try:
        found = read_json(body, BASE, NO_FACTS, items="items", url="url", day=None)
    except NotAListing:
        found = listings.Listing()
    assert (time.process_time() - started < 2, found.links) == (True, ())


def test_json_of_nine_megabytes_is_not_parsed() -> None:
    with pytest.raises(NotAListing, match="bytes of JSON"):
        read_json(b'{"items": [' + b"{}," * 3 * MB + b"{}]}", BASE, NO_FACTS, items="items", url="url", day=None)


def test_endless_lists_are_left() -> None:
    """A calendar, numbered pages, a cursor, an index of indexes: each page names another one."""
    window = Window(None, DAY)
    page = b'<a class=next href="/next">x</a><a href="/story">x</a>'
    lists: list[tuple[Any, Ask, bytes]] = [
        (sources.Section(BASE + "{page}", link="a"), Ask(BASE + "1"), page),
        (sources.Section(BASE, link="a", next_page="a.next"), Ask(BASE), page),
        (sources.JsonList(BASE + "{page}"), Ask(BASE + "1"), b'{"items": [{"url": "/x"}]}'),
        (Sitemap(BASE), Ask(BASE), b"<sitemapindex><sitemap><loc>/next</loc></sitemap></sitemapindex>"),
        (sources.DayArchive(BASE + "{day}", link="a", next_page="a.next"), Ask(BASE), page),
    ]
    for source, ask, body in lists:
        for number in range(1000):
            _, asks = source.read(body, Ask(f"{BASE}{number}", depth=ask.depth), window, NO_FACTS)
            if not asks:
                break
            ask = asks[0]
        assert number <= 200, source


def test_index_of_indexes_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every index names fifty new ones; depth and number bound what is asked for, and it is said."""
    from tests.test_any_site import HOME

    def answer(asked: Asked) -> Answer | None:
        if asked.url.endswith("robots.txt"):
            return Answer(f"Sitemap: {HOME}/map.xml".encode())
        if "/map" not in asked.url:
            return Answer(b"<html></html>")
        rows = "".join(f"<sitemap><loc>{asked.url[:-4]}-{n}.xml</loc></sitemap>" for n in range(50))
        return Answer(
            f"<sitemapindex><sitemap><loc>{asked.url}</loc></sitemap>{rows}</sitemapindex>".encode(), headers=XML
        )

    patch = tmp_path / "sitecustomize.py"
    patch.write_text("from newscrawl.crawl import spider\nspider.MAX_LISTINGS = 100\n")
    with Loopback(tmp_path, answer) as server:
        command = scrapy_command("crawl", "any_site", "-a", f"url={HOME}/", "-o", "out.jsonl",
                                 settings=FAST | server.settings)  # fmt: skip
        environment = scrapy_environment(tmp_path, server.environment)
        environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
    assert len(set(server.urls())) == len(server.urls())
    assert 90 <= len(server.urls()) <= 120
    assert "leads to more than 100 listings" in done.stderr


def test_more_pages_than_a_run_asks_for(tmp_path: Path) -> None:
    """The run says so and is no complete one; the same command again goes on where it stopped."""
    (tmp_path / "sitecustomize.py").write_text("from newscrawl.crawl import spider\nspider.MAX_PAGES = 4\n")
    outcomes = []
    with Loopback(tmp_path, world(10)) as server:
        for _ in range(3):
            command = scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=FAST | server.settings)
            environment = scrapy_environment(tmp_path, server.environment)
            environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
            done = subprocess.run(
                command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False, env=environment
            )
            outcomes.append(
                (
                    done.returncode,
                    len(read_feed(tmp_path / "out.jsonl")),
                    "the listings name more than 4" in done.stderr,
                )
            )
    assert outcomes == [(1, 4, True), (1, 8, True), (0, 10, False)]
