"""Sources: which listings are asked, in which order, and when they end."""

from datetime import date

import pytest

from newscrawl.crawl.listings import Link, NotAListing
from newscrawl.crawl.sources import (
    Ask,
    DatedSitemap,
    DayArchive,
    Feed,
    JsonList,
    Menu,
    Section,
    Sitemap,
    Window,
    XsyncList,
    newest_first,
)
from newscrawl.text.dates import DateFacts

FACTS = DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True)
TODAY = date(2024, 9, 14)
OPEN = Window(None, TODAY)
WEEK = Window(date(2024, 9, 8), TODAY, True)


def urls(asks: tuple[Ask, ...]) -> list[str]:
    return [ask.url for ask in asks]


def index(*names: str) -> bytes:
    rows = "".join(f"<sitemap><loc>https://a.vn/{name}.xml</loc></sitemap>" for name in names)
    return f"<sitemapindex>{rows}</sitemapindex>".encode()


DAILY = Sitemap("https://a.vn/s.xml", follow=r"/day-", day=r"/day-(\d{4})-(\d{2})-(\d{2})")


def test_index_by_day_newest_first_inside_the_window() -> None:
    body = index("day-2024-09-07", "day-2024-09-12", "day-2024-09-08", "authors", "day-2024-09-15", "day-bad")
    (ask,) = DAILY.start(WEEK)
    _, asks = DAILY.read(body, ask, WEEK, FACTS)
    assert urls(asks) == ["https://a.vn/day-2024-09-12.xml", "https://a.vn/day-2024-09-08.xml"]


def test_index_without_since_gives_the_newest_days() -> None:
    _, asks = DAILY.read(
        index(*(f"day-2024-09-{day:02}" for day in range(1, 15))), Ask("https://a.vn/s.xml"), OPEN, FACTS
    )
    assert urls(asks) == ["https://a.vn/day-2024-09-14.xml", "https://a.vn/day-2024-09-13.xml"]


def test_month_files_cover_the_window() -> None:
    months = Sitemap("https://a.vn/s.xml", day=r"/m-(\d{4})-(\d{2})", span=31)
    _, asks = months.read(index("m-2024-07", "m-2024-09"), Ask("https://a.vn/s.xml"), WEEK, FACTS)
    assert urls(asks) == ["https://a.vn/m-2024-09.xml"]


def test_of_a_month_in_an_index_what_changed_of_late_without_since() -> None:
    months = Sitemap("https://a.vn/s.xml", day=r"/m-(\d{4})-(\d{2})", span=31)
    rows = "".join(f"<url><loc>/{day}</loc><lastmod>2024-09-{day:02}</lastmod></url>" for day in range(1, 15))
    body, ask = f"<urlset>{rows}</urlset>".encode(), Ask("https://a.vn/m-2024-09.xml", depth=1)
    assert [link.url for link in months.read(body, ask, OPEN, FACTS)[0].links] == ["https://a.vn/13", "https://a.vn/14"]
    assert len(months.read(body, ask, WEEK, FACTS)[0].links) == 14


def test_blocks_of_days_that_touch_the_window() -> None:
    blocks = Sitemap("https://a.vn/s.xml", day=r"sitemaps-(\d{4})-(\d{1,2})-(\d{1,2})-\d{1,2}", span=5)
    body = index("sitemaps-2024-9-1-5", "sitemaps-2024-9-6-10", "sitemaps-2024-9-11-15", "sitemaps-2024-8-26-31")
    _, asks = blocks.read(body, Ask("https://a.vn/s.xml"), WEEK, FACTS)
    assert [url.rpartition("/")[2] for url in urls(asks)] == ["sitemaps-2024-9-11-15.xml", "sitemaps-2024-9-6-10.xml"]
    _, asks = blocks.read(body, Ask("https://a.vn/s.xml"), OPEN, FACTS)
    assert [url.rpartition("/")[2] for url in urls(asks)] == ["sitemaps-2024-9-11-15.xml"]


def test_json_list_goes_on_to_an_empty_page() -> None:
    more = JsonList("https://api.a.vn/zone-7-{page}.html", items="data.contents", day="date")
    (ask,) = more.start(OPEN)
    body = b'{"data": {"contents": [{"url": "https://a.vn/x-post1.html", "date": 1726200000}]}}'
    listing, asks = more.read(body, ask, OPEN, FACTS)
    assert (listing.links[0].published, urls(asks)) == (date(2024, 9, 13), ["https://api.a.vn/zone-7-2.html"])
    assert more.read(b'{"data": {"contents": []}}', asks[0], OPEN, FACTS)[1] == ()
    assert more.read(body.replace(b"1726200000", b"1700000000"), asks[0], WEEK, FACTS)[1] == ()


