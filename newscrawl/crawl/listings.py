"""Listings to links: sitemaps, feeds, pages of links. Pure functions on bytes and trees.

One bad entry costs that entry, never the rest; a listing that is none raises ``NotAListing``.
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from lxml import etree, html

from newscrawl.page.document import has_heavy_tag
from newscrawl.page.select import select
from newscrawl.text.clean import clean_line, whole_characters
from newscrawl.text.dates import DateFacts, read_moment
from newscrawl.text.language import normal_tag
from newscrawl.text.urls import absolute_url

MAX_ENTRIES = 50_000
"""Most links taken from one listing: the sitemap protocol's own limit."""

MAX_BYTES = 64 * 1024 * 1024
"""Most bytes that a compressed listing is unpacked to; the protocol allows 50 MB."""

MAX_TAGS = 2_000_000
"""Most tags parsed, what follows is left out: 40 for each of 50,000 entries; each takes some 100 bytes of memory."""

MAX_ATTRIBUTES = 4_000_000
"""Most attributes (signs of equality) of a listing in XML."""

MAX_FIELDS = 500
"""Most elements of one entry that are looked at: entries may be nested in each other by a thousand."""

MAX_DAYS = 20
"""Most texts of an entry in which its day is sought."""

MAX_LOOKED_AT = 1_000_000
"""Most elements that the entries of a page have in them, those of entries in entries counted each time."""

MAX_TEXT = 2000
"""Most characters of a title or date that are looked at."""

MAX_PAGE = 8 * 1024 * 1024
"""Largest page of links and largest list in JSON; in memory they are thirty times that."""


class NotAListing(ValueError):
    """The answer is no listing of the kind expected: an error page, a wall, another format."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a listing, with what the listing says of it."""

    url: str
    published: date | None = None
    """Day of publication; ``None`` where the listing does not tell it (a sitemap's lastmod does not)."""
    modified: date | None = None
    """Day of the last change: no publication is later."""
    title: str | None = None
    language: str | None = None
    """BCP 47 tag that a news sitemap gives."""
    alternates: tuple[tuple[str, str], ...] = ()
    """The article in other languages, as ``hreflang`` has it: tag and address."""


MAX_ALTERNATES = 100
"""Most languages of one article taken from a listing."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing holds."""

    links: tuple[Link, ...] = ()
    """In the listing's order."""
    children: tuple[Link, ...] = ()
    """Further listings: a sitemap index's entries."""
    next_url: str | None = None
    """The listing's next page."""
    skipped: int = 0
    """Entries that were no addresses."""
    cut: bool = False
    """Whether there was more than is taken from one listing, or the answer breaks off before its end."""


def read_xml(body: bytes, base: str, dates: DateFacts) -> Listing:
    """Read a sitemap, a news sitemap, a sitemap index, RSS or Atom: what it is, its root tells.

    Sites serve feeds where a sitemap should be and the other way round; gzip is undone. A sitemap may be plain text.

    Raises:
        NotAListing: no XML, or another document.
    """
    unpacked, partial = _gunzip(body)
    if _PLAIN.match(unpacked):
        return _plain(unpacked, base, partial)
    text, more = _bounded(unpacked)
    root, limited = _parse_xml(text)
    cut = partial or more or limited
    kind = _local(root)
    try:
        if kind in ("rss", "feed", "RDF", "rdf"):
            listing = _feed(root, base, dates)
        elif kind in ("urlset", "sitemapindex"):
            listing = _sitemap(root, base, dates)
        else:
            raise NotAListing(f"<{kind}> instead of a sitemap or feed")
    except UnicodeDecodeError as error:  # halves of characters in UTF-16
        raise NotAListing(str(error)) from None
    return replace(listing, cut=True) if cut else listing


