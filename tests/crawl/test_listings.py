"""Listings to links, with the faults that real ones have."""

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.crawl.listings import Link, NotAListing, read_json, read_section, read_xml
from newscrawl.text.dates import DateFacts

BASE = "https://a.vn/x"
FACTS = DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True)
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def test_sitemap() -> None:
    body = f"""<?xml version="1.0"?><urlset {SPACE}>
    <url><loc> https://a.vn/1 </loc><lastmod>2026-07-08T04:04:10.339Z</lastmod></url>
    <url><loc>/2</loc><n:news><n:publication_date>2026-07-07</n:publication_date><n:title>Hai &amp; ba</n:title></n:news></url>
    <url><loc>mailto:x</loc></url><url/><!-- no entry -->
    </urlset>""".encode()
    listing = read_xml(body, BASE, FACTS)
    assert listing.links == (
        Link("https://a.vn/1", None, date(2026, 7, 8)),
        Link("https://a.vn/2", date(2026, 7, 7), None, "Hai & ba"),
    )
    assert listing.skipped == 2


def test_languages_of_a_sitemap() -> None:
    body = f"""<urlset {SPACE} xmlns:x="http://www.w3.org/1999/xhtml">
    <url><loc>https://a.vn/1</loc><x:link rel="alternate" hreflang="en-us" href="/en/1"/><x:link rel="alternate" hreflang="x-default"
    href="/1"/><x:link rel="alternate" hreflang="fr" href="mailto:x"/><n:news><n:publication><n:name>A</n:name><n:language>vi</n:language>
    </n:publication><n:publication_date>2026-07-07</n:publication_date></n:news></url></urlset>""".encode()
    (link,) = read_xml(body, BASE, FACTS).links
    assert (link.language, link.alternates) == ("vi", (("en-US", "https://a.vn/en/1"),))
    many = "".join(f'<x:link hreflang="en" href="/{number}"/>' for number in range(10_000))
    body = f'<urlset {SPACE} xmlns:x="http://www.w3.org/1999/xhtml"><url><loc>/1</loc>{many}</url></urlset>'.encode()
    assert len(read_xml(body, BASE, FACTS).links[0].alternates) == 100


def test_sitemap_index() -> None:
    body = f"<sitemapindex {SPACE}><sitemap><loc>https://a.vn/s1.xml</loc></sitemap></sitemapindex>".encode()
    assert [link.url for link in read_xml(body, BASE, FACTS).children] == ["https://a.vn/s1.xml"]


def test_broken_entry_costs_that_entry() -> None:
    body = b"<urlset><url><loc>https://a.vn/1</loc></url><url><loc>https://a.vn/&nope;2</loc><b></url><url><loc>https://a.vn/3</loc></url></urlset>"
    listing = read_xml(body, BASE, FACTS)
    assert [link.url for link in listing.links] == ["https://a.vn/1", "https://a.vn/3"]
    assert listing.skipped == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!DOCTYPE html><html><body>403 Forbidden</body></html>",
        b"Access denied",
        b"<opml/>",
        b"\x00\xff",
        b'{"a": 1}',
    ],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    with pytest.raises(NotAListing):
        read_xml(body, BASE, FACTS)


def test_external_entities_are_not_read() -> None:
    body = b'<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://a.vn/&e;</loc></url></urlset>'
    assert all(link.url in ("https://a.vn/",) for link in read_xml(body, BASE, FACTS).links)


def test_billion_laughs() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<!DOCTYPE u [<!ENTITY l0 "lol">{entities}]><urlset><url><loc>https://a.vn/&l11;</loc></url></urlset>'.encode()
    )
    try:
        read_xml(body, BASE, FACTS)
    except NotAListing:
        pass


