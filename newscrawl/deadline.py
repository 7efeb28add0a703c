"""A deadline on work that is done in one go, such as reading a page: nothing else runs until it ends.

What may be read is bounded by size and shape, so that it ends in time; the deadline is for the input nobody thought of.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

Result = TypeVar("Result")

_AGAIN = 0.05
"""Seconds after which work that went on is told again: ``except BaseException`` and finalizers swallow a first time."""


class TooSlow(Exception):
    """Raised for work that took more than its ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"more than {seconds:g} s of processor time")


class _Passed(BaseException):
    """Ends the work; no ``except Exception`` on the way holds it up."""


_ends: float | None = None
"""The thread's processor time at which the work that is being done has to be; ``None``: there is none."""


def within(seconds: float, work: Callable[..., Result], *given: Any) -> Result:
    """Return ``work(*given)``.

    ``seconds`` are of processor time, so that a busy machine does not make a page slow; 0 sets no deadline. Python code
    and regular expressions end at once, other compiled code when it returns. Of two that are nested the outer one
    holds. In other threads than the main one, on systems without timers, and where somebody else has taken ``SIGALRM``,
    nothing is limited.

    Raises:
        TooSlow: the time is over.
    """
    if _ends is not None or not seconds or not _has_timer():
        return work(*given)
    try:
        try:
            _set(seconds)
            return work(*given)
        finally:
            _set(0)
    except _Passed:
        _clear()  # it may have come before the other had done it
        raise TooSlow(seconds) from None


def _clear() -> None:
    while True:
        try:
            _set(0)
            return
        except _Passed:  # and may come again
            continue


def _set(seconds: float) -> None:
    # The clock on the wall wakes, that of the processor decides: a timer on the latter would have the kernel keep it
    # by ticks, and all who look at it.
    global _ends
    if seconds:
        _ends = time.thread_time() + seconds
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN if seconds else 0)
    if not seconds:
        _ends = None  # a signal on its way finds nothing to end


def _has_timer() -> bool:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    taken = signal.getsignal(signal.SIGALRM)
    if taken is signal.SIG_DFL:
        signal.signal(signal.SIGALRM, _pass)
    return taken in (signal.SIG_DFL, _pass)


def _pass(number: int, frame: FrameType | None) -> None:
    if _ends is not None and time.thread_time() >= _ends:
        raise _Passed
