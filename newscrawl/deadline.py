"""A deadline on work that is done in one go, such as reading a page: nothing else runs until it ends.

What may be read is bounded by size and shape, so that it ends in time; the deadline is for the input nobody thought of.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

Result = TypeVar("Result")

_AGAIN = 0.25
"""Seconds after which work that went on is told again: ``except BaseException`` and finalizers swallow a first time."""


class TooSlow(Exception):
    """Raised for work that took more than its ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"more than {seconds:g} s of processor time")


class _Passed(BaseException):
    """Ends the work; no ``except Exception`` on the way holds it up."""


_working = False


def within(seconds: float, work: Callable[..., Result], *given: Any) -> Result:
    """Return ``work(*given)``.

    ``seconds`` are of processor time that this process spends outside the system's calls, so that a busy machine does
    not make a page slow; 0 sets no deadline. Python code and regular expressions end at once, other compiled code when
    it returns. Of two that are nested the outer one holds. In other threads than the main one, and on systems without
    such a timer, nothing is limited.

    Raises:
        TooSlow: the time is over.
    """
    if _working or not seconds or not hasattr(signal, "setitimer") or not _is_main_thread():
        return work(*given)
    if signal.getsignal(signal.SIGVTALRM) is not _pass:
        signal.signal(signal.SIGVTALRM, _pass)
    try:
        try:
            _set(seconds)
            return work(*given)
        finally:
            _set(0)
    except _Passed:
        _set(0)  # it may have come before the other had done it; the next is a while away
        raise TooSlow(seconds) from None


def _set(seconds: float) -> None:
    global _working
    _working = bool(seconds)  # a signal that is on its way finds nothing to end
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN if seconds else 0)


def _pass(number: int, frame: FrameType | None) -> None:
    if _working:
        raise _Passed


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
