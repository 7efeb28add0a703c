"""Every spelling of an address inside, by every way that leads a crawl somewhere: a trap on loopback counts who comes."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.crawl.test_guard import LOOPBACK_SPELLINGS, OPEN, attempt
from tests.dns import PUBLIC, Names
from tests.loopback import Answer, Asked, Loopback, redirect

SPELLINGS = (
    *LOOPBACK_SPELLINGS,
    "0177.0x0.0.1", "0x7f.0.1", "127.0x1", "00000177.0.0.1", "0x7F.0x0.0x0.0x1", "127.000.000.001", "127.1.", "2130706433.", "0x7f000001.",
    "[0000::1]", "[::FFFF:127.0.0.1]", "[::ffff:0:7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::1]", "[::1%25lo]", "[fe80::1%25lo]",
    "8.8.8.8@127.0.0.1", "paper.test#@127.0.0.1", "127.0.0.1\\@paper.test", "localhost.", "a.b.localhost",
)  # fmt: skip
"""All but the last few are loopback to one system or another, whatever they are here."""

LISTS: dict[str, Callable[[list[str]], str]] = {
    "sitemap": lambda urls: f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>",
    "index": lambda urls: (
        f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"
    ),
    "rss": lambda urls: f"<rss><channel>{''.join(f'<item><link>{url}</link></item>' for url in urls)}</channel></rss>",
    "atom": lambda urls: "<feed>" + "".join(f"<entry><link href='{url}'/></entry>" for url in urls) + "</feed>",
    "json": lambda urls: json.dumps({"items": [{"url": url} for url in urls]}),
    "section": lambda urls: "".join(f'<a class=entry href="{url}">x</a>' for url in urls),
}
ALONE: dict[str, Callable[[str], Answer]] = {
    **{f"redirect {status}": lambda url, status=status: redirect(url.encode().decode("latin-1"), status) for status in (301, 302, 303, 307, 308)},
    "refresh header": lambda url: Answer(b"<p>x", headers=(("Content-Type", "text/html"), ("Refresh", f"0; url={url}".encode().decode("latin-1")))),
    "refresh": lambda url: Answer(f'<meta http-equiv="refresh" content="0; url={url}"><p>x'.encode()),
    "list/section next": lambda url: Answer(f'<a class=next href="{url}">x</a>'.encode()),
    "list/front": lambda url: Answer(f'<link rel=alternate type="application/rss+xml" href="{url}">'.encode()),
    "list/section base": lambda url: Answer(f'<base href="{url}"><a class=entry href="x">x</a>'.encode()),
}  # fmt: skip
"""Ways that lead one page to one address."""
ROUTES = ("start", "robots.txt redirects", "Sitemap: in robots.txt", *LISTS, *ALONE)


def attempts(hosts: tuple[str, ...], port: int, folder: Path, **settings: str) -> tuple[dict[str, str], int]:
    """Send a crawl to ``hosts``, each by all routes; return what came of each request, and how many were led astray."""

    def inside(route: str, number: int) -> str:
        host = hosts[number]
        return f"http://{host}/x" if "@" in host else f"http://{host}:{port}/{ROUTES.index(route)}-{number}"

    def answer(asked: Asked) -> Answer | None:
        parts = urlsplit(asked.url)
        route, _, number = parts.path.removeprefix("/").replace("%20", " ").rpartition("/")
        name = parts.hostname or ""
        if parts.path == "/robots.txt":
            if name.startswith("r"):
                return redirect(
                    inside("robots.txt redirects", int(name[1:].partition(".")[0])).encode().decode("latin-1")
                )
            lines = "".join(f"Sitemap: {inside('Sitemap: in robots.txt', at)}\n" for at in range(len(hosts)))
            return Answer(f"User-agent: *\nAllow: /\n{lines}".encode())
        if route == "list" and number in LISTS:
            return Answer(LISTS[number]([inside(number, at) for at in range(len(hosts))]).encode())
        return ALONE[route](inside(route, int(number))) if route in ALONE else Answer(b"here")

    robots = [f"r{at}.test" for at in range(len(hosts))]
    with (
        Names({host: [[PUBLIC]] for host in ("paper.test", *robots)}) as names,
        Loopback(folder, answer, PUBLIC) as server,
    ):
        base = f"http://paper.test:{server.port}"
        urls = [inside("start", at) for at in range(len(hosts))]
        urls += [f"http://{host}:{server.port}/page" for host in robots]
        urls += [f"{base}/robots.txt", *(f"{base}/list/{name}" for name in LISTS)]
        urls += [f"{base}/{route}/{at}" for route in ALONE for at in range(len(hosts))]
        found = attempt(folder, urls, names, public=True, **settings)
        given = Counter(server.urls(robots=True))
    for url in urls[len(hosts) :]:
        sent = url.replace("/page", "/robots.txt") if "/page" in url else url.replace(" ", "%20")
        assert given[sent] >= 1, f"{sent} was never asked for: what it holds was not tried"
    return found, len(hosts) * len(ROUTES)


@pytest.mark.slow
def test_no_spelling_by_no_route(tmp_path: Path) -> None:
    with Loopback(tmp_path, {}, "0.0.0.0") as trap:
        found, count = attempts(SPELLINGS, trap.port, tmp_path)
        assert trap.accepted == 0
    assert len(SPELLINGS) >= 40
    assert len(ROUTES) >= 8
    assert count >= 600
    refused = [why for why in found.values() if why.startswith("private_address")]
    assert len(refused) >= 250, "the others are no addresses, and were never asked for"
    print(f"{count} attempts, {len(refused)} requests refused, no connection")


@pytest.mark.slow
def test_the_routes_lead_somewhere(tmp_path: Path) -> None:
    """With the guard open the same routes lead into the trap: all but a refresh, which a crawl does not follow."""
    with Loopback(tmp_path, lambda asked: Answer(b"here")) as trap:
        attempts(("127.0.0.1",), trap.port, tmp_path, **OPEN)
        came = {ROUTES[int(urlsplit(url).path.removeprefix("/").partition("-")[0])] for url in trap.urls()}
    assert set(ROUTES) - came == {"refresh", "refresh header", "list/section base"}


@pytest.mark.slow
def test_a_thousand_flips_of_a_name(tmp_path: Path) -> None:
    """DNS rebinding: each look-up answers public and loopback in turn, also within the life of a crawl."""
    rounds: list[Any] = [[PUBLIC], ["127.0.0.1"]] * 30
    hosts = [f"flip{number}.test" for number in range(25)]  # many at once: a refusal takes a third of a second
    closing = Answer(b"here", headers=(("Connection", "close"),))
    with (
        Names(dict.fromkeys(hosts, rounds)) as names,
        Loopback(tmp_path, lambda asked: closing, PUBLIC) as server,
        Loopback(tmp_path, {}, port=server.port) as trap,
    ):
        urls = [f"http://{host}:{server.port}/{number}" for number in range(44) for host in hosts]
        found = attempt(tmp_path, urls, names, public=True, ROBOTSTXT_OBEY="0")
        assert trap.accepted == 0
    came = Counter(why.partition(":")[0] for why in found.values())
    assert len(names.asked) >= 1000, "each answer turns the name over"
    assert set(came) == {"here", "private_address"}
    assert min(came.values()) >= 400, "both answers were given, again and again"
