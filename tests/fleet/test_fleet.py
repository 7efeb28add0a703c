"""Two real workers, a real Redis, a real site's markup on loopback: what is sent is done, once, whatever dies meanwhile."""

import json
import os
import random
import signal
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Producer, disable_insecure_serializers, enable_insecure_serializers

from newscrawl.fleet.celery import SLICES, TASK
from newscrawl.fleet.rhythm import FIRST, next_interval
from tests.faults.wire import FaultyWire
from tests.fleet.fleet import LONG, Fleet, Paper, at_once, days, wait_for
from tests.generated import ria_archive
from tests.loopback import Loopback
from tests.redis_server import RedisServer
from tests.support import ROOT, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))


def test_killed_workers_lose_nothing_and_do_nothing_twice(redis: RedisServer, tmp_path: Path) -> None:
    """Six days of a site and two archives, handed to two machines; in mid-slice one of the two loses its power, one its
    pool's process, one its crawl, in any order."""
    paper, chance = Paper(pages=15), random.Random(SEED)
    print(f"KILL_SEED={SEED}")
    with Loopback(tmp_path, paper) as site, Fleet(tmp_path / "fleet", redis.url, site) as fleet:
        archived = ria_archive(tmp_path / "a.warc.gz", 150)
        for machine in fleet.machines:
            for name in ("a.warc.gz", "b.warc.gz"):  # the same pages in both: whoever is first writes them
                os.link(tmp_path / "a.warc.gz", machine.data / "warc" / name)
        first, last = min(days(7)), max(days(7)[1:])
        wanted = {url for day in days(7)[1:] for url in paper.urls(day)} | set(archived)
        sent = fleet.scrapy("slices", "ria", "-a", f"since={first}", "-a", f"until={last}", "--days", "2").stdout
        assert sent == "3 slices sent\n"
        assert fleet.scrapy("slices", "--archives", "a.warc.gz", "b.warc.gz").stdout == "2 slices sent\n"
        fleet.start()
        for kill in chance.sample(("machine", "pool", "crawl"), 3):
            before = {machine: machine.lines for machine in fleet.machines}
            more = chance.randrange(1, 12)
            wait_for(f"lines before the {kill} is killed", lambda b=before, m=more: fleet.idle() or sum(
                machine.lines for machine in fleet.machines) >= sum(b.values()) + m)  # fmt: skip
            grown = [machine for machine in fleet.machines if machine.lines > before[machine]]
            machine = chance.choice(grown or fleet.machines)
            print(f"{machine.name} after {machine.lines} lines: {kill} {machine.kill(kill)}")
        wait_for("the end", lambda: fleet.hurry() or fleet.idle())
        wait_for("no slice at work", lambda: fleet.state.holder("ria") is None)
        assert Counter(line["url"] for line in fleet.lines()) == Counter(wanted)
        assert fleet.state.aside() == {}
        assert at_once(site) == [], "a site is crawled from one place at a time"
        fleet.scrapy("validate", *fleet.feeds())
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    with Loopback(tmp_path, paper) as site:
        scrapy("crawl", "ria", "-a", f"since={first}", "-a", f"until={last}", "-o", "out.jsonl", cwd=undisturbed,
               settings=site.settings | {"DOWNLOAD_DELAY": "0.01"}, environment=site.environment)  # fmt: skip
    scrapy("reread", tmp_path / "a.warc.gz", "-o", "out.jsonl", cwd=undisturbed)
    own = {line["id"]: line["content_hash"] for line in fleet.lines()}
    lines = [json.loads(line) for line in (undisturbed / "out.jsonl").read_text("utf-8").splitlines()]
    assert own == {line["id"]: line["content_hash"] for line in lines}


