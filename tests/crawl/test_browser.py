"""Pages that need a browser, in real Chromium: made-up papers under made-up names, on loopback."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

import pytest
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from newscrawl.crawl import browser, browsing
from newscrawl.crawl.proxy import _read_request
from tests.dns import PUBLIC, Names
from tests.loopback import Answer, Asked, Loopback, redirect
from tests.support import CASES, ROOT, read_feed, scrapy, scrapy_command, scrapy_environment
from tests.test_any_site import article

needs_chromium = pytest.mark.skipif(
    not any(map(shutil.which, browsing.PROGRAMS)), reason="no Chromium: apt-get install chromium"
)
real = [pytest.mark.slow, needs_chromium]

FAST = {"DOWNLOAD_DELAY": "0.1", "DOWNLOAD_DELAY_JITTER": "0", "RETRY_TIMES": "0", "BROWSER_SETTLE": "4"}
NAMES = {"paper.test": [[PUBLIC]], "cdn.test": [[PUBLIC]]}
JS = (("Content-Type", "text/javascript"),)
XML = (("Content-Type", "text/xml"),)


def story(number: int) -> str:
    """The text of an article, a different one for each number, as it stands between the tags of its body."""
    page = article(f"Ferry number {number} runs again").body.decode()
    inside = page.partition("<body>")[2].partition("</body>")[0]
    return inside.replace("The ferry", f"Ferry {number}, of the {number}th company,")


def scripted(number: int, *, script: str = "", head: str = "") -> Answer:
    """A page that is empty until its script has asked for the text."""
    fill = f"fetch('/text/{number}').then(r => r.text()).then(t => {{ document.getElementById('app').innerHTML = t }})"
    return Answer(
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Ferry number {number} runs again</title>{head}</head>"
        f"<body><div id=app></div><script>{fill}</script>{script}</body></html>".encode()
    )


def plain(number: int, extra: str = "") -> Answer:
    """A page whose text is there at once, with something more in it."""
    return Answer(
        f"<!DOCTYPE html><html lang=en><head><title>Ferry number {number}</title></head><body>{story(number)}{extra}</body></html>".encode()
    )


def address(number: int) -> str:
    return f"/news/ferry-number-runs-again-{100000 + number}.html"


class Paper:
    """A paper on loopback and the crawls of it, as ``paper.test``; use as a context manager.

    ``pages`` is path to answer, or to a function of the request; what is not in it are articles that a script fills in.
    """

    def __init__(self, folder: Path, pages: Mapping[str, Any] = MappingProxyType({}), **names: list[list[str]]) -> None:
        self.folder, self.pages = folder, pages
        self.names = Names(NAMES | {f"{name.replace('_', '.')}": told for name, told in names.items()})
        self.server = Loopback(folder, self.answer, PUBLIC)

    def __enter__(self) -> Self:
        self.names.__enter__()
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)
        self.names.__exit__(kind, error, trace)

    @property
    def base(self) -> str:
        return f"http://paper.test:{self.server.port}"

    def answer(self, asked: Asked) -> Answer | None:
        path = "/" + asked.url.split("/", 3)[3]
        if path in self.pages:
            found = self.pages[path]
            return found(asked) if callable(found) else found
        if path.startswith("/text/"):
            return Answer(story(int(path[6:])).encode())
        if path.startswith("/news/"):
            return scripted(int(path[-11:-5]) - 100000)
        return Answer(b"", 404)

    def asked(self, *paths: str) -> list[str]:
        """The paths asked for, in order; with ``paths`` how often those were."""
        return ["/" + url.split("/", 3)[3] for url in self.server.urls()]

    def command(self, *paths: str, arguments: tuple[str, ...] = ("-a", "browser=1"), **settings: str) -> list[str]:
        given = ("-a", "urls=" + ",".join(self.base + path for path in paths)) if paths else ("-a", f"url={self.base}/")
        every = FAST | self.names.settings | settings
        return scrapy_command("crawl", "any_site", *given, *arguments, "-o", "out.jsonl", settings=every)

    @property
    def environment(self) -> dict[str, str]:
        return scrapy_environment(self.folder, self.names.environment(public=True))

    def crawl(self, *paths: str, **settings: Any) -> "Crawl":
        """Crawl the pages at ``paths``, or the paper from its front page."""
        started = time.monotonic()
        done = subprocess.run(self.command(*paths, **settings), cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=500, check=False)  # fmt: skip
        return Crawl(self, done.returncode, done.stderr, time.monotonic() - started)

    def begin(self, *paths: str, **settings: str) -> "subprocess.Popen[str]":
        """Begin a crawl of the pages at ``paths``."""
        return subprocess.Popen(self.command(*paths, **settings), cwd=self.folder, env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip


class Crawl:
    """A finished crawl."""

    def __init__(self, paper: Paper, code: int, said: str, seconds: float = 0.0) -> None:
        self.code, self.said, self.seconds = code, said, seconds
        assert "Traceback" not in said, said
        folder = paper.folder
        feed = folder / "out.jsonl"
        self.lines = read_feed(feed) if feed.exists() else []
        self.paths = ["/" + line["url"].split("/", 3)[3] for line in self.lines]
        rejects = folder / "out.rejects.jsonl"
        told = rejects.read_text("utf-8").splitlines() if rejects.exists() else []
        self.rejects = {"/" + line["url"].split("/", 3)[3]: line for line in map(json.loads, told)}
        self.reasons = {path: line["reason"] for path, line in self.rejects.items()}
        self.manifest = json.loads((folder / "out.manifest.json").read_text("utf-8"))


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    with Paper(tmp_path, {}) as made:
        yield made


# --- what is read -----------------------------------------------------------------------------------------


@pytest.mark.slow
@needs_chromium
def test_page_that_scripts_fill_is_an_article(paper: Paper) -> None:
    """Found from a front page that is read without a browser; pictures, fonts and films are not asked for."""
    shown = (
        '<img src="/a.png"><img srcset="/b.png 2x"><picture><source srcset="/c.webp"><img src="/d.png"></picture>'
        '<video src="/e.mp4" autoplay poster="/f.jpg"></video><audio src="/g.mp3" autoplay></audio><link rel=icon href="/h.ico">'
        "<style>@font-face{font-family:x;src:url(/i.woff2)} p{font-family:x;background:url(/j.png)}</style>"
        '<iframe src="/frame"></iframe><object data="/k.swf"></object><embed src="/l.svg"><script src="/code.js"></script>'
    )
    links = "".join(f'<a href="{address(number)}">{number}</a>' for number in (1, 2))
    front = f"<html><body>{links}<script>document.body.innerHTML = '<a href=/news/never-to-be-seen-100003.html>x</a>'</script>"
    paper.pages = {
        "/": Answer(front.encode()),
        "/code.js": Answer(b"window.loaded = true", headers=JS),
        address(1): scripted(1, script=shown),
    }
    run = paper.crawl()
    assert (run.code, sorted(run.paths)) == (0, [address(1), address(2)]), run.said
    assert run.lines[0]["body"].startswith("Ferry 1, of the 1th company")
    assert run.manifest["outcomes"]["pending"] == 0
    asked = Counter(paper.asked())
    assert {path: asked[path] for path in (address(1), address(2), "/text/1", "/text/2", "/code.js")} == dict.fromkeys(
        (address(1), address(2), "/text/1", "/text/2", "/code.js"), 1
    )
    assert not [
        path for path in asked if path.endswith(tuple("png webp mp4 jpg mp3 ico woff2 frame swf svg 3.html".split()))
    ]
    agents = {
        value for asked in paper.server.asked for name, value in asked.headers.items() if name.lower() == "user-agent"
    }
    assert len(agents) == 1
    assert agents.pop().startswith("newscrawl/")


@pytest.mark.slow
@needs_chromium
def test_without_the_argument_scripts_do_not_run(paper: Paper) -> None:
    """What shows that the pages of these tests hold nothing without a browser."""
    run = paper.crawl(address(1), arguments=())
    assert (run.paths, len(run.reasons)) == ([], 1)
    assert "/text/1" not in paper.asked()


def laodong(number: int) -> tuple[str, Answer]:
    """An article in the paper's own markup, with its address."""
    page = (CASES / "laodong" / "plain" / "page.html").read_text("utf-8")
    url = (CASES / "laodong" / "plain" / "url.txt").read_text("utf-8").strip()
    mine = url.replace("1634123", str(1634123 + number))
    return mine, Answer(page.replace(url, mine).replace("Xã Hải Vân Hạ", f"Xã Hải Vân {number}").encode())


