"""The address guard: real DNS answers, real connections, and a trap on loopback that counts who comes."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request

from newscrawl.archive.writer import write_exchange
from newscrawl.crawl.guard import Guard, PublicReactor, Refused, is_public, literal_address
from newscrawl.text.urls import absolute_url
from tests.dns import PUBLIC, Names
from tests.loopback import Answer, Loopback, Table, redirect
from tests.support import read_feed, scrapy, scrapy_environment
from tests.test_any_site import article

pytestmark = pytest.mark.slow

FAST = {"DOWNLOAD_DELAY": "0", "RETRY_TIMES": "0", "DOWNLOAD_TIMEOUT": "5", "LOG_LEVEL": "ERROR"}
OPEN = {"ALLOW_PRIVATE_ADDRESSES": "1"}
LOOPBACK_SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "017700000001", "0177.0.0.1",
    "0", "0.0.0.0", "127.0.0.1.", "127.255.255.254", "localhost", "LOCALHOST.", "x.localhost", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1",
)  # fmt: skip
PRIVATE = (
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.127.255.255", "100.100.100.200", "168.63.129.16", "0.1.2.3", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::", "::1", "::10.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:a00:1::", "2002:c0a8:101::1", "2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fec0::1", "ff02::1", "100::1", "5f00::1", "2600::5efe:a00:1", "2600::200:5efe:c0a8:1",
)  # fmt: skip
GLOBAL = ("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "169.253.0.1", "192.0.1.1",
          "198.17.0.1", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2600::1",
          "2a00:1450:4001::1")  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", GLOBAL)
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("host", ["ria.ru", "10.example", "1.2.3.4.5", "0x", "127.0.0.1.example", "a" * 300, "::g", ""])
def test_what_is_a_name_is_no_number(host: str) -> None:
    assert literal_address(host) is None


class Recorder:
    """A reactor that notes what it would connect to."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []

    def connectTCP(self, host: str, port: int, factory: Any, **kwargs: Any) -> None:
        self.made.append((host, port))


def test_connections_are_made_to_numbers_of_public_addresses_alone() -> None:
    recorder = Recorder()
    reactor = PublicReactor(recorder)
    for host in (*PRIVATE, *LOOPBACK_SPELLINGS, "ria.ru", "", "8.8.8.8 "):
        with pytest.raises(Refused):
            reactor.connectTCP(host, 80, None)
    assert recorder.made == []
    for host in GLOBAL:
        reactor.connectTCP(host, 443, None)
    assert [host for host, _ in recorder.made] == list(GLOBAL)


