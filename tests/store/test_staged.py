"""What is put aside comes back whole, part by part, and of one key in the order in which it was put."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.store import staged

ROWS = st.tuples(
    st.binary(min_size=2, max_size=3),
    st.none() | st.binary(max_size=17),
    st.integers(0, 1 << 31),
    st.integers(-1, 1 << 62),
)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as found:
        yield found


def tables(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM sqlite_master")]


@given(st.lists(st.lists(ROWS, max_size=30), max_size=5), st.integers(1, 20))
def test_all_comes_back_in_order(pieces: list[list[staged.Row]], most: int) -> None:
    put = [row for rows in pieces for row in rows]
    with closing(sqlite3.connect(":memory:")) as db:
        for rows in pieces or [[]]:
            staged.put(db, rows)
        taken = [row for rows in staged.take(db, most) for row in rows]
        assert sorted(taken, key=lambda row: row[0][0]) == taken
        for key in {row[0] for row in put}:
            assert [row for row in taken if row[0] == key] == [row for row in put if row[0] == key]
        assert len(taken) == len(put)
        assert not tables(db)


def test_of_a_large_part_no_more_than_asked_for_at_once(db: sqlite3.Connection) -> None:
    rows = [(bytes([0, number]), None, 0, number) for number in range(90)]
    for start in range(0, 90, 10):
        staged.put(db, rows[start : start + 10])
    taken = [some for some in staged.take(db, 20) if some]
    assert taken == [rows[:20], rows[20:40], rows[40:60], rows[60:80], rows[80:]]


def test_room_is_given_back_as_rows_are_taken(db: sqlite3.Connection) -> None:
    staged.put(db, [(bytes([number % 256, number // 256]), bytes(100), 0, 0) for number in range(20_000)])
    free = []
    for _ in staged.take(db, 1000):
        free.append(db.execute("PRAGMA freelist_count").fetchone()[0])
    assert free == sorted(free)
    assert 0 < free[0] < free[100] < free[-1]


def test_what_a_killed_run_put_aside_is_forgotten(db: sqlite3.Connection) -> None:
    staged.clear(db)
    staged.put(db, [(b"ab", None, 0, 1)])
    staged.clear(db)
    assert not tables(db)
    staged.put(db, [(b"ab", None, 0, 2)])
    assert [rows for rows in staged.take(db, 9) if rows] == [[(b"ab", None, 0, 2)]]


@pytest.mark.parametrize("damage", [b"", b"\xff" * 9, staged._encode([(b"ab", "no bytes", 0, 1)]), None])
def test_damage_is_damage_of_the_database(db: sqlite3.Connection, damage: bytes | None) -> None:
    staged.put(db, [(b"ab", None, 0, 1)])
    db.execute("UPDATE staged SET rows = ?", ("text" if damage is None else damage,))
    with pytest.raises(sqlite3.DatabaseError, match="put aside"):
        list(staged.take(db, 9))
