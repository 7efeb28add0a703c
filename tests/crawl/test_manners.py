"""The pause between requests, judged by the server alone: over retries, redirects, robots.txt, kills and clocks that jump."""

import random
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.generated import ria_page, ria_urls
from tests.loopback import Answer, Asked, Loopback, redirect
from tests.support import ROOT, read_feed, scrapy, scrapy_command, scrapy_environment
from tests.test_live import DATES, FAST, world

DELAY = 1.0
JITTER = 0.3
"""Seconds by which a busy machine may notice a request too late."""
JUMPS = """
import random, time
chance, now = random.Random(SEED), time.time
time.time = lambda: now() + chance.choice((-3600, 0, 3600))
"""


@pytest.mark.slow
def test_never_faster_than_the_delay(tmp_path: Path) -> None:
    """A quarter of the pages fails at first, a quarter redirects; the run is killed in the middle and begun again."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    (tmp_path / "sitecustomize.py").write_text(JUMPS.replace("SEED", str(seed)), "utf-8")
    urls = ria_urls(16)
    table = world(16)
    for url in urls[::4]:
        table[url] = [Answer(b"", 503), Answer(ria_page(url))]
    for url in urls[1::4]:
        table[url] = redirect(url + "?a=1")
        table[url + "?a=1"] = Answer(ria_page(url))
    settings = FAST | {"DOWNLOAD_DELAY": str(DELAY), "DOWNLOAD_DELAY_JITTER": "0", "DOWNLOAD_TIMEOUT": "30"}
    crawls: list[subprocess.Popen[bytes]] = []

    def answer(asked: Asked) -> Answer | None:
        found = table.get(asked.url)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if asked.url == urls[7] and len(crawls) == 1:
            crawls[0].kill()
            crawls.append(crawls[0])
        return found

    with Loopback(tmp_path, answer) as server:
        command = scrapy_command("crawl", "ria", *DATES, "-o", "out.jsonl", settings=settings | server.settings)
        environment = scrapy_environment(tmp_path, server.environment) | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
        crawls.append(subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL))
        assert crawls[0].wait(200) == -9
        scrapy("crawl", "ria", *DATES, "-o", "out.jsonl", cwd=tmp_path, timeout=200, settings=settings | server.settings,
               environment=server.environment | {"PYTHONPATH": environment["PYTHONPATH"]})  # fmt: skip
    assert (
        len({line["url"] for line in read_feed(tmp_path / "out.jsonl")}) == len(read_feed(tmp_path / "out.jsonl")) == 16
    )
    assert len(server.asked) >= 26
    for earlier, later in pairwise(server.asked):
        late = 0.6 if earlier.url.endswith("/robots.txt") else JITTER  # a connection is made first, and seen late
        assert later.at - earlier.at > DELAY - late, (earlier.url, later.url)