def test_index_that_names_itself_ends() -> None:
    loop = Sitemap("https://a.vn/s.xml")
    ask, rounds = Ask("https://a.vn/s.xml"), 0
    while ask:
        _, asks = loop.read(index("s"), ask, OPEN, FACTS)
        ask, rounds = (asks[0] if asks else None), rounds + 1
    assert rounds < 6


def test_computed_sitemaps() -> None:
    daily = DatedSitemap("https://a.vn/?from={start:%Y%m%d}&to={end:%Y%m%d}")
    assert urls(tuple(daily.start(OPEN))) == [
        "https://a.vn/?from=20240914&to=20240914",
        "https://a.vn/?from=20240913&to=20240913",
    ]
    assert len(list(daily.start(WEEK))) == 7
    blocks = DatedSitemap(daily.template, unit="block")
    assert urls(tuple(blocks.start(WEEK))) == [
        "https://a.vn/?from=20240911&to=20240915",
        "https://a.vn/?from=20240906&to=20240910",
    ]
    months = DatedSitemap("https://a.vn/{start.year}/{start.month}.xml", unit="month")
    assert urls(tuple(months.start(Window(date(2024, 7, 31), TODAY)))) == [
        "https://a.vn/2024/9.xml", "https://a.vn/2024/8.xml", "https://a.vn/2024/7.xml",
    ]  # fmt: skip


def test_last_block_of_a_month_goes_to_its_end() -> None:
    blocks = DatedSitemap("https://a.vn/{start:%m%d}-{end:%m%d}", unit="block")
    assert urls(tuple(blocks.start(Window(date(2024, 8, 25), date(2024, 8, 31))))) == [
        "https://a.vn/0826-0831", "https://a.vn/0821-0825",
    ]  # fmt: skip


def test_month_without_since_gives_what_changed_of_late() -> None:
    months = DatedSitemap("https://a.vn/{start.year}/{start.month}.xml", unit="month")
    rows = "".join(
        f"<url><loc>https://a.vn/{day}</loc><lastmod>2024-09-{day:02}</lastmod></url>" for day in range(1, 15)
    )
    (ask,) = months.start(OPEN)
    listing, _ = months.read(f"<urlset>{rows}</urlset>".encode(), ask, OPEN, FACTS)
    assert [link.url for link in listing.links] == ["https://a.vn/13", "https://a.vn/14"]
    assert len(months.read(f"<urlset>{rows}</urlset>".encode(), ask, WEEK, FACTS)[0].links) == 14


def section(*links: str, following: str = "", day: str = "") -> bytes:
    rows = "".join(f'<li><a href="{link}">x</a><i>{day}</i></li>' for link in links)
    return f'<ul>{rows}</ul><a class="next" href="{following}">more</a>'.encode()


PAGES = Section("https://a.vn/the-gioi", link="li a", entry="li", day="i", next_page="a.next", max_pages=3)


def test_section_goes_on_page_by_page_to_its_limit() -> None:
    (ask,) = PAGES.start(OPEN)
    seen = []
    while ask:
        seen.append(ask.url)
        _, asks = PAGES.read(section("/1", following=f"/the-gioi?p={len(seen)}"), ask, OPEN, FACTS)
        ask = asks[0] if asks else None
    assert seen == ["https://a.vn/the-gioi", "https://a.vn/the-gioi?p=1", "https://a.vn/the-gioi?p=2"]


def test_numbered_pages_are_read_until_one_is_empty() -> None:
    pages = Section("https://a.vn/timelinelist/7/{page}.htm", link="li a", first=0)
    (ask,) = pages.start(OPEN)
    _, (following,) = pages.read(section("/1"), ask, OPEN, FACTS)
    assert (ask.url, following.url) == ("https://a.vn/timelinelist/7/0.htm", "https://a.vn/timelinelist/7/1.htm")
    assert pages.read(section(), following, OPEN, FACTS)[1] == ()


@pytest.mark.parametrize(
    "body",
    [
        section("/1", following=""),
        section("/1", following="/the-gioi"),  # names itself
        section(following="/the-gioi?p=1"),  # an empty page
        section("/1", following="https://ads.vn/p"),  # leaves the host
        section("/1", following="/the-gioi?p=1", day="01/09/2024"),  # older than since
    ],
)
def test_section_ends(body: bytes) -> None:
    assert PAGES.read(body, Ask("https://a.vn/the-gioi"), WEEK, FACTS)[1] == ()


LIST = DayArchive("https://a.vn/{day:%Y%m%d}/", link="a.item", next_page=".more::attr(data-url)")


