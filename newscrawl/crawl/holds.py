"""Until when hosts are to be left alone, kept beside the feed: a run that ends, or is killed, forgets none of it."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import NamedTuple

logger = logging.getLogger(__name__)

LONGEST = 24 * 3600.0
"""Seconds that later runs keep a hold at most: a server that once says 2099 is not lost for good."""


class Hold(NamedTuple):
    """What a host asked for, or earned; Unix times."""

    since: float
    until: float
    why: str


class Holds:
    """The file ``<feed>.holds.json``: host to its hold; it is there while there are any.

    ``path`` is ``None`` where nothing is kept. Times are of the clock on the wall, the only one that outlives a run; a
    hold that a clock set back puts into the future begins now.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._holds: dict[str, Hold] = {}
        if path is not None and path.exists():
            self._holds = _read(path)
            self._save()

    def seconds_left(self, host: str) -> float:
        """Return for how long a host is still to be left alone; 0 for one that may be asked."""
        hold = self._holds.get(host)
        return max(0.0, hold.until - time()) if hold is not None else 0.0

    def why(self, host: str) -> str:
        """Return what a hold was made for."""
        return self._holds[host].why

    def keep(self, host: str, seconds: float, why: str) -> None:
        """Keep a hold that begins now, where the one there is ends sooner."""
        if self.path is not None and seconds > self.seconds_left(host):
            self._holds[host] = Hold(time(), time() + seconds, why)
            self._save()

    def _save(self) -> None:
        assert self.path is not None
        holds = {host: _written(hold) for host, hold in self._holds.items() if hold.until > time()}
        draft = self.path.with_name(self.path.name + ".part")
        try:
            if not holds:
                self.path.unlink(missing_ok=True)
                return
            draft.write_text(json.dumps(holds, ensure_ascii=False, indent=2) + "\n", "utf-8")
            draft.replace(self.path)
        except OSError as error:
            logger.warning("the next run will not know which hosts to leave alone: %s", error)


def _read(path: Path) -> dict[str, Hold]:
    """Return the holds of a file, none of them longer than ``LONGEST`` or begun later than now."""
    now, holds = time(), {}
    try:
        for host, told in json.loads(path.read_text("utf-8")).items():
            since, until = (datetime.fromisoformat(told[name]).timestamp() for name in ("since", "until"))
            begun = min(since, now)
            holds[host] = Hold(begun, begun + min(until - since, LONGEST), str(told["why"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s tells of no hosts to be left alone: %r", path, error)
    return holds


def _written(hold: Hold) -> dict[str, str]:
    since, until = (
        datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds") for moment in (hold.since, hold.until)
    )
    return {"since": since, "until": until, "why": hold.why}