def _plain(text: bytes, base: str, partial: bool) -> Listing:
    """Read a sitemap in plain text: an address a line."""
    lines = text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n", MAX_ENTRIES)
    found = [absolute_url(base, line) for line in lines[:MAX_ENTRIES] if line.strip()]
    links = tuple(Link(url) for url in found if url)
    return Listing(links, skipped=len(found) - len(links), cut=partial or len(lines) > MAX_ENTRIES)


def read_json(body: bytes, base: str, dates: DateFacts, *, items: str, url: str, day: str | None) -> Listing:
    """Read a list in JSON: JSON Feed, or a paper's load-more endpoint.

    ``items`` is the dotted path to the list, ``url`` and ``day`` the names in an entry; HTML in place of the list is
    not read here.

    Raises:
        NotAListing: no JSON, or nothing at the path.
    """
    if len(body) > MAX_PAGE:
        raise NotAListing(f"{len(body)} bytes of JSON")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAListing("no JSON") from None
    for name in items.split(".") if items else ():
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise NotAListing(f"no list at {items!r}")
    links: list[Link] = []
    skipped = 0
    for entry in value[:MAX_ENTRIES]:
        address = entry.get(url) if isinstance(entry, dict) else None
        resolved = absolute_url(base, address) if isinstance(address, str) else None
        if resolved is None:
            skipped += 1
            continue
        title = entry.get("title")
        when = _json_day(entry.get(day), dates) if day else None
        links.append(Link(resolved, when, None, clean_line(title) if isinstance(title, str) else None))
    return Listing(tuple(links), skipped=skipped, cut=len(value) > MAX_ENTRIES)


def _json_day(value: object, dates: DateFacts) -> date | None:
    if isinstance(value, int | float) and 0 < value < 1e14:
        try:
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC).date()
        except (ValueError, OverflowError, OSError):
            return None
    return _day(value, dates) if isinstance(value, str) else None


def _sitemap(root: etree._Element, base: str, dates: DateFacts) -> Listing:
    entries: list[Link] = []
    skipped = 0
    cut = False
    for element in root.iter("{*}url", "{*}sitemap"):  # not only children: a broken entry swallows its followers
        if len(entries) + skipped >= MAX_ENTRIES:
            cut = True
            break
        link = _sitemap_entry(element, base, dates)
        if link is None:
            skipped += 1
        else:
            entries.append(link)
    if _local(root) == "sitemapindex":
        return Listing(children=tuple(entries), skipped=skipped, cut=cut)
    return Listing(links=tuple(entries), skipped=skipped, cut=cut)


def _feed(root: etree._Element, base: str, dates: DateFacts) -> Listing:
    links: list[Link] = []
    skipped = 0
    cut = False
    for entry in root.iter("{*}item", "{*}entry"):
        if len(links) + skipped >= MAX_ENTRIES:
            cut = True
            break
        values = {_local(child): child for child in reversed(entry[:MAX_FIELDS]) if isinstance(child.tag, str)}
        url = _feed_address(entry, values, base)
        if url is None:
            skipped += 1
            continue
        texts = (values[name].text for name in ("pubDate", "published", "date") if name in values)
        day = next((found for text in texts if (found := _day(text, dates))), None)
        changed = _day(values["updated"].text, dates) if "updated" in values else None
        title = clean_line(_text(values["title"])) if "title" in values else None
        links.append(Link(url, day, changed, title))
    return Listing(tuple(links), skipped=skipped, cut=cut)


