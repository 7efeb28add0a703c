"""Fingerprints that other processes make are those that would be made here."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from newscrawl.store import prints
from newscrawl.store.near import text_of
from newscrawl.store.prints import Prints
from newscrawl.store.seen import Entry, SeenStore
from newscrawl.text.fingerprint import fingerprint
from newscrawl.text.identity import short_hash

WORDS = "mưa bão lũ cầu phà chợ trường xã huyện tỉnh nông sản giá bán vụ mùa thợ gốm nghề khách bản núi sông".split()


def line(number: int) -> bytes:
    record = {
        "id": short_hash(str(number)),
        "body": " ".join(Random(number).choices(WORDS, k=120)) if number % 7 else "short",
        "crawled_at": "2026-03-02T09:00:00+00:00",
        "near_duplicate_of": short_hash("other") if number % 5 == 0 else None,
    }
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


@pytest.fixture
def feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A feed of which three processes read a part each, some of its lines spoiled."""
    monkeypatch.setattr(prints, "LEAST", 4000)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"".join(b"\xff{[\n" if number % 11 == 0 else line(number) for number in range(1, 60)))
    return path


def expected(feed: Path, start: int) -> dict[int, bytes]:
    found, offset = {}, 0
    for number, text in enumerate(feed.read_bytes().splitlines(keepends=True), 1):
        record = {} if number % 11 == 0 else json.loads(text)
        print_ = fingerprint(record["body"]) if record and record["near_duplicate_of"] is None else None
        if print_ is not None and offset >= start:
            found[offset] = print_
        offset += len(text)
    return found


@pytest.mark.parametrize("start", [0, 1, 700, len(line(1)), 5000])
def test_of_each_line_once(feed: Path, start: int) -> None:
    with Prints(feed, start) as made:
        assert len(made._workers) == 3
        assert made.made() == expected(feed, start) != {}


def test_of_few_lines_none(feed: Path) -> None:
    with Prints(feed, feed.stat().st_size - 7000) as made:
        assert made.made() == {}


def test_the_index_is_the_same_whoever_made_them(feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def texts(index: Path) -> list[tuple[object, ...]]:
        store = SeenStore(index, lambda line: Entry(line["id"], line["id"], line["id"], "0" * 32, 1), text_of)
        store.follow(feed)
        store.close()
        with closing(sqlite3.connect(index)) as db:
            return db.execute("SELECT * FROM texts").fetchall() + db.execute("SELECT * FROM near").fetchall()

    by_others = texts(feed.with_name("others.db"))
    with monkeypatch.context() as patched:
        patched.setattr(prints, "LEAST", 1 << 40)
        assert texts(feed.with_name("here.db")) == by_others
    with monkeypatch.context() as patched:
        patched.setattr(Prints, "__enter__", lambda made: [worker.kill() for worker, _ in made._workers] and made)
        assert texts(feed.with_name("killed.db")) == by_others
