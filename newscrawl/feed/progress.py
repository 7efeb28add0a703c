"""How a run is going while it runs: a live line on a terminal, a line a minute elsewhere, or when trouble begins.

``PROGRESS`` is one of ``MODES``; ``QUIET`` says nothing, ``LOG_JSON`` makes each line an object.
"""

import atexit
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import create_looping_call

from newscrawl.feed.books import LOST, Books
from newscrawl.feed.terminal import LiveLine, takes_a_line
from newscrawl.log import tell

MODES = ("auto", "live", "lines", "0")
"""``auto``: a live line where stderr is a terminal, else lines; ``0``: nothing."""

REDRAWN = 0.2
"""Seconds between two drawings of the live line."""

LOOK = 10.0
"""Seconds between two looks for trouble of a kind that was not told yet."""

WINDOW = 30.0
"""Seconds over which pages a second are counted."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands."""

    site: str
    seconds: int
    """Since its start."""
    found: int
    """Article addresses that listings named, each once."""
    known: int
    """Of those, in the feed already."""
    fetched: int
    """Pages asked for whose outcome is known."""
    new: int
    """Lines written, later revisions among them."""
    rejected: int
    """Pages that gave no article, duplicates not among them."""
    pages_a_second: float | None
    """Over the last half minute; ``None`` in the first moments."""
    seconds_left: int | None
    """``None`` while listings are still being read and no limit is near: nobody can know."""
    trouble: dict[str, int] = field(default_factory=dict)
    """What went wrong so far, and how often: ``retried`` answers, ``listing_failed``, hosts ``held``, ``rested`` and
    ``down``, and pages that a later run asks for again by reason; their addresses are in the rejects already."""

    def parts(self) -> list[tuple[int, str]]:
        """Return what is shown, each with its rank: the first to go in a narrow window has the highest."""
        rate, left = self.pages_a_second, self.seconds_left
        return [
            (0, self.site),
            (8, clock(self.seconds)),
            (4, f"found {self.found}"),
            (6, f"known {self.known}"),
            (2, f"fetched {self.fetched}"),
            (1, f"new {self.new}"),
            (5, f"rejected {self.rejected}"),
            *([(7, f"{rate:.1f} pages/s")] if rate is not None else []),
            *([(3, f"{clock(left)} left")] if left is not None else []),
            *([(9, ", ".join(f"{name} {count}" for name, count in self.trouble.items()))] if self.trouble else []),
        ]


def mode_of(settings: BaseSettings) -> str:
    """Return how progress is shown: ``live``, ``lines`` or ``0``.

    Raises:
        ValueError: ``PROGRESS`` is none of ``MODES``.
    """
    mode = str(settings.get("PROGRESS"))
    if mode not in MODES:
        raise ValueError(f"PROGRESS={mode!r}: write one of {', '.join(MODES)}")
    if settings.getbool("QUIET"):
        return "0"
    if mode == "auto":
        mode = "live" if takes_a_line(sys.stderr) and not _lines_on_terminal(settings) else "lines"
    return "lines" if mode == "live" and settings.getbool("LOG_JSON") else mode


def _lines_on_terminal(settings: BaseSettings) -> bool:
    """Whether the feed itself is printed on the terminal."""
    return sys.stdout.isatty() and any(str(uri).startswith("stdout:") for uri in settings.getdict("FEEDS"))


class Progress:
    """Extension: tells how the run is going, from its books."""

    def __init__(self, crawler: Crawler, mode: str) -> None:
        self.crawler, self.mode = crawler, mode
        self.every = REDRAWN if mode == "live" else crawler.settings.getfloat("PROGRESS_SECONDS")
        self._line: LiveLine | None = None
        self._loop: Any = None
        self._started = self._told_at = 0.0
        self._told: set[str] = set()
        """The kinds of trouble that were told."""
        self._counts: deque[tuple[float, int]] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension and listen."""
        mode = mode_of(crawler.settings)
        if mode == "0":
            raise NotConfigured
        progress = cls(crawler, mode)
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        """Begin."""
        self._started = self._told_at = time.monotonic()
        if self.mode == "live" and not isinstance(sys.stderr, LiveLine):  # another crawl of the process has it
            self._line = LiveLine(sys.stderr)
            sys.stderr = self._line
            atexit.register(self.closed)  # a stop by force closes no spider
        self._loop = create_looping_call(self.tick)
        self._loop.start(min(self.every, LOOK), now=False)

    def tick(self) -> None:
        """Show where the run stands."""
        state = self.state()
        if self._line is not None:
            self._line.show(state.parts())
        elif self.mode == "lines" and self._is_due(state):
            text = "  ".join(text for _, text in state.parts())
            tell(self.crawler.settings, "progress", text, asdict(state))

    def _is_due(self, state: State) -> bool:
        """Whether it is time for a line, or trouble of a new kind is there."""
        now, new = time.monotonic(), state.trouble.keys() - self._told
        if not new and now - self._told_at < self.every - LOOK / 2:
            return False
        self._told_at = now
        self._told |= new
        return True

    def closed(self) -> None:
        """Take the live line away, and give the terminal back."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()
        if self._line is not None:
            self._line.clear()
            if sys.stderr is self._line:
                sys.stderr = self._line.terminal
            self._line = None
            atexit.unregister(self.closed)

    def state(self) -> State:
        """Return where the run stands now."""
        books, now, spider = Books.of(self.crawler), time.monotonic(), self.crawler.spider
        admitted, known = sum(counts["admitted"] for counts in books.sources.values()), books.known
        fetched, written = (
            admitted - books.pending,
            sum(books.outcomes[name] for name in ("new", "revised", "withdrawn")),
        )
        rate = self._rate(now, fetched)
        return State(
            site=spider.name if spider else "?",
            seconds=round(now - self._started),
            found=admitted + known,
            known=known,
            fetched=fetched,
            new=written,
            rejected=books.rejects.total() - books.rejects["duplicate"],
            pages_a_second=None if rate is None else round(rate, 1),
            seconds_left=self._left(books.pending, rate, written / fetched if fetched else 0.0, written),
            trouble=self._trouble(books),
        )

    def _trouble(self, books: Books) -> dict[str, int]:
        stats = self.crawler.stats
        counts = {
            "retried": stats.get_value("retry/count", 0) if stats is not None else 0,
            "listing_failed": sum(counts["failed"] for counts in books.sources.values()),
            **{event: sum(int(host[event]) for host in books.hosts.values()) for event in ("held", "rested", "down")},
            **{reason: books.rejects[reason] for reason in LOST},
        }
        return {name: count for name, count in counts.items() if count}

    def _rate(self, now: float, fetched: int) -> float | None:
        counts = self._counts
        counts.append((now, fetched))
        while len(counts) > 2 and counts[1][0] <= now - WINDOW:
            counts.popleft()
        span = now - counts[0][0]
        return (fetched - counts[0][1]) / span if span >= 1 else None

    def _left(self, pending: int, rate: float | None, yielding: float, written: int) -> int | None:
        """Return the seconds until all pages that are known of are fetched, or the limit is reached."""
        if not rate:
            return None
        spider = self.crawler.spider
        limit = getattr(getattr(spider, "arguments", None), "limit", None)
        ends = [] if getattr(spider, "finds_more", True) else [pending / rate]
        if limit and yielding:
            ends.append(max(0, limit - written) / (rate * yielding))
        return round(min(ends)) if ends else None


def clock(seconds: int) -> str:
    """Return a span of time as people read it.

    >>> clock(42), clock(3723)
    ('0:42', '1:02:03')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
