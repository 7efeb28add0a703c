"""Three hundred answers that mean harm, by family. No tests here; ``test_hostile_corpus.py`` sends them to a crawl."""

import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterator

import brotli
from scrapy.utils._compression import zstd

from tests.loopback import Answer

MB = 1 << 20
HTML = (("Content-Type", "text/html; charset=utf-8"),)
SENTENCE = b"A sentence that is long enough to count as a paragraph of text. "
Make = Callable[[], Answer]


def _drip(part: bytes, pause: float) -> Callable[[], Iterator[bytes]]:
    def send() -> Iterator[bytes]:
        while True:
            yield part
            time.sleep(pause)

    return send


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def transport() -> Iterator[tuple[str, Make]]:
    """Heads and framing."""
    lines = (b"", b"\r\n", b"\x00", b"HTTP", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 abc OK", b"HTTP/1.1 -1 OK", b"HTTP/1.1 0 OK", b"HTTP/1.1 99 x", b"HTTP/1.1 999 x",
             b"HTTP/1.1 99999999999 x", b"HTTP/9.9 200 OK", b"HTTP/0.9 200 OK", b"ICY 200 OK", b"http/1.1 200 ok", b"HTTP/1.1  200  OK", b"HTTP/1.1\t200\tOK",
             b"HTTP/1.1 200 " + b"x" * 100_000, b"HTTP/1.1 101 Switching", b"HTTP/1.1 204 None", b"HTTP/1.1 205 Reset", b"HTTP/1.1 206 Part", b"HTTP/1.1 300 Many",
             b"HTTP/1.1 304 Same", b"HTTP/1.1 401 No", b"HTTP/1.1 407 Proxy", b"HTTP/1.1 426 Up", b"SSH-2.0-OpenSSH", b"220 ftp ready", b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.0")  # fmt: skip
    for number, line in enumerate(lines):
        yield f"status line {number}", lambda line=line: Answer(raw=line + b"\r\nContent-Length: 3\r\n\r\n<p>")
    heads = (b"Content-Length: -1", b"Content-Length: 1e9", b"Content-Length: 99999999999999999999", b"Content-Length: 3, 3", b"Content-Length: 3\r\nContent-Length: 4", b"Content-Length: +3",
             b"Content-Length: 0x3", b"Content-Length:", b"Content-Length: \xd9\xa3", b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked, chunked",
             b"Transfer-Encoding: identity", b"Transfer-Encoding: xchunked", b"X" * 100_000 + b": y", b": no name", b"no colon", b"X: \x00", b"X: \xff\xfe", b"X:\r\n folded", b"Location: \x00", b"Set-Cookie: " + b"a" * 60_000,
             *(b"Set-Cookie: a%d=b" % n for n in range(3)), b"X: y\r\n" * 20_000, b"Content-Type: ", b"Content-Type: text/html; charset=" + b"x" * 60_000, b"Content-Encoding: " + b"gzip," * 9_000, b"Retry-After: 1e400",
             b"Refresh: 0; url=file:///etc/passwd", b"Link: <file:///etc/passwd>; rel=canonical", b"Referrer-Policy: os.system", b"Strict-Transport-Security: x", b"Connection: \x00", b"Keep-Alive: timeout=-1", b"Trailer: x", b"Upgrade: h2c")  # fmt: skip
    for number, head in enumerate(heads):
        yield f"head {number}", lambda head=head: Answer(raw=b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n<p>")
    chunks = (b"", b"0", b"0\r\n", b"-1\r\nx", b"g\r\nx", b"ffffffffffffffffff\r\nx", b"5\r\nab", b"5\r\nabcdeX", b"3;" + b"e" * 100_000 + b"\r\nabc\r\n0\r\n\r\n", b"1\r\na\r\n" * 100_000, b"0\r\nX: y\r\n" * 1000,
              b"00000000000000000000000000000003\r\nabc\r\n0\r\n\r\n", b" 3\r\nabc\r\n0\r\n\r\n", b"3 \r\nabc\r\n0\r\n\r\n", b"3\nabc\n0\n\n", b"\xff\r\n", b"0x3\r\nabc\r\n0\r\n\r\n", b"3\r\nabc\r\n0\r\nX: " + b"y" * 300_000)  # fmt: skip
    for number, chunk in enumerate(chunks):
        yield (
            f"chunk {number}",
            lambda chunk=chunk: Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk),
        )
    whole = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 40\r\n\r\n<p>" + b"x" * 37
    for at in range(0, len(whole), 7):
        yield f"cut at {at}", lambda at=at: Answer(raw=whole[:at])
    for name, part, pause in (("slow", b"<p>", 0.1), ("slower", b"x", 1.0), ("endless", b"<p>more</p>" * 5000, 0.0)):
        yield f"{name} body", lambda part=part, pause=pause: Answer(drip=_drip(part, pause))
    yield "endless head", lambda: Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 100_000)
    yield "continue for ever", lambda: Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000)
    yield "silence", lambda: Answer(wait=4)


