"""Archives to a feed: parts handed to worker processes, what they read deduplicated and written by this one."""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scrapy.exceptions import DropItem
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl.feed.books import Books, beside, to_line
from newscrawl.feed.lines import LineFile
from newscrawl.items import Article, Image, Reject
from newscrawl.reread.desk import desk
from newscrawl.reread.worker import PURE_STAGES

logger = logging.getLogger(__name__)

PART = 16 * 1024 * 1024
"""Bytes of an archive that a worker is given at a time, and that a run which was killed reads again at most."""
WAITING = 500
"""Answers that may wait for the writer."""


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


def parts_of(paths: list[Path]) -> Iterator[Part]:
    """Yield the parts of archives, file by file. Raises ``OSError``."""
    for path in paths:
        stat = path.stat()
        for start in range(0, max(1, stat.st_size), PART):
            yield Part(str(path.absolute()), stat.st_size, stat.st_mtime_ns, start, start + PART)


class Reread:
    """One run over archives; the same command again goes on where a killed one stopped."""

    def __init__(self, feed: Path, *, jobs: int, overwrite: bool, settings: Mapping[str, Any]) -> None:
        self.settings = dict(settings)
        self.jobs = jobs
        self.crawler = desk(settings)
        self.books = Books.of(self.crawler)
        self.progress = beside(feed, ".reread.jsonl")
        if overwrite:
            self.progress.unlink(missing_ok=True)
        self.books.open(feed, overwrite=overwrite)
        self.books.source_opened("archive")
        paths = sorted(self.crawler.settings.getdict("ITEM_PIPELINES").items(), key=lambda pair: pair[1])
        self.stages = [
            build_from_crawler(load_object(path), self.crawler) for path, place in paths if place > PURE_STAGES
        ]
        self.full = False
        """Whether the disk takes no more."""
        self.skipped = 0
        """Parts that an earlier run has read."""

    def run(self, paths: list[Path]) -> None:
        """Read the archives to their end, close the books, print the summary."""
        reason = "finished"
        try:
            if not self.books.refused:
                done = self._done(feed_size=self._feed_size())
                with closing(LineFile(self.progress)) as progress:
                    parts = list(parts_of(paths))
                    todo = [part for part in parts if part not in done]
                    self.skipped = len(parts) - len(todo)
                    self._read(todo, progress)
        except KeyboardInterrupt:
            reason = "shutdown"
        except OSError as error:
            self.books.faults.append(str(error))
            reason = "feed_error"
        self.books.close(reason)

    def _feed_size(self) -> int:
        assert self.books.feed_path is not None
        return self.books.feed_path.stat().st_size

    def _done(self, feed_size: int) -> set[Part]:
        """Return the parts whose lines are all in the feed; what a power cut took from its end is read again."""
        found, kept = set(), []
        lines = self.progress.read_bytes().splitlines(keepends=True) if self.progress.exists() else []
        for line in lines:
            try:
                told = json.loads(line)
                if told.pop("feed") <= feed_size:
                    found.add(Part(**told))
                    kept.append(line)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
        if kept != lines:
            draft = self.progress.with_name(self.progress.name + ".part")
            draft.write_bytes(b"".join(kept))
            draft.replace(self.progress)
        return found

    def _read(self, todo: list[Part], progress: LineFile) -> None:
        asked: queue.SimpleQueue[Part] = queue.SimpleQueue()
        for part in todo:
            asked.put(part)
        answers: queue.Queue[tuple[Part | None, bytes | str]] = queue.Queue(WAITING)
        stop = threading.Event()
        threads = [
            threading.Thread(target=_serve, args=(self.settings, asked, answers, stop), daemon=True)
            for _ in range(min(self.jobs, len(todo)))
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        try:
            while running:
                of, answer = answers.get()
                if of is None:
                    running -= 1
                elif isinstance(answer, str):
                    self.books.faults.append(answer)
                elif self._took(json.loads(answer)):
                    progress.write(to_line(asdict(of) | {"feed": self._feed_size()}))
                if self.full:
                    break
        finally:
            stop.set()
            while running:  # a worker that waits for room in the queue has to see that it is over
                running -= answers.get()[0] is None

    def _took(self, answer: dict[str, Any]) -> bool:
        """Deal with one answer; return whether it ends its part."""
        if "done" in answer:
            for name, count in answer["done"]["counts"].items():
                self.books.count(name if name.startswith("field/") else f"archive/{name}", count)
            for kind, forms in answer["done"]["placeholders"].items():
                self.books.placeholders[kind].update(forms)
            return True
        self.books.admitted("archive")
        if "reject" in answer:
            self.books.rejected(*answer["reject"])
        else:
            self._write(
                Article(**{**answer["article"], "images": [Image(**image) for image in answer["article"]["images"]]})
            )
        return False

    def _write(self, article: Article) -> None:
        try:
            for stage in self.stages:
                article = stage.process_item(article)
        except DropItem as dropped:
            self.books.release(article)
            reason, detail = (
                (dropped.reason, dropped.detail) if isinstance(dropped, Reject) else ("read_error", repr(dropped))
            )
            if reason == "duplicate":
                self.books.outcomes["duplicate"] += 1
            self.books.rejected(article.url or "?", reason, detail)
            return
        assert self.books.feed is not None
        try:
            self.books.feed.write(to_line(asdict(article)))
        except OSError as error:
            self.books.write_failed(error)
            self.full = True
            return
        self.books.wrote(article)


def _serve(
    settings: Mapping[str, Any],
    asked: "queue.SimpleQueue[Part]",
    answers: "queue.Queue[tuple[Part | None, bytes | str]]",
    stop: threading.Event,
) -> None:
    """Keep a worker process busy until nothing is asked for; a worker that dies is replaced, its part is told."""
    worker: subprocess.Popen[bytes] | None = None
    try:
        while not stop.is_set():
            try:
                part = asked.get_nowait()
            except queue.Empty:
                break
            worker = worker or _worker(settings)
            if not _hand(worker, part, answers, stop):
                if stop.is_set():
                    break
                code = worker.wait()
                worker = None
                answers.put((part, f"{part.path}: a worker ended ({code}) between {part.start} and {part.end}"))
    except OSError as error:
        answers.put((Part("", 0, 0, 0, 0), str(error)))
    finally:
        if worker is not None:
            if stop.is_set():
                worker.kill()
            worker.communicate()
        answers.put((None, b""))


def _worker(settings: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "newscrawl.reread.worker"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ))  # noqa: S603 (ourselves)
    assert worker.stdin is not None
    worker.stdin.write(json.dumps(dict(settings)).encode() + b"\n")
    return worker


def _hand(
    worker: subprocess.Popen[bytes],
    part: Part,
    answers: "queue.Queue[tuple[Part | None, bytes | str]]",
    stop: threading.Event,
) -> bool:
    """Have a part read; return whether the worker read it to its end."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write(json.dumps(asdict(part)).encode() + b"\n")
        worker.stdin.flush()
    except BrokenPipeError:
        return False
    for line in worker.stdout:
        answers.put((part, line))
        if line.startswith(b'{"done"'):
            return True
        if stop.is_set():
            return False
    return False
