"""The page's own date among all that it prints."""

import pytest

from newscrawl.items import Reject
from newscrawl.page.document import read_document
from newscrawl.page.printed import day_in_url, printed_dates
from newscrawl.page.reader import Reading, read_article
from newscrawl.sites import Site

URL = "https://paper.example/news/bridge"
TITLE = "The old bridge closes next summer"
TEXT = "<p>" + "The old bridge across the river closes next summer, the town said on a rainy day. " * 8 + "</p>"
ANY_SITE = Site(name="any_site", publisher="", hosts=("paper.example",), language="und", article_url=".", anywhere=True)


def read(markup: str, url: str = URL, lang: str = "de") -> Reading:
    page = f'<html lang="{lang}"><body>{markup}</body></html>'
    return read_article(read_document(url, page.encode()), ANY_SITE)


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<h1>T</h1><div class='docData'><span>Datum</span> <span class='value'>18.10.2021</span></div>", "18.10.2021"),
        ("<h1>T</h1><div class='row'>Heft 3<div>03.02.2022</div></div>", "03.02.2022"),
        (
            "<abbr class='published' itemprop='datePublished' title='2017-09-09T10:52:00+02:00'>10:52</abbr>",
            "2017-09-09T10:52:00+02:00",
        ),
        ("<h1>T</h1><relative-time datetime='2020-07-07T12:10:51Z'>on Jul 7</relative-time>", "2020-07-07T12:10:51Z"),
        (
            "<h1>T</h1><span property='schema:dateCreated' content='2022-01-28T12:45:46+00:00'></span>",
            "2022-01-28T12:45:46+00:00",
        ),
        ("<h1>T</h1><span class='datum'>26 | 01 | 2022</span>", "26 | 01 | 2022"),
        ("<h1>T</h1><script>showDate('2020/04/17 01:43:09')</script>", "showDate('2020/04/17 01:43:09')"),
        (
            '<h1>T</h1><script>{"publishedDate":"2016-11-04T20:37:27Z","a":1}</script>',
            "2016-11-04T20:37:27Z",
        ),
        (
            '<script>{"publishedDate":"2016-11-04T20:37:27Z"}</script><script>{"publishedDate":"2017-11-04"}</script>',
            None,
        ),
        ("<h1>T</h1><p>© 2021 Paper, 01.02.2021</p>", None),
        (f"<h1>T</h1>{TEXT}<p>In the year 1987, on 12 May 1987, it was built." + " It stood for long." * 9, None),
    ],
)
def test_found_by_structure(markup: str, wanted: str | None) -> None:
    assert read(markup).article.published_raw == wanted


def test_day_that_a_text_begins_with() -> None:
    text = "<h1>T</h1><p>Kleinstadt, (12.11.2021). Die Brücke wird geschlossen, sagt die Stadt." + "x " * 80
    assert (read(text).article.published_raw or "").startswith("Kleinstadt, (12.11.2021)")


def test_the_date_at_the_heading_wins() -> None:
    own = f"<div class='head'><h1>{TITLE}</h1><span class='date'>25.01.2019</span></div>{TEXT}"
    assert (
        read(f"<div class='top'><span class='date'>28.01.2019</span></div>{own}").article.published_raw == "25.01.2019"
    )
    teaser = "<article><h2>Other</h2><time datetime='2018-01-01'>1.1.2018</time></article>"
    assert read(f"{teaser}{teaser}<article>{own}</article>").article.published_raw == "25.01.2019"


@pytest.mark.parametrize("name", ["related-posts", "comment__date", "calendar", "menu"])
def test_dates_elsewhere_are_not_the_pages(name: str) -> None:
    markup = f"<main><h1>{TITLE}</h1>{TEXT}</main><div class='{name}'><time datetime='2020-02-02'>x</time></div>"
    assert read(markup).article.published_raw is None


def test_a_name_does_not_count_where_it_is_the_page() -> None:
    markup = f"<form class='has-comments'><span class='date'>25.01.2019</span>{TEXT}</form>"
    assert read(markup).article.published_raw == "25.01.2019"


def test_lists_of_dates_come_after_the_pages_own() -> None:
    teasers = "".join(f"<div class='item'><span class='date'>0{day}.02.2020</span></div>" for day in range(1, 5))
    markup = (
        f"<section><h1>{TITLE}</h1>{teasers}</section><section><b class='stamp-date'>25.01.2019</b>{TEXT}</section>"
    )
    assert read(markup).article.published_raw == "25.01.2019"


def test_updates_count_only_where_nothing_else_is_said() -> None:
    updated = "<p class='info'>Aktualisiert: 30.12.2016</p>"
    assert read(f"<h1>{TITLE}</h1>{updated}{TEXT}").article.published_raw == "Aktualisiert: 30.12.2016"
    assert (
        read(f"<h1>{TITLE}</h1>{updated}<p class='small'>Erstellt am: 24.12.2016</p>{TEXT}").article.published_raw
        == "Erstellt am: 24.12.2016"
    )
    both = "<p class='date'>Written: 2023-11-07 15:03<br>Updated: 2023-11-08 15:30</p>"
    assert (read(f"<h1>{TITLE}</h1>{both}{TEXT}").article.published_raw or "").startswith("Written: 2023-11-07")
    chinese = "<td class='grey'>2005-04-27 14:32更新 来源：报</td>"  # here the word closes the stamp of publication
    assert (read(f"<h1>{TITLE}</h1><table><tr>{chinese}</tr></table>").article.published_raw or "").startswith(
        "2005-04-27"
    )


def test_the_heading_is_the_one_that_prints_the_title() -> None:
    other = "<div><h1>The Paper</h1><b class='date'>01.01.2020</b></div>"
    own = f"<div><h1>{TITLE}</h1><b class='date'>25.01.2019</b>{TEXT}</div>"
    assert next(printed_dates(read_document(URL, (other + own).encode()).root, TITLE, URL)) == ("25.01.2019", False)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/2016/07/08/bridge", "2016-07-08"),
        ("/2016/7/8/bridge", "2016-07-08"),
        ("/news-2016-07-08-bridge", "2016-07-08"),
        ("/20160708/bridge", "2016-07-08"),
        ("/2016/07/bridge", None),
        ("/a?from=/2016/07/08/", None),
        ("/12016/07/081", None),
    ],
)
def test_day_in_the_address(path: str, wanted: str | None) -> None:
    assert day_in_url(f"https://paper.example{path}") == wanted


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='meta sidebar'>" * 2000 + "x" * 3_000_000,
        "<div class='related'><footer>" * 900 + "<time>1.1.2020</time>" * 50_000,
        "<a class='date'>" * 2000 + "<p>12.12.2020</p>" * 20_000,
        "<h1>T</h1>" + "<span class=date>12.12.2020 </span>" * 60_000,
    ],
    ids=["nested", "footers", "links", "dates"],
)
def test_pages_made_to_be_slow(markup: str) -> None:
    """No timing: a quadratic reader would take minutes here, and the suite is bounded."""
    try:
        document = read_document(URL, markup.encode())
    except Reject:
        return
    list(printed_dates(document.root, TITLE, URL))
