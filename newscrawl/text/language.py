"""Language tags to BCP 47, and a detector's opinion on a text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.text.clean import clean_line, has_letters

MIN_LETTERS = 200
"""Shorter texts are not judged; below it the detector errs with names and loan words."""

MAX_LETTERS = 1500
"""Of a longer text the beginning is judged: on 510 public articles it gave the language that the first 6,000 letters
give for each, and crossed ``SURE`` for one; the detector is the slowest stage."""

SURE = 0.8
"""Least share of the text that must read as one language for the detector's opinion to count."""

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?(?P<rest>(?:-[a-z\d]{1,8})*)",
    re.ASCII | re.IGNORECASE,  # without ASCII "ſ" is an s and "K" (Kelvin) a k
)
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "tl": "fil",
    "jw": "jv",
    "mo": "ro",
    "sh": "sr",
    "vn": "vi",
    "jp": "ja",
}
# Tags that the detector tells apart less surely than people name them, or names differently.
_ALIKE = (
    frozenset(("no", "nb", "nn", "da")),
    frozenset(("id", "ms")),
    frozenset(("hr", "sr", "bs")),
    frozenset(("fil", "tl")),
    frozenset(("cs", "sk")),
    frozenset(("pt", "gl")),
    frozenset(("hi", "mr", "ne")),
)


@dataclass(frozen=True, slots=True)
class Detected:
    """What a detector reads."""

    language: str
    """BCP 47 tag without region."""
    share: float
    """Part of the text in that language, 0 to 1."""


def normal_tag(tag: str) -> str | None:
    """Return a language tag in BCP 47's usual case; ``None`` when it is none.

    >>> normal_tag("zh_hant_TW"), normal_tag("NB"), normal_tag("vietnamese")
    ('zh-Hant-TW', 'nb', None)
    """
    text = tag.strip().partition(".")[0].partition(",")[0].replace("_", "-")
    found = _TAG.fullmatch(text)
    if not found or found["language"].lower() in ("und", "mul", "xx"):
        return None
    language = found["language"].lower()
    script, region = found["script"], found["region"]
    parts = [_RENAMED.get(language, language), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)


def detect(text: str) -> Detected | None:
    """Return the language that CLD2 reads in ``text``; ``None`` for a short text or one it is not sure of.

    Found by pycld2, which was the fastest and, on newspaper text, no less exact than its followers.
    """
    if len(text) < MIN_LETTERS // 3:
        return None
    # Upper case and addresses mislead it; invalid characters make it raise.
    line = clean_line(re.sub(r"https?://\S+", " ", text[:MAX_LETTERS]).replace("\n\n", " "))
    if not line or not has_letters(line, MIN_LETTERS if line.isascii() else MIN_LETTERS // 2):
        return None
    reliable, _, ranked = _detector()(line.encode("utf-8", "replace"))
    if not reliable:
        return None
    _, code, percent, _ = ranked[0]
    tag = None if code == "un" else normal_tag("zh-Hant" if code == "zh-Hant" else code)
    return Detected(tag, percent / 100) if tag else None


def languages_differ(tag: str, detected: Detected) -> bool:
    """Whether the detector is sure of another language than ``tag``; close relatives count as the same."""
    told, found = _primary(tag), _primary(detected.language)
    if detected.share < SURE or told == found:
        return False
    return not any(told in group and found in group for group in _ALIKE)


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


@lru_cache(maxsize=1)
def _detector():  # type: ignore[no-untyped-def]
    import pycld2  # a megabyte of tables: loaded when the first text needs it

    return lambda data: pycld2.detect(data, bestEffort=False)