WALL = Answer(
    b'<html><body><script>document.cookie="D1N=0123456789abcdef"+"; expires=Fri, 31-Dec-2037 23:55:55 GMT; path=/";'
    b"window.location.reload(true);</script></body></html>"
)
"""What everybody gets who has no cookie yet."""


@pytest.mark.slow
@needs_chromium
def test_laodong_behind_its_wall_of_cookies(tmp_path: Path) -> None:
    """The whole site, over TLS, as it is by default: listings and pages; the wall is met once."""
    pages = dict(laodong(number) for number in range(3))
    items = "".join(f"<item><link>{url}</link></item>" for url in pages)
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in pages)
    pages["https://laodong.vn/rss/home.rss"] = Answer(f"<rss><channel>{items}</channel></rss>".encode(), headers=XML)
    pages["https://laodong.vn/google-news-sitemap.xml"] = Answer(f"<urlset>{rows}</urlset>".encode(), headers=XML)
    walls = []

    def answer(asked: Asked) -> Answer | None:
        if asked.url.endswith("/robots.txt"):
            return Answer(b"User-agent: *\nAllow: /\n")
        if "D1N=0123456789abcdef" not in {name.lower(): value for name, value in asked.headers.items()}.get(
            "cookie", ""
        ):
            walls.append(asked.url)
            return WALL
        return pages.get(asked.url)

    with Names({"laodong.vn": [[PUBLIC]]}) as names, Loopback(tmp_path, answer, PUBLIC, tls=True) as server:
        done = scrapy("crawl", "laodong", "-o", "articles.jsonl", cwd=tmp_path, timeout=500, check=False,
                      settings=FAST | names.settings | {"DOWNLOAD_VERIFY_CERTIFICATES": "0"},
                      environment=names.environment(public=True, https=server.port))  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = read_feed(tmp_path / "articles.jsonl")
    assert sorted(line["url"] for line in lines) == sorted(url for url in pages if url.endswith(".ldo"))
    assert {line["authors"][0] for line in lines} == {"Lò Văn Pẩu"}
    assert lines[0]["body"].startswith("Từ sáng sớm, hàng trăm người dân xã")
    assert len(walls) <= 2, "two listings at once"
    assert Counter(server.urls()) == Counter([*pages, *walls])
    assert "listings failed" not in done.stderr
    summary = re.sub(r"in [\d.]+ s", "in 9.8 s", done.stderr[done.stderr.index("laodong: finished") :]).strip()
    assert f"$ scrapy crawl laodong -o articles.jsonl\n{summary}\n```" in (ROOT / "docs" / "browser.md").read_text(
        "utf-8"
    )


