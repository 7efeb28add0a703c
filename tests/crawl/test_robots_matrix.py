"""robots.txt by RFC 9309: what rules mean, what an answer that holds none means, and what is fetched at all."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.crawl.politeness import ROBOTS_PARSED, Rules, plain_rules
from tests.crawl.test_guard import attempt
from tests.dns import PUBLIC, Names
from tests.loopback import Answer, Asked, Loopback, redirect

pytestmark = pytest.mark.slow

CRAWLER: Any = SimpleNamespace(settings={"ROBOTSTXT_USER_AGENT": "newscrawl"})
OURS = "User-agent: newscrawl\n"
ANY = "User-agent: *\n"
ALL = "Disallow: /\n"
A, NO = True, False

PARSED: list[tuple[str, str | bytes, str, bool]] = [
    # --- 2.2.1: groups and names
    ("no rules", "", "/x", A),
    ("no group", "Disallow: /x\n", "/x", A),
    ("any", ANY + ALL, "/x", NO),
    ("own group goes before any", ANY + ALL + "\n" + OURS + "Disallow: /y\n", "/x", A),
    ("own group first", OURS + "Disallow: /y\n\n" + ANY + ALL, "/x", A),
    ("another's group", "User-agent: other\n" + ALL, "/x", A),
    ("another's, then any", "User-agent: other\n" + ALL + ANY + "Disallow: /y\n", "/x", A),
    ("case of the name", "User-Agent: NewsCrawl\n" + ALL, "/x", NO),
    ("case of the fields", "USER-AGENT: newscrawl\nDISALLOW: /x\n", "/x", NO),
    ("name with version", "User-agent: newscrawl/1.0\n" + ALL, "/x", NO),
    ("name that ours begins with", "User-agent: news\n" + ALL, "/x", A),
    ("name that ours ends with", "User-agent: crawl\n" + ALL, "/x", A),
    ("name that begins with ours", "User-agent: newscrawl-images\n" + ALL, "/x", A),
    ("part of our name allows", "User-agent: news\nAllow: /\n" + ANY + ALL, "/x", NO),
    ("several names, ours last", "User-agent: a\nUser-agent: newscrawl\n" + ALL, "/x", NO),
    ("several names, ours first", "User-agent: newscrawl\nUser-agent: a\n" + ALL, "/x", NO),
    ("several groups of ours are one", OURS + "Disallow: /a\n" + ANY + "Disallow: /b\n" + OURS + "Disallow: /c\n", "/c", NO),
    ("one that any alone has", OURS + "Disallow: /a\n" + ANY + "Disallow: /b\n", "/b", A),
    ("several groups of any are one", ANY + "Disallow: /a\n" + "User-agent: o\nDisallow: /b\n" + ANY + "Disallow: /c\n", "/a", NO),
    ("empty line in a group", OURS + "\n\n" + ALL, "/x", NO),
    ("empty name", "User-agent:\n" + ALL, "/x", A),
    ("rules end a list of names", "User-agent: newscrawl\nDisallow: /a\nUser-agent: b\nDisallow: /b\n", "/b", A),
    # --- 2.2.2: paths
    ("empty disallow", ANY + "Disallow:\n", "/x", A),
    ("empty allow", ANY + "Allow:\n" + ALL, "/x", NO),
    ("prefix", ANY + "Disallow: /fish\n", "/fish.html", NO),
    ("prefix, not inside", ANY + "Disallow: /fish\n", "/catfish", A),
    ("case of the path", ANY + "Disallow: /Fish\n", "/fish", A),
    ("directory", ANY + "Disallow: /fish/\n", "/fish", A),
    ("query", ANY + "Disallow: /s?q=\n", "/s?q=1", NO),
    ("query, other", ANY + "Disallow: /s?q=\n", "/s?p=1", A),
    ("longest: allow", ANY + "Disallow: /a\nAllow: /a/b\n", "/a/b/c", A),
    ("longest: disallow", ANY + "Allow: /a\nDisallow: /a/b\n", "/a/b/c", NO),
    ("order does not matter", ANY + "Allow: /a/b\nDisallow: /a\n", "/a/b/c", A),
    ("equal: allow", ANY + "Disallow: /page\nAllow: /page\n", "/page", A),
    ("robots.txt itself", ANY + ALL, "/robots.txt", A),
    ("front page alone", ANY + "Disallow: /\nAllow: /$\n", "/", A),
    ("front page alone, a page", ANY + "Disallow: /\nAllow: /$\n", "/x", NO),
    # --- 2.2.3: special characters
    ("star", ANY + "Disallow: /*.gif\n", "/a/b.gif?x", NO),
    ("star matches nothing too", ANY + "Disallow: /a*b\n", "/ab", NO),
    ("star at the end", ANY + "Disallow: /fish*\n", "/fishes", NO),
    ("two stars", ANY + "Disallow: /*/private/*/x\n", "/a/private/b/x", NO),
    ("many stars in a row", ANY + "Disallow: /a" + "*" * 500 + "b\n", "/axxb", NO),
    ("dollar", ANY + "Disallow: /*.php$\n", "/a.php", NO),
    ("dollar, more follows", ANY + "Disallow: /*.php$\n", "/a.php?x", A),
    ("dollar within", ANY + "Disallow: /a$b\n", "/a$b", NO),
    ("dollar within is no end", ANY + "Disallow: /a$b\n", "/a", A),
    ("comment", ANY + "Disallow: /a # not /b\n# Disallow: /c\n", "/a", NO),
    ("comment, the rest", ANY + "Disallow: /a # not /b\n# Disallow: /c\n", "/c", A),
    ("comment after the name", "User-agent: newscrawl # us\n" + ALL, "/x", NO),
    ("comment that names us", "User-agent: other # newscrawl\n" + ALL, "/x", A),
    # --- percent-encoding and letters
    ("encoded rule, plain address", ANY + "Disallow: /a%20b\n", "/a b", NO),
    ("letters in the rule", ANY + "Disallow: /tin-tức\n", "/tin-t%E1%BB%A9c/1", NO),
    ("encoded letters in the rule", ANY + "Disallow: /tin-t%e1%bb%a9c\n", "/tin-tức/1", NO),
    ("unreserved letter encoded", ANY + "Disallow: /%61%62\n", "/ab", NO),
    ("encoded slash is no slash", ANY + "Disallow: /a%2Fb\n", "/a/b", A),
    ("encoded star is no wildcard", ANY + "Disallow: /a%2Ab\n", "/axxb", A),
    ("bytes that are no UTF-8", b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /x\n", "/x", NO),
    # --- the file: marks, line ends, other records
    ("byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "/x", NO),
    ("CRLF", (ANY + "Disallow: /x\n").replace("\n", "\r\n"), "/x", NO),
    ("CR", (ANY + "Disallow: /x\n").replace("\n", "\r"), "/x", NO),
    ("mixed line ends", "User-agent: *\r\r\nDisallow: /a\n\rDisallow: /x", "/x", NO),
    ("no line end at the end", ANY + "Disallow: /x", "/x", NO),
    ("other line separators end no line", ANY + "Disallow: /a\u2028Disallow: /x\n", "/x", A),
    ("spaces and tabs", "  User-agent \t:\t*  \n \tDisallow :  /x \t\n", "/x", NO),
    ("no space", "User-agent:*\nDisallow:/x\n", "/x", NO),
    ("sitemap within a group", "User-agent: *\nSitemap: https://a.example/s.xml\n" + ALL, "/x", NO),
    ("sitemap between names", "User-agent: newscrawl\nSitemap: https://a.example/s\nUser-agent: b\n" + ALL, "/x", NO),
    ("unknown line within a group", ANY + "Noindex: /y\n" + ALL, "/x", NO),
    ("unknown line between names", OURS + "Foo: bar\nUser-agent: b\n" + ALL, "/x", NO),
    ("unknown line ends no group", OURS + "Disallow: /a\nFoo: x\nDisallow: /b\n", "/b", NO),
    ("delay of any, then another's ban", ANY + "Crawl-delay: 9\nUser-agent: b\n" + ALL, "/x", A),
    ("misspelt", ANY + "Dissallow: /x\n", "/x", NO),
    ("no colon", "User-agent *\nDisallow /x\n", "/x", NO),
    ("HTML", "<!DOCTYPE html><html><body><h1>Not found</h1>\n<p>Disallow: everything</p></html>", "/x", A),
    ("JSON", '{"error": "Disallow: /"}', "/x", A),
    ("UTF-16", (ANY + ALL).encode("utf-16"), "/x", A),
    ("NUL bytes", b"\x00" * 5000 + b"\nUser-agent: *\nDisallow: /\n", "/x", NO),
    ("binary", bytes(range(256)) * 100, "/x", A),
    ("a line of 100 kB, then a rule", ANY + "Disallow: /" + "y" * 100_000 + "\nDisallow: /x\n", "/x", NO),
    ("a comment of 100 kB, then a rule", "#" * 100_000 + "\n" + ANY + "Disallow: /x\n", "/x", NO),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "allowed"), [case[1:] for case in PARSED], ids=[case[0] for case in PARSED])
def test_rules(body: str | bytes, path: str, allowed: bool) -> None:
    given = body.encode() if isinstance(body, str) else body
    assert Rules.from_crawler(CRAWLER, given).allowed(f"https://a.example{path}", "newscrawl") is allowed


@pytest.mark.parametrize(
    ("body", "delay"),
    [(ANY + "Crawl-delay: 5", 5.0), (OURS + "Crawl-delay: 2.5", 2.5), (ANY + "Crawl-delay: soon", None),
     (ANY + "Crawl-delay: inf", None), (ANY + "Crawl-delay: -1", None), ("User-agent: b\nCrawl-delay: 5", None)],
)  # fmt: skip
def test_crawl_delay(body: str, delay: float | None) -> None:
    assert Rules.from_crawler(CRAWLER, body.encode()).crawl_delay("newscrawl") == delay


@pytest.mark.parametrize(
    "body",
    [ANY + "".join(f"Disallow: /{number}\n" for number in range(40_000)),
     ANY + "".join(f"Disallow: /*{number}*$\n" for number in range(30_000)),
     ANY + "Disallow: /" + "*a" * 250_000 + "\n", "User-agent: a\n" * 35_000 + ALL, "Disallow: /\n" * 40_000,
     "\n" * ROBOTS_PARSED, "\r" * ROBOTS_PARSED, " " * ROBOTS_PARSED, "user-agent" * 50_000, "allow" + " " * 500_000,
     "#" * ROBOTS_PARSED, ":" * ROBOTS_PARSED],
)  # fmt: skip
def test_half_a_megabyte_of_anything_takes_no_time(body: str) -> None:
    started = time.process_time()
    rules = Rules.from_crawler(CRAWLER, body.encode()[:ROBOTS_PARSED])
    for number in range(20):
        rules.allowed(f"https://a.example/{'a' * 1900}{number}", "newscrawl")
    assert time.process_time() - started < 5


def test_other_names_in_the_settings() -> None:
    assert plain_rules(b"User-agent: Mine\nDisallow: /", "mine") == "user-agent: mine\ndisallow: /"
    crawler: Any = SimpleNamespace(settings={"ROBOTSTXT_USER_AGENT": None, "USER_AGENT": "Mine/2.0 (us)"})
    assert not Rules.from_crawler(crawler, b"User-agent: mine\nDisallow: /").allowed("https://a.example/", "mine")


CLOSED = (ANY + ALL).encode()
PLAIN = (("Content-Type", "text/plain"),)


def drips() -> Iterator[bytes]:
    while True:
        yield b"#"
        time.sleep(0.1)


ANSWERED: list[tuple[str, Any, bool]] = [
    ("200 with a ban", Answer(CLOSED), NO),
    ("200 with none", Answer(b"User-agent: *\nDisallow: /other\n"), A),
    ("200, empty", Answer(b""), A),
    ("200, HTML", Answer(b"<html>soft 404</html>"), A),
    ("204", Answer(b"", 204), A),
    *((f"{status} with a ban in it", Answer(CLOSED, status), A) for status in (400, 401, 403, 404, 406, 408, 410, 418, 451, 499)),
    *((f"{status}", Answer(b"", status), NO) for status in (429, 500, 501, 502, 503, 504, 520, 599)),
    ("300", Answer(b"", 300), NO),
    ("304", Answer(b"", 304), NO),
    ("302 to nowhere", Answer(b"", 302), NO),
    ("connection closed", Answer(raw=b""), NO),
    ("no HTTP", Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), NO),
    ("head cut off", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/pl"), NO),
    ("body cut off", Answer(b"User-agent: *\n", cut=100), NO),
    ("drips", Answer(drip=drips), NO),
    ("too slow", Answer(CLOSED, wait=2.5), NO),
    ("endless head", Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 50_000), NO),
    ("gzip that is none", Answer(b"nothing", headers=(("Content-Encoding", "gzip"),)), A),
    ("3 MB", Answer(b"#" * 3_000_000), NO),
    ("a rule within 500 KiB", Answer(b"#\n" * 250_000 + CLOSED, headers=PLAIN), NO),
    ("a rule behind 512 KiB", Answer(b"#\n" * 262_144 + CLOSED, headers=PLAIN), A),
    ("cut in a rule", Answer(ANY.encode() + b"#" * (ROBOTS_PARSED - 26) + b"\nDisallow: /other\n"), A),
    ("redirect", "/r1", NO),
    ("five redirects", "/r5", NO),
    ("six redirects", "/r6", NO),
    ("redirect to another host", "http://rules.test:{port}/its-rules", NO),
    ("redirect to another host that lacks it", "http://rules.test:{port}/none", A),
    ("redirect to itself", "/robots.txt", NO),
    ("redirect to what is private", "http://127.0.0.1:{port}/robots.txt", NO),
    ("redirect to a file", "file:///etc/hostname", NO),
]  # fmt: skip


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Host of each case to what came of its page, all in one crawl."""
    folder = tmp_path_factory.mktemp("robots")
    hosts = [f"c{number}.test" for number in range(len(ANSWERED))]
    with Names({host: [[PUBLIC]] for host in (*hosts, "rules.test")}) as names:

        def answer(asked: Asked) -> Answer:
            host, _, path = asked.url.removeprefix("http://").partition("/")
            if path == "page":
                return Answer(b"here")
            if path == "its-rules":
                return Answer(CLOSED)
            if path == "none":
                return Answer(status=404)
            if path == "r0":
                return Answer(CLOSED)
            if path[:1] == "r" and path[1:].isdigit():
                return redirect(f"/r{int(path[1:]) - 1}")
            given = ANSWERED[int(host[1:].partition(".")[0])][1]
            if isinstance(given, str):
                given = given.removeprefix("/r")
                return redirect(f"/r{int(given) - 1}" if given.isdigit() else str(given_url(given)))
            return given

        def given_url(text: str) -> str:
            return "/robots.txt" if text == "obots.txt" else text.format(port=server.port)

        with Loopback(folder, answer, PUBLIC) as server:
            urls = [f"http://{host}:{server.port}/page" for host in hosts]
            found = attempt(folder, urls, names, public=True, DOWNLOAD_TIMEOUT="2", CONCURRENT_REQUESTS="64")
    return dict(zip(hosts, (found[url] for url in urls), strict=True))


