"""What came of a slice, by the books of its run."""

from typing import Any

import pytest

from newscrawl.fleet.run import Result, judge


def manifest(
    state: str = "finished", reason: str | None = "finished", errors: tuple[str, ...] = (), **rejected: int
) -> dict[str, Any]:
    outcomes = {
        "new": 5,
        "revised": 1,
        "withdrawn": 0,
        "known": 10,
        "duplicate": 2,
        "unchanged": 0,
        "rejected": rejected,
    }
    return {"state": state, "reason": reason, "errors": list(errors), "outcomes": outcomes}


@pytest.mark.parametrize(
    ("books", "code", "stopped", "state"),
    [
        (manifest(), 0, "", "done"),
        (manifest(http_error=3), 0, "", "done"),
        (manifest(claimed=1), 0, "", "broken"),
        (manifest("aborted", "finished", ("x",), store_unavailable=1), 1, "", "broken"),
        (manifest("aborted", "finished", ("no listing answered",)), 1, "", "failed"),
        (manifest("aborted", "shutdown", ("x",)), 1, "", "stopped"),
        (manifest("aborted", "shutdown", ("x",)), 1, "the time limit of a slice", "stopped"),
        (manifest("aborted", None), -9, "the time limit of a slice", "stopped"),
        (manifest("aborted", None), -9, "", "broken"),
        (manifest("aborted", "store_lost", ("x",)), 1, "", "broken"),
        (manifest("aborted", "memusage_exceeded", ("x",)), 1, "", "broken"),
        (manifest(), 0, "the time limit of a slice", "done"),
        (manifest(), 1, "", "refused"),
        (None, 1, "", "refused"),
        (None, 2, "", "refused"),
        (None, -9, "", "broken"),
    ],
)  # fmt: skip
def test_what_came_of_it(books: dict[str, Any] | None, code: int, stopped: str, state: str) -> None:
    found = judge(books, code, stopped)
    assert found.state == state
    assert (found.why == "") == (state == "done")
    if state in ("done", "failed", "stopped"):
        assert (found.new, found.known) == (6, 12)


def test_the_reason_is_what_the_run_says() -> None:
    assert judge(manifest("aborted", "finished", ("a", "b")), 1) == Result("failed", 6, 12, "a; b")
