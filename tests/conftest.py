"""Options of the test run, and what every test shares."""

import logging
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.redis_server import RedisServer

# No deadline: on a busy machine any example may take long, and a test that fails then says nothing. The same examples
# at each run, so that no run fails by chance; `make fuzz` looks for new ones.
settings.register_profile("newscrawl", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, print_blob=True, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "newscrawl"))
os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "newscrawl.settings")
ROOT = Path(__file__).parent.parent
_SIGNALS = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite article.json from the saved pages")
    parser.addoption("--update-golden-anyway", action="store_true", help="also where a filled field becomes empty")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ``NEWSCRAWL_REQUIRE_ALL`` a test that is skipped for want of a program fails."""
    report = yield
    if report.skipped and os.environ.get("NEWSCRAWL_REQUIRE_ALL"):
        report.outcome, report.longrepr = "failed", f"skipped, but everything is required: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _leaves_no_trace() -> Iterator[None]:
    """What a test does to the whole process would be another test's failure, in another order."""
    yield
    signals = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert logging.root.manager.disable == logging.NOTSET, "logging is left disabled"
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0), "a timer is left running"
    assert signals == _SIGNALS, "a signal is left with another's handler"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(_redis: RedisServer) -> RedisServer:
    """An empty Redis."""
    with _redis.client() as client:
        client.flushall()
    return _redis
