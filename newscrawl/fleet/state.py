"""What a fleet remembers in Redis beside the queue: how each site does, what waits, what was put aside or refused."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from redis import Redis

from newscrawl.fleet.rhythm import FIRST, RUNS, back_off, next_interval
from newscrawl.fleet.run import Result
from newscrawl.fleet.slices import Slice
from newscrawl.store.lease import holder_of, site_lease

BUSY = 5.0
"""Seconds after which a slice whose site is being crawled is looked at again."""


@dataclass(slots=True)
class SiteState:
    """How a site does."""

    interval: float = FIRST
    """Seconds between its regular crawls."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """Its last regular runs: new articles, and links already known."""
    failures: int = 0
    """Slices in a row that failed by the site's doing."""
    rests_until: float = 0.0
    """Unix time; no slice of it is begun before."""
    ended_at: float = 0.0
    """Unix time of the end of its last slice; 0: none has ended."""
    why: str = ""
    """What its last slice failed by; empty when it did not."""


class State:
    """The state of a fleet. Every method raises ``RedisError`` when Redis does not answer."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self.redis, self.prefix = redis, prefix
        self._sites = f"{prefix}:fleet:sites"
        self._tries = f"{prefix}:fleet:tries"
        self._later = f"{prefix}:fleet:later"
        self._repeated = f"{prefix}:fleet:repeated"
        self._aside = f"{prefix}:fleet:aside"
        self._refused = f"{prefix}:fleet:refused"
        self._beat = f"{prefix}:fleet:beat"

    # --- a slice, from its begin to its end ---------------------------------------------------------

    def wait(self, piece: Slice) -> float:
        """Return the seconds until ``piece`` may begin, as far as can be known; 0: now."""
        if piece.site is None:
            return 0.0
        rest = self.site(piece.site).rests_until - time.time()
        return max(rest, BUSY if self.holder(piece.site) else 0.0)

    def begin(self, piece: Slice) -> int:
        """Count a try, before it begins, so that one that takes its worker with it counts; return which it is."""
        return int(self.redis.hincrby(self._tries, piece.key, 1))

    def end(self, piece: Slice, result: Result, tries: int, most: int) -> float | None:
        """Note what came of a try; return the seconds after which the slice goes on, ``None`` when it does not.

        A slice that was stopped goes on at once, and is not held against it while it gets on.
        """
        if piece.site is not None:
            self._end_of_site(piece, result)
        if result.state == "done":
            self.redis.hdel(self._tries, piece.key)
            self.redis.hdel(self._aside, piece.key)
            return None
        if result.new:  # it gets on
            tries = 1
            self.redis.hdel(self._tries, piece.key)
        elif tries >= most:
            self.put_aside(piece, f"{result.state}, {tries} times: {result.why}")
            return None
        after = 0.0 if result.state == "stopped" else back_off(tries)
        self.later(piece, after)
        return after

    def put_aside(self, piece: Slice, why: str) -> None:
        """Keep a slice that is not tried again for somebody to look at."""
        self.redis.hset(self._aside, piece.key, why)
        self.redis.hdel(self._tries, piece.key)

    def _end_of_site(self, piece: Slice, result: Result) -> None:
        assert piece.site is not None
        now, site = time.time(), self.site(piece.site)
        site.ended_at = now
        if result.state == "failed":
            site.failures += 1
            site.rests_until, site.why = now + back_off(site.failures), result.why[:500]
        elif result.state == "done":
            site.failures, site.rests_until, site.why = 0, 0.0, ""
            if piece.is_regular:
                site.runs = [*site.runs, (result.new, result.known)][-RUNS:]
                site.interval = next_interval(site.interval, site.runs)
                if self.redis.hexists(self._repeated, piece.key):
                    self.redis.zadd(self._later, {piece.key: now + site.interval})
        self.redis.hset(self._sites, piece.site, json.dumps(asdict(site)))

    # --- what waits ---------------------------------------------------------------------------------

    def later(self, piece: Slice, seconds: float) -> None:
        """Have ``piece`` sent after so many seconds."""
        self.redis.zadd(self._later, {piece.key: time.time() + seconds})

    def repeat(self, piece: Slice) -> None:
        """Have the regular crawl ``piece`` sent now, and again in the site's own rhythm."""
        self.redis.hset(self._repeated, piece.key, "1")
        self.later(piece, 0.0)

    def stop(self, site: str) -> int:
        """Take the regular crawls of ``site`` off the schedule; return how many there were."""
        keys = [key for key in self.repeated() if json.loads(key)["site"] == site]
        if keys:
            self.redis.hdel(self._repeated, *keys)
            self.redis.zrem(self._later, *keys)
        return len(keys)

    def repeated(self) -> list[str]:
        """Return the keys of the regular crawls on the schedule."""
        return [key.decode() for key in _bytes(self.redis.hkeys(self._repeated))]

    def due(self) -> Iterator[str]:
        """Yield the keys of what is to be sent now: of each site one, and none of a site that rests or is crawled."""
        self.redis.set(self._beat, repr(time.time()))
        sites: set[str] = set()
        for key in _bytes(self.redis.zrangebyscore(self._later, "-inf", time.time())):
            piece = Slice.of(key)
            if piece.site is None or (piece.site not in sites and not self.wait(piece)):
                sites |= {piece.site} if piece.site else set()
                yield key.decode()

    def next(self, key: str) -> float | None:
        """Return the seconds after which what is sent now is sent again, ``None`` where it is not."""
        return self.site(str(Slice.of(key).site)).interval if self.redis.hexists(self._repeated, key) else None

    def sent(self, key: str) -> None:
        """Note that what was due is sent."""
        after = self.next(key)
        if after is not None:
            self.later(Slice.of(key), after)
        else:
            self.redis.zrem(self._later, key)

    # --- what is shown ------------------------------------------------------------------------------

    def site(self, name: str) -> SiteState:
        """Return how a site does."""
        text = self.redis.hget(self._sites, name)
        if not isinstance(text, bytes):
            return SiteState()
        found = SiteState(**json.loads(text))
        found.runs = [(new, known) for new, known in found.runs]
        return found

    def sites(self) -> list[str]:
        """Return the names of the sites that slices were done or are scheduled of."""
        done = {name.decode() for name in _bytes(self.redis.hkeys(self._sites))}
        return sorted(done | {json.loads(key)["site"] for key in self.repeated()})

    def holder(self, site: str) -> str | None:
        """Return who crawls a site now."""
        return holder_of(self.redis, site_lease(self.prefix, site))

    def waiting(self) -> dict[str, float]:
        """Return the keys of the slices that wait, each with the Unix time that it is due."""
        found: Any = self.redis.zrange(self._later, 0, -1, withscores=True)
        return {key.decode(): float(score) for key, score in found}

    def aside(self) -> dict[str, str]:
        """Return the keys of the slices put aside, each with the reason."""
        found: Any = self.redis.hgetall(self._aside)
        return {key.decode(): why.decode() for key, why in found.items()}

    def again(self) -> int:
        """Have the slices put aside sent again; return how many."""
        keys = self.aside()
        for key in keys:
            self.later(Slice.of(key), 0.0)
            self.redis.hdel(self._aside, key)
        return len(keys)

    def refuse(self, kind: str) -> None:
        """Count a message that is not done."""
        self.redis.hincrby(self._refused, kind, 1)

    def refused(self) -> dict[str, int]:
        """Return how many messages were refused, by kind."""
        found: Any = self.redis.hgetall(self._refused)
        return {kind.decode(): int(count) for kind, count in found.items()}

    def beat_at(self) -> float | None:
        """Return the Unix time at which beat last looked for what is due; ``None``: never."""
        text = self.redis.get(self._beat)
        return float(text) if isinstance(text, bytes) else None


def _bytes(found: Any) -> list[bytes]:
    """Return what Redis answered, whose stubs leave open whether it is awaited."""
    return list(found)
