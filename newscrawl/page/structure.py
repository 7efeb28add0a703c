"""The body of a page with no rules: the element that holds most of the running text.

Every paragraph gives its length to its parent, and half of it to the grandparent (the scheme of Readability,
Arc90 2009). What is named like comments, menus or teasers gives nothing, unless most of the page's text is in it:
wrappers carry such names too. The winner grows to its parent where that adds text of the same kind.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice, pairwise, takewhile
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml import etree

from newscrawl.page.blocks import is_caption_name, is_credit_name, is_enciphered
from newscrawl.page.names import WALL, remembered
from newscrawl.page.select import compile_css, text_of
from newscrawl.text.clean import clean_line, same_text

MIN_PARAGRAPH = 25
"""Shorter lines are captions, bylines and menu entries as often as text."""

_SCHEMA = compile_css("[itemprop=articleBody], [itemprop='articleBody text'], [itemprop=reviewBody]")
_is_no_text = remembered(
    re.compile(
        r"comment|disqus|(?<!has-)(?<!with-)(?<!no-)sidebar(?![-_]+(?:grid|layout))|footer|related|share|sharing|social|promo|banner|breadcrumb|menu|nav(?:bar|igation)?\b|"
        r"cookie|consent|newsletter|subscribe(?!r[-_]+(?:only|preview|content))|teaser|popular|recommend|outbrain|taboola|"
        rf"{WALL}"
        r"|advert|sponsor|"
        r"author-?(?:box|bio|info|profile|card|details|module)|about-the-author|biography|byline|copyright|disclaimer|read-?(?:more|next)|caption|most-?read|trending|signup|login",
        re.IGNORECASE,
    )
)
_SKIPPED = frozenset(
    "script style noscript template nav footer aside form header button figure figcaption select".split()
)
_KEPT = frozenset("figure figcaption header p h1 h2 h3 h4 blockquote table".split())
"""Elements of a body that stay whatever they are called: pictures have their own rules, paragraphs are text."""

_INLINE = frozenset("a abbr b em font i span strong u".split())
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

FEWEST_ENTRIES = 3
"""Elements of one kind, each with text, that make the entries of a live blog."""

_GOOD_SHARE = 0.3
"""Share of the page's text from which on a row of elements may be its entries."""

_MOST = 0.4
"""Share of the page's text in an element above which its name does not count."""


def find_body(
    root: etree._Element, sizes: "Sizes", *, live: bool = False, others: frozenset[etree._Element] = frozenset()
) -> etree._Element | None:
    """Return the element that holds the article's text, ``None`` when no element holds running text.

    ``sizes`` are those of ``root``. ``live``: the page is a live blog, whose text is all entries, not the longest.
    ``others``: elements that hold other articles.
    """
    marked = [element for element in _SCHEMA(root) if sizes[element][0] > 200]
    if others:
        marked = [element for element in marked if others.isdisjoint((element, *element.iterancestors()))]
    if marked:
        return max(marked, key=lambda element: sizes[element][0])
    paragraphs = [(paragraph, length) for paragraph, length in _paragraphs(root, sizes) if length >= MIN_PARAGRAPH]
    whole = _sums(paragraphs)
    total = sum(length for _, length in paragraphs)
    excluded = dict.fromkeys(others, True)
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
    while best.tag in _TEXT_TAGS and (outer := best.getparent()) is not None and outer.tag not in ("body", "html"):
        best = outer  # a quotation longer than the text around it
    sums, text = _sums(kept), sum(length for _, length in kept)
    if live and (entries := _entries(sums, text)) is not None:
        return entries
    return _whole(_grown(best, sums, text), sums)


_DATE_NAME = re.compile(
    r"(?:^|[\s_-])(?:pub-?|post-?|entry-?)?(?:date|datetime|dateline|timestamp|byline)s?(?=$|[\s_-])|"
    r"[a-z]Date(?=$|[\s_-])"
)

MOST_HEADINGS = 50
"""Headings of a page that are looked at for other articles than its own."""


