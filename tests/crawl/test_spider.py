"""Which pages a link in a listing leads to."""

from types import SimpleNamespace

import pytest

from newscrawl.crawl.listings import Link
from tests.support import Bench

PAPER = "https://baoquocte.vn/mot-bai-bao-287114.html"
ENGLISH = "https://en.baoquocte.vn/an-article-287115.html"
HOME = "https://www.vietnam.vn"


def editions(site: str, link: Link, *languages: str) -> list[str]:
    spider = Bench(site).spider
    spider.arguments = SimpleNamespace(languages=languages)
    found: list[str] = spider._editions(link)
    return found


@pytest.mark.parametrize(
    ("link", "languages", "urls"),
    [
        (Link(PAPER), ("vi",), [PAPER]),
        (Link(PAPER), ("en",), []),
        (
            Link(PAPER, alternates=(("en", ENGLISH), ("fr", "https://elsewhere.example/a-12345.html"))),
            ("en", "fr"),
            [ENGLISH],
        ),
        (Link(PAPER, alternates=(("en-GB", ENGLISH),)), ("vi", "en"), [PAPER, ENGLISH]),
    ],
)
def test_languages_that_the_listing_names(link: Link, languages: tuple[str, ...], urls: list[str]) -> None:
    assert editions("baoquocte", link, *languages) == urls


def test_parallel_editions_by_rule_unless_the_listing_names_them() -> None:
    assert editions("vietnam_vn", Link(f"{HOME}/mot-bai"), "no", "ja") == [f"{HOME}/no/mot-bai", f"{HOME}/ja/mot-bai"]
    named = Link(f"{HOME}/mot-bai", alternates=(("no", f"{HOME}/no/mot-bai"), ("de", f"{HOME}/de/mot-bai")))
    assert editions("vietnam_vn", named, "no", "ja") == [f"{HOME}/no/mot-bai"], "the others do not exist"


def test_a_news_sitemap_tells_the_language_where_the_address_does_not() -> None:
    address = "https://vov.vn/en/society/a-story-post1256123.vov"
    spider = Bench("vov").spider
    told = spider.site.language_of(address)
    assert editions("vov", Link(address, language="fr"), "fr") == ([address] if told is None else [])


def test_any_site_takes_every_language() -> None:
    from newscrawl.spiders.any_site import AnySiteSpider

    spider = AnySiteSpider.__new__(AnySiteSpider)
    spider.arguments = SimpleNamespace(languages=("und",))  # type: ignore[assignment]
    assert spider._editions(Link("https://a.example/x", language="de")) == ["https://a.example/x"]
