"""``celery -A newscrawl.fleet beat``: sends the slices that wait when they are due, each site in its own rhythm.

What is due stands in Redis, not in a file of beat's: it may be stopped, moved, or run twice; a slice sent twice is done
once and found known once.
"""

import logging
from typing import Any

from celery.beat import Scheduler
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from scrapy.utils.project import get_project_settings

from newscrawl.fleet.celery import send, state_of
from newscrawl.fleet.slices import Slice

logger = logging.getLogger(__name__)

TICK = 5.0
"""Seconds between two looks at what is due."""


class Rhythm(Scheduler):  # type: ignore[misc]
    """Beat's scheduler."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.max_interval = TICK
        self.state = state_of(get_project_settings())

    def setup_schedule(self) -> None:
        """Begin with no entry of Celery's own."""

    def tick(self, *_: Any, **__: Any) -> float:
        """Send what is due; return the seconds until the next look."""
        try:
            for key in self.state.due():
                send(Slice.of(key), expires=self.state.next(key))
                self.state.sent(key)
                logger.info("sent: %s", key)
        except (RedisError, OperationalError) as error:
            logger.error("what is due waits: %s", error)
        return TICK
