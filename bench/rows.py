"""What is measured, beside its goal."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, with the goal it is held against."""

    group: str
    """``Reading``, ``Crawling`` and so on."""
    name: str
    value: float
    unit: str
    goal: float | None = None
    """``None``: for information."""
    at_least: bool = False
    """Whether the goal is the least value that is good; else it is the most."""
    low: float | None = None
    high: float | None = None
    """Quartiles of what was measured."""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    curve: tuple[tuple[float, float], ...] = ()
    """How the figure stood along the run, in ``unit``: what was done by then, in ``along``, and the figure."""
    along: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; ``None`` without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return median and quartiles, as the arguments of a row."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return {"value": ordered[0], "low": ordered[0], "high": ordered[0]}
    low, middle, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return {"value": middle, "low": low, "high": high}
