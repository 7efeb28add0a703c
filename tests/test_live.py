"""Whole crawls against a server on loopback that answers as ria.ru would, with its faults.

The same is done for all sites, on the sample archive's answers, in ``test_samples.py``.
"""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.generated import DAY, ria_listings, ria_page, ria_sitemap, ria_urls
from tests.loopback import Answer, Asked, Loopback, Table, redirect
from tests.redis_server import RedisServer
from tests.support import read_feed, scrapy

DATES = ("-a", f"since={DAY}", "-a", f"until={DAY}")
FAST = {"DOWNLOAD_DELAY": "0", "RETRY_TIMES": "1", "DOWNLOAD_TIMEOUT": "3"}
HTML = (("Content-Type", "text/html; charset=utf-8"),)
SITEMAP = f"https://ria.ru/sitemap_article.xml?date_start={DAY:%Y%m%d}&date_end={DAY:%Y%m%d}"
LIST = f"https://ria.ru/{DAY:%Y%m%d}/"
ROBOTS = "https://ria.ru/robots.txt"


def world(count: int = 3) -> Table:
    """Return a site with ``count`` articles of one day."""
    urls = ria_urls(count)
    listings = {url: Answer(body) for url, body in ria_listings(urls).items()}
    return {
        ROBOTS: Answer(b"User-agent: *\nDisallow: /private/\n"),
        **listings,
        **{url: Answer(ria_page(url)) for url in urls},
    }


class Run:
    """A finished crawl."""

    def __init__(
        self, folder: Path, answers: Any, *arguments: str, site: str = "ria", check: bool = True, **settings: str
    ) -> None:
        with Loopback(folder, answers) as server:
            self.done = scrapy(
                "crawl", site, *(arguments or DATES), "-o", "out.jsonl", cwd=folder, check=check,
                settings=FAST | server.settings | settings, environment=server.environment,
            )  # fmt: skip
            self.server = server
        self.code, self.said = self.done.returncode, self.done.stderr
        self.lines = read_feed(folder / "out.jsonl")
        self.urls = [line["url"] for line in self.lines]
        rejects = folder / "out.rejects.jsonl"
        self.rejects = (
            [json.loads(line) for line in rejects.read_text("utf-8").splitlines()] if rejects.exists() else []
        )
        self.manifest = json.loads((folder / "out.manifest.json").read_text("utf-8"))

    @property
    def reasons(self) -> dict[str, str]:
        """Address to why it gave no article."""
        return {line["url"]: line["reason"] for line in self.rejects}


def test_a_day_is_crawled_politely(tmp_path: Path) -> None:
    run = Run(tmp_path, world(), DOWNLOAD_DELAY="0.2", DOWNLOAD_DELAY_JITTER="0")
    assert sorted(run.urls) == sorted(ria_urls(3))
    assert run.server.asked[0].url == ROBOTS
    assert Counter(run.server.urls(robots=True)).most_common(1)[0][1] == 1, "asked twice"
    agents = {asked.headers.get("User-Agent", "") for asked in run.server.asked}
    assert len(agents) == 1
    assert re.match(r"newscrawl/[\d.]+ \(", agents.pop())
    times = [asked.at for asked in run.server.asked if asked.url != ROBOTS]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.15
    assert run.manifest["outcomes"]["new"] == 3
    assert "3 new" in run.said
    assert run.manifest["state"] == "finished"


def test_second_run_asks_for_no_article_and_says_so(tmp_path: Path) -> None:
    Run(tmp_path, world())
    again = Run(tmp_path, world(5))
    assert set(again.server.urls()) & set(ria_urls(5)) == set(ria_urls(5)[3:])
    assert len(again.urls) == 5
    assert "3 already in the feed" in again.said
    assert "recrawl=1" in again.said


