"""The advisories of Scrapy, one test each: a newer release, or a setting of ours, must not open again what was closed.

Identifiers are those of github.com/scrapy/scrapy/security/advisories.
"""

import contextlib
import gzip
import subprocess
import sys
import time
from pathlib import Path

import brotli
import pytest
from scrapy import Request
from scrapy.utils.project import get_project_settings

from newscrawl.crawl.listings import NotAListing, read_xml
from newscrawl.text.dates import NO_FACTS
from tests.generated import ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback, redirect
from tests.support import ROOT, scrapy
from tests.test_live import DATES, FAST, HTML, Run, world

pytestmark = pytest.mark.slow

SECRETS = ("Authorization", "Proxy-Authorization", "Cookie")


def sent(run: Run) -> set[str]:
    """Return which of the headers that may hold secrets were sent."""
    return {name for asked in run.server.asked for name in SECRETS if name in asked.headers}


def test_credentials_and_cookies_go_nowhere(tmp_path: Path) -> None:
    """GHSA-jwqp-28gf-p498, -cw9j-q3vf-hrrv, -4qqq-9vqf-3h3f (HTTP authentication), -cjvr-mfj7-j4j8, -mfjm-vh54-3f96 (cookies).

    A server that sets cookies for itself, its parent and a public suffix, and redirects with credentials, over http
    and https and to another host.
    """
    urls = ria_urls(4)
    cookies = (
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2; Domain=.ru"),
        ("Set-Cookie", "c=3; Domain=ria.ru"),
        ("WWW-Authenticate", "Basic realm=x"),
    )
    answers = world(4) | {
        urls[0]: Answer(ria_page(urls[0]), headers=(*HTML, *cookies)),
        urls[1]: Answer(b"", 302, (("Location", urls[1].replace("https://", "http://me:secret@")), *cookies)),
        urls[1].replace("https", "http"): Answer(ria_page(urls[1]), headers=(*HTML, *cookies)),
        urls[2]: Answer(b"", 401, cookies),
    }  # fmt: skip
    run = Run(tmp_path, answers)
    assert len(run.lines) == 3
    assert sent(run) == set()
    assert not [asked.url for asked in run.server.asked if "secret" in asked.url]


def test_a_proxy_is_told_nothing_that_is_another_proxys(tmp_path: Path) -> None:
    """GHSA-9x8m-2xpf-crp3, GHSA-jm3v-qxmh-hxwv: each scheme's own proxy is asked, with its own credentials alone.

    The plain proxy names credentials, the one of https none; a redirect leads from one scheme to the other.
    """
    url = ria_urls(1)[0]
    plain = url.replace("https", "http")
    with (
        Loopback(tmp_path, world(1) | {url: redirect(plain)}) as secure,
        Loopback(tmp_path, {plain: Answer(ria_page(url)), plain[: plain.index("/2")] + "/robots.txt": Answer(status=404)}) as other,
    ):  # fmt: skip
        environment = {
            "https_proxy": f"http://127.0.0.1:{secure.port}",
            "http_proxy": f"http://me:secret@127.0.0.1:{other.port}",
        }
        scrapy(
            "crawl",
            "ria",
            *DATES,
            "-o",
            "out.jsonl",
            cwd=tmp_path,
            settings=FAST | secure.settings,
            environment=environment,
        )
    assert plain in [asked.url for asked in other.asked], "the redirect went by the proxy of its own scheme"
    assert {"Proxy-Authorization" in asked.headers for asked in other.asked} == {True}
    assert not [asked for asked in secure.asked if "Proxy-Authorization" in asked.headers]


def test_no_scheme_but_http_is_followed(tmp_path: Path) -> None:
    """GHSA-23j4-mw76-5v7h: a redirect to a file, to data, to S3."""
    urls = ria_urls(4)
    targets = ("file:///etc/hostname", "data:text/html,<h1>x</h1>", "s3://bucket/key", "ftp://127.0.0.1/x")
    run = Run(tmp_path, world(5) | {url: redirect(target) for url, target in zip(urls, targets, strict=True)})
    assert run.urls == [ria_urls(5)[4]]
    assert set(run.reasons) == set(urls)