def test_a_slice_that_takes_longer_than_it_may_goes_on_in_the_next(redis: RedisServer, tmp_path: Path) -> None:
    paper, limits = Paper(pages=60, wait=0.5), {"FLEET_TIME_LIMIT": 20.0}
    with Loopback(tmp_path, paper) as site, Fleet(tmp_path / "fleet", redis.url, site, settings=limits) as fleet:
        day = days(1)[0]
        fleet.start()
        fleet.scrapy("slices", "ria", "-a", f"since={day}", "-a", f"until={day}")
        wait_for("all pages", lambda: sum(machine.lines for machine in fleet.machines) >= paper.pages)
        wait_for("the end", fleet.idle)
        assert Counter(line["url"] for line in fleet.lines()) == Counter(paper.urls(day))
        logs = "".join(machine.log for machine in fleet.machines)
        assert "'state': 'stopped'" in logs
        assert "the time limit of a slice" in logs
        assert "'state': 'done'" in logs
        assert at_once(site, 0.5) == []
        assert fleet.state.aside() == {}


def test_a_worker_that_is_told_to_stop_hands_its_slice_back(redis: RedisServer, tmp_path: Path) -> None:
    """As systemd tells it: worker, pool and crawl at once. The feed is whole, and the slice goes on elsewhere."""
    paper = Paper(pages=60)
    with Loopback(tmp_path, paper) as site, Fleet(tmp_path / "fleet", redis.url, site) as fleet:
        one, other = fleet.machines
        one.start()
        fleet.scrapy("slices", "ria", "-a", f"since={days(1)[0]}", "-a", f"until={days(1)[0]}")
        wait_for("some lines", lambda: one.lines > 5)
        assert one.worker is not None
        os.killpg(one.worker.pid, signal.SIGTERM)
        one.worker.wait(timeout=LONG)
        assert one.lines < paper.pages
        assert len(fleet.state.waiting()) == 1
        assert fleet.state.holder("ria") is None, "the site is given up"
        assert "'state': 'stopped'" in one.log
        fleet.celery("beat", log=tmp_path / "fleet" / "beat.log")
        other.start()
        wait_for("the rest", lambda: one.lines + other.lines == paper.pages)
        wait_for("the end", fleet.idle)
        assert Counter(line["url"] for line in fleet.lines()) == Counter(paper.urls(days(1)[0]))
        assert at_once(site) == []


def test_a_site_that_fails_is_left_alone_then_crawled_again(redis: RedisServer, tmp_path: Path) -> None:
    paper = Paper(pages=3)
    paper.down = True
    with Loopback(tmp_path, paper) as site, Fleet(tmp_path / "fleet", redis.url, site) as fleet:
        fleet.start()
        since, until = min(days(3)), max(days(3))
        fleet.scrapy("slices", "ria", "-a", f"since={since}", "-a", f"until={until}", "--days", "1")
        wait_for("a failure", lambda: fleet.state.site("ria").failures)
        wait_for("the other slices", lambda: len(fleet.state.waiting()) == 3)
        asked, rests = len(site.asked), fleet.state.site("ria")
        assert rests.failures <= 2, "two slices may have begun before the first failed; not one after"
        assert 0 < rests.rests_until - time.time() < 130
        shown = fleet.scrapy("fleet").stdout
        assert "rests for" in shown
        assert "3 wait until they are due" in shown
        time.sleep(6)  # beat looks twice
        assert len(site.asked) == asked, "nothing is asked of it while it rests"
        paper.down = False
        fleet.hurry("ria")
        wait_for("all pages", lambda: sum(machine.lines for machine in fleet.machines) == 9)
        wait_for("the end", fleet.idle)
        assert fleet.state.site("ria").failures == 0
        assert "crawled" in fleet.scrapy("fleet").stdout


