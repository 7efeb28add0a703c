"""The index of all feeds of a fleet, in Redis, beside the index of this run's own feed.

Every feed is the truth of its own lines, and tells Redis of them: at once after each line, and on opening whatever
Redis has not been told (a kill between the two). How far a feed was told is kept in Redis itself and moves in the
same step as the rows, so a Redis that was emptied or set back is noticed, and told again. Redis outlives feeds: one
that is moved away stays known.

No line is written without a claim to its article, so two workers never write the same one. A claim ends when the
line is told, when the article is dropped, or when the feed is opened again; after a day at the latest.
"""

import json
import logging
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from socket import gethostname
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from newscrawl.store import near
from newscrawl.store.seen import (
    Claim,
    Entry,
    EntryOf,
    Known,
    SeenStore,
    StoreUnavailable,
    TextOf,
    digest_of,
    tail_digest,
)

logger = logging.getLogger(__name__)

TIMEOUT = 3.0
"""Seconds that one question to Redis may take; it is asked twice, and the event loop waits."""

CHUNK = 200
"""Lines told in one step: a few milliseconds of Redis."""

_TELL = """
-- KEYS: positions, claims, then a bucket for each row. ARGV: feed, position before and after, number of claims,
-- the claims, then field and value of each row. Returns how many records another feed told as well.
local at = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if at ~= ARGV[2] and at ~= ARGV[3] then
  return redis.error_reply('SETBACK the store knows another end of this feed')
end
local first, twice = 5 + tonumber(ARGV[4]), 0
for i = 5, first - 1 do redis.call('HDEL', KEYS[2], ARGV[i]) end
for i = 3, #KEYS do
  local field, value = ARGV[first + 2 * (i - 3)], ARGV[first + 2 * (i - 3) + 1]
  local old = #value == 20 and redis.call('HGET', KEYS[i], field)
  if old and struct.unpack('>I4', old) >= struct.unpack('>I4', value) then
    twice = twice + 1
  else
    redis.call('HSET', KEYS[i], field, value)
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return twice
"""
_CLAIM = """
-- KEYS: positions, claims, bucket of the id, then a bucket for each name. ARGV: feed, its position, seconds, field of
-- the id, revision that is replaced, number of names claimed, then digest and field of each name.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return redis.error_reply('SETBACK the store knows another end of this feed')
end
local now, known = tonumber(redis.call('TIME')[1]), redis.call('HGET', KEYS[3], ARGV[4])
if (known and struct.unpack('>I4', known) or 0) ~= tonumber(ARGV[5]) then return 'duplicate' end
for i = 4, #KEYS do
  local digest, field = ARGV[7 + 2 * (i - 4)], ARGV[8 + 2 * (i - 4)]
  local claim = redis.call('HGET', KEYS[2], digest)
  if claim then
    local till, owner = string.match(claim, '^(%d+) (.*)$')
    if owner ~= ARGV[1] and tonumber(till) > now then return 'claimed' end
  end
  if not known and redis.call('HEXISTS', KEYS[i], field) == 1 then return 'duplicate' end
end
for i = 0, tonumber(ARGV[6]) - 1 do
  redis.call('HSET', KEYS[2], ARGV[7 + 2 * i], now + tonumber(ARGV[3]) .. ' ' .. ARGV[1])
end
return ''
"""
_FREE = """
-- KEYS: claims. ARGV: feed. Ends the claims of the feed, and those that have run out.
local now, all, ended = tonumber(redis.call('TIME')[1]), redis.call('HGETALL', KEYS[1]), 0
for i = 1, #all, 2 do
  local till, owner = string.match(all[i + 1], '^(%d+) (.*)$')
  if owner == ARGV[1] or tonumber(till) <= now then ended = ended + redis.call('HDEL', KEYS[1], all[i]) end
end
return ended
"""


