"""Which of several dates is that of the publication."""

import json

import pytest

from newscrawl.page.document import read_document
from newscrawl.page.reader import read_article
from newscrawl.sites import Site

TEXT = "<p>" + "The old bridge across the river closes next summer, the town said on a rainy day. " * 8 + "</p>"
PLAIN = "https://paper.example/bridge"


def published(head: str, body: str = "", url: str = PLAIN, lang: str = "en-GB", **node: str) -> str | None:
    site = Site(name="any_site", publisher="", hosts=("paper.example",), language="und", article_url=".", anywhere=True)
    data = json.dumps({"@type": "NewsArticle", "headline": "T", **node}) if node else "{}"
    script = f'<script type="application/ld+json">{data}</script>'
    page = f'<html lang="{lang}"><head>{head}{script}</head><body><h1>T</h1>{body}{TEXT}</body></html>'
    return read_article(read_document(url, page.encode()), site).article.published_raw


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


PRINTED = "<time>6 January 2022</time>"


def test_jsonld_gives_way_to_a_meta_tag_that_is_printed_too() -> None:
    tag = meta("article:published_time", "2022-01-06T08:29:34")
    assert published(tag, PRINTED, datePublished="2022-01-04T07:29:00Z") == "2022-01-06T08:29:34"
    assert published(tag, datePublished="2022-01-04T07:29:00Z") == "2022-01-04T07:29:00Z"
    assert published("", PRINTED, datePublished="2022-01-04T07:29:00Z") == "2022-01-04T07:29:00Z"


def test_a_vague_date_gives_way_to_an_earlier_one_printed() -> None:
    assert published(meta("date", "2022-01-12"), PRINTED) == "6 January 2022"
    assert published(meta("date", "2022-01-02"), PRINTED) == "2022-01-02"
    assert published(meta("date", "2022-08-12"), PRINTED) == "2022-08-12"  # another date altogether
    assert published(meta("publish-date", "2022-01-12"), PRINTED) == "2022-01-12"


def test_day_and_month_exchanged() -> None:
    assert (
        published(meta("date", "11/01/2023 12:43:42"), "<p>Made on: 1 November 2023</p>") == "Made on: 1 November 2023"
    )


@pytest.mark.parametrize(
    ("stamp", "url", "wanted"),
    [
        ("2025-12-19T02:41:41Z", "https://paper.example/2025/12/18/bridge", "2025-12-18"),
        ("2025-12-18T22:41:41Z", "https://paper.example/2025/12/19/bridge", "2025-12-19"),
        ("2025-12-19T22:02:00Z", "https://paper.example/2025/12/18/bridge", "2025-12-19T22:02:00Z"),  # nowhere on earth
        ("2025-12-19T02:41:41+01:00", "https://paper.example/2025/12/18/bridge", "2025-12-19T02:41:41+01:00"),
        ("2025-12-18T02:41:41Z", "https://paper.example/2025/12/18/bridge", "2025-12-18T02:41:41Z"),
    ],
)
def test_the_day_in_the_address_is_the_local_day(stamp: str, url: str, wanted: str) -> None:
    assert published(meta("article:published_time", stamp), url=url) == wanted


def test_the_local_day_by_the_same_moment_and_by_a_clock_without_zone() -> None:
    twin = meta("article:published_time", "2019-02-19 19:41:13 -0500")
    assert published(twin, datePublished="2019-02-20T00:41:13Z") == "2019-02-19 19:41:13 -0500"
    clock = meta("sailthru.date", "2023-11-08 22:35:29")
    assert published(clock, datePublished="2023-11-09T06:35:29+00:00") == "2023-11-08 22:35:29"
    later = "<time>10 November 2023</time>"  # a change, or nothing that is known
    assert published("", later, datePublished="2023-11-09T12:35:29+00:00") == "2023-11-09T12:35:29+00:00"


def test_meta_tags_of_any_name_for_the_publication() -> None:
    assert published(meta("citation_publication_date", "2019/1/22")) == "2019/1/22"
    assert published(meta("w-published-date", "2025-05-27T06:03:43.274Z")) == "2025-05-27T06:03:43.274Z"
    assert published(meta("unpublish-date", "2035-05-27") + meta("article_date_updated", "2024-01-01")) is None


def test_jsonld_of_a_page_that_is_no_article() -> None:
    def page(*nodes: dict[str, str]) -> str:
        return f'<script type="application/ld+json">{json.dumps({"@graph": nodes})}</script>'

    own = {"@type": "WebPage", "datePublished": "2018-06-07T10:13:17+00:00"}
    film = {"@type": "VideoObject", "datePublished": "2017-06-07"}
    assert published(page(own, film)) == "2018-06-07T10:13:17+00:00"
    assert published(page(film)) is None
    assert published(page(own, {"@type": "Recipe", "datePublished": "2011-01-01"})) is None


def test_language_of_the_address_tells_the_order() -> None:
    printed = "<span class='time'>02/10/2020</span>"
    stated = published("", printed, url="https://paper.example/en-gb/news/bridge", lang="")
    assert stated == "02/10/2020"
    site = Site(name="any_site", publisher="", hosts=("paper.example",), language="und", article_url=".", anywhere=True)
    page = read_document("https://paper.example/en-gb/news/bridge", f"<h1>T</h1>{TEXT}".encode())
    assert read_article(page, site).article.language == "en-gb"
