"""A story as a line: its original, its editions, what joined them, and how the translations compare."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from newscrawl.stories.evidence import CONFIDENCE
from newscrawl.stories.join import Joined, Line
from newscrawl.text.identity import short_hash

EDITION_FLAGS = {
    "cut": "less than half as long as texts in its language usually are beside what it is compared with",
    "days_differ": "it names other days than what it is compared with",
    "figures_differ": "at least two figures, and a fifth of them, are not those of what it is compared with",
    "untranslated": "some of it is still in the language it was translated from",
}
"""The closed list of an edition's ``flags`` with what each says."""

ENOUGH = 20
"""Stories of two languages from which on their usual ratio of lengths is taken from the feeds."""

CUT = 0.5
MISSING = 0.2

_LETTERS = {
    "zh": 0.3,
    "ja": 0.5,
    "ko": 0.5,
    "th": 1.0,
    "lo": 1.0,
    "km": 1.1,
    "my": 1.1,
    "ar": 0.9,
    "he": 0.8,
    "vi": 0.9,
}
"""Letters that say the same as one of a European language; used until the feeds tell."""

MAX_SAMPLES = 10_000


class Ratios:
    """How long texts of one language usually are beside those of another, from the stories themselves."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[float]] = defaultdict(list)

    def add(self, joined: Joined) -> None:
        """Take the lengths of a story's texts."""
        reference = reference_of(joined.lines)
        for line in joined.lines:
            if reference is None or line is reference or not (line.letters and reference.letters):
                continue
            found = self._found[_pair(line, reference)]
            if len(found) < MAX_SAMPLES:
                found.append(line.letters / reference.letters)

    def settle(self) -> None:
        """Take the median of each pair of languages that has enough."""
        self._usual = {pair: median(found) for pair, found in self._found.items() if len(found) >= ENOUGH}

    def usual(self, line: Line, reference: Line) -> float:
        """Return the usual ratio of the letters of ``line`` to those of ``reference``."""
        pair = _pair(line, reference)
        one, other = (_LETTERS.get(language.partition("-")[0], 1.0) for language in pair)
        return self._usual.get(pair, one / other)


def story_line(joined: Joined, ratios: Ratios) -> dict[str, Any]:
    """Return the line of a story; ``docs/editions.md`` explains its fields."""
    lines = joined.lines
    reference = reference_of(lines)
    originals = [line for line in lines if line.original]
    editions = [edition(line, reference, ratios) for line in lines]
    days = sorted(line.shown["published_on"] for line in lines if line.shown["published_on"])
    fetched = sorted(line.shown["crawled_at"] for line in lines)
    own = {line.shown["id"] for line in lines}
    near = dict.fromkeys(line.shown["near_duplicate_of"] for line in lines)
    return {
        "story_id": short_hash(joined.keys[0]) if joined.keys else lines[0].shown["story_id"],
        "original": _original(originals[0] if originals else None, joined),
        "languages": sorted({line.shown["language"] or "und" for line in lines}),
        "editions": sorted(
            editions, key=lambda row: (row["language"] or "und", row["reason"] != "original", row["url"])
        ),
        "first_published_on": days[0] if days else None,
        "last_published_on": days[-1] if days else None,
        "first_crawled_at": fetched[0],
        "last_crawled_at": fetched[-1],
        "keys": {"aggregator_slug": joined.slugs, "source_key": joined.keys},
        "disputed_source_keys": joined.disputed,
        "near_duplicate_of": [key for key in near if key and key not in own],
        "confidence": min(row["confidence"] for row in editions),
    }


def edition(line: Line, reference: Line | None, ratios: Ratios) -> dict[str, Any]:
    """Return an edition: where it is, why it belongs to the story, how it compares with what it is made from."""
    names = ("id", "site", "language", "url", "title", "published_on", "published_at", "status", "revision",
             "source_url", "source_url_status")  # fmt: skip
    return {name: line.shown[name] for name in names} | {
        "reason": line.reason,
        "confidence": CONFIDENCE[line.reason],
        "quality": None if reference is None or line is reference else _quality(line, reference, ratios),
    }


def reference_of(lines: Iterable[Line]) -> Line | None:
    """Return the text that translations are compared with: the original, else the edition in the source's language."""
    whole = [line for line in lines if line.letters]
    for line in whole:
        if line.original:
            return line
    sources = {line.shown["source_language"] for line in whole} - {None}
    return next((line for line in whole if line.shown["language"] in sources), None)


def _original(line: Line | None, joined: Joined) -> dict[str, Any] | None:
    """Return where the story first appeared, from its own line or from what the editions name."""
    if line is not None:
        names = ("id", "site", "url", "language", "title", "published_on", "published_at", "status")
        return {name: line.shown[name] for name in names} | {"source_name": line.shown["source_name"]}
    named = [edition.shown for edition in joined.lines if edition.shown["source_url"]]
    named.sort(key=lambda shown: ("exact", "repaired").index(shown["source_url_status"]))
    name = next((edition.shown["source_name"] for edition in joined.lines if edition.shown["source_name"]), None)
    if not named and not name:
        return None
    nothing = dict.fromkeys(("id", "site", "url", "language", "title", "published_on", "published_at", "status"))
    if not named or not joined.keys:
        return nothing | {"source_name": name}
    return nothing | {"url": named[0]["source_url"], "language": named[0]["source_language"], "source_name": name}


def _quality(line: Line, reference: Line, ratios: Ratios) -> dict[str, Any]:
    ratio = line.letters / reference.letters
    missing, added = sorted(reference.figures - line.figures), sorted(line.figures - reference.figures)
    days = sorted(reference.days ^ line.days)
    flags = []
    if line.letters and ratio < CUT * ratios.usual(line, reference):
        flags.append("cut")
    if days and line.letters:
        flags.append("days_differ")
    if len(missing) >= 2 and len(missing) >= MISSING * len(reference.figures) and line.letters:
        flags.append("figures_differ")
    if line.untranslated:
        flags.append("untranslated")
    return {
        "compared_with": reference.shown["id"],
        "length_ratio": round(ratio, 3),
        "paragraphs": line.paragraphs,
        "untranslated_share": round(line.untranslated, 3),
        "figures_missing": missing[:20],
        "figures_added": added[:20],
        "days_differ": days[:20],
        "flags": flags,
    }


def _pair(line: Line, reference: Line) -> tuple[str, str]:
    return line.shown["language"] or "und", reference.shown["language"] or "und"
