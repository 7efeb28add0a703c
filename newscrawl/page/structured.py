"""What a page says of itself in JSON-LD and meta tags."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

_TYPES = re.compile(
    r"(?:News|Blog|Report|Scholarly|Tech|Opinion|Analysis|Background|Review|Satirical|AdvertiserContent)?"
    r"(?:Article|Posting|NewsArticle)$|^Report$|^LiveBlogPosting$"
)
_COMMENT = re.compile(r"^\s*(?:<!--|(?://\s*)?<!\[CDATA\[|/\*.*?\*/)|(?:-->|(?://\s*)?\]\]>)\s*$", re.DOTALL)
# A string ends at the quote behind which something else of JSON stands; what is never closed goes on to the end.
_STRING_OR_JUNK = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.|"(?!\s*(?:[,:}\]]|//|/\*|\Z)))*+)(?:"|\Z)|//[^\n]*+|/\*.*?(?:\*/|\Z)|,(?=\s*[,}\]])',
    re.DOTALL,
)
_WRONG_IN_STRING = re.compile(r'\\(?P<escaped>.)|"', re.DOTALL)
_NODES_MAX = 5000

Node = dict[str, Any]


def read_jsonld(scripts: Iterable[etree._Element]) -> Node:
    """Return the JSON-LD node in a page's ``script`` elements that describes the article, ``{}`` when there is none.

    Of several the one with most of the fields that matter. Whom and what it names by ``@id`` alone are looked up in the
    page. Broken scripts are passed over.
    """
    best: Node = {}
    named: dict[str, Node] = {}
    for node in _nodes(scripts):
        if name := node.get("@id"):
            named.setdefault(str(name), node)
        kind = node.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and _TYPES.search(k) for k in kinds) and _weight(node) > _weight(best):
            best = node
    return best | {key: _resolved(best[key], named) for key in ("author", "publisher", "image") if key in best}


def _resolved(value: Any, named: dict[str, Node]) -> Any:
    """Return a JSON-LD value with the nodes that it refers to in place of what is nothing but their ``@id``."""
    if isinstance(value, list):
        return [_resolved(entry, named) for entry in value[:100]] if all(isinstance(e, dict) for e in value) else value
    if isinstance(value, dict) and "@id" in value and not value.keys() & {"name", "url", "contentUrl"}:
        return named.get(str(value["@id"]), value)
    return value


def jsonld_texts(scripts: Iterable[etree._Element]) -> list[str]:
    """Return those of a page's scripts that are JSON-LD as they stand there."""
    return [script.text or "" for script in scripts if "ld+json" in script.get("type", "")]


def read_metas(metas: Iterable[etree._Element]) -> dict[str, list[str]]:
    """Return what a page's ``meta`` elements say: lower-case name, property or itemprop to its values in page order."""
    found: dict[str, list[str]] = {}
    for meta in metas:
        value = meta.get("content", "").strip()
        if value:
            for attribute in ("property", "name", "itemprop"):
                name = meta.get(attribute)
                if name:
                    found.setdefault(name.strip().lower(), []).append(value)
    return found


_VALUED = frozenset(("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"))
"""Rules for robots that have a value behind a colon, as the name of a robot has its rules."""


def told_to_robots(texts: Iterable[str]) -> set[str]:
    """Return which of the flags ``noindex`` and ``noarchive`` a page sets by ``X-Robots-Tag`` or its meta tag.

    Rules for a robot of another name (``googlebot: noindex``) are not for us.

    >>> sorted(told_to_robots(["NOINDEX, nofollow", "otherbot: noarchive", "newscrawl: noarchive"]))
    ['noarchive', 'noindex']
    """
    found: set[str] = set()
    for text in texts:
        head, colon, rest = text[:1000].lower().partition(":")
        name = head.strip()
        if colon and "," not in name and name not in _VALUED:
            if name != "newscrawl":
                continue
            text = rest
        rules = {rule.strip() for rule in text[:1000].lower().split(",")}
        found |= rules & {"noindex", "noarchive"} | ({"noindex", "noarchive"} if "none" in rules else set())
    return found


