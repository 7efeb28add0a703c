"""The page's own date among all that it prints."""

import json

import pytest

from newscrawl.items import Reject
from newscrawl.page.document import read_document
from newscrawl.page.printed import day_in_url, printed_dates
from newscrawl.page.reader import Reading, read_article
from newscrawl.sites import Site
from newscrawl.text.dates import facts_for, read_moment

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
        ("<h1>T</h1><script>var publish_time = '2016-11-04', n = 1;</script>", "2016-11-04"),
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
    dates = "<b>Published On 14/9/2024</b><b>14/9/2024</b>|<u>آخر تحديث: 15/9/2024</u>"
    arabic = f"<div class='article-info'><div>أحمد علي</div><div class='dates'>{dates}</div></div>"
    assert "14/9/2024 14/9/2024|" in (read(f"<h1>{TITLE}</h1>{arabic}{TEXT}").article.published_raw or "")
    turkish = "<p class='date'>Güncelleme Tarihi: 15.09.2024 Giriş Tarihi: 14.09.2024</p>"
    assert read(f"<h1>{TITLE}</h1>{turkish}{TEXT}").article.published_raw == "Giriş Tarihi: 14.09.2024"
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


BRIDGE = "https://paper.example/town/the-old-bridge-closes"
PROSE = (
    "<p>The old bridge across the river closes next summer, the town said, and the shops nearby were told on Monday. </p>"
    * 4
)
H1 = "<h1>The old bridge closes</h1>"


def day_of(body: str, head: str = "", url: str = BRIDGE, language: str = "en-GB") -> str | None:
    page = f'<html lang="{language}"><head><title>The old bridge closes</title>{head}</head><body>{body}</body></html>'
    site = Site(name="x", publisher="-", hosts=("paper.example",), language="en", article_url=".")
    raw = read_article(read_document(url, page.encode()), site).article.published_raw
    try:
        return read_moment(raw or "", facts_for(site.dates, language)).on
    except ValueError:
        return None


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def ld(day: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "The old bridge closes", "datePublished": day})}</script>'


@pytest.mark.parametrize(
    "line",
    [
        '<time datetime="2024-07-08T10:00:00Z">yesterday</time>',
        '<span class="post-date">8 July 2024</span>',
        '<div class="entry-meta">By Ann Lee | July 8, 2024</div>',
        '<p class="byline">Ann Lee, 08/07/2024</p>',
        '<abbr class="published" title="2024-07-08">Monday</abbr>',
        "<div>Published 8 July 2024</div>",
        "<div>8th of July 2024</div>",
        '<span id="pubDate">Mon, 8 Jul 2024 10:00</span>',
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "end"])
def test_a_printed_day_is_found_wherever_it_stands(line: str, place: str) -> None:
    body = {"before": line + H1 + PROSE, "after": H1 + line + PROSE, "end": H1 + PROSE + line}[place]
    assert day_of(f"<article>{body}</article>") == "2024-07-08"


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<div class="related"><ul><li><a href="/x"><h3>Another</h3><time datetime="2020-01-02">2 January 2020</time></a></li></ul></div>',
        '<div class="comments"><div class="comment"><span class="date">2 January 2020</span> Nice.</div></div>',
        "<footer>© 2020 The Paper, 2 January 2020</footer>",
        '<div class="sidebar"><span class="date">2 January 2020</span></div>',
        '<nav><span class="date">2 January 2020</span></nav>',
    ],
    ids=["related", "comments", "footer", "sidebar", "nav"],
)
def test_days_of_other_things_are_not_the_pages(elsewhere: str) -> None:
    own = '<span class="date">8 July 2024</span>'
    assert day_of(elsewhere + f"<article>{H1}{own}{PROSE}</article>") == "2024-07-08"
    assert day_of(f"<article>{H1}{own}{PROSE}</article>" + elsewhere) == "2024-07-08"


def test_no_day_is_no_day() -> None:
    assert day_of(f"<article>{H1}{PROSE}</article>") is None
    assert day_of(f"<article>{H1}{PROSE}<p>In the summer of 2019 it was painted.</p></article>") is None
    assert day_of(f"<article>{H1}{PROSE}</article><footer>© 2024</footer>") is None


def test_an_updated_day_comes_last() -> None:
    body = f'<article>{H1}<p class="meta">Updated 12 July 2024</p><p class="meta">8 July 2024</p>{PROSE}</article>'
    assert day_of(body) == "2024-07-08"
    assert day_of(f'<article>{H1}<p class="meta">Updated 12 July 2024</p>{PROSE}</article>') == "2024-07-12"


def test_the_day_of_the_address_counts_where_nothing_nearer_does() -> None:
    assert day_of(f"<article>{H1}{PROSE}</article>", url="https://paper.example/2024/07/08/bridge") == "2024-07-08"


def test_a_moment_in_utc_and_the_local_day() -> None:
    late = ld("2024-07-08T23:30:00Z")
    assert day_of(H1 + PROSE, late) == "2024-07-08"
    assert day_of(H1 + PROSE, late, url="https://paper.example/2024/07/09/bridge") == "2024-07-09"
    assert day_of(H1 + PROSE, late, url="https://paper.example/2024/07/12/bridge") == "2024-07-08", "no zone is so far"
    assert day_of(H1 + PROSE, late + meta("article:published_time", "2024-07-09T06:30:00+07:00")) == "2024-07-09"


def test_what_the_page_states_against_itself() -> None:
    printed = '<span class="date">8 July 2024</span>'
    assert (
        day_of(
            f"<article>{H1}{printed}{PROSE}</article>", ld("2024-07-11") + meta("article:published_time", "2024-07-08")
        )
        == "2024-07-08"
    )
    assert day_of(f"<article>{H1}{printed}{PROSE}</article>", ld("2024-07-11")) == "2024-07-11", "one word against one"
    assert day_of(f"<article>{H1}{printed}{PROSE}</article>", '<meta name="date" content="2024-07-20">') == "2024-07-08"
    exchanged = '<span class="date">7 August 2024</span>'
    assert (
        day_of(f"<article>{H1}{exchanged}{PROSE}</article>", meta("article:published_time", "08/07/2024"))
        == "2024-08-07"
    )


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("8. srpnja 2024.", "hr", "2024-07-08"),
        ("8. července 2024", "cs", "2024-07-08"),
        ("8. heinäkuuta 2024", "fi", "2024-07-08"),
        ("2024. július 8.", "hu", "2024-07-08"),
        ("8 Ιουλίου 2024", "el", "2024-07-08"),
        ("8 يوليو 2024", "ar", "2024-07-08"),
        ("8 जुलाई 2024", "hi", "2024-07-08"),
        ("5. listopada 2024.", "hr", "2024-10-05"),
        ("5 listopada 2024", "pl", "2024-11-05"),
        ("08.07.24", "de", "2024-07-08"),
        ("08/07/24", "en", None),
    ],
)
def test_months_and_short_years_of_many_languages(text: str, language: str, day: str | None) -> None:
    body = f'<article>{H1}<span class="date">{text}</span>{PROSE}</article>'
    assert day_of(body, language=language) == day
