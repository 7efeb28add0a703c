"""A file of lines that nothing can spoil: whole lines or none, one writer at a time."""

import fcntl
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

COMPANIONS = (".rejects.jsonl", ".runs.jsonl", ".reread.jsonl")
"""Endings of the files of lines that stand beside a feed; a pattern for feeds finds them too."""

_STEP = 1 << 16


class FeedLocked(OSError):
    """Another run writes to the file."""


class LineFile:
    """A file open for appending, unbuffered: each ``write`` is one system call for whole lines.

    Opening takes a lock that ends with the process, and cuts a torn last line (power loss, full disk); what
    is cut is kept beside the file as ``.tail``. A write that fails half way is taken back.

    Raises:
        FeedLocked: another process has the file open for writing.
        OSError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.torn = 0
        """Bytes of a torn last line that were cut off at opening."""
        self.last = -1
        """Where the last ``write`` begins, in bytes; -1 before the first."""
        try:
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                raise OSError(f"{path} is no regular file (to print lines: -o -:jsonlines)")
            self._lock()
            if anew:
                os.ftruncate(self._fd, 0)
            else:
                self._mend()
        except BaseException:
            os.close(self._fd)
            raise
        self.closed = False

    def write(self, data: bytes) -> int:
        """Append ``data``, which must end with a newline. Raises ``OSError``, and then nothing is appended."""
        start = os.fstat(self._fd).st_size
        try:
            done = 0
            while done < len(data):  # a full disk may take a part
                done += os.write(self._fd, data[done:] if done else data)
        except OSError:
            os.ftruncate(self._fd, start)
            raise
        self.last = start
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def close(self) -> None:
        """Have the disk take what was written, and give up the lock. Safe to call twice."""
        if not self.closed:
            self.closed = True
            try:
                os.fsync(self._fd)
            finally:
                os.close(self._fd)

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
            return
        self.torn = size - whole
        kept = self.path.with_name(self.path.name + ".tail")
        with kept.open("ab") as file:
            file.write(tail + b"\n")
        os.ftruncate(self._fd, whole)
        logger.warning("%s ended in a torn line of %d bytes: cut off and kept in %s", self.path, self.torn, kept)


def lines_from_end(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file from the last to the first, without their newlines."""
    with path.open("rb") as file:
        end, rest = file.seek(0, os.SEEK_END), b""
        while end:
            start = max(0, end - _STEP)
            file.seek(start)
            first, *lines = (file.read(end - start) + rest).split(b"\n")
            yield from (line for line in reversed(lines) if line)
            end, rest = start, first
        if rest:
            yield rest


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