def with_etag(answer: Answer, etag: str) -> Any:
    """Return an answer that is 304 to whom has it already."""

    def give(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == etag:
            return Answer(status=304, headers=(("ETag", etag),))
        return Answer(answer.body, headers=(("Content-Type", "application/xml"), ("ETag", etag)))

    return give


def test_listing_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    table, etags = world(), {SITEMAP: '"one"', LIST: '"list"'}

    def answer(asked: Asked) -> Answer | None:
        found = table.get(asked.url)
        assert not isinstance(found, list)
        return with_etag(found, etags[asked.url])(asked) if found and asked.url in etags else found

    broken = table[ria_urls(3)[0]]
    table[ria_urls(3)[0]] = Answer(b"busy", 500)
    assert len(Run(tmp_path, answer).lines) == 2
    table[ria_urls(3)[0]] = broken
    assert len(Run(tmp_path, answer).lines) == 3, "a run that lost a page does not call its listings read"
    third = Run(tmp_path, answer)
    assert (len(third.lines), third.code) == (3, 0)
    assert third.server.urls() == [SITEMAP, LIST]
    assert third.manifest["sources"][next(iter(third.manifest["sources"]))]["unchanged"] == 1
    table |= {url: value for url, value in world(4).items() if url not in table or url == SITEMAP}
    etags[SITEMAP] = '"two"'
    assert len(Run(tmp_path, answer).lines) == 4


def paged(*pages: list[str]) -> Table:
    """Return a day list in pages behind a cursor; the sitemap is empty."""
    table = world(8) | {SITEMAP: Answer(ria_sitemap([]))}
    for number, page in enumerate(pages):
        rows = "".join(f'<a class="list-item__title" href="{url}">x</a>' for url in page)
        following = f"/services/{DAY:%Y%m%d}/more.html?date={DAY:%Y%m%d}T{20 - number:02}0000"
        more = f'<div class="list-more" data-url="{following}"></div>' if number + 1 < len(pages) else ""
        address = (
            LIST
            if number == 0
            else f"https://ria.ru/services/{DAY:%Y%m%d}/more.html?date={DAY:%Y%m%d}T{21 - number:02}0000"
        )
        table[address] = Answer(f"<html><body>{rows}{more}</body></html>".encode())
    return table


def test_paging_stops_at_what_the_feed_has_once_a_run_has_read_it_all(tmp_path: Path) -> None:
    table = paged(*(ria_urls(8)[at : at + 2] for at in range(0, 8, 2)))
    first = Run(tmp_path, table, *DATES, "-a", "limit=3")
    assert len(first.lines) == 3
    second = Run(tmp_path, table)  # the one before was limited: all pages are read
    assert (len(second.lines), sum("more.html" in url for url in second.server.urls())) == (8, 3)
    third = Run(tmp_path, table)
    assert (len(third.lines), sum("more.html" in url for url in third.server.urls())) == (8, 0)


def test_paging_goes_on_past_what_this_run_itself_has_written(tmp_path: Path) -> None:
    new, newer, old = ria_urls(8)[:2], ria_urls(8)[2:4], ria_urls(8)[4:]
    assert len(Run(tmp_path, paged(old)).lines) == 4
    shifted = Run(tmp_path, paged(newer, newer, new, old))  # the list grew between two of its pages
    assert len(shifted.lines) == 8
    assert "4 already in the feed" in shifted.said


@pytest.mark.slow
def test_paging_goes_on_past_what_another_machine_has_written(redis: RedisServer, tmp_path: Path) -> None:
    """The other began with the newest and did not come to the end; what it left is still to be read."""
    newer, new, old = ria_urls(8)[:2], ria_urls(8)[2:4], ria_urls(8)[4:]
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    assert len(Run(tmp_path / "one", paged(old), SEEN_STORE=redis.url).lines) == 4
    table = paged(newer, new, old)
    assert len(Run(tmp_path / "other", table, *DATES, "-a", "limit=2", SEEN_STORE=redis.url).lines) == 2
    again = Run(tmp_path / "one", table, SEEN_STORE=redis.url)
    assert sorted(again.urls) == sorted(new + old)
    assert "6 already in the feed" in again.said
    third = Run(tmp_path / "one", table, SEEN_STORE=redis.url)
    assert sum("more.html" in url for url in third.server.urls()) == 1, "up to what it has written itself"


def test_recrawl_adds_what_changed(tmp_path: Path) -> None:
    Run(tmp_path, world())
    first = ria_urls(3)[0]
    changed = world() | {first: Answer(ria_page(first, paragraphs=6))}
    again = Run(tmp_path, changed, *DATES, "-a", "recrawl=1")
    assert [(line["url"], line["revision"]) for line in again.lines[3:]] == [(first, 2)]
    assert again.lines[3]["id"] == next(line["id"] for line in again.lines[:3] if line["url"] == first)
    assert "1 changed" in again.said
    assert "2 unchanged" in again.said
    third = Run(tmp_path, changed, *DATES, "-a", "recrawl=1")
    assert len(third.lines) == 4


def test_robots_are_obeyed(tmp_path: Path) -> None:
    first, *others = ria_urls(3)
    path = urlsplit(first).path
    run = Run(tmp_path, world() | {ROBOTS: Answer(f"User-agent: newscrawl\nDisallow: {path}\n".encode())})
    assert sorted(run.urls) == sorted(others)
    assert first not in run.server.urls()
    assert run.reasons == {first: "robots"}


def test_site_closed_to_robots_is_a_failed_crawl(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {ROBOTS: Answer(b"User-agent: *\nDisallow: /\n")}, check=False)
    assert run.code == 1
    assert run.server.urls() == []
    assert "no listing answered" in run.said


@pytest.mark.parametrize(
    "answer", [Answer(b"busy", 503), Answer(b"slow down", 429), Answer(b"", cut=50), Answer(b"x" * 3_000_000)]
)
def test_host_without_readable_robots_is_closed(tmp_path: Path, answer: Answer) -> None:
    run = Run(tmp_path, world() | {ROBOTS: answer}, check=False, RETRY_TIMES="0")
    assert (run.code, run.server.urls()) == (1, [])
    assert "robots.txt could not be read" in run.said
    assert "Traceback" not in run.said


def test_robots_that_are_not_there_allow(tmp_path: Path) -> None:
    assert len(Run(tmp_path, world() | {ROBOTS: Answer(b"<html>not found</html>", 404)}).urls) == 3


def test_robots_on_another_host_count(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    rules = f"User-agent: *\nDisallow: {urlsplit(first).path}\n".encode()
    elsewhere = "https://static.example/robots.txt"
    run = Run(tmp_path, world() | {ROBOTS: redirect(elsewhere), elsewhere: Answer(rules)})
    assert run.reasons == {first: "robots"}


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {ROBOTS: Answer(b"User-agent: *\nCrawl-delay: 0.6\n")})
    times = [asked.at for asked in run.server.asked][2:]
    assert len(run.urls) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.5


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "http_error"), (403, "http_error"), (500, "http_error"), (429, "http_error")]
)
def test_a_page_that_fails_costs_that_page(tmp_path: Path, status: int, reason: str) -> None:
    first, *others = ria_urls(3)
    run = Run(tmp_path, world() | {first: Answer(b"<html>error</html>", status)})
    assert sorted(run.urls) == sorted(others)
    assert run.reasons == {first: reason}
    assert str(status) in run.rejects[0]["detail"]
    assert run.server.urls().count(first) == (2 if status in (500, 429) else 1)
    assert "http_error 1" in run.said


