"""What discovery makes of a site's listings, in whole crawls on loopback: what it asks for, and what it says at the end."""

from pathlib import Path

import pytest

from tests.generated import DAY, ria_sitemap, ria_urls
from tests.loopback import Answer, Asked, Table
from tests.test_any_site import HOME, URLS, XML, article
from tests.test_any_site import world as unknown
from tests.test_live import HTML, LIST, ROBOTS, SITEMAP, Run, with_etag, world

ANY = ("-a", f"url={HOME}/")
BNEWS = "https://bnews.vn/sitemap.xml"
MONTH = f"https://bnews.vn/news-{DAY.year}-{DAY.month}.xml"
SINCE = ("-a", f"since={DAY}", "-a", f"until={DAY}")


def sitemap(*urls: str, days: tuple[str, ...] = ()) -> Answer:
    told = [f"<lastmod>{day}</lastmod>" for day in days] or [""] * len(urls)
    rows = "".join(f"<url><loc>{url}</loc>{day}</url>" for url, day in zip(urls, told, strict=True))
    return Answer(f"<urlset>{rows}</urlset>".encode(), headers=XML)


def index(*urls: str) -> Answer:
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return Answer(f"<sitemapindex>{rows}</sitemapindex>".encode(), headers=XML)


def feed(*urls: str, day: str = "Sat, 14 Sep 2024 08:15:00 +0700") -> Answer:
    rows = "".join(f"<item><link>{url}</link><pubDate>{day}</pubDate></item>" for url in urls)
    return Answer(f"<rss><channel>{rows}</channel></rss>".encode(), headers=XML)


def forbidden(asked: Asked) -> Answer:
    """Refuse everything but robots.txt."""
    if asked.url.endswith("/robots.txt"):
        return Answer(b"User-agent: *\nAllow: /\n")
    return Answer(b"<html>Forbidden</html>", 403)


def refused(asked: Asked) -> Answer:
    """Refuse everything."""
    return Answer(b"<html>Forbidden</html>", 403)


RIA_EMPTY: Table = {SITEMAP: Answer(ria_sitemap([])), LIST: Answer(b"<html><body></body></html>")}
ANY_EMPTY: Table = {f"{HOME}/robots.txt": Answer(b"User-agent: *\n"), f"{HOME}/": Answer(b"<html><body></body></html>")}


@pytest.mark.parametrize(
    ("site", "arguments", "full", "empty", "blocked"),
    [
        ("ria", (), world(), RIA_EMPTY, refused),
        ("any_site", ANY, unknown(), ANY_EMPTY, refused),
        ("any_site", ANY, unknown(), ANY_EMPTY, forbidden),
    ],
)
def test_empty_blocked_and_nothing_new_are_told_apart(
    tmp_path: Path, site: str, arguments: tuple[str, ...], full: Table, empty: Table, blocked: object
) -> None:
    first = Run(tmp_path, full, *arguments, site=site)
    assert len(first.lines) == 3
    nothing_new = Run(tmp_path, full, *arguments, site=site)
    listings_empty = Run(tmp_path, empty, *arguments, site=site, check=False)
    shut = Run(tmp_path, blocked, *arguments, site=site, check=False)
    assert [run.code for run in (nothing_new, listings_empty, shut)] == [0, 1, 1]
    assert "3 already in the feed" in nothing_new.said
    assert "ERROR" not in nothing_new.said
    assert "the listings are empty" in listings_empty.said
    assert "no listing answered" not in listings_empty.said
    assert "no listing answered" in shut.said
    assert "status 403" in shut.said
    assert "the listings are empty" not in shut.said
    assert [run.manifest["state"] for run in (nothing_new, listings_empty, shut)] == ["finished", "aborted", "aborted"]
    assert len(shut.lines) == 3


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({BNEWS: index(MONTH)}, "no listing answered"),  # the index answers, what it names does not
        ({BNEWS: index(MONTH), MONTH: sitemap()}, "the listings are empty"),
        ({BNEWS: index("https://bnews.vn/bai-viet-2024.xml")}, "follow and day fit none"),  # other names than before
        (
            {BNEWS: index(MONTH), MONTH: sitemap("https://bnews.vn/video", "https://bnews.vn/")},
            "none of the 2 addresses listed is an article",
        ),
    ],
)
def test_index_that_leads_to_nothing_is_a_failed_crawl(tmp_path: Path, answers: Table, said: str) -> None:
    run = Run(tmp_path, answers, *SINCE, site="bnews", check=False)
    assert run.code == 1
    assert said in run.said