def test_messages_that_are_no_slices_are_refused_and_counted(redis: RedisServer, tmp_path: Path) -> None:
    """Pickles, unknown names, wrong values, paths that lead elsewhere, and what is no message at all."""
    harm = tmp_path / "harm"
    ria_archive(tmp_path / "outside.warc.gz", 2)
    with Fleet(tmp_path / "fleet", redis.url) as fleet:
        fleet.start()
        bad: list[dict[str, object]] = [
            {"site": "nowhere"},
            {"site": "../../etc"},
            {"site": "ria", "since": "yesterday"},
            {"site": "ria", "since": "2024-02-02", "until": "2024-01-01"},
            {"site": "ria", "urls": "@/etc/passwd"},
            {"site": "ria", "settings": {"LOG_FILE": str(harm)}},
            {"site": "ria", "since": ["2024-01-01"]},
            {"site": "ria", "languages": "x" * 10**6},
            {"site": "ria", "archive": "a.warc.gz"},
            {"archive": str(tmp_path / "outside.warc.gz")},
            {"archive": "../../../outside.warc.gz"},
            {"archive": "a\0.warc.gz"},
            {"archive": "-o.jsonl"},
            {},
        ]
        with Connection(redis.url, transport_options={"global_keyprefix": "newscrawl:celery:"}) as connection:
            producer = Producer(connection.channel(), Exchange("newscrawl"), routing_key=SLICES)
            for number, message in enumerate(bad):
                _publish(producer, message, number)
            _publish(producer, {"site": "ria"}, 100, task="os.system")
            _publish(producer, {"site": "ria"}, 101, arguments=[str(harm)])
            enable_insecure_serializers(["pickle"])
            try:
                for number, named in enumerate((True, False), 200):
                    _publish(producer, Evil(str(harm)), number, serializer="pickle", named=named)
            finally:
                disable_insecure_serializers(["json"])
            producer.publish([1, 2, 3], serializer="json")
        with redis.client() as client:
            for raw in (b"no message at all", b"{}", b'{"body": "e30=", "headers": {}, "properties": {}}', b"\xff\xfe"):
                client.lpush(f"newscrawl:celery:{SLICES}", raw)
        ria_archive(tmp_path / "good.warc.gz", 3)
        for machine in fleet.machines:
            os.link(tmp_path / "good.warc.gz", machine.data / "warc" / "good.warc.gz")
        fleet.scrapy("slices", "--archives", "good.warc.gz")
        wait_for("a good slice behind them", lambda: fleet.lines() if len(fleet.lines()) == 3 else None)
        wait_for("the end", fleet.idle)
        print(fleet.state.refused())
        assert fleet.state.refused() == {"no slice": len(bad) + 1, "no task": 3, "unreadable": 5}
        assert not harm.exists()
        assert "messages refused" in fleet.scrapy("fleet").stdout
        assert fleet.state.aside() == {}


