"""CSS selectors on an lxml tree, compiled once.

``::attr(name)`` and ``::text`` work as in parsel, whose translator this uses.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cssselect
from cssselect import parser as css_tree
from cssselect.xpath import XPathExpr
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newscrawl.page.document import MAX_TEXT


class _Translator(HTMLTranslator):
    """Has elements below another one looked for there at once.

    cssselect has all that lie below gathered first, which in a thousand nested elements takes libxml2 seconds.
    """

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """Return ``left right``."""
        return left.join("/descendant::", right)


_translator = _Translator()


@lru_cache(maxsize=1024)
def compile_css(css: str, axis: str = "descendant-or-self::") -> etree.XPath:
    """Return ``css`` as a compiled XPath; ``axis`` is where its first element is looked for.

    Raises:
        cssselect.SelectorError: ``css`` is no selector.
    """
    return etree.XPath(_translator.css_to_xpath(css, axis), smart_strings=False)


def select(root: etree._Element, css: str) -> list[Any]:
    """Return what ``css`` finds below ``root``, in document order: elements, or texts for ``::attr`` and ``::text``."""
    found: list[Any] = compile_css(css)(root)
    return found


_NAMED = ("base", "meta", "script")
_BY_ID = etree.XPath("id($name)")
"""The parser keeps a table of these: a microsecond, where a crossing takes a hundred. It has links by ``name``, too."""


class Finder:
    """Finds by CSS in one page: where a selector may begin is looked up, and only there is it evaluated.

    A selector costs libxml2 a crossing of the whole tree, and a site has forty. Here the tree is crossed once, for the
    classes and attributes that ``selectors``, which are all that may be asked for, begin with.
    """

    def __init__(self, root: etree._Element, selectors: "Selectors") -> None:
        self.root = root
        self._found: dict[str, list[etree._Element]] = {}
        self._alone: dict[str, frozenset[etree._Element]] = {}
        keys_of = selectors.keys_of
        classed = [
            (element, keys) for element in root.iter(etree.Element) if (keys := keys_of[element.get("class", "")])
        ]
        for element, keys in classed:
            for key in keys:
                self._found.setdefault(key, []).append(element)
        for attribute, holders in selectors.attributes.items():
            self._found[f"@{attribute}"] = holders(root)
        self._named: dict[str, list[etree._Element]] = {tag: [] for tag in _NAMED}
        for element in root.iter(*_NAMED):
            self._named[element.tag].append(element)

    def named(self, tag: str) -> list[etree._Element]:
        """Return the page's elements of this name, one of ``_NAMED``."""
        return self._named[tag]

    def all(self, css: str | None) -> Iterator[Any]:
        """Yield what each of the selectors in ``css``, parted by commas, finds; ``None`` finds nothing."""
        for one in _alternatives(css):
            yield from self._find(one)

    def first(self, css: str | None) -> list[Any]:
        """Return what the first of the selectors in ``css`` that finds anything does; ``None`` finds nothing."""
        return next((found for one in _alternatives(css) if (found := self._find(one))), [])

    def texts(self, css: str | None) -> list[str]:
        """Return the texts of the first of the selectors in ``css`` that finds any; ``None`` finds nothing."""
        for one in _alternatives(css):
            texts = [text for text in _texts_of(self._find(one)) if text and not text.isspace()]
            if texts:
                return texts
        return []

    def within(self, element: etree._Element, css: str | None) -> frozenset[etree._Element]:
        """Return the elements that the selectors in ``css`` find in ``element``, and some that they find elsewhere."""
        if css is None:
            return frozenset()
        if css not in self._alone:
            single = (
                one for one in _alternatives(css) if (begins := _begins(one)) and begins.alone and begins.by_class
            )
            self._alone[css] = frozenset(found for one in single for found in self._find(one))
        found: set[etree._Element] = set()
        for one in _alternatives(css):
            begins = _begins(one)
            if begins is None or not begins.by_class:  # looked for in the element alone, which is small
                found.update(select(element, one))
            elif not begins.alone:
                for place in self._places(begins):
                    if place is element or any(above is element for above in place.iterancestors()):
                        found.update(begins.evaluate(place))
        return self._alone[css] | found

    def _find(self, css: str) -> list[Any]:
        begins = _begins(css)
        if begins is None:
            return select(self.root, css)
        places = self._places(begins)
        if begins.is_all:
            return places
        found = [part for place in places if (part := begins.evaluate(place))]
        if len(found) > 1 and not begins.alone:
            return select(self.root, css)  # one may lie in the other
        return [entry for part in found for entry in part]

    def _places(self, begins: "_Begins") -> list[etree._Element]:
        places = self._with_id(begins.key[1:]) if begins.key.startswith("#") else self._found.get(begins.key, [])
        if places and begins.tag is not None:
            places = [place for place in places if place.tag == begins.tag]
        for name, value in begins.stated:
            places = [place for place in places if value in place.get(name, "")]
        return places

    def _with_id(self, name: str) -> list[etree._Element]:
        """Return the first element with an ``id``, as browsers do where several have it."""
        found: list[etree._Element] = _BY_ID(self.root, name=name)
        return select(self.root, f"[id='{name}']")[:1] if found and found[0].get("id") != name else found


