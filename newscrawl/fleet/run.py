"""A slice done in a process of its own, and what came of it by the run's own books."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from scrapy.settings import BaseSettings

from newscrawl.feed.lines import beside
from newscrawl.fleet.slices import Slice, archive_path


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a slice."""

    state: str
    """``done``; ``failed``: the site's doing; ``stopped``: told to end; ``broken``: ours; ``refused``: not begun."""
    new: int = 0
    known: int = 0
    why: str = ""


def run(piece: Slice, data: Path, archives: Path, grace: float) -> Result:
    """Do ``piece`` and return what came of it.

    The exception of a soft time limit ends the crawl with SIGTERM: what is in flight is finished, the feed is whole;
    after ``grace`` seconds it is killed, which costs no line. A SIGTERM to this process does not end the process; the
    crawl has had its own, or is told after ``grace`` seconds. When this process is lost, the kernel tells the crawl.
    """
    feed = feed_of(piece, data)
    manifest = beside(feed, ".manifest.json")
    before = _run_id(manifest)
    process = subprocess.Popen([*_tied(), *command(piece, data, archives)], cwd=data)  # noqa: S603 (no shell; checked)
    with _outliving(process, grace):
        try:
            code = process.wait()
        except Exception:  # Celery's soft time limit, the only one that may come while it waits
            process.terminate()
            return _judged(manifest, before, _ended(process, grace), stopped="the time limit of a slice")
    return _judged(manifest, before, code)


def feed_of(piece: Slice, data: Path) -> Path:
    """Return the feed that a slice goes on with: one a site, one an archive."""
    if piece.site is not None:
        return data / "feeds" / f"{piece.site}.jsonl"
    return data / "feeds" / "archives" / f"{piece.archive}.jsonl"


def command(piece: Slice, data: Path, archives: Path) -> list[str]:
    """Return the command line of a slice; feeds of sites are where ``NEWSCRAWL_DATA`` has them."""
    scrapy = [sys.executable, "-m", "scrapy"]
    if piece.archive is not None:
        path, feed = archive_path(piece.archive, archives), feed_of(piece, data)
        return [*scrapy, "reread", str(path), "-o", str(feed), "--jobs=1"]
    given = [part for name, value in piece.arguments.items() for part in ("-a", f"{name}={value}")]
    return [*scrapy, "crawl", str(piece.site), *given]


def judge(manifest: Mapping[str, Any] | None, code: int, stopped: str = "") -> Result:
    """Return the result that a run's manifest and exit code state; ``manifest`` is ``None`` where it wrote none.

    ``stopped`` says who told it to end, if somebody did.
    """
    if manifest is None or (code and manifest["state"] == "finished"):  # none of its own: it did not begin
        return Result("refused" if code > 0 else "broken", why=stopped or f"exit code {code}, no manifest of its own")
    outcomes, rejected = manifest["outcomes"], manifest["outcomes"]["rejected"]
    new = outcomes["new"] + outcomes["revised"] + outcomes["withdrawn"]
    known = outcomes["known"] + outcomes["duplicate"] + outcomes["unchanged"]
    left = rejected.get("claimed", 0) + rejected.get("store_unavailable", 0)
    why = "; ".join(manifest["errors"])
    if manifest["state"] == "finished" and not left:
        return Result("done", new, known)
    if stopped or manifest["reason"] == "shutdown":
        return Result("stopped", new, known, stopped or "told to end")
    if left:
        return Result("broken", new, known, why or f"{left} articles are another run's, or were not granted")
    if code < 0 or manifest["reason"] in _OURS:
        return Result("broken", new, known, why or f"ended by signal {-code}")
    return Result("failed", new, known, why)


_OURS = (None, "store_lost", "feed_error", "memusage_exceeded", "read_error")
"""Reasons of ends that are not the site's; ``None``: killed."""


def _judged(manifest: Path, before: str | None, code: int, stopped: str = "") -> Result:
    fresh = _run_id(manifest) not in (None, before)
    return judge(json.loads(manifest.read_text("utf-8")) if fresh else None, code, stopped)


def _run_id(manifest: Path) -> str | None:
    try:
        return str(json.loads(manifest.read_text("utf-8"))["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tied() -> list[str]:
    """Return what makes the kernel tell the crawl to end when this process is gone (util-linux)."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM", "--"] if program else []


@contextmanager
def _outliving(process: "subprocess.Popen[bytes]", grace: float) -> Iterator[None]:
    """Let this process live until the crawl has ended, at a SIGTERM to all: a second one would cut the crawl short."""
    later = Timer(grace, process.terminate)
    later.daemon = True

    def told(*_: object) -> None:
        with suppress(RuntimeError):  # told before
            later.start()

    before = signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        later.cancel()


def _ended(process: "subprocess.Popen[bytes]", grace: float) -> int:
    try:
        return process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def data_folder() -> Path:
    """Return the folder of feeds. Raises ``ValueError`` where none is named."""
    if not os.environ.get("NEWSCRAWL_DATA"):
        raise ValueError("name the folder of feeds: NEWSCRAWL_DATA=/var/lib/newscrawl")
    return Path(os.environ["NEWSCRAWL_DATA"]).absolute()


def archives_folder(settings: BaseSettings) -> Path:
    """Return the folder of archives."""
    return Path(settings.get("FLEET_ARCHIVES") or Path(os.environ.get("NEWSCRAWL_DATA", "")) / "warc").absolute()
