"""Every door by which strange bytes come in, and what to throw at it.

Each entry point is a function of bytes that may end in its documented errors and in nothing else. Inputs are made of
nasty fragments, or are saved pages, listings and archives with bytes changed, cut out, copied, or repeated thousands
of times. ``test_fuzz`` runs all of them with Hypothesis, which shrinks what fails; this module itself runs them for as
long as one likes, with another seed each time::

    python -m tests.faults.fuzz [SECONDS] [ENTRY POINT ...]

It prints the inputs run and the slowest of each entry point, and writes what breaks one to ``corpus/``.
"""

import contextlib
import io
import json
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha1
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "newscrawl.settings")

from lxml import html
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.robotstxt import ProtegoRobotParser

from newscrawl.archive.replay import ReplayHandler
from newscrawl.archive.warc import Archive, dechunk, is_encoded
from newscrawl.archive.writer import write_exchange
from newscrawl.compression import lines_from_end
from newscrawl.crawl.arguments import HELP, ArgumentError, help_text, read_arguments, wants_help
from newscrawl.crawl.listings import NotAListing, read_json, read_section, read_xml
from newscrawl.crawl.politeness import ROBOTS_PARSED, CrawlDelay
from newscrawl.crawl.sources import Window
from newscrawl.feed.lines import LineFile, to_line
from newscrawl.items import Article, Image, Reject
from newscrawl.page.bylines import split_names
from newscrawl.page.document import decode, read_document
from newscrawl.page.reader import read_article, refuse_unless_text
from newscrawl.page.structured import people, read_jsonld, strings, urls
from newscrawl.sites import Site, plain_key
from newscrawl.store.near import text_of
from newscrawl.store.seen import SeenStore
from newscrawl.stories.join import Join
from newscrawl.stories.story import Ratios, story_line
from newscrawl.text import clean, dates, fingerprint, identity, language, sources, translation
from newscrawl.text.urls import (
    MAX_LENGTH,
    absolute_url,
    article_id,
    bare_url,
    canonical_url,
    identity_key,
    registered_host,
)
from tests.support import CASES, FETCHED, ROOT, Bench, all_spiders, check_line

CORPUS = Path(__file__).parent / "corpus"
LIMIT = 2.0
"""Seconds of processor time that no input may take: on a busy machine the clock on the wall would tell lies."""
LONGEST = 400_000
"""Bytes of the longest input; far longer ones are refused by size."""
FACTS = (dates.NO_FACTS, dates.DateFacts("Asia/Ho_Chi_Minh", True, ("%d/%m/%Y %H:%M", "%H:%M %d.%m.%y")),
         dates.DateFacts("Europe/Moscow", True, ("%I:%M %p %d %m %Y",)), dates.DateFacts("Asia/Pyongyang", False))  # fmt: skip


class TooSlow(AssertionError):
    """An input took longer than ``LIMIT``."""


@dataclass(frozen=True)
class Entry:
    """An entry point."""

    run: Callable[[bytes], object]
    fragments: tuple[bytes, ...]
    seeds: Callable[[], list[bytes]] = field(default=lambda: [b""])
    documented: tuple[type[Exception], ...] = ()
    """Errors that its docstring names."""


def run(name: str, data: bytes) -> float:
    """Give ``data`` to an entry point; return the seconds it took. Raises what it must not, and ``TooSlow``."""
    entry = ENTRIES[name]
    started = time.process_time()
    with contextlib.suppress(*entry.documented):
        entry.run(data)
    took = time.process_time() - started
    if took > LIMIT:
        raise TooSlow(f"{name}: {len(data)} bytes took {took:.1f} s")
    return took


# --- what is thrown ---------------------------------------------------------------------------------


class Edit(NamedTuple):
    """A change to an input; ``at`` and ``size`` are shares of its length in 1/65536."""

    kind: str
    at: int
    size: int
    data: bytes


KINDS = ("put", "cut", "flip", "copy", "end", "many")


