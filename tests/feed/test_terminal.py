"""A live line on a terminal, seen on the screen of an emulator."""

import io
from typing import Any

import pyte
import pytest

from newscrawl.feed.terminal import LiveLine, cells, fitted

PARTS = [(0, "ria"), (2, "found 412"), (1, "new 38"), (3, "0:22 left")]


class Window:
    """A terminal window: what was written, and the screen that shows it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
        self.stream = io.StringIO()
        self.columns = columns
        monkeypatch.setattr(LiveLine, "width", property(lambda _: self.columns))
        self.line = LiveLine(self.stream)

    def shown(self, columns: int | None = None) -> list[str]:
        """Return the rows that are not empty; in a window that was always ``columns`` wide, as one is that reflows."""
        screen = pyte.Screen(columns or self.columns, 12)
        screen.set_mode(pyte.modes.LNM)  # a terminal's driver makes CR LF of a newline
        pyte.Stream(screen).feed(self.stream.getvalue())
        return [row.rstrip() for row in screen.display if row.strip()]


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    return Window(monkeypatch, 60)


def test_the_line_is_last_whatever_is_written(window: Window) -> None:
    window.line.show(PARTS)
    window.line.write("one\n")
    print("two", file=window.line)
    window.line.show([(0, "ria"), (1, "new 39")])
    window.line.write("three\nfour\n")
    assert window.shown() == ["one", "two", "three", "four", "ria  new 39"]
    window.line.clear()
    assert window.shown() == ["one", "two", "three", "four"]


def test_a_line_that_is_being_written_is_left_alone(window: Window) -> None:
    window.line.write("half ")
    window.line.show(PARTS)
    assert window.shown() == ["half"]
    window.line.write("and half\n")
    assert window.shown() == ["half and half", "ria  found 412  new 38  0:22 left"]


def test_longer_then_shorter_leaves_nothing(window: Window) -> None:
    window.line.show(PARTS)
    window.line.show([(0, "ria")])
    assert window.shown() == ["ria"]


@pytest.mark.parametrize("columns", [8, 20, 33])
def test_a_window_made_narrower(window: Window, columns: int) -> None:
    """The terminal has wrapped the line by then; all its rows are taken away, and none of the text above."""
    window.line.write("above\n")
    window.line.show(PARTS)
    window.columns = columns
    window.line.show(PARTS)
    assert window.shown() == ["above", fitted(PARTS, columns - 1)]
    window.line.write("after\n")
    window.line.clear()
    assert window.shown() == ["above", "after"]


def test_names_that_are_wide(window: Window) -> None:
    window.columns = 24
    window.line.show([(0, "朝鮮中央通信社新聞"), (1, "new 38")])
    window.line.write("記事の題名\n")
    # the emulator puts an empty cell after each wide character; what is drawn must not wrap
    assert [row.replace(" ", "") for row in window.shown()] == ["記事の題名", "朝鮮中央通信社新聞"]
    assert cells("朝鮮中央通信社新聞") == 18


@pytest.mark.parametrize("width", range(40))
def test_fitted_fits(width: int) -> None:
    for first in ("vietnam_vn", "朝鮮中央通信社新聞", "e\u0301" * 30):
        text = fitted([(0, first), (1, "new 38")], width)
        assert cells(text) <= width
        assert text or width == 0


def test_the_rest_is_the_terminal(window: Window) -> None:
    stream: Any = window.line
    assert stream.isatty() is False
    assert stream.writable()
