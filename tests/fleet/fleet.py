"""A fleet on loopback: real workers and beat on a real Redis, crawling one real site's markup. No tests here."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from redis import Redis

from newscrawl.fleet.state import State
from tests.generated import DAY, ria_page, ria_sitemap
from tests.loopback import Answer, Asked, Loopback
from tests.support import ROOT, read_feed, scrapy, scrapy_environment

LONG = 240.0
"""Seconds after which something will not happen any more, on the busiest of machines."""

WAIT = 0.1
"""Seconds that the site takes to answer: who asks again before that asks twice at once."""

SETTINGS = {
    "DOWNLOAD_DELAY": 0.01,
    "HTTPPROXY_ENABLED": True,
    "DOWNLOAD_VERIFY_CERTIFICATES": False,
    "RETRY_TIMES": 0,
    "SITE_LEASE": 6.0,
    "FLEET_TIME_LIMIT": 25.0,
    "FLEET_GRACE": 4.0,
}


def wait_for(what: str, ready: Callable[[], Any], seconds: float = LONG) -> Any:
    """Return the first true value of ``ready``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} seconds in vain for {what}")


def days(count: int) -> list[date]:
    """Return so many days, the last of them ``DAY``."""
    return [DAY - timedelta(back) for back in range(count)]


class Paper:
    """РИА, with so many pages a day; as what ``Loopback`` answers with."""

    def __init__(self, pages: int, wait: float = WAIT) -> None:
        self.pages, self.wait = pages, wait
        self.down = False
        """Whether it answers 503 to everything."""

    def urls(self, day: date) -> list[str]:
        first = 1_900_000_000 + day.toordinal() * 100
        return [f"https://ria.ru/{day:%Y%m%d}/most-{first + number}.html" for number in range(self.pages)]

    def page(self, url: str, day: date) -> bytes:
        page = ria_page(url).replace(f"{DAY:%Y%m%d}".encode(), f"{day:%Y%m%d}".encode())
        return page.replace(f"{DAY:%d.%m.%Y}".encode(), f"{day:%d.%m.%Y}".encode())

    def __call__(self, asked: Asked) -> Answer:
        if self.down:
            return Answer(status=503, wait=self.wait)
        if "sitemap_article" in asked.url:
            first, last = (date.fromisoformat(text) for text in re.findall(r"date_\w+=(\d{8})", asked.url))
            span = [first + timedelta(number) for number in range((last - first).days + 1)]
            body = ria_sitemap([url for day in span for url in self.urls(day)])
            return Answer(body, headers=(("Content-Type", "text/xml"),), wait=self.wait)
        if found := re.match(r"https://ria\.ru/(\d{8})/(most-\d+\.html)?", asked.url):
            body = self.page(asked.url, date.fromisoformat(found[1])) if found[2] else b"<html><body></body></html>"
            return Answer(body, wait=self.wait)
        return Answer(status=404, wait=self.wait)


def at_once(site: Loopback, wait: float = WAIT) -> list[tuple[str, str]]:
    """Return the pairs of requests of which the second was made before the first was answered."""
    asked = sorted(site.asked, key=lambda entry: entry.at)
    return [(one.url, two.url) for one, two in pairwise(asked) if two.at - one.at < wait]


class Machine:
    """A machine of the fleet: a folder of feeds, and the worker on it. It ends with the test."""

    def __init__(self, fleet: "Fleet", name: str) -> None:
        self.name = name
        self.data = fleet.folder / name
        (self.data / "warc").mkdir(parents=True)
        self.environment = fleet.environment | {"NEWSCRAWL_DATA": str(self.data)}
        self.worker: subprocess.Popen[bytes] | None = None
        self.fleet = fleet

    @property
    def feeds(self) -> list[Path]:
        """Return its feeds."""
        found = sorted((self.data / "feeds").rglob("*.jsonl"))
        return [path for path in found if path.name.count(".") < 2 or path.name.endswith(".gz.jsonl")]

    @property
    def lines(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self.feeds)

    @property
    def log(self) -> str:
        return (self.data / "worker.log").read_text("utf-8")

    def start(self) -> None:
        """Start the worker, in a group of processes of its own, and wait until it takes work."""
        ready = self.log.count("ready.") if (self.data / "worker.log").exists() else 0
        self.worker = self.fleet.celery("worker", "-c", "1", "-n", self.name, log=self.data / "worker.log",
                                        environment=self.environment)  # fmt: skip
        wait_for(f"worker {self.name}", lambda: self.log.count("ready.") > ready)

    def kill(self, what: str) -> bool:
        """Kill the ``crawl``, the ``pool``'s process that waits for it, or all that runs on the ``machine``.

        A machine is started again. Return whether there was a crawl.
        """
        assert self.worker is not None
        pool = _children(self.worker.pid)
        crawls = [crawl for process in pool for crawl in _children(process)]
        if what == "machine":
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.start()
        for process in {"crawl": crawls, "pool": pool}.get(what, []):
            os.kill(process, signal.SIGKILL)
        return bool(crawls)


