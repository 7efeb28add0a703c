"""CSS selectors on an lxml tree, compiled once.

``::attr(name)`` and ``::text`` work as in parsel, whose translator this uses.
"""

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


def select_texts(root: etree._Element, css: str | None) -> list[str]:
    """Return the text of each thing that ``css`` finds, without the empty ones; ``None`` finds nothing."""
    if css is None:
        return []
    texts = (found if isinstance(found, str) else text_of(found) for found in select(root, css))
    return [text for text in texts if text and not text.isspace()]


def text_of(element: etree._Element) -> str:
    """Return the text inside ``element``, markup dropped, as it stands in the source."""
    return "".join(element.itertext("*")) if len(element) else element.text or ""
