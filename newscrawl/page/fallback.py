"""A second body reader for pages with no rules: trafilatura, where our own reading looks wrong.

Measured on public benchmarks (``docs/bench.md``) our own is the more exact, but where the two disagree grossly, or ours
is much shorter, trafilatura is mostly right.
"""

import re
from collections import Counter
from itertools import islice

from lxml import etree

from newscrawl.page.blocks import ENCIPHERED, Block
from newscrawl.page.document import Document, has_heavy_tag, text_size
from newscrawl.page.structured import jsonld_texts
from newscrawl.text.clean import clean_line

SHORTER = 0.6
"""Ours is given up when it has less than this share of the other's text."""

AGREEMENT = 0.2
"""Ours is given up when the word counts of both agree (F1) less than this."""


MAX_ELEMENTS = 6000
"""Most elements of a page that trafilatura is asked about: its time grows with their square, 100,000 take minutes."""

MAX_TEXT = 500_000
"""Most bytes of text of such a page: it goes over them letter by letter, a million and a half take seconds."""

_RULE = re.compile(r"^[|\s:-]+$")
"""The rule below the head of a table, as Markdown writes it."""


LONG = 1500
"""Letters of ours from which on it may be sure of itself."""

ENOUGH, MORE = 0.75, 1.25
"""Shares of the page's running text between which it is: the other can hardly have more of the page, and ours was not
sought among what is no running text. So it is on 672 of 1,018 public pages; for one of these the other's would be
taken, which is the same text."""

_NOT_RUNNING = frozenset(
    "a aside button footer form head iframe nav noscript option script select style svg template textarea".split()
)


def second_opinion(document: Document, blocks: list[Block]) -> list[Block]:
    """Return ``blocks``, or what trafilatura reads in ``document`` where ``blocks`` look wrong.

    It is not asked where ours is long and has most of the page's running text: that takes as long as reading the page.
    """
    own = "\n".join(block.text for block in blocks)
    if len(own) >= LONG and ENOUGH * (running := _running_text(document.root)) <= len(own) <= MORE * running:
        return blocks
    if sum(1 for _ in islice(document.root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return blocks
    if ENCIPHERED.encode() in document.text:
        return blocks  # it takes that for text
    if text_size(document.root) > MAX_TEXT:
        return blocks
    if any(has_heavy_tag(_plain(text)) for text in jsonld_texts(document.root.iter("script"))):
        return blocks  # it parses the markup in those
    import trafilatura  # takes longer than all of the project, and sites with rules never need it

    try:
        text = trafilatura.extract(document.text.decode("utf-8", "replace"), include_comments=False) or ""
    except Exception:  # what breaks it (a number of 5,000 digits) is no reason to lose our own reading
        return blocks
    if len(text) < 200 or (len(own) >= SHORTER * len(text) and _agreement(own, text) >= AGREEMENT):
        return blocks
    if blocks and "\n" not in text:
        return blocks  # it found no text either, and glued together what the page has: a heading, captions
    lines = (clean_line(_RULE.sub("", line).removeprefix("- ").strip("| ")) for line in text.split("\n"))
    return [Block(line) for line in lines if line]


def _running_text(root: etree._Element) -> int:
    """Return the letters of text outside of links, menus, forms and scripts."""
    length, stack = 0, [root]
    while stack:
        for child in stack.pop():
            length += len((child.tail or "").strip())
            if child.tag not in _NOT_RUNNING:
                length += len((child.text or "").strip())
                stack.append(child)
    return length


def _plain(text: str) -> bytes:
    return re.sub(r"\\u003c", "<", text, flags=re.IGNORECASE).encode("utf-8", "replace")


def _agreement(one: str, other: str) -> float:
    a, b = Counter(re.findall(r"\w+", one)), Counter(re.findall(r"\w+", other))
    return 2 * (a & b).total() / max(1, a.total() + b.total())