# --- pages that mean harm ---------------------------------------------------------------------------------


def endless() -> Iterator[bytes]:
    yield b"<!DOCTYPE html><html><body>"
    for _ in count():
        yield b"<p>more of the same, without end</p>" * 500


def drip() -> Iterator[bytes]:
    yield story(1).encode()
    for _ in range(600):
        time.sleep(0.1)
        yield b" "


def reloading(asked: Asked) -> Answer:
    return Answer(b"<html><body>one moment<script>location.reload()</script></body></html>")


HUGE = "<p>" + "x" * 100_000
LOOP = "<script>for(;;){}</script>"
LARGE = ("page_too_large", "download_failed")  # whichever comes first
HARM: list[tuple[str, Any, str | tuple[str, ...]]] = [
    # what it does; its answer; the reason, or nothing where it is read all the same
    ("loops once loaded", plain(0, "<script>onload = () => setTimeout(() => { for(;;){} }, 50)</script>"), "download_failed"),
    ("loops while it loads", plain(1, "<script>for(;;){}</script>"), "download_failed"),
    ("has a script that never comes", plain(2, "<script src=/hang></script>"), "download_failed"),
    ("has one that it does not wait for", plain(3, "<script async src=/hang></script><img src=/hang>"), ""),
    ("asks for data that never come", plain(4, "<script>fetch('/hang')</script>"), ""),
    ("asks for data without end", plain(5, "<script>fetch('/endless').then(r => r.text())</script>"), LARGE),
    ("asks for data again and again", plain(6, "<script>setInterval(() => fetch('/text/8'), 200)</script>"), ""),
    ("is a body without end", Answer(drip=endless), LARGE),
    ("is a slow body", Answer(drip=drip), "download_failed"),
    ("is shorter than promised", Answer(plain(9).body, cut=500), "download_failed"),
    ("is cut in the middle of a chunk", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + plain(10).body), "download_failed"),
    ("makes itself too large", plain(11, f"<script>let t = '{HUGE}'; for (let i = 0; i < 180; i++) document.body.insertAdjacentHTML('beforeend', t)</script>"), LARGE),
    ("asks whether to stay", plain(12, "<script>onbeforeunload = () => 'stay'; alert(1); confirm(2); prompt(3); print()</script>"), ""),
    ("opens windows", plain(13, "<script>for (let i = 0; i < 50; i++) open('/window'); document.body.insertAdjacentHTML('beforeend', '<a target=_blank href=/window>x</a>'); document.body.lastChild.click()</script>"), ""),
    ("is a download", Answer(b"PK" * 5000, headers=(("Content-Type", "application/zip"),)), "not_text"),
    ("is saved, not shown", Answer(plain(15).body, headers=(("Content-Type", "text/html"), ("Content-Disposition", "attachment"))), "download_failed"),
    ("is a picture", Answer(b"\x89PNG\r\n\x1a\n" + b"0" * 99, headers=(("Content-Type", "image/png"),)), "not_text"),
    ("loads itself for ever", reloading, "not_an_article"),
    ("redirects to itself for ever", lambda asked: redirect(asked.url, 302), "download_failed"),
    ("changes its address for ever", plain(19, "<script>try { for(;;) history.pushState({}, '', '/elsewhere') } catch (e) {}</script>"), "download_failed"),
    ("changes its address once", plain(20, "<script>history.replaceState({}, '', '/elsewhere')</script>"), ""),
    ("writes itself anew", plain(21, f"<script>onload = () => {{ document.open(); document.write('<title>Ferry</title>' + {json.dumps(story(21))}); document.close() }}</script>"), ""),
    ("frames itself", plain(22, f"<iframe src={address(22)}></iframe><iframe srcdoc='<p>x'></iframe>"), ""),
]  # fmt: skip


@pytest.mark.slow
@needs_chromium
def test_pages_that_mean_harm(paper: Paper) -> None:
    """All in one crawl, with good pages between: each costs its page, in the time that a page has."""
    good = [address(900 + number) for number in range(len(HARM) + 1)]
    bad = [address(number) for number in range(len(HARM))]
    paper.pages = {path: answer for path, (_, answer, _) in zip(bad, HARM, strict=True)}
    paper.pages |= {"/hang": Answer(b"", wait=60, headers=JS), "/endless": Answer(drip=endless)}
    paths = [path for pair in zip(good, bad, strict=False) for path in pair] + good[-1:]
    run = paper.crawl(*paths, DOWNLOAD_TIMEOUT="12", BREAKER_ERRORS="4")
    outcome = [
        (name, run.reasons.get(path, "" if path in run.paths else "lost"), reasons)
        for path, (name, _, reasons) in zip(bad, HARM, strict=True)
    ]
    assert [told for told in outcome if told[1] not in (told[2] if isinstance(told[2], tuple) else (told[2],))] == []
    assert [path for path in good if path not in run.paths] == []
    assert (run.code, run.manifest["outcomes"]["pending"], run.manifest["hosts"]) == (0, 0, {}), run.said
    asked = Counter(paper.asked())
    reloads = [asked[path] for path, (name, _, _) in zip(bad, HARM, strict=True) if "itself for ever" in name]
    assert (max(reloads), min(reloads)) == (3, 3)
    assert "/window" not in asked
    assert "/elsewhere" not in asked


