"""CSS selectors on an lxml tree, compiled once.

``::attr(name)`` and ``::text`` work as in parsel, whose translator this uses.
"""

import re
from functools import lru_cache
from typing import Any

from lxml import etree
from parsel.csstranslator import HTMLTranslator

_translator = HTMLTranslator()


@lru_cache(maxsize=1024)
def compile_css(css: str) -> etree.XPath:
    """Return ``css`` as a compiled XPath.

    Raises:
        cssselect.SelectorError: ``css`` is no selector.
    """
    return etree.XPath(_translator.css_to_xpath(css), smart_strings=False)


def select(root: etree._Element, css: str) -> list[Any]:
    """Return what ``css`` finds below ``root``, in document order: elements, or texts for ``::attr`` and ``::text``."""
    found: list[Any] = compile_css(css)(root)
    return found


def select_first(root: etree._Element, css: str | None) -> list[Any]:
    """Return what the first of the selectors in ``css``, parted by commas, finds; ``None`` finds nothing."""
    for one in _alternatives(css) if css else ():
        found = select(root, one)
        if found:
            return found
    return []


def select_texts(root: etree._Element, css: str | None) -> list[str]:
    """Return the texts of the first of the selectors in ``css`` that finds any; ``None`` finds nothing."""
    for one in _alternatives(css) if css else ():
        found = (entry if isinstance(entry, str) else text_of(entry) for entry in select(root, one))
        texts = [text for text in found if text and not text.isspace()]
        if texts:
            return texts
    return []


@lru_cache(maxsize=1024)
def _alternatives(css: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r",(?![^(\[]*[)\]])", css))


def text_of(element: etree._Element) -> str:
    """Return the text inside ``element``, markup dropped, as it stands in the source."""
    return "".join(element.itertext("*")) if len(element) else element.text or ""
