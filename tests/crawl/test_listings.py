"""Listings to links, with the faults that real ones have."""

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.crawl.listings import Link, Listing, NotAListing, read_json, read_section, read_xml
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


def test_page_of_nothing_is_the_end_of_a_list() -> None:
    assert read_section(b" \n", BASE, link="a", next_page="a", day=None, entry=None, dates=FACTS) == Listing()


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


def test_sitemap_in_plain_text() -> None:
    listing = read_xml("\ufeffhttps://a.vn/1\r\nhttps://a.vn/cầu\nx:y\n\n".encode(), BASE, FACTS)
    assert ([link.url for link in listing.links], listing.skipped) == (["https://a.vn/1", "https://a.vn/cầu"], 1)
    assert read_xml(b"https://a.vn/1\n" * 50_001, BASE, FACTS).cut
    with pytest.raises(NotAListing):
        read_xml(b"https://a.vn/ is down for maintenance", BASE, FACTS)


def test_what_stands_before_a_feed() -> None:
    feed = "<?xml version='1.0'?><rss><channel><item><link>https://a.vn/1</link></item></channel></rss>"
    for junk in (
        "<br />\n<b>Warning</b>: Undefined index in /www/x.php on line 3<br />\n",
        "<!-- cached -->",
        "Notice",
    ):
        assert read_xml((junk + feed).encode(), BASE, FACTS).links == (Link("https://a.vn/1"),)


def test_entities_that_xml_does_not_know() -> None:
    feed = "<rss><channel><item><title>Caf&eacute;&nbsp;&hellip; <b>x</b></title><link>https://a.vn/1</link></item>{}</channel></rss>"
    cut = "<item><link>https://a.vn/?a=1&eacute;=2</link><guid>https://a.vn/2</guid></item>"
    links = read_xml(feed.format(cut).encode(), BASE, FACTS).links
    assert [(link.url, link.title) for link in links] == [("https://a.vn/1", "Café … x"), ("https://a.vn/2", None)]


def test_feed_with_a_base_of_its_own() -> None:
    entry = '<entry xml:base="bai/"><link href="1.html"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.vn/tin/">{entry}</feed>'
    assert [link.url for link in read_xml(feed.encode(), BASE, FACTS).links] == ["https://b.vn/tin/bai/1.html"]


def test_halves_of_characters_in_a_feed() -> None:
    entry = "<item><title>{}</title><link>https://a.vn/1</link></item>"
    titles = ("C&#xD83D;&#xDE00;", "C&#55357;&#56832;", "C&#x0dbff;", "C&#56320;d", f"C&#{'0' * 5000}57343;")
    text = f"<rss><channel>{''.join(map(entry.format, titles))}</channel></rss>"
    found = read_xml(text.encode(), BASE, FACTS).links
    assert [link.title for link in found] == ["C😀", "C😀", "C\ufffd", "C\ufffdd", "C\ufffd"]
    with pytest.raises(NotAListing):
        read_xml(text.encode("utf-16"), BASE, FACTS)


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


TWO = "<rss><channel><item><title>Cầu</title><link>https://a.vn/1</link></item><item><link>https://a.vn/2</link></item></channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0" encoding="utf-16"?>{TWO}'.encode(),  # says UTF-16 and is UTF-8
        f'<?xml version="1.0" encoding="utf-8"?>{TWO}'.encode("utf-16"),  # the other way round
        f'<?xml version="1.0" encoding="utf-16"?>{TWO}'.encode("utf-16-be"),  # no byte order mark
        f'\n\ufeff<?xml version="1.0"?>{TWO}'.encode(),
    ],
)
def test_feed_with_a_wrong_label(body: bytes) -> None:
    listing = read_xml(body, BASE, FACTS)
    assert ([link.url for link in listing.links], listing.links[0].title) == (
        ["https://a.vn/1", "https://a.vn/2"],
        "Cầu",
    )
    assert not listing.cut


@pytest.mark.parametrize(
    "address",
    [
        "https://a.vn/x?a=1&amp;b=2",
        "https://a.vn/x?a=1&b=2",  # bare: a strict parser stops here, a lenient one leaves out ``&b``
        "https://a.vn/x?a=1&amp;amp;b=2",  # encoded twice
        "<![CDATA[https://a.vn/x?a=1&b=2]]>",
        "<![CDATA[https://a.vn/x?a=1&amp;b=2]]>",
    ],
)
def test_ampersand_in_an_address(address: str) -> None:
    rss = f"<rss><item><link>{address}</link></item><item><title>A & B</title><link>/2</link></item></rss>".encode()
    expected = [("https://a.vn/x?a=1&b=2", None), ("https://a.vn/2", "A & B")]
    assert [(link.url, link.title) for link in read_xml(rss, BASE, FACTS).links] == expected
    sitemap = f"<urlset><url><loc>{address}</loc></url><url><loc>/2</loc></url></urlset>".encode()
    assert [link.url for link in read_xml(sitemap, BASE, FACTS).links] == [url for url, _ in expected]


def test_what_breaks_off_says_so() -> None:
    rows = "".join(f"<url><loc>https://a.vn/{number}</loc></url>" for number in range(2000))
    body = f"<urlset>{rows}</urlset>".encode()
    packed = gzip.compress(body)
    assert not read_xml(body, BASE, FACTS).cut
    assert not read_xml(packed, BASE, FACTS).cut
    for broken in (body[: len(body) // 2], packed[: len(packed) // 2]):
        listing = read_xml(broken, BASE, FACTS)
        assert 0 < len(listing.links) < 2000
        assert listing.cut
    assert not read_xml(f"<rss>{'<item/>'}</rss>".encode("utf-16"), BASE, FACTS).cut
    assert not read_xml(b"<urlset/>", BASE, FACTS).cut


def test_gzip_in_several_members() -> None:
    body = gzip.compress(b"<urlset><url><loc>/1</loc></url>") + gzip.compress(b"<url><loc>/2</loc></url></urlset>")
    listing = read_xml(body, BASE, FACTS)
    assert ([link.url for link in listing.links], listing.cut) == (["https://a.vn/1", "https://a.vn/2"], False)


def test_feed_of_thousands() -> None:
    rows = "".join(f"<item><title>{n}</title><link>https://a.vn/{n}</link></item>" for n in range(3000))
    assert len(read_xml(f"<rss><channel>{rows}</channel></rss>".encode(), BASE, FACTS).links) == 3000
