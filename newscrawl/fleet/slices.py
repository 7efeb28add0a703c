"""A slice of work: a site and days, or one archive file. What workers are sent, checked before anything is done."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from newscrawl.crawl.arguments import read_arguments
from newscrawl.sites import Sites

SUFFIXES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Slice:
    """What one worker does at a time: either ``site``, with arguments of its crawl, or ``archive``."""

    site: str | None = None
    since: str | None = None
    """First day, ``2024-09-01``; with neither day the slice is the regular crawl of what is new."""
    until: str | None = None
    languages: str | None = None
    follow: str | None = None
    archive: str | None = None
    """Path of a file in the folder of archives, ``cc-news/2024-09.warc.gz``."""

    @classmethod
    def of(cls, key: str | bytes) -> Self:
        """Return the slice with that ``key``."""
        return cls(**json.loads(key))

    @property
    def message(self) -> dict[str, str]:
        """What is sent: the fields that are there."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def key(self) -> str:
        """What the same slice has the same of: its message in one form."""
        return json.dumps(self.message, sort_keys=True)

    @property
    def arguments(self) -> dict[str, str]:
        """What its crawl is given with ``-a``."""
        return {name: value for name, value in self.message.items() if name not in ("site", "archive")}

    @property
    def is_regular(self) -> bool:
        """Whether it is the crawl of what is new, which a site's rhythm asks for."""
        return self.site is not None and self.since is None and self.until is None


def read_slice(message: Mapping[str, object], sites: Sites, archives: Path) -> Slice:
    """Return the slice that a message asks for.

    Raises:
        ValueError: the message is none; nothing in it may name code, settings, or a file outside ``archives``.
    """
    odd = sorted(str(name) for name in message.keys() - Slice.__dataclass_fields__.keys())
    if odd or not all(isinstance(value, str) and len(value) < 1000 for value in message.values()):
        raise ValueError(f"no slice: {', '.join(odd) or 'its fields are not all short texts'}"[:200])
    found = Slice(**message)  # type: ignore[arg-type]
    if (found.site is None) == (found.archive is None):
        raise ValueError("a slice is of a site or of an archive")
    if found.archive is not None:
        if found.arguments:
            raise ValueError("an archive takes no arguments of a crawl")
        archive_path(found.archive, archives)
        return found
    try:
        site = sites[found.site or ""]
    except KeyError:
        raise ValueError(f"no site is called {found.site!r}"[:200]) from None
    read_arguments(found.arguments, site)
    return found


def archive_path(name: str, archives: Path) -> Path:
    """Return the path of an archive in the folder of archives. Raises ``ValueError`` when it would lie elsewhere."""
    root = archives.resolve()
    path = (root / name).resolve() if "\0" not in name else root
    if not path.is_relative_to(root) or not path.name.endswith(SUFFIXES):
        raise ValueError(f"archive {name!r} is no .warc or .warc.gz in {root}"[:300])
    return path


def split(since: date, until: date, days: int) -> Iterator[tuple[date, date]]:
    """Yield the days from ``since`` to ``until``, both included, in spans of at most ``days``, the latest first.

    >>> [f"{first:%d}-{last:%d}" for first, last in split(date(2024, 9, 1), date(2024, 9, 10), 4)]
    ['07-10', '03-06', '01-02']
    """
    while since <= until:
        first = max(since, until - timedelta(days - 1))
        yield first, until
        until = first - timedelta(1)
