"""Bytes of an answer to a parsed document, whatever the bytes are.

A wrong charset declaration, NUL bytes, broken markup or deep nesting give a document all the same; what
cannot or must not be parsed raises ``Reject`` with a reason code.
"""

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from newscrawl.items import Reject
from newscrawl.text.clean import whole_characters

MAX_BYTES = 8 * 1024 * 1024
"""Largest page parsed; news pages are below 2 MB."""

MAX_ATTRIBUTES = 5000
"""Most attributes of one tag, and what all tags of a page may weigh together, as the sum of squares: in a tree libxml2
walks along those it has to add one, 5,000 take a twentieth of a second, 160,000 minutes. Real pages have 50."""

_PARSER_TELLS = etree.LIBXML_VERSION >= (2, 14)
"""Whether the parser tells of bytes that are no UTF-8; older ones take them for Latin-1."""

_ENDS_IN_VALUES = 8
"""So many ``>`` in values, in all tags and scripts, and the tags may still be taken for light."""

_LIGHT_BYTES = 500_000
"""Larger pages may have too many tags, each of them light."""

_ERRORS_TOLD = 100
"""How many errors of a document libxml2 tells at most."""

MAX_TAGS = 50_000
"""Most tags, opening and closing: the richest of a thousand real pages has 20,000."""

MAX_TEXT = 1_500_000
"""Most bytes of text outside scripts and styles, in UTF-8; a line of the feed has no room for more."""

MAX_NESTING = 3_000_000
"""Most that the depths of all elements add up to: reading goes up and down the tree. That richest page has 100,000."""

DEEP = 300
"""Levels of nesting from which on the depths are added up at all; real pages have 60."""

WEIGHED_FROM = 20_000
"""Tags from which on they are, too; real pages have fewer."""

SHALLOW = 2400
"""Tags below which not even that is asked: each within the one before, and those beyond the 2,048 levels that
the parser reads side by side, they add up to 2,048² / 2 + 352 · 2,048, less than ``MAX_NESTING``."""

_IS_DEEP = etree.XPath(f"boolean({'/*' * DEEP})")
# A tag as HTML5's tokenizer has it: most have fewer than 100 values, and less than 64 bytes between two of them, and so
# 2,000 attributes at most. What it might read otherwise ("=" behind a space, or in a value) is found as well.
_MANY_VALUES = re.compile(
    rb"""<[a-zA-Z](?:[^>=]{0,63}+(?<![ \t\n\f\r/"'])="""
    rb"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r>"'=]++(?=[ \t\n\f\r>]))){0,99}+"""
    rb"""(?:[^>=]{64}|[^>=]{0,63}+=)"""
)
_LONG_TAG = re.compile(rb"<[a-zA-Z][^>]{4000}")
_LONG = re.compile(rb"[^>]{4000}")
_END_IN_VALUE = re.compile(rb"""=[ \t\n\r\f]*+(?:"[^">]*+>|'[^'>]*+>)""")
_XSYNC = re.compile(rb"^\s*(?:<\?xml[^>]*>)?\s*<xsync\b")
_PIECES = re.compile(rb"[<>\r\n]+")
_ASCII = bytes(range(128))
_GUESSED = ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1253", "cp1256"]
"""What text that declares no charset, and is hardly ASCII, is looked at for."""

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
    if _is_plainly_utf8(body, content_type):
        document, is_utf8 = _parse(url, body)
        if is_utf8:
            return document
    return _parse(url, decode(body, content_type))[0]


def _is_plainly_utf8(body: bytes, content_type: str | None) -> bool:
    """Whether ``body`` is so likely UTF-8 as it stands that the parser may be the judge: most pages are."""
    declared = http_content_type_encoding(content_type)
    return _PARSER_TELLS and declared in (None, "utf-8") and read_bom(body)[0] is None and b"\x00" not in body


def _parse(url: str, text: bytes) -> tuple[Document, bool]:
    """Return what UTF-8 is parsed to, and whether the parser met nothing but UTF-8. Raises ``Reject``."""
    if _XSYNC.match(text):
        text = _xsync_to_html(text)
    tags = text.count(b"<")
    if tags > MAX_TAGS and _count_tags(text) > MAX_TAGS:
        raise Reject("markup_too_heavy", f"more than {MAX_TAGS} tags")
    if has_heavy_tag(text):
        raise Reject("markup_too_heavy", f"a tag of more than {MAX_ATTRIBUTES} attributes, or many that weigh as much")
    try:
        parser = _parser()
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise Reject("unreadable", str(error)[:200]) from None
    may_be_deep = tags > WEIGHED_FROM or (tags > SHALLOW and _IS_DEEP(root))
    if may_be_deep and _nesting(root) > MAX_NESTING:
        raise Reject("markup_too_heavy", "too many elements, nested too deep")
    if len(text) > MAX_TEXT and text_size(root) > MAX_TEXT:
        raise Reject("page_too_large", f"more than {MAX_TEXT} bytes of text")
    errors = parser.error_log
    kinds = {error.type for error in errors}
    is_utf8 = etree.ErrorTypes.ERR_INVALID_ENCODING not in kinds
    if is_utf8 and len(errors) >= _ERRORS_TOLD:
        is_utf8 = _as_utf8(text) is text
    return Document(url, root, text, truncated=etree.ErrorTypes.ERR_RESOURCE_LIMIT in kinds), is_utf8


