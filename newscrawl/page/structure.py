"""The body of a page with no rules: the element that holds most of the running text.

Every paragraph gives its length to its parent, and half of it to the grandparent (the scheme of Readability,
Arc90 2009); elements named like comments or menus give and get nothing. Linked text does not count.
"""

import re

from lxml import etree

from newscrawl.page.select import compile_css

MIN_PARAGRAPH = 25
"""Shorter lines are captions, bylines and menu entries as often as text."""

_SCHEMA = compile_css("[itemprop=articleBody]")
_NO_TEXT = re.compile(
    r"comment|sidebar|footer|related|share|social|promo|banner|breadcrumb|menu|nav(?:bar|igation)?\b|cookie|consent|"
    r"newsletter|subscribe|teaser|popular|recommend",
    re.IGNORECASE,
)
_SKIPPED = frozenset("script style noscript template nav footer aside form header button figure".split())
_TEXT_TAGS = frozenset(("p", "pre", "blockquote"))


def find_body(root: etree._Element) -> etree._Element | None:
    """Return the element that holds the article's text, ``None`` when no element holds running text."""
    marked = [element for element in _SCHEMA(root) if len("".join(element.itertext("*"))) > 200]
    if marked:
        return max(marked, key=lambda element: len("".join(element.itertext("*"))))
    scores: dict[etree._Element, float] = {}
    for paragraph in root.iter(*_TEXT_TAGS, "div", "td"):
        length = _own_length(paragraph)
        parent = paragraph.getparent()
        if length < MIN_PARAGRAPH or parent is None or _excluded(paragraph):
            continue
        if paragraph.tag in _TEXT_TAGS:
            scores[parent] = scores.get(parent, 0) + length
            grandparent = parent.getparent()
            if grandparent is not None:
                scores[grandparent] = scores.get(grandparent, 0) + length / 2
        else:
            scores[paragraph] = scores.get(paragraph, 0) + length
            scores[parent] = scores.get(parent, 0) + length / 2
    best = max(scores, key=lambda element: scores[element], default=None)
    return best if best is not None and scores[best] >= 80 else None


def _own_length(element: etree._Element) -> int:
    """Return the length of an element's running text: all of a paragraph's, only the direct one of a ``div``."""
    if element.tag in _TEXT_TAGS:
        whole = len("".join(element.itertext("*")).strip())
        linked = sum(len("".join(link.itertext("*"))) for link in element.iter("a"))
        return whole - linked
    return len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)


def _excluded(element: etree._Element) -> bool:
    node: etree._Element | None = element
    while node is not None and node.tag != "body":
        if node.tag in _SKIPPED:
            return True
        names = f"{node.get('class', '')} {node.get('id', '')}"
        if len(names) > 1 and len(names) < 300 and _NO_TEXT.search(names) and node.tag != "article":
            return True
        node = node.getparent()
    return False
