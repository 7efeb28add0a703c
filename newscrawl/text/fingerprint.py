"""Fingerprints by which nearly equal texts are found: MinHash of word triples, and of the figures in a text.

MinHash (Broder 1997) estimates the Jaccard similarity of two sets from a few hashes; of each hash one byte is
kept (b-bit MinHash, Li and König 2010). Texts without spaces between words are cut into runs of characters.
"""

import re
from itertools import islice

from rensa import RMinHash

HASHES = 64
"""Hashes of the text; the standard error of the estimate is at most 1/16."""

ROWS = 4
"""Hashes that must agree for two texts to be compared: one of the 16 bands of four. Two texts that share half of
their triples are compared with odds of 64 %, six in ten with 89 %, seven in ten with 99 %."""

FIGURES = 32
"""Hashes of the figures."""

NEAR = 0.5
"""Least similarity of near duplicates, measured in ``bench/near.py``."""

MIN_SHINGLES = 40
"""Shorter texts have none: what they share is phrases."""

MIN_FIGURES = 6
"""From so many distinct figures on, figures that differ tell two reports of one template apart (prices, weather)."""

SAME_FIGURES = 0.35
"""Least similarity of the figures of near duplicates that have enough of them."""

VERSION = f"{RMinHash.ALGORITHM_VERSION}.{HASHES}.{FIGURES}"
"""Fingerprints of another version cannot be compared."""

_BETWEEN_WORDS = re.compile(r"[^\w\s]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_RUN = 6
_SEED = 1


def fingerprint(text: str) -> bytes | None:
    """Return ``HASHES + FIGURES + 1`` bytes: the text's, its figures', how many those are (at most 255).

    ``None`` for a text too short to be told from others.

    >>> len(fingerprint(" ".join(map(str, range(100)))))
    97
    """
    text = text.casefold()
    if len(_SPACELESS.findall(text, 0, 600)) > 100:
        plain = "".join(_words(text))
        shingles = [plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1)]
    else:
        words = _words(text)
        shingles = list(map(" ".join, zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)))
    if len(shingles) < MIN_SHINGLES:
        return None
    figures = sorted(set(_FIGURE.findall(text)))
    return _low_bytes(shingles, HASHES) + _low_bytes(figures, FIGURES) + bytes((min(len(figures), 255),))


def _words(text: str) -> list[str]:
    """Return the runs of letters, digits and ``_``; taking out what parts them costs less than finding them."""
    return _BETWEEN_WORDS.sub(" ", text).split()


def similarity(one: bytes, other: bytes) -> float:
    """Return how much two texts share, 0 to 1, by their fingerprints; 0 when they say the same of other figures."""
    likeness = _estimate(one[:HASHES], other[:HASHES])
    if min(one[-1], other[-1]) >= MIN_FIGURES:
        figures = _estimate(one[HASHES:-1], other[HASHES:-1])
        if figures < SAME_FIGURES and figures < likeness:
            return 0.0
    return likeness


def bands(print_: bytes) -> list[int]:
    """Return 16 numbers below 2**36; texts that share one are worth comparing."""
    parts = range(0, HASHES, ROWS)
    return [(at // ROWS << 32) | int.from_bytes(print_[at : at + ROWS], "big") for at in parts]


def _low_bytes(values: list[str], count: int) -> bytes:
    hashes = RMinHash(num_perm=count, seed=_SEED)
    hashes.update(values)
    return bytes(value & 255 for value in hashes.digest())


def _estimate(one: bytes, other: bytes) -> float:
    """Unequal hashes have the same last byte once in 256."""
    same = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    return max(0.0, (same * 256 - 1) / 255)