@pytest.mark.parametrize("number", range(len(ANSWERED)), ids=[case[0] for case in ANSWERED])
def test_answers(number: int, answered: dict[str, str]) -> None:
    came = answered[f"c{number}.test"]
    if ANSWERED[number][2]:
        assert came == "here"
    else:
        expected = "private_address" if "private" in ANSWERED[number][0] else "robots"
        assert came.startswith(f"{expected}: ")


def test_host_that_does_not_answer(tmp_path: Path) -> None:
    with Names({"down.test": [[PUBLIC]]}) as names:
        with Loopback(tmp_path, {}, PUBLIC) as server:
            url = f"http://down.test:{server.port}/page"
        found = attempt(tmp_path, [url, "http://nobody.test/page"], names, public=True)
    assert found[url].startswith("robots: robots.txt could not be read (DownloadConnectionRefusedError")
    assert found["http://nobody.test/page"].startswith("robots: robots.txt could not be read (CannotResolveHostError")


def test_each_port_has_its_own_and_is_asked_once(tmp_path: Path) -> None:
    """Requests that come while it is on its way wait for it, all of them."""
    rules = {"/robots.txt": Answer(CLOSED, wait=0.3)}
    with (
        Names({"a.test": [[PUBLIC]]}) as names,
        Loopback(tmp_path, lambda asked: rules.get(asked.url[-11:], Answer(b"here")), PUBLIC) as closed,
        Loopback(tmp_path, lambda asked: Answer(b"here"), PUBLIC) as free,
    ):
        urls = [f"http://a.test:{server.port}/{number}" for number in range(5) for server in (closed, free)]
        found = attempt(tmp_path, urls, names, public=True)
    assert {found[url] for url in urls[1::2]} == {"here"}
    assert {found[url].partition(":")[0] for url in urls[::2]} == {"robots"}
    assert [len(server.urls(robots=True)) for server in (closed, free)] == [1, 6]
    assert closed.urls() == []


@pytest.mark.parametrize(("second", "pages"), [(Answer(CLOSED), 1), (Answer(b"", 503), 4), (Answer(b""), 4)])
def test_rules_are_read_again_in_time(tmp_path: Path, second: Answer, pages: int) -> None:
    """After ``ROBOTS_MAX_AGE``; where they cannot be had then, the old ones hold on."""
    count = 0

    def answer(asked: Asked) -> Answer:
        nonlocal count
        if not asked.url.endswith("/robots.txt"):
            return Answer(b"here")
        count += 1
        return second if count > 1 else Answer(b"User-agent: *\nDisallow: /never\n")

    with Names({"a.test": [[PUBLIC]]}) as names, Loopback(tmp_path, answer, PUBLIC) as server:
        urls = [f"http://a.test:{server.port}/{number}" for number in range(4)]
        settings = {"ROBOTS_MAX_AGE": "0.1", "DOWNLOAD_DELAY": "0.2", "DOWNLOAD_DELAY_JITTER": "0",
                    "CONCURRENT_REQUESTS": "1"}  # fmt: skip
        found = attempt(tmp_path, urls, names, public=True, **settings)
    assert count > 1
    assert sum(why == "here" for why in found.values()) == pages
