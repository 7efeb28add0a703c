"""Near duplicates are found in the days around a text, and after the index was lost."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newscrawl.store.near import DAYS, Text, text_of
from newscrawl.store.seen import Entry, SeenStore
from newscrawl.text.fingerprint import fingerprint
from newscrawl.text.identity import short_hash

DAY = date(2024, 9, 14)


def text(seed: int, more: str = "") -> str:
    draw = random.Random(seed)
    return " ".join("".join(draw.choice("abcdeghiklmnoprstu") for _ in range(5)) for _ in range(200)) + more


def known(name: str, seed: int, days: int = 0, more: str = "") -> Text:
    print_ = fingerprint(text(seed, more))
    assert print_ is not None
    return Text(short_hash(name), (DAY + timedelta(days)).isoformat(), print_)


def add(store: SeenStore, found: Text) -> None:
    store.add(Entry(found.id, found.id, found.id, "0" * 32, 1), found)


def test_found_within_days() -> None:
    store = SeenStore(None, lambda line: Entry("", "", "", "", 1))
    add(store, known("a", 1))
    for apart in range(-9, 10):
        wanted = short_hash("a") if abs(apart) <= DAYS else None
        assert store.near_duplicate(known("b", 1, apart, " and a word more")) == wanted, apart
    assert store.near_duplicate(known("b", 2)) is None
    assert store.near_duplicate(known("a", 1)) is None, "itself, an earlier revision"
    store.close()


def test_the_most_alike_is_named() -> None:
    store = SeenStore(None, lambda line: Entry("", "", "", "", 1))
    add(store, known("far", 1, more=" " + text(5)[:400]))
    add(store, known("near", 1))
    assert store.near_duplicate(known("b", 1)) == short_hash("near")
    store.close()


def line(name: str, seed: int, **more: Any) -> bytes:
    record = {
        "id": short_hash(name),
        "body": text(seed),
        "published_on": DAY.isoformat(),
        "crawled_at": f"{DAY}T09:00:00+00:00",
    }
    return (json.dumps(record | more) + "\n").encode()


def test_made_again_from_the_feed(tmp_path: Path) -> None:
    feed, index = tmp_path / "out.jsonl", tmp_path / "out.seen.db"
    feed.write_bytes(line("a", 1) + line("b", 2, near_duplicate_of=short_hash("x")) + line("c", 3, body=None))

    def opened() -> SeenStore:
        store = SeenStore(index, lambda record: Entry(record["id"], record["id"], record["id"], "0" * 32, 1), text_of)
        store.follow(feed)
        return store

    for lost in (False, True, False):
        if lost:
            index.unlink()
        store = opened()
        assert store.near_duplicate(known("new", 1)) == short_hash("a")
        assert store.near_duplicate(known("new", 2)) is None, "what is itself a near duplicate is not named"
        assert store.bad_lines == 0
        store.close()
