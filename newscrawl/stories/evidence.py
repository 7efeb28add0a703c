"""What says that two texts are one story, and how sure that is. Never a title alone.

Measured by ``python -m bench stories``: how many joins of each reason are right.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from newscrawl.text.clean import slugify
from newscrawl.text.urls import article_id

MAX_DAYS = 3
"""Days between an original and its republication, or between two addresses of one page, that need no other proof."""

MIN_SLUG = 20
"""Shorter slugs are phrases that several articles may share."""

CUT_SLUG = 24
"""Letters that must be left of a slug that was cut off."""

ALIKE = 0.5
"""Share of the words of two slugs that must be the same for one to be the other renamed."""

CROWD = 5
"""A source named by more stories of one site than this is a section or a live page, not an article."""

REASONS = {
    "aggregator_slug": "the same address behind the language's segment on the aggregator",
    "source_key": "the same source address or number, and the slug or the day agrees",
    "source_key_alone": "the same source number; nothing else is known to agree or disagree",
    "slug_paper_day": "no source address; the same slug, at the paper named, on the same day, and no other such",
    "original": "the article at its source",
}
"""Why a line belongs to its story."""

CONFIDENCE = {
    "original": 1.0,
    "aggregator_slug": 0.99,
    "source_key": 0.99,
    "source_key_alone": 0.9,
    "slug_paper_day": 0.95,
}
"""How sure each reason is, 0 to 1: at most what was measured on the generated set."""

_NUMBERED = re.compile(r"-\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Place:
    """What is compared of an article at one address, or of all editions at one address of an aggregator."""

    slug: str
    """Of its address, without its number; of the title where the address has none."""
    day: str | None
    """Of publication, ``2024-09-14``; ``None`` when unknown."""
    title: str | None = None
    """In the source's language: the original's, or of the edition in that language; ``None`` for translations."""


def slug_of(url: str) -> str:
    """Return the words of an address, without the number by which its system knows the article.

    >>> slug_of("https://baoquocte.vn/co-gi-trong-cuoc-gap-286239.html")
    'co-gi-trong-cuoc-gap'
    """
    number = article_id(url)
    last = re.sub(r"\.\w{2,5}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2])
    if number:
        last = last.partition(number)[0] or last.rpartition(number)[2]
    return re.sub(r"-(?:post|i|d|a|n)?$", "", last).strip("-").lower()


def same_slug(one: str, other: str) -> bool:
    """Whether two slugs are one: equal but for a ``-2``, or one cut off, both long enough to be no phrase."""
    if min(len(one), len(other)) < MIN_SLUG:
        return False
    one, other = _NUMBERED.sub("", one).replace("-", ""), _NUMBERED.sub("", other).replace("-", "")
    return one == other or (min(len(one), len(other)) >= CUT_SLUG and (one.startswith(other) or other.startswith(one)))


def alike(one: Place, other: Place) -> bool:
    """Whether two places bear the same slug or title, be it cut, numbered or reworded."""
    names = [{place.slug, slugify(place.title or "")} - {""} for place in (one, other)]
    return any(same_slug(a, b) or _overlap(a, b) >= ALIKE for a in names[0] for b in names[1])


def days_apart(one: Place, other: Place) -> int | None:
    """Return how many days lie between two places, ``None`` when a day is unknown."""
    if not one.day or not other.day:
        return None
    return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)


def reason_of_key(one: Place, other: Place) -> str | None:
    """Return why two places that name one source are one story; ``None`` when they contradict each other.

    Numbers survive translation, yet a digit may be lost: so slug or day must agree where both are known.
    """
    apart = days_apart(one, other)
    if alike(one, other) or (apart is not None and apart <= MAX_DAYS):
        return "source_key"
    return "source_key_alone" if apart is None else None


def _overlap(one: str, other: str) -> float:
    a, b = set(one.split("-")), set(other.split("-"))
    return len(a & b) / len(a | b) if min(len(a), len(b)) >= 4 else 0.0