def find_others(root: etree._Element, sizes: "Sizes", title: str | None) -> frozenset[etree._Element]:
    """Return the elements that hold other articles than the one called ``title``: pages that scroll on have them below.

    Such an element is like the one with the page's heading, stands beside it, and has a heading, a text and a date
    or byline of its own, as that has.
    """
    for tag in ("h1", "h2"):
        headings = list(islice(root.iter(tag), MOST_HEADINGS))
        own = next((one for one in headings if title and same_text(text_of(one), title)), None)
        if own is not None:
            break
    else:
        return frozenset()
    path = {above: below for below, above in pairwise((own, *own.iterancestors()))}
    judged: dict[etree._Element, bool] = {}

    def is_story(element: etree._Element) -> bool:
        if element not in judged:
            whole, linked = sizes[element]
            judged[element] = whole - linked > SHORTEST_OTHER and _is_dated(element)
        return judged[element]

    found = set()
    for heading in headings:
        below = next((one for one in (heading, *heading.iterancestors()) if one.getparent() in path), None)
        beside = path.get(below.getparent()) if below is not None else None
        if below is None or beside is None or below is beside or heading is below:
            continue
        alike = (below.tag, _first_names(below)[:1]) == (beside.tag, _first_names(beside)[:1])
        if alike and is_story(below) and is_story(beside):
            found.add(below)
    return frozenset(found)


def _is_dated(element: etree._Element) -> bool:
    inside = islice(element.iter(etree.Element), 1000)
    return any(one.tag == "time" or _DATE_NAME.search(one.get("class", "")) for one in inside)


FEWEST_TEASERS, TEASED, LONGEST_TEASER = 3, 0.6, 500
"""Of a list of other articles: its entries, their share of the text, the letters of an entry outside of links."""


def is_list(body: etree._Element, sizes: "Sizes", url: str) -> bool:
    """Whether ``body`` is mostly teasers: texts under headings that link to other pages of ``url``'s host.

    So have sections, archives and pages of authors, whatever they say of themselves.
    """
    here = urlsplit(url)
    headings = [
        heading
        for heading in islice(body.iter("h2", "h3", "h4"), MOST_HEADINGS)
        if (target := _link_of(heading, url)) and target.hostname == here.hostname and target.path != here.path
    ]
    if len(headings) < FEWEST_TEASERS:
        return False
    held = Counter(above for heading in headings for above in heading.iterancestors())
    teasers = set()
    for heading in headings:
        alone = takewhile(lambda above: held[above] == 1 and above is not body, heading.iterancestors())
        teasers.add(next(iter(deque(alone, maxlen=1)), heading))
    texts = [sizes[teaser] for teaser in teasers]
    short = [whole for whole, linked in texts if whole - linked <= LONGEST_TEASER]
    return len(short) >= len(texts) / 2 and sum(short) >= TEASED * sizes[body][0]


def _link_of(heading: etree._Element, url: str) -> SplitResult | None:
    """Return where a heading that is a link leads to; ``None`` for another one."""
    above = heading.getparent()
    link = above if above is not None and above.tag == "a" else heading.find(".//a")
    if link is None or len(text_of(link).strip()) < 0.8 * len(text_of(heading).strip()):
        return None
    href: str = link.get("href", "")
    try:
        return urlsplit(urljoin(url, href))
    except ValueError:
        return None


SHORTEST_OTHER = 200
"""Letters outside of links that an article has at least, to be told from a teaser."""

_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|leader|leadtext|lead-?in|standfirst|stand-first|sapo|perex|chap[eo]+|chapeau|vorspann|intro|"
    r"introduction|introtext|abstract|summary|dek|deck|teaser-?text|sub-?title|sub-?head(?:line|ing)?|excerpt|sommario|"
    r"entradilla|bajada|ingress|manchet|manchete|strapline|tagline|spoiler|article-?description|short-?desc(?:ription)?|hometext)(?=$|[\s_-])",
    re.IGNORECASE,
)
_STANDFIRST_TAGS = frozenset(("h1", "p", "div", "h2", "h3", "h4", "section", "strong", "span", "em", "b", "header"))
"""And the heading that it stands below."""
_NOT_ABOVE = frozenset(("aside", "footer", "nav", "form", "a", "li", "button", "figure", "figcaption"))
_ENDS = tuple(".!?…。！？\"”»“'’")
_NO_LEAD = re.compile(r"\d{4}|\d{1,2}[:.]\d{2}|©|\([^()]+/[^()]+\)$")
"""A year, a time, a credit: a line of dates or a caption, and no standfirst without a full stop."""
SHORTEST_LEAD, LONGEST_LEAD = 50, 900
"""Letters of a standfirst: a shorter line is a kicker, a longer one the text itself."""