# --- where a page makes the browser connect to ------------------------------------------------------------


class Trap:
    """One port of this machine, TCP and UDP, that counts who comes; use as a context manager."""

    def __init__(self) -> None:
        self.came: list[str] = []
        """The first line that each connection sent, or ``udp``."""
        self._tcp = socket.create_server(("0.0.0.0", 0))
        self.port = self._tcp.getsockname()[1]
        self._tcp6 = socket.create_server(("::1", self.port), family=socket.AF_INET6)
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("0.0.0.0", self.port))
        self._threads = [
            threading.Thread(target=self._accept, args=(listener,), daemon=True) for listener in (self._tcp, self._tcp6)
        ]
        self._threads.append(threading.Thread(target=self._receive, daemon=True))

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(20)
            try:
                said = client.recv(4096)
                self.came.append(said.partition(b"\r\n")[0][:80].decode("latin-1"))
                body = f"trapped('{self.came[-1].split()[1]}')".encode() if said.startswith(b"GET") else b""
                client.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/javascript\r\n"
                               b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))  # fmt: skip
            except OSError:
                self.came.append("connection")

    def _receive(self) -> None:
        while True:
            try:
                self._udp.recvfrom(4096)
            except OSError:
                return
            self.came.append("udp")

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listener in (self._tcp, self._tcp6, self._udp):
            with_shutdown = listener is not self._udp
            if with_shutdown:
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


WAYS = {
    "script": "<script src={x}/script></script>",
    "module": "<script type=module src={x}/module></script>",
    "style": "<link rel=stylesheet href={x}/style>",
    "import": "<style>@import url({x}/import);</style>",
    "image": "<img src={x}/image>",
    "frame": "<iframe src={x}/frame></iframe>",
    "object": "<object data={x}/object></object><embed src={x}/embed>",
    "video": "<video src={x}/video autoplay></video>",
    "hints": "<link rel=preload as=script href={x}/preload><link rel=prefetch href={x}/prefetch><link rel=preconnect href={x}>"
    "<link rel=dns-prefetch href={x}><link rel=modulepreload href={x}/modulepreload><link rel=manifest href={x}/manifest><link rel=icon href={x}/icon>",
    "rules": '<script type=speculationrules>{{"prefetch":[{{"urls":["{x}/speculated"],"eagerness":"immediate"}}],'
    '"prerender":[{{"urls":["{x}/prerendered"],"eagerness":"immediate"}}]}}</script>',
    "fetch": "<script>fetch('{x}/fetch', {{mode: 'no-cors'}}).catch(e => 0)</script>",
    "xhr": "<script>{{ let r = new XMLHttpRequest(); r.open('POST', '{x}/xhr'); r.send('x') }}</script>",
    "beacon": "<script>navigator.sendBeacon('{x}/beacon', 'x'); fetch('{x}/alive', {{keepalive: true, mode: 'no-cors'}}).catch(e => 0)</script>",
    "socket": "<script>try {{ new WebSocket('{x}/socket'.replace('http', 'ws')) }} catch (e) {{}}</script>",
    "events": "<script>new EventSource('{x}/events')</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([`importScripts('{x}/worker')`])));"
    "new Worker(URL.createObjectURL(new Blob([`fetch('{x}/workerfetch', {{mode: 'no-cors'}})`])));"
    "try {{ new SharedWorker(URL.createObjectURL(new Blob([`fetch('{x}/sharedfetch', {{mode: 'no-cors'}})`]))) }} catch (e) {{}}</script>",
    "window": "<script>open('{x}/window')</script><form id=f target=_blank action={x}/form method=post></form><script>f.submit()</script>"
    "<a id=a target=_blank href={x}/anchor ping={x}/ping>x</a><script>a.click()</script>",
    "rtc": "<script>for (let c of [{{urls: 'stun:{h}'}}, {{urls: 'turn:{h}?transport=udp', username: 'a', credential: 'b'}},"
    " {{urls: 'turn:{h}?transport=tcp', username: 'a', credential: 'b'}}]) {{ let p = new RTCPeerConnection({{iceServers: [c]}});"
    " p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o)) }}</script>",
    "transport": "<script>try {{ new WebTransport('https://{h}/transport').ready.catch(e => 0) }} catch (e) {{}}</script>",
    "file": "<iframe src=file:///etc/passwd></iframe><script>for (let to of ['file:///etc/passwd', 'view-source:file:///etc/passwd'])"
    " fetch(to).then(r => r.text()).then(t => document.body.append(t)).catch(e => 0)</script>",
    "redirect": "<script src=/away?{x}/redirected></script><script>fetch('/away?{x}/fetched', {{mode: 'no-cors'}}).catch(e => 0)</script>",
}
INNER = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "x.localhost",
         "inner.test", "six.test", "inner.paper.test", "many.test")  # fmt: skip
