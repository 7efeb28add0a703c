"""The index of all feeds of a fleet, in Redis, beside the index of this run's own feed.

Every feed is the truth of its own lines, and tells Redis of them: at once after each line (of a feed that is stored
elsewhere, once it is stored), and on opening whatever Redis has not been told (a kill between the two). How far a feed
was told is kept in Redis itself and moves in the same step as the rows, so a Redis that was emptied or set back is
noticed, and told again. Redis outlives feeds: one that is moved away stays known. But a last line that was told and is
gone again (a power cut, and a disk that had not taken what it said it had) is taken back, to be asked for anew.

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
from itertools import islice, takewhile
from pathlib import Path
from socket import gethostname
from typing import NamedTuple
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from newscrawl.compression import open_lines, with_offsets
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
    digests_of,
)

logger = logging.getLogger(__name__)

TIMEOUT = 3.0
"""Seconds that one question to Redis may take; it is asked twice, and the event loop waits."""

NOTHING = b"-1"
"""The position of a feed of which nothing was told yet."""

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
    seconds that a claim outlives a worker that is lost. ``upto`` is the offset before which the feed counts as
    exported, ``None`` where every line does that is written. ``on_lost`` is told, once, why Redis answers no more:
    from then on nothing is granted, and what the feed holds is told when it is opened next.

    Raises:
        ValueError: ``url`` is no Redis address.
    """

    def __init__(
        self,
        path: Path | None,
        entry_of: EntryOf,
        text_of: TextOf = lambda *_: None,
        *,
        url: str,
        prefix: str = "newscrawl",
        lease: float = 86400,
        upto: int | None = None,
        on_lost: Callable[[str], None] = logger.error,
    ) -> None:
        self.where = shown(url)
        self._redis = connect(url)
        self._keys = _Keys(prefix)
        self._lease = int(lease)
        self._upto = upto
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
            if self._upto is None:  # else what waits to be stored stays claimed
                self._free_script(keys=[self._keys.claims], args=[self._name])
        except RedisError as error:
            raise StoreUnavailable(f"the shared store {self.where} cannot be used: {_reason(error)}") from None

    def forget(self, feed: Path) -> None:
        """Take what ``feed`` told out of Redis, before the feed is begun anew. Raises ``StoreUnavailable``."""
        name = f"{gethostname()}:{feed.absolute()}".encode()
        try:
            self._redis.hdel(self._keys.positions, name)
            lines = _entries(feed, -1, self.entry_of)
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
        before = self._last
        super().add(entry, text, offset)
        held = self._held.pop(entry.id, [])
        if self.lost or self._feed is None or self._upto is not None:
            return
        try:
            self._sync(self._feed)
            self._tell([entry], _Place(offset, before), held)
        except RedisError as error:
            self._lose(error)

    def stored(self, upto: int) -> None:
        """Tell Redis the lines before the offset ``upto``."""
        self._upto = upto
        if self.lost or self._feed is None:
            return
        try:
            self._tell_rest(self._feed)
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
        known, last = at != b"", _last_told(at, feed, self.entry_of)
        if last is None:  # another feed of that name, one that lost lines, or one never told
            if at:
                self._take_back(at, feed)
            self._redis.hdel(self._keys.positions, self._name)
            known, last, at = False, -1, b""
        self._told = at
        twice = 0
        entries = _entries(feed, last, self.entry_of)
        if self._upto is not None:
            upto = self._upto
            entries = takewhile(lambda found: found[1] < upto, entries)
        while some := list(islice(entries, CHUNK)):
            claims = [claim for entry, _ in some for claim in _claims(entry)] if self._upto is not None else []
            place = _Place(some[-1][1], some[-2][1] if len(some) > 1 else last)
            twice += self._tell([entry for entry, _ in some], place, claims)
            last = place.last
            self.late += len(some)
        if known:
            self.twice = twice
        elif not self._told:
            self._redis.hset(self._keys.positions, self._name, NOTHING)
            self._told = NOTHING

    def _take_back(self, position: bytes, feed: Path) -> None:
        """Have Redis forget the line at ``position`` where just that one is gone from the end of ``feed``."""
        *_, revision, before, names = position.decode().split()
        nothing_left = self._last < 0
        torn = feed.with_name(feed.name + ".tail").exists()  # else a feed of one line was moved away
        if int(before) != self._last or (nothing_left and not torn):
            if not nothing_left:
                logger.warning(
                    "%s is not what the shared store was told of: what is gone from it stays known, and is not asked "
                    "for again (to know no more than feeds hold, name those of all machines: scrapy remember --anew)",
                    feed,
                )
            return
        page, record, record_id, *text = (self._keys.place(bytes.fromhex(name)) for name in names.split(","))
        pipeline = self._redis.pipeline()
        for bucket, field in text:
            pipeline.hdel(bucket, field)
        if int(revision) > 1:  # what it replaced is known, but no more with what text
            bucket, field = record_id
            pipeline.hset(bucket, field, struct.pack(">I16s", int(revision) - 1, b""))
        else:
            for bucket, field in (page, record, record_id):
                pipeline.hdel(bucket, field)
        pipeline.execute()

    def _tell(self, entries: list[Entry], place: "_Place", held: list[bytes]) -> int:
        """Tell ``entries``, the last of which is at ``place``, and end the claims ``held``."""
        rows = [row for entry in entries for row in self._keys.rows(entry)]
        position = _position(place, entries[-1])
        pairs = [part for _, field, value in rows for part in (field, value)]
        keys = [self._keys.positions, self._keys.claims, *(bucket for bucket, _, _ in rows)]
        told = self._tell_script(keys=keys, args=[self._name, self._told, position, len(held), *held, *pairs])
        self._told = position
        return int(told)


