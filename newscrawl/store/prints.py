"""Fingerprints of the texts at a feed's end, made by other processes while the index is made of what stands before.

    python -m newscrawl.store.prints FEED START END      one of them: a line for each line that begins in between

A fingerprint takes seven times what all else takes that the index needs of a line.
"""

import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from newscrawl.compression import form_of, with_offsets

LEAST = 8 * 1024 * 1024
"""Bytes of a feed for each process, at least: to start one takes as long as 300 fingerprints."""


class Prints:
    """Fingerprints of the lines of ``feed`` from byte ``start`` on; use as a context manager.

    None where the lines are few, the feed is compressed or there is one core: who needs one makes it then.
    """

    def __init__(self, feed: Path, start: int) -> None:
        self._found: dict[int, bytes] | None = None
        self._workers: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
        self._stack = ExitStack()
        if form_of(feed) is None:
            self._start(feed, start, feed.stat().st_size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker, _ in self._workers:
            worker.kill()
            worker.wait()
        self._stack.close()

    def made(self) -> dict[int, bytes]:
        """Return offsets of lines to the fingerprints of their texts; the first call waits for the processes."""
        if self._found is None:
            self._found = {}
            for worker, answers in self._workers:
                worker.wait()
                answers.seek(0)
                # Of one that was killed the last line may be torn; what is missing is made when it is needed.
                for line in (line for line in answers if line.endswith(b"\n")):
                    offset, _, print_ = line.decode().strip().partition(" ")
                    self._found[int(offset)] = bytes.fromhex(print_)
        return self._found

    def _start(self, feed: Path, start: int, size: int) -> None:
        jobs = min(os.cpu_count() or 1, (size - start) // LEAST)
        marks = [start + (size - start) * number // jobs for number in range(jobs + 1)] if jobs > 1 else []
        for first, end in pairwise(marks):
            command = [sys.executable, "-m", "newscrawl.store.prints", str(feed), str(first), str(end)]
            paths = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # Scrapyd has us in an egg
            with suppress(OSError):  # no process or no file to be had
                answers = self._stack.enter_context(TemporaryFile())  # noqa: SIM115 (``_stack``)
                # A session of its own: Ctrl-C is for the crawl, which ends it.
                worker = subprocess.Popen(  # noqa: S603 (ourselves)
                    command, stdin=subprocess.DEVNULL, stdout=answers, env=paths, start_new_session=True
                )
                self._workers.append((worker, answers))


def main() -> None:
    """Print offset and fingerprint, in hex digits, of each text that later ones are compared with."""
    from newscrawl.store.feed_line import read_line
    from newscrawl.store.near import text_of

    start, end = map(int, sys.argv[2:4])
    with Path(sys.argv[1]).open("rb", 1 << 16) as lines:
        if start:
            lines.seek(start - 1)
            lines.readline()
        for offset, line in with_offsets(lines):
            if offset >= end:
                break
            with suppress(
                ValueError, KeyError, TypeError, AttributeError, RecursionError
            ):  # no record: the index counts it
                text = text_of(read_line(line, with_body=True))
                if text is not None:
                    print(offset, text.print.hex())


if __name__ == "__main__":
    main()