class Evil:
    """Unpickled, it makes a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


def _publish(
    producer: Producer, kwargs: object, number: int, *, task: str = TASK, arguments: Sequence[object] = (),
    serializer: str = "json", named: bool = True,
) -> None:  # fmt: skip
    """Send what Celery would; not ``named`` in the headers, it must be read to know whose task it is."""
    headers = {"lang": "py", "task": task, "id": f"../{number}", "root_id": "x", "argsrepr": "", "kwargsrepr": ""}
    producer.publish([list(arguments), kwargs, {}], serializer=serializer, headers=headers if named else {})


def test_a_broker_that_goes_away_and_comes_back(redis: RedisServer, tmp_path: Path) -> None:
    """Cut off from the broker in mid-slice: the slice goes on, what was sent is still there, all is done once."""
    paper = Paper(pages=20)
    with (
        Loopback(tmp_path, paper) as site,
        FaultyWire(redis.port) as wire,
        Fleet(tmp_path / "fleet", redis.url, site, broker=wire.url) as fleet,
    ):
        fleet.start()
        first, last = min(days(3)), max(days(3))
        fleet.scrapy("slices", "ria", "-a", f"since={first}", "-a", f"until={last}", "--days", "1")
        for _ in range(2):
            before = sum(machine.lines for machine in fleet.machines)
            wait_for("some lines", lambda b=before: fleet.idle() or sum(m.lines for m in fleet.machines) > b)
            wire.fault = "gone"
            down = fleet.scrapy("slices", "ria", check=False)
            assert (down.returncode, down.stderr.count("\n")) == (1, 1), down.stderr
            assert "0 of 1 sent" in down.stderr
            wire.fault = None
        wait_for("all pages", lambda: sum(machine.lines for machine in fleet.machines) == 60)
        wait_for("the end", fleet.idle)
        assert Counter(line["url"] for line in fleet.lines()) == Counter(
            url for day in days(3) for url in paper.urls(day)
        )
        assert at_once(site) == []


def test_a_regular_crawl_comes_again_in_the_rhythm_of_its_site(redis: RedisServer, tmp_path: Path) -> None:
    """Beat sends it; its interval follows from what was known; Flower shows the workers."""
    with Fleet(tmp_path / "fleet", redis.url, settings={"REPLAY_FROM": str(ROOT / "samples")}) as fleet:
        assert fleet.scrapy("slices", "ria", "--repeat").stdout == "ria: on the schedule\n"
        fleet.start()
        wait_for("the first run", lambda: fleet.state.site("ria").runs)
        first = fleet.state.site("ria")
        assert first.runs == [(8, 0)]
        assert first.interval == next_interval(FIRST, [(8, 0)])
        ((key, due),) = fleet.state.waiting().items()
        assert 0 < due - time.time() <= first.interval
        fleet.state.redis.zadd("newscrawl:fleet:later", {key: 0})
        wait_for("the second run", lambda: len(fleet.state.site("ria").runs) == 2)
        assert fleet.state.site("ria").interval == next_interval(first.interval, fleet.state.site("ria").runs)
        shown = fleet.scrapy("fleet").stdout
        assert f"every {fleet.state.site('ria').interval / 60:.0f} min" in shown
        assert "beat looked" in shown
        _shows_its_page(fleet)
        assert fleet.scrapy("slices", "ria", "--stop").stdout == "1 regular crawls of ria taken off the schedule\n"
        assert fleet.state.waiting() == {}


def _shows_its_page(fleet: Fleet) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    fleet.celery("flower", "--address=127.0.0.1", f"--port={port}", log=fleet.folder / "flower.log")

    def page() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/workers", timeout=30) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    wait_for("Flower's page of workers", lambda: all(f"celery@{machine.name}" in page() for machine in fleet.machines) or
             "one" in page())  # fmt: skip


def test_a_second_crawl_of_a_site_does_not_begin(redis: RedisServer, tmp_path: Path) -> None:
    """By hand, by cron, by Scrapyd: whatever crawls, a site is crawled from one place at a time."""
    with Loopback(tmp_path, Paper(pages=400)) as site:
        settings = site.settings | {"SEEN_STORE": redis.url, "DOWNLOAD_DELAY": "0.01"}
        command = ["crawl", "ria", "-a", f"since={days(1)[0]}", "-a", f"until={days(1)[0]}"]
        first = subprocess.Popen(scrapy_command(*command, "-o", "one.jsonl", settings=settings), cwd=tmp_path,
                                 env=scrapy_environment(tmp_path, site.environment), stderr=subprocess.PIPE)  # fmt: skip
        wait_for("a line", lambda: (tmp_path / "one.jsonl").exists() and (tmp_path / "one.jsonl").stat().st_size)
        asked = len(site.asked)
        second = scrapy(*command, "-o", "two.jsonl", cwd=tmp_path, settings=settings | {"LOG_LEVEL": "ERROR"},
                        environment=site.environment, check=False)  # fmt: skip
        assert second.returncode == 1
        assert "ria is being crawled by" in second.stderr
        assert "Traceback" not in second.stderr
        assert not (tmp_path / "two.manifest.json").exists(), "it never began"
        first.terminate()
        first.communicate(timeout=60)
        assert len(site.asked) > asked
        assert at_once(site) == []
        again = scrapy(*command, "-a", "limit=1", "-o", "two.jsonl", cwd=tmp_path, settings=settings,
                       environment=site.environment)  # fmt: skip
        assert "1 new" in again.stderr, "a crawl that ends gives the site up"