class _Place(NamedTuple):
    """Where a line lies in the feed."""

    last: int
    """Where it begins."""
    before: int
    """Where the line before it begins; -1 for none."""


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
        page, record, record_id, *text = map(self.place, digests_of(entry))
        yield *page, b""
        yield *record, b""
        yield *record_id, struct.pack(">I16s", entry.revision, bytes.fromhex(entry.content_hash))
        for place in text:
            yield *place, b"=" + entry.id.encode()


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


def _entries(feed: Path, last: int, entry_of: EntryOf) -> Iterator[tuple[Entry, int]]:
    """Yield the entries of the lines after the one at ``last`` (-1: of all), each with the offset of its line."""
    with open_lines(feed) as lines:
        if last >= 0:
            lines.seek(last)
            lines.readline()
        for start, line in with_offsets(lines):
            with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):  # counted by ``SeenStore``
                yield entry_of(json.loads(line)), start


def _last_told(position: bytes, feed: Path, entry_of: EntryOf) -> int | None:
    """Return where the last line of ``feed`` begins that was told, ``None`` when the position is none of this feed."""
    if position == NOTHING:
        return -1
    try:
        last = int(position.partition(b" ")[0])
        with open_lines(feed) as lines:
            lines.seek(last)
            found = _position(_Place(last, -1), entry_of(json.loads(lines.readline())))
            return last if found.split()[:3] == position.split()[:3] else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _position(place: _Place, entry: Entry) -> bytes:
    """Return how far a feed was told: by its last line that was, and what it takes to take that one back."""
    names = ",".join(name.hex() for name in digests_of(entry))
    return f"{place.last} {entry.id} {entry.revision} {place.before} {names}".encode()


def _claims(entry: Entry) -> list[bytes]:
    """Return what an article had to claim whose line this is."""
    _, record, _, *text = digests_of(entry)
    return [record, *text]


def _moment(redis: "Redis") -> bytes:
    return repr(redis.time()).encode()


def _reason(error: RedisError) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
