"""Feeds that are stored elsewhere, or in many files: a journal on this machine, delivered part by part.

The journal is a feed like any other: a file of lines with its index, lock and manifest beside it, and the memory of
what is exported. What it gained since the last delivery is a part; a part goes to one address (an object of S3, a file
on an SFTP server, a dated file here). Parts are noted before they are delivered and after, so whatever ends the run
between the two, the next one delivers the same bytes to the same address: nothing is lost, nothing is there twice.

Two parts with one address (a file a day, or an address with nothing in it that changes) are delivered as one: the
address then holds all lines that were ever sent to it, in order.
"""

import json
import logging
import os
import re
import shutil
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from newscrawl.feed.lines import LineFile, beside, to_line

logger = logging.getLogger(__name__)

LEDGER = ".stored.jsonl"
"""Ending of the file beside a journal that says what is stored where."""

CHANGING = re.compile(r"%\((?:time|batch_time|batch_id|day|run|_job)\)")
"""What makes the address of one run another than that of the next."""

_ADDRESS = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<path>.*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[sdifr]")
_STEP = 1 << 20


class Part(NamedTuple):
    """Some lines of a journal, and where they go."""

    address: str
    """Without user and password."""
    start: int
    """In bytes of the journal, where in a compressed one a member begins."""
    end: int


Store = Callable[[str, IO[bytes]], Awaitable[None]]
"""Puts a file, read from its beginning, at an address; raises whatever keeps it from being stored."""


class Ledger:
    """Which parts of a journal were delivered, and which are to be.

    Raises:
        OSError: the file cannot be read or written, or the journal lacks what was stored from it.
    """

    def __init__(self, journal: Path, *, anew: bool = False) -> None:
        self.path = beside(journal, LEDGER)
        self.stored: list[Part] = []
        self.waiting: list[Part] = []
        self._file = LineFile(self.path, anew=anew)
        for line in self.path.read_bytes().splitlines():
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                part = Part(told["address"], int(told["start"]), int(told["end"]))
                self.waiting = [other for other in self.waiting if other != part]
                (self.stored if told["stored"] else self.waiting).append(part)
        if journal.stat().st_size < self.end:
            self._file.close()
            raise OSError(f"{journal} is shorter than what was stored from it: put it back, or begin anew with -O")

    @property
    def end(self) -> int:
        """Where the last part ends, in bytes."""
        return max((part.end for part in (*self.stored, *self.waiting)), default=0)

    @property
    def stored_until(self) -> int:
        """Before which byte of the journal everything is stored."""
        return min((part.start for part in self.waiting), default=self.end)

    def cut(self, address: str, end: int) -> None:
        """Make a part of what follows the last one, up to byte ``end``; none where nothing does."""
        if end > self.end:
            part = Part(address, self.end, end)
            self._note(part, stored=False)
            self.waiting.append(part)

    def note_stored(self, part: Part) -> None:
        """Note that a part, one of those waiting, is stored."""
        self._note(part, stored=True)
        self.waiting.remove(part)
        self.stored.append(part)

    def content(self, part: Part) -> list[tuple[int, int]]:
        """Return the ranges of bytes that are to be at a part's address once it is stored."""
        return [(other.start, other.end) for other in (*self.stored, part) if other.address == part.address]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _note(self, part: Part, *, stored: bool) -> None:
        self._file.write(to_line({**part._asdict(), "stored": stored}))
        self._file.seal()  # or a power cut could forget what is at an address