class Selectors:
    """What a site's selectors begin with.

    ``whole``: those looked for in the whole page. ``inside``: those looked for in an element of it.
    """

    def __init__(self, whole: Iterable[str | None], inside: Iterable[str | None] = ()) -> None:
        keys = {begins.key for css in whole for one in _alternatives(css) if (begins := _begins(one))}
        self.attributes = {key[1:]: compile_css(f"[{key[1:]}]") for key in sorted(keys) if key.startswith("@")}
        keys |= {begins.key for css in inside for one in _alternatives(css) if (begins := _begins(one))}
        self.keys_of = _KeysOf({key[1:]: key for key in keys if key.startswith(".")})


class _KeysOf(dict[str, tuple[str, ...]]):
    """The value of a ``class`` attribute to the keys of its classes; a site's pages have the same few values."""

    def __init__(self, classes: dict[str, str]) -> None:
        super().__init__()
        self._classes = classes

    def __missing__(self, value: str) -> tuple[str, ...]:
        if len(self) >= _MAX_KNOWN:
            self.clear()
        words = {*_BETWEEN_CLASSES.split(value)}
        found = tuple(self._classes[word] for word in words if word in self._classes)
        if len(value) < _MAX_LENGTH:
            self[value] = found
        return found


_BETWEEN_CLASSES = re.compile(r"[ \t\r\n]+")  # as XPath's normalize-space()
_MAX_KNOWN, _MAX_LENGTH = 5000, 1000
"""Most values of ``class`` attributes that are remembered a site, and the longest of them."""


@dataclass(frozen=True, slots=True)
class _Begins:
    """How the element that a selector begins with is looked up."""

    key: str
    """``.name`` by a class, ``#name`` by an ``id``, ``@name`` by another attribute."""
    tag: str | None
    stated: tuple[tuple[str, str], ...]
    """Its attributes, and what their values hold at least."""
    alone: bool
    """Whether it is the only element of the selector."""
    is_all: bool
    """Whether nothing but tag and key is asked of it."""
    evaluate: etree.XPath
    """The selector, from such an element on."""

    @property
    def by_class(self) -> bool:
        """Whether the key is a class."""
        return self.key.startswith(".")


@lru_cache(maxsize=1024)
def _begins(css: str) -> _Begins | None:
    """Return how to look ``css`` up; ``None`` where it begins with an element that has neither class nor attribute."""
    selectors = cssselect.parse(css)
    node: Any = selectors[0].parsed_tree
    keys: list[str] = []
    stated: list[tuple[str, str]] = []
    alone, parts = True, 0
    while not isinstance(node, css_tree.Element):
        parts += 1
        if isinstance(node, css_tree.CombinedSelector):
            keys, stated, alone = [], [], False
        elif isinstance(node, css_tree.Class):
            keys.insert(0, f".{node.class_name}")
        elif isinstance(node, css_tree.Hash):
            keys.append(f"#{node.id}")
        elif isinstance(node, css_tree.Attrib) and node.operator != "!=" and node.attrib != "class":
            keys.append(f"@{node.attrib.lower()}")
            stated.append((node.attrib.lower(), (node.value.value if node.value else None) or ""))
        node = node.selector
    if len(selectors) > 1 or not keys:
        return None
    is_all = parts == 1 and keys[0].startswith(".") and selectors[0].pseudo_element is None
    tag = node.element.lower() if node.element else None
    return _Begins(keys[0], tag, tuple(stated), alone, is_all, compile_css(css, "self::"))


@lru_cache(maxsize=1024)
def _alternatives(css: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r",(?![^(\[]*[)\]])", css)) if css else ()


def _texts_of(found: Iterable[Any]) -> Iterator[str]:
    """Yield texts, no more than a page has: elements may be nested a thousand deep, each with the whole page in it."""
    left = MAX_TEXT
    for entry in found:
        text = entry if isinstance(entry, str) else text_of(entry)
        yield text
        left -= len(text)
        if left < 0:
            return


def text_of(element: etree._Element) -> str:
    """Return the text inside ``element``, markup dropped, as it stands in the source."""
    return "".join(element.itertext("*")) if len(element) else element.text or ""