def _children(process: int) -> list[int]:
    """Return the processes that a process has begun."""
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]


class Fleet:
    """Redis, machines and beat; use as a context manager."""

    def __init__(self, folder: Path, store: str, site: Loopback | None = None, broker: str | None = None,
                 settings: Mapping[str, object] = MappingProxyType({})) -> None:  # fmt: skip
        self.folder = folder
        folder.mkdir(exist_ok=True)
        values = "\n".join(f"{name} = {value!r}" for name, value in (SETTINGS | dict(settings)).items())
        (folder / "fleet_settings.py").write_text(f"from newscrawl.settings import *\n{values}\n", "utf-8")
        own = {"SCRAPY_SETTINGS_MODULE": "fleet_settings", "PYTHONPATH": f"{ROOT}:{folder}", "SEEN_STORE": store}
        self.environment = scrapy_environment(folder, own | (site.environment if site else {}))
        if broker:
            self.environment["FLEET_BROKER"] = broker
        self.state = State(Redis.from_url(store), "newscrawl")
        self._processes: list[subprocess.Popen[bytes]] = []
        self.machines = [Machine(self, name) for name in ("one", "other")]

    def celery(
        self, *arguments: str, log: Path, environment: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program of Celery's."""
        with log.open("ab") as file:
            process = subprocess.Popen([sys.executable, "-m", "celery", "-A", "newscrawl.fleet", *arguments, "-l", "INFO"],
                                       cwd=self.folder, env=dict(environment or self.environment), stdout=file,
                                       stderr=file, start_new_session=True)  # fmt: skip
        self._processes.append(process)
        return process

    def start(self) -> None:
        """Start beat and a worker on each machine."""
        self.celery("beat", log=self.folder / "beat.log")
        for machine in self.machines:
            machine.start()

    def scrapy(self, *arguments: str | Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run one of the project's commands, as on the first machine."""
        return scrapy(*arguments, cwd=self.folder, check=check, environment=self.machines[0].environment)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of all feeds, each checked."""
        return [line for machine in self.machines for path in machine.feeds for line in read_feed(path)]

    def feeds(self) -> list[Path]:
        return [path for machine in self.machines for path in machine.feeds]

    def hurry(self, site: str | None = None) -> None:
        """Have what waits be due now, and the rest of ``site`` be over."""
        if site:
            state = json.loads(self.state.redis.hget("newscrawl:fleet:sites", site))
            self.state.redis.hset("newscrawl:fleet:sites", site, json.dumps(state | {"rests_until": 0}))
        for key in self.state.waiting():
            self.state.redis.zadd("newscrawl:fleet:later", {key: 0}, xx=True)

    def idle(self) -> bool:
        """Whether nothing is queued, waits, or is at work."""
        redis, head = self.state.redis, "newscrawl:celery:"
        held = [
            redis.llen(f"{head}newscrawl.news"),
            redis.llen(f"{head}newscrawl.slices"),
            redis.hlen(f"{head}unacked"),
        ]
        return not any(held) and not self.state.waiting()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.state.redis.close()
        if kind is not None:  # what pytest shows of a test that failed
            for log in (self.folder / "beat.log", *(machine.data / "worker.log" for machine in self.machines)):
                print(f"--- {log}", log.read_text("utf-8")[-6000:] if log.exists() else "none", sep="\n")
