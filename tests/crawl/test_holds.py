"""Holds of hosts outlive the process, not the clock's moods."""

import json
from pathlib import Path

import pytest

from newscrawl.crawl import holds
from newscrawl.crawl.holds import LONGEST, Holds

NOON = 1_726_315_200.0


class Clock:
    """The clock on the wall, set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(holds, "time", made)
    return made


def left(path: Path) -> float:
    """Return what a new process finds."""
    return Holds(path).seconds_left("a.vn")


def test_kept_until_it_has_run_out(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "out.holds.json"
    Holds(path).keep("a.vn", 90, "Retry-After 90 s")
    assert json.loads(path.read_text("utf-8")) == {
        "a.vn": {
            "since": "2024-09-14T12:00:00.000+00:00",
            "until": "2024-09-14T12:01:30.000+00:00",
            "why": "Retry-After 90 s",
        }
    }
    clock.now += 60
    assert left(path) == 30
    assert Holds(path).seconds_left("b.vn") == 0
    clock.now += 30
    assert left(path) == 0
    assert not path.exists()


def test_the_longer_one_counts(tmp_path: Path, clock: Clock) -> None:
    kept = Holds(tmp_path / "out.holds.json")
    for seconds in (90, 5, 0, 120, 60):
        kept.keep("a.vn", seconds, f"{seconds} s")
    assert (kept.seconds_left("a.vn"), kept.why("a.vn")) == (120, "120 s")


@pytest.mark.parametrize("asked", [86_401, 1e11])
def test_for_a_day_at_most(tmp_path: Path, clock: Clock, asked: float) -> None:
    Holds(tmp_path / "out.holds.json").keep("a.vn", asked, "much")
    assert left(tmp_path / "out.holds.json") == LONGEST
    clock.now += LONGEST
    assert left(tmp_path / "out.holds.json") == 0


@pytest.mark.parametrize("back", [60, 3600, 40 * 365 * 86400])
def test_a_clock_that_is_set_back(tmp_path: Path, clock: Clock, back: int) -> None:
    """It is not known how much of the hold has gone by: it begins again, once."""
    path = tmp_path / "out.holds.json"
    Holds(path).keep("a.vn", 90, "Retry-After 90 s")
    clock.now -= back
    assert left(path) == 90
    clock.now += 50
    assert left(path) == 40
    clock.now += 40
    assert left(path) == 0


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", '{"a.vn": 5}', '{"a.vn": {}}', '{"a.vn": {"since": "2024", "until": "x", "why": ""}}', "\udcff"]
)  # fmt: skip
def test_a_file_that_is_damaged(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "out.holds.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert left(path) == 0
    assert "tells of no hosts" in caplog.text


def test_a_disk_that_takes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = Holds(tmp_path / "gone" / "out.holds.json")
    kept.keep("a.vn", 90, "Retry-After 90 s")
    assert kept.seconds_left("a.vn") > 80
    assert "will not know which hosts" in caplog.text


def test_without_a_feed() -> None:
    kept = Holds(None)
    kept.keep("a.vn", 90, "Retry-After 90 s")
    assert kept.seconds_left("a.vn") == 0
