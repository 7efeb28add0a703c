"""Counts by day to a few dozen equal steps of time: what a chart of articles over time draws."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST = 92
"""Steps of a chart at most: a quarter by days."""

MOSTLY = 0.98
"""Share of the articles that a window must hold to stand for all, where that makes it half as long, or shorter."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time: its first and last day, and how many articles were published in it."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Equal steps, oldest first, none left out; ``unit`` is day, week, month, quarter or year."""

    unit: str
    steps: tuple[Step, ...]
    earlier: int = 0
    """Articles from before the first step: a few stragglers that would press the rest together."""

    @property
    def peak(self) -> int:
        """The largest count of a step; 0 where there is none."""
        return max((step.count for step in self.steps), default=0)

    @property
    def ticks(self) -> tuple[int, ...]:
        """Round figures for the axis, rising: at most three, the last not below ``peak``."""
        if not self.peak:
            return ()
        tens = 10 ** (len(str(self.peak)) - 1)
        apart = next(unit for unit in (tens // 2, tens, tens * 2, tens * 5) if unit and self.peak <= 3 * unit)
        return tuple(range(apart, self.peak + apart, apart))

    @property
    def labels(self) -> tuple[tuple[int, str], ...]:
        """At most four steps by their place, the first and the last among them, with what the axis says of them."""
        last = len(self.steps) - 1
        places = dict.fromkeys(last * part // 3 for part in range(4)) if last >= 0 else {}
        return tuple((at, self.label(self.steps[at])) for at in places)

    def label(self, step: Step) -> str:
        """Return what a step is called: ``14 Sep 2024``, ``Sep 2024``, ``2024 Q3``, ``2024``."""
        day = step.first
        if self.unit == "year":
            return str(day.year)
        if self.unit == "quarter":
            return f"{day.year} Q{(day.month + 2) // 3}"
        month = f"{_MONTHS[day.month - 1]} {day.year}"
        return month if self.unit == "month" else f"{day.day} {month}"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAY = timedelta(days=1)


def timeline(counts: Mapping[date, int]) -> Timeline:
    """Return the steps for counts by day; the shortest unit that needs no more than ``MOST``.

    >>> timeline({date(2024, 9, 13): 2, date(2024, 9, 15): 1}).steps[1]
    Step(first=datetime.date(2024, 9, 14), last=datetime.date(2024, 9, 14), count=0)
    """
    if not counts:
        return Timeline("day", ())
    first, last = _window(counts)
    for unit, begin in _UNITS.items():
        starts = _starts(begin, first, last, MOST if unit != "year" else last.year)
        if starts:
            break
    return _counted(unit, starts, counts)


def alike(counts: Mapping[date, int], other: Timeline) -> Timeline:
    """Return the counts in the steps of another timeline, so that charts can stand beside each other."""
    if not other.steps:
        return other
    starts = [step.first for step in other.steps]
    return _counted(other.unit, starts, counts)


def _counted(unit: str, starts: list[date], counts: Mapping[date, int]) -> Timeline:
    begin = _UNITS[unit]
    found: Counter[date] = Counter()
    for day, count in counts.items():
        found[begin(day)] += count
    steps = tuple(Step(start, _next(begin, start) - _DAY, found[start]) for start in starts)
    return Timeline(unit, steps, sum(count for day, count in found.items() if day < starts[0]))


def _window(counts: Mapping[date, int]) -> tuple[date, date]:
    """Return the first and last day that the chart is to show."""
    days = sorted(counts, reverse=True)
    last, first = days[0], days[-1]
    left, start = sum(counts.values()) * MOSTLY, last
    for day in days:
        start = day
        left -= counts[day]
        if left <= 0:
            break
    return (start if (last - start) * 2 < last - first else first), last


def _starts(begin: Callable[[date], date], first: date, last: date, most: int) -> list[date]:
    """Return the first days of the steps from ``first`` to ``last``; empty when there are more than ``most``."""
    found = [begin(first)]
    while (following := _next(begin, found[-1])) <= last:
        found.append(following)
        if len(found) > most:
            return []
    return found


def _next(begin: Callable[[date], date], start: date) -> date:
    """Return the first day of the step after the one that begins with ``start``."""
    day = start + _DAY
    while begin(day) == start:
        day += timedelta(days=27) if begin(day + timedelta(days=27)) == start else _DAY
    return day


_UNITS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""Unit to the function that gives the first day of the step a day is in; shortest first."""
