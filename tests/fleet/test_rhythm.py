"""How often a site is crawled: bounded, steady, and settling where a fifth of what a run meets is new."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.fleet.rhythm import FIRST, LONGEST, RUNS, SHORTEST, TARGET, back_off, next_interval

INTERVALS = st.floats(SHORTEST, LONGEST)
RUN = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.floats(0, 10**9), st.lists(RUN, max_size=10))
def test_between_minutes_and_a_day(interval: float, runs: list[tuple[int, int]]) -> None:
    assert SHORTEST <= next_interval(interval, runs) <= LONGEST


@given(INTERVALS, st.lists(RUN, min_size=1, max_size=RUNS))
def test_the_more_is_known_the_longer(interval: float, runs: list[tuple[int, int]]) -> None:
    (new, known), *others = runs
    assert next_interval(interval, [(new + 1, known), *others]) <= next_interval(interval, runs)
    assert next_interval(interval, runs) <= next_interval(interval, [(new, known + 1), *others])


@given(INTERVALS, st.lists(RUN, max_size=RUNS), st.lists(RUN, min_size=RUNS, max_size=RUNS))
def test_only_the_last_runs_count(interval: float, before: list[tuple[int, int]], runs: list[tuple[int, int]]) -> None:
    assert next_interval(interval, before + runs) == next_interval(interval, runs)


@given(INTERVALS, st.lists(RUN, max_size=RUNS))
def test_never_more_than_twice_or_half(interval: float, runs: list[tuple[int, int]]) -> None:
    assert interval / 2 - 1e-6 <= next_interval(interval, runs) <= interval * 2 + 1e-6


@given(st.floats(SHORTEST * 8, LONGEST / 8), INTERVALS, st.integers(20, 500))
def test_settles_where_a_fifth_is_new(pause: float, interval: float, listed: int) -> None:
    """A paper that prints an article each ``pause / listed`` seconds, and lists the last ``listed`` of them."""
    runs: list[tuple[int, int]] = []
    for _ in range(60):
        new = min(listed, round(interval * listed / pause))
        runs.append((new, listed - new))
        interval = next_interval(interval, runs)
    assert 0.5 * (1 - TARGET) < interval / pause < 2 * (1 - TARGET)


def test_a_paper_that_is_silent_and_wakes() -> None:
    interval = FIRST
    for _ in range(10):
        interval = next_interval(interval, [(0, 40)] * RUNS)
    assert interval == LONGEST
    for _ in range(10):
        interval = next_interval(interval, [(40, 0)] * RUNS)
    assert interval == SHORTEST


@given(st.integers(1, 10**6))
def test_rests_grow_to_six_hours(failures: int) -> None:
    assert 60 <= back_off(failures) <= back_off(failures + 1) <= 6 * 3600