def test_page_that_works_at_the_second_try(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: [Answer(b"busy", 503), Answer(ria_page(first))]})
    assert len(run.urls) == 3
    assert run.rejects == []


def test_slow_page_is_given_up(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: Answer(ria_page(first), wait=3)}, DOWNLOAD_TIMEOUT="1", RETRY_TIMES="0")
    assert len(run.urls) == 2
    assert run.reasons == {first: "download_failed"}


def test_cut_page_is_no_article(tmp_path: Path) -> None:
    """The transfer ends before Content-Length: half an article must not pass for one."""
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: Answer(ria_page(first)[:900], cut=5000)})
    assert len(run.urls) == 2
    assert run.reasons == {first: "download_failed"}


def test_cut_page_that_comes_whole_at_the_second_try(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: [Answer(ria_page(first)[:900], cut=5000), Answer(ria_page(first))]})
    assert len(run.urls) == 3


def test_redirects(tmp_path: Path) -> None:
    first, second, third = ria_urls(3)
    moved = first.replace("most-", "moved-most-")
    mirror = second.replace("https://ria.ru", "https://m.ria.ru")
    answers = world() | {
        first: redirect(moved), moved: Answer(ria_page(first)),
        second: redirect(mirror), mirror: Answer(ria_page(second)), "https://m.ria.ru/robots.txt": Answer(status=404),
        third: redirect("https://ria.ru/", 302), "https://ria.ru/": Answer(b"<html><h1>Front</h1></html>"),
    }  # fmt: skip
    run = Run(tmp_path, answers)
    assert sorted(run.urls) == sorted([moved, second])  # one keeps its id, the mirror its canonical host
    assert run.reasons == {third: "redirected_away"}


def test_redirect_loop_ends(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: redirect(first + "?a=1"), first + "?a=1": redirect(first)})
    assert len(run.urls) == 2
    assert set(run.reasons.values()) == {"download_failed"}


