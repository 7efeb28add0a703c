"""The index follows the feed, whatever happens to either."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.store import seen, staged
from newscrawl.store.seen import TAIL_BYTES, Entry, Known, SeenStore
from newscrawl.store.shared import SharedStore
from tests.redis_server import RedisServer
from tests.support import ROOT


def entry_of(line: dict[str, Any]) -> Entry:
    return Entry(line["url"], line["source_key"], line["id"], line["content_hash"], line["revision"])


def line(number: int, revision: int = 1) -> bytes:
    record = {
        "url": f"u{number}",
        "source_key": f"k{number}",
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
    assert [store.known_from(f"u{number}") for number in range(3)] == ["known", "repeated", "elsewhere"]
    store.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_damaged_index_is_rebuilt(tmp_path: Path, stores: Stores, damage: bytes | None) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"".join(map(line, range(200))))
    assert len(known(tmp_path, 200, stores)) == 200
    index = tmp_path / "out.seen.db"
    whole = index.read_bytes()
    index.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096) if damage is None else damage)
    assert len(known(tmp_path, 200, stores)) == 200


@pytest.mark.parametrize("before", [0, 1])
def test_a_feed_that_cannot_be_read_to_its_end(tmp_path: Path, stores: Stores, before: int) -> None:
    """What a fault of the disk kept from the index is read when the disk is well again."""
    feed, index = tmp_path / "out.jsonl.gz", tmp_path / "out.seen.db"
    pieces = [gzip.compress(b"".join(map(line, range(start, start + 900)))) for start in range(0, 3600, 900)]
    sound, hurt = b"".join(pieces), len(pieces[0] + pieces[1]) + 12
    assert len(sound) - hurt > 2 * TAIL_BYTES, "the fault lies before what a feed is known again by"
    feed.write_bytes(b"".join(pieces[:before]))
    store = stores(index)
    store.follow(feed)
    store.close()
    feed.write_bytes(sound[:hurt] + b"\xff" * 8 + sound[hurt + 8 :])
    store = stores(index)
    with pytest.raises(OSError, match="damaged"):
        store.follow(feed)
    store.close()
    feed.write_bytes(sound)
    store = stores(index)
    store.follow(feed)
    assert [number for number in range(3600) if not store.has_page(f"u{number}")] == []
    store.close()


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
            store.add(entry_of(json.loads(line(number))), offset=feed.stat().st_size - len(line(number)))
            store.close()
        else:
            store._db.close()  # as a kill would
    assert known(tmp_path, 21, stores) == sorted({number for _, number in history})


@given(
    st.lists(st.tuples(st.sampled_from(["write", "kill", "elsewhere"]), st.integers(0, 9)), max_size=40),
    st.integers(1, 9),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_line_counts_wherever_its_rows_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[tuple[str, int]], rows: int
) -> None:
    """Rows that wait, are fresh, are moved or are put aside: what a record's last line says hides the others."""
    monkeypatch.setattr(seen, "ROWS", rows)
    feed, revisions, offsets = tmp_path / "out.jsonl", dict[int, int](), dict[int, int]()
    feed.write_bytes(b"")
    (tmp_path / "out.seen.db").unlink(missing_ok=True)
    store = opened(tmp_path)
    for what, number in history:
        revisions[number], offsets[number] = revisions.get(number, 0) + 1, feed.stat().st_size
        if what == "elsewhere":
            store.close()
        with feed.open("ab") as file:
            file.write(line(number, revisions[number]))
        if what == "write":
            store.add(entry_of(json.loads(line(number, revisions[number]))), offset=offsets[number])
            continue
        if what == "kill":
            store._db.close()
        store = opened(tmp_path)
    for number in range(10):
        found = store.find(f"i{number}")
        assert (found and (found.revision, found.offset)) == (
            (revisions[number], offsets[number]) if number in revisions else None
        )
        line_found = store.page_line(f"u{number}")
        assert (line_found and line_found["revision"]) == revisions.get(number)
    store.close()


def test_a_slice_at_a_time_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "ROWS", 32)
    (tmp_path / "out.jsonl").touch()
    store = opened(tmp_path)
    for number in range(600):
        store.add(Entry(f"u{number}", f"k{number}", f"i{number}", "0" * 32, 1), offset=1 + number)
    counts = [store._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("fresh", "seen")]
    assert sum(counts) + len(store._new) == 3 * 600
    (oldest,) = store._db.execute("SELECT min(start) FROM fresh WHERE start").fetchone()
    assert oldest > 600 - (seen.SLICES + 2) * 32 / 3
    assert all(store.has_page(f"u{number}") for number in range(600))
    store.close()


@pytest.mark.parametrize("before", [0, 30])
def test_a_run_killed_while_it_reads_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """Rows that were put aside are of no use to the next run, which may read another feed."""
    monkeypatch.setattr(seen, "ROWS", 30)
    feed, lines = tmp_path / "out.jsonl", list(map(line, range(200)))
    feed.write_bytes(b"".join(lines[:before]))
    opened(tmp_path).close()
    feed.write_bytes(b"".join(lines))
    store = SQLITE(tmp_path / "out.seen.db")
    with monkeypatch.context() as patch:
        patch.setattr(staged, "take", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.follow(feed)
    assert store._db.execute("SELECT count(*) FROM staged").fetchone()[0] > 0
    store._db.close()
    feed.write_bytes(b"".join(lines[:120]))
    assert known(tmp_path, 200) == list(range(120))
    store = opened(tmp_path)
    assert not store._db.execute("SELECT * FROM sqlite_master WHERE name = 'staged'").fetchall()
    store.close()


@pytest.mark.parametrize("record_id", ["0123456789abcdef0123", "0123456789ABCDEF0123", "01 23", "i0", "", "báo"])
def test_ids_come_back_as_they_were(record_id: str) -> None:
    store = SeenStore(None, entry_of)
    store.add(Entry("p", "r", record_id, "0" * 32, 1, "t"))
    assert store.id_of_text("t") == record_id
    assert store.id_of_text("p") is None
    store.close()


def test_an_index_that_cannot_be_written_is_made_in_memory(tmp_path: Path) -> None:
    """A limit on the size of files is a full disk for one process."""
    (tmp_path / "out.jsonl").write_bytes(b"".join(map(line, range(3000))))
    program = (
        "import logging, resource, sys\nfrom pathlib import Path\nfrom newscrawl.store import seen\n"
        "from tests.store.test_seen import entry_of\nlogging.basicConfig()\nseen.ROWS = 900\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))\n"
        "store = seen.SeenStore(Path('out.seen.db'), entry_of)\nstore.follow(Path('out.jsonl'))\n"
        "assert all(store.has_page(f'u{number}') for number in range(3000))\n"
        "assert not store.has_page('u3000')\nstore.close()\n"
    )
    said = []
    for limit in (200_000, 10_000_000):
        done = subprocess.run([sys.executable, "-c", program, str(limit)], cwd=tmp_path, text=True, check=True,
                              stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
        said.append(done.stderr)
    assert "out.seen.db cannot be written" in said[0]
    assert not said[1]


def test_memory_without_a_feed() -> None:
    store = SeenStore(None, entry_of)
    store.add(Entry("p", "r", "i", "0" * 32, 1))
    assert store.has_page("p")
    assert store.has_record("r")
    assert store.find("i") == Known("0" * 32, 1, -1)
    assert not store.has_page("r")
    assert store.known_from("p") == "repeated"
    assert store.known_from("r") == "elsewhere"
    assert store.page_line("p") is None
    store.close()
