"""A second body reader for pages with no rules: trafilatura, where our own reading looks wrong.

Measured on public benchmarks (``docs/bench.md``) our own is the more exact, but where the two disagree grossly, or ours
is much shorter, trafilatura is mostly right.
"""

import re
from collections import Counter
from itertools import islice

from newscrawl.page.blocks import Block
from newscrawl.page.document import Document, has_heavy_tag
from newscrawl.page.structured import jsonld_texts
from newscrawl.text.clean import clean_line

SHORTER = 0.6
"""Ours is given up when it has less than this share of the other's text."""

AGREEMENT = 0.2
"""Ours is given up when the word counts of both agree (F1) less than this."""


MAX_ELEMENTS = 6000
"""Most elements of a page that trafilatura is asked about: its time grows with their square, 100,000 take minutes."""


def second_opinion(document: Document, blocks: list[Block]) -> list[Block]:
    """Return ``blocks``, or what trafilatura reads in ``document`` where ``blocks`` look wrong."""
    if sum(1 for _ in islice(document.root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return blocks
    if any(has_heavy_tag(_plain(text)) for text in jsonld_texts(document.root)):
        return blocks  # it parses the markup in those
    import trafilatura  # takes longer than all of the project, and sites with rules never need it

    text = trafilatura.extract(document.text.decode("utf-8", "replace"), include_comments=False) or ""
    own = "\n".join(block.text for block in blocks)
    if len(text) < 200 or (len(own) >= SHORTER * len(text) and _agreement(own, text) >= AGREEMENT):
        return blocks
    lines = (clean_line(line.removeprefix("- ")) for line in text.split("\n"))
    return [Block(line) for line in lines if line]


def _plain(text: str) -> bytes:
    return re.sub(r"\\u003c", "<", text, flags=re.IGNORECASE).encode("utf-8", "replace")


def _agreement(one: str, other: str) -> float:
    a, b = Counter(re.findall(r"\w+", one)), Counter(re.findall(r"\w+", other))
    return 2 * (a & b).total() / max(1, a.total() + b.total())
