"""Archives to a feed: parts handed to worker processes, what they read deduplicated and written by this one.

What the workers read is dealt with in the order of the archives, so that the feed is the same however many they are,
and however often the run was killed before.
"""

import json
import signal
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy.exceptions import DropItem
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl.feed.books import Books
from newscrawl.feed.lines import LineFile, beside, to_line
from newscrawl.items import Article, Image, to_record
from newscrawl.reread.crew import Answers, Crew
from newscrawl.reread.desk import desk
from newscrawl.reread.parts import Part, parts_of
from newscrawl.reread.worker import PURE_STAGES


class Reread:
    """One run over archives; the same command again goes on where a killed one stopped.

    With ``revisions`` a later capture that says something else is a new line, as in a crawl with ``-a recrawl=1``;
    without, the first capture of a page in the order of the archives counts.
    """

    def __init__(self, feed: Path, *, jobs: int, overwrite: bool, revisions: bool, settings: Mapping[str, Any]) -> None:
        self.settings = {**settings, "RECRAWL": revisions}
        self.jobs, self.revisions = jobs, revisions
        self.crawler = desk(self.settings)
        self.part_bytes = max(1, int(self.crawler.settings.getfloat("REREAD_PART_MB") * 1024 * 1024))
        self.books = Books.of(self.crawler)
        self.progress = beside(feed, ".reread.jsonl")
        self.books.open(feed, overwrite=overwrite)
        if overwrite and not self.books.refused:
            self.progress.unlink(missing_ok=True)
        self.books.source_opened("archive")
        paths = sorted(self.crawler.settings.getdict("ITEM_PIPELINES").items(), key=lambda pair: pair[1])
        self.stages = [
            build_from_crawler(load_object(path), self.crawler) for path, place in paths if place > PURE_STAGES
        ]
        self.skipped = 0
        """Parts that an earlier run has read."""
        self.ended = ""
        """Why the run is to end before the archives do."""

    def run(self, paths: list[Path]) -> None:
        """Read the archives to their end, close the books, print the summary."""
        try:
            if not self.books.refused:
                done = self._done(feed_size=self._feed_size())
                with closing(LineFile(self.progress)) as progress:
                    parts = list(parts_of(paths, self.part_bytes))
                    todo = [part for part in parts if part not in done]
                    self.skipped = len(parts) - len(todo)
                    self._read(todo, progress)
        except OSError as error:
            self.books.faults.append(str(error))
            self.ended = "read_error"
        self.books.close(self.ended or "finished")

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
        with closing(Crew(self.settings, self.jobs)) as crew:

            def stop(*_: object) -> None:
                self.ended = "shutdown"  # no exception: it could come between a line and the memory's note of it
                crew.stop()

            before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
            try:
                for part, answers in crew.read(todo):
                    refused = self._not_granted
                    self._take(part, answers)
                    if self.ended:
                        break
                    if self._not_granted > refused:
                        self.books.faults.append(f"{part.path}: articles are another run's; the same command again")
                    elif answers.done is not None:
                        progress.write(to_line(asdict(part) | {"feed": self._feed_size()}))
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

    @property
    def _not_granted(self) -> int:
        """Articles that a shared store did not let this run write; their parts are read again."""
        return self.books.rejects["claimed"] + self.books.rejects["store_unavailable"]

    def _take(self, part: Part, answers: Answers) -> None:
        """Deal with what was read in a part."""
        for line in answers.lines:
            self._deal(json.loads(line))
            if getattr(self.books.memory, "lost", False):
                self.ended = "store_lost"
            if self.ended:
                return
        if answers.done is None:
            if not self.ended:
                self.books.faults.append(f"{part.path}: {answers.fault}")
            return
        for name, count in answers.done["counts"].items():
            self.books.count(name, count)
        for kind, forms in answers.done["placeholders"].items():
            self.books.placeholders[kind].update(forms)

    def _deal(self, answer: dict[str, Any]) -> None:
        if "reject" in answer:
            self.books.admitted("archive")
            self.books.rejected(*answer["reject"])
            return
        fields = answer["article"]
        article = Article(**{**fields, "images": [Image(**image) for image in fields["images"]]})
        key = self.books.page_key(article.site, article.url)
        if self.books.memory.has_page(key) and not (self.revisions and self._is_later(article, key)):
            self.books.skipped("archive", self.books.memory.known_from(key))
            return
        self.books.admitted("archive")
        print_ = answer["print"]
        self.books.prints = {article.content_hash: bytes.fromhex(print_) if print_ else None}
        self._write(article)

    def _is_later(self, article: Article, key: str) -> bool:
        """Whether a page was captured after what the feed has of it: an older capture is no revision."""
        line = self.books.memory.page_line(key)
        return line is not None and (article.crawled_at or "") > line["crawled_at"]

    def _write(self, article: Article) -> None:
        try:
            for stage in self.stages:
                article = stage.process_item(article)
        except DropItem as dropped:
            self.books.dropped(article, dropped)
            return
        except Exception as error:  # a defect of ours costs one page, and is told
            self.books.stage_failed(article, error)
            return
        assert self.books.feed is not None
        try:
            self.books.feed.write(to_line(to_record(article)))
        except (OSError, ValueError) as error:
            self.books.write_failed(error)
            self.ended = "feed_error"
            return
        self.books.wrote(article)
