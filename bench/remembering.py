"""Remembering: what a known address and a new line cost in a large index, and how fast it starts and is rebuilt."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from scrapy.http import HtmlResponse

from bench.limit import Finisher
from bench.long import rss
from bench.pages import pages
from bench.reading import HEADERS
from bench.rows import Row
from newscrawl.feed.books import Books
from newscrawl.feed.lines import to_line
from newscrawl.store import seen
from newscrawl.store.near import text_of
from newscrawl.store.seen import NEAR_BYTES, Entry, SeenStore
from newscrawl.text.identity import short_hash


def remembering(addresses: int, feed_bytes: int) -> list[Row]:
    """Measure an index of so many addresses, and one made from a feed of so many bytes."""
    marks = list(index(addresses))
    last, middle = marks[-1], marks[len(marks) // 2]
    known = sorted(mark.known for mark in marks)
    note = f"at {addresses:,} addresses; CPU time, of tenths of the run the last"
    details = {"marks": [mark._asdict() for mark in marks]}
    rows = [
        Row("Remembering", "a known link", last.known, "µs", goal=15, low=known[0], high=known[-1], note=note, details=details,
            curve=tuple((m.lines, m.known) for m in marks), along="addresses"),
        Row("Remembering", "a new line", last.new, "µs", goal=60, low=min(m.new for m in marks), high=max(m.new for m in marks), note=note,
            curve=tuple((m.lines, m.new) for m in marks), along="addresses"),
        Row("Remembering", "memory at the end, to that half way", last.memory / middle.memory, "×", goal=1.1),
        Row("Remembering", "memory", last.memory, "MB", curve=tuple((m.lines, m.memory) for m in marks), along="addresses"),
        Row("Remembering", "disk", last.disk, "MB", curve=tuple((m.lines, m.disk) for m in marks), along="addresses"),
    ]  # fmt: skip
    return rows + _feed(feed_bytes)


class Mark(NamedTuple):
    """What an index of so many lines costs."""

    lines: int
    new: float
    """Microseconds of CPU time a line added, over the tenth before."""
    known: float
    """Microseconds of CPU time to find an address that it has."""
    disk: float
    """MB."""
    memory: float
    """MB, of the process."""


def index(lines: int) -> Iterator[Mark]:
    """Fill an index with so many lines, and tell at each tenth what it costs."""
    with tempfile.TemporaryDirectory(prefix="bench-index-") as folder:
        path = Path(folder) / "out.seen.db"
        store = SeenStore(path, lambda line: Entry("", "", "", "", 1))
        step, begun = max(1, lines // 10), time.process_time()
        for number in range(lines):
            key = f"ria.ru/{number}"
            store.add(
                Entry(key, f"{key} ru original", short_hash(key), short_hash(key) + "0" * 12, 1, f"ria ru {key}"),
                None,
                number,
            )
            if (number + 1) % step == 0:
                added = (time.process_time() - begun) / step * 1e6
                store.commit()
                start = time.process_time()
                found = sum(store.has_page(f"ria.ru/{at}") for at in range(0, number + 1, max(1, number // 20_000)))
                each = (time.process_time() - start) / found * 1e6
                size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
                yield Mark(number + 1, added, each, size, rss(os.getpid()) or 0.0)
                begun = time.process_time()
        store.close()


def _feed(size: int) -> list[Row]:
    finisher = Finisher(remember=False)
    lines = [json.loads(finisher.finish(HtmlResponse(page.url, 200, HEADERS, page.html))) for page in pages(50)]
    with tempfile.TemporaryDirectory(prefix="bench-feed-", dir=".") as name:
        feed, path = Path(name) / "out.jsonl", Path(name) / "out.seen.db"
        count = _write(feed, lines, size)
        fast = max(0, size - NEAR_BYTES)
        cpu, wall = _follow(finisher.books, feed, path)
        _, fresh = _follow(finisher.books, feed, path)
        path.unlink()
        # Of a feed's last bytes texts are fingerprinted too; what that costs is told apart, since it is the same always.
        plain, _ = _follow(finisher.books, feed, path, texts=False)
    details = {"bytes": size, "lines": count, "CPU seconds": cpu, "wall seconds": wall, "CPU seconds without fingerprints": plain,
               "bytes fingerprinted": size - fast}  # fmt: skip
    whole = 10_000 / (
        10_000 / (size / 1e6) * plain + (cpu - plain) * min(1.0, NEAR_BYTES / size) * NEAR_BYTES / min(size, NEAR_BYTES)
    )
    return [
        Row("Remembering", "start with the index fresh", fresh, "s", goal=2, note=f"a feed of {size / 1e9:.1f} GB, {count:,} lines", details=details),
        Row("Remembering", "rebuild of the index", size / 1e6 / plain, "MB/s", goal=150, at_least=True, note="CPU time; without fingerprints"),
        Row("Remembering", "rebuild of the index of 10 GB, fingerprints of the last 256 MB included", whole, "MB/s", goal=150, at_least=True,
            note="reckoned from the feed measured" if size < 10_000_000_000 else ""),
    ]  # fmt: skip


def _write(feed: Path, lines: list[dict[str, object]], size: int) -> int:
    """Write lines until there are ``size`` bytes, each with an address of its own; return how many."""
    heads = []
    for line in lines:  # what differs is replaced in the bytes: to write JSON takes longer than to read it
        marked = line | {
            "url": "https://vnexpress.net/@N-@N.html",
            "source_key": "vnexpress.net/@N",
            "id": "@I",
            "content_hash": "@I@N@N",
        }
        heads.append(to_line(marked))
    count = 0
    with feed.open("wb", 1 << 20) as file:
        while file.tell() < size:
            number, key = b"%07d" % (count % 10_000_000), short_hash(str(count)).encode()
            file.write(
                heads[count % len(heads)]
                .replace(b"@I@N@N", key + b"%012d" % count)
                .replace(b"@I", key)
                .replace(b"@N", number)
            )
            count += 1
    return count


def _follow(books: Books, feed: Path, path: Path, *, texts: bool = True) -> tuple[float, float]:
    """Index a feed; without ``texts`` as if each line stood before the bytes whose texts are fingerprinted."""
    with patch.object(seen, "NEAR_BYTES", NEAR_BYTES if texts else 0):
        cpu, wall = sum(os.times()[:4]), time.perf_counter()  # that of other processes included
        store = SeenStore(path, books.entry_of, text_of)
        store.follow(feed)
        spent = sum(os.times()[:4]) - cpu, time.perf_counter() - wall
    assert not store.bad_lines
    store.close()
    return spent