PRIVATE_NAMES = {"inner_test": [["127.0.0.1"]], "six_test": [["::1"]], "inner_paper_test": [["127.0.0.1"]],
                 "many_test": [["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"]]}  # fmt: skip


def every_way(number: int, inner: str, port: int) -> Answer:
    """An article that tries ``inner`` by all ways there are, and stays open for as long as it may."""
    target = f"{inner}:{port}"
    return plain(
        number,
        "<script>fetch('/hang')</script>"
        + "".join(way.format(x=f"http://{target}", h=target) for way in WAYS.values()),
    )


def away(asked: Asked) -> Answer:
    return redirect(asked.url.partition("?")[2], 302)


@pytest.mark.slow
@needs_chromium
def test_nothing_that_a_page_does_reaches_loopback(tmp_path: Path) -> None:
    """By script, style, frame, fetch, socket, worker, window, WebRTC, hints, redirects: nobody comes, and pages are read."""
    with Trap() as trap, Paper(tmp_path, **PRIVATE_NAMES) as paper:
        paths = [address(number) for number in range(len(INNER))]
        paper.pages = {
            path: every_way(number, inner, trap.port)
            for number, (path, inner) in enumerate(zip(paths, INNER, strict=True))
        }
        paper.pages["/hang"] = Answer(b"", wait=20)
        answer = paper.answer
        paper.server.answers = lambda asked: away(asked) if "/away?" in asked.url else answer(asked)
        run = paper.crawl(*paths)
        assert trap.came == []
        assert sorted(run.paths) == sorted(paths), run.reasons
        assert not [line for line in run.lines if "root:" in line["body"]]
        assert "/away" in "".join(paper.asked())
        assert set(paper.names.names) - {"cdn.test"} <= set(paper.names.asked)


@pytest.mark.slow
@needs_chromium
def test_with_the_setting_they_do(tmp_path: Path) -> None:
    """What shows that the trap of the test before would have caught somebody, and by which ways."""
    with Trap() as trap, Paper(tmp_path, **PRIVATE_NAMES) as paper:
        paper.pages = {address(1): every_way(1, "inner.test", trap.port), "/hang": Answer(b"", wait=20)}
        answer = paper.answer
        paper.server.answers = lambda asked: away(asked) if "/away?" in asked.url else answer(asked)
        run = paper.crawl(address(1), ALLOW_PRIVATE_ADDRESSES="1")
        assert run.paths == [address(1)]
        came = {line.split()[1].strip("/") for line in trap.came if line.count(" ") == 2}
        assert came >= {
            "script",
            "module",
            "style",
            "import",
            "fetch",
            "xhr",
            "socket",
            "workerfetch",
            "sharedfetch",
            "redirected",
            "fetched",
        }
        assert not came & {"image", "frame", "object", "embed", "video", "beacon", "window", "form", "anchor", "icon"}
        assert "udp" not in trap.came
        assert [line for line in trap.came if line.startswith("\0")], "TURN over TCP goes by the proxy as well"


@pytest.mark.slow
@needs_chromium
def test_a_page_that_goes_elsewhere_is_judged_like_a_link(tmp_path: Path) -> None:
    """By redirect, script, form, refresh: to private addresses, off the site, to what robots.txt forbids, and on the site."""
    with Trap() as trap, Paper(tmp_path, **PRIVATE_NAMES) as paper:
        inner, port = f"http://inner.paper.test:{trap.port}/x", paper.server.port
        robots = f"http://paper.test:{port}/forbidden/ferry-number-runs-again-100000.html"
        targets = {
            "private": (f"http://127.0.0.1:{trap.port}/x", "redirected_away"),
            "inner": (inner, "private_address"),
            "off": (f"http://cdn.test:{port}/news/off-the-site-100000.html", "redirected_away"),
            "robots": (robots, "robots"),
            "file": ("file:///etc/passwd", ""),
            "here": (f"http://paper.test:{port}{address(50)}", ""),
        }
        means = {
            "redirect": lambda to: redirect(to, 302),
            "script": lambda to: plain(1, f"<script>location = '{to}'</script>"),
            "refresh": lambda to: plain(2, f'<meta http-equiv="refresh" content="0;url={to}">'),
            "form": lambda to: plain(3, f"<form id=f action='{to}'></form><script>f.submit()</script>"),
            "top": lambda to: plain(
                4, f"<script>setTimeout(() => top.location.replace('{to}'), 300); fetch('/hang')</script>"
            ),
        }
        cases = {address(len(targets) * at + number): (mean, target, make(to), reason)
                 for at, (mean, make) in enumerate(means.items())
                 for number, (target, (to, reason)) in enumerate(targets.items())}  # fmt: skip
        paper.pages = {path: answer for path, (_, _, answer, _) in cases.items()}
        paper.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /forbidden/\n"), "/hang": Answer(b"", wait=20)}
        run = paper.crawl(*cases, REDIRECT_MAX_TIMES="2")
        assert trap.came == []
        asked = paper.server.urls()
    assert not [url for url in asked if "cdn.test" in url or "/forbidden/" in url], "not even asked for"
    outcome = {(mean, target): run.reasons.get(path) for path, (mean, target, _, _) in cases.items()}
    expected = {(mean, target): reason for mean, target, _, reason in cases.values() if reason}
    assert {case: outcome[case] for case in expected} == expected, run.rejects
    # file: is never gone to: a script that tries stays where it is, a redirect has no answer
    assert {outcome[mean, "file"] for mean in means} <= {None, "download_failed", "repeated_text", "http_error"}
    assert address(50) in run.paths
    assert run.manifest["outcomes"]["pending"] == 0


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("answers", [[["127.0.0.1"]], [[PUBLIC], ["127.0.0.1"]]], ids=["private", "private later"])
def test_a_page_whose_own_name_is_private(tmp_path: Path, answers: list[list[str]]) -> None:
    """Refused on the address connected to, by the browser's way out alone: robots.txt is not asked, or came before."""
    with Paper(tmp_path, inner_test=answers) as paper, Loopback(tmp_path, lambda asked: plain(1), "127.0.0.1") as trap:
        settings = {"ROBOTSTXT_OBEY": "0"}
        url = f"http://inner.test:{trap.port}{address(1)}"
        if len(answers) > 1:  # the first answer is for another page of the host
            first = f"http://inner.test:{paper.server.port}{address(2)}"
            command = paper.command(arguments=("-a", "browser=1"), **settings)
            command[command.index(f"url={paper.base}/")] = f"urls={first},{url}"
        else:
            command = paper.command(arguments=("-a", "browser=1"), **settings)
            command[command.index(f"url={paper.base}/")] = f"urls={url}"
        done = subprocess.run(command, cwd=tmp_path, env=paper.environment, capture_output=True, text=True, timeout=500, check=False)  # fmt: skip
        run = Crawl(paper, done.returncode, done.stderr)
        assert trap.accepted == 0
    assert run.reasons == {address(1): "private_address"}, run.said
    assert run.paths == ([address(2)] if len(answers) > 1 else [])