def test_rss_and_atom() -> None:
    rss = b"""<rss version="2.0"><channel><link>https://a.vn</link>
    <item><title>M&#7897;t &amp;amp; hai</title><link>https://a.vn/1</link><pubDate>Sat, 14 Sep 2024 08:15:00 +0700</pubDate></item>
    <item><title/><guid isPermaLink="true">https://a.vn/2</guid></item><item><guid isPermaLink="false">77</guid></item>
    </channel></rss>"""
    listing = read_xml(rss, BASE, FACTS)
    assert listing.links == (Link("https://a.vn/1", date(2024, 9, 14), None, "Một & hai"), Link("https://a.vn/2"))
    assert listing.skipped == 1
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link rel="edit" href="/e"/><link href="/1"/>
    <updated>2024-09-15T00:30:00Z</updated></entry></feed>"""
    assert read_xml(atom, BASE, FACTS).links == (Link("https://a.vn/1", None, date(2024, 9, 15), "One"),)


def test_section_with_entries_and_next_page() -> None:
    body = """<ul><li><a href="/1">Một</a><nobr>[2026.7.9.]</nobr></li><li><a href="https://[">x</a></li><li><a href="/2"></a></li></ul>
    <a class="next" href="?p=2">more</a>""".encode()
    facts = DateFacts(day_first=False)
    listing = read_section(body, BASE, link="a", next_page="a.next", day="nobr", entry="li", dates=facts)
    assert listing.links == (Link("https://a.vn/1", date(2026, 7, 9), None, "Một"), Link("https://a.vn/2"))
    assert (listing.next_url, listing.skipped) == ("https://a.vn/x?p=2", 1)


def test_section_by_attribute() -> None:
    body = b"<div class='more' data-url='/services/more.html?date=1'></div><a href='/1'>x</a>"
    listing = read_section(body, BASE, link="a", next_page=".more::attr(data-url)", day=None, entry=None, dates=FACTS)
    assert listing.next_url == "https://a.vn/services/more.html?date=1"


@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
    st.sampled_from([b"<urlset>", b"<rss>", b"<ul>", b""]),
)
def test_any_bytes_are_a_listing_or_none(body: bytes, head: bytes) -> None:
    try:
        read_xml(head + body, BASE, FACTS)
    except NotAListing:
        pass
    try:
        read_json(head + body, BASE, FACTS, items="items", url="url", day="day")
    except NotAListing:
        pass
    try:
        read_section(head + body, BASE, link="a", next_page="a", day=None, entry=None, dates=FACTS)
    except NotAListing:
        pass


def test_gzip_is_undone() -> None:
    body = gzip.compress(b"<urlset><url><loc>https://a.vn/1</loc></url></urlset>")
    assert [link.url for link in read_xml(body, BASE, FACTS).links] == ["https://a.vn/1"]
    with pytest.raises(NotAListing):
        read_xml(b"\x1f\x8b" + b"x" * 50, BASE, FACTS)


def test_gzip_bomb_is_cut() -> None:
    head = b"<urlset><url><loc>https://a.vn/1</loc></url>"
    bomb = gzip.compress(head + b" " * 200_000_000)
    assert [link.url for link in read_xml(bomb, BASE, FACTS).links] == ["https://a.vn/1"]


FEED_DATES = [
    ("Mon, 14 Sep 26 08:00:00 +0700", FACTS, date(2026, 9, 14)),  # two-digit year
    ("Mon, 14 Sep 2026 08:00:00 +07", FACTS, date(2026, 9, 14)),  # offset cut short
    ("10/5/2026 3:42:00 PM", DateFacts("Asia/Ho_Chi_Minh", day_first=False), date(2026, 10, 5)),  # month first
    ("2026-09-05T09:18:48+0700", FACTS, date(2026, 9, 5)),
    ("2025-07-13T15:41:05.000 +07:00", FACTS, date(2025, 7, 13)),
    ("yesterday", FACTS, None),
]


@pytest.mark.parametrize(("text", "facts", "day"), FEED_DATES)
def test_feed_dates(text: str, facts: DateFacts, day: date | None) -> None:
    body = f"<rss><channel><item><link>https://a.vn/1</link><pubDate>{text}</pubDate></item></channel></rss>".encode()
    assert read_xml(body, BASE, facts).links[0].published == day


def test_feed_in_utf_16() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><rss><channel><item><title>Cầu</title><link>https://a.vn/1</link></item></channel></rss>'
    assert read_xml(text.encode("utf-16"), BASE, FACTS).links == (Link("https://a.vn/1", None, None, "Cầu"),)


def test_feed_in_place_of_a_sitemap() -> None:
    body = b"<rss><channel><item><link>https://a.vn/1</link></item></channel></rss>"
    assert [link.url for link in read_xml(body, BASE, FACTS).links] == ["https://a.vn/1"]


def test_json_lists() -> None:
    body = b'{"data": {"contents": [{"title": "M\\u1ed9t", "url": "/1.html", "date": 1725500000}, {"url": 7}, "x", {"url": "/2", "date": 1725500000000}]}}'
    listing = read_json(body, BASE, FACTS, items="data.contents", url="url", day="date")
    assert listing.links == (
        Link("https://a.vn/1.html", date(2024, 9, 5), None, "Một"),
        Link("https://a.vn/2", date(2024, 9, 5)),
    )
    assert listing.skipped == 2
    for wrong in (b"[]", b"{}", b"<html>", b'{"data": 3}'):
        with pytest.raises(NotAListing):
            read_json(wrong, BASE, FACTS, items="data.contents", url="url", day="date")
