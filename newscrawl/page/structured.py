"""What a page says of itself in JSON-LD and meta tags."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from newscrawl.page.select import compile_css

_TYPES = re.compile(
    r"(?:News|Blog|Report|Scholarly|Tech|Opinion|Analysis|Background|Review|Satirical|AdvertiserContent)?"
    r"(?:Article|Posting|NewsArticle)$|^Report$|^LiveBlogPosting$"
)
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>)\s*$", re.DOTALL)
_SCRIPTS = compile_css('script[type*="ld+json"]')
_METAS = compile_css("meta[content]")
_NODES_MAX = 5000

Node = dict[str, Any]


def read_jsonld(root: etree._Element) -> Node:
    """Return the JSON-LD node that describes the article, ``{}`` when the page has none.

    Of several the one with most of the fields that matter. Broken scripts are passed over.
    """
    best: Node = {}
    for node in _nodes(root):
        kind = node.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and _TYPES.search(k) for k in kinds) and _weight(node) > _weight(best):
            best = node
    return best


def read_metas(root: etree._Element) -> dict[str, list[str]]:
    """Return the page's meta tags: lower-case name, property or itemprop to its values in page order."""
    metas: dict[str, list[str]] = {}
    for meta in _METAS(root):
        value = meta.get("content").strip()
        if value:
            for attribute in ("property", "name", "itemprop"):
                name = meta.get(attribute)
                if name:
                    metas.setdefault(name.strip().lower(), []).append(value)
    return metas


_PUBLICATION = re.compile(
    r"(?:publi|(?:^|[._:-])pub|creat|issue|release|posted|original)[\w.:-]*(?:date|time)|"
    r"(?:date|time)[\w.:-]*(?:publi|creat|issue|release|posted|original)"
)
_NOT_PUBLICATION = re.compile(r"modif|updat|expir|unpub|valid|embargo|remov|until|end")
_PARTS = re.compile(r"Comment|Review|Rating|Question|Answer|Object|Person|Event|Offer|Product|Organization|Clip")


def publication_dates(metas: dict[str, list[str]]) -> Iterator[str]:
    """Yield the values of the meta tags whose name says that it is the time of publication, in the page's order.

    >>> list(publication_dates({"x-published-date": ["2024-07-08"], "unpublish-date": ["2034-01-01"]}))
    ['2024-07-08']
    """
    for name, values in metas.items():
        if _PUBLICATION.search(name) and not _NOT_PUBLICATION.search(name):
            yield from values


def page_dates(root: etree._Element) -> list[str]:
    """Return the ``datePublished`` of what is no article in JSON-LD, but may be the page: a WebPage, a recipe, a guide.

    Of comments, reviews, pictures and films nothing; of several days none, for a list has as many.
    """
    nodes = [node for node in _nodes(root) if not _PARTS.search(str(node.get("@type")))]
    found = [text for node in nodes for text in strings(node.get("datePublished"))]
    return found if len({text[:10] for text in found}) == 1 else []


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
        text = html.unescape(value).strip()
        return [text] if text else []
    return [str(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


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


def urls(value: Any, depth: int = 0) -> list[str]:
    """Return the addresses in a JSON-LD value such as ``image``: a text, a node's ``url``, or a list of those."""
    if depth > MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [url for entry in value[:50] for url in urls(entry, depth + 1)]
    if isinstance(value, dict):
        return urls(value.get("url") or value.get("contentUrl") or value.get("@id"), depth + 1)
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def _nodes(root: etree._Element) -> Iterator[Node]:
    stack: list[Any] = []
    for script in reversed(_SCRIPTS(root)):
        stack.extend(reversed(_load(script.text or "")))
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
    """Return the JSON values in a script; a second value after the first is read too, junk ends it."""
    text = _COMMENT.sub("", text).strip().rstrip(";")
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