def is_paywalled(node: Node, metas: dict[str, list[str]]) -> bool:
    """Whether a page says that its text, or a part of it, is not free to read.

    By ``isAccessibleForFree`` of its JSON-LD, a part of that or a meta tag, or by Facebook's ``article:content_tier``.

    >>> is_paywalled({"hasPart": {"isAccessibleForFree": "False", "cssSelector": ".paid"}}, {})
    True
    """
    parts = node.get("hasPart")
    nodes = (node, *(parts[:100] if isinstance(parts, list) else [parts]))
    stated = [one["isAccessibleForFree"] for one in nodes if isinstance(one, dict) and "isAccessibleForFree" in one]
    stated += metas.get("isaccessibleforfree", ())
    free = (str(value).rpartition("/")[2].strip().lower() for value in stated)
    tiers = (tier.lower() for tier in metas.get("article:content_tier", ()))
    return not {"false", "no", "0"}.isdisjoint(free) or not {"locked", "metered"}.isdisjoint(tiers)


_PUBLICATION = re.compile(
    r"(?:publi|(?:^|[._:-])pub|issue|release|posted|original)[\w.:-]*(?:date|time)|"
    r"(?:date|time)[\w.:-]*(?:publi|issue|release|posted|original)"
)
_CREATION = re.compile(r"creat[\w.:-]*(?:date|time)|(?:date|time)[\w.:-]*creat|^dcterms\.created$")
_NOT_PUBLICATION = re.compile(r"modif|updat|expir|unpub|valid|embargo|remov|until|end")
_PARTS = re.compile(r"Comment|Review|Rating|Question|Answer|Object|Person|Event|Offer|Product|Organization|Clip")


def publication_dates(metas: dict[str, list[str]]) -> Iterator[str]:
    """Yield the values of the meta tags whose name says that it is the time of publication, in the page's order.

    >>> list(publication_dates({"x-published-date": ["2024-07-08"], "unpublish-date": ["2034-01-01"]}))
    ['2024-07-08']
    """
    return _named(metas, _PUBLICATION)


def creation_dates(metas: dict[str, list[str]]) -> Iterator[str]:
    """Yield the values of the meta tags whose name says that the page was made then: that may be days before."""
    return _named(metas, _CREATION)


def _named(metas: dict[str, list[str]], says: re.Pattern[str]) -> Iterator[str]:
    for name, values in metas.items():
        if says.search(name) and not _NOT_PUBLICATION.search(name):
            yield from values


def page_dates(scripts: Iterable[etree._Element]) -> list[str]:
    """Return the ``datePublished`` of what is no article in JSON-LD, but may be the page: a WebPage, a recipe, a guide.

    Of comments, reviews, pictures and films nothing; of several days none, for a list has as many.
    """
    nodes = [node for node in _nodes(scripts) if not _PARTS.search(str(node.get("@type")))]
    found = [text for node in nodes for text in strings(node.get("datePublished"))]
    return found if len({text[:10] for text in found}) == 1 else []


_NO_CHARACTER = re.compile(r"&#\d{1000,}+;?")
"""A number that no character has, and that Python refuses to read."""

MAX_DEPTH = 12
"""Deepest nesting of a JSON-LD value that is looked into."""


def strings(value: Any, depth: int = 0) -> list[str]:
    """Return the texts in a JSON-LD value: a text, a number, a node's ``name``, or a list of those.

    Texts that carry HTML entities are unescaped.

    >>> strings([{"@type": "Person", "name": "Mai &amp; Lan"}, "B"])
    ['Mai & Lan', 'B']
    """
    if depth > MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [text for entry in value[:100] for text in strings(entry, depth + 1)]
    if isinstance(value, dict):
        return strings(value.get("name") or value.get("@value"), depth + 1)
    if isinstance(value, str):
        text = _unescaped(value).strip()
        return [text] if text else []
    return [str(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _unescaped(text: str) -> str:
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def people(value: Any, depth: int = 0) -> list[str]:
    """Return the names in a JSON-LD author: of people and of texts, not of organisations.

    >>> people([{"@type": "Person", "name": "Mai Lan"}, {"@type": "Organization", "name": "The Paper"}, "Hà"])
    ['Mai Lan', 'Hà']
    """
    if isinstance(value, list):
        return [name for entry in value[:100] for name in people(entry, depth + 1)] if depth <= MAX_DEPTH else []
    if isinstance(value, dict) and "Organization" in str(value.get("@type")):
        return []
    return strings(value)


def is_live(node: Node) -> bool:
    """Whether the JSON-LD says that the page is a live blog."""
    return "LiveBlogPosting" in str(node.get("@type"))


def live_updates(node: Node) -> Iterator[tuple[str | None, str]]:
    """Yield headline and text of each entry of a live blog, in the order in which they stand there."""
    updates = node.get("liveBlogUpdate")
    for entry in updates[:MAX_UPDATES] if isinstance(updates, list) else [updates]:
        if isinstance(entry, dict) and (text := "\n\n".join(strings(entry.get("articleBody")))):
            yield next(iter(strings(entry.get("headline"))), None), text


MAX_UPDATES = 2000
"""Most entries of a live blog that are read; long ones have some hundred."""


def urls(value: Any, depth: int = 0) -> list[str]:
    """Return the addresses in a JSON-LD value such as ``image``: a text, a node's ``url``, or a list of those."""
    if depth > MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [url for entry in value[:50] for url in urls(entry, depth + 1)]
    if isinstance(value, dict):
        name = value.get("@id")
        reference = None if "#" in str(name) else name  # a name on this page is no picture
        return urls(value.get("url") or value.get("contentUrl") or reference, depth + 1)
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def _nodes(scripts: Iterable[etree._Element]) -> Iterator[Node]:
    stack: list[Any] = []
    for text in reversed(jsonld_texts(scripts)):
        stack.extend(reversed(_load(text)))
    seen = 0
    while stack and seen < _NODES_MAX:
        value = stack.pop()
        seen += 1
        if isinstance(value, list):
            stack.extend(reversed(value[:1000]))
        elif isinstance(value, dict):
            yield value
            stack.extend(value[key] for key in ("mainEntity", "mainEntityOfPage", "@graph") if key in value)


def _load(text: str) -> list[Any]:
    """Return the JSON values in a script; where there are none, those that were meant."""
    text = text.strip()
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        text = _COMMENT.sub("", text).strip().rstrip(";")
    return _values(text) or _values(_mended(text))


def _mended(text: str) -> str:
    """Return JSON without comments and commas too many, its quotes and backslashes escaped, and not as in HTML."""
    if '"' not in text:
        text = _unescaped(text)
    return _STRING_OR_JUNK.sub(lambda found: "" if found["string"] is None else _string(found["string"]), text)


def _string(text: str) -> str:
    def mend(found: re.Match[str]) -> str:
        escaped = found["escaped"]
        if escaped is None:
            return '\\"'
        return found[0] if escaped in '"\\/bfnrtu' else escaped if escaped == "'" else "\\\\" + escaped

    return f'"{_WRONG_IN_STRING.sub(mend, text)}"'


def _values(text: str) -> list[Any]:
    """Return the JSON values in a text; a second value after the first is read too, junk ends it."""
    decoder = json.JSONDecoder(strict=False)
    values, at = [], 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


def _weight(node: Node) -> int:
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "image", "name"))


_PUSHED = re.compile(r"\s*self\.__next_f\.push\((\[.*\])\);?\s*$", re.DOTALL)

MAX_DATA = 4 * 1024 * 1024
"""Longest script of data that is read, in characters."""


def markup_in_data(root: etree._Element) -> Iterator[str]:
    """Yield the pieces of HTML with paragraphs that stand in the page's scripts of data (``application/json``).

    Pages that scripts put together carry their text so: ``<script id="__NEXT_DATA__" type="application/json">``, or
    ``self.__next_f.push([1,"…"])`` (Next.js before and since its version 13).
    """
    for script in root.iter("script"):
        text = script.text or ""
        pushed = _PUSHED.match(text)
        if not (pushed or script.get("type") == "application/json") or not 0 < len(text) <= MAX_DATA:
            continue
        try:
            values: list[Any] = [json.loads(pushed[1] if pushed else text)]
        except (ValueError, RecursionError):
            continue
        while values:
            value = values.pop()
            if isinstance(value, dict):
                values.extend(value.values())
            elif isinstance(value, list):
                values.extend(value)
            elif isinstance(value, str) and value.count("</p>") >= 2:
                yield value
