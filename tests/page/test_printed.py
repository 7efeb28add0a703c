"""Dates of pages with no rules: what is printed, where it stands, and what the page states against itself."""

import json

import pytest

from newscrawl.page.document import read_document
from newscrawl.page.printed import day_in_url
from newscrawl.page.reader import read_article
from newscrawl.sites import Site
from newscrawl.text.dates import facts_for, read_moment

URL = "https://paper.example/town/the-old-bridge-closes"
TEXT = (
    "<p>The old bridge across the river closes next summer, the town said, and the shops nearby were told on Monday. </p>"
    * 4
)
H1 = "<h1>The old bridge closes</h1>"


def published(body: str, head: str = "", url: str = URL, language: str = "en-GB") -> str | None:
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
    body = {"before": line + H1 + TEXT, "after": H1 + line + TEXT, "end": H1 + TEXT + line}[place]
    assert published(f"<article>{body}</article>") == "2024-07-08"


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
    assert published(elsewhere + f"<article>{H1}{own}{TEXT}</article>") == "2024-07-08"
    assert published(f"<article>{H1}{own}{TEXT}</article>" + elsewhere) == "2024-07-08"


def test_no_day_is_no_day() -> None:
    assert published(f"<article>{H1}{TEXT}</article>") is None
    assert published(f"<article>{H1}{TEXT}<p>In the summer of 2019 it was painted.</p></article>") is None
    assert published(f"<article>{H1}{TEXT}</article><footer>© 2024</footer>") is None


def test_an_updated_day_comes_last() -> None:
    body = f'<article>{H1}<p class="meta">Updated 12 July 2024</p><p class="meta">8 July 2024</p>{TEXT}</article>'
    assert published(body) == "2024-07-08"
    assert published(f'<article>{H1}<p class="meta">Updated 12 July 2024</p>{TEXT}</article>') == "2024-07-12"


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://a.example/2024/07/08/bridge", "2024-07-08"),
        ("https://a.example/news/20240708-bridge.html", "2024-07-08"),
        ("https://a.example/2024-07-08-bridge", "2024-07-08"),
        ("https://a.example/news/2024/07/bridge", None),
        ("https://a.example/20241340/bridge", None),
        ("https://a.example/x?d=2024/07/08/", None),
    ],
)
def test_day_of_an_address(address: str, day: str | None) -> None:
    assert day_in_url(address) == day


def test_the_day_of_the_address_counts_where_nothing_nearer_does() -> None:
    assert published(f"<article>{H1}{TEXT}</article>", url="https://paper.example/2024/07/08/bridge") == "2024-07-08"


def test_a_moment_in_utc_and_the_local_day() -> None:
    late = ld("2024-07-08T23:30:00Z")
    assert published(H1 + TEXT, late) == "2024-07-08"
    assert published(H1 + TEXT, late, url="https://paper.example/2024/07/09/bridge") == "2024-07-09"
    assert published(H1 + TEXT, late, url="https://paper.example/2024/07/12/bridge") == "2024-07-08", (
        "no zone is so far"
    )
    assert published(H1 + TEXT, late + meta("article:published_time", "2024-07-09T06:30:00+07:00")) == "2024-07-09"


def test_what_the_page_states_against_itself() -> None:
    printed = '<span class="date">8 July 2024</span>'
    assert (
        published(
            f"<article>{H1}{printed}{TEXT}</article>", ld("2024-07-11") + meta("article:published_time", "2024-07-08")
        )
        == "2024-07-08"
    )
    assert published(f"<article>{H1}{printed}{TEXT}</article>", ld("2024-07-11")) == "2024-07-11", (
        "one word against one"
    )
    assert (
        published(f"<article>{H1}{printed}{TEXT}</article>", '<meta name="date" content="2024-07-20">') == "2024-07-08"
    )
    exchanged = '<span class="date">7 August 2024</span>'
    assert (
        published(f"<article>{H1}{exchanged}{TEXT}</article>", meta("article:published_time", "08/07/2024"))
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
    body = f'<article>{H1}<span class="date">{text}</span>{TEXT}</article>'
    assert published(body, language=language) == day
