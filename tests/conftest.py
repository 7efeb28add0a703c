"""Options of the test run, and what every test shares."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "newscrawl.settings")
ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite article.json from the saved pages")
    parser.addoption("--update-golden-anyway", action="store_true", help="also where a filled field becomes empty")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT
