"""What is measured inside a crawl while it is under attack. Loaded by ``test_hostile_corpus.py``, no tests here.

Stalls are of processor time between two turns of the event loop: on a busy machine the clock on the wall would tell lies.
"""

import json
import os
import time
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.task import LoopingCall

from newscrawl.crawl.patience import PatientHandler

TICK = 0.02
TOOK: dict[str, float] = {}


class Probe:
    """Extension: writes ``probe.json``, address to the longest stall while it was read, and to the seconds it took."""

    def __init__(self) -> None:
        self.last, self.at = time.thread_time(), ""
        self.stalls: dict[str, float] = {}
        self.loop = LoopingCall(self.tick)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        probe = cls()
        crawler.signals.connect(probe.begin, signals.spider_opened)
        crawler.signals.connect(probe.received, signals.response_received)
        crawler.signals.connect(probe.end, signals.spider_closed)
        return probe

    def begin(self) -> None:
        self.loop.start(TICK, now=False)

    def tick(self) -> None:
        now = time.thread_time()
        self.stalls[self.at] = max(self.stalls.get(self.at, 0.0), now - self.last)
        self.last = now

    def received(self, response: Response) -> None:
        self.tick()
        self.at = response.url

    def end(self) -> None:
        self.tick()
        self.loop.stop()
        Path(os.environ["PROBE"]).write_text(json.dumps({"stalls": self.stalls, "took": TOOK}), "utf-8")


class TimedHandler(PatientHandler):
    """The crawl's own handler, with the seconds that each answer took."""

    async def download_request(self, request: Request) -> Any:
        begun = time.monotonic()
        try:
            return await super().download_request(request)
        finally:
            TOOK[request.url] = max(TOOK.get(request.url, 0.0), time.monotonic() - begun)
