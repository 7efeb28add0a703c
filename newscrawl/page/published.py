"""Which of the dates that a page states is that of its publication.

The first stated is, in the order of the layers, unless the page contradicts it: see ``settle``.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from newscrawl.text.dates import Moment

_SOON = timedelta(days=31)
"""How long after its publication a page is mostly last changed."""

_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
"""The zones of the earth."""


class Stated(NamedTuple):
    """A date that the page states, and where."""

    origin: str
    """``rule``, ``jsonld``, ``meta`` or ``structure``."""
    text: str
    moment: Moment
    vague: bool = False
    """Whether its name does not say of what it is the date: ``<meta name="date">``."""


def settle(first: Stated, stated: Sequence[Stated], printed: Sequence[Stated], url_day: str | None) -> Stated:
    """Return ``first``, or the date that the page states against it.

    JSON-LD gives way to a meta tag of another day that is also the printed one, a vague date to an earlier one that is
    printed, a date in figures to a printed one that is the same with day and month exchanged, and a moment in UTC to
    the local day of it.
    """
    top = printed[0] if printed else None
    if top is not None and top.moment.on != first.moment.on:
        agreed = next((one for one in stated if one.origin == "meta" and one.moment.on == top.moment.on), None)
        if first.origin == "jsonld" and agreed is not None:
            return agreed
        if first.vague and timedelta(0) < _day(first) - _day(top) <= _SOON:
            return top
        if first.moment.at is None and _exchanged(first.moment.on) == top.moment.on and "-" not in first.text:
            return top
    return _local(first, [*stated, *printed[:1]], url_day)


def _local(first: Stated, others: Sequence[Stated], url_day: str | None) -> Stated:
    """Return what gives the local day of ``first``, where that is a moment in UTC and the page tells the local day.

    That is the same moment with an offset, the day in the address, or a day or clock that some zone of the earth has at
    that moment. A day printed later than the moment is no evidence: pages are changed.
    """
    if first.moment.at is None:
        return first
    moment = datetime.fromisoformat(first.moment.at)
    if moment.utcoffset() != timedelta(0):
        return first
    for other in others:
        if other.moment.at is not None:
            local = datetime.fromisoformat(other.moment.at)
            if local.utcoffset() and abs(local - moment) < timedelta(minutes=1):
                return other
    if url_day and url_day != first.moment.on and _is_day_of(url_day, moment):
        return Stated("structure", url_day, Moment(url_day))
    for other in others:
        if other.moment.at is None and other.moment.on < first.moment.on and _is_day_of(other.moment.on, moment):
            return other
    return first


def _is_day_of(day: str, moment: datetime) -> bool:
    """Whether it is ``day`` at ``moment`` in some zone of the earth."""
    try:
        start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    except ValueError:
        return False
    return start - moment <= _EAST and start + timedelta(days=1) - moment > _WEST


def _exchanged(day: str) -> str:
    return f"{day[:4]}-{day[8:]}-{day[5:7]}"


def _day(stated: Stated) -> date:
    return date.fromisoformat(stated.moment.on)
