"""A lease: who alone, of all that share one Redis, may do something now."""

import os
from socket import gethostname
from uuid import uuid4

from redis import Redis

_KEEP = """
-- KEYS: lease. ARGV: holder, milliseconds.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_END = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Lease:
    """Holds ``name`` for ``seconds`` after each ``keep``; a holder that is lost loses it then.

    Every method raises ``RedisError`` when Redis does not answer.
    """

    def __init__(self, redis: Redis, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.holder = f"{gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        """Machine, process, and what tells it from a later one of that number."""
        self._redis = redis

    def take(self) -> str | None:
        """Take the lease; return who has it when it is not to be had, ``None`` when it is ours."""
        if self._redis.set(self.name, self.holder, nx=True, px=int(self.seconds * 1000)):
            return None
        return holder_of(self._redis, self.name) or "another"

    def keep(self) -> bool:
        """Begin its time anew; return whether it is still ours."""
        return bool(self._redis.eval(_KEEP, 1, self.name, self.holder, int(self.seconds * 1000)))

    def end(self) -> None:
        """Give it up, if it is ours."""
        self._redis.eval(_END, 1, self.name, self.holder)


def holder_of(redis: Redis, name: str) -> str | None:
    """Return who holds a lease, ``None`` when nobody does."""
    held = redis.get(name)
    return held.decode() if isinstance(held, bytes) else None


def site_lease(prefix: str, site: str) -> str:
    """Return the name of the lease that a crawl of ``site`` holds."""
    return f"{prefix}:site:{site}"