def read_section(
    body: bytes,
    base: str,
    *,
    link: str,
    next_page: str | None,
    day: str | None,
    entry: str | None,
    dates: DateFacts,
) -> Listing:
    """Read a page of links.

    ``link`` and ``next_page`` are selectors of the addresses (elements with ``href``, or ``::attr``); with
    ``entry``, the element round one link, ``link`` and ``day`` (the text that holds its day) are sought inside it.

    Raises:
        NotAListing: nothing that could be parsed.
    """
    if not body.strip():
        return Listing()
    if len(body) > MAX_PAGE or has_heavy_tag(body):
        raise NotAListing(f"a page of {len(body)} bytes, or with a tag too long to parse in reasonable time")
    try:
        # Not huge_tree: 256 levels are enough for a list, and entries inside entries are read again for each.
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAListing(str(error)[:200]) from None
    links: list[Link] = []
    skipped = looked_at = 0
    cut = False
    for scope in select(root, entry) if entry else [root]:
        looked_at += int(scope.xpath("count(.//*)"))
        if len(links) + skipped >= MAX_ENTRIES or looked_at > MAX_LOOKED_AT:  # entries in entries are looked at again
            cut = True
            break
        found_day = next(
            (moment for text in islice(_texts(scope, day), MAX_DAYS) if (moment := _day(text, dates))), None
        )
        for found in select(scope, link)[: MAX_ENTRIES - len(links) - skipped]:
            href = found if isinstance(found, str) else found.get("href", "")
            url = absolute_url(base, href)
            if url is None:
                skipped += 1
                continue
            title = None if isinstance(found, str) else clean_line(_text(found))
            links.append(Link(url, found_day, None, title))
    return Listing(tuple(links), next_url=_next(root, next_page, base), skipped=skipped, cut=cut)


def _next(root: etree._Element, css: str | None, base: str) -> str | None:
    for found in select(root, css) if css else ():
        href = found if isinstance(found, str) else found.get("href", "")
        if href and (url := absolute_url(base, href)):
            return url
    return None


def _texts(scope: etree._Element, css: str | None) -> Iterator[str]:
    for found in select(scope, css) if css else ():
        yield found if isinstance(found, str) else _text(found)


def _text(element: etree._Element) -> str:
    """Return the beginning of an element's text: its whole, repeated for elements in elements, has no bound."""
    return "".join(islice(element.itertext("*", etree.Entity), MAX_FIELDS))[:MAX_TEXT]


def _sitemap_entry(element: etree._Element, base: str, dates: DateFacts) -> Link | None:
    url = published = modified = title = language = None
    alternates: list[tuple[str, str]] = []
    for child in islice(element.iter(etree.Element), 1, MAX_FIELDS):
        name, text = _local(child), (child.text or "").strip()
        if name in ("url", "sitemap"):
            break
        if name == "loc" and url is None and text and not len(child):  # an unknown entity would cut the address
            url = _resolved(base, text)
        elif name == "publication_date":
            published = _day(text, dates)
        elif name == "lastmod":
            modified = _day(text, dates)
        elif name == "title" and title is None:
            title = clean_line(_text(child))
        elif name == "language":
            language = normal_tag(text)
        elif name == "link" and child.get("hreflang") and len(alternates) < MAX_ALTERNATES:
            tag, other = normal_tag(child.get("hreflang", "")), _resolved(base, child.get("href", ""))
            if tag and other:
                alternates.append((tag, other))
    return Link(url, published, modified, title, language, tuple(alternates)) if url else None


def _feed_address(entry: etree._Element, values: dict[str, etree._Element], base: str) -> str | None:
    for link in islice(entry.iter(etree.Element), MAX_FIELDS):
        if _local(link) != "link":
            continue
        href = link.get("href")
        if href and link.get("rel", "alternate") == "alternate":
            return _resolved(absolute_url(base, link.base or "") or base, href)  # ``xml:base``
        if link.text and link.text.strip() and not len(link):  # an unknown entity would cut the address
            return _resolved(base, link.text.strip())
    guid = values.get("guid")
    if guid is not None and guid.get("isPermaLink") != "false" and (guid.text or "").strip().startswith("http"):
        return _resolved(base, (guid.text or "").strip())
    return None


def _day(text: str | None, dates: DateFacts) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(read_moment(text, dates).on)
    except ValueError:
        return None