def find_standfirst(root: etree._Element, body: etree._Element | None, description: str | None) -> str | None:
    """Return the standfirst that the page prints between its heading and ``body``, as it stands there.

    That is the page's own ``description`` where it is printed, else what is named like a standfirst; ``None`` for none.
    """
    if body is None:
        return None
    start = (description or "")[:SHORTEST_LEAD].rstrip(".… ")
    above = set(body.iterancestors())
    headed = root.find(".//h1") is None
    named: str | None = None
    for element in root.iter(etree.Element):
        if element is body:
            break
        if element.tag not in _STANDFIRST_TAGS:
            continue
        headed = headed or element.tag == "h1"
        if element in above or element.tag == "h1":
            continue
        text = (element.text or "").lstrip()
        told = len(start) > 20 and len(text) > 20 and (clean_line(text[:200]) or "").startswith(start[: len(text)])
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if not told and not (headed and named is None and _STANDFIRST.search(names)):
            continue
        while told and element.tag in _INLINE and element.getparent() not in above:
            element = element.getparent()
        line = _line(element, 20 if told else SHORTEST_LEAD)
        around = [node for node in (element, *element.iterancestors()) if node not in above]
        if line is None or any(node.tag in _NOT_ABOVE for node in around):
            continue
        if told and line.startswith(start) and len(line) < 2 * len(description or ""):
            return line
        if told or _is_hidden(element) or _is_no_text(_STANDFIRST.sub(" ", names)):
            continue
        noise = any(node.tag != "header" and _is_noise(node) for node in around[1:])
        if not noise and element.find(".//h1") is None and (line.endswith(_ENDS) or not _NO_LEAD.search(line)):
            named = line
    return named


MOST_LEAD_FIGURES, MOST_PLACES = 3, 2000
"""Figures between heading and text that are read, and elements among which they are sought."""


def find_lead_figures(root: etree._Element, body: etree._Element | None) -> list[etree._Element]:
    """Return the figures that stand between the page's heading and ``body``, in what holds both."""
    heading = next(root.iter("h1"), None)
    if body is None or heading is None:
        return []
    above = set(body.iterancestors())
    holder = next((node for node in heading.iterancestors() if node in above), None)
    headed, found = False, list[etree._Element]()
    places = holder.iter(etree.Element) if holder is not None else ()  # by name none is found that is no name
    for element in islice(places, MOST_PLACES):
        if element is body or len(found) == MOST_LEAD_FIGURES:
            break
        headed = headed or element is heading
        if not headed or element.tag != "figure" or any(one in found for one in element.iterancestors()):
            continue
        around = [node for node in element.iterancestors() if node not in above]
        names = " ".join(node.get("class", "") for node in (element, *around)).lower()
        noise = "author" in names or any(
            node.tag in _NOT_ABOVE or (node.tag != "header" and _is_noise(node)) for node in around
        )
        if not noise and not _is_linked(element):
            found.append(element)
    return found


def _is_linked(element: etree._Element) -> bool:
    """Whether nearly all text of an element is that of a link: it tells of another page."""
    linked = sum(len(text_of(link).strip()) for link in islice(element.iter("a"), 20))
    return linked > 0.8 * len(text_of(element).strip()) > 0


def _line(element: etree._Element, least: int) -> str | None:
    """Return the text of an element on one line where that is as long as a standfirst may be, and no link."""
    parts, length = [], 0
    for part in element.itertext("*"):
        parts.append(part)
        length += len(part)
        if length > 2 * LONGEST_LEAD:
            return None
    line = clean_line("".join(parts)) or ""
    linked = sum(len(text_of(link)) for link in islice(element.iter("a"), 20))
    return line if least <= len(line) <= LONGEST_LEAD and linked < 0.5 * len(line) else None


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
            alike = (node for node in ancestor.iter(etree.Element) if node in sums and node.tag == best.tag)
            parts = set(islice((node for node in alike if _first_names(node) == name), 50))
            outer = (node for node in parts if parts.isdisjoint(node.iterancestors()))
            if sum(sums[node] for node in outer) >= 0.9 * sums[ancestor]:
                return ancestor
        if ancestor.tag == "article":
            break
    return best


def _entries(sums: dict[etree._Element, int], total: int) -> etree._Element | None:
    """Return the element that holds the entries of a live blog, ``None`` for none.

    Entries stand in it side by side, alike in tag and first class, each with text. Of several such rows it is the one
    with most entries that has a good share of the page's text.
    """
    rows: dict[tuple[etree._Element, str, tuple[str, ...]], list[etree._Element]] = {}
    for node in sums:
        parent = node.getparent()
        if parent is not None and node.tag not in _TEXT_TAGS:
            rows.setdefault((parent, node.tag, _first_names(node)[:1]), []).append(node)
    most, found = FEWEST_ENTRIES - 1, None
    for (parent, *_), nodes in rows.items():
        if len(nodes) > most and sum(sums[node] for node in nodes) > _GOOD_SHARE * total:
            most, found = len(nodes), parent
    return found


