"""A file of lines that nothing can spoil: whole lines or none, one writer at a time.

A compressed file (``.gz``, ``.zst``) is flushed after each line, so that a line is as safe in it as in a plain one: a
run that is killed leaves its last member unfinished, and the next run ends it. The file is as small as one compressed
in one piece (docs/feeds.md has figures); a member a line would make it two thirds larger, and a plain journal beside it
would know a moment at which a line is in both or in neither.
"""

import fcntl
import json
import logging
import os
import stat
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from newscrawl.compression import SHIFT, Damaged, Form, Pack, form_of, whole_lines, whole_members

logger = logging.getLogger(__name__)

COMPANIONS = (".rejects.jsonl", ".runs.jsonl", ".reread.jsonl", ".stored.jsonl")
"""Endings of the files of lines that stand beside a feed; a pattern for feeds finds them too."""

MEMBER = 1 << 20
"""Plain bytes after which a compressed file begins a new member."""

MAX_TORN = 4 << 20
"""Most bytes at the end of a compressed file that are cut off as torn; more is damage that somebody must look at."""

_STEP = 1 << 16


class FeedLocked(OSError):
    """Another run writes to the file."""


class _Member(NamedTuple):
    """What was written of the member that is not ended yet."""

    start: int
    """Where it begins in the file."""
    crc: int
    size: int
    """Of its plain bytes."""


class LineFile:
    """A file open for appending, unbuffered: each ``write`` is one system call for whole lines.

    Opening takes a lock that ends with the process, and cuts a torn last line (power loss, full disk); what
    is cut is kept beside the file as ``.tail``. A write that fails half way is taken back.

    Raises:
        FeedLocked: another process has the file open for writing.
        Damaged: a compressed file is broken elsewhere than at its end.
        OSError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.torn = 0
        """Bytes of a torn last line that were cut off at opening."""
        self.last = -1
        """Offset of the line written last (see ``newscrawl.compression``); -1 before the first."""
        self._form = form_of(path)
        self._member: _Member | None = None
        self._pack: Pack | None = None
        try:
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                raise OSError(f"{path} is no regular file (to print lines: -o -:jsonlines)")
            self._lock()
            if anew:
                os.ftruncate(self._fd, 0)
            elif self._form is None:
                self._mend()
            else:
                self._mend_members(self._form)
        except BaseException:
            os.close(self._fd)
            raise
        self.closed = False

    def write(self, data: bytes) -> int:
        """Append ``data``, which must end with a newline. Raises ``OSError``, and then nothing is appended."""
        start = os.fstat(self._fd).st_size
        if self._form is None:
            self._append(data, start)
            self.last = start
        else:
            self._write_packed(data, start, self._form)
        return len(data)

    def seal(self) -> int:
        """Have the disk take what was written, in a compressed file as a whole member; return the size.

        Raises:
            OSError: the disk does not take it; the lines are there, as after a kill.
        """
        size = os.fstat(self._fd).st_size
        if self._form is not None and self._member is not None:
            end = self._form.end(self._member.crc, self._member.size)
            self._append(end, size)
            self._member = self._pack = None
            size += len(end)
        os.fsync(self._fd)
        return size

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def close(self) -> None:
        """Have the disk take what was written, and give up the lock. Safe to call twice."""
        if not self.closed:
            self.closed = True
            try:
                self.seal()
            finally:
                os.close(self._fd)

    def _append(self, data: bytes, start: int) -> None:
        """Append ``data`` to a file of ``start`` bytes, or nothing."""
        try:
            done = 0
            while done < len(data):  # a full disk may take a part
                done += os.write(self._fd, data[done:] if done else data)
        except OSError:
            os.ftruncate(self._fd, start)
            raise

    def _write_packed(self, data: bytes, start: int, form: Form) -> None:
        """Append to the member that is open, or end it and begin another; both in one write."""
        member, pack, end = self._member, self._pack, b""
        if member is None or pack is None or member.size >= MEMBER:
            if member is not None:
                end = form.end(member.crc, member.size)
            member, pack = _Member(start + len(end), 0, 0), form.packer()
        self._pack = None  # until the line is written: what a packer knows must be in the file
        self._append(end + pack(data), start)
        self.last = member.start << SHIFT | member.size
        self._member = _Member(member.start, zlib.crc32(data, member.crc), member.size + len(data))
        self._pack = pack

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FeedLocked(
                f"another run is writing to {self.path}; wait for it to end, or write to another file"
            ) from None

    def _mend(self) -> None:
        size = os.fstat(self._fd).st_size
        whole = _whole_size(self._fd, size)
        if whole == size:
            return
        tail = _read_from(self._fd, whole, size)
        if _is_object(tail):
            os.write(self._fd, b"\n")  # a whole record that only lacks its newline
        else:
            self._cut(whole, tail)

    def _mend_members(self, form: Form) -> None:
        """End what a killed run left unfinished, after its last whole line."""
        size = os.fstat(self._fd).st_size
        end, last = whole_members(self.path, form)
        tail = _read_from(self._fd, end, size)
        whole, ending = whole_lines(tail, form)
        if len(tail) - whole > MAX_TORN:
            raise Damaged(f"{self.path} is damaged at byte {end + whole}, and {len(tail) - whole} bytes follow")
        if whole < len(tail):
            self._cut(end + whole, tail[whole:])
        if ending:
            self._append(ending, end + whole)
        elif last not in (b"", b"\n"):  # not written by us
            self._write_packed(b"\n", end, form)

    def _cut(self, whole: int, tail: bytes) -> None:
        """Cut the file after ``whole`` bytes; keep the rest of it, ``tail``."""
        self.torn = len(tail)
        kept = self.path.with_name(self.path.name + ".tail")
        with kept.open("ab") as file:
            file.write(tail + b"\n")
        os.ftruncate(self._fd, whole)
        logger.warning("%s ended in a torn line of %d bytes: cut off and kept in %s", self.path, self.torn, kept)


def beside(feed: Path, kind: str) -> Path:
    """Return the path of a feed's companion.

    ``out.jsonl`` and ``.rejects.jsonl`` give ``out.rejects.jsonl``; ``out.jsonl.gz``, which may stand beside it, gives
    ``out.jsonl.gz.rejects.jsonl``.
    """
    return feed.with_name(feed.name.removesuffix(".jsonl").removesuffix(".jl") + kind)


def to_line(record: dict[str, Any]) -> bytes:
    """Return a record as one line of strict JSON in UTF-8. Raises ``ValueError`` for NaN and lone surrogates."""
    return (json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def _whole_size(fd: int, size: int) -> int:
    """Return the offset after the last newline."""
    end = size
    while end:
        start = max(0, end - _STEP)
        at = _read_from(fd, start, end).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


def _read_from(fd: int, start: int, end: int) -> bytes:
    data = b""
    while len(data) < end - start:
        part = os.pread(fd, end - start - len(data), start + len(data))
        if not part:
            break
        data += part
    return data


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
