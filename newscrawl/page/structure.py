"""The body of a page with no rules: the element that holds most of the running text.

Every paragraph gives its length to its parent, and half of it to the grandparent (the scheme of Readability,
Arc90 2009). What is named like comments, menus or teasers gives nothing, unless most of the page's text is in it:
wrappers carry such names too. The winner grows to its parent where that adds text of the same kind.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from newscrawl.page.select import compile_css

MIN_PARAGRAPH = 25
"""Shorter lines are captions, bylines and menu entries as often as text."""

_SCHEMA = compile_css("[itemprop=articleBody], [itemprop='articleBody text'], [itemprop=reviewBody]")
_NO_TEXT = re.compile(
    r"comment|disqus|sidebar|footer|related|share|sharing|social|promo|banner|breadcrumb|menu|nav(?:bar|igation)?\b|"
    r"cookie|consent|newsletter|subscribe|teaser|popular|recommend|outbrain|taboola|paywall|regwall|advert|sponsor|"
    r"author-?(?:box|bio|info)|byline|copyright|disclaimer|read-?(?:more|next)|caption|most-?read|trending|signup|login",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    "script style noscript template nav footer aside form header button figure figcaption select".split()
)
_KEPT = frozenset("figure figcaption header p h1 h2 h3 h4 blockquote table".split())
"""Elements of a body that stay whatever they are called: pictures have their own rules, paragraphs are text."""

_TEXT_TAGS = frozenset(("p", "pre", "blockquote"))
_BODY = re.compile(
    r"(?:article|entry|post|story|news|detail)[-_]*(?:body|content|text)|articlebody|maincontent|content[-_]body|richtext-body",
    re.IGNORECASE,
)
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WEIGHTS = (1, 0.6, 0.45, 0.3)
"""What a paragraph gives to its parent, grandparent and so on: modern pages wrap each paragraph more than once."""

MAX_PARTED = 6
"""How far above a part of the text the element may be that holds all of them."""

_MOST = 0.4
"""Share of the page's text in an element above which its name does not count."""


def find_body(root: etree._Element) -> etree._Element | None:
    """Return the element that holds the article's text, ``None`` when no element holds running text."""
    sizes = _sizes(root)
    marked = [element for element in _SCHEMA(root) if sizes[element][0] > 200]
    if marked:
        return max(marked, key=lambda element: sizes[element][0])
    paragraphs = [(paragraph, length) for paragraph, length in _paragraphs(root, sizes) if length >= MIN_PARAGRAPH]
    whole = _sums(paragraphs)
    total = sum(length for _, length in paragraphs)
    excluded: dict[etree._Element, bool] = {}
    kept = [(p, length) for p, length in paragraphs if not _excluded(p, excluded, whole, total)]
    scores: dict[etree._Element, float] = {}
    for paragraph, length in kept:
        node = paragraph.getparent() if paragraph.tag in _TEXT_TAGS else paragraph
        for weight in _WEIGHTS:
            if node is None or node.tag in ("body", "html"):
                break
            scores[node] = scores.get(node, 0) + weight * length
            node = node.getparent()
    best = max(scores, key=lambda element: scores[element], default=None)
    if best is None:
        body = root.find("body")
        return body if body is not None and sum(length for _, length in kept) >= 80 else None
    if scores[best] < 80:
        return None
    sums = _sums(kept)
    return _whole(_grown(best, sums, sum(length for _, length in kept)), sums)


def _whole(best: etree._Element, sums: dict[etree._Element, int]) -> etree._Element:
    """Return the element that holds ``best`` and its other parts, where advertisements part a text.

    Parts have the same tag and first names; what holds them holds hardly any other text, or ``best`` stays alone.
    """
    name = _first_names(best)
    if not name or best.tag == "article":
        return best
    for ancestor in islice(best.iterancestors(), MAX_PARTED):
        if ancestor.tag in ("body", "html") or sums.get(ancestor, 0) > 5 * sums.get(best, 1):
            break
        if sums.get(ancestor, 0) >= 1.15 * sums.get(best, 1):
            parts = [node for node in ancestor.iter(best.tag) if node in sums and _first_names(node) == name]
            inside = {inner for node in parts[:50] for inner in node.iter(best.tag) if inner is not node}
            if sum(sums[node] for node in parts[:50] if node not in inside) >= 0.9 * sums[ancestor]:
                return ancestor
        if ancestor.tag == "article":
            break
    return best


def _first_names(element: etree._Element) -> tuple[str, ...]:
    return tuple(element.get("class", "").split()[:2])