@pytest.mark.parametrize("name", ["gzip", "br"])
def test_bombs(tmp_path: Path, name: str) -> None:
    """GHSA-7j7m-v7m3-jqm7, GHSA-2qfp-q593-8484 (brotli): stopped at the limit, not after it."""
    url = ria_urls(1)[0]
    blanks = b" " * (40 << 20)
    body = gzip.compress(blanks) if name == "gzip" else brotli.compress(blanks, quality=1)
    run = Run(tmp_path, world(2) | {url: Answer(body, headers=(*HTML, ("Content-Encoding", name)))})
    assert run.reasons == {url: "page_too_large"}


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset" + b" " * 400_000,
        b"<?xml " * 80_000,
        b"<url>" + b"</url " * 80_000,
        b"<base " * 80_000 + b"<head " * 80_000,
    ],
)
def test_xml_that_takes_a_regular_expression_for_ever(body: bytes) -> None:
    """GHSA-cc65-xxvf-f7r9: feeds are parsed, not searched; processor time."""
    started = time.process_time()
    with contextlib.suppress(NotAListing):
        assert read_xml(body, "https://a.example/", NO_FACTS).links == ()
    assert time.process_time() - started < 2


def test_a_response_without_end_is_bounded() -> None:
    """GHSA-h7wm-ph43-c39p: what a crawl takes has a limit, and what is cut is no whole page (``test_hostile.py`` shows it)."""
    settings = get_project_settings()
    assert 0 < settings.getint("DOWNLOAD_MAXSIZE") <= 16 << 20
    assert settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")


def test_a_referrer_policy_imports_nothing(tmp_path: Path) -> None:
    """GHSA-cwxj-rr6w-m6w7: the value of ``Referrer-Policy`` was looked up as a Python object, and called."""
    (tmp_path / "planted.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Policy: pass\n", "utf-8")
    tag = ("Referrer-Policy", "planted.Policy")
    answers = {
        url: Answer(answer.body, answer.status, (*answer.headers, tag))
        for url, answer in world(3).items()
        if isinstance(answer, Answer)
    }
    with Loopback(tmp_path, answers) as server:
        environment = server.environment | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
        scrapy(
            "crawl",
            "ria",
            *DATES,
            "-o",
            "out.jsonl",
            cwd=tmp_path,
            settings=FAST | server.settings,
            environment=environment,
        )
    assert not (tmp_path / "ran").exists()


def test_a_crawl_listens_on_nothing(tmp_path: Path) -> None:
    """The telnet console and the remote control would run Python for whoever reaches them."""
    inodes: set[str] = set()

    def answer(asked: Asked) -> Answer | None:
        found = world(2).get(asked.url)
        if crawl and asked.url == ria_urls(2)[0]:
            for link in Path(f"/proc/{crawl[0].pid}/fd").iterdir():
                try:
                    inodes.add(str(link.readlink()))
                except OSError:
                    continue
            inodes.add("seen")
        return found if isinstance(found, Answer) else None

    crawl: list[subprocess.Popen[bytes]] = []
    from tests.support import scrapy_command, scrapy_environment

    with Loopback(tmp_path, answer) as server:
        crawl.append(subprocess.Popen(scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=FAST | server.settings),
                                      cwd=tmp_path, stderr=subprocess.DEVNULL, env=scrapy_environment(tmp_path, server.environment)))  # fmt: skip
        assert crawl[0].wait(100) == 0
    listening = {
        line.split()[9]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    assert "seen" in inodes
    assert any(name.startswith("socket:") for name in inodes)
    assert not {name for name in inodes if name.startswith("socket:") and name[8:-1] in listening}


def test_a_bad_address_in_a_page_costs_that_address() -> None:
    """``Request`` raises ``ValueError`` for some addresses; what comes from pages is judged before it becomes one."""
    with pytest.raises(ValueError):
        Request("http://[bad")
    body = (
        b"<urlset>"
        + b"".join(b"<url><loc>%s</loc></url>" % url for url in (b"http://[bad", b"https://a.example/1"))
        + b"</urlset>"
    )
    assert [link.url for link in read_xml(body, "https://a.example/", NO_FACTS).links] == ["https://a.example/1"]


def test_floors_of_what_was_mended_elsewhere() -> None:
    """brotli before 1.2.1 can be made to write out of bounds, lxml before 6.1 resolves entities: newer ones are required."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert all(floor in text for floor in ('"brotli>=1.2.1"', '"lxml>=6.1"', '"scrapy>=2.19"'))
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").split() if "==" in line)
    assert tuple(map(int, pins["brotli"].split("."))) >= (1, 2, 1)
    assert sys.version_info >= (3, 11)