def day_list(cursor: str | None, *links: str) -> bytes:
    more = f'<div class="more" data-url="/more.html?date={cursor}"></div>' if cursor else ""
    return ("".join(f'<a class="item" href="{link}">x</a>' for link in links) + more).encode()


def test_day_archive_follows_its_cursor() -> None:
    first, second = LIST.start(OPEN)
    assert (first.url, second.url) == ("https://a.vn/20240914/", "https://a.vn/20240913/")
    _, asks = LIST.read(day_list("20240914T120000", "/1"), first, OPEN, FACTS)
    assert urls(asks) == ["https://a.vn/more.html?date=20240914T120000"]
    assert LIST.read(day_list(None, "/1"), asks[0], OPEN, FACTS)[1] == ()
    assert LIST.read(day_list("20240914T110000"), asks[0], OPEN, FACTS)[1] == ()


def test_stuck_cursor_is_set_back_a_minute() -> None:
    """More than a page of entries in one minute: the cursor would stand still for ever."""
    ask = Ask("https://a.vn/more.html?date=20240914T120000", depth=1)
    _, asks = LIST.read(day_list("20240914T120000", "/1"), ask, OPEN, FACTS)
    assert urls(asks) == ["https://a.vn/more.html?date=20240914T115959"]
    midnight = Ask("https://a.vn/more.html?date=20240914T000000", depth=1)
    assert LIST.read(day_list("20240914T000000", "/1"), midnight, OPEN, FACTS)[1] == ()


def test_menu_names_sections_for_each_edition() -> None:
    menu = Menu("https://a.vn/{edition}", menu="nav a", section=Section("", link="li a"))
    window = Window(None, TODAY, editions=("en", "ru"))
    asks = tuple(menu.start(window))
    assert urls(asks) == ["https://a.vn/en", "https://a.vn/ru"]
    _, sections = menu.read(
        b"<nav><a href=/s1>a</a><a href=/s2>b</a><a href=/s1>again</a></nav>", asks[0], window, FACTS
    )
    assert urls(sections) == ["https://a.vn/s1", "https://a.vn/s2"]
    listing, _ = menu.read(section("/1"), sections[0], window, FACTS)
    assert [link.url for link in listing.links] == ["https://a.vn/1"]


def test_old_list_by_post() -> None:
    source = XsyncList("http://k.kp/list", "http://k.kp/article?article_code={code}", page_size=2)
    (ask,) = source.start(WEEK)
    assert dict(ask.form) == {
        "page_start": "0",
        "newsTypeCode": "NT00",
        "fromDate": "2024.09.08",
        "toDate": "2024.09.14",
    }
    body = (
        b"<?xml version='1.0'?><xsync>"
        + b"".join(b"<articleCode><![CDATA[AR%d]]></articleCode>" % n for n in (1, 2))
        + b"</xsync>"
    )
    listing, asks = source.read(body, ask, WEEK, FACTS)
    assert [link.url for link in listing.links] == [
        "http://k.kp/article?article_code=AR1",
        "http://k.kp/article?article_code=AR2",
    ]
    assert dict(asks[0].form)["page_start"] == "2"
    with pytest.raises(NotAListing):
        source.read(b"<html>login</html>", ask, WEEK, FACTS)


def test_feed_is_asked_once() -> None:
    feed = Feed("https://a.vn/rss")
    assert urls(tuple(feed.start(OPEN))) == ["https://a.vn/rss"]
    assert feed.read(b"<rss/>", Ask(feed.url), OPEN, FACTS)[1] == ()


def test_window() -> None:
    assert WEEK.holds(None)
    assert WEEK.holds(date(2024, 9, 8))
    assert not WEEK.holds(date(2024, 9, 7))
    assert not OPEN.holds(date(2024, 9, 15))
    assert OPEN.first == date(2024, 9, 13)


def test_index_of_other_sitemaps_than_the_site_follows() -> None:
    with pytest.raises(NotAListing, match="none of its 2 sitemaps"):
        DAILY.read(index("authors", "tags"), Ask("https://a.vn/s.xml"), OPEN, FACTS)
    _, asks = DAILY.read(index("day-2024-08-01"), Ask("https://a.vn/s.xml"), WEEK, FACTS)
    assert asks == ()


def test_newest_first() -> None:
    first, old, none = Link("/1", date(2024, 9, 13)), Link("/2", None, date(2024, 9, 1)), Link("/3")
    new = Link("/4", date(2024, 9, 14))
    again = Link("/5", date(2024, 9, 13))
    assert newest_first((first, old, none, new, again)) == [new, first, again, old, none]