def find_noise(body: etree._Element) -> frozenset[etree._Element]:
    """Return the elements inside ``body`` named like teasers, bylines or calls that hold little of its text."""
    sizes = _sizes(body)
    total = sizes[body][0]
    return frozenset(
        element
        for element in body.iter(etree.Element)
        if element is not body and element.tag not in _KEPT and _is_noise(element) and sizes[element][0] < 0.2 * total
    )


def _paragraphs(root: etree._Element, sizes: "_Sizes") -> Iterator[tuple[etree._Element, int]]:
    """Yield each element of running text with the length of what is not linked in it."""
    for element in root.iter("p", "pre", "blockquote", "div", "td", "section", "article", "span", "li"):
        if element.tag in _TEXT_TAGS:
            if element.tag == "blockquote" and element.find(".//p") is not None:
                continue
            whole, linked = sizes[element]
            yield element, whole - linked
        elif element.tag not in ("span", "li"):
            yield element, _direct(element, sizes)


def _direct(element: etree._Element, sizes: "_Sizes") -> int:
    """Return the length of the text that stands in a ``div`` itself, its inline children included."""
    length = _weigh(element.text)
    for child in element:
        length += _weigh(child.tail)
        if child.tag in ("b", "strong", "i", "em", "span", "u", "font") and length:
            length += sizes[child][0]
    return length


_Sizes = dict[etree._Element, tuple[int, int]]


def _sizes(root: etree._Element) -> _Sizes:
    """Return the length of the text in each element, and of what is linked of it.

    In one pass: elements may be nested a thousand deep, and each would be summed up again and again.
    """
    sizes: _Sizes = {}
    sums = [[0, 0]]
    in_link = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            in_link += element.tag == "a"
            own = _weigh(element.text)
            sums.append([own, own if in_link else 0])
            continue
        in_link -= element.tag == "a"
        whole, linked = sums.pop()
        sizes[element] = whole, linked
        tail = _weigh(element.tail)
        sums[-1][0] += whole + tail
        sums[-1][1] += linked + (tail if in_link else 0)
    return sizes


def _weigh(text: str | None) -> int:
    """Return the length of a text as if in letters: a Chinese or Japanese character says as much as three."""
    text = (text or "").strip()
    return len(text) if text.isascii() else len(text) + 2 * len(_IDEOGRAPHS.findall(text))


def _sums(paragraphs: list[tuple[etree._Element, int]]) -> dict[etree._Element, int]:
    """Return, for each ancestor of a paragraph and itself, how much paragraph text is in it."""
    sums: dict[etree._Element, int] = {}
    for paragraph, length in paragraphs:
        node: etree._Element | None = paragraph
        while node is not None:
            sums[node] = sums.get(node, 0) + length
            node = node.getparent()
    return sums


def _excluded(
    paragraph: etree._Element, known: dict[etree._Element, bool], whole: dict[etree._Element, int], total: int
) -> bool:
    path: list[etree._Element] = []
    node: etree._Element | None = paragraph
    found = False
    while node is not None and node.tag not in ("body", "html"):
        if node in known:
            found = known[node]
            break
        path.append(node)
        if _is_noise(node) and whole.get(node, 0) < _MOST * total:
            found = True
            break
        node = node.getparent()
    for element in path:
        known[element] = found
    return found


def _is_noise(node: etree._Element) -> bool:
    if node.tag in _SKIPPED:
        return True
    if not node.attrib:
        return False
    if node.get("hidden") is not None or node.get("aria-hidden") == "true" or _HIDDEN.search(node.get("style", "")):
        return True
    names = f"{node.get('class', '')} {node.get('id', '')}"
    return 1 < len(names) < 300 and node.tag != "article" and _NO_TEXT.search(names) is not None


def _grown(best: etree._Element, sums: dict[etree._Element, int], total: int) -> etree._Element:
    """Return ``best``, or the ancestor that holds clearly more of the article without being the whole page.

    Inside an ``article`` it may grow up to that; elsewhere only while it holds less than half of the page's text.
    """
    if _BODY.search(f"{best.get('class', '')} {best.get('id', '')}"):
        return best
    bounded = any(ancestor.tag == "article" for ancestor in best.iterancestors())
    if best.tag == "article":
        return best
    for ancestor in best.iterancestors():
        if ancestor.tag in ("body", "html") or (not bounded and sums.get(best, 0) >= 0.55 * total):
            break
        if sums.get(ancestor, 0) >= 1.15 * sums.get(best, 1):
            best = ancestor
        if ancestor.tag == "article":
            break
    return best