def test_blocked_for_fifteen_minutes(tmp_path: Path) -> None:
    """403 on the listings: a failed crawl, not an empty site; when the block is over, the same command does it."""
    answers = world() | {SITEMAP: Answer(b"<html>blocked</html>", 403), LIST: Answer(b"<html>blocked</html>", 403)}
    run = Run(tmp_path, answers, check=False)
    assert (run.code, run.lines, run.manifest["state"]) == (1, [], "aborted")
    assert "no listing answered" in run.said
    assert "403" in run.said
    assert len(Run(tmp_path, world()).lines) == 3


def test_error_page_served_as_sitemap(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {SITEMAP: Answer(b"<!DOCTYPE html><html>Sorry</html>")}, check=False)
    assert "listings failed" in run.said
    assert "an HTML page instead of XML" in run.said


def test_empty_listings_are_a_failed_crawl(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {SITEMAP: Answer(ria_sitemap([]))}, check=False)
    assert run.code == 1
    assert "the listings are empty" in run.said


def test_site_that_is_down(tmp_path: Path) -> None:
    def nothing(asked: Asked) -> Answer:
        return Answer(b"gateway", 502)

    run = Run(tmp_path, nothing, check=False)
    assert run.code == 1
    assert "no listing answered" in run.said


def test_pages_all_broken_is_a_failed_crawl(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {url: Answer(b"gone", 500) for url in ria_urls(3)}, check=False)
    assert run.code == 1
    assert "none of the 3 pages could be read" in run.said


def test_limit_is_exact(tmp_path: Path) -> None:
    run = Run(tmp_path, world(12), *DATES, "-a", "limit=4", CONCURRENT_REQUESTS_PER_DOMAIN="8")
    assert len(run.urls) == 4
    assert run.manifest["state"] == "finished"


def test_pages_given_by_hand(tmp_path: Path) -> None:
    first, second, _ = ria_urls(3)
    (tmp_path / "urls.txt").write_text(f"{first}\n{second}?utm_source=x\n")
    run = Run(tmp_path, world(), "-a", "urls=@urls.txt")
    assert sorted(run.urls) == sorted([first, second])
    assert set(run.server.urls()) == {first, second}
    assert {line["discovered_via"] for line in run.lines} == {"urls"}


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, (("Content-Type", "image/png"),), "not_text"),
        (b"\x00\x01\x02" * 5000, HTML, "not_text"),
        (b"", HTML, "unreadable"),
        (b"<html><body><h1>Only a title</h1></body></html>", HTML, "no_body"),
        (b"<p>x " * 4_000_000, HTML, "page_too_large"),
        (b"<html><body>" + b"<div>" * 5_000 + b"deep</div></body></html>", HTML, "no_title"),
        (b"<html><body>" + b"<div>" * 60_000 + b"deep</div></body></html>", HTML, "markup_too_heavy"),
    ],
)
def test_what_is_no_article_is_a_reject(tmp_path: Path, body: bytes, headers: Any, reason: str) -> None:
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: Answer(body, headers=headers)}, DOWNLOAD_MAXSIZE=str(50 * 1024 * 1024))
    assert len(run.urls) == 2
    assert run.reasons == {first: reason}


def test_page_of_five_megabytes_is_read(tmp_path: Path) -> None:
    first = ria_urls(3)[0]
    page = ria_page(first).replace(b"</head>", b"<script>" + b"x = 1; " * 740_000 + b"</script></head>")
    assert len(page) > 5_000_000
    assert len(Run(tmp_path, world() | {first: Answer(page)}).urls) == 3


def test_two_runs_on_one_feed(tmp_path: Path) -> None:
    from newscrawl.feed.lines import LineFile

    holder = LineFile(tmp_path / "out.jsonl")
    with Loopback(tmp_path, world()) as server:
        done = scrapy("crawl", "ria", *DATES, "-o", "out.jsonl", cwd=tmp_path, check=False,
                      settings=FAST | server.settings, environment=server.environment)  # fmt: skip
    holder.close()
    assert done.returncode == 1
    assert "another run is writing" in done.stderr
    assert server.urls() == []


def test_feed_that_is_no_file(tmp_path: Path) -> None:
    with Loopback(tmp_path, world()) as server:
        done = scrapy("crawl", "ria", *DATES, "-o", "/dev/full:jsonlines", cwd=tmp_path, check=False,
                      settings=FAST | server.settings, environment=server.environment)  # fmt: skip
    assert done.returncode == 1
    assert "no regular file" in done.stderr
    assert server.urls() == []
