"""Counts by day in equal steps of time."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from newscrawl.report.timeline import MOST, Step, alike, timeline

DAY = date(2024, 9, 14)


def days(count: int, each: int = 1, apart: int = 1) -> dict[date, int]:
    return {DAY - timedelta(apart * number): each for number in range(count)}


def test_no_article_gives_no_step() -> None:
    assert timeline({}).steps == ()
    assert timeline({}).peak == 0
    assert timeline({}).ticks == ()
    assert timeline({}).labels == ()


def test_days_without_articles_are_steps_too() -> None:
    found = timeline({DAY: 3, DAY - timedelta(2): 1})
    assert found.steps == (
        Step(date(2024, 9, 12), date(2024, 9, 12), 1),
        Step(date(2024, 9, 13), date(2024, 9, 13), 0),
        Step(date(2024, 9, 14), date(2024, 9, 14), 3),
    )


@pytest.mark.parametrize(
    ("span", "unit"),
    [
        (1, "day"),
        (MOST, "day"),
        (MOST + 1, "week"),
        (600, "week"),
        (700, "month"),
        (2700, "month"),
        (2900, "quarter"),
        (9000, "year"),
    ],
)
def test_the_shortest_unit_that_fits(span: int, unit: str) -> None:
    found = timeline(days(span))
    assert found.unit == unit
    assert sum(step.count for step in found.steps) == span
    assert len(found.steps) <= MOST
    assert all(one.last + timedelta(1) == other.first for one, other in pairwise(found.steps))


def test_steps_begin_where_people_begin_them() -> None:
    assert all(step.first.weekday() == 0 and step.last.weekday() == 6 for step in timeline(days(200)).steps)
    assert all(
        step.first.day == 1 and step.last + timedelta(1) == _next_month(step.first)
        for step in timeline(days(1000)).steps
    )
    assert {step.first.month for step in timeline(days(2900)).steps} == {1, 4, 7, 10}


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


def test_a_few_stragglers_do_not_press_the_rest_together() -> None:
    found = timeline(days(30, each=10) | {date(2013, 5, 14): 2, date(2019, 1, 1): 1})
    assert (found.unit, len(found.steps), found.earlier) == ("day", 30, 3)
    assert sum(step.count for step in found.steps) == 300


def test_what_is_spread_evenly_is_shown_whole() -> None:
    found = timeline(days(90, each=10))
    assert (len(found.steps), found.earlier) == (90, 0)


def test_charts_beside_each_other_have_the_same_steps() -> None:
    whole = timeline(days(700))
    part = alike({DAY: 4, DAY - timedelta(1): 2, date(2001, 1, 1): 5}, whole)
    assert [(step.first, step.last) for step in part.steps] == [(step.first, step.last) for step in whole.steps]
    assert part.steps[-1].count == 6
    assert part.earlier == 5
    assert alike({}, timeline({})).steps == ()


@pytest.mark.parametrize(
    ("peak", "ticks"),
    [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (4, (2, 4)), (10, (5, 10)), (11, (5, 10, 15)), (99, (50, 100)), (250, (100, 200, 300)), (12345, (5000, 10000, 15000))],
)  # fmt: skip
def test_ticks_are_round_and_reach_the_peak(peak: int, ticks: tuple[int, ...]) -> None:
    assert timeline({DAY: peak}).ticks == ticks


def test_labels_name_the_first_and_the_last_step() -> None:
    assert timeline({DAY: 1}).labels == ((0, "14 Sep 2024"),)
    assert [label for _, label in timeline(days(9)).labels] == [
        "6 Sep 2024",
        "8 Sep 2024",
        "11 Sep 2024",
        "14 Sep 2024",
    ]
    assert timeline(days(1000)).labels[-1][1] == "Sep 2024"
    assert timeline(days(2900)).labels[-1][1] == "2024 Q3"
    assert timeline(days(9000)).labels[-1][1] == "2024"


def test_the_years_of_the_calendar_have_an_end() -> None:
    assert timeline({date(1001, 1, 1): 1, date(2999, 12, 31): 1}).unit == "year"