def test_index_with_nothing_in_the_window_is_no_failure(tmp_path: Path) -> None:
    run = Run(tmp_path, {BNEWS: index("https://bnews.vn/news-2020-1.xml")}, *SINCE, site="bnews")
    assert (run.code, run.server.urls()) == (0, [BNEWS])


def test_each_source_is_counted(tmp_path: Path) -> None:
    known, fine, broken, late = ria_urls(4)
    Run(tmp_path, world() | {SITEMAP: Answer(ria_sitemap([known])), LIST: Answer(b"<html></html>")})
    rows = "".join(f'<a class="list-item__title" href="{url}">x</a>' for url in (fine, late, "/about"))
    answers = world(4) | {
        SITEMAP: Answer(ria_sitemap([known, fine, broken, "https://ria.ru/"])),
        broken: Answer(b"", 404),
        LIST: Answer(f"<html><body>{rows}</body></html>".encode()),
    }
    run = Run(tmp_path, answers)
    first, second = run.manifest["sources"].values()
    assert first == {"answered": 1, "entries": 4, "known": 1, "admitted": 2, "no_article": 1, "fetched": 1, "unfetched": 1}  # fmt: skip
    assert second == {"answered": 1, "entries": 3, "admitted": 1, "repeated": 1, "no_article": 1, "fetched": 1}
    assert {line["url"]: line["discovered_via"] for line in run.lines} == {known: SITEMAP, fine: SITEMAP, late: LIST}


def test_one_empty_listing_of_several_is_said(tmp_path: Path) -> None:
    run = Run(tmp_path, world() | {LIST: Answer(b"<html><body></body></html>")})
    assert run.code == 0
    assert "1 listings empty" in run.said
    assert "https://ria.ru/{day:%Y%m%d}/" in run.said


def test_what_an_unchanged_index_names_is_asked_for_again(tmp_path: Path) -> None:
    """robots.txt, the front page and the index stay as they are; the sitemap below them grows."""
    table = unknown()
    fixed = {f"{HOME}/{path}" for path in ("robots.txt", "", "sitemap.xml", "feed.rss")}

    def answer(asked: Asked) -> Answer | None:
        found = table.get(asked.url)
        assert not isinstance(found, list)
        return with_etag(found, '"same"')(asked) if found and asked.url in fixed else found

    assert len(Run(tmp_path, answer, *ANY, site="any_site").lines) == 3
    new = f"{HOME}/news/a-second-ferry-is-on-its-way"
    table[f"{HOME}/sitemap-news.xml"] = sitemap(URLS["sitemap"], new)
    table[new] = article("A second ferry is on its way")
    again = Run(tmp_path, answer, *ANY, site="any_site")
    assert [line["url"] for line in again.lines[3:]] == [new]
    feeds = [asked for asked in again.server.asked if asked.url.endswith("/feed.rss")]
    assert [asked.headers.get("If-None-Match") for asked in feeds] == ['"same"']
    assert "1 listings unchanged" in again.said


def test_error_page_is_not_remembered_as_a_listing_read(tmp_path: Path) -> None:
    """It is served as 200 with an ETag, and is 304 the next time: still no listing."""
    page = with_etag(Answer(b"<!DOCTYPE html><html>Sorry</html>", headers=HTML), '"sorry"')
    table = world()

    def answer(asked: Asked) -> Answer | None:
        found = page(asked) if asked.url == SITEMAP else table.get(asked.url)
        assert not isinstance(found, list)
        return found

    table[LIST] = Answer(
        f'<html><body><a class="list-item__title" href="{ria_urls(3)[0]}">x</a></body></html>'.encode()
    )
    for _ in range(2):
        run = Run(tmp_path, answer)
        assert "1 listings failed" in run.said
        assert "unchanged" not in run.said


