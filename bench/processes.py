"""Child processes and what they cost."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT = 1800
"""Seconds after which a process is killed, and its part of the bench has failed."""

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process, and the children it waited for, took."""

    cpu: float
    """Seconds of all cores, the system's included."""
    wall: float
    """Seconds."""
    memory: float
    """Most that the process itself had in memory, in MB (10**6 bytes)."""


def start(
    command: Sequence[str | Path],
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    program: str | Path = sys.executable,
) -> "subprocess.Popen[bytes]":
    """Start a Python program with nothing in its environment but what it needs."""
    own = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [program, "-W", "ignore", *map(str, command)],
        cwd=cwd,
        env=own | dict(environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def run(
    command: Sequence[str | Path],
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    program: str | Path = sys.executable,
) -> Cost:
    """Run a Python program to its end, and return its cost. Raises ``RuntimeError`` where it fails."""
    begun = time.perf_counter()
    process = start(command, cwd, environment, program)
    peak = [0.0]
    watch = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watch.start()
    assert process.stderr is not None
    with process.stderr:
        told = process.stderr.read().decode("utf-8", "replace")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    watch.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {told[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, peak[0])


def _watch(process: "subprocess.Popen[bytes]", peak: list[float]) -> None:
    """Note the most that is in memory, again and again: what the system tells at the end counts our own as well."""
    end = time.monotonic() + LIMIT
    while process.returncode is None:
        if time.monotonic() > end:
            process.kill()
        with suppress(OSError, StopIteration, ProcessLookupError):
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            peak[0] = max(
                peak[0], next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
            )
        time.sleep(0.05)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a running process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