def compression() -> Iterator[tuple[str, Make]]:
    """Bombs, lies and cuts."""
    packs: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": lambda raw: brotli.compress(raw, quality=1),
        "zstd": zstd.compress,
    }
    for name, pack in packs.items():
        for kind, body in (("blanks", b" " * 40 * MB), ("tags", b"<p>" * 8 * MB)):
            yield (
                f"bomb of {kind} in {name}",
                lambda name=name, pack=pack, body=body: Answer(pack(body), headers=(*HTML, ("Content-Encoding", name))),
            )
        for cut in (0, 1, 9, 40):
            yield (
                f"{name} cut at {cut}",
                lambda name=name, pack=pack, cut=cut: Answer(
                    pack(SENTENCE * 99)[:cut], headers=(*HTML, ("Content-Encoding", name))
                ),
            )
        for other in packs:
            yield (
                f"{other} called {name}",
                lambda name=name, other=other: Answer(
                    packs[other](SENTENCE * 99), headers=(*HTML, ("Content-Encoding", name))
                ),
            )
            yield (
                f"bomb in {name} in {other}",
                lambda name=name, other=other: Answer(
                    packs[other](packs[name](b" " * 40 * MB)), headers=(*HTML, ("Content-Encoding", f"{name}, {other}"))
                ),
            )
    yield "raw deflate", lambda: Answer(_deflate(SENTENCE * 99), headers=(*HTML, ("Content-Encoding", "deflate")))
    for name in (
        "gzip,gzip,gzip",
        "x-gzip",
        "compress",
        "identity",
        "none",
        "\x00",
        "gzip;q=1",
        ",,,",
        "utf-8",
        "aws-chunked",
    ):
        yield f"encoding {name!r}", lambda name=name: Answer(SENTENCE, headers=(*HTML, ("Content-Encoding", name)))


def charsets() -> Iterator[tuple[str, Make]]:
    """What a page says its bytes are."""
    for name in (
        "zip",
        "hex",
        "base64",
        "uu",
        "bz2",
        "rot13",
        "undefined",
        "punycode",
        "idna",
        "utf-7",
        "utf-16",
        "utf-32",
        "unicode_escape",
        "mbcs",
        "koi8-r",
        "iso-2022-jp",
        "hz",
        "\x00",
        "'",
        "utf-8;utf-8",
    ):
        yield (
            f"charset {name!r}",
            lambda name=name: Answer(
                b"<h1>x</h1><p>\xff\xfe\x00\x1b$B~{" + SENTENCE * 9,
                headers=(("Content-Type", f"text/html; charset={name}"),),
            ),
        )
        yield (
            f"meta charset {name!r}",
            lambda name=name: Answer(f"<meta charset={name}>".encode() + b"\x81\x8d" + SENTENCE * 9),
        )
    for kind in (
        "",
        "text",
        "text/",
        "application/octet-stream",
        "image/png",
        "application/pdf",
        "text/html, text/html",
        "multipart/mixed; boundary=x",
        "text/xml",
        "application/json",
    ):
        yield f"type {kind!r}", lambda kind=kind: Answer(SENTENCE * 9, headers=(("Content-Type", kind),))


