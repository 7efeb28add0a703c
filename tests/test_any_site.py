"""``any_site``: a paper that nothing is known of, found and read from its front page, on loopback."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from newscrawl.crawl.discover import ARTICLE, Discover
from newscrawl.crawl.listings import Link, NotAListing
from newscrawl.crawl.sources import Ask, Window
from newscrawl.sites import Site
from newscrawl.text.dates import NO_FACTS
from tests.loopback import Answer, Loopback, Table
from tests.support import read_feed, scrapy

HOME = "https://paper.example"
XML = (("Content-Type", "application/xml"),)
SENTENCE = (
    "The ferry between the two banks will run again from Monday, the harbour office said, after a winter of repairs. "
)


def article(title: str, *, ld: bool = True, lang: str = "en-GB", printed: str = "14/09/2024") -> Answer:
    node = {"@type": "NewsArticle", "headline": title, "datePublished": "2024-09-14T08:15:00+01:00",
            "author": {"@type": "Person", "name": "Ada Poole"}, "publisher": {"@type": "Organization", "name": "The Paper"}}  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>' if ld else ""
    body = "".join(f"<p>{SENTENCE * 2}{number}.</p>" for number in range(5))
    return Answer(
        f'<html lang="{lang}"><head><title>{title} | The Paper</title>{head}</head><body><nav><a href="/news">News</a></nav>'
        f'<main><h1>{title}</h1><p class="date">Published {printed}</p><div class="story">{body}<p><a href="/x">Related story</a></p>'
        f"</div></main><footer>© The Paper</footer></body></html>".encode()
    )


URLS = {
    "sitemap": f"{HOME}/news/ferry-runs-again-from-monday",
    "feed": f"{HOME}/2024/09/14/harbour",
    "front": f"{HOME}/town/old-lighthouse-gets-new-lamp-123456.html",
}
SECTION = (
    "<html><body><h1>News</h1>"
    + "".join(f'<p><a href="/n{n}">A headline of one of the stories, number {n}</a></p>' for n in range(30))
    + "</body></html>"
)


def world() -> Table:
    sitemap = (
        f"<urlset><url><loc>{URLS['sitemap']}</loc></url><url><loc>{HOME}/tag/ferry-boats-and-more</loc></url></urlset>"
    )
    index = f"<sitemapindex><sitemap><loc>{HOME}/sitemap-news.xml</loc></sitemap><sitemap><loc>{HOME}/image-sitemap.xml</loc></sitemap></sitemapindex>"
    feed = f"<rss><channel><item><title>Harbour</title><link>{URLS['feed']}</link></item></channel></rss>"
    front = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.rss"></head><body>'
        f'<a href="{URLS["front"]}">Lamp</a><a href="/about">About</a><a href="/news/all-the-news-of-today">All</a>'
        '<a href="https://other.example/some-other-paper-story-999999">Elsewhere</a></body></html>'
    )
    return {
        f"{HOME}/robots.txt": Answer(f"User-agent: *\nAllow: /\nSitemap: {HOME}/sitemap.xml\n".encode()),
        f"{HOME}/": Answer(front.encode()),
        f"{HOME}/sitemap.xml": Answer(index.encode(), headers=XML),
        f"{HOME}/sitemap-news.xml": Answer(sitemap.encode(), headers=XML),
        f"{HOME}/feed.rss": Answer(feed.encode(), headers=XML),
        f"{HOME}/news/all-the-news-of-today": Answer(SECTION.encode()),
        URLS["sitemap"]: article("Ferry runs again from Monday"),
        URLS["feed"]: article("Harbour wall is finished", ld=False),
        URLS["front"]: article(
            "Old lighthouse gets a new lamp", ld=False, lang="de", printed="14. September 2024, 10:30"
        ),
    }


def crawl(tmp_path: Path, answers: Table, *arguments: str, check: bool = True):
    with Loopback(tmp_path, answers) as server:
        done = scrapy("crawl", "any_site", *arguments, "-o", "out.jsonl", cwd=tmp_path, check=check,
                      settings=server.settings | {"DOWNLOAD_DELAY": "0"}, environment=server.environment)  # fmt: skip
    return done, server, read_feed(tmp_path / "out.jsonl")


def test_front_page_sitemaps_and_feeds_lead_to_the_articles(tmp_path: Path) -> None:
    done, server, lines = crawl(tmp_path, world(), "-a", f"url={HOME}/")
    found = {line["url"]: line for line in lines}
    assert set(found) == set(URLS.values())
    asked = server.urls()
    assert f"{HOME}/image-sitemap.xml" not in asked
    assert not [url for url in asked if "other.example" in url or "/tag/" in url or "/about" in url]
    ferry = found[URLS["sitemap"]]
    assert (ferry["title"], ferry["authors"], ferry["source_name"]) == (
        "Ferry runs again from Monday",
        ["Ada Poole"],
        "The Paper",
    )
    assert (ferry["published_at"], ferry["language"]) == ("2024-09-14T08:15:00+01:00", "en-GB")
    assert (ferry["discovered_via"], ferry["source_url_status"]) == (f"{HOME}/sitemap-news.xml", "own")
    assert ferry["body"].startswith("The ferry between")
    assert "Related story" not in ferry["body"]
    assert found[URLS["feed"]]["published_on"] == "2024-09-14"  # day first, as the page's language has it
    assert found[URLS["front"]]["published_on"] == "2024-09-14"
    assert "not_an_article 1" in done.stderr or "body_too_short 1" in done.stderr


def test_site_that_names_no_listing_is_sought_in_the_usual_places(tmp_path: Path) -> None:
    answers = world()
    answers[f"{HOME}/robots.txt"] = Answer(b"", 404)
    answers[f"{HOME}/"] = Answer(b"<html><body>Welcome</body></html>")
    answers[f"{HOME}/feed"] = answers.pop(f"{HOME}/feed.rss")
    done, _, lines = crawl(tmp_path, answers, "-a", f"url={HOME}/")
    assert {line["url"] for line in lines} == {URLS["sitemap"], URLS["feed"]}
    assert "listings failed" not in done.stderr, "what was only guessed is no failure"


def test_pages_given_by_hand(tmp_path: Path) -> None:
    _, _, lines = crawl(tmp_path, world(), "-a", f"urls={URLS['feed']}")
    assert [line["title"] for line in lines] == ["Harbour wall is finished"]


def test_site_that_is_down_is_a_failed_crawl(tmp_path: Path) -> None:
    done, _, _ = crawl(tmp_path, {f"{HOME}/": Answer(b"", 403)}, "-a", f"url={HOME}/", check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("arguments", [(), ("-a", "url=paper.example"), ("-a", "url=ftp://paper.example")])
def test_it_needs_an_address(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = scrapy("crawl", "any_site", *arguments, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "url" in done.stderr


SITE = Site(name="x", publisher="", hosts=("a.example",), language="und", article_url=ARTICLE, anywhere=True)


@pytest.mark.parametrize(
    "path",
    ["/news/ferry-runs-again-from-monday", "/2024/09/14/harbour", "/a-123456.html", "/story.php?id=123456", "/world/europe/story-title-here.html",
     "/artikel/die-faehre-faehrt-wieder-12345", "/%E6%96%B0%E9%97%BB/20240914/1234567.shtml"],
)  # fmt: skip
def test_looks_like_an_article(path: str) -> None:
    assert SITE.is_article(f"https://a.example{path}")


@pytest.mark.parametrize(
    "path",
    ["/", "/news", "/tag/ferry-boats-and-all-that", "/category/2024", "/author/ada-poole-of-the-paper", "/about-us", "/search?q=a-b-c-d",
     "/page/2", "/login", "/world/europe/", "/wp-content/uploads/2024/09/a-b-c-d.jpg", "/en/videos/some-video-of-the-day"],
)  # fmt: skip
def test_looks_like_none(path: str) -> None:
    assert not SITE.is_article(f"https://a.example{path}")


def test_hostile_listings_end() -> None:
    source = Discover(f"{HOME}/")
    window = Window(None, date(2024, 9, 14))
    many = "".join(f"<sitemap><loc>{HOME}/s{n}.xml</loc></sitemap>" for n in range(5000))
    _, asks = source.read(
        f"<sitemapindex>{many}</sitemapindex>".encode(), Ask(f"{HOME}/sitemap.xml", depth=1), window, NO_FACTS
    )
    assert len(asks) <= 12
    _, deeper = source.read(
        f"<sitemapindex>{many}</sitemapindex>".encode(), Ask(f"{HOME}/s.xml", depth=4), window, NO_FACTS
    )
    assert deeper == ()
    lines = b"Sitemap: file:///etc/passwd\nSitemap: javascript:x\nSITEMAP:https://paper.example/a.xml"
    _, asks = source.read(lines, Ask(f"{HOME}/robots.txt"), window, NO_FACTS)
    assert [ask.url for ask in asks] == [f"{HOME}/a.xml"]
    with pytest.raises(NotAListing):
        source.read(b"<html>not found</html>", Ask(f"{HOME}/feed", depth=1), window, NO_FACTS)


def test_an_address_given_by_hand_is_read_whatever_it_looks_like(tmp_path: Path) -> None:
    url = f"{HOME}/2026/story-038.html"
    _, _, lines = crawl(tmp_path, world() | {url: article("The ferry is late")}, "-a", f"urls={url}")
    assert [(line["url"], line["title"]) for line in lines] == [(url, "The ferry is late")]


OPEN = Window(None, date(2024, 9, 14))


def test_of_a_long_sitemap_the_newest_are_taken() -> None:
    days = [date(2022, 1, 1) + timedelta(days=number) for number in range(900)]
    rows = "".join(
        f"<url><loc>{HOME}/{day}</loc><n:news><n:publication_date>{day}</n:publication_date></n:news></url>"
        for day in days
    )
    body = f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'.encode()
    listing, _ = Discover(f"{HOME}/").read(body, Ask(f"{HOME}/sitemap.xml", depth=1), OPEN, NO_FACTS)
    assert [link.url for link in listing.links] == [f"{HOME}/{day}" for day in reversed(days[-500:])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_json_feed(encoding: str) -> None:
    body = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "date_published": "2024-09-14T23:30:00+07:00"}]}'
    listing, _ = Discover(f"{HOME}/").read(body.encode(encoding), Ask(f"{HOME}/feed.json", depth=1), OPEN, NO_FACTS)
    assert listing.links == (Link(f"{HOME}/a", date(2024, 9, 14)),)


def test_what_an_index_names_is_no_guess() -> None:
    body = f"<sitemapindex><sitemap><loc>{HOME}/a.xml</loc></sitemap></sitemapindex>".encode()
    _, asks = Discover(f"{HOME}/").read(body, Ask(f"{HOME}/sitemap.xml", depth=1, optional=True), OPEN, NO_FACTS)
    assert [(ask.url, ask.optional) for ask in asks] == [(f"{HOME}/a.xml", False)]
