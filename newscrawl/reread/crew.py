"""Worker processes, and what they answer: part after part in the order asked, whichever was read first."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Any

from newscrawl.reread.parts import Part

AHEAD = 2
"""Parts a worker that are read, or being read, before their turn."""
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a part's answers beyond which they wait on disk."""


@dataclass(slots=True)
class Answers:
    """What a worker answered for a part."""

    lines: SpooledTemporaryFile[bytes] = field(default_factory=lambda: SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 (``close``)
    """One JSON object a line: ``article`` or ``reject``."""
    done: dict[str, Any] | None = None
    """What it counted; ``None`` when the part was not read to its end."""
    fault: str = "not read"
    """Why not."""

    def close(self) -> None:
        """Let go of the lines."""
        self.lines.close()


class Crew:
    """Up to ``jobs`` worker processes. One that dies costs the rest of its part, and is replaced."""

    def __init__(self, settings: Mapping[str, Any], jobs: int) -> None:
        self.settings, self.jobs = dict(settings), jobs
        self._pool = ThreadPoolExecutor(jobs)
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._stopped = False

    def read(self, parts: Iterable[Part]) -> Iterator[tuple[Part, Answers]]:
        """Yield what there is in each part, in the order of ``parts``.

        Raises:
            OSError: a worker cannot be started, or the disk has no room for what waits.
        """
        waiting: deque[tuple[Part, Future[Answers]]] = deque()
        for part in parts:
            waiting.append((part, self._pool.submit(self._read, part)))
            if len(waiting) > AHEAD * self.jobs:
                yield from self._next(waiting)
        while waiting:
            yield from self._next(waiting)

    def stop(self) -> None:
        """End the workers at once; what is being read ends with a fault. May be called by a signal's handler."""
        self._stopped = True
        for worker in list(self._all):
            worker.kill()

    def close(self) -> None:
        """Stop, and wait for what was started to end."""
        self.stop()
        self._pool.shutdown(cancel_futures=True)
        for worker in self._all:
            _end(worker)

    def _next(self, waiting: deque[tuple[Part, Future[Answers]]]) -> Iterator[tuple[Part, Answers]]:
        part, future = waiting.popleft()
        with closing(future.result()) as answers:
            yield part, answers

    def _read(self, part: Part) -> Answers:
        answers, worker = Answers(), self._take()
        if worker is None:
            return answers
        assert worker.stdin is not None
        assert worker.stdout is not None
        with suppress(BrokenPipeError):
            worker.stdin.write(json.dumps(asdict(part)).encode() + b"\n")
            worker.stdin.flush()
            for line in worker.stdout:
                if line.startswith((b'{"article"', b'{"reject"')):
                    answers.lines.write(line)
                    continue
                told = json.loads(line)
                answers.done, answers.fault = told.get("done"), told.get("failed", "")
                with self._lock:
                    self._idle.append(worker)
                answers.lines.seek(0)
                return answers
        _end(worker)
        with self._lock:
            self._all.discard(worker)
        answers.fault = f"a worker ended ({worker.returncode}) between {part.start} and {part.end}"
        answers.lines.seek(0)
        return answers

    def _take(self) -> subprocess.Popen[bytes] | None:
        """Return a worker that has nothing to do, a new one where there is none; ``None`` once all is stopped."""
        with self._lock:
            if self._stopped or self._idle:
                return None if self._stopped else self._idle.pop()
            command = [sys.executable, "-m", "newscrawl.reread.worker"]
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ))  # noqa: S603 (ourselves)
            self._all.add(worker)
        assert worker.stdin is not None
        with suppress(BrokenPipeError):  # a worker that cannot begin ends when it is asked
            worker.stdin.write(json.dumps(self.settings).encode() + b"\n")
            worker.stdin.flush()
        return worker


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Wait for a worker that has died or was killed, and close its pipes."""
    with suppress(BrokenPipeError):
        worker.communicate()
