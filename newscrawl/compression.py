"""Files of lines, plain or compressed (``.gz``, ``.zst``), read from any line on.

A compressed file is a row of gzip members or zstd frames ("members" here), each of about a megabyte of lines, so that
a line is found again without unpacking what stands before it. Offsets in it are those of BGZF (SAM specification,
section 4.1.1): where the member begins, times ``1 << SHIFT``, plus the place among the member's plain bytes. In a plain
file an offset is what ``tell`` says.
"""

import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy needs it as well

SHIFT = 28
"""Bits of an offset that are the place in a member: 256 MiB."""

_READ = 1 << 14
"""Compressed bytes unpacked in one step: at the worst ratio of deflate 16 MiB."""

Pack = Callable[[bytes], bytes]
"""Compresses some lines to bytes that can be unpacked without those that follow."""


class Damaged(OSError):
    """A compressed file does not hold what its compression says."""


class Gzip:
    """Members of gzip (RFC 1952)."""

    ending = ".gz"
    error: type[Exception] = zlib.error

    @staticmethod
    def packer() -> Pack:
        """Begin a member."""
        stream = zlib.compressobj(6, zlib.DEFLATED, 31)
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)

    @staticmethod
    def unpacker() -> Any:
        """Return what unpacks one member."""
        return zlib.decompressobj(31)

    @staticmethod
    def end(crc: int, size: int) -> bytes:
        """Return the bytes that end a member of ``size`` plain bytes: an empty last block, and the trailer."""
        return b"\x03\x00" + struct.pack("<II", crc, size & 0xFFFFFFFF)

    @staticmethod
    def may_end(data: bytes) -> bool:
        """Whether a member may be ended after ``data``: behind the mark of a flush."""
        return data.endswith(b"\x00\x00\xff\xff")


class Zstd:
    """Frames of Zstandard (RFC 8878), without a checksum."""

    ending = ".zst"
    error: type[Exception] = zstd.ZstdError

    @staticmethod
    def packer() -> Pack:
        """Begin a frame."""
        stream = zstd.ZstdCompressor()
        return lambda data: stream.compress(data, stream.FLUSH_BLOCK)

    @staticmethod
    def unpacker() -> Any:
        """Return what unpacks one frame."""
        return zstd.ZstdDecompressor()

    @staticmethod
    def end(crc: int, size: int) -> bytes:
        """Return the bytes that end a frame: an empty last block."""
        return b"\x01\x00\x00"

    @staticmethod
    def may_end(data: bytes) -> bool:
        """Whether a frame may be ended after ``data``: only trying tells."""
        return True


Form = type[Gzip] | type[Zstd]
FORMS: tuple[Form, ...] = (Gzip, Zstd)
ENDINGS = tuple(form.ending for form in FORMS)


class Lines(Protocol):
    """A file of lines open for reading."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def __iter__(self) -> Iterator[bytes]: ...

    def readline(self) -> bytes:
        """Return the next line with its newline, ``b""`` after the last."""

    def tell(self) -> int:
        """Return the offset of the next line."""

    def seek(self, offset: int, /) -> int:
        """Go on with the line at ``offset``."""


def form_of(path: Path) -> Form | None:
    """Return how a file is compressed, by the ending of its name; ``None`` for a plain one."""
    return next((form for form in FORMS if path.name.endswith(form.ending)), None)


def open_lines(path: Path) -> Lines:
    """Open a file of lines. Raises ``OSError``; reading raises ``Damaged`` where a compressed file is none."""
    form = form_of(path)
    return path.open("rb", _STEP) if form is None else Members(path, form)


def with_offsets(lines: Lines) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is left with its offset."""
    start = lines.tell()
    while line := lines.readline():
        yield start, line
        start = lines.tell()


def offset_at(path: Path, place: int) -> int:
    """Return the offset that stands for byte ``place`` of the file, where in a compressed one a member begins."""
    return place if form_of(path) is None else place << SHIFT