def test_newest_first(tmp_path: Path) -> None:
    """A sitemap begins with its oldest entry, as many do: a limited crawl takes the newest all the same."""
    urls = [f"{HOME}/news/story-number-{number}-of-the-week" for number in range(1, 8)]
    table: Table = {url: article(f"Story number {number} of the week") for number, url in enumerate(urls, 1)}
    table[f"{HOME}/robots.txt"] = Answer(f"Sitemap: {HOME}/all.xml\n".encode())
    table[f"{HOME}/"] = Answer(b"<html><body>Welcome</body></html>")
    table[f"{HOME}/all.xml"] = sitemap(*urls, days=tuple(f"2024-09-{day:02}" for day in range(8, 15)))
    run = Run(
        tmp_path, table, *ANY, "-a", "since=2024-09-01", "-a", "until=2024-09-30", "-a", "limit=2", site="any_site"
    )
    assert run.urls == [urls[6], urls[5]]
    assert set(run.server.urls()) & set(urls[:4]) == set(), "what the limit leaves out is not asked for"


def test_what_the_listing_dates_outside_the_window_is_not_asked_for(tmp_path: Path) -> None:
    old, new = f"{HOME}/news/the-old-story-of-august", URLS["feed"]
    table = unknown() | {f"{HOME}/feed.rss": feed(new), f"{HOME}/more.rss": feed(old, day="Thu, 1 Aug 24 08:15:00 +07")}
    table[f"{HOME}/"] = Answer(
        b"<html><head>" + b"".join(b'<link rel="alternate" type="application/rss+xml" href="/%s">' % name for name in (b"feed.rss", b"more.rss")) + b"</head></html>"
    )  # fmt: skip
    table[old] = article("The old story of August", ld=False, printed="01/08/2024")
    run = Run(tmp_path, table, *ANY, "-a", "since=2024-09-01", "-a", "until=2024-09-30", site="any_site")
    assert old not in run.server.urls()
    assert new in run.urls
    assert run.manifest["sources"][f"{HOME}/"]["outside_window"] == 1


def test_feed_of_another_section_costs_nothing(tmp_path: Path) -> None:
    """A server that answers an unknown feed with its first one: each article is asked for once."""
    listed = (URLS["feed"], URLS["front"])
    table = unknown() | {f"{HOME}/feed.rss": feed(*listed), f"{HOME}/world.rss": feed(*listed)}
    table[f"{HOME}/"] = Answer(
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.rss">'
        b'<link rel="alternate" type="application/rss+xml" href="/world.rss"></head></html>'
    )
    run = Run(tmp_path, table, *ANY, site="any_site")
    assert sorted(run.urls) == sorted(URLS.values())
    assert [run.server.urls().count(url) for url in listed] == [1, 1]
    assert run.manifest["sources"][f"{HOME}/"]["repeated"] == 2


def test_robots_of_the_site_name_no_listing(tmp_path: Path) -> None:
    """robots.txt that answers is no listing that answered."""
    run = Run(tmp_path, {ROBOTS: Answer(b"User-agent: *\n")}, check=False)
    assert "no listing answered" in run.said


WALL = (
    b"<html><head><title>The Paper</title></head><body><div class='cmp'><h1>Before you continue</h1><p>We and our 842 partners use "
    b"cookies and process personal data. You can manage your preferences or accept all cookies; legitimate interest, privacy policy."
    b"</p><button>Accept all</button></div></body></html>"
)


def test_consent_wall_is_no_article(tmp_path: Path) -> None:
    run = Run(tmp_path, unknown() | {URLS["feed"]: Answer(WALL)}, *ANY, site="any_site")
    assert run.reasons[URLS["feed"]] == "consent_wall"
    assert sorted(run.urls) == sorted((URLS["sitemap"], URLS["front"]))


def test_consent_wall_before_everything_is_a_failed_crawl(tmp_path: Path) -> None:
    run = Run(tmp_path, lambda asked: Answer(WALL), *ANY, site="any_site", check=False)
    assert (run.code, run.lines) == (1, [])
    assert "shows crawlers another page" in run.said


def test_addresses_from_a_file_on_several_hosts(tmp_path: Path) -> None:
    other = "https://evening.example/2024/09/14/market"
    (tmp_path / "list.txt").write_text(f"{URLS['sitemap']}\n\n{other}\n")
    table = unknown() | {other: article("The market moves", ld=False)}
    run = Run(tmp_path, table, "-a", "urls=@list.txt", site="any_site")
    assert sorted(line["title"] for line in run.lines) == ["Ferry runs again from Monday", "The market moves"]
    assert {line["discovered_via"] for line in run.lines} == {"urls"}