class SharedStore(SeenStore):
    """``SeenStore`` of one feed that also knows what the other feeds of a fleet hold.

    ``url`` is a Redis address (``redis://``, ``rediss://``, ``unix://``), ``prefix`` begins all keys, ``lease`` is the
    seconds that a claim outlives a worker that is lost. ``on_lost`` is told, once, why Redis answers no more: from
    then on nothing is granted, and what the feed holds is told when it is opened next.

    Raises:
        ValueError: ``url`` is no Redis address.
    """

    def __init__(
        self,
        path: Path | None,
        entry_of: EntryOf,
        text_of: TextOf = lambda _: None,
        *,
        url: str,
        prefix: str = "newscrawl",
        lease: float = 86400,
        on_lost: Callable[[str], None] = logger.error,
    ) -> None:
        self.where = shown(url)
        self._redis = connect(url)
        self._keys = _Keys(prefix)
        self._lease = int(lease)
        self._on_lost = on_lost
        self.lost = False
        self.late = 0
        """Lines of this feed that Redis was told of only when it was opened."""
        self.twice = 0
        """Records of this feed, told late, that another feed holds as well."""
        self._name = b""
        self._told = b""
        self._held: dict[str, list[bytes]] = {}
        """The claims of articles on their way to the feed, by ``id``."""
        self._tell_script = self._redis.register_script(_TELL)
        self._claim_script = self._redis.register_script(_CLAIM)
        self._free_script = self._redis.register_script(_FREE)
        super().__init__(path, entry_of, text_of)

    def follow(self, feed: Path, *, anew: bool = False) -> None:
        """Bring both indexes up to the end of ``feed``.

        ``anew`` permits a Redis that has forgotten this feed, or is another one.

        Raises:
            StoreUnavailable: Redis cannot be used, or has forgotten the feed.
        """
        super().follow(feed)
        self._name = f"{gethostname()}:{feed.absolute()}".encode()
        try:
            self._check_policy()
            self._check_memory(anew=anew)
            self._tell_rest(feed)
            self._free_script(keys=[self._keys.claims], args=[self._name])
        except RedisError as error:
            raise StoreUnavailable(f"the shared store {self.where} cannot be used: {_reason(error)}") from None

    def forget(self, feed: Path) -> None:
        """Take what ``feed`` told out of Redis, before the feed is begun anew. Raises ``StoreUnavailable``."""
        name = f"{gethostname()}:{feed.absolute()}".encode()
        try:
            self._redis.hdel(self._keys.positions, name)
            lines = _entries(feed, 0, self.entry_of)
            while some := list(islice(lines, CHUNK)):
                pipeline = self._redis.pipeline(transaction=False)
                for entry, _ in some:
                    for bucket, field, _ in self._keys.rows(entry):
                        pipeline.hdel(bucket, field)
                pipeline.execute()
        except RedisError as error:
            raise StoreUnavailable(f"the shared store {self.where} cannot be used: {_reason(error)}") from None

    def has_page(self, key: str) -> bool:
        """Whether a feed holds an article of this page."""
        return super().has_page(key) or self._ask("page", key) is not None

    def has_record(self, key: str) -> bool:
        """Whether a feed holds an article of this source and language."""
        return super().has_record(key) or self._ask("record", key) is not None

    def find(self, record_id: str) -> Known | None:
        """Return what the feeds hold of a record, ``None`` when nothing; the offset is -1 in another's feed."""
        own, value = super().find(record_id), self._ask("id", record_id)
        if value is None:
            return own
        revision, content = struct.unpack(">I16s", value)
        return own if own is not None and own.revision >= revision else Known(content.hex(), revision, -1)

    def id_of_text(self, text: str) -> str | None:
        """Return the ``id`` of the last line with this text, ``None`` when no feed has one."""
        own = super().id_of_text(text)
        if own is not None:
            return own
        value = self._ask("text", text)
        return value.decode()[1:] if value is not None else None

    def claim(self, claim: Claim) -> str | None:
        """Take hold of an article that is to be written; ``None`` when it is granted, else a reason of rejects."""
        if self.lost:
            return "store_unavailable"
        names = [digest_of("record", key) for key in claim.records]
        if claim.text is not None:
            names.insert(1, digest_of("text", claim.text))
        taken = names[: 1 + (claim.text is not None)]
        places = [self._keys.place(name) for name in names]
        bucket, field = self._keys.place(digest_of("id", claim.id))
        keys = [self._keys.positions, self._keys.claims, bucket, *(place[0] for place in places)]
        pairs = [part for name, place in zip(names, places, strict=True) for part in (name, place[1])]
        arguments: list[bytes | str | int] = [
            self._name,
            self._told,
            self._lease,
            field,
            claim.revision,
            len(taken),
            *pairs,
        ]
        try:
            answer = self._claim_script(keys=keys, args=arguments).decode()
        except RedisError as error:
            self._lose(error)
            return "store_unavailable"
        if not answer:
            self._held[claim.id] = taken
        return answer or None

    def release(self, record_id: str) -> None:
        """Give up the claim to an article that will not be written."""
        held = self._held.pop(record_id, None)
        if held is None or self.lost:
            return
        try:
            self._redis.hdel(self._keys.claims, *held)
        except RedisError as error:
            self._lose(error)

    def add(self, entry: Entry, text: near.Text | None = None, offset: int = -1) -> None:
        """Note that a line is in the feed, and tell Redis."""
        super().add(entry, text, offset)
        held = self._held.pop(entry.id, [])
        if self.lost or self._feed is None:
            return
        try:
            self._sync(self._feed)
            self._tell([entry], self._feed.stat().st_size, held)
        except RedisError as error:
            self._lose(error)

    def close(self) -> None:
        """Commit and close."""
        super().close()
        self._redis.close()

    def _ask(self, kind: str, key: str) -> bytes | None:
        """Return the value of a row; ``None`` also once Redis is lost: the claim, which is refused then, decides."""
        if self.lost:
            return None
        bucket, field = self._keys.place(digest_of(kind, key))
        try:
            value: bytes | None = self._redis.hget(bucket, field)  # type: ignore[assignment]
        except RedisError as error:
            self._lose(error)
            return None
        return value

    def _lose(self, error: RedisError) -> None:
        self.lost = True
        self._on_lost(f"the shared store {self.where} is lost: {_reason(error)}")

    @staticmethod
    def _sync(feed: Path) -> None:
        """Have the disk take the line first: after a power cut Redis must not know a line that is gone."""
        file = os.open(feed, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def _check_policy(self) -> None:
        try:
            policy = self._redis.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
        except ResponseError:  # not for this user to know
            return
        if policy != "noeviction":
            raise StoreUnavailable(
                f"the shared store {self.where} drops keys when full: set maxmemory-policy noeviction"
            )

    def _check_memory(self, *, anew: bool) -> None:
        """Refuse a Redis that is not the one this feed told before: what other feeds hold is forgotten as well."""
        self._redis.set(self._keys.born, blake2b(self._name + _moment(self._redis), digest_size=8).hexdigest(), nx=True)
        born = self._redis.get(self._keys.born)
        assert isinstance(born, bytes)
        before = self.told_to()
        if before not in (None, born.decode()) and not anew:
            raise StoreUnavailable(
                f"the shared store {self.where} was emptied, or is another one: it has forgotten what the feeds hold; "
                "tell it on every machine with: scrapy remember FEEDS, then crawl"
            )
        self.note_told_to(born.decode())

    def _tell_rest(self, feed: Path) -> None:
        at = self._redis.hget(self._keys.positions, self._name) or b""
        assert isinstance(at, bytes)
        known, size, start = at != b"", feed.stat().st_size, _told_size(at, feed)
        if start is None:  # another feed of that name, or one never told
            self._redis.hdel(self._keys.positions, self._name)
            known, start, at = False, 0, b""
        self._told = at
        twice = 0
        entries = _entries(feed, start, self.entry_of)
        while some := list(islice(entries, CHUNK)):
            twice += self._tell([entry for entry, _ in some], some[-1][1], [])
            self.late += len(some)
        if known:
            self.twice = twice
        if self._told != _position(feed, size):
            self._tell([], size, [])

    def _tell(self, entries: list[Entry], size: int, held: list[bytes]) -> int:
        assert self._feed is not None
        rows = [row for entry in entries for row in self._keys.rows(entry)]
        position = _position(self._feed, size)
        pairs = [part for _, field, value in rows for part in (field, value)]
        keys = [self._keys.positions, self._keys.claims, *(bucket for bucket, _, _ in rows)]
        told = self._tell_script(keys=keys, args=[self._name, self._told, position, len(held), *held, *pairs])
        self._told = position
        return int(told)


class _Keys:
    """Names of keys. Rows lie in a million small hashes, which Redis keeps without a pointer a row."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.positions = f"{prefix}:feeds"
        self.claims = f"{prefix}:claims"
        self.born = f"{prefix}:born"

    def place(self, digest: bytes) -> tuple[str, bytes]:
        """Return bucket and field of a row: 20 and 64 of its bits, 80 in all."""
        return f"{self.prefix}:seen:{digest.hex()[:5]}", digest[2:10]

    def rows(self, entry: Entry) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield bucket, field and value of the rows of a line; only a record's value has 20 bytes."""
        yield *self.place(digest_of("page", entry.page)), b""
        yield *self.place(digest_of("record", entry.record)), b""
        known = struct.pack(">I16s", entry.revision, bytes.fromhex(entry.content_hash))
        yield *self.place(digest_of("id", entry.id)), known
        if entry.text is not None:
            yield *self.place(digest_of("text", entry.text)), b"=" + entry.id.encode()


def connect(url: str, timeout: float = TIMEOUT) -> "Redis":
    """Return a client that asks once more when a connection breaks. Raises ``ValueError``: no Redis address."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(ConstantBackoff(0.1), 1),
        health_check_interval=30,
    )


def empty(url: str, prefix: str) -> None:
    """Delete all that the shared store knows. Raises ``StoreUnavailable``, ``ValueError``."""
    redis = connect(url)
    try:
        for pattern in ("seen:*", "near:*", "feeds", "claims", "born"):
            names = redis.scan_iter(match=f"{prefix}:{pattern}", count=1000)
            while some := list(islice(names, 1000)):
                redis.unlink(*some)
    except RedisError as error:
        raise StoreUnavailable(f"the shared store {shown(url)} cannot be used: {_reason(error)}") from None
    finally:
        redis.close()


def shown(url: str) -> str:
    """Return ``url`` without the password.

    >>> shown("redis://me:secret@db.example:6379/0")
    'redis://db.example:6379/0'
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _entries(feed: Path, start: int, entry_of: EntryOf) -> Iterator[tuple[Entry, int]]:
    """Yield the entries of the lines from ``start`` on, each with the offset after its line."""
    with feed.open("rb") as lines:
        lines.seek(start)
        for line in lines:
            start += len(line)
            with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):  # counted by ``SeenStore``
                yield entry_of(json.loads(line)), start


def _told_size(position: bytes, feed: Path) -> int | None:
    """Return how many bytes of ``feed`` were told, ``None`` when the position is not one of this feed."""
    size = int(position.partition(b" ")[0] or -1)
    return size if 0 <= size <= feed.stat().st_size and _position(feed, size) == position else None


def _position(feed: Path, size: int) -> bytes:
    return f"{size} {tail_digest(feed, size)}".encode()


def _moment(redis: "Redis") -> bytes:
    return repr(redis.time()).encode()


def _reason(error: RedisError) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