def decode(body: bytes, content_type: str | None = None) -> bytes:
    """Return ``body`` as UTF-8 with no NUL bytes.

    Bytes that are UTF-8 are taken as such whatever is declared (hardly any other text is valid UTF-8 by
    chance); else the byte order mark, the header's charset, the page's own; else what text in a script other than Latin
    looks like; else Windows-1252. Bytes that do not decode become U+FFFD.

    Raises:
        Reject: ``not_text``, where the bytes are no text.
    """
    mark, prefix = read_bom(body)
    body = body[len(prefix or b"") :]
    known = _as_utf8(body) if mark in (None, "utf-8") else None
    text = known or _decoded(body, mark, content_type)
    if b"\x00" in text:
        if text.count(b"\x00") > len(text) // 8:
            raise Reject("not_text", "binary data")
        text = text.replace(b"\x00", b"")
    return text


def _decoded(body: bytes, mark: str | None, content_type: str | None) -> bytes:
    """Return what is no UTF-8 as UTF-8, by what is declared."""
    declared = mark or http_content_type_encoding(content_type)
    if declared is None or declared not in _TEXT_CODECS:
        declared = html_body_declared_encoding(body)
    if declared and declared.startswith("utf-16") and not mark:
        declared = None  # a declaration readable as ASCII contradicts itself
    if mark is None and declared in (None, "utf-8"):
        declared = _guess(body) or declared
    return body.decode(_codec_name(declared), errors="replace").encode("utf-8", errors="replace")


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


def _guess(body: bytes) -> str | None:
    """Return the codec that text with hardly a Latin letter is in, by how its characters follow each other."""
    pieces = [piece for piece in _PIECES.split(body) if len(piece.translate(None, _ASCII)) > max(8, 0.3 * len(piece))]
    if not pieces:
        return None
    import charset_normalizer  # takes longer than most pages, and those that declare their charset never need it

    longest = [piece[:4096] for piece in sorted(pieces, key=len, reverse=True)[:5]]
    for sample in (b"\n".join(longest), *longest):  # a damaged byte leaves no codec for all
        found = charset_normalizer.from_bytes(sample, cp_isolation=_GUESSED, preemptive_behaviour=False).best()
        if found is not None:
            return found.encoding
    return None


def has_heavy_tag(text: bytes) -> bool:
    """Whether tags have more attributes than may be.

    What is a tag only the parser knows (quotes in names, comments that are none): where one could be heavy, the page is
    run through it once without a tree, which takes no longer for many attributes than for few.
    """
    if len(text) < _LIGHT_BYTES and not (_MANY_VALUES.search(text) and _has_long_tag(text)):
        return False
    scale = _Scale()
    with suppress(etree.LxmlError):  # an empty document
        etree.fromstring(text, etree.HTMLParser(target=scale, encoding="utf-8", huge_tree=True))
    return scale.weight > MAX_ATTRIBUTES**2


def _has_long_tag(text: bytes) -> bool:
    """Whether a tag may have more than some 2,000 attributes for each of its ``_ENDS_IN_VALUES``, wherever it begins.

    A tag ends at the first ``>`` that is in none of its values, which only ``=`` and a quote begin. So it is made of
    stretches without ``>``: from its name on, and from each value on that has one. None of them is long.
    """
    if _LONG_TAG.search(text):
        return True
    ends = [found.end() for found in islice(_END_IN_VALUE.finditer(text), _ENDS_IN_VALUES + 1)]
    return len(ends) > _ENDS_IN_VALUES or any(
        _LONG.match(text, text.find(quote, end)) for end in ends for quote in (b'"', b"'")
    )


class _Scale:
    """Target of a parser: adds up what its tags weigh."""

    weight = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.weight += len(attributes) ** 2

    def close(self) -> None:
        """Nothing is built."""


def _count_tags(text: bytes) -> int:
    """Return the number of tags that a parser may meet; of scripts and comments, the more the worse for the page."""
    return len(re.findall(rb"<[/a-zA-Z!?]", text))


def _nesting(root: etree._Element) -> int:
    """Return the sum of the depths of all elements."""
    depth = total = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            total += depth
        else:
            depth -= 1
    return total


def text_size(root: etree._Element) -> int:
    """Return the bytes of text outside scripts and styles; XPath would sort the texts, in quadratic time."""
    hidden = ("script", "style")
    texts = (text for element in root.iter() for text in (element.tail, element.tag not in hidden and element.text))
    return sum(len(text if text.isascii() else text.encode("utf-8", "replace")) for text in texts if text)


def _codec_name(declared: str | None) -> str:
    if declared:
        try:
            name = codecs.lookup(declared).name
        except LookupError:
            return "cp1252"
        if name in _TEXT_CODECS:
            return "cp1252" if name == "iso8859-1" else name
    return "cp1252"


def _parser() -> etree.HTMLParser:
    # A parser keeps state between documents, so each gets its own; making one costs microseconds. Not that of
    # lxml.html, where Python code chooses a class for each element that is looked at.
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)


def _xsync_to_html(text: bytes) -> bytes:
    """Turn KCNA's XML answer of before 2021 into HTML: each element a ``div`` with its name as class, in one of
    class ``xsync``.

    The CDATA in it is HTML, so one set of selectors reads all generations of the site.

    Raises:
        Reject: ``unreadable``, where the answer holds no article.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(whole_characters(text), parser)
        leaves = [] if root is None else [leaf for leaf in root.iter(etree.Element) if not len(leaf)]
        parts = [f'<div class="{leaf.tag}">{leaf.text}</div>' for leaf in leaves if leaf.text and leaf.text.strip()]
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise Reject("unreadable", str(error)[:200]) from None
    if not parts:
        raise Reject("unreadable", "the answer holds no article")
    return ('<html><body><div class="xsync">' + "".join(parts) + "</div></body></html>").encode()