def mutate(data: bytes, edits: list[Edit]) -> bytes:
    """Return ``data`` after ``edits``."""
    for kind, at, size, piece in edits:
        start = at * len(data) >> 16
        stop = min(len(data), start + (size * len(data) >> 16) + 1)
        if kind == "put":
            data = data[:start] + piece + data[start:]
        elif kind == "cut":
            data = data[:start] + data[stop:]
        elif kind == "flip":
            data = (
                data[:start] + bytes(byte ^ (size & 255 or 1) for byte in data[start : start + 1]) + data[start + 1 :]
            )
        elif kind == "copy":
            data = data[:start] + data[start:stop] * 2 + data[stop:]
        elif kind == "end":
            data = data[:start] + piece
        else:
            data = data[:start] + piece * min(size >> 2, LONGEST // (len(piece) or 1)) + data[start:]
        data = data[:LONGEST]
    return data


def _utf8(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode("utf-8", "surrogatepass") for text in texts)


TEXT = (*_utf8(
    "Cầu cũ", "đường", "Мост закрыт", "橋は夏に閉鎖", "ភាសា\u200bខ្មែរ", "نمی\u200cدانم", "e\u0301", "\u0301", "İıſK", "²", "٣٤", "𝟜", "ﬁ",
    "\u202e", "\u2066", "\u200b", "\u200c\u200d", "\ufeff", "\u00ad", "\u2028", "\x85", "\x00", "\x1b[31m", "\x1f", "\ufffe", "\U0001ffff", "\U000e0041",
    "\ud800", "\udfff", "\ud83d\ude00", "&amp;amp;lt;", "&#38;#38;#0;", "&#xd800;", "&#1114112;", "&nbsp", "&amp;", "amp;", "👩\u200d🔬", " ", "\n", "\t", "\u3000",
    "[ad_1]", "[annonse 2]", "[", "]", "Nguồn: ", "Kilde:", "Báo Quốc Tế", "14/09/2024", "(0)", "Kommentar (0)", "No data", ".jpg", "A Long Sentence, with words. ", "-0-",
), b"\xff", b"\xc3", b"\xed\xa0\x80")  # fmt: skip
DATES = _utf8(
    "2024-09-14", "14/09/2024", "05-06-2025", "2026-02-30", "15:30 32/13/2025", "20240913T2003", "0001-01-01", "9999-12-31", "2024", "14", "09", "99", "1", "0", "T", "Z",
    "T00:00:00", "T23:59:60", "+99:00", "+14:00", "-12:00", "+07", "GMT", "08:15", "23h59'", "8:15 PM", "13:00 AM", "Sat, 14 Sep 2024 08:15:00 +0700", "Sep", "September",
    "Sept.", "марта", "août", "de", "tháng 9 năm", "年", "月", "日", "년 3월", "Juche113.3.9.", "주체113(2024)년", "Pyongyang, July 9 (KCNA) --", "Пхеньян, 14 декабря.",
    "Abc, 5 ²²²", "(평양 12월 14일발", "/", "-", ".", ":", ",", " ", "²", "٣", "１", "00", "−",
)  # fmt: skip
URLS = _utf8(
    "http://", "https://", "HTTPS://", "//", "www.", "www.com.vn", "a.vn", "baoquocte.vn", "www.vietnam.vn", "vrviet.vn", "báo..vn", "xn--", "пример.рф", "ａ.vn", "[::1]", "[", "]", "[fe80::1%25x]",
    ":80", ":443", ":99999", ":-1", ":", "@", "user:pw@", ".", "..", "/", "/../", "/no/", "/amp/", "/amp", ".amp.html", "%61mp", "%2F", "%", "%zz", "%C3", "%00", "?", "&", "&amp;", "=", "#", ";",
    "utm_source=x", "fbclid=1", "amp=1", "&mobile=yes&amp=1", "id=7", "q=é", "q=%20", "-286239.html", "co-gi-trong", "what-is-in-the", "185240914193714775", "20240914", "\\", "\t", "\n", " ", "\u3002",
    "\ud800", "\u2028", "javascript:", "data:,", "x" * 300,
)  # fmt: skip
HTML = (*_utf8(
    "<p>", "</p>", "<div>", "</div>", "<br>", "<a href='https://a.vn/x-12345.html'>", "</a>", "<img src='/a.jpg' alt='x'>", "<img srcset='a 1x, b 2x'>", "<figure>", "<figcaption>Ảnh: TTXVN",
    "<table><tr><td>", "<td>", "</table>", "<li>", "<ul>", "<blockquote>", "<h1>Title</h1>", "<h1>", "<h2>", "<title>", "<base href='http://[::1'>", "<base href='http://a.vn:99999/'>", "<base href='//é'>",
    "<article>", "<section class='share related'>", "<div class='comments'>", "<span class='date'>14/09/2024</span>", "<time datetime='2024-09-14T08:15:00+99:00'>", "<meta charset=utf-7>",
    "<meta property='og:title' content='X'>", "<meta name='keywords' content='a,b ;; c'>", "<meta property='article:published_time' content='0000-00-00'>", "<html lang='ſv-K'>", "<svg>", "<math>", "<template>",
    "<select>", "<textarea>", "<script>", "</script>", "<style>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-8'?>", "<xsync><data><![CDATA[", "<frameset>", "<a b='", "\"", "'", ">", "<",
    "&#0;", "&#xD800;", "&#x110000;", "&nbsp;", "&", "A sentence that is long enough to count as a paragraph of text. ", "Một câu dài đủ để là một đoạn văn của bài. ", "<pre>", "<p class='sapo'>", "style='display :none'",
    "Báo Quốc TếBáo Quốc Tế14/09/2024", "Nguồn: https://báo..vn/co-gi-286239.html", "Kilde: https://baoquocte.vn/what-is-in-the-gap-286239.html", "Kommentar (0)", "No data", "[ad_1]",
), *TEXT[-3:], b"\x00", b"\xfe\xff", b"\xff\xfe", b"\x1b$B", b" a=1", b"\xef\xbb\xbf")  # fmt: skip
JSON = _utf8(
    "{", "}", "[", "]", ":", ",", '"', "null", "true", "1e999", "NaN", "-Infinity", "1" * 400, "1.5", "[[[[[[", "{\"a\":", '"@type":"NewsArticle"', '"headline":', '"datePublished":', '"2024-09-14"', '"author":', '"name":',
    '"image":', '"url":', '"keywords":', '"articleBody":', '"@graph":', '"mainEntity":', '"x"', "\"\\ud800\"", "\"\\u0000\"", '"<p>a</p>"', "\"<?xml version='1.0' encoding='utf-8'?><p>x\"", '"<p \\ud800>"', '"&amp;lt;"', "\\", "/*", "<!--",
    "-->", '{"@type":"NewsArticle","headline":"X","articleBody":', '{"@type":["Article",1,null],"author":{"name":{"name":', '"items":[', '{"url":"/a-12345.html","title":1,"date_published":', '99999999999999', "0.5", "-1", '" "', " ", "\n",
)  # fmt: skip
XML = (*_utf8(
    "<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='hex'?>", "<!DOCTYPE u [<!ENTITY e 'x'>]>", "&e;", "<urlset>", "</urlset>", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", "<sitemapindex>",
    "<sitemap>", "</sitemap>", "<url>", "</url>", "<loc>", "</loc>", "https://ria.ru/20240913/x-1972523117.html", "https://[::1", "http://é..vn/", "<lastmod>", "</lastmod>", "2024-09-14", "<news:publication_date>", "<n:title xmlns:n='x'>",
    "<xhtml:link hreflang='ſ' href='/x'/>", "<rss>", "<channel>", "<item>", "</item>", "<link>", "</link>", "<link/>", "<guid isPermaLink='true'>", "<pubDate>", "Sat, 14 Sep 2024 08:15:00 +9999", "</pubDate>", "<feed>", "<entry>",
    "<updated>", "<title>", "<![CDATA[", "]]>", "<!--", "-->", "<?pi", "?>", " a='1'", "&#0;", "&#xD83D;&#56832;", "&lt;", "<rdf:RDF>", "<language>", "<", ">", "x",
), b"\x1f\x8b\x08", b"\x00", b"\xff\xfe")  # fmt: skip
LISTS = (*HTML[:24], *_utf8("<li><a href='/1-12345.html'>", "<a class=next href='?p=2'>", "<a href='http://é..vn/x'>", "<nobr>[2026.7.9.]</nobr>", "<a href>"))  # fmt: skip
ROBOTS = _utf8(
    "User-agent: *\n", "User-agent: newscrawl\n", "Disallow: /\n", "Disallow: /*a*a*a*a*b\n", "Allow: /$\n", "Disallow: /%zz\n", "Disallow: /\ud800\n", "Crawl-delay: ", "nan\n", "inf\n", "-1\n", "1e400\n", "10\n", "Sitemap: ", "Request-rate: 1/0s\n",
    "Request-rate: ", "Visit-time: 2500-9999\n", "Host:", "#", "\n", "\r", "\x00", "*", "$", "%", "http://[", "*a", "\ufeff", "<html>", "1/", "10m 1200-1300\n", "²\n",
)  # fmt: skip
WARC = (
    b"WARC/1.0\r\n", b"WARC/1.1\r\n", b"WARC-Type: response\r\n", b"WARC-Type: revisit\r\n", b"WARC-Target-URI: http://[::1\r\n", b"WARC-Target-URI: https://ria.ru/1\r\n", b"WARC-Date: 2024-09-14T08:15:00Z\r\n", b"WARC-Date: 0001-01-01T00:00:00+14:00\r\n",
    b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Content-Length: 99999999\r\n", b"Content-Length: -1\r\n", b"\r\n", b"\n", b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 999\r\n", b"HTTP/9 abc\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: br\r\n", b"Content-Encoding: deflate\r\n", b"Location: http://[\r\n", b"5\r\nabcde\r\n", b"ffffffff\r\n", b"\x1f\x8b\x08\x00", b"\x00", b"\xff", b"WARC-Refers-To: <x>\r\n", b"WARC-Payload-Digest: sha1:X\r\n", b"GET / HTTP/1.0\r\n",
    b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n", b": \r\n", b"x: \xc3\xa9\r\n", b" folded\r\n", b"Content-Type: text/html; charset=hex\r\n",
)  # fmt: skip
CHARSETS = (*_utf8(
    "text/html; charset=", "zip", "hex", "base64", "uu", "bz2", "rot13", "undefined", "punycode", "idna", "utf-7", "utf-16", "utf-32", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "cp65001", "koi8-r", "shift_jis", "gb18030", "iso-2022-jp",
    "hz", "big5", "\n", "\x00", '"', ";", "<meta charset=", "<meta http-equiv=content-type content='text/html; charset=", "'>", "<?xml encoding='hex'?>", "Мост",
), b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf", b"+/v8", b"\x81", b"\xff", b"\x1b$B", b"~{")  # fmt: skip
LINES = _utf8(
    "{", "}", "\n", "\r", "[[[[[[[[", '{"a":', '"id":', '"url":', '"site":"ria"', '"source_key":', '"published_on":', '"title":', '"body":', '"revision":', '"language":', "null", "1", "1e999", "9" * 30, '"2024-02-31"', '"https://[::1"', '"\\ud800"',
    '"\\u0000"', '["x"]', "{}", ",", ":", '"x"', "NaN", "\x00", '"status":"withdrawn"', '"content_hash":"zz"', '"crawled_at":',
)  # fmt: skip
ARGUMENTS = (*_utf8(*(f"{name}=" for name in HELP)), *_utf8(
    "2024-09-14", "2024-02-30", "٢٠٢٤-٠٩-١٤", "no,ja", "all", "@/no/such", "@", "@/", "@\x00", "@" + "x" * 300, "1", "0", "100", "source", "https://www.vietnam.vn/no/cay-cau", "https://[", ",", "\n", "x=", " ", "\ud800",
))  # fmt: skip


# --- entry points -----------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    """Return text with lone surrogates where the bytes are not UTF-8."""
    return data.decode("utf-8", "surrogateescape")


@cache
def _bench() -> Bench:
    return Bench("ria")


@cache
def _sites() -> dict[str, Site]:
    found = {name: spider.site for name, spider in all_spiders().items()}
    return found | {"any_site": replace(found["any_site"], hosts=("paper.example", "www.paper.example"))}


def _finish(article: Article) -> None:
    """Put an article through the stages; what comes out keeps the schema."""
    bench = _bench()
    for stage in bench.stages:
        vars(stage).get("claimed", set()).clear()
    bench.books.texts.clear()
    article.crawled_at, article.discovered_via, article.http_status = FETCHED, "test", 200
    with contextlib.suppress(Reject):
        done = bench.run(article)
        line = json.loads(to_line(asdict(done)), parse_constant=_no_constant)
        check_line(line)
        assert line["title"] == clean.clean_line(line["title"])
        text_of(line)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


PAGE_URLS = {
    "any_site": "https://paper.example/2024/09/13/a-bridge-closes.html",
    "baoquocte": "https://baoquocte.vn/co-gi-trong-cuoc-gap-286239.html",
    "vietnam_vn": "https://www.vietnam.vn/no/co-gi-trong-cuoc-gap",
    "kcna": "http://kcna.kp/en/article/q/5a9ffe6e4d6704ea7d1d6b4b6f5e5d24.kcmsf",
    "ria": "https://ria.ru/20240913/most-1972523117.html",
}


def _page(site: str, data: bytes, url: str | None = None) -> None:
    document = read_document(url or PAGE_URLS[site], data, "text/html; charset=utf-8")
    _finish(read_article(document, _sites()[site]).article)


def _saved_page(data: bytes) -> None:
    """A page of any site: the first line names site and address."""
    head, _, page = data.partition(b"\n")
    name, _, url = _text(head).partition(" ")
    sites = _sites()
    site = sites.get(name) or list(sites.values())[sum(head) % len(sites)]
    page_url = url if absolute_url(url, url) == url and site.is_article(url) else ""
    _page(site.name, page, page_url or PAGE_URLS.get(site.name) or f"https://{site.hosts[0]}/mot-hai-ba-286239.html")


def _jsonld(data: bytes) -> None:
    page = (
        b"<html><head><script type='application/ld+json'>"
        + data
        + b"</script></head><body><h1>A bridge</h1></body></html>"
    )
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    node = read_jsonld(root.iter("script"))
    for value in node.values():
        strings(value), people(value), urls(value)
    _page("any_site", page)


def _xml(data: bytes) -> None:
    for facts in FACTS[:2]:
        listing = read_xml(data, "https://ria.ru/sitemap.xml", facts)
        for link in (*listing.links, *listing.children):
            assert absolute_url(link.url, link.url) is not None


def _json(data: bytes) -> None:
    for path, day in (("items", "date_published"), ("data.contents", None), ("", "date")):
        with contextlib.suppress(NotAListing):
            read_json(data, "https://a.vn/x", FACTS[1], items=path, url="url", day=day)


def _section(data: bytes) -> None:
    read_section(data, "https://a.vn/x", link="a", next_page="a.next", day="nobr, .date", entry="li", dates=FACTS[1])
    read_section(data, "https://a.vn/x", link="a::attr(href)", next_page="a.next::attr(href)", day=None, entry=None,
                 dates=FACTS[0])  # fmt: skip


@cache
def _spider(name: str) -> Any:
    return Bench(name).spider


def _listing(data: bytes) -> None:
    """A listing as the spider takes it, from the answer to the requests that follow; the first line names the site."""
    head, _, body = data.partition(b"\n")
    spider = _spider(("ria", "vietnam_vn", "baoquocte", "kcna")[sum(head) % 4])
    spider.seen.clear()
    window = Window(None, date(2024, 9, 14))
    for source in spider.sources:
        for ask in list(source.start(window))[:1]:
            for kind in (head, b"text/xml"):
                response = TextResponse(ask.url, headers={b"Content-Type": kind}, body=body, request=Request(ask.url))
                for request in spider.parse_listing(response, source, ask, ask.url):
                    assert request.url


def _robots(data: bytes) -> None:
    rules = ProtegoRobotParser(data[:ROBOTS_PARSED], None)
    for agent in ("newscrawl", "newscrawl/0.1 (+https://example.org)"):
        for path in ("/", "/no/co-gi-trong-cuoc-gap-286239.html?a=1", "/" + "a" * 200, "/%C3%A9/é"):
            rules.allowed(f"https://a.vn{path}", agent)
    crawler = SimpleNamespace(settings=_bench().crawler.settings, stats=None, engine=None)
    delay = CrawlDelay(crawler)  # type: ignore[arg-type]
    delay.parsed(rules.rp, Request("https://a.vn/"))
    assert all(0 <= seconds <= delay.longest for seconds in delay.delays.values()), delay.delays


def _urls(data: bytes) -> None:
    text = _text(data)
    sources.resolve_source(text, "co-gi-trong-cuoc-gap", labelled=True)
    _bench().books.sites.source_of(text, "https://www.vietnam.vn/no/co-gi-trong-cuoc-gap", labelled=False)
    for url in (text, absolute_url("https://a.vn/x/", text)):
        try:
            canonical, key = canonical_url(url or ""), identity_key(url or "")
        except ValueError:
            continue
        assert canonical.isascii()
        article_id(canonical), bare_url(canonical)
        if len(canonical) > MAX_LENGTH:  # escapes made it longer than what is taken
            continue
        assert canonical_url(canonical) == canonical, (url, canonical)
        assert canonical == absolute_url("", canonical)
        assert key == identity_key(canonical), (url, key)
        assert key.startswith(registered_host(canonical)) or registered_host(canonical) in key.partition("/")[0]
        assert plain_key(canonical)
        for name in ("vietnam_vn", "kcna", "baoquocte", "any_site"):
            site = _sites()[name]
            site.is_article(canonical), site.language_of(canonical), site.page_key(canonical), site.story_key(canonical)
    link = absolute_url("https://a.vn/x/", text)
    if link is not None:
        assert absolute_url(link, link) is not None
        registered_host(link), bare_url(link)


def _dates(data: bytes) -> None:
    text = _text(data)
    for facts in FACTS:
        with contextlib.suppress(ValueError):
            moment = dates.read_moment(text, facts)
            assert date.fromisoformat(moment.on)
            assert moment.at is None or datetime.fromisoformat(moment.at).date().isoformat() == moment.on
    found = dates.read_dateline(text, date(2024, 9, 14))
    assert found is None or found[0] <= date(2024, 9, 15)


def _decode(data: bytes) -> None:
    head, _, body = data.partition(b"\n")
    kind = head.decode("latin-1")
    refuse_unless_text(kind)
    text = decode(body, kind).decode("utf-8")
    assert "\x00" not in text
    read_document("https://a.vn/x", body, kind)


def _texts(data: bytes) -> None:
    text = _text(data)
    line, whole = clean.clean_line(text), clean.clean_paragraphs(text)
    assert line is None or clean.clean_line(line) == line
    assert whole is None or clean.clean_paragraphs(whole) == whole
    assert clean.slugify(clean.slugify(text)) == clean.slugify(text)
    clean.is_file_name(text), clean.same_text(text, text[::-1]), clean.content_hash(text, None)
    identity.short_hash(text), identity.headline_key("a.vn", None, text), identity.is_article_key(text)
    tag = language.normal_tag(text)
    assert tag is None or (language.normal_tag(tag) == tag and tag.isascii())
    language.detect(text), language.detect(text * 20)
    fingerprint.fingerprint(text)
    translation.figures_and_days(text, "vi"), translation.figures_and_days(text)
    translation.untranslated_share(text, "no", "vi"), translation.untranslated_share(text, "ja", "vi")
    dates.facts_for(dates.NO_FACTS, text)
    split_names(text)


def _sources(data: bytes) -> None:
    text = _text(data)
    slug = "co-gi-trong-cuoc-gap-cua-dai-su"
    sources.resolve_source(text, slug, labelled=True)
    sources.read_source_line(text)
    left, _ = sources.strip_placeholders(text)
    sources.odd_brackets(left)
    for known in (True, False):
        for hrefs in ((), ("https://a.vn/x-12345.html",)):
            label = sources.read_source_label(text, hrefs, known_only=known)
            if label is not None:
                sources.resolve_source(label.url, slug, labelled=True)
    sources.is_comment_counter(text), sources.is_empty_list(text), sources.is_junk_line(text, slug)
    sources.is_caption_label(text), sources.is_title_of(text, slug)


def _stages(data: bytes) -> None:
    """The stages alone: lines of the input are the fields that a page may fill with anything."""
    given = [*_text(data).split("\n"), *[""] * 12]
    site = ("vietnam_vn", "kcna", "baoquocte", "any_site", "ria")[len(given[0]) % 5]
    title, lead, body, tag, published, modified, raw, name, section, caption, *more = given
    article = Article(site=site, url=_sites()[site].canonical(PAGE_URLS[site]), title=title, lead=lead, body=(body + " ") * 9,
                      language=tag, published_raw=published, modified_at=modified, source_name=name, section=section,
                      authors=[name, section], tags=more, images=[Image("https://a.vn/a.jpg", caption, name)])  # fmt: skip
    if site == "vietnam_vn":
        article.source_url_raw, article.source_language, article.source_url_status = raw or None, "vi", "label_only"
    _finish(article)


def _warc(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.warc.gz" if data[:1] == b"\x1f" else "a.warc")
        path.write_bytes(data)
        archive = Archive.open(path)
        handler = ReplayHandler.__new__(ReplayHandler)
        handler._archive, handler._stats = archive, SimpleNamespace(inc_value=lambda *_: None)  # type: ignore[assignment]
        for url in [*archive.addresses()][:20]:
            archive.get(url)
            try:
                request = Request(url)
            except ValueError:
                continue
            with contextlib.suppress(StopIteration):
                handler.download_request(request).send(
                    None
                )  # it waits for nothing; asyncio.run would take the reactor's loop away
    dechunk(data)
    for name in ("gzip", "deflate", "br", "zstd", "x"):
        is_encoded(data, name)


def _arguments(data: bytes) -> None:
    given = dict(part.partition("=")[::2] for part in _text(data).split("\n"))
    for name in ("vietnam_vn", "any_site"):
        with contextlib.suppress(ArgumentError):
            wants_help(given)
        with contextlib.suppress(ArgumentError):
            read_arguments(given, _sites()[name])
        help_text(_sites()[name])


def _feed_lines(data: bytes) -> None:
    """A feed that something has spoiled: opened, mended, read backwards, indexed."""
    books = _bench().books
    with tempfile.TemporaryDirectory() as folder, _no_warnings():
        path = Path(folder) / "feed.jsonl"
        path.write_bytes(data)
        file = LineFile(path)
        file.write(b'{"whole": "line"}\n')
        file.close()
        assert path.read_bytes().endswith(b'\n{"whole": "line"}\n') or path.read_bytes() == b'{"whole": "line"}\n'
        lines = list(lines_from_end(path))
        assert lines[::-1] == [line for line in path.read_bytes().split(b"\n") if line]
        store = SeenStore(Path(folder) / "seen.db", books.entry_of, text_of)
        store.follow(path)
        assert not store.path or store.bad_lines <= len(lines)
        store.close()


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(before)


def _stories(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.jsonl"
        path.write_bytes(data)
        with Join(_bench().books.sites, Path(folder)) as join:
            join.read(path, 0)
            join.join()
            ratios = Ratios()
            found = list(join.stories())
            for story in found:
                ratios.add(story)
            ratios.settle()
            for story in found:
                json.dumps(story_line(story, ratios))


# --- saved inputs -----------------------------------------------------------------------------------


@cache
def saved_pages() -> dict[str, list[tuple[str, bytes]]]:
    """Return the saved pages of every site, small ones first, with their addresses."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path in sorted(CASES.glob("*/*/page.*"), key=lambda path: (path.stat().st_size, path)):
        url = (path.parent / "url.txt").read_text("utf-8").strip()
        found.setdefault(path.parent.parent.name, []).append((url, path.read_bytes()))
    return found


def _pages_of(site: str) -> Callable[[], list[bytes]]:
    return lambda: [page for _, page in saved_pages()[site][:3]]


def _all_pages() -> list[bytes]:
    return [f"{site} {url}\n".encode() + page for site, pages in saved_pages().items() for url, page in pages]


def _any_pages() -> list[bytes]:
    return [pages[0][1] for pages in saved_pages().values()]


def _saved_jsonld() -> list[bytes]:
    found = [
        b'{"@type":"NewsArticle","headline":"A","articleBody":"<p>One.</p><p>Two.</p>","author":[{"name":"B"}],"image":["/a.jpg"]}'
    ]
    for page in _any_pages():
        start = page.find(b"ld+json")
        at, end = page.find(b">", start) + 1, page.find(b"</script", start)
        found += [page[at:end]] if 0 < start < at < end else []
    return found


def _saved_lines() -> list[bytes]:
    lines = [json.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*/*/article.json"))]
    for line in lines:
        line |= {"run_id": "r", "crawled_at": FETCHED, "discovered_via": "x", "body": (line["body"] or "")[:300]}
    texts = [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]
    chosen = [text for text, line in zip(texts, lines, strict=True) if line["site"] in ("vietnam_vn", "baoquocte")]
    return [b"".join(chosen[:6]), b"".join(texts[:4]), texts[0][:-1]]


@cache
def _archives() -> tuple[bytes, ...]:
    found = []
    for zipped in (False, True):
        file = io.BytesIO()
        for number, extra in enumerate(({}, {"truncated": "length"}, {"method": "POST", "request_body": b"page=2"})):
            kind = [("Content-Type", "text/html"), *([("Transfer-Encoding", "chunked")] if number else [])]
            write_exchange(file, url=f"https://ria.ru/{number}", headers=kind, body=b"5\r\n<html\r\n0\r\n\r\n",
                           date=datetime(2024, 9, 14, tzinfo=UTC), gzip=zipped, **extra)  # fmt: skip  # type: ignore[arg-type]
        found.append(file.getvalue())
    samples = [path.read_bytes() for path in sorted((ROOT / "samples").glob("*.warc.gz"))]
    return (*found, min(samples, key=len))


_SITEMAP = (b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
            b"<url><loc>https://ria.ru/20240913/x-1972523117.html</loc><lastmod>2024-09-14T08:15:00+07:00</lastmod><n:news><n:publication><n:language>vi</n:language>"
            b"</n:publication><n:publication_date>2024-09-13</n:publication_date><n:title>A</n:title></n:news></url></urlset>")  # fmt: skip
_INDEX = b"<sitemapindex><sitemap><loc>https://www.vietnam.vn/sitemap/2024-09-14.xml</loc></sitemap></sitemapindex>"
_FEED = (b"<rss version='2.0'><channel><item><title>A &amp; B</title><link>https://baoquocte.vn/a-286239.html</link><pubDate>Sat, 14 Sep 2024 08:15:00 +0700</pubDate>"
         b"</item></channel></rss>")  # fmt: skip
_ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title><link href='/1'/><updated>2024-09-15T00:30:00Z</updated></entry></feed>"
_LIST = b"<ul><li><a href='/1-12345.html'>One</a><nobr>[2026.7.9.]</nobr></li></ul><a class='next' href='?p=2'>more</a>"
_ITEMS = b'{"items":[{"url":"/a-12345.html","title":"A","date_published":"2024-09-14T08:15:00Z"},{"url":"/b","date_published":1726272900}]}'

ENTRIES = {
    "page_generic": Entry(lambda data: _page("any_site", data), (*HTML, *TEXT), _any_pages, (Reject,)),
    "page_mastercms": Entry(lambda data: _page("baoquocte", data), (*HTML, *TEXT), _pages_of("baoquocte"), (Reject,)),
    "page_republished": Entry(lambda data: _page("vietnam_vn", data), (*HTML, *TEXT), _pages_of("vietnam_vn"), (Reject,)),
    "page_saved": Entry(_saved_page, (*HTML, *DATES), _all_pages, (Reject,)),
    "jsonld": Entry(_jsonld, JSON, _saved_jsonld, (Reject,)),
    "feed": Entry(_xml, XML, lambda: [_FEED, _ATOM], (NotAListing,)),
    "sitemap": Entry(_xml, XML, lambda: [_SITEMAP, _INDEX], (NotAListing,)),
    "json_list": Entry(_json, JSON, lambda: [_ITEMS]),
    "section": Entry(_section, LISTS, lambda: [_LIST], (NotAListing,)),
    "listing": Entry(_listing, (*XML, *LISTS, *JSON), lambda: [b"text/html\n" + body for body in (_SITEMAP, _INDEX, _FEED, _LIST, _ITEMS)]),
    "robots": Entry(_robots, ROBOTS, lambda: [b"User-agent: *\nDisallow: /a*b$\nCrawl-delay: 10\nSitemap: https://a.vn/s.xml\n"]),
    "urls": Entry(_urls, URLS, lambda: [b"https://baoquocte.vn/co-gi-286239.html&mobile=yes&amp=1?utm_source=x&id=7#y"]),
    "dates": Entry(_dates, DATES, lambda: [b"Sat, 14 Sep 2024 08:15:00 +0700", b"2024-09-14T08:15:00.000Z", "주체113(2024)년 3월 9일".encode()]),
    "decode": Entry(_decode, CHARSETS, lambda: ["text/html; charset=windows-1251\n<p>Мост закрыт</p>".encode("cp1251")], (Reject,)),
    "text": Entry(_texts, (*TEXT, *DATES), lambda: ["Kim&nbsp;Jong&#8203;\u202e Un \n met".encode()]),
    "source_labels": Entry(_sources, (*TEXT, *URLS), lambda: ["PV(合成)出典:https://nld.com.vn/a-196250614094923719.htm".encode(), "Báo Quốc TếBáo Quốc Tế14/09/2024".encode()]),
    "stages": Entry(_stages, (*TEXT, *DATES, *URLS, b"\n"), lambda: [b"Title\nLead of it\nBody of it.\nvi\n14/09/2024\n\nhttps://baoquocte.vn/a-286239.html\nTTXVN"]),
    "warc": Entry(_warc, WARC, lambda: list(_archives())),
    "arguments": Entry(_arguments, ARGUMENTS, lambda: [b"since=2024-09-14\nlimit=5\nlanguages=no"]),
    "feed_lines": Entry(_feed_lines, LINES, _saved_lines),
    "stories": Entry(_stories, LINES, _saved_lines),
}  # fmt: skip


# --- the long run -----------------------------------------------------------------------------------


def inputs(name: str, chance: random.Random) -> Iterator[bytes]:
    """Yield inputs of an entry point without end."""
    entry = ENTRIES[name]
    seeds = entry.seeds()
    while True:
        pieces = [chance.choice(entry.fragments) for _ in range(chance.randint(1, 40))]
        if chance.random() < 0.4:
            yield b"".join(pieces)
            continue
        edits = [
            Edit(
                chance.choice(KINDS[:-1]),
                chance.randrange(1 << 16),
                chance.randrange(1 << chance.randint(1, 16)),
                piece,
            )
            for piece in pieces[: chance.randint(1, 8)]
        ]
        if chance.random() < 0.1:
            edits.append(
                Edit(
                    "many",
                    chance.randrange(1 << 16),
                    chance.randrange(1 << 16),
                    b"".join(pieces[: chance.choice((1, 1, 2, 3))]),
                )
            )
        yield mutate(chance.choice(seeds), edits)


def save(name: str, data: bytes) -> Path:
    """Write an input to the corpus."""
    CORPUS.mkdir(exist_ok=True)
    path = CORPUS / f"{name}-{sha1(data).hexdigest()[:12]}.bin"
    path.write_bytes(data)
    return path


def main(seconds: float, names: list[str]) -> int:
    """Run for so many seconds; return how many kinds of crashes were seen."""
    seed = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"FUZZ_SEED={seed}")
    crashes: set[str] = set()
    for name in names:
        chance = random.Random(f"{seed} {name}")
        count, slowest, longest = 0, 0.0, 0
        until = time.monotonic() + seconds / len(names)
        for data in inputs(name, chance):
            try:
                took = run(name, data)
            except Exception as error:
                took = 0.0
                where = traceback.extract_tb(error.__traceback__)
                own = [frame for frame in where if "newscrawl" in frame.filename] or list(where)
                kind = f"{name}: {type(error).__name__} at {own[-1].filename.rpartition('/')[2]}:{own[-1].lineno}"
                if kind not in crashes:
                    crashes.add(kind)
                    print(f"{kind}: {str(error)[:300]}\n  {save(name, data)} ({len(data)} bytes)")
            count += 1
            if took > slowest:
                slowest, longest = took, len(data)
            if time.monotonic() > until:
                break
        print(f"{name:<18}{count:>8} inputs, slowest {slowest:.3f} s ({longest} bytes)", flush=True)
    return len(crashes)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    given = sys.argv[1:]
    sys.exit(main(float(given[0]) if given else 60, given[1:] or list(ENTRIES)) > 0)
