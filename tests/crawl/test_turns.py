"""A host's turn comes when its last answer has: hosts that hang cost their own share, whatever the delay."""

import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crawl.test_guard import attempt
from tests.dns import PUBLIC, Names
from tests.generated import ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback
from tests.support import read_feed, scrapy_command, scrapy_environment
from tests.test_live import DATES, FAST, HTML, world

LONG = 100


@pytest.mark.slow
def test_tarpits_hold_up_no_other_host(tmp_path: Path) -> None:
    """Ten of a hundred hosts send nothing before all pages of the others have been asked for."""
    hosts = [f"h{number}.test" for number in range(100)]
    tarpits = set(hosts[::10])
    asked_for: Counter[str] = Counter()
    done = threading.Event()
    released: list[bool] = []

    def hold() -> Iterator[bytes]:
        released.append(done.wait(LONG))
        yield b"late"

    def answer(asked: Asked) -> Answer:
        host = asked.url.removeprefix("http://").partition(":")[0]
        if asked.url.endswith("/robots.txt"):
            return Answer(status=404)
        asked_for[host] += 1
        if sum(count for name, count in asked_for.items() if name not in tarpits) == 90 * 4:
            done.set()
        return Answer(drip=hold) if host in tarpits else Answer(b"here")

    with Names({host: [[PUBLIC]] for host in hosts}) as names, Loopback(tmp_path, answer, PUBLIC) as server:
        urls = [f"http://{host}:{server.port}/{number}" for number in range(4) for host in hosts]
        found = attempt(tmp_path, urls, names, public=True, DOWNLOAD_TIMEOUT=str(LONG))
    assert (len(released), set(released)) == (40, {True})
    assert Counter(found.values()) == {"here": 360, "late": 40}


def test_a_host_is_asked_for_one_thing_at_a_time_without_a_delay_too(tmp_path: Path) -> None:
    under_way, most = 0, 0

    def slowly(body: bytes) -> Callable[[], Iterator[bytes]]:
        def send() -> Iterator[bytes]:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            time.sleep(0.02)
            under_way -= 1
            yield body

        return send

    table = world(20) | {url: Answer(drip=slowly(ria_page(url)), headers=HTML) for url in ria_urls(20)}
    with Loopback(tmp_path, table) as server:
        subprocess.run(scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=FAST | server.settings), check=True,
                       cwd=tmp_path, timeout=LONG, env=scrapy_environment(tmp_path, server.environment))  # fmt: skip
    assert len(read_feed(tmp_path / "out.jsonl")) == 20
    assert most == 1


@pytest.mark.slow
@pytest.mark.parametrize("hangs", [False, True], ids=["delay", "hanging server"])
def test_a_graceful_stop_ends_within_the_delay_and_ten_seconds(tmp_path: Path, hangs: bool) -> None:
    """Pages that wait for their turn are not asked for any more, an answer that does not come is not waited for."""
    delay = 0 if hangs else 4
    urls = ria_urls(12)
    hold = threading.Event()

    def silent() -> Iterator[bytes]:
        hold.wait(LONG)
        yield b""

    table = world(12) | ({urls[3]: Answer(drip=silent)} if hangs else {})
    settings = FAST | {"DOWNLOAD_DELAY": str(delay), "DOWNLOAD_DELAY_JITTER": "0", "DOWNLOAD_TIMEOUT": "80"}
    with Loopback(tmp_path, table) as server:
        crawl = subprocess.Popen(
            scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=settings | server.settings), cwd=tmp_path,
            stderr=subprocess.PIPE, text=True, env=scrapy_environment(tmp_path, server.environment),
        )  # fmt: skip
        last = urls[3] if hangs else urls[0]
        deadline = time.monotonic() + LONG
        while last not in server.urls() and time.monotonic() < deadline:
            time.sleep(0.02)
        begun, before = time.monotonic(), len(server.asked)
        crawl.send_signal(signal.SIGTERM)
        _, said = crawl.communicate(timeout=LONG)
        took = time.monotonic() - begun
        hold.set()
    assert took < delay + 10, said
    assert len(server.asked) - before <= 1
    assert "Traceback" not in said
    assert crawl.returncode == 1
    assert "ended early: shutdown" in said
    assert not hangs or '"stopped"' in (tmp_path / "out.rejects.jsonl").read_text("utf-8")
    with Loopback(tmp_path, world(12)) as server:
        subprocess.run(scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=FAST | server.settings), check=True,
                       cwd=tmp_path, timeout=LONG, env=scrapy_environment(tmp_path, server.environment))  # fmt: skip
    assert sorted(line["url"] for line in read_feed(tmp_path / "out.jsonl")) == sorted(urls)
