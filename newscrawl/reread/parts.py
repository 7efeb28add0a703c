"""What a worker is given at a time: ranges of archive files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A range of an archive file: the records that begin in it."""

    path: str
    size: int
    """Of the file, in bytes: with ``changed`` it tells whether it is the same file still."""
    changed: int
    """Nanoseconds since 1970."""
    start: int
    end: int


def parts_of(paths: Iterable[Path], size: int) -> Iterator[Part]:
    """Yield the parts of archives, file by file, each of ``size`` bytes. Raises ``OSError``."""
    for path in paths:
        stat = path.stat()
        for start in range(0, max(1, stat.st_size), size):
            yield Part(str(path.absolute()), stat.st_size, stat.st_mtime_ns, start, start + size)
