"""A disk that takes no more, or breaks, at each moment that the feed is written: loud, nothing lost that was exported.

Every call by which the files of a run are written fails once, in a run of its own: for want of space after it took a
part, or with an error of the disk, once or from then on. The same run again goes on to the whole.
"""

import errno
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from newscrawl.compression import open_lines
from newscrawl.feed import lines as writing
from newscrawl.feed.delivery import Journal, store_file
from newscrawl.feed.lines import LineFile
from newscrawl.store.seen import Entry, SeenStore
from tests.generated import DAY, ria_archive
from tests.support import ROOT, read_feed, run_alone, scrapy

COUNT = 14
FORMS = ("out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "delivered.jsonl.gz")
CALLS = ("write", "fsync", "ftruncate")


class Disk:
    """Stands before the system: the ``at``-th call fails with ``code``, and with ``for_good`` those after it."""

    def __init__(self, at: int = -1, code: int = errno.ENOSPC, *, for_good: bool = False) -> None:
        self.at, self.code, self.for_good = at, code, for_good
        self.calls = 0

    @contextmanager
    def in_place(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        with patch.context() as place:
            for name in CALLS:
                place.setattr(writing.os, name, partial(self._call, name, getattr(os, name)))
            yield

    def _call(self, name: str, real: Callable[..., int], fd: int, *given: bytes) -> int:
        number, self.calls = self.calls, self.calls + 1
        if number == self.at or (self.for_good and number > self.at >= 0):
            if name == "write" and self.code == errno.ENOSPC and len(given[0]) > 1 and number == self.at:
                return real(fd, given[0][: len(given[0]) // 2])  # the next one fails
            raise OSError(self.code, os.strerror(self.code))
        if name == "write" and number == self.at + 1 and self.code == errno.ENOSPC and self.at >= 0:
            raise OSError(self.code, os.strerror(self.code))
        return real(fd, *given)


def entry_of(line: dict[str, int]) -> Entry:
    name = str(line["id"])
    return Entry(name, name, name, f"{line['id']:032x}", 1)


def run(folder: Path, name: str, told: list[int]) -> None:
    """Write what is not known yet, as a crawl does; add to ``told`` what is exported. Raises what the disk does."""
    feed = folder / name
    file, journal = LineFile(feed), None
    store = SeenStore(folder / "out.seen.db", entry_of)
    try:
        if name.startswith("delivered"):

            async def put(address: str, part: object) -> None:
                store_file(folder / "there" / address, part)  # type: ignore[arg-type]

            journal = Journal(feed, anew=False, store=put)
            journal.open(file)
        store.follow(feed)
        for number in range(COUNT):
            if not store.has_page(str(number)):
                file.write(b'{"id": %d, "text": "%s"}\n' % (number, b"ab" * 40))
                store.add(entry_of({"id": number}), offset=file.last)
                told.append(number)
            if journal is not None and number % 5 == 4:
                journal.cut(f"{os.urandom(8).hex()}.jsonl.gz")
                run_alone(journal.deliver())
        if journal is not None:
            journal.cut(f"{os.urandom(8).hex()}.jsonl.gz")
            run_alone(journal.deliver())
            assert not journal.fault, journal.fault
    finally:
        store._db.close()
        if journal is not None:
            journal.close()
        file.close()


def numbers_in(path: Path) -> list[int]:
    with open_lines(path) as lines:
        return [json.loads(line)["id"] for line in lines if line.endswith(b"\n")]


def calls_of_a_run(folder: Path, name: str, patch: pytest.MonkeyPatch) -> int:
    disk = Disk()
    folder.mkdir()
    with disk.in_place(patch):
        run(folder, name, [])
    return disk.calls


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_each_write_may_fail(name: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, loud = calls_of_a_run(tmp_path / "whole", name, monkeypatch), 0
    for at in range(calls):
        for for_good in (False, True):
            folder, told = tmp_path / f"{at}{for_good}", list[int]()
            folder.mkdir()
            with Disk(at, code, for_good=for_good).in_place(monkeypatch):
                try:
                    run(folder, name, told)
                except (OSError, AssertionError):
                    loud += 1
            assert set(told) <= set(numbers_in(folder / name)), (at, for_good)
            assert loud or len(told) == COUNT
            run(folder, name, told)
            found = Counter(numbers_in(folder / name))
            assert found == Counter(range(COUNT)), (at, for_good)
            if name.startswith("delivered"):
                there = Counter(number for path in (folder / "there").iterdir() for number in numbers_in(path))
                assert there == found, (at, for_good)
    print(f"{2 * calls} faults, {loud} of them ended the run")
    assert loud > calls


@pytest.mark.slow
@pytest.mark.parametrize("at", [3, 25])
@pytest.mark.parametrize("name", FORMS[:3])
def test_a_crawl_on_such_a_disk(name: str, at: int, tmp_path: Path) -> None:
    """Exit code 1, said in a line; the same command again ends with the whole."""
    urls = ria_archive(tmp_path / "a.warc.gz", 40)
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nfrom newscrawl.feed import lines\nreal, count = os.write, 0\n"
        "def write(fd, data):\n    global count\n    count += b'ria.ru' in data or data[:1] != b'{'\n"
        f"    if count > {at}:\n        raise OSError({errno.ENOSPC}, 'No space left on device')\n"
        "    return real(fd, data)\nlines.os.write = write\n"
    )
    command = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", name)
    settings = {"REPLAY_FROM": tmp_path / "a.warc.gz"}
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = scrapy(*command, cwd=tmp_path, settings=settings, environment=environment, check=False)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(read_feed(tmp_path / name)) < 40
    scrapy(*command, cwd=tmp_path, settings=settings)
    assert Counter(line["url"] for line in read_feed(tmp_path / name)) == Counter(urls)
