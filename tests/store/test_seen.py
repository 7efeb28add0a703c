"""The index follows the feed, whatever happens to either."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.store.seen import Entry, Known, SeenStore
from newscrawl.store.shared import SharedStore
from tests.redis_server import RedisServer


def entry_of(line: dict[str, Any]) -> Entry:
    return Entry(line["url"], line["key"], line["id"], line["content_hash"], line["revision"])


def line(number: int, revision: int = 1) -> bytes:
    record = {
        "url": f"u{number}",
        "key": f"k{number}",
        "id": f"i{number}",
        "content_hash": f"{revision:032x}",
        "revision": revision,
    }
    return (json.dumps(record) + "\n").encode()


class Stores:
    """Makes stores of one kind: SQLite beside the feed, or with a real Redis."""

    def __init__(self, redis: RedisServer | None) -> None:
        self.redis, self.number = redis, 0

    def empty(self) -> None:
        self.number += 1

    def __call__(self, path: Path) -> SeenStore:
        if self.redis is None:
            return SeenStore(path, entry_of)
        return SharedStore(path, entry_of, url=self.redis.url, prefix=f"test{self.number}")


SQLITE = Stores(None)


@pytest.fixture(params=["sqlite", "redis"])
def stores(request: pytest.FixtureRequest) -> Stores:
    return Stores(request.getfixturevalue("redis") if request.param == "redis" else None)


def opened(tmp_path: Path, make: Callable[[Path], SeenStore] = SQLITE) -> SeenStore:
    store = make(tmp_path / "out.seen.db")
    store.follow(tmp_path / "out.jsonl")
    return store


def known(tmp_path: Path, count: int, make: Callable[[Path], SeenStore] = SQLITE) -> list[int]:
    store = opened(tmp_path, make)
    found = [number for number in range(count) if store.has_page(f"u{number}")]
    assert found == [number for number in range(count) if store.has_record(f"k{number}") and store.find(f"i{number}")]
    store.close()
    return found


def test_made_from_the_feed_and_rebuilt_from_it(tmp_path: Path) -> None:
    feed, index = tmp_path / "out.jsonl", tmp_path / "out.seen.db"
    feed.write_bytes(line(0) + line(1))
    assert known(tmp_path, 4) == [0, 1]
    feed.write_bytes(feed.read_bytes() + line(2))  # written by another program
    assert known(tmp_path, 4) == [0, 1, 2]
    feed.write_bytes(line(3) + line(2) + line(1) + line(0))  # another feed of that name, longer
    assert known(tmp_path, 4) == [0, 1, 2, 3]
    feed.write_bytes(line(1) + line(2) + line(3) + line(3))  # and one of that length
    assert known(tmp_path, 4) == [1, 2, 3]
    feed.write_bytes(line(3))
    assert known(tmp_path, 4) == [3]
    index.unlink()
    assert known(tmp_path, 4) == [3]


def test_what_is_written_since_the_start_is_told_apart(tmp_path: Path, stores: Stores) -> None:
    feed = tmp_path / "out.jsonl"
    feed.write_bytes(line(0))
    store = opened(tmp_path, stores)
    store.add(Entry("u1", "k1", "i1", "0" * 32, 1), offset=len(line(0)))
    assert [store.is_new(f"u{number}") for number in range(3)] == [False, True, False]
    store.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_damaged_index_is_rebuilt(tmp_path: Path, stores: Stores, damage: bytes | None) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"".join(map(line, range(200))))
    assert len(known(tmp_path, 200, stores)) == 200
    index = tmp_path / "out.seen.db"
    whole = index.read_bytes()
    index.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096) if damage is None else damage)
    assert len(known(tmp_path, 200, stores)) == 200


def test_lines_that_are_no_records_are_counted(tmp_path: Path, stores: Stores) -> None:
    (tmp_path / "out.jsonl").write_bytes(line(0) + b"\n[]\nnull\n{}\n{not json\n" + line(1))
    store = opened(tmp_path, stores)
    assert store.bad_lines == 4
    store.close()
    assert known(tmp_path, 3, stores) == [0, 1]


def test_last_revision_counts(tmp_path: Path, stores: Stores) -> None:
    (tmp_path / "out.jsonl").write_bytes(line(0) + line(0, 2))
    store = opened(tmp_path, stores)
    assert store.find("i0") == Known(f"{2:032x}", 2, len(line(0)))
    store.add(Entry("u0", "k0", "i0", f"{3:032x}", 3), offset=999)
    assert store.find("i0") == Known(f"{3:032x}", 3, 999)
    store.close()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=25))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_index_is_the_feed_after_any_history(tmp_path: Path, stores: Stores, history: list[tuple[bool, int]]) -> None:
    """Runs that end well or are cut off after a write: the next one knows exactly what is in the feed."""
    feed = tmp_path / "out.jsonl"
    feed.write_bytes(b"")
    stores.empty()
    (tmp_path / "out.seen.db").unlink(missing_ok=True)
    for ends_well, number in history:
        store = opened(tmp_path, stores)
        with feed.open("ab") as file:
            file.write(line(number))
        if ends_well:
            store.add(entry_of(json.loads(line(number))))
            store.close()
        else:
            store._db.close()  # as a kill would
    assert known(tmp_path, 21, stores) == sorted({number for _, number in history})


def test_memory_without_a_feed() -> None:
    store = SeenStore(None, entry_of)
    store.add(Entry("p", "r", "i", "0" * 32, 1))
    assert store.has_page("p")
    assert store.has_record("r")
    assert store.find("i") == Known("0" * 32, 1, -1)
    assert not store.has_page("r")
    assert store.is_new("p")
    assert not store.is_new("r")
    assert store.page_line("p") is None
    store.close()
