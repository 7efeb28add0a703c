"""Feeds in parts: each line at one address, whatever fails between the journal and there."""

import json
from collections import Counter
from pathlib import Path
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.feed.delivery import Journal, Ledger
from newscrawl.feed.lines import LineFile
from tests.generated import DAY, ria_archive
from tests.support import read_feed, run_alone, scrapy

COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}")


class Place:
    """Somewhere else: keeps what is stored, and fails when told to, before or after it has stored."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails: str | None = None

    async def store(self, address: str, file: IO[bytes]) -> None:
        if self.fails == "before":
            raise OSError("out of reach")
        self.files[address] = file.read()
        if self.fails == "after":
            raise OSError("no answer")

    def lines(self) -> list[int]:
        return [json.loads(line)["n"] for data in self.files.values() for line in data.splitlines()]


def opened(folder: Path, place: Place) -> Journal:
    path = folder / "out.jsonl"
    journal = Journal(path, anew=False, store=place.store)
    journal.open(LineFile(path))
    return journal


def write(journal: Journal, number: int) -> None:
    assert journal.file is not None
    journal.file.write(b'{"n": %d}\n' % number)


STEPS = st.lists(
    st.one_of(
        st.just("line"),
        st.tuples(st.just("cut"), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.just("deliver"), st.sampled_from([None, "before", "after"])),
        st.just("killed"),
    ),
    max_size=30,
)


@given(STEPS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_at_one_address_after_any_history(tmp_path: Path, steps: list[object]) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    place, count = Place(), 0
    journal = opened(tmp_path, place)
    for step in (*steps, ("cut", "end"), ("deliver", None)):
        if step == "line":
            write(journal, count)
            count += 1
        elif step == "killed":
            journal.close()
            journal = opened(tmp_path, place)
        elif step[0] == "cut":  # type: ignore[index]
            journal.cut(step[1])  # type: ignore[index]
        else:
            place.fails = step[1]  # type: ignore[index]
            run_alone(journal.deliver())
    assert Counter(place.lines()) == Counter(range(count))
    assert not journal.is_behind
    assert journal.stored_until == (tmp_path / "out.jsonl").stat().st_size
    journal.close()


def test_parts_of_one_address_stand_there_together(tmp_path: Path) -> None:
    place = Place()
    for number, day in enumerate(("monday", "monday", "tuesday", "monday")):
        journal = opened(tmp_path, place)
        write(journal, number)
        journal.cut(day)
        run_alone(journal.deliver())
        journal.close()
    assert place.files == {"monday": b'{"n": 0}\n{"n": 1}\n{"n": 3}\n', "tuesday": b'{"n": 2}\n'}


def test_what_fails_is_said_and_waits(tmp_path: Path) -> None:
    place = Place()
    place.fails = "before"
    journal = opened(tmp_path, place)
    write(journal, 0)
    journal.cut("a")
    run_alone(journal.deliver())
    assert (journal.fault, journal.is_behind, journal.stored_until) == ("a could not be stored: out of reach", True, 0)
    journal.close()


def test_a_journal_that_lost_what_was_stored_is_refused(tmp_path: Path) -> None:
    place = Place()
    journal = opened(tmp_path, place)
    write(journal, 0)
    journal.cut("a")
    journal.close()
    (tmp_path / "out.jsonl").write_bytes(b"")
    with pytest.raises(OSError, match="is shorter than what was stored from it"):
        Ledger(tmp_path / "out.jsonl")
    Ledger(tmp_path / "out.jsonl", anew=True).close()


def crawled(folder: Path, *arguments: str, **more: object):  # type: ignore[no-untyped-def]
    if not (folder / "a.warc.gz").exists():
        ria_archive(folder / "a.warc.gz", 10)
    return scrapy(*COMMAND, *arguments, cwd=folder, settings={"REPLAY_FROM": folder / "a.warc.gz", **more}, check=False)


def test_batches(tmp_path: Path) -> None:
    """What earlier batches hold is known; a batch that somebody took away stays known."""
    output = ("-o", "out/%(name)s-%(batch_time)s.jsonl.gz")
    first = crawled(tmp_path, *output, FEED_EXPORT_BATCH_ITEM_COUNT=4)
    assert first.returncode == 0, first.stderr
    assert "3 stored                out/ria-" in first.stderr
    files = sorted((tmp_path / "out").iterdir())
    assert [len(read_feed(file)) for file in files] == [4, 4, 2]
    assert all(file.name.startswith("ria-20") for file in files)
    files[0].unlink()
    again = crawled(tmp_path, *output, FEED_EXPORT_BATCH_ITEM_COUNT=4)
    assert "0 new" in again.stderr
    assert sorted((tmp_path / "out").iterdir()) == files[1:]
    manifest = json.loads((tmp_path / "feeds/file/out/ria-batch_time.jsonl.gz.manifest.json").read_text("utf-8"))
    assert (manifest["lines"], manifest["delivered"]) == (10, [])
    anew = crawled(tmp_path, "-O", output[1], FEED_EXPORT_BATCH_ITEM_COUNT=4)
    assert "10 new" in anew.stderr
    assert len(list((tmp_path / "out").iterdir())) == 5


def test_a_file_a_day(tmp_path: Path) -> None:
    output = ("-o", "out/%(day)s.jsonl")
    crawled(tmp_path, *output, "-a", "limit=3")
    (day,) = (tmp_path / "out").iterdir()
    assert len(read_feed(day)) == 3
    done = crawled(tmp_path, *output)
    assert "7 new" in done.stderr, done.stderr
    days = sorted((tmp_path / "out").iterdir())  # two when it was midnight just now
    lines = [line["url"] for day in days for line in read_feed(day)]
    assert len(set(lines)) == len(lines) == 10


@pytest.mark.slow
def test_a_copy_in_batches_beside_a_feed(tmp_path: Path) -> None:
    settings = {"FEEDS": json.dumps({
        "all.jsonl": {"format": "jsonlines"},
        "out/%(batch_id)d-%(run)s.jsonl": {"format": "jsonlines", "batch_item_count": 4},
    })}  # fmt: skip
    for _ in range(2):
        done = crawled(tmp_path, **settings)
        assert done.returncode == 0, done.stderr
    batches = [line["url"] for file in (tmp_path / "out").iterdir() for line in read_feed(file)]
    assert Counter(batches) == Counter(line["url"] for line in read_feed(tmp_path / "all.jsonl"))
    assert len(batches) == 10


@pytest.mark.slow
def test_a_place_that_takes_nothing(tmp_path: Path) -> None:
    """A file where a folder should be keeps every part from its place; once it is gone, the same command delivers."""
    (tmp_path / "out").write_bytes(b"")
    failed = crawled(tmp_path, "-o", "out/%(run)s.jsonl")
    assert failed.returncode == 1
    assert "could not be stored" in failed.stderr
    assert "the same command again stores what is kept in feeds/file/out/run.jsonl" in failed.stderr
    assert "Traceback" not in failed.stderr
    (tmp_path / "out").unlink()
    done = crawled(tmp_path, "-o", "out/%(run)s.jsonl")
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "out").iterdir()
    assert len(read_feed(file)) == 10


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("gopher://host/out.jsonl", "cannot be stored by gopher"),
        ("out.csv.gz", "only JSON Lines are compressed"),
        ("out.csv", "a feed is JSON Lines"),
        ("out.xml", "a feed is JSON Lines"),
        ("out.pickle", "a feed is JSON Lines"),
        ("sftp://host", "name a file there, such as sftp://user@host/"),
        ("s3:///key.jsonl", "name a file there, such as s3://bucket/"),
    ],
)
def test_wrong_addresses(tmp_path: Path, output: str, said: str) -> None:
    done = crawled(tmp_path, "-o", f"{output}:jsonlines" if "host" in output else output)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_options(tmp_path: Path) -> None:
    done = crawled(tmp_path, "-o", "out.jsonl", FEED_EXPORT_BATCH_ITEM_COUNT=4)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "batches need %(batch_time)s or %(batch_id)d" in done.stderr
    feeds = {"out.jsonl": {"format": "jsonlines", "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"]}}
    done = crawled(tmp_path, FEEDS=json.dumps(feeds))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "name the feed .jsonl.gz" in done.stderr