def _first_names(element: etree._Element) -> tuple[str, ...]:
    return tuple(element.get("class", "").split()[:2])


def find_noise(body: etree._Element, sizes: "Sizes") -> frozenset[etree._Element]:
    """Return the elements inside ``body`` named like teasers, bylines or calls that hold little of its text.

    ``sizes`` are those of ``body``, or of an element around it.
    """
    total = sizes[body][0]
    return frozenset(
        element
        for element in body.iter(etree.Element)
        if element is not body
        and element.tag not in _KEPT
        and _is_noise(element)
        and sizes[element][0] < 0.2 * total
        and not _is_pictures(element)
    )


def _is_pictures(element: etree._Element) -> bool:
    """Whether an element is named like a caption, or like a credit in a figure or caption: it is its picture's."""
    names = element.get("class", "")
    return is_caption_name(names) or (
        is_credit_name(names)
        and any(
            above.tag == "figure" or is_caption_name(above.get("class", ""))
            for above in islice(element.iterancestors(), 4)
        )
    )


def _paragraphs(root: etree._Element, sizes: "Sizes") -> Iterator[tuple[etree._Element, int]]:
    """Yield each element of running text with the length of what is not linked in it."""
    for element in root.iter("p", "pre", "blockquote", "div", "td", "section", "article", "span", "li"):
        if element.tag in _TEXT_TAGS:
            if element.tag == "blockquote" and element.find(".//p") is not None:
                continue
            whole, linked = sizes[element]
            yield element, whole - linked
        elif element.tag not in ("span", "li"):
            yield element, _direct(element, sizes)


def _direct(element: etree._Element, sizes: "Sizes") -> int:
    """Return the length of the text that stands in a ``div`` itself, its inline children included."""
    length = weigh(element.text)
    for child in element:
        length += weigh(child.tail)
        if child.tag in ("b", "strong", "i", "em", "span", "u", "font") and length:
            length += sizes[child][0]
    return length


Sizes = dict[etree._Element, tuple[int, int]]
"""An element to the length of its text, and of what is linked of that; see ``weigh``."""


def sizes_in(root: etree._Element) -> Sizes:
    """Return the sizes of ``root`` and of each element in it.

    In one pass: elements may be nested a thousand deep, and each would be summed up again and again.
    """
    linked: set[etree._Element] = set()
    for link in root.iter("a"):
        if link not in linked:
            linked.update(link.iter(etree.Element))
    sizes: Sizes = {}
    below: dict[etree._Element, tuple[int, int]] = {}
    for element in reversed(list(root.iter(etree.Element))):
        inside, links = below.pop(element, (0, 0))
        whole = weigh(element.text) + inside
        links = whole if element in linked else links
        sizes[element] = whole, links
        above = element.getparent()
        if element is not root and above is not None:
            inside, beside = below.get(above, (0, 0))
            below[above] = inside + whole + weigh(element.tail), beside + links
    return sizes


def weigh(text: str | None) -> int:
    """Return the length of a text as if in letters: a Chinese or Japanese character says as much as three."""
    if not text or not (text := text.strip()):
        return 0
    return len(text) if text.isascii() else len(text) + 2 * len(_IDEOGRAPHS.findall(text))


def _sums(paragraphs: list[tuple[etree._Element, int]]) -> dict[etree._Element, int]:
    """Return, for each ancestor of a paragraph and itself, how much paragraph text is in it."""
    sums: dict[etree._Element, int] = {}
    steps: list[tuple[etree._Element, etree._Element]] = []
    """Each ancestor once, with what lies above it: no paragraph climbs where another has been."""
    for paragraph, length in paragraphs:
        node: etree._Element | None = paragraph
        path: list[tuple[etree._Element, etree._Element]] = []
        while node is not None and node not in sums:
            sums[node] = 0
            above = node.getparent()
            if above is not None:
                path.append((node, above))
            node = above
        sums[paragraph] += length
        steps += reversed(path)
    for node, above in reversed(steps):
        sums[above] += sums[node]
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
        if (_is_noise(node) and whole.get(node, 0) < _MOST * total) or is_enciphered(node):
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
    if _is_hidden(node):
        return True
    names = f"{node.get('class', '')} {node.get('id', '')}"
    return 1 < len(names) < 300 and node.tag != "article" and _is_no_text(names)


def _is_hidden(node: etree._Element) -> bool:
    stated = node.get("hidden") is not None or node.get("aria-hidden") == "true"
    return stated or _HIDDEN.search(node.get("style", "")) is not None


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