# --- ends of the browser, and of the crawl ----------------------------------------------------------------


def processes_of(crawl: "subprocess.Popen[str]") -> dict[int, str]:
    """The processes below a crawl, with their command lines."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                pass
    found = {crawl.pid}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return {pid: line for pid in found - {crawl.pid} if (line := command_line(pid))}


def command_line(pid: int) -> str:
    """A running process's command line; empty when there is none."""
    try:
        if ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return ""
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def chromium_of(crawl: "subprocess.Popen[str]", kind: str) -> list[int]:
    """The browser's first process, those of pages, or Playwright's driver."""
    lines = processes_of(crawl)
    if kind == "page":
        return [pid for pid, line in lines.items() if "--type=renderer" in line]
    if kind == "browser":
        return [pid for pid, line in lines.items() if "--user-data-dir=" in line and "--type=" not in line]
    return [pid for pid, line in lines.items() if "run-driver" in line]


def until(what: Callable[[], Any], seconds: float = 90) -> Any:
    """Wait until ``what`` gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


PAGES = int(os.environ.get("BROWSER_PAGES", "40"))
KILLS = int(os.environ.get("BROWSER_KILLS", "6"))


@pytest.mark.slow
@needs_chromium
def test_browsers_and_pages_killed_in_the_middle(paper: Paper) -> None:
    """kill -9 of the whole browser, of pages' processes, of the driver, while pages are on their way: all arrive, each once.

    ``BROWSER_KILLS`` and ``BROWSER_PAGES`` make it longer.
    """
    paths = [address(number) for number in range(PAGES)]
    (paper.folder / "urls").write_text("\n".join(paper.base + path for path in paths))
    command = paper.command(arguments=("-a", "browser=1"), RETRY_TIMES="2", DOWNLOAD_DELAY="0.01")
    command[command.index(f"url={paper.base}/")] = "urls=@urls"
    crawl = subprocess.Popen(command, cwd=paper.folder, env=paper.environment, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)  # fmt: skip
    killed: Counter[str] = Counter()
    for number in range(KILLS):
        goal = (number + 1) * PAGES // (KILLS + 1)
        until(lambda goal=goal: crawl.poll() is not None or len(set(paper.asked()) & set(paths)) >= goal, 600)
        kind = ("browser", "page", "driver")[number % 3]
        alive = until(lambda kind=kind: crawl.poll() is not None or chromium_of(crawl, kind))
        if crawl.poll() is not None:
            break
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        killed[kind] += 1
    _, said = crawl.communicate(timeout=1200)
    run = Crawl(paper, crawl.returncode, said)
    asked = Counter(path for path in paper.asked() if path in paths)
    again = sum(asked.values()) - PAGES
    print(f"{PAGES} pages, {dict(killed)} killed, {again} pages asked for again, {run.manifest['browser']}")
    assert (run.code, run.manifest["outcomes"]["pending"], run.reasons) == (0, 0, {}), said
    assert Counter(run.paths) == Counter(paths)
    assert killed.total() == KILLS
    assert again <= KILLS


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_the_browser(number: signal.Signals, paper: Paper) -> None:
    """Whether the crawl is asked to end or killed, in the middle of a page that loops: no process, no folder."""
    paper.pages = {address(1): plain(1, "<script>onload = () => setTimeout(() => { for(;;){} }, 50)</script>")}
    crawl = paper.begin(address(0), address(1), DOWNLOAD_TIMEOUT="60")
    until(lambda: crawl.poll() is not None or address(1) in paper.asked())
    time.sleep(0.5)  # until it loops; nothing hangs on that
    assert crawl.poll() is None
    lines = processes_of(crawl)
    folder = next(
        word.partition("=")[2]
        for line in lines.values()
        for word in line.split()
        if word.startswith("--user-data-dir=")
    )
    assert Path(folder).is_dir()
    said = threading.Thread(target=crawl.communicate, daemon=True)
    said.start()
    while crawl.poll() is None:  # the first SIGTERM lets what is in flight end, the second does not
        crawl.send_signal(number)
        said.join(1)
    until(lambda: not [pid for pid, line in lines.items() if command_line(pid) == line])
    until(lambda: not Path(folder).exists())
    home = str(paper.folder)  # where what Chromium starts on its own is told to write
    pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    until(lambda: not [pid for pid in pids if home in command_line(pid)])


BOMB = "<script>onload = () => { window.kept = []; setInterval(() => { for (let i = 0; i < 4; i++) kept.push(new Uint8Array(32 << 20).fill(i)) }, 100) }</script>"


@pytest.mark.slow
@needs_chromium
def test_a_page_that_eats_memory(paper: Paper) -> None:
    """Its process is ended, and the browser goes on for the others."""
    paper.pages = {address(1): plain(1, BOMB + "<script>fetch('/hang')</script>"), "/hang": Answer(b"", wait=60)}
    run = paper.crawl(
        address(0), address(1), address(2), BROWSER_MEMORY_MB="700", BROWSER_SETTLE="25", LOG_LEVEL="INFO"
    )
    assert sorted(run.paths) == [address(0), address(2)]
    assert run.reasons == {address(1): "download_failed"}
    assert "the browser takes" in run.said
    (peak,) = [int(line.split(":")[1].strip(" ,")) for line in run.said.splitlines() if "browser/memory_mb" in line]
    assert 700 <= peak < 3000


# --- manners, books, records --------------------------------------------------------------------------------


@pytest.mark.slow
@needs_chromium
def test_statuses_retries_and_patience(paper: Paper) -> None:
    """As of any request: errors are rejects, 500 is asked for again, Retry-After is kept, robots.txt obeyed."""
    busy = iter([Answer(b"later", 429, (("Retry-After", "2"), ("Content-Type", "text/html")))])
    broken = iter([Answer(b"<h1>broken</h1>", 500)])
    paper.pages = {
        "/robots.txt": Answer(f"User-agent: newscrawl\nDisallow: {address(5)}\n".encode()),
        address(1): Answer(b"<h1>gone</h1>", 410),
        address(2): lambda asked: next(broken, scripted(2)),
        address(3): lambda asked: next(busy, scripted(3)),
        address(4): Answer(plain(4).body, 403),
    }
    run = paper.crawl(*map(address, range(7)), RETRY_TIMES="1")
    assert sorted(run.paths) == [address(number) for number in (0, 2, 3, 6)]
    assert run.reasons == {address(1): "http_error", address(4): "http_error", address(5): "robots"}
    assert run.manifest["hosts"][f"paper.test:{paper.server.port}"]["held"] == 1
    at = [asked.at for asked in paper.server.asked if asked.url.endswith(address(3))]
    assert at[1] - at[0] >= 2
    assert address(5) not in paper.asked()


@pytest.mark.slow
@needs_chromium
def test_a_host_that_takes_no_connection_rests(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.2", 0)) as nobody:
        port = nobody.getsockname()[1]
    with Paper(tmp_path) as paper:
        urls = ",".join(f"http://cdn.test:{port}{address(number)}" for number in range(4))
        command = paper.command(
            arguments=("-a", "browser=1"), ROBOTSTXT_OBEY="0", BREAKER_ERRORS="2", BREAKER_REST="0.5", BREAKER_RESTS="1"
        )
        command[command.index(f"url={paper.base}/")] = f"urls={urls}"
        done = subprocess.run(command, cwd=tmp_path, env=paper.environment, capture_output=True, text=True, timeout=500, check=False)  # fmt: skip
        run = Crawl(paper, done.returncode, done.stderr)
    assert run.code == 1
    assert Counter(run.reasons.values()) == {"download_failed": 3, "host_down": 1}
    assert "given up" in run.said


@pytest.mark.slow
@needs_chromium
def test_what_is_recorded_is_replayed_without_a_browser(paper: Paper) -> None:
    paths = [address(number) for number in range(3)]
    run = paper.crawl(*paths, RECORD_TO="warc")
    (archive,) = (paper.folder / "warc").iterdir()
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", archive], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    with archive.open("rb") as file:
        told = [record.content_stream().read() for record in ArchiveIterator(file) if record.rec_type == "metadata"]
    assert sum(b"rendered: as a browser" in text for text in told) == 3, "of four: robots.txt came as it is"
    asked = len(paper.server.asked)
    replayed = paper.folder / "replayed"
    replayed.mkdir()
    code = "import sys; sys.modules['scrapy_playwright'] = sys.modules['playwright'] = None; from scrapy.cmdline import execute; execute()"
    command = paper.command(*paths, REPLAY_FROM=str(archive))
    done = subprocess.run([sys.executable, "-c", code, *command[5:]], cwd=replayed, env=paper.environment, capture_output=True, text=True, timeout=100, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(paper.server.asked) == asked
    apart = ("run_id", "crawled_at")
    first, second = ({line["url"]: {k: v for k, v in line.items() if k not in apart} for line in lines}
                     for lines in (run.lines, read_feed(replayed / "out.jsonl")))  # fmt: skip
    assert first == second
    assert len(first) == 3


def crawl_with(
    folder: Path, before: str, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
) -> "subprocess.CompletedProcess[str]":
    """Run a crawl in a Python to which something was done before."""
    code = f"import sys; {before}; from scrapy.cmdline import execute; execute()"
    return subprocess.run([sys.executable, "-c", code, "crawl", *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=100, check=False, env=scrapy_environment(folder, environment))  # fmt: skip


@pytest.mark.parametrize("site", ["laodong", "ria"])
def test_without_the_extra_one_clear_line(tmp_path: Path, site: str) -> None:
    argument = ("-a", "browser=1") if site == "ria" else ()
    done = crawl_with(tmp_path, "sys.modules['scrapy_playwright'] = None", site, *argument)
    assert done.returncode == 2
    assert done.stderr == (
        f"scrapy crawl {site}: its pages need a browser: pip install 'newscrawl[browser]' (-a browser=0 reads without)\n"
    )
    assert not list(tmp_path.iterdir())


def test_without_chromium_one_clear_line(tmp_path: Path) -> None:
    for given, said in (
        ((), "no Chromium is found"),
        (("-s", "BROWSER_EXECUTABLE=/nowhere"), "BROWSER_EXECUTABLE=/nowhere is no program"),
    ):
        done = crawl_with(tmp_path, "pass", "laodong", *given, environment={"PATH": str(tmp_path)})
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert f"scrapy crawl laodong: {said}: apt-get install chromium" in done.stderr


def test_with_a_proxy_of_the_users_one_clear_line(tmp_path: Path) -> None:
    done = crawl_with(tmp_path, "pass", "laodong", "-s", "HTTPPROXY_ENABLED=1")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_playwright_is_imported_for_the_browser_alone(tmp_path: Path) -> None:
    """Not by crawls that use none, nor by a replay of a site that does."""
    before = (
        "import atexit; atexit.register(lambda: print('playwright' in sys.modules, 'scrapy_playwright' in sys.modules))"
    )
    for site in ("laodong", "ria"):
        done = crawl_with(tmp_path, before, site, "-s", f"REPLAY_FROM={ROOT / 'samples'}", "-O", "out.jsonl")
        assert done.stdout.split() == ["False", "False"], done.stderr


@pytest.mark.slow
@needs_chromium
def test_a_browser_that_does_not_start_ends_the_crawl(paper: Paper) -> None:
    program = paper.folder / "chromium"
    program.write_text("#!/bin/sh\necho 'ERROR: no usable sandbox' >&2; exit 1\n")
    program.chmod(0o755)
    run = paper.crawl(*map(address, range(8)), BROWSER_EXECUTABLE=str(program))
    assert (run.code, run.paths) == (1, [])
    assert "the browser does not start" in run.said
    assert "sandbox" in run.said
    assert paper.asked() == []


def test_the_sandbox_is_kept_but_for_root() -> None:
    settings = Settings({"BROWSER_EXECUTABLE": sys.executable})
    for root in (True, False):
        options = browser.launch_options(settings, 1080, root=root)
        assert options["chromium_sandbox"] is not root
        assert "--no-sandbox" not in options["args"]
        assert "--proxy-server=socks5://127.0.0.1:1080" in options["args"]


@pytest.mark.slow
@needs_chromium
def test_commands_read_a_site_with_its_browser(tmp_path: Path) -> None:
    url, page = laodong(1)

    def answer(asked: Asked) -> Answer | None:
        if asked.url.endswith("/robots.txt"):
            return Answer(b"")
        return page if any("D1N" in value for value in asked.headers.values()) else WALL

    with Names({"laodong.vn": [[PUBLIC]]}) as names, Loopback(tmp_path, answer, PUBLIC, tls=True) as server:
        given: dict[str, Any] = {
            "cwd": tmp_path, "timeout": 100, "settings": names.settings | {"DOWNLOAD_VERIFY_CERTIFICATES": "0"},
            "environment": names.environment(public=True, https=server.port),
        }  # fmt: skip
        assert "Xã Hải Vân 1" in scrapy("look", url, **given).stdout
        scrapy("fixture", "laodong", url, "case", **given)
    saved = (tmp_path / "tests" / "sites" / "laodong" / "case" / "page.html").read_text("utf-8")
    assert "art-body" in saved


# --- the proxy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50", ("127.0.0.1", 80, b"")),
        (b"\x05\x01\x00\x04" + b"\0" * 15 + b"\x01\x01\xbbxy", ("::1", 443, b"xy")),
        (b"\x05\x01\x00\x03\x06ria.ru\x01\xbb", ("ria.ru", 443, b"")),
        (b"\x05\x01\x00\x03\x06ria.ru\x01", None),
        (b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", ("", 0, b"")),
        (b"\x05\x01\x00\x07\x7f\x00\x00\x01\x00\x50", ("", 0, b"")),
        (b"GET / HTTP/1.1\r\n", ("", 0, b"")),
        (b"", None),
    ],
)
def test_requests_to_the_proxy(said: bytes, read: tuple[str, int, bytes] | None) -> None:
    assert _read_request(said) == read