@pytest.mark.parametrize(
    ("url", "reason"),
    [("ftp://ria.ru/x", "download_failed"), ("file:///etc/passwd", "download_failed"), ("data:,x", "download_failed"),
     ("https://me:secret@ria.ru/x", "download_failed"), ("http://8.8.8.8@10.0.0.1/", "download_failed"),
     ("http://169.254.169.254/latest/meta-data/", "private_address")],
)  # fmt: skip
def test_requests_refused_by_their_address(url: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard().process_request(Request(url))
    assert refused.value.reason == reason


def test_links_lose_their_credentials() -> None:
    assert absolute_url("https://a.vn/x", "//me:secret@b.vn/y") == "https://b.vn/y"
    assert absolute_url("https://me:secret@a.vn/x", "y") == "https://a.vn/y"


def attempt(tmp_path: Path, urls: list[str], names: Names, *, public: bool = False, **settings: str) -> dict[str, str]:
    """Ask for ``urls`` in one crawl; return what came of each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawl.attempts"],
        input=json.dumps({"urls": urls, "settings": FAST | names.settings | settings}),
        cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
        env=scrapy_environment(tmp_path, names.environment(public=public)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    assert set(found) >= set(urls)
    return found


@pytest.mark.parametrize("obey", ["1", "0"])
def test_no_spelling_and_no_name_reaches_loopback(tmp_path: Path, obey: str) -> None:
    """As a link, and with robots.txt asked for first or not; not one connection is made."""
    answers = {"a.test": [["127.0.0.1"]], "six.test": [["::1"]], "mapped.test": [["::ffff:127.0.0.1"]], "many.test":
               [["127.0.0.1", "10.0.0.1", "::1", "fd00:ec2::254"]], "meta.test": [["169.254.169.254"]]}  # fmt: skip
    with Loopback(tmp_path, {}, "0.0.0.0") as trap, Names(answers) as names:
        literal = [f"http://{host}:{trap.port}/x" for host in LOOPBACK_SPELLINGS]
        named = [f"http://{host}:{trap.port}/x" for host in answers]
        found = attempt(tmp_path, literal + named, names, ROBOTSTXT_OBEY=obey)
        assert trap.accepted == 0
        assert set(answers) <= set(names.asked)
    refused = {url: why for url, why in found.items() if why.startswith("private_address: ")}
    assert set(refused) >= set(named)
    assert len(literal) - len(set(refused) & set(literal)) <= 1, "only %31%32%37 is a name, and has no address"
    assert not [why for why in found.values() if not why.startswith(("private_address", "robots", "download_failed"))]


def test_with_the_setting_it_is_reached(tmp_path: Path) -> None:
    """What shows that the trap of the other tests would have caught somebody."""
    with Loopback(tmp_path, lambda asked: Answer(b"here")) as server, Names({"a.test": [["127.0.0.1"]]}) as names:
        urls = [f"http://{host}:{server.port}/x" for host in ("127.0.0.1", "127.1", "2130706433", "a.test")]
        assert set(attempt(tmp_path, urls, names, **OPEN).values()) == {"here"}


def test_https_is_guarded_alike(tmp_path: Path) -> None:
    names = Names({"a.test": [[PUBLIC]], "inner.test": [["127.0.0.1"]]})
    with (
        names,
        Loopback(tmp_path, {}) as trap,
        Loopback(tmp_path, lambda asked: Answer(b"here"), PUBLIC, tls=True) as server,
    ):
        good, bad = f"https://a.test:{server.port}/x", f"https://inner.test:{trap.port}/x"
        found = attempt(tmp_path, [good, bad], names, public=True, DOWNLOAD_VERIFY_CERTIFICATES="0")
        assert found == {good: "here", bad: "private_address: the name's address is 127.0.0.1"}
        assert trap.accepted == 0


def test_redirects_and_their_robots_end_at_the_guard(tmp_path: Path) -> None:
    """An open host redirects pages, and robots.txt, to what it has no business with."""
    answers = {"paper.test": [[PUBLIC]], "sly.test": [[PUBLIC]], "inner.test": [["127.0.0.1"]]}
    with Loopback(tmp_path, {}) as trap, Names(answers) as names:
        targets = [f"http://{host}:{trap.port}/x" for host in (*LOOPBACK_SPELLINGS, "inner.test")]
        targets += ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[", "http://:80/", "//"]

        def answer(asked: Any) -> Answer:
            if asked.url.endswith("/robots.txt"):
                return redirect(targets[0]) if "sly.test" in asked.url else Answer(status=404)
            number = asked.url.rpartition("/")[2]
            if not number.isdigit():
                return Answer(b"here")
            return redirect(targets[int(number)].encode().decode("latin-1"))  # raw UTF-8, as servers send it

        with Loopback(tmp_path, answer, PUBLIC) as server:
            base = f"http://paper.test:{server.port}"
            urls = [f"{base}/{number}" for number in range(len(targets))]
            urls += [f"{base}/page", f"http://sly.test:{server.port}/page"]
            found = attempt(tmp_path, urls, names, public=True)
        assert trap.accepted == 0
    assert found.pop(f"{base}/page") == "here"
    assert found.pop(urls[-1]).startswith("private_address")
    assert len([why for why in found.values() if why.startswith("private_address")]) >= len(LOOPBACK_SPELLINGS)
    assert {why.partition(":")[0] for why in found.values()} <= {
        "private_address",
        "http_error",
        "download_failed",
        "robots",
    }


def test_credentials_in_a_redirect_are_dropped(tmp_path: Path) -> None:
    with Names({"paper.test": [[PUBLIC]]}) as names:

        def answer(asked: Any) -> Answer:
            assert "Authorization" not in asked.headers
            return (
                redirect(f"http://me:secret@paper.test:{server.port}/there") if "/here" in asked.url else Answer(b"x")
            )

        with Loopback(tmp_path, answer, PUBLIC) as server:
            url = f"http://paper.test:{server.port}/here"
            assert attempt(tmp_path, [url], names, public=True, ROBOTSTXT_OBEY="0") == {url: "x"}
        assert [asked.url for asked in server.asked] == [url, url.replace("here", "there")]


def test_name_that_turns_private_after_the_first_answer(tmp_path: Path) -> None:
    """DNS rebinding: public while robots.txt is read, then loopback, on the same port."""
    with Names({"flip.test": [[PUBLIC], ["127.0.0.1"]]}) as names:
        closing = Answer(b"here", headers=(("Connection", "close"),))
        with Loopback(tmp_path, lambda asked: closing, "0.0.0.0") as server:
            urls = [f"http://flip.test:{server.port}/{number}" for number in range(16)]
            found = attempt(tmp_path, urls, names, public=True)
        assert [asked.url for asked in server.asked] == [f"http://flip.test:{server.port}/robots.txt"]
        assert len(names.asked) > 1
    assert {why.partition(":")[0] for why in found.values()} == {"private_address"}


def test_private_answers_are_passed_over_where_a_public_one_is_given_too(tmp_path: Path) -> None:
    names = Names({"both.test": [["127.0.0.1", "::1", PUBLIC]]})
    with names, Loopback(tmp_path, lambda asked: Answer(b"here"), PUBLIC) as server:
        url = f"http://both.test:{server.port}/x"
        assert attempt(tmp_path, [url], names, public=True) == {url: "here"}


def paper(base: str, inner: str) -> Table:
    """Return a paper that tries, by all listings it has, to send a crawl to ``inner``."""
    story = f"{base}/news/ferry-runs-again-from-monday"
    links = [f"{inner}/a-long-slug-of-words-123456", f"{base}/news/moved-to-the-inner-host", story]
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    rows = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    return {
        f"{base}/robots.txt": Answer(f"Sitemap: {inner}/robots-map.xml\nSitemap: {base}/map.xml\n".encode()),
        f"{base}/": Answer(
            f'<link rel="alternate" type="application/rss+xml" href="{inner}/feed.xml">'
            f'<link rel="alternate" type="application/rss+xml" href="/feed.xml">{anchors}'.encode()
        ),
        f"{base}/map.xml": Answer(
            f"<sitemapindex><sitemap><loc>{inner}/child.xml</loc></sitemap><sitemap><loc>{base}/child.xml</loc></sitemap>"
            f"<sitemap><loc>{base}/moved.xml</loc></sitemap><sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>".encode()
        ),
        f"{base}/moved.xml": redirect(f"{inner}/moved.xml"),
        f"{base}/child.xml": Answer(f"<urlset>{rows}</urlset>".encode()),
        f"{base}/feed.xml": Answer(f"<rss><channel>{items}</channel></rss>".encode()),
        f"{base}/news/moved-to-the-inner-host": redirect(f"{inner}/x"),
        story: Answer(article("Ferry runs again").body.replace(
            b"<head>", f'<head><link rel="canonical" href="{inner}/x"><meta http-equiv="refresh" content="0;{inner}/x">'.encode())),
    }  # fmt: skip


@pytest.mark.parametrize("inner", ["http://127.0.0.1", "http://inner.paper.test", "http://inner.test"])
def test_paper_that_tries_it_by_every_listing(tmp_path: Path, inner: str) -> None:
    names = Names({"paper.test": [[PUBLIC]], "inner.paper.test": [["127.0.0.1"]], "inner.test": [["127.0.0.1"]]})
    with Loopback(tmp_path, {}) as trap, names, Loopback(tmp_path, {}, PUBLIC) as server:
        base, inside = f"http://paper.test:{server.port}", f"{inner}:{trap.port}"
        server.answers = paper(base, inside)
        done = scrapy("crawl", "any_site", "-a", f"url={base}/", "-o", "out.jsonl", cwd=tmp_path,
                      settings=FAST | {"LOG_LEVEL": "WARNING"} | names.settings,
                      environment=names.environment(public=True))  # fmt: skip
        assert trap.accepted == 0
    assert [line["url"] for line in read_feed(tmp_path / "out.jsonl")] == [f"{base}/news/ferry-runs-again-from-monday"]
    rejects = [json.loads(line) for line in (tmp_path / "out.rejects.jsonl").read_text("utf-8").splitlines()]
    expected = "private_address" if inner == "http://inner.paper.test" else "redirected_away"
    assert [(line["url"], line["reason"]) for line in rejects] == [(f"{base}/news/moved-to-the-inner-host", expected)]
    assert "listings failed" in done.stderr
    assert "Traceback" not in done.stderr


def test_paper_whose_own_name_is_private_is_a_failed_crawl(tmp_path: Path) -> None:
    with Loopback(tmp_path, {}) as trap, Names({"paper.test": [["127.0.0.1"]]}) as names:
        for argument in (
            f"url=http://paper.test:{trap.port}/",
            f"urls=http://127.1:{trap.port}/news/a-long-slug-of-words",
        ):
            done = scrapy("crawl", "any_site", "-a", argument, "-O", "out.jsonl", cwd=tmp_path, check=False,
                          settings=FAST | names.settings, environment=names.environment())  # fmt: skip
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert "127.0.0.1" in done.stderr or "private_address 1" in done.stderr
        assert trap.accepted == 0
        assert '"reason": "private_address"' in (tmp_path / "out.rejects.jsonl").read_text("utf-8")
        for command in ("look", "fixture"):
            arguments = [f"http://127.1:{trap.port}/x"]
            done = scrapy(command, *(["ria", *arguments, "case"] if command == "fixture" else arguments), cwd=tmp_path,
                          check=False, settings=names.settings, environment=names.environment())  # fmt: skip
            assert (done.returncode, trap.accepted) == (1, 0)
            assert "127.0.0.1" in done.stderr


def test_replay_of_what_was_recorded_inside(tmp_path: Path) -> None:
    """An archive is no network: what an intranet crawl recorded is read without the setting."""
    url = "http://10.0.0.1/news/ferry-runs-again-from-monday"
    with (tmp_path / "in.warc.gz").open("wb") as file:
        write_exchange(file, url=url, headers=[("Content-Type", "text/html; charset=utf-8")],
                       body=article("Ferry runs again").body, date=datetime(2024, 9, 14, 8, 0, tzinfo=UTC))  # fmt: skip
    scrapy("crawl", "any_site", "-a", f"urls={url}", "-o", "out.jsonl", cwd=tmp_path,
           settings={"REPLAY_FROM": "in.warc.gz"})  # fmt: skip
    assert [line["url"] for line in read_feed(tmp_path / "out.jsonl")] == [url]
