"""The dates that a page with no rules prints, best first: by markup and by how near they stand to its heading.

What stands in teasers, comments, menus, footers and calendars is not the page's date. A line that says "updated" comes
last: it is the page's date only where the page states no other.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from lxml import etree

from newscrawl.page.names import remembered
from newscrawl.page.select import text_of
from newscrawl.text.clean import clean_line, same_text

LONGEST = 90
"""Longest text of an element named like a date; a longer one is a container."""

_SHORTEST, _SHORTEST_TITLE = 6, 15
"""Length of a line that may be a date; of a heading that is looked for in the title, or the title in it."""

IN, ASIDE, ELSEWHERE = range(3)

_MOST = 0.4
"""Share of the page's text in an element above which its name does not count: it is the page."""

_MOST_ASKED = 100
"""How often the text in an element is counted: a page made to be slow nests thousands."""

_A_LIST = 3
"""Elements of one shape with different texts that make a list."""

_LINES_BEFORE, _LINES_AFTER = 24, 400
"""Lines of text searched before and after the heading."""

_TAGS = "h1 h2 h3 h4 h5 time relative-time time-ago abbr meta span p div li small a td em dd b strong i font".split()
_is_named = remembered(re.compile(r"[dD]ate|datum|[tT]ime|[pP]ublish|posted|created|meta|byline|info"))
_MARKED = re.compile(r"datePublished|dateCreated|dc:date")
_SHOWN = "[not(parent::script[string-length(.) > 90] or parent::style)]"
_TEXTS_AFTER = etree.XPath(f"following::text(){_SHOWN}")
_TEXTS_BEFORE = etree.XPath(f"preceding::text()[position() < 80]{_SHOWN}")
_TEXTS = etree.XPath(f"//body//text(){_SHOWN}")
_SCRIPTS = etree.XPath("//script[not(contains(@type, 'ld+json'))]")
_LENGTH = etree.XPath("string-length(.)")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_SUBHEADINGS = ("h2", "h3", "h4", "h5")
_UNNAMED = frozenset(("meta", "abbr"))
_TIMES = frozenset(("time", "relative-time", "time-ago"))
_INLINE = frozenset("a abbr b em font i nobr span strong sub sup time u".split())
_RUNNING = frozenset(("p", "li", "blockquote", "dd", "figcaption", "caption", "h1", "h2", "h3"))

_ELSEWHERE = re.compile(
    r"related|teaser|comment|recommend|popular|trending|calendar|kalender|most-?read|copyright|similar|"
    r"(?:^|[ _-])nav|menu|breadcrumb|today|ticker|tweet|weather|newsletter",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"sidebar|latest|recent|widget|footer|promo|carousel|archive|(?:site|page|main|global|top)[-_]?header|masthead|top-?bar",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS = frozenset(("nav", "select", "option", "template", "noscript"))
_ASIDE_TAGS = frozenset(("aside", "footer", "figcaption", "header"))
_OWN_FOOTER = re.compile(r"entry|post|article|node", re.IGNORECASE)
_PUBLISHED_NAME = re.compile(r"publi|entry-date|post-?date|created|dateline", re.IGNORECASE)
_PUBLISHED_WORD = re.compile(
    r"publi[sc]|posted|written|veröffentlicht|erstellt|erschienen|publié|publicado|pubblicato|опубликован|đăng|"
    r"gepubliceerd|julkaistu|offentliggjort|opublikowan|publikov|megjelent|közzét|δημοσ|опубл|yayın|giriş|diterbitkan|terbit|"
    r"نشر|منتشر|انتشار|פורסם|प्रकाशित|पब्लिश|প্রকাশ|เผยแพร่|发布|發佈|發布|公開|掲載|配信|입력|등록|게재|발행|승인|송고",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|uppdat|op+dat|modifi|edited|revised|reviewed|aktuali[sz]|geändert|mis à jour|actualiz|aggiornat|"
    r"atualiz|gewijzigd|bijgewerkt|päivit|frissít|módosít|ενημ[εέ]ρ|обновл|оновл|ažurir|güncelle|diperbarui|"
    r"kemas kini|cập nhật|تحديث|محدث|روزرسانی|به.?روز|ویرایش|עודכן|עדכון|अपडेट|अद्यतन|আপডেট|হালনাগাদ|อัปเดต|อัพเดต|ปรับปรุง|"
    r"(?:更新|修改)\s*(?:日期?|时间|時間|[於于])?\s*[:：]?\s*\d|수정|업데이트",
    re.IGNORECASE,
)
_NEVER = re.compile(r"©|\(c\)|copyright|\bborn\b|all rights", re.IGNORECASE)
_FIGURES = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2}|25\d{2}|1[34]\d{2}(?=[/-])|1\d{2}年|[٠-٩۰-۹०-९০-৯๐-๙]{4}|[和成]\d{1,2}年)(?!\d)"
)
"""A year, or a date with a short one; years of other eras as they are written where those are in use."""
_DATE_WORDS = re.compile(r"[\d\W_]+")
_LEADING = re.compile(
    r"\W{0,3}(?:[^\W\d][\w .-]{1,30}[,(]{1,2}\s*)?"
    r"\(?\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d{2}(?:\)\s*[.:–—-]?|\s*[–—|:-])\s"
)
_CALL = re.compile(r"[\w.]+\(\s*['\"][\d\s:./-]+['\"]\s*\)")
_IN_SCRIPTS = re.compile(
    r"""\b(?:date_?published|published_?(?:date|at|time|on)|publish_?(?:date|time)|publication_?date|pub_?date|"""
    r"""first_?published(?:_?at)?)\\?["']?\s*[:=]\s*\\?["']([^"'\\]{8,40})\\?["']""",
    re.IGNORECASE,
)
_DAY_IN_URL = re.compile(
    r"[/_-]((?:19|20)\d{2})[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:/|[-_.]|$)"
    r"|[/_-]((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:/|[-_.]|$)"
)


