"""A database for the length of one command: what it holds is made from feeds, and goes with it."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self


class Scratch:
    """``db``, an SQLite database of ``tables`` (SQL) on disk; use as a context manager.

    It lies below ``folder``, or where the system keeps temporary files.
    """

    def __init__(self, tables: str, folder: Path | None = None) -> None:
        self._folder = TemporaryDirectory(prefix="newscrawl-", dir=folder)
        self.db = sqlite3.connect(Path(self._folder.name) / "scratch.db", isolation_level=None)
        self.db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; BEGIN;")
        self.db.executescript(tables)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()
        self._folder.cleanup()
