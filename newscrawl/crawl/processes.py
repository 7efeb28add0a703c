"""The processes that a crawl has started, and the memory they hold: from ``/proc``, nothing where there is none."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process below this one."""

    pid: int
    kind: str
    """``browser`` (Chromium's first), what ``--type=`` says (its others), ``driver`` (Playwright's), or ``other``."""
    bytes: int
    """Memory of its own that is in use now: what it shares is counted for none."""


def below_this_one() -> list[Process]:
    """Return the processes that this one has started, and those that they have."""
    parents = dict(_parents())
    found, rest = {os.getpid()}, set(parents)
    while new := {pid for pid in rest if parents[pid] in found}:
        found |= new
        rest -= new
    described = (_describe(pid) for pid in sorted(found - {os.getpid()}))
    return [process for process in described if process is not None]


def is_running(pid: int) -> bool:
    """Whether a process has not ended; also true where there is no telling."""
    try:
        return not PROC.is_dir() or bool((PROC / str(pid) / "cmdline").read_bytes())
    except OSError:
        return False


def _parents() -> Iterator[tuple[int, int]]:
    """Yield each process with the one that it was started by."""
    for folder in PROC.iterdir() if PROC.is_dir() else ():
        if folder.name.isdigit():
            with suppress(OSError, ValueError):  # it may have ended just now
                yield (
                    int(folder.name),
                    int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]),
                )


def _describe(pid: int) -> Process | None:
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").split()
        status = (PROC / str(pid) / "status").read_text("utf-8", "replace")
    except OSError:
        return None
    kind = next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), None)
    if kind is None and any(word.startswith("--user-data-dir=") for word in words):
        kind = "browser"
    elif kind is None:
        kind = "driver" if "run-driver" in words else "other"
    sizes = (line.split()[1] for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:")))
    return Process(pid, kind, 1024 * sum(int(size) for size in sizes))
