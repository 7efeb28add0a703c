"""What a fleet remembers, in a real Redis: tries, rests, what is due, what was put aside."""

import time

import pytest

from newscrawl.fleet.rhythm import FIRST, back_off
from newscrawl.fleet.run import Result
from newscrawl.fleet.slices import Slice
from newscrawl.fleet.state import BUSY, State
from newscrawl.store.lease import Lease, site_lease
from tests.redis_server import RedisServer

pytestmark = pytest.mark.slow
RIA, KCNA, ARCHIVE = Slice("ria", since="2024-01-01"), Slice("kcna"), Slice(archive="a.warc.gz")
FAILED, BROKEN, DONE = (
    Result("failed", why="no listing answered"),
    Result("broken", why="killed"),
    Result("done", 8, 32),
)


@pytest.fixture
def state(redis: RedisServer) -> State:
    return State(redis.client(), "t")


def attempt(state: State, piece: Slice, result: Result, most: int = 3) -> float | None:
    return state.end(piece, result, state.begin(piece), most)


def test_a_site_that_fails_rests_longer_and_longer_until_it_does_not(state: State) -> None:
    for failures in (1, 2):
        attempt(state, RIA, FAILED)
        assert state.wait(RIA) == pytest.approx(back_off(failures), abs=30)
        assert state.wait(Slice("ria")) == pytest.approx(back_off(failures), abs=30), "all of its slices wait"
        assert state.wait(KCNA) == 0
    assert state.site("ria").why == "no listing answered"
    attempt(state, RIA, DONE)
    assert state.wait(RIA) == 0
    assert state.site("ria").failures == 0


def test_what_is_not_the_sites_doing_rests_the_slice_alone(state: State) -> None:
    assert attempt(state, RIA, BROKEN) == back_off(1)
    assert attempt(state, RIA, BROKEN) == back_off(2)
    assert state.wait(Slice("ria")) == 0
    assert attempt(state, ARCHIVE, FAILED) == back_off(1)


def test_put_aside_after_so_many_tries_and_sent_again(state: State) -> None:
    assert [attempt(state, ARCHIVE, BROKEN) for _ in range(3)] == [60, 120, None]
    assert state.aside() == {ARCHIVE.key: "broken, 3 times: killed"}
    assert state.again() == 1
    assert state.aside() == {}
    assert list(state.due()) == [ARCHIVE.key]
    assert attempt(state, ARCHIVE, BROKEN) == 60, "its tries begin anew"


def test_tries_that_take_the_worker_with_them_count(state: State) -> None:
    assert [state.begin(ARCHIVE) for _ in range(3)] == [1, 2, 3]
    state.put_aside(ARCHIVE, "no worker came to its end")
    assert state.begin(ARCHIVE) == 1


def test_a_slice_that_gets_on_goes_on(state: State) -> None:
    for _ in range(10):
        assert attempt(state, RIA, Result("stopped", 100, 5, "the time limit")) == 0
    assert state.aside() == {}
    assert [attempt(state, RIA, Result("stopped", 0, 5, "the time limit")) for _ in range(3)] == [0, 0, None]


def test_of_each_site_one_slice_is_due_and_none_of_one_that_is_crawled(state: State) -> None:
    pieces = [Slice("ria", since=f"2024-01-0{day}") for day in range(1, 4)]
    for piece in (*pieces, KCNA, ARCHIVE):
        state.later(piece, 0)
    state.later(Slice("vtv"), 60)
    due = list(state.due())
    assert set(due) == {pieces[0].key, KCNA.key, ARCHIVE.key}
    for key in due:
        state.sent(key)
    lease = Lease(state.redis, site_lease("t", "ria"), 60)
    assert lease.take() is None
    assert state.wait(RIA) == BUSY
    assert list(state.due()) == []
    lease.end()
    assert list(state.due()) == [pieces[1].key]
    assert state.beat_at() == pytest.approx(time.time(), abs=30)


def test_a_regular_crawl_stays_on_the_schedule(state: State) -> None:
    state.repeat(KCNA)
    (key,) = state.due()
    assert state.next(key) == FIRST
    state.sent(key)
    assert list(state.due()) == []
    assert state.waiting()[key] == pytest.approx(time.time() + FIRST, abs=30)
    attempt(state, KCNA, Result("done", 0, 40))
    assert state.waiting()[key] == pytest.approx(time.time() + 2 * FIRST, abs=30)
    attempt(state, Slice("kcna", since="2024-01-01"), Result("done", 40, 0))
    assert state.site("kcna").runs == [(0, 40)], "what was asked for by its days says nothing of a rhythm"
    assert state.stop("kcna") == 1
    assert state.waiting() == {}
    assert state.sites() == ["kcna"]


def test_a_lease_is_one_holders_until_it_ends_or_runs_out(redis: RedisServer) -> None:
    one, other = (Lease(redis.client(), "x", 0.2) for _ in range(2))
    assert one.take() is None
    assert other.take() == one.holder
    assert not other.keep()
    other.end()
    assert one.keep(), "nobody else ends it"
    deadline = time.monotonic() + 30
    while other.take() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not one.keep()
    one.end()
    assert other.keep() or other.take() is None