class Journal:
    """The journal of a feed, open in a run."""

    def __init__(self, path: Path, *, anew: bool, store: Store) -> None:
        self.path, self.anew, self._store = path, anew, store
        self.file: LineFile | None = None
        self.fault: str | None = None
        """Why the last delivery failed, ``None`` when it did not."""
        self.delivered: list[str] = []
        """Addresses to which this run delivered."""
        self._ledger: Ledger | None = None
        self._busy = False

    def open(self, file: LineFile) -> int:
        """Take the open journal; return before which byte everything is stored. Raises ``OSError``."""
        self.file, self._ledger = file, Ledger(self.path, anew=self.anew)
        return self._ledger.stored_until

    @property
    def stored_until(self) -> int:
        """Before which byte of the journal everything is stored."""
        return self._ledger.stored_until if self._ledger is not None else 0

    @property
    def is_behind(self) -> bool:
        """Whether a part waits to be delivered."""
        return self._ledger is not None and bool(self._ledger.waiting)

    def cut(self, address: str) -> None:
        """Make a part of what the journal gained. Raises ``OSError``; the lines then go with the next part."""
        if self.file is not None and self._ledger is not None:
            self._ledger.cut(address, self.file.seal())

    async def deliver(self) -> None:
        """Deliver the parts that wait, in order, up to one that fails; that is said, and kept in ``fault``."""
        if self._busy or self._ledger is None:
            return  # who is at it takes all that waits
        self._busy, self.fault = True, None
        try:
            while self._ledger.waiting:
                part = self._ledger.waiting[0]
                try:
                    with self._copy(self._ledger.content(part)) as file:
                        await self._store(part.address, file)
                    self._ledger.note_stored(part)
                except Exception as error:  # whatever a library of the storage raises
                    self.fault = f"{part.address} could not be stored: {_reason(error)}"
                    logger.warning("%s; its lines are kept in %s", self.fault, self.path)
                    return
                self.delivered.append(part.address)
        finally:
            self._busy = False

    def close(self) -> None:
        """Close the files. Raises ``OSError``."""
        try:
            if self._ledger is not None:
                self._ledger.close()
        finally:
            if self.file is not None:
                self.file.close()

    def _copy(self, ranges: list[tuple[int, int]]) -> IO[bytes]:
        """Return a file, gone when it is closed, with these bytes of the journal."""
        copy = TemporaryFile(dir=self.path.parent, prefix="part-")  # noqa: SIM115 (closed by who asked for it)
        try:
            with self.path.open("rb") as journal:
                for start, end in ranges:
                    journal.seek(start)
                    while start < end and (data := journal.read(min(_STEP, end - start))):
                        copy.write(data)
                        start += len(data)
            copy.seek(0)
        except BaseException:
            copy.close()
            raise
        return copy


def stored_until(feed: Path) -> int | None:
    """Return before which byte all of a journal is stored, ``None`` where a feed is none. Raises ``OSError``."""
    if not beside(feed, LEDGER).exists():
        return None
    with closing(Ledger(feed)) as ledger:
        return ledger.stored_until


def journal_path(folder: Path, template: str, site: str) -> Path:
    """Return where the journal of a feed is: by its address, in which only the site's name is filled in.

    >>> str(journal_path(Path("feeds"), "s3://news/%(name)s/%(time)s.jsonl.gz", "ria"))
    'feeds/s3/news/ria/time.jsonl.gz'
    >>> str(journal_path(Path("feeds"), "sftp://me:secret@host:2222/in/%(name)s-%(batch_id)05d.jsonl", "ria"))
    'feeds/sftp/host:2222/in/ria-batch_id.jsonl'
    >>> str(journal_path(Path("feeds"), "out/%(day)s.jsonl", "ria"))
    'feeds/file/out/day.jsonl'
    """
    found = _ADDRESS.fullmatch(without_user(template))
    assert found is not None
    named = _PLACEHOLDER.sub(lambda mark: site if mark[1] == "name" else mark[1], found["path"])
    return folder.joinpath(found["scheme"] or "file", *(part for part in named.split("/") if part.strip(".")))


def without_user(address: str) -> str:
    """Return an address without user and password.

    >>> without_user("sftp://me:secret@host:2222/in/a.jsonl")
    'sftp://host:2222/in/a.jsonl'
    >>> without_user("file:///out/a@b.jsonl")
    'file:///out/a@b.jsonl'
    """
    return re.sub(r"(?<=://)[^/]*@", "", address, count=1)


def with_user_of(address: str, other: str) -> str:
    """Return an address with the user and password of another.

    >>> with_user_of("sftp://host/in/b.jsonl", "sftp://me:secret@host/in/a.jsonl")
    'sftp://me:secret@host/in/b.jsonl'
    """
    user = re.search(r"(?<=://)[^/]*@", other)
    return address.replace("://", f"://{user[0]}", 1) if user else address


def store_file(path: Path, file: IO[bytes]) -> None:
    """Put a file in a folder of this machine; it appears there whole. Closes ``file``. Raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with file, draft.open("wb") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        os.fsync(copy.fileno())
    draft.replace(path)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
