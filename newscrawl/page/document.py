"""Bytes of an answer to a parsed document, whatever the bytes are.

A wrong charset declaration, NUL bytes, broken markup or deep nesting give a document all the same; what
cannot or must not be parsed raises ``Reject`` with a reason code.
"""

import codecs
import re
from dataclasses import dataclass

from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from newscrawl.items import Reject

MAX_BYTES = 8 * 1024 * 1024
"""Largest page parsed; news pages are below 2 MB."""

MAX_ATTRIBUTES = 5000
"""Most attributes of one tag: libxml2 compares them pairwise, 5,000 take a tenth of a second, 160,000 minutes."""

_TAG = re.compile(rb"""<[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(rb"""=\s*(?:"[^"]*"|'[^']*')""")
_ATTRIBUTE = re.compile(rb"[^\s/=]+")
_NO_MARKUP = re.compile(rb"<(script|style)\b|<!--", re.IGNORECASE)
_XSYNC = re.compile(rb"^\s*(?:<\?xml[^>]*>)?\s*<xsync\b")
_TEXT_CODECS = frozenset(
    "utf-8 utf-16-le utf-16-be utf-16 ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 "
    "iso8859-8 iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 tis-620 koi8-r koi8-u cp866 mac-cyrillic gb2312 gbk gb18030 "
    "big5 big5hkscs shift_jis cp932 euc_jp iso2022_jp euc_kr cp949 johab".split()
)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page."""

    url: str
    """Address after redirects."""
    root: etree._Element
    """The ``html`` element."""
    text: bytes = b""
    """The page in UTF-8, as it was parsed."""
    truncated: bool = False
    """Whether the parser gave up before the end: it reads 2,048 levels of nesting and no deeper."""


def read_document(url: str, body: bytes, content_type: str | None = None) -> Document:
    """Parse ``body``.

    Raises:
        Reject: ``page_too_large``, ``markup_too_heavy``, ``not_text`` or ``unreadable``.
    """
    if len(body) > MAX_BYTES:
        raise Reject("page_too_large", f"{len(body)} bytes")
    text = decode(body, content_type)
    if _XSYNC.match(text):
        text = _xsync_to_html(text)
    if has_heavy_tag(text):
        raise Reject("markup_too_heavy", f"a tag of more than {MAX_ATTRIBUTES} attributes")
    try:
        parser = _parser()
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise Reject("unreadable", str(error)[:200]) from None
    limits = parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)
    return Document(url, root, text, truncated=len(limits) > 0)


def decode(body: bytes, content_type: str | None = None) -> bytes:
    """Return ``body`` as UTF-8 with no NUL bytes.

    Bytes that are UTF-8 are taken as such whatever is declared (hardly any other text is valid UTF-8 by
    chance); else the byte order mark, the header's charset, the page's own; else Windows-1252. Bytes that do
    not decode become U+FFFD.

    Raises:
        Reject: ``not_text``, where the bytes are no text.
    """
    mark, prefix = read_bom(body)
    body = body[len(prefix or b"") :]
    declared = mark or http_content_type_encoding(content_type)
    if declared is None or declared not in _TEXT_CODECS:
        declared = html_body_declared_encoding(body)
    if declared and declared.startswith("utf-16") and not mark:
        declared = None  # a declaration readable as ASCII contradicts itself
    known = _as_utf8(body) if mark in (None, "utf-8") else None
    text = known or body.decode(_codec_name(declared), errors="replace").encode("utf-8", errors="replace")
    if b"\x00" in text:
        if text.count(b"\x00") > len(text) // 8:
            raise Reject("not_text", "binary data")
        text = text.replace(b"\x00", b"")
    return text


def _as_utf8(body: bytes) -> bytes | None:
    """Return ``body`` if it is UTF-8, or so nearly that single bytes are damaged; ``None`` otherwise."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", errors="replace")
        bad = text.count("\ufffd")
        wide = sum(1 for char in text if char > "\x7f") - bad
        return text.encode("utf-8") if bad and wide > 20 * bad else None
    return body


def has_heavy_tag(text: bytes) -> bool:
    """Whether a tag has more attributes than may be; scripts, styles and comments are looked into by no parser."""
    if len(text) <= 2 * MAX_ATTRIBUTES:
        return False
    at = 0
    for found in _NO_MARKUP.finditer(text):
        if found.start() < at:
            continue
        if _heavy(text[at : found.start()]):
            return True
        closing = b"-->" if found[1] is None else b"</"
        end = text.find(closing, found.end())
        while found[1] is not None and end >= 0 and text[end + 2 : end + 2 + len(found[1])].lower() != found[1].lower():
            end = text.find(closing, end + 2)
        if end < 0:
            return False  # nothing ends it, so no markup follows
        at = end
    return _heavy(text[at:])


def _heavy(markup: bytes) -> bool:
    long = (tag.group() for tag in _TAG.finditer(markup) if tag.end() - tag.start() > 2 * MAX_ATTRIBUTES)
    return any(len(_ATTRIBUTE.findall(_QUOTED.sub(b"=x ", tag))) > 2 * MAX_ATTRIBUTES for tag in long)


def _codec_name(declared: str | None) -> str:
    if declared:
        try:
            name = codecs.lookup(declared).name
        except LookupError:
            return "cp1252"
        if name in _TEXT_CODECS:
            return "cp1252" if name == "iso8859-1" else name
    return "cp1252"


def _parser() -> html.HTMLParser:
    # A parser keeps state between documents, so each gets its own; making one costs microseconds.
    return html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)


def _xsync_to_html(text: bytes) -> bytes:
    """Turn KCNA's XML answer of before 2021 into HTML: each element a ``div`` with its name as class, in one of
    class ``xsync``.

    The CDATA in it is HTML, so one set of selectors reads all generations of the site.

    Raises:
        Reject: ``unreadable``, where the answer holds no article.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise Reject("unreadable", str(error)[:200]) from None
    leaves = [] if root is None else [leaf for leaf in root.iter(etree.Element) if not len(leaf)]
    parts = [f'<div class="{leaf.tag}">{leaf.text}</div>' for leaf in leaves if leaf.text and leaf.text.strip()]
    if not parts:
        raise Reject("unreadable", "the answer holds no article")
    return ('<html><body><div class="xsync">' + "".join(parts) + "</div></body></html>").encode()
