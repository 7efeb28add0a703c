"""The index that feeds of several machines share: each told once, claims, and a Redis that forgets or goes away."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.feed.lines import LineFile
from newscrawl.store.seen import Claim, Known, SeenStore, StoreUnavailable, check_store
from newscrawl.store.shared import CHUNK, SharedStore, empty
from tests.redis_server import RedisServer
from tests.store.test_seen import entry_of, line

pytestmark = pytest.mark.slow


class Machine:
    """One feed, and the store as a run on it opens it."""

    def __init__(self, folder: Path, redis: RedisServer, name: str, lease: float = 60) -> None:
        self.feed, self.redis, self.lease = folder / f"{name}.jsonl", redis, lease
        self.feed.touch()
        self.said: list[str] = []

    def open(self, *, anew: bool = False) -> SharedStore:
        store = SharedStore(self.feed.with_suffix(".seen.db"), entry_of, url=self.redis.url, prefix="t", lease=self.lease,
                            on_lost=self.said.append)  # fmt: skip
        store.follow(self.feed, anew=anew)
        return store

    def write(self, number: int, revision: int = 1) -> None:
        with self.feed.open("ab") as file:
            file.write(line(number, revision))


def add(store: SeenStore, number: int, revision: int = 1) -> None:
    assert store._feed is not None
    text = line(number, revision)
    store.add(entry_of(json.loads(text)), offset=store._feed.stat().st_size - len(text))


def claim(number: int, revision: int = 0, text: str | None = None) -> Claim:
    return Claim(f"i{number}", revision, (f"k{number}", f"k{number} original"), text)


def test_a_line_is_known_to_all_once_it_is_told(tmp_path: Path, redis: RedisServer) -> None:
    one, other = (Machine(tmp_path, redis, name) for name in "ab")
    first, second = one.open(), other.open()
    one.write(1)
    assert not second.has_page("u1")
    add(first, 1)
    assert second.has_page("u1")
    assert second.has_record("k1")
    assert second.find("i1") == Known(f"{1:032x}", 1, -1)
    assert second.known_from("u1") == "elsewhere"
    assert first.find("i1") is not None
    assert second.claim(claim(1)) == "duplicate"
    assert second.claim(claim(1, revision=1)) is None, "but it may be revised"
    for store in (first, second):
        store.close()


@pytest.mark.parametrize("lines", [1, 2 * CHUNK + 3])
def test_what_was_not_told_is_told_on_opening(tmp_path: Path, redis: RedisServer, lines: int) -> None:
    """Killed between line and telling: the run that opens the feed next tells, and another run before does not know."""
    one, other = (Machine(tmp_path, redis, name) for name in "ab")
    one.open().close()
    for number in range(lines):
        one.write(number)
    second = other.open()
    assert not second.has_page("u0")
    first = one.open()
    assert first.late == lines
    assert all(second.has_page(f"u{number}") for number in range(lines))
    first.close()
    again = one.open()
    assert (again.late, again.twice) == (0, 0)
    again.close()
    second.close()


def test_one_claim_an_article(tmp_path: Path, redis: RedisServer) -> None:
    one, other = (Machine(tmp_path, redis, name).open() for name in "ab")
    assert one.claim(claim(1, text="t")) is None
    assert one.claim(claim(1, text="t")) is None, "its own"
    assert other.claim(claim(1)) == "claimed"
    assert other.claim(claim(2, text="t")) == "claimed", "another page with the same text"
    assert other.claim(Claim("i9", 0, ("k9", "k1"), None)) == "claimed", "the original of a copy"
    assert other.claim(claim(3)) is None
    one.release("i1")
    assert other.claim(claim(1, text="t")) is None
    one.close()
    other.close()


def test_claims_of_a_lost_worker_end_when_its_feed_is_opened(tmp_path: Path, redis: RedisServer) -> None:
    machine, other = Machine(tmp_path, redis, "a"), Machine(tmp_path, redis, "b").open()
    lost = machine.open()
    assert lost.claim(claim(1)) is None
    assert lost.claim(claim(2)) is None
    machine.write(1)
    lost._db.close()  # as a kill would
    assert [other.claim(claim(number)) for number in (1, 2)] == ["claimed", "claimed"]
    machine.open().close()
    assert [other.claim(claim(number)) for number in (1, 2)] == ["duplicate", None]
    other.close()


def test_claims_of_a_worker_that_stays_away_run_out_and_its_line_is_counted(tmp_path: Path, redis: RedisServer) -> None:
    machine, other = Machine(tmp_path, redis, "a", lease=0), Machine(tmp_path, redis, "b")
    lost = machine.open()
    assert lost.claim(claim(1)) is None
    machine.write(1)
    lost._db.close()
    store = other.open()
    assert store.claim(claim(1)) is None, "nothing is lost"
    other.write(1)
    add(store, 1)
    back = machine.open()
    assert back.twice == 1, "and what is there twice is told"
    store.close()
    back.close()


def test_an_older_revision_told_late_takes_nothing_back(tmp_path: Path, redis: RedisServer) -> None:
    one, other = (Machine(tmp_path, redis, name) for name in "ab")
    one.open().close()
    one.write(1)
    second = other.open()
    other.write(1, 3)
    add(second, 1, 3)
    one.open().close()
    assert second.find("i1") == Known(f"{3:032x}", 3, 0)
    second.close()


def test_emptied_between_runs(tmp_path: Path, redis: RedisServer) -> None:
    one, other = (Machine(tmp_path, redis, name) for name in "ab")
    for machine, number in ((one, 1), (other, 2)):
        machine.write(number)
        machine.open().close()
    with redis.client() as client:
        client.flushall()
    with pytest.raises(StoreUnavailable, match=r"was emptied.*scrapy remember"):
        one.open()
    for machine in (one, other):
        machine.open(anew=True).close()
    store = one.open()
    assert store.has_page("u2")
    store.close()


@pytest.mark.parametrize("step", ["claim", "add"])
def test_emptied_or_set_back_in_mid_run(tmp_path: Path, redis: RedisServer, step: str) -> None:
    machine = Machine(tmp_path, redis, "a")
    machine.write(0)
    store = machine.open()
    with redis.client() as client:
        before = client.hgetall("t:feeds")
        machine.write(1)
        add(store, 1)
        client.hset("t:feeds", mapping=before)  # a copy from before that line was put back
    if step == "claim":
        assert store.claim(claim(2)) == "store_unavailable"
    else:
        machine.write(2)
        add(store, 2)
    assert len(machine.said) == 1
    assert "another end of this feed" in machine.said[0]
    store.close()
    again = machine.open()
    assert again.late == (1 if step == "claim" else 2)
    again.close()


def test_gone_in_mid_run_is_said_once_and_grants_nothing(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        machine = Machine(tmp_path, redis, "a")
        store = machine.open()
        machine.write(1)
        redis.stop()
        add(store, 1)
        assert store.has_page("u1"), "of its own feed it knows"
        assert not store.has_page("u2")
        assert store.claim(claim(2)) == "store_unavailable"
        assert len(machine.said) == 1
        store.close()
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            machine.open()
        redis.start()
        again = machine.open(anew=True)
        assert again.late == 1
        again.close()


def test_a_store_that_drops_keys_is_refused(tmp_path: Path, redis: RedisServer) -> None:
    with redis.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            with pytest.raises(StoreUnavailable, match="noeviction"):
                Machine(tmp_path, redis, "a").open()
        finally:
            client.config_set("maxmemory-policy", "noeviction")


def test_a_full_store_is_lost_not_silent(tmp_path: Path, redis: RedisServer) -> None:
    machine = Machine(tmp_path, redis, "a")
    store = machine.open()
    with redis.client() as client:
        client.config_set("maxmemory", 1)
        try:
            assert store.claim(claim(1)) == "store_unavailable"
        finally:
            client.config_set("maxmemory", 0)
    assert "maxmemory" in machine.said[0]
    store.close()


def test_begun_anew(tmp_path: Path, redis: RedisServer) -> None:
    one, other = (Machine(tmp_path, redis, name) for name in "ab")
    for machine, number in ((one, 1), (other, 2)):
        machine.write(number)
        machine.open().close()
    store = one.open()
    store.forget(one.feed)
    store.close()
    one.feed.write_bytes(b"")
    store = one.open()
    assert not store.has_page("u1")
    assert store.has_page("u2")
    store.close()


def test_another_feed_of_that_name_is_told_whole(tmp_path: Path, redis: RedisServer) -> None:
    machine = Machine(tmp_path, redis, "a")
    machine.write(1)
    machine.open().close()
    machine.feed.write_bytes(line(2) + line(3))
    store = machine.open()
    assert store.late == 2
    assert store.has_page("u1"), "a feed may be moved away: what it told stays known"
    store.close()


@pytest.mark.parametrize("lines", [1, 2, CHUNK + 1])
@pytest.mark.parametrize("late", [False, True])
def test_a_last_line_that_is_gone_again_is_taken_back(
    tmp_path: Path, redis: RedisServer, lines: int, late: bool
) -> None:
    """As a power cut leaves it where the disk had not taken what it said it had."""
    machine, other = (Machine(tmp_path, redis, name) for name in "ab")
    store = machine.open()
    for number in range(1, lines + 1):
        machine.write(number)
        if not late:
            add(store, number)
    store.close()
    machine.open().close()
    os.truncate(machine.feed, machine.feed.stat().st_size - 5)
    with closing(LineFile(machine.feed)) as file:
        assert file.torn
    store, second = machine.open(), other.open()
    for asked in (store, second):
        assert not asked.has_page(f"u{lines}")
        assert not asked.has_record(f"k{lines}")
        assert asked.find(f"i{lines}") is None
        assert asked.has_page("u1") == (lines > 1)
    assert store.claim(claim(lines)) is None
    machine.write(lines)
    add(store, lines)
    assert second.has_page(f"u{lines}")
    store.close()
    store = machine.open()
    assert (store.late, store.twice) == (0, 0)
    store.close()
    second.close()


def test_a_revision_that_is_gone_again_leaves_what_it_replaced(tmp_path: Path, redis: RedisServer) -> None:
    machine, other = (Machine(tmp_path, redis, name) for name in "ab")
    second = other.open()
    other.write(1)
    add(second, 1)
    machine.write(2)
    machine.write(1, revision=2)
    machine.open().close()
    machine.feed.write_bytes(line(2))
    store = machine.open()
    assert store.has_page("u1")
    assert store.find("i1") == Known("0" * 32, 1, -1)
    assert store.claim(claim(1, revision=1)) is None
    store.close()
    second.close()


def test_more_lines_gone_than_one_is_said(tmp_path: Path, redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine(tmp_path, redis, "a")
    for number in (1, 2, 3):
        machine.write(number)
    machine.open().close()
    machine.feed.write_bytes(line(1))
    store = machine.open()
    assert "scrapy remember --anew" in caplog.text
    assert store.has_page("u3")
    store.close()


def test_a_feed_of_one_line_that_is_moved_away_stays_known(tmp_path: Path, redis: RedisServer) -> None:
    machine = Machine(tmp_path, redis, "a")
    machine.write(1)
    machine.open().close()
    machine.feed.rename(tmp_path / "old.jsonl")
    machine.feed.touch()
    store = machine.open()
    assert store.has_page("u1")
    store.close()


def test_emptied_on_purpose_leaves_what_is_others(tmp_path: Path, redis: RedisServer) -> None:
    machine = Machine(tmp_path, redis, "a")
    machine.write(1)
    machine.open().close()
    with redis.client() as client:
        client.set("other", "1")
        empty(redis.url, "t")
        assert client.keys() == [b"other"]


def test_addresses_of_stores() -> None:
    for url in ("memcached://x", "redis://", "localhost"):
        with pytest.raises(ValueError, match="no Redis address"):
            check_store(url)
    check_store("redis://me:secret@127.0.0.1:6379/0")
    check_store("unix:///run/redis.sock")


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    store = SharedStore(None, entry_of, url="redis://me:secret@127.0.0.1:1/0")
    (tmp_path / "a.jsonl").touch()
    with pytest.raises(StoreUnavailable) as told:
        store.follow(tmp_path / "a.jsonl")
    assert "secret" not in str(told.value)
    store.close()