def markup() -> Iterator[tuple[str, Make]]:
    """Pages that would take minutes, or memory without end."""
    tags = "div p table tr ul li b a span font blockquote svg math template select form h1 article section iframe noscript button label dl pre".split()
    for tag in tags:
        yield f"{tag} in {tag}", lambda tag=tag: Answer(b"<h1>x</h1>" + f"<{tag}>".encode() * 40_000 + SENTENCE)
        yield (
            f"{tag} of text",
            lambda tag=tag: Answer(b"<h1>x</h1>" + f"<{tag}>{SENTENCE.decode()}</{tag}>".encode() * 20_000),
        )
    for count in (6_000, 160_000):
        yield (
            f"{count} attributes",
            lambda count=count: Answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(count)) + b">x"),
        )
        yield (
            f"{count} quoted",
            lambda count=count: Answer(b"<p " + b" ".join(b"a%d='>'" % n for n in range(count)) + b">x"),
        )
    many = b" ".join(b"a%d" % number for number in range(12_000))
    disguises = {
        "a comment in a value": b"<p a='<!--' %s>x",
        "a tag in a value": b'<p a=b="> <b %s> ">x',
        "an empty comment": b"<!--> <b %s> -->x",
    }
    for name, page in disguises.items():
        yield f"attributes behind {name}", lambda page=page: Answer(page.replace(b"%s", many) * 40)
    yield "tags of 1000 attributes", lambda: Answer((b"<p " + many[:5800] + b">x") * 1300)
    bodies = {
        "lt": b"<" * 7 * MB, "amp": b"&" * 7 * MB, "entities": b"&amp;" * MB, "numbers": b"&#0;" * MB, "word": b"x" * 7 * MB, "blanks": b"<p>" + b" " * 7 * MB, "text": SENTENCE * 100_000, "comment": b"<!--" * MB,
        "comments": b"<!-- -->" * 500_000, "cdata": b"<![CDATA[" * 500_000, "script": b"<script>" * 500_000, "style": b"<style>*{" * 500_000, "quote": b"<a href='" + b"x" * 7 * MB, "doctype": b"<!DOCTYPE " * 500_000,
        "entity": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + b"&a;" * MB, "nul": b"\x00" * 7 * MB, "xsync": b"<?xml version='1.0'?><xsync>" + b"<a>" * 500_000, "xsync laughs": b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><xsync><a>&b;</a></xsync>",
        "li": b"<ul>" + b"<li>" * 24_000, "images": b"<h1>x</h1><article><p>" + SENTENCE * 9 + b"<img src=/a.jpg>" * 24_000, "dates": b"<h1>x</h1>" + b"<time datetime='2024-09-14'>14/09/2024</time>" * 12_000, "titles": b"<h1>a b c</h1>" * 24_000,
        "metas": b"<meta property='og:title' content='X'>" * 45_000, "links": b"<a href=/x>text of a link</a>" * 24_000, "authors": b"<div class='author byline'>x</div>" * 24_000, "base": b"<base href='http://[::1'>" * 24_000,
        "br": SENTENCE + b"<br>" * 45_000, "frames": b"<frameset>" * 40_000, "deep and rich": b"<div>" * 1_500 + b"<p>x</p>" * 10_000, "figures": b"<figure><img src=/a.jpg><figcaption>Foto: x</figcaption></figure>" * 8_000,
    }  # fmt: skip
    for name, body in bodies.items():
        yield f"page of {name}", lambda body=body: Answer(body)
    nodes = {"brackets": "[" * MB, "braces": '{"a":' * 200_000, "names": '{"@type":"NewsArticle","headline":"x"},' * 50_000, "number": "9" * MB, "text": json.dumps({"@type": "NewsArticle", "headline": "x", "articleBody": "<p>a " * 500_000}),
             "surrogates": '{"@type":"NewsArticle","headline":"\\ud800\\udfff","articleBody":"\\u0000"}', "nan": '{"@type":"NewsArticle","datePublished":NaN}', "keys": json.dumps({f"k{n}": n for n in range(100_000)})}  # fmt: skip
    for name, node in nodes.items():
        yield (
            f"JSON-LD of {name}",
            lambda node=node: Answer(
                f"<script type='application/ld+json'>{node}</script><h1>x</h1>".encode() + b"<p>" + SENTENCE * 9
            ),
        )


CORPUS: dict[str, Make] = {
    name: make for family in (transport, compression, charsets, markup) for name, make in family()
}
