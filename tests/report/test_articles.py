"""What is read of feeds and rejects: each article once, what is no record counted."""

import json
import sys
from pathlib import Path

import pytest

from newscrawl.report.articles import Articles
from tests.report.lines import line, reject, settled, taken, written


def test_of_an_article_the_last_revision_counts_whatever_the_order() -> None:
    lines = [line(1, revision=2, title="Second"), line(1, title="First"), line(2), line(1, revision=3, title="Third")]
    for order in (lines, lines[::-1]):
        with settled(order) as articles:
            assert sorted(articles.rows("SELECT title, revision FROM articles")) == [("Third", 3), ("Title 2", 1)]
            assert articles.counts == {"lines": 4}


def test_a_feed_given_twice_counts_once() -> None:
    with settled([line(1), line(2), line(1), line(2)]) as articles:
        assert articles.one("SELECT count(*) FROM articles") == 2


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(line(1) | {"title": 7}).encode(),
        json.dumps(line(1) | {"id": None}).encode(),
        json.dumps(line(1) | {"status": "lost"}).encode(),
        json.dumps(line(1) | {"source_url_status": "perhaps"}).encode(),
        json.dumps(line(1) | {"published_on": "2024-02-30"}).encode(),
        json.dumps(line(1) | {"published_on": "9999-12-31"}).encode(),
        json.dumps(line(1) | {"flags": "none"}).encode(),
        json.dumps(line(1) | {"images": 3}).encode(),
        json.dumps(line(1) | {"revision": 10**30}).encode(),
        json.dumps({name: value for name, value in line(1).items() if name != "body"}).encode(),
    ],
    ids=lambda text: repr(text[:20]) + str(len(text)),
)
def test_what_is_no_record_is_counted_and_spoils_nothing(text: bytes) -> None:
    with Articles() as articles:
        articles.read([*written([line(1)]), text + b"\n", b"\n", *written([line(2)])])
        articles.settle()
        assert articles.one("SELECT count(*) FROM articles") == 2
        assert articles.counts == {"lines": 2, "bad": 1}


def test_lone_surrogates_and_endless_titles_are_read() -> None:
    lines = [json.dumps(line(1) | {"title": "\ud800", "url": "https://a.example/\udfff"}).encode(),
             json.dumps(line(2) | {"title": "x" * 10**6}).encode()]  # fmt: skip
    with Articles() as articles:
        articles.read(lines)
        articles.settle()
        assert articles.counts == {"lines": 2}
        assert articles.one("SELECT max(length(title)) FROM articles") == 500


def test_editions_share_a_story_through_the_source_that_one_of_them_names() -> None:
    lines = [
        line(1, source_key="paper.example/bridge"),
        taken(2, "bridge", "no"),
        taken(3, "bridge", "ja", source_key=None, source_url=None, source_url_status="none"),
        taken(4, "ferry", "ja"),
    ]
    with settled(lines) as articles:
        stories = dict(articles.rows("SELECT url, story FROM articles"))
    first = stories["https://paper.example/1"]
    assert stories["https://news.example/no/2"] == stories["https://news.example/ja/3"] == first
    assert stories["https://news.example/ja/4"] != first


def test_a_rejected_address_counts_once_by_its_latest_reason() -> None:
    rejects = [
        reject(1, "http_error", rejected_at="2024-09-15T08:00:00+00:00", detail="503"),
        reject(1, "download_failed"),
        reject(2, "no_body", run_id="another"),
    ]
    with settled([], rejects) as articles:
        found = list(articles.rows("SELECT url, reason, detail, site FROM rejects ORDER BY url"))
    assert found == [
        ("https://paper.example/gone/1", "http_error", "503", "paper"),
        ("https://paper.example/gone/2", "no_body", "", ""),
    ]


def test_what_a_later_run_could_read_is_no_reject() -> None:
    with settled(
        [line(1)], [reject(1, "download_failed", url="https://paper.example/1"), reject(2, "no_body")]
    ) as articles:
        assert [row[0] for row in articles.rows("SELECT reason FROM rejects")] == ["no_body"]


def test_rejects_that_are_none_are_passed_over() -> None:
    with Articles() as articles:
        articles.read_rejects([b"{", b"[]\n", json.dumps(reject(1, "unheard of")).encode(), json.dumps(reject(2, "robots") | {"detail": 7}).encode(),
                               *written([reject(3, "robots")])], {})  # fmt: skip
        assert articles.one("SELECT count(*) FROM rejects") == 1


def test_the_database_is_gone_afterwards(tmp_path: Path) -> None:
    with Articles(tmp_path) as articles:
        articles.read(written([line(1)]))
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_feed() -> None:
    """A feed of 60 MB leaves the process where one of 6 MB left it."""

    def read(count: int) -> int:
        with Articles() as articles:
            articles.read(text for number in range(count) for text in written([line(number, body="word " * 2000)]))
            articles.settle()
        return int(
            next(
                row for row in Path("/proc/self/status").read_text("ascii").splitlines() if row.startswith("VmRSS")
            ).split()[1]
        )

    before = read(600)
    assert read(6000) < before + 30_000
