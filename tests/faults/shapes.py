"""How long one answer can hold the event loop: pages that are just small enough to be read, each of a shape that is bad for someone.

python -m tests.faults.shapes [WORD ...]      processor seconds from bytes to line, the worst first; all shapes, or those named
"""

import json
import sys
from collections.abc import Callable, Iterator
from time import process_time

from newscrawl.items import Reject
from newscrawl.page.document import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, MAX_TEXT, read_document
from newscrawl.page.reader import read_article
from tests.faults.fuzz import PAGE_URLS
from tests.faults.hostile import SENTENCE, markup
from tests.support import FETCHED, Bench, all_spiders

Make = Callable[[], bytes]
SITES = {name: all_spiders()[name].site for name in ("ria", "vietnam_vn", "any_site")}
"""A site with rules, one that carries other papers' articles, and one without rules."""

HEAD = b"<!DOCTYPE html><html><head><title>A title of some words</title></head><body><h1>A title of some words</h1>"
PAIRS = MAX_TAGS // 2 - 20
TEXT = MAX_TEXT - 1000
SIZE = MAX_BYTES - 1000


def _fill(part: bytes, tags: int, limit: int = SIZE) -> bytes:
    """Return ``part``, which has so many tags, as often as a page may hold it."""
    return part * min((MAX_TAGS - 40) // tags, limit // len(part))


def _deep(tag: bytes, levels: int, leaf: bytes, tags: int) -> bytes:
    """Return as many leaves as may be, so many levels down."""
    count = min((MAX_TAGS - 2 * levels - 40) // tags, (2_900_000 - levels * levels // 2) // levels // max(1, tags // 2))
    return b"<" + tag + b">" + (b"<" + tag + b">") * (levels - 1) + leaf * max(1, count)


def attributes() -> Iterator[tuple[str, Make]]:
    """Tags of many attributes, and many of them."""
    for count in (10, 100, 1000, MAX_ATTRIBUTES - 10):
        names = b" ".join(b"a%x" % number for number in range(count))
        yield f"tags of {count} attributes", lambda names=names: HEAD + _fill(b"<b " + names + b">", 1)
        quoted = b" ".join(b"a%x=''" % number for number in range(count))
        yield f"tags of {count} quoted attributes", lambda quoted=quoted: HEAD + _fill(b"<b " + quoted + b">", 1)
    for name in (b"class", b"style", b"id", b"src", b"href", b"content", b"datetime", b"srcset", b"x"):
        value = b"a b-c," * (SIZE // 6 - 100)
        yield (
            f"one {name.decode()} of 8 MB",
            lambda name=name, value=value: HEAD + b"<p " + name + b"='" + value + b"'>",
        )
        for tag in (b"p", b"img", b"a", b"meta", b"time", b"figure", b"article", b"div"):
            part = b"<" + tag + b" " + name + b"='" + b"author date caption related x " * 4 + b"'>" + b"w "
            yield f"{tag.decode()} of {name.decode()}", lambda part=part: HEAD + _fill(part, 1)


def texts() -> Iterator[tuple[str, Make]]:
    """One text of a million and a half bytes, and many small ones."""
    units = {
        "x": b"x", "blank": b"x ", "nbsp": "\u00a0".encode(), "comma": b"a, ", "dot": b". ", "digits": b"1", "day": b"14/09/2024 ", "dash": b"- ", "dates": b"September 14, 2024 at 10:00 ", "cjk": "\u6c34".encode(), "arabic": "\u0633 ".encode(),
        "by": b"By ", "photo": b"Photo: ", "quote": b"'\"", "paren": b"(", "parens": b"() ", "bracket": b"[", "colon": b"a: ", "bar": b"| ", "source": b"(Theo VOV) ", "url": b"http://a.vn/", "at": b"a@b.vn ", "zwj": "a\u200d".encode(), "accent": "e\u0301".encode(),
        "marks": b"e" + "\u0301".encode() * 40, "lt": b"&lt;", "amp": b"&amp;", "number": b"&#x41;", "newline": b"a\n", "tab": b"\t", "hyphen": "a\u00ad".encode(), "emoji": "\U0001f600".encode(), "rtl": "\u202ea".encode(), "percent": b"%41", "dollar": b"${a} ", "brace": b"{{a}} ", "stars": b"***", "underscore": b"_", "reporter": "\uff08\u8bb0\u8005 ".encode(), "year": b"2024 ", "hour": b"10:00 ", "sentence": SENTENCE,
    }  # fmt: skip
    for name, unit in units.items():
        letters = len(unit)
        yield f"text of {name}", lambda unit=unit, letters=letters: HEAD + b"<p>" + unit * (TEXT // letters)
        small = unit * (60 // letters)
        yield (
            f"paragraphs of {name}",
            lambda small=small: HEAD + b"<article>" + _fill(b"<p>" + small + b"</p>", 2, TEXT),
        )
        line = unit * (900 // letters)
        yield f"lines of {name}", lambda line=line: HEAD + b"<article>" + _fill(b"<p>" + line + b"</p>", 2, TEXT)
        yield f"breaks of {name}", lambda small=small: HEAD + b"<article><p>" + _fill(small + b"<br>", 1, TEXT)
        yield (
            f"title of {name}",
            lambda unit=unit, letters=letters: (
                b"<title>" + unit * (TEXT // letters) + b"</title><h1>x</h1><p>" + SENTENCE * 9
            ),
        )
        yield (
            f"h1 of {name}",
            lambda unit=unit, letters=letters: b"<h1>" + unit * (TEXT // letters) + b"</h1><p>" + SENTENCE * 9,
        )
        yield f"meta of {name}", lambda unit=unit, letters=letters: (
            b"".join(b"<meta property='%s' content=\"%s\">" % (key, unit.replace(b'"', b"") * (TEXT // letters // 4))
                     for key in (b"og:title", b"description", b"author", b"article:published_time", b"keywords"))
            + HEAD + b"<p>" + SENTENCE * 9)  # fmt: skip
        yield (
            f"author of {name}",
            lambda unit=unit, letters=letters: (
                HEAD + b"<div class='author byline'>" + unit * (TEXT // letters) + b"</div><p>" + SENTENCE * 9
            ),
        )
        yield (
            f"caption of {name}",
            lambda unit=unit, letters=letters: (
                HEAD
                + b"<article><p>"
                + SENTENCE * 9
                + b"<figure><img src=/a.jpg><figcaption>"
                + unit * (TEXT // letters)
            ),
        )


def trees() -> Iterator[tuple[str, Make]]:
    """Many siblings, deep nesting, and what lies between."""
    tags = b"div p article section main table tr td ul li dl dd blockquote span b a font figure h1 h2 form header footer aside nav time center details pre".split()
    for tag in tags:
        yield (
            f"{tag.decode()} side by side",
            lambda tag=tag: HEAD + _fill(b"<" + tag + b">word</" + tag + b">", 2, TEXT * 8),
        )
        yield (
            f"{tag.decode()} side by side, with sentences",
            lambda tag=tag: HEAD + _fill(b"<" + tag + b">" + SENTENCE[:60] + b"</" + tag + b">", 2, TEXT),
        )
        yield f"{tag.decode()} unclosed", lambda tag=tag: HEAD + _fill(b"<" + tag + b">word ", 1, TEXT)
        yield f"{tag.decode()} closed only", lambda tag=tag: HEAD + b"<p>" + SENTENCE + _fill(b"</" + tag + b">", 1)
        for levels in (100, 250, 1000, 2000):
            yield (
                f"{tag.decode()} {levels} deep",
                lambda tag=tag, levels=levels: HEAD + _deep(tag, levels, b"<p>" + SENTENCE[:50] + b"</p>", 2),
            )
            yield (
                f"{tag.decode()} {levels} deep, text at each",
                lambda tag=tag, levels=levels: HEAD + (b"<" + tag + b">" + SENTENCE) * levels,
            )
    for levels in (20, 100, 290):
        block = b"<div>" * levels + b"<p>" + SENTENCE[:50] + b"</p>" + b"</div>" * levels
        yield f"towers of {levels}", lambda block=block, levels=levels: HEAD + _fill(block, 2 * levels + 2, TEXT * 8)
    table = b"<table>" + b"<tr>" + b"<td>x" * 99 + b"</tr>"
    for name in ("article__body", "article__text", "article__title"):  # what a site's own selectors begin with
        part = f"<div class={name}>".encode()
        for levels in (250, 1000):
            leaf = b"<p>" + SENTENCE[:50] + b"</p><a href=/x>y</a><time>2024</time>"
            count = min((MAX_TAGS - 2 * levels) // 7, 2_400_000 // levels // 3)
            yield (
                f"{name} {levels} deep",
                lambda part=part, levels=levels, leaf=leaf, count=count: HEAD + part * levels + leaf * count,
            )
    yield "tables of tables", lambda: HEAD + b"<table><tr><td>" * 600 + _fill(b"<td>x", 1, 200_000)
    yield "a hundred columns", lambda: HEAD + _fill(table, 102)
    yield "formatting that is adopted", lambda: HEAD + _fill(b"<b><i><p>x", 3)
    yield "links in links", lambda: HEAD + _fill(b"<a href=/x><div>x", 2)
    yield "forms in tables", lambda: HEAD + _fill(b"<table><form><tr>x", 3)
    yield "heads in bodies", lambda: HEAD + _fill(b"<html lang=x><body class=y><head>", 3)
    yield "options", lambda: HEAD + b"<select>" + _fill(b"<option>x<optgroup>", 2)


def documents() -> Iterator[tuple[str, Make]]:
    """What a page says of itself in other forms, and what no reader shows."""
    script = b"<script type='application/ld+json'>%s</script>"
    article = {
        "@type": "NewsArticle",
        "headline": "A title of some words",
        "datePublished": "2024-09-14",
        "articleBody": "x " * 90,
    }
    small = script % json.dumps(article).encode()
    values = {
        "lists": b"[" * 400 + b"]" * 400, "deep": b'{"a":' * 900 + b"1" + b"}" * 900, "graph": json.dumps({"@graph": [article] * 20_000}).encode(), "wide": json.dumps([{"@type": "NewsArticle", "author": [{"name": f"N {n}"} for n in range(150_000)]}]).encode(),
        "body": json.dumps(article | {"articleBody": "word " * 280_000}).encode(), "body of markup": json.dumps(article | {"articleBody": "<p>a</p>" * 180_000}).encode(), "keywords": json.dumps(article | {"keywords": [f"k{n}" for n in range(400_000)]}).encode(), "keywords in one": json.dumps(article | {"keywords": "k, " * 500_000}).encode(),
        "updates": json.dumps({"@type": "LiveBlogPosting", "headline": "x", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "y", "articleBody": "words of an entry", "datePublished": "2024-09-14"}] * 40_000}).encode(), "escapes": b'{"@type":"NewsArticle","headline":"' + b"\\u0041" * 900_000 + b'"}',
        "dates": json.dumps(article | {"datePublished": ["14/09/2024"] * 400_000}).encode(), "broken": b'{"@type":"NewsArticle","headline":"x",' * 180_000, "control": b'{"@type":"NewsArticle","headline":"' + b"\x01\n" * 3_000_000 + b'"}', "newlines": b'{"a": "b\n' * 800_000, "quotes": b'"' * 7_000_000, "backslashes": b'{"a": "' + b"\\" * 7_000_000,
        "commas": b"[" + b"1," * 3_500_000 + b"]", "comment": b"/*" * 3_500_000, "slashes": b"//" * 3_500_000, "cdata": b"<![CDATA[" * 800_000, "images": json.dumps(article | {"image": [{"url": f"/{n}.jpg"} for n in range(250_000)]}).encode(),
    }  # fmt: skip
    for name, value in values.items():
        yield f"JSON-LD, {name}", lambda value=value: HEAD + script % value + b"<p>" + SENTENCE * 9
    yield "JSON-LD, many", lambda: HEAD + _fill(small, 2) + b"<p>" + SENTENCE * 9
    for kind in (b"", b" type='application/json'", b" id=__NEXT_DATA__ type='application/json'"):
        for name in ("deep", "body", "graph", "escapes", "commas", "quotes"):
            yield (
                f"script{kind.decode()}, {name}",
                lambda kind=kind, name=name: HEAD + b"<script" + kind + b">" + values[name] + b"</script><p>x",
            )
    yield (
        "script of assignments",
        lambda: HEAD + b"<script>" + b"window.__STATE__={'publishedAt':'2024-09-14'};" * 160_000 + b"</script>",
    )
    yield (
        "script of dates",
        lambda: (
            HEAD
            + b"<script>"
            + b'"datePublished":"2024-09-14T10:00:00+07:00",' * 160_000
            + b"</script><p>"
            + SENTENCE * 9
        ),
    )
    yield "scripts unclosed", lambda: HEAD + b"<script " * 900_000
    yield "script ends", lambda: HEAD + b"<script>" + b"</scrip" * 1_000_000
    yield "comments unclosed", lambda: HEAD + b"<!-- " * 1_500_000
    yield "comment ends", lambda: HEAD + b"<!--" + b"--!" * 2_000_000
    yield "declarations", lambda: HEAD + b"<!x" * 2_500_000
    yield "instructions", lambda: HEAD + b"<?x" * 2_500_000
    yield "tags unclosed", lambda: HEAD + b"<a" * 4_000_000
    yield "tags of quotes", lambda: HEAD + b"<a '" * 2_000_000
    yield "tags of both quotes", lambda: HEAD + b"<a '\"" * 1_500_000
    yield "tags of slashes", lambda: HEAD + b"<a/" * 2_500_000
    yield "lt and blanks", lambda: HEAD + b"< " * 4_000_000
    yield "equals", lambda: HEAD + b"<a " + b"=" * 7_000_000
    yield "tag of equals and blanks", lambda: HEAD + b"<a " + b"= " * 3_500_000
    yield "tag of blanks", lambda: HEAD + b"<a " + b" " * 7_000_000
    yield "metas of dates", lambda: _fill(b"<meta name=date content='14 September 2024 10:00'>", 1) + HEAD
    yield "metas of authors", lambda: _fill(b"<meta name=author content='Nguyen Van A, B, C and D'>", 1) + HEAD
    yield "metas of tags", lambda: _fill(b"<meta property='article:tag' content='a, b; c | d'>", 1) + HEAD
    yield (
        "pictures",
        lambda: HEAD + b"<article><p>" + SENTENCE * 9 + _fill(b"<img src=/a%20b.jpg srcset='/a.jpg 1x, /b.jpg 2x'>", 1),
    )
    yield (
        "figures",
        lambda: HEAD + b"<article><p>" + SENTENCE * 9 + _fill(b"<figure><img src=/a.jpg><figcaption>Photo: x", 3),
    )
    yield "links", lambda: HEAD + _fill(b"<a href='http://a.vn/x'>some words of a link</a>", 2)
    yield "list of links", lambda: HEAD + b"<ul>" + _fill(b"<li><a href='http://a.vn/x'>some words of a link</a>", 3)
    yield (
        "paragraphs with links",
        lambda: HEAD + _fill(b"<p>some words <a href='http://a.vn/x'>and a link</a> of text", 3),
    )
    yield "times", lambda: HEAD + _fill(b"<time datetime='2024-09-14T10:00:00'>14 September 2024</time>", 2)
    yield "headings", lambda: HEAD + _fill(b"<h1>A title of some words</h1>", 2)
    yield "Latin-1", lambda: HEAD + b"<p>" + b"caf\xe9 " * (TEXT // 5)
    yield "no charset", lambda: HEAD + b"<p>" + "слово ".encode("cp1251") * (TEXT // 6)
    yield "no charset, 8 MB", lambda: HEAD + b"<!--" + "слово ".encode("cp1251") * (SIZE // 6) + b"-->"
    yield "no charset, lines", lambda: HEAD + b"<p>" + ("слово " * 9 + "\n").encode("cp1251") * (TEXT // 56)
    yield "half damaged", lambda: HEAD + b"<p>" + b"\xff\xfe" * (SIZE // 2)
    yield "NUL", lambda: HEAD + b"<p>" + b"abcdefgh\x00" * (TEXT // 9)
    yield "UTF-16", lambda: b"\xff\xfe" + (HEAD.decode() + "<p>" + "word " * (TEXT // 5)).encode("utf-16-le")


SHAPES: dict[str, Make] = {
    name: make for family in (attributes, texts, trees, documents) for name, make in family()
} | {name: lambda make=make: make().body for name, make in markup()}


def seconds(bench: Bench, site: str, body: bytes) -> tuple[float, str]:
    """Return the processor seconds that ``body`` takes from bytes to line, and what came of it."""
    begun = process_time()
    try:
        article = read_article(read_document(PAGE_URLS[site], body, "text/html; charset=utf-8"), SITES[site]).article
        article.crawled_at, article.discovered_via = FETCHED, "test"
        bench.run(article)
        outcome = "line"
    except Reject as reject:
        outcome = reject.reason
    took = process_time() - begun
    bench.books.claims.clear()
    bench.books.texts.clear()
    return took, outcome


def main() -> None:
    """Measure, print."""
    words, found = sys.argv[1:], []
    bench = Bench("ria")
    for site in SITES:
        seconds(bench, site, HEAD)
        for name, make in SHAPES.items():
            if not words or any(word in name for word in words):
                took, outcome = seconds(bench, site, make())
                found.append((took, site, name, outcome))
                print(f"{took:6.2f} {site:12} {name:50} {outcome}", file=sys.stderr)
    for took, site, name, outcome in sorted(found, reverse=True)[:40]:
        print(f"{took:6.2f} s  {site:12} {name:50} {outcome}")


if __name__ == "__main__":
    main()