def lines_from_end(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file from the last to the first, without their newlines."""
    form = form_of(path)
    with path.open("rb") as file:
        if form is None:
            starts = range(0, file.seek(0, os.SEEK_END), _STEP)
            parts: Iterator[bytes] = (_read(file, start, _STEP) for start in reversed(starts))
        else:
            parts = (_unpacked(path, form, start) for start in reversed(list(member_starts(path, form))))
        rest = b""
        for part in parts:
            rest, *lines = (part + rest).split(b"\n")
            yield from (line for line in reversed(lines) if line)
        if rest:
            yield rest


_STEP = 1 << 16


class Members:
    """The lines of a compressed file; what an interrupted run left of its last member is read as well.

    Raises:
        OSError: the file cannot be opened; reading raises ``Damaged``.
    """

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self._file: IO[bytes] = path.open("rb")
        self._plain = b""
        """Plain bytes of the member that are unpacked and not all read: from ``_base`` on, ``_at`` of them are."""
        self.seek(0)

    def seek(self, offset: int, /) -> int:
        """Go on with the line at ``offset``."""
        self._next = offset >> SHIFT
        """Where the next member begins."""
        self._begin()
        within = offset & ((1 << SHIFT) - 1)
        while self._base + len(self._plain) < within and self._fill():
            pass
        self._at = within - self._base
        return offset

    def tell(self) -> int:
        """Return the offset of the next line. Raises ``Damaged`` for a member too large to have offsets."""
        while self._at == len(self._plain) and self._fill():
            pass
        within = self._base + self._at
        if within >> SHIFT:
            raise Damaged(
                f"{self.path} has more than {1 << SHIFT} bytes in one piece: "
                f"unpack it ({'zstd -d' if self.form is Zstd else 'gzip -d'}) and use it plain"
            )
        return self._member << SHIFT | within

    def readline(self) -> bytes:
        """Return the next line with its newline, ``b""`` after the last."""
        parts = []
        while True:
            end = self._plain.find(b"\n", self._at) + 1
            parts.append(self._plain[self._at : end or None])
            self._at = end or len(self._plain)
            if end or not self._fill():
                return b"".join(parts)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._file.close()

    @property
    def is_open(self) -> bool:
        """Whether the last member read is unfinished: a run writes to it, or was killed."""
        return not self._unpacker.eof and self._next > self._member

    def _begin(self) -> None:
        """Begin with the member at ``_next``."""
        self._member, self._base, self._at, self._plain = self._next, 0, 0, b""
        self._unpacker = self.form.unpacker()
        self._file.seek(self._next)

    def _fill(self) -> bool:
        """Take the next plain bytes for those used up; return whether there were any bytes left."""
        self._base, self._at, self._plain = self._base + len(self._plain), 0, b""
        if self._unpacker.eof:
            self._begin()
        data = self._file.read(_READ)
        if not data:
            return False
        try:
            self._plain = self._unpacker.decompress(data)
        except self.form.error as error:
            raise Damaged(f"{self.path} is damaged in the piece that begins at byte {self._member}: {error}") from None
        self._next = self._file.tell() - len(self._unpacker.unused_data)
        return True


def member_starts(path: Path, form: Form) -> Iterator[int]:
    """Yield where the members of a compressed file begin. Raises ``Damaged``."""
    with path.open("rb") as file:
        start, size = 0, file.seek(0, os.SEEK_END)
        while start < size:
            yield start
            try:
                start = _end_of_member(file, form, start)[0] or size
            except form.error as error:
                raise Damaged(f"{path} is damaged in the piece that begins at byte {start}: {error}") from None


def whole_members(path: Path, form: Form) -> tuple[int, bytes]:
    """Return where the last whole member of a file ends, and the last plain byte before it (``b""`` for none)."""
    with path.open("rb") as file:
        end, last, size = 0, b"", file.seek(0, os.SEEK_END)
        while end < size:
            try:
                found, byte = _end_of_member(file, form, end)
            except form.error:
                break
            if found is None:
                break
            end, last = found, byte or last
    return end, last


def whole_lines(data: bytes, form: Form) -> tuple[int, bytes]:
    """Return how many bytes of an unfinished member hold whole lines, and what ends it there.

    >>> pack = Gzip.packer()
    >>> one, two = pack(b"one line\\n"), pack(b"another\\n")
    >>> whole_lines(one + two[:-1], Gzip)[0] == len(one)
    True
    """
    unpacker, crc, size, ends = form.unpacker(), 0, 0, []
    last = b""
    for at in range(len(data)):
        try:
            plain = unpacker.decompress(data[at : at + 1])
        except (form.error, EOFError):
            break
        crc, size, last = zlib.crc32(plain, crc), size + len(plain), plain[-1:] or last
        if last == b"\n" and (plain or form is Gzip) and form.may_end(data[max(0, at - 3) : at + 1]):
            ends.append((at + 1, form.end(crc, size), size))
    for whole, end, size in reversed(ends):
        unpacker = form.unpacker()
        try:
            if len(unpacker.decompress(data[:whole] + end)) == size and unpacker.eof:
                return whole, end
        except form.error:
            continue  # bytes that looked like the end of a line's block
    return 0, b""


def _end_of_member(file: IO[bytes], form: Form, start: int) -> tuple[int | None, bytes]:
    """Return where the member at ``start`` ends, ``None`` when it is unfinished, and its last plain byte."""
    unpacker, last = form.unpacker(), b""
    file.seek(start)
    while not unpacker.eof and (data := file.read(_READ)):
        last = unpacker.decompress(data)[-1:] or last
    return file.tell() - len(unpacker.unused_data) if unpacker.eof else None, last


def _unpacked(path: Path, form: Form, start: int) -> bytes:
    """Return the plain bytes of the member at ``start``."""
    with path.open("rb") as file:
        file.seek(start)
        unpacker, parts = form.unpacker(), []
        while not unpacker.eof and (data := file.read(_READ)):
            parts.append(unpacker.decompress(data))
    return b"".join(parts)


def _read(file: IO[bytes], start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)
