"""A deadline ends what runs too long, whatever it does, and nothing else; the page it was costs that page alone."""

import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from newscrawl.crawl.spider import read_response
from newscrawl.deadline import TooSlow, within
from newscrawl.items import Reject
from tests.generated import ria_page, ria_sitemap, ria_urls
from tests.loopback import Answer
from tests.support import all_spiders
from tests.test_live import DATES, SITEMAP, Run, world


def heavy(url: str) -> bytes:
    """Return a page of 6,000 paragraphs, which takes fifty times as long as others."""
    block = b'<div class="article__block" data-type="text"><div class="article__text"><b>So it <a href="/x">was</a>.</b></div></div>'
    start, mark, end = ria_page(url).partition(b'<div class="article__block"')
    return start + block * 6000 + mark + end


def for_ever() -> None:
    while True:
        pass


def going_on() -> None:
    """Do as libraries do that go on whatever happens."""
    while True:
        with suppress(Exception):
            for_ever()


def swallowing() -> None:
    for _ in range(2):
        with suppress(BaseException):
            for_ever()
    for_ever()


def expression() -> None:
    re.match(r"(?:a|a)*b", "a" * 60)


@pytest.mark.parametrize("work", [for_ever, going_on, swallowing, expression])
def test_ends_what_never_would(work: Callable[[], None]) -> None:
    started = time.process_time()
    with pytest.raises(TooSlow, match=r"more than 0\.1 s of processor time"):
        within(0.1, work)
    assert time.process_time() - started < 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_ends_nothing_else() -> None:
    assert within(5, max, 3, 4) == 4
    with pytest.raises(ZeroDivisionError):
        within(5, divmod, 1, 0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    signal.raise_signal(signal.SIGALRM)  # one that was on its way


def test_time_that_the_machine_spends_on_others_does_not_count() -> None:
    def work() -> None:
        time.sleep(0.3)
        within(60, sum, range(1000))
        time.sleep(0.3)

    within(0.2, work)
    with pytest.raises(TooSlow):
        within(0.2, lambda: (work(), for_ever()))


def test_a_signal_that_is_taken_is_left_alone() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
    try:
        assert within(0.001, sum, range(1_000_000)) == 499_999_500_000
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert heard == [signal.SIGALRM]


def test_of_two_nested_the_outer_one_holds() -> None:
    def inner() -> None:
        with pytest.raises(ZeroDivisionError):
            within(60, divmod, 1, 0)
        for_ever()

    with pytest.raises(TooSlow):
        within(0.1, inner)


def test_other_threads_and_no_deadline_are_not_limited() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(within(0.001, sum, range(1_000_000))))
    thread.start()
    thread.join()
    assert within(0, sum, range(1_000_000)) == found[0]


def test_a_signal_at_any_moment_ends_well() -> None:
    """However short the time, there is a result or ``TooSlow``, and nothing is left running."""
    for number in range(300):
        with suppress(TooSlow):
            assert within(1e-6 + number * 3e-5, sum, range(20_000)) == 199_990_000
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_page_has_so_long() -> None:
    site, url = all_spiders()["ria"].site, ria_urls(1)[0]
    response = HtmlResponse(url, body=heavy(url), headers={"Content-Type": "text/html; charset=utf-8"})
    assert read_response(response, site, url, 60).article.title
    with pytest.raises(Reject, match=r"^too_slow: more than 0\.01 s"):
        read_response(response, site, url, 0.01)


def test_a_slow_page_costs_itself(tmp_path: Path) -> None:
    """It is told, and the next run asks again."""
    first = ria_urls(3)[0]
    run = Run(tmp_path, world() | {first: Answer(heavy(first))}, READ_TIMEOUT="0.05")
    assert run.reasons == {first: "too_slow"}
    assert len(run.urls) == 2
    assert len(Run(tmp_path, world()).urls) == 3


def test_a_slow_listing_is_told(tmp_path: Path) -> None:
    answers = world() | {SITEMAP: Answer(ria_sitemap(ria_urls(20_000)))}
    run = Run(tmp_path, answers, *DATES, "-a", "limit=1", READ_TIMEOUT="0.01", check=False)
    assert run.code == 1
    assert f"{SITEMAP}: reading it takes more than 0.01 s" in run.said