def _resolved(base: str, text: str) -> str | None:
    """Return the address ``text`` against ``base``; entities encoded twice are undone, ``None`` when it is none."""
    return absolute_url(base, text.replace("&amp;", "&"))


def _gunzip(body: bytes) -> tuple[bytes, bool]:
    """Undo gzip, of all members, up to ``MAX_BYTES``; say whether there was more, or it breaks off.

    Raises:
        NotAListing: damaged data with nothing readable in it.
    """
    unpacked, rest = b"", body
    while rest.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            unpacked += member.decompress(rest, MAX_BYTES - len(unpacked))
        except zlib.error as error:
            if unpacked:
                return unpacked, True
            raise NotAListing(f"damaged gzip: {error}") from None
        if not member.eof or (member.unused_data and len(unpacked) >= MAX_BYTES):
            return unpacked, True
        rest = member.unused_data
    return (body, False) if rest is body else (unpacked, False)


def _bounded(body: bytes) -> tuple[bytes, bool]:
    """Return as much of ``body`` as has ``MAX_TAGS`` tags, and whether that is less than all.

    Raises:
        NotAListing: more attributes than may be.
    """
    if body.count(b"=") > MAX_ATTRIBUTES:
        raise NotAListing(f"more than {MAX_ATTRIBUTES} attributes")
    if body.count(b"<") <= MAX_TAGS:
        return body, False
    parts = body.split(b"<", MAX_TAGS)
    return body[: len(body) - len(parts[-1]) - 1], True


_BARE = (etree.ErrorTypes.ERR_NAME_REQUIRED, etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING)
"""What the parser says of an ampersand that begins no entity."""

_BARE_AMPERSAND = re.compile(rb"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?!#?\w+;)")
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*+https?://[^\s<]+\s*(?:\n|$)")
_START = re.compile(rb"<\?xml\s|<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b")
"""Where XML begins: warnings of the program that made it may stand before."""

_TWO_BYTE_LABEL = re.compile(rb"""<\?xml[^>]{0,100}encoding=["'](?:utf-?16|ucs-?2|unicode)""", re.IGNORECASE)


def _parse_xml(body: bytes) -> tuple[etree._Element, bool]:
    """Return the root, and whether there is more that was not read: the parser gave up, or the end is missing."""
    text = whole_characters(body.lstrip())
    if re.match(rb"<!doctype html|<html", text[:200], re.IGNORECASE):
        raise NotAListing("an HTML page instead of XML")
    if not text.startswith((b"<?", b"<!")) and (start := _START.search(text[:4096])):
        text = text[start.start() :]
    encoding = "utf-8" if _TWO_BYTE_LABEL.match(text) else None  # these bytes are read as ASCII, so it is not UTF-16
    root, errors = _tree(text, encoding)
    if len(errors.filter_types(_BARE)):  # ``?a=1&b=2`` unescaped: recovery would leave out ``&b``
        root, errors = _tree(_BARE_AMPERSAND.sub(_escaped, text), encoding)
    if root is None:
        raise NotAListing("no XML")
    limited = len(errors.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)) > 0
    end = rb"</(?:\w+:)?%b\s*>" % re.escape(_local(root).encode())
    breaks_off = len(root) > 0 and not re.search(end, text.replace(b"\x00", b""))  # NUL: of UTF-16
    return root, limited or breaks_off


def _tree(text: bytes, encoding: str | None) -> tuple[etree._Element | None, Any]:
    # Entities stay unresolved and nothing is fetched; recovery reads on after a broken entry. Without huge_tree libxml2
    # keeps its own bounds: 256 levels, 10 MB of one text, no entities that multiply.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, load_dtd=False, huge_tree=False, encoding=encoding
    )
    try:
        return etree.fromstring(text, parser), parser.error_log
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAListing(str(error)[:200]) from None


def _escaped(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b"<") else b"&amp;"


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


__all__ = ["Link", "Listing", "NotAListing", "read_json", "read_section", "read_xml"]
