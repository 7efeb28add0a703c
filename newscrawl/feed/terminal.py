"""A terminal with one line at its end that is drawn anew, under whatever else is written there."""

import os
import threading
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TextIO


class LiveLine:
    """Stands in for ``sys.stderr``: what is written goes above the line, which is never mixed with it.

    The width is asked for at each drawing, so a window may change its size at any time.
    """

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self._lock = threading.RLock()
        self._text = ""
        self._cells = 0
        """Width of what is drawn now; 0 when nothing is."""
        self._within = False
        """Whether something else was written whose line has not ended yet."""

    def __getattr__(self, name: str) -> Any:
        """Be the terminal in everything else."""
        return getattr(self.terminal, name)

    def write(self, text: str) -> int:
        """Write ``text`` where the line was, and the line after it."""
        with self._lock:
            self.terminal.write(self._erasure() + text)
            self._within = not text.endswith("\n") if text else self._within
            self._draw()
            return len(text)

    def show(self, parts: Sequence[tuple[int, str]]) -> None:
        """Draw the line anew; ``parts`` as in ``fitted``."""
        with self._lock, suppress(OSError):
            if not self._is_ours():
                return
            self._text = fitted(parts, self.width - 1)  # in the last column a terminal waits to wrap
            self.terminal.write(self._erasure())
            self._draw()
            self.terminal.flush()

    def clear(self) -> None:
        """Take the line away."""
        with self._lock, suppress(OSError):
            self._text = ""
            self.terminal.write(self._erasure())
            self.terminal.flush()

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        with suppress(OSError):
            return os.get_terminal_size(self.terminal.fileno()).columns or 80
        return 80

    def _draw(self) -> None:
        if not self._within:
            self.terminal.write(self._text)
            self._cells = cells(self._text)

    def _erasure(self) -> str:
        """Return what takes the line away; in a window made narrower it fills several."""
        if not self._cells:
            return ""
        rows = -(-self._cells // self.width)
        self._cells = 0
        return "\r" + (f"\x1b[{rows - 1}A" if rows > 1 else "") + "\x1b[J"

    def _is_ours(self) -> bool:
        """Whether the terminal is not in use by another program: the crawl was sent to the background."""
        try:
            return os.tcgetpgrp(self.terminal.fileno()) == os.getpgrp()
        except OSError:
            return True  # not the terminal that the program was started from


def takes_a_line(terminal: TextIO | None) -> bool:
    """Whether ``terminal`` is one, and can move its cursor."""
    return bool(terminal and terminal.isatty() and os.environ.get("TERM", "dumb") != "dumb")


def fitted(parts: Sequence[tuple[int, str]], width: int) -> str:
    """Return the texts of ``parts`` in a line of at most ``width`` cells.

    ``parts`` are pairs of a rank and a text; where they are too wide together, those of the highest rank are left out.

    >>> fitted([(0, "ria"), (2, "found 412"), (1, "new 38")], 12)
    'ria  new 38'
    """
    kept = list(parts)
    while len(kept) > 1 and cells("  ".join(text for _, text in kept)) > width:
        kept.remove(max(kept))
    text = "  ".join(text for _, text in kept)
    if cells(text) <= width:
        return text
    while text and cells(text) >= width:
        text = text[:-1]
    return text + "…" if width > 0 else ""


def cells(text: str) -> int:
    """Return how many columns ``text`` takes: two for what East Asian scripts write wide, none for marks.

    >>> cells("ria"), cells("新聞"), cells("e\\u0301")
    (3, 4, 1)
    """
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
