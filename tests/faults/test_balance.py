"""Closed books: whatever mixture of faults a site has, every address is a line or a reject, once, and the sums agree.

``BALANCE_SEED`` repeats a run. What is added up here comes from the files alone, not from what the run says of itself.
"""

import gzip
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.hostile import CORPUS
from tests.generated import ria_page, ria_sitemap, ria_urls
from tests.loopback import Answer, redirect
from tests.support import scrapy
from tests.test_live import DATES, FAST, HTML, SITEMAP, Run, world

SEED = int(os.environ.get("BALANCE_SEED") or random.SystemRandom().randrange(10**6))
PAGES = 40
QUICK = [
    name for name in CORPUS if not any(word in name for word in ("bomb", "slow", "silence", " in ", " of ", "160000"))
]
FAULTS: dict[str, Callable[[str, str], Answer | list[Answer]]] = {
    "good": lambda url, other: Answer(ria_page(url)),
    "missing": lambda url, other: Answer(b"", 404),
    "gone": lambda url, other: Answer(b"", 410),
    "broken": lambda url, other: Answer(b"", 500),
    "second try": lambda url, other: [Answer(b"", 503), Answer(ria_page(url))],
    "asks for a pause": lambda url, other: [Answer(b"", 429, (("Retry-After", "0"),)), Answer(ria_page(url))],
    "to itself": lambda url, other: redirect(url),
    "to itself once": lambda url, other: [redirect(url), Answer(ria_page(url))],
    "to another page": lambda url, other: redirect(other),
    "off the site": lambda url, other: redirect("https://elsewhere.example/x"),
    "inside": lambda url, other: redirect("http://169.254.169.254/x"),
    "to no address": lambda url, other: redirect("http://[::1"),
    "cut": lambda url, other: Answer(ria_page(url), cut=50),
    "cut gzip": lambda url, other: Answer(gzip.compress(ria_page(url))[:-400], headers=(*HTML, ("Content-Encoding", "gzip"))),
    "the same text": lambda url, other: Answer(ria_page("https://ria.ru/the-same")),
    "empty shell": lambda url, other: Answer(b"<html><body><div id=app></div></body></html>"),
    "wall": lambda url, other: Answer(b"<title>Just a moment...</title><h1>Checking your browser</h1><p>Please enable cookies."),
    "lone surrogate": lambda url, other: Answer(ria_page(url).replace("город".encode(), b"\xed\xa0\x80")),
    "private": lambda url, other: Answer(ria_page(url)),
    "picture": lambda url, other: Answer(b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, headers=(("Content-Type", "image/png"),)),
}  # fmt: skip


def mixture(chance: random.Random) -> tuple[list[str], dict[str, object]]:
    """Return the addresses of a site and what it answers: a few kinds of faults, now and then hostile ones."""
    urls = ria_urls(PAGES)
    kinds = ["good", *chance.sample(list(FAULTS), 6)]
    table: dict[str, object] = dict(world(PAGES))
    for number, url in enumerate(urls):
        other = chance.choice(urls)
        table[url] = (
            FAULTS[chance.choice(kinds)](url, other) if chance.random() < 0.85 else CORPUS[chance.choice(QUICK)]()
        )
        if number == chance.randrange(PAGES):
            table[url] = Answer(raw=b"")
    listed = [*urls, *chance.sample(urls, 5), "https://ria.ru/services/x.html"]  # repeated, and no article
    chance.shuffle(listed)
    broken = ria_sitemap(listed).replace(b"</urlset>", b"<url><loc>http://[::1</loc></url><url/></urlset>")
    table[SITEMAP] = Answer(broken)
    return urls, table


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_every_address_is_a_line_or_a_reject(number: int, tmp_path: Path) -> None:
    chance = random.Random(SEED * 100 + number)
    print(f"BALANCE_SEED={SEED}")
    urls, table = mixture(chance)
    run = Run(tmp_path, table, check=False, BREAKER_ERRORS=chance.choice(("3", "1000")), BREAKER_REST="0.1")
    rejects = [line["url"] for line in run.rejects]
    ended = Counter(run.urls) + Counter(rejects)
    admitted = sum(counts.get("admitted", 0) for counts in run.manifest["sources"].values())
    told = run.manifest["outcomes"]
    assert admitted == PAGES
    assert len(run.urls) + len(rejects) == admitted, "nothing twice, nothing unsaid"
    assert told["new"] == len(run.urls)
    assert told["rejected"] == Counter(line["reason"] for line in run.rejects)
    assert told["new"] + sum(told["rejected"].values()) + told["pending"] == admitted
    assert told["pending"] == 0
    assert set(ended) <= set(urls)
    assert "Traceback" not in run.said
    assert bool(run.manifest["errors"]) == (run.code != 0)
    again = scrapy(
        "crawl", "ria", *DATES, "-o", "out.jsonl", cwd=tmp_path, check=False, settings=FAST | {"DOWNLOAD_TIMEOUT": "1"}
    )
    assert again.returncode == 1, "the site is not there any more, and the run says so"
