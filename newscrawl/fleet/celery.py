"""The Celery application: ``celery -A newscrawl.fleet worker``, ``beat``, ``flower``.

A message is JSON and names a slice, nothing else. It is acknowledged when the slice is done, or noted in Redis as one
that waits; a worker that is lost before leaves it to another. Doing a slice twice costs its listings, and no line: what
is exported is known. So everything here errs on the side of doing it again.
"""

import subprocess
import sys
import time
from typing import Any

from celery import Celery, signals
from celery.exceptions import Reject
from celery.utils.log import get_task_logger
from celery.worker.consumer import Consumer
from kombu.entity import Exchange, Queue
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from newscrawl.fleet.run import archives_folder, data_folder, run
from newscrawl.fleet.slices import Slice, read_slice
from newscrawl.fleet.state import State
from newscrawl.sites import Sites
from newscrawl.store.shared import connect

logger = get_task_logger(__name__)

NEWS, SLICES = "newscrawl.news", "newscrawl.slices"
"""Queues of regular crawls and of all else; workers take from both in turn, so that no backlog holds up the news."""

PAUSE = 5.0
"""Seconds before a slice is given back when Redis or the broker does not answer."""


class SliceFailed(Exception):
    """What came of a slice, for the page of Flower; it is noted already."""


def configuration() -> dict[str, Any]:
    """Return Celery's configuration from the project's settings. Ends the process with one line when it cannot."""
    settings = get_project_settings()
    store = settings.get("SEEN_STORE")
    limit, grace = settings.getfloat("FLEET_TIME_LIMIT"), settings.getfloat("FLEET_GRACE")
    if not store:
        raise SystemExit("newscrawl.fleet: name the shared store: SEEN_STORE=redis://HOST:6379/0")
    broker, exchange = settings.get("FLEET_BROKER") or store, Exchange("newscrawl")  # type: ignore[no-untyped-call]
    options = {
        # A slice of a lost worker is handed out again when it can no longer be at work.
        "visibility_timeout": limit + 3 * grace,
        "global_keyprefix": f"{settings['SEEN_STORE_PREFIX']}:celery:",
    }
    return {
        "broker_url": broker,
        "broker_transport_options": {} if broker.startswith("amqp") else options,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_heartbeat": 30,
        "accept_content": ["json"],
        "task_serializer": "json",
        "event_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_acks_on_failure": True,
        "task_acks_on_timeout": False,
        "task_soft_time_limit": limit,
        "task_time_limit": limit + 2 * grace,
        "task_queues": [Queue(name, exchange, routing_key=name) for name in (NEWS, SLICES)],  # type: ignore[no-untyped-call]
        "task_default_queue": SLICES,
        "task_create_missing_queues": False,
        "worker_prefetch_multiplier": 1,
        "worker_consumer": f"{__name__}:SafeConsumer",
        "worker_hijack_root_logger": True,
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "beat_scheduler": "newscrawl.fleet.beat:Rhythm",
    }


app = Celery("newscrawl", set_as_current=False)
app.add_defaults(configuration)


_NO_MESSAGE = (ValueError, KeyError, TypeError, AttributeError)
"""What Kombu raises on what is not even wrapped as a message; it is off the queue then."""


class SafeConsumer(Consumer):  # type: ignore[misc]
    """Celery's consumer, which drops what it cannot read: counted here, and what would end the worker as well."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.connection_errors += _NO_MESSAGE

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Begin anew with another connection."""
        super().on_connection_error_after_connected(exc)
        if isinstance(exc, _NO_MESSAGE):
            _count("unreadable")

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Drop a message that is no JSON, a pickle above all."""
        super().on_decode_error(message, exc)
        _count("unreadable")


def _refused(**_: object) -> None:
    _count("no task")


signals.task_unknown.connect(_refused)
signals.task_rejected.connect(_refused)


def _count(kind: str) -> None:
    try:
        state_of(get_project_settings()).refuse(kind)
    except RedisError as error:
        logger.warning("a message was refused (%s), and not counted: %s", kind, error)


def state_of(settings: Settings) -> State:
    """Return the state of the fleet that the settings name."""
    return State(connect(settings["SEEN_STORE"]), settings["SEEN_STORE_PREFIX"])


def send(piece: Slice, expires: float | None = None) -> None:
    """Give a slice to the broker; not begun within ``expires`` seconds, it is dropped.

    Raises:
        OperationalError: the broker does not take it.
    """
    queue = NEWS if piece.is_regular else SLICES
    app.send_task(TASK, kwargs=piece.message, queue=queue, expires=expires, retry=False)


def queued() -> dict[str, int]:
    """Return how many messages each queue holds that no worker has. Raises ``OperationalError``."""
    with app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, errback=None)
        channel = connection.channel()
        return {queue.name: queue(channel).queue_declare().message_count for queue in app.conf.task_queues}


TASK = "newscrawl.slice"


def _do(*arguments: object, **message: object) -> dict[str, Any]:
    """Do the slice that a message names; return what came of it, as Flower shows it."""
    settings = get_project_settings()
    state = state_of(settings)
    try:
        try:
            piece = read_slice(message, Sites.load(settings), archives_folder(settings))
            if arguments:
                raise ValueError("no slice: its fields have no names")
        except ValueError as error:
            state.refuse("no slice")
            logger.error("refused: %s", error)
            return {"state": "refused", "why": str(error)}
        return _done(piece, state, settings)
    except (RedisError, OperationalError) as error:
        logger.error("%s: given back: %s", TASK, error)
        time.sleep(PAUSE)
        raise Reject(str(error), requeue=True) from None


def _done(piece: Slice, state: State, settings: Settings) -> dict[str, Any]:
    most = settings.getint("FLEET_TRIES")
    if wait := state.wait(piece):
        state.later(piece, wait)
        return {"state": "waits", "seconds": round(wait)}
    tries = state.begin(piece)
    if tries > most:  # each took its worker with it
        state.put_aside(piece, f"no worker came to its end in {most} tries")
        raise SliceFailed(f"{piece.key}: put aside")
    result = run(piece, data_folder(), archives_folder(settings), settings.getfloat("FLEET_GRACE"))
    after = state.end(piece, result, tries, most)
    then = "put aside" if after is None else f"goes on in {after:.0f} s"
    if result.state in ("failed", "broken", "refused"):
        raise SliceFailed(f"{piece.key}: {result.state}, {then}: {result.why}")
    told = {"state": result.state, "new": result.new, "known": result.known}
    return told if result.state == "done" else told | {"why": result.why, "then": then}


app.task(_do, name=TASK, throws=(SliceFailed,))


def _tell_what_was_written(**_: object) -> None:
    """Have this machine's feeds told to the store: a worker killed before may have written a line and not said so."""
    try:
        data = data_folder()
    except ValueError as error:
        raise SystemExit(f"newscrawl.fleet: {error}") from None
    feeds = data / "feeds"
    feeds.mkdir(parents=True, exist_ok=True)
    if any(feeds.rglob("*.jsonl")):
        subprocess.run([sys.executable, "-m", "scrapy", "remember", str(feeds)], cwd=data, check=False)  # noqa: S603


signals.worker_init.connect(_tell_what_was_written)
