"""What to do next: said where it helps, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from newscrawl.feed.advice import ENDED, REFUSED, advice
from newscrawl.feed.books import LOST
from newscrawl.items import REASONS
from tests.generated import ria_urls
from tests.loopback import Answer
from tests.test_live import Run, world


def given(**changes: Any) -> list[str]:
    return list(
        advice(**{"reason": "finished", "asked": 100, "rejects": {}, "examples": {}, "dead_listing": None} | changes)
    )


def test_nothing_after_a_good_run() -> None:
    assert given() == []
    assert given(rejects={"duplicate": 50, "outside_window": 40, "not_archived": 99}) == []
    assert given(rejects={"no_body": 9}) == []  # a few bad pages are no reason to change anything


def test_the_most_frequent_first_and_nothing_twice() -> None:
    said = given(
        rejects={"http_error": 10, "no_body": 30, "no_title": 20, "download_failed": 11},
        examples={"no_body": "https://a/1"},
    )
    assert [line.partition(":")[0] for line in said] == ["no_body", "download_failed"]
    assert "scrapy look https://a/1" in said[0]


@pytest.mark.parametrize("reason", ENDED)
def test_a_run_that_was_ended(reason: str) -> None:
    assert given(reason=reason) == [ENDED[reason]]


def test_reasons_are_reasons() -> None:
    assert set(REASONS) >= set(REFUSED) >= set(LOST)


def test_in_the_summary(tmp_path: Path) -> None:
    urls = ria_urls(3)
    run = Run(tmp_path, world() | {url: Answer(b"<html><h1>A title</h1></html>") for url in urls}, check=False)
    (said,) = [line for line in run.said.splitlines() if line.startswith("  next: ")]
    assert "scrapy look https://ria.ru/" in said


def test_where_no_listing_answers(tmp_path: Path) -> None:
    run = Run(tmp_path, {}, check=False)
    (said,) = [line for line in run.said.splitlines() if line.startswith("  next: ")]
    assert "scrapy look https://ria.ru/sitemap_article.xml" in said