Texts = dict[etree._Element, str | None]
"""An element to its text, ``None`` where that is too long for a date."""


def printed_dates(root: etree._Element, title: str | None, url: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts of ``root`` that look like its own date, best first, and whether they say "updated"."""
    places = _places(root)
    heading = find_heading(places, title)
    page = _Page(root.find("body"), heading)
    updated: list[str] = []
    texts = _short_texts(places)
    near, aside = page.by_nearness(places, texts)
    yield from _stated(near, texts, updated)
    if day := day_in_url(url):
        yield day, False
    yield from _stated(aside, texts, updated)
    for line in page.lines(root):
        before, after = _cut_updated(line)
        if before:
            yield before, False
        else:
            updated.append(after)
    yield from ((text, False) for text in scripted_days(root))
    yield from ((text, True) for text in updated)


def _places(root: etree._Element) -> list[etree._Element]:
    """Return the headings of the page and what is marked up or named like a date."""
    body = root.find("body")
    return [] if body is None else [element for element in body.iter(*_TAGS) if _is_place(element)]


def _is_place(element: etree._Element) -> bool:
    if element.tag in _HEADINGS or element.tag in _TIMES:
        return True
    if not element.attrib:
        return False
    if _MARKED.search(element.get("itemprop") or element.get("property") or ""):
        return True
    if element.tag in _UNNAMED:
        return element.tag == "abbr" and element.get("title") is not None
    return _is_named(element.get("class", "")) or _is_named(element.get("id", ""))


def _stated(elements: list[etree._Element], texts: Texts, updated: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield what ``elements`` state; what is said to be an update goes to ``updated``."""
    for element in elements:
        for text, is_update in _texts(element, texts[element]):
            if is_update:
                updated.append(text)
            else:
                yield text, False


def find_heading(places: list[etree._Element], title: str | None) -> etree._Element | None:
    """Return the heading that prints ``title``, else the first ``h1`` with text."""
    headings = [element for element in places if element.tag in _HEADINGS]
    texts = [(element, clean_line(text_of(element)) or "") for element in headings[:60]]
    same = [element for element, text in texts if title and text and same_text(text, title)]
    if same:
        return min(same, key=lambda element: str(element.tag))
    for element, text in texts:
        if title and min(len(text), len(title)) > _SHORTEST_TITLE and (text in title or title in text):
            return element
    return next((element for element, text in texts if element.tag == "h1" and text), None)


def day_in_url(url: str) -> str | None:
    """Return the day that an address names.

    >>> day_in_url("https://paper.example/2024/07/08/bridge"), day_in_url("https://paper.example/20240708-bridge.html")
    ('2024-07-08', '2024-07-08')
    """
    found = _DAY_IN_URL.search(url.partition("?")[0])
    if found is None:
        return None
    year, month, day = (part for part in found.groups() if part)
    return f"{year}-{int(month):02}-{int(day):02}"


def says_published(text: str) -> bool:
    """Whether a text says of its date that it is that of publication."""
    return _PUBLISHED_WORD.search(text) is not None


def scripted_days(root: etree._Element) -> list[str]:
    """Return the one day that the page's scripts state as that of a publication; of several none."""
    found = [text for script in _SCRIPTS(root) for text in _IN_SCRIPTS.findall(script.text or "")]
    return found[:1] if len({text[:10] for text in found}) == 1 else []


def _short_texts(places: list[etree._Element]) -> Texts:
    """Return the text of each element, ``None`` where it is longer than ``LONGEST``; what holds such is not read."""
    texts: Texts = {}
    long: set[etree._Element] = set()
    for element in reversed(places):
        text = None if element in long else _short_text(element)
        texts[element] = text
        if text is None:
            for above in element.iterancestors():
                if above in long:
                    break
                long.add(above)
    return texts


def _short_text(element: etree._Element) -> str | None:
    """Return the text of ``element`` in one line, ``None`` where it is longer than ``LONGEST``; reads no further."""
    parts: list[str] = []
    room = LONGEST
    for part in islice(element.itertext("*"), 60):
        if parts and parts[-1][-1:].isdigit() and part[:1].isdigit():
            parts.append(" ")  # two dates side by side, each in an element of its own
        parts.append(part)
        room -= len("".join(part[:10_000].split()))
        if room < 0:
            return None
    line = clean_line("".join(parts)) or ""
    return line if len(line) <= LONGEST else None


class _Page:
    """Where the heading stands, and what of the page is not about its article."""

    def __init__(self, body: etree._Element | None, heading: etree._Element | None) -> None:
        self.heading = heading
        self.depths: dict[etree._Element, int] = {}
        if heading is not None:
            above = [heading, *heading.iterancestors()]
            self.depths = {element: len(above) - at for at, element in enumerate(above)}
        self.known: dict[etree._Element, int] = {}
        self.shared: dict[etree._Element, int] = {}
        self.body = body
        self._length: float | None = None
        self._asked = 0

    def by_nearness(
        self, places: list[etree._Element], texts: Texts
    ) -> tuple[list[etree._Element], list[etree._Element]]:
        """Return the elements that may print the page's date, and those set aside: nearest to the heading first, what
        follows it before what precedes it."""
        listed = _listed(places, texts)
        at_heading = next((at for at, element in enumerate(places) if element is self.heading), 0)
        ranked: list[tuple[tuple[int, ...], etree._Element]] = []
        for at, element in enumerate(places):
            if element.tag in _HEADINGS and not _has_name(element):
                continue
            place = self.place(element)
            if place == ELSEWHERE:
                continue
            place = max(place, ASIDE if element in listed else IN)
            after = at >= at_heading
            far = at - at_heading if after else 2 * (at_heading - at)
            ranked.append(((place, -self._shared(element), _kind(element) > 1, far), element))
        ranked.sort(key=lambda pair: pair[0])
        near = [element for rank, element in ranked if rank[0] == IN]
        return near, [element for rank, element in ranked if rank[0] == ASIDE]

    def lines(self, root: etree._Element) -> Iterator[str]:
        """Yield the lines of text around the heading that are hardly more than a date."""
        texts: Iterator[Any]
        if self.heading is None:
            texts = islice(_TEXTS(root), _LINES_AFTER)
        else:
            before = [text for text in _TEXTS_BEFORE(self.heading) if not text.isspace()]
            after = (text for text in _TEXTS_AFTER(self.heading) if not text.isspace())
            texts = chain(before[-_LINES_BEFORE:], islice(after, _LINES_AFTER))
        for text in texts:
            line = text.strip()
            if (
                len(line) < _SHORTEST
                or not _FIGURES.search(line[:LONGEST])
                or _NEVER.search(line)
                or not _is_line(line)
            ):
                continue
            element = text.getparent()
            if element is not None and text.is_tail:
                element = element.getparent()
            if element is None or self.place(element) == ELSEWHERE or _in_running_text(element):
                continue
            if element.tag != "script" or _CALL.match(line):
                yield line[:LONGEST]

    def place(self, element: etree._Element) -> int:
        """Return whether ``element`` is ``IN`` the part of the page that is its article, ``ASIDE`` or ``ELSEWHERE``."""
        path: list[etree._Element] = []
        worst = IN
        node: etree._Element | None = element
        while node is not None and node.tag not in ("body", "html") and node not in self.depths:
            if node in self.known:
                worst = max(worst, self.known[node])
                break
            path.append(node)
            node = node.getparent()
        for one in reversed(path):
            worst = max(worst, self._place(one))
            self.known[one] = worst
        return worst

    def _place(self, node: etree._Element) -> int:
        names = f"{node.get('class', '')} {node.get('id', '')}"
        if node.tag == "article":
            one_of_many = any(element.tag == "article" for element in self.depths) or _is_one_of_many(node)
            return ASIDE if self.heading is not None and one_of_many else IN
        if node.tag == "a":
            return ELSEWHERE if any(child.tag in _SUBHEADINGS for child in islice(node.iter(), 60)) else IN
        named = 1 < len(names) < 300
        if node.tag in _ELSEWHERE_TAGS or (named and _ELSEWHERE.search(names)):
            place = ELSEWHERE
        elif node.tag in _ASIDE_TAGS or (named and _ASIDE.search(names)):
            place = ASIDE
        else:
            return IN
        if node.tag == "footer" and (
            _OWN_FOOTER.search(names) or any(above.tag == "article" for above in islice(node.iterancestors(), 12))
        ):
            return IN
        return IN if self._is_most(node) else place

    def _is_most(self, node: etree._Element) -> bool:
        """Whether most of the page's text is in ``node``; asked too often, it says no."""
        self._asked += 1
        if self._asked > _MOST_ASKED or self.body is None:
            return False
        if self._length is None:
            self._length = float(_LENGTH(self.body))
        return float(_LENGTH(node)) > _MOST * self._length

    def _shared(self, element: etree._Element) -> int:
        """Return how deep the nearest element is that holds both ``element`` and the heading."""
        path: list[etree._Element] = []
        node: etree._Element | None = element
        while node is not None and node not in self.depths and node not in self.shared:
            path.append(node)
            node = node.getparent()
        depth = 0 if node is None else self.depths.get(node, self.shared.get(node, 0))
        self.shared.update(dict.fromkeys(path, depth))
        return depth


def _listed(places: list[etree._Element], texts: Texts) -> set[etree._Element]:
    """Return the elements of one shape that print three or more different texts: lists of teasers, comments."""
    shapes: dict[tuple[str | None, ...], list[etree._Element]] = {}
    for element in places:
        if element.tag not in _HEADINGS:
            parent = element.getparent()
            above = (parent.tag, parent.get("class")) if parent is not None else ()
            shapes.setdefault((element.tag, element.get("class"), *above), []).append(element)
    many = (group for group in shapes.values() if len(group) >= _A_LIST)
    return {element for group in many if len({texts[one] for one in group}) >= _A_LIST for element in group}


def _is_one_of_many(node: etree._Element) -> bool:
    sibling = node.getnext() if node.getnext() is not None else node.getprevious()
    return sibling is not None and sibling.tag == node.tag


def _has_name(element: etree._Element) -> bool:
    return "date" in f"{element.get('class', '')} {element.get('id', '')}".lower()


def _kind(element: etree._Element) -> int:
    """Return 0 for what is marked as the date of publication, 1 for a time, 2 for what is only named like a date."""
    marked = f"{element.get('itemprop', '')} {element.get('property', '')} {element.get('class', '')}"
    if "datePublished" in marked or element.get("pubdate") is not None:
        return 0
    if _PUBLISHED_NAME.search(marked):
        return 1
    return 2 if element.tag in _TIMES else 3


def _texts(element: etree._Element, short: str | None) -> Iterator[tuple[str, bool]]:
    """Yield what ``element`` states, its machine-readable value first, and whether that is said to be an update."""
    if element.tag in _HEADINGS and not _has_name(element):
        return
    if short is None and element.tag not in _TIMES:
        return
    text = short or ""
    said = f"{text} {element.get('class', '')} {element.get('itemprop', '')}"
    updated = _UPDATED.search(said) is not None and _PUBLISHED_WORD.search(said) is None
    for value in (element.get("datetime"), element.get("content"), element.get("title")):
        if value and any(char.isdigit() for char in value):
            yield value, updated
    if any(char.isdigit() for char in text) and not _NEVER.search(text):
        before, after = _cut_updated(text)
        yield before or after, updated or not before


def _cut_updated(text: str) -> tuple[str, str]:
    """Return what ``text`` says of the publication and what of an update, either may be empty."""
    found = _UPDATED.search(text)
    if found is None:
        return text, ""
    before = text[: found.start()]
    if _FIGURES.search(before):
        return before.strip(), text[found.start() :]
    published = _PUBLISHED_WORD.search(text, found.end())
    if published and _FIGURES.search(text, published.end()):
        return text[published.start() :], before
    return "", text


def _is_line(line: str) -> bool:
    """Whether a line is hardly more than a date, or begins with one set off by a dash."""
    if _LEADING.match(line):
        return True
    letters = _DATE_WORDS.sub("", line)
    wide = sum(1 for char in letters if char > "\u2e7f")
    return len(line) <= LONGEST and len(letters) + 2 * wide <= 45


def _in_running_text(element: etree._Element) -> bool:
    """Whether the text of ``element`` is a piece of a longer paragraph."""
    node: etree._Element | None = element
    while node is not None and node.tag in _INLINE:
        node = node.getparent()
    if node is None or node.tag not in _RUNNING or node.find("br") is not None:
        return False
    return _short_text(node) is None and not _LEADING.match(node.text or "")
