"""How often a site is crawled, and how long one that fails is left alone."""

from collections.abc import Sequence

SHORTEST, LONGEST = 300.0, 86400.0
"""Seconds between two crawls of a site, at the least and at the most."""

FIRST = 3600.0
"""Seconds between the first two."""

TARGET = 0.8
"""Share of known links at which a site is crawled often enough: each run meets where the one before it began."""

RUNS = 5
"""How many of its last runs count."""


def next_interval(interval: float, runs: Sequence[tuple[int, int]]) -> float:
    """Return the seconds until the next crawl, from the seconds before this one.

    ``runs`` are the last runs as (new articles, links already known), the latest last. What counts is the mean of their
    shares of known links, so that one long run does not speak for all; a run that met nothing knew all. At ``TARGET``
    nothing changes; where all is known the interval doubles, where all is new it is halved, in steady steps between.

    >>> next_interval(3600, [(0, 40)]), next_interval(3600, [(8, 32)]), next_interval(3600, [(50, 0)])
    (7200.0, 3600.0, 1800.0)
    """
    shares = [known / (new + known) if new + known else 1.0 for new, known in runs[-RUNS:]]
    share = sum(shares) / len(shares) if shares else TARGET
    off = (share - TARGET) / (1 - TARGET if share > TARGET else TARGET)
    return min(LONGEST, max(SHORTEST, interval * float(2.0**off)))


def back_off(failures: int) -> float:
    """Return the seconds that a site rests after so many failures in a row: from a minute to six hours.

    >>> [back_off(failures) / 60 for failures in (1, 2, 3, 40)]
    [1.0, 2.0, 4.0, 360.0]
    """
    return min(6 * 3600.0, 60.0 * float(2.0 ** min(failures - 1, 20)))
