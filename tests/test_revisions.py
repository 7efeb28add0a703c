"""Pages read again: changed, unchanged, withdrawn, come back; all, or those of the last hours."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.generated import DAY, ria_listings, ria_page, ria_urls
from tests.loopback import Answer, Loopback
from tests.support import read_feed, scrapy

pytestmark = pytest.mark.slow

URLS = ria_urls(3)
FAST = {"DOWNLOAD_DELAY": "0", "RETRY_TIMES": "0", "DOWNLOAD_TIMEOUT": "5"}
DATES = ("-a", f"since={DAY}", "-a", f"until={DAY}")


def world() -> dict[str, Any]:
    listings = {url: Answer(body) for url, body in ria_listings(URLS).items()}
    return listings | {url: Answer(ria_page(url)) for url in URLS}


def crawl(
    folder: Path, answers: dict[str, Any], *arguments: str, **settings: str
) -> tuple[list[dict[str, Any]], list[str], str]:
    with Loopback(folder, answers) as server:
        done = scrapy("crawl", "ria", *DATES, *arguments, "-o", "out.jsonl", cwd=folder,
                      settings=FAST | server.settings | settings, environment=server.environment)  # fmt: skip
    return read_feed(folder / "out.jsonl"), [url for url in server.urls() if url in URLS], done.stderr


def changed(page: bytes, was: str = "сообщил", now: str = "опроверг") -> Answer:
    text = page.decode()
    assert was in text
    return Answer(text.replace(was, now).encode())


def test_changed_unchanged_withdrawn_and_back(tmp_path: Path) -> None:
    answers = world()
    first, _, _ = crawl(tmp_path, answers)
    assert [(line["revision"], line["supersedes"], line["status"]) for line in first] == [(1, None, "published")] * 3
    was = {line["url"]: line for line in first}

    answers[URLS[0]], answers[URLS[1]] = changed(ria_page(URLS[0])), Answer(b"gone", 410)
    lines, asked, said = crawl(tmp_path, answers, "-a", "recrawl=1")
    assert sorted(asked) == sorted(URLS)
    new = {line["url"]: line for line in lines[3:]}
    assert set(new) == set(URLS[:2]), "the unchanged one is no line"
    edited, gone = new[URLS[0]], new[URLS[1]]
    assert (edited["id"], edited["revision"], edited["supersedes"]) == (
        was[URLS[0]]["id"],
        2,
        was[URLS[0]]["content_hash"],
    )
    assert (gone["id"], gone["revision"], gone["status"], gone["http_status"]) == (
        was[URLS[1]]["id"],
        2,
        "withdrawn",
        410,
    )
    assert (gone["body"], gone["lead"], gone["images"]) == (None, None, [])
    assert [gone[name] for name in ("title", "published_at", "source_key")] == [
        was[URLS[1]][name] for name in ("title", "published_at", "source_key")
    ]
    assert gone["crawled_at"] >= was[URLS[1]]["crawled_at"]
    assert "1 changed" in said
    assert "1 withdrawn" in said
    assert "1 unchanged" in said

    lines, _, said = crawl(tmp_path, answers, "-a", "recrawl=1")
    assert len(lines) == 5, "still withdrawn, still as it was"
    assert "3 unchanged" in said

    answers[URLS[1]] = Answer(ria_page(URLS[1]))
    lines, _, _ = crawl(tmp_path, answers, "-a", "recrawl=1")
    assert len(lines) == 6
    back = lines[-1]
    assert (back["revision"], back["status"], back["supersedes"]) == (3, "published", gone["content_hash"])
    assert back["content_hash"] == was[URLS[1]]["content_hash"]

    done = scrapy("diff", "out.jsonl", back["id"], cwd=tmp_path)
    assert "revision 1 → 2" in done.stdout
    assert "revision 2 → 3" in done.stdout
    assert "- published\n    + withdrawn" in done.stdout
    done = scrapy("diff", "out.jsonl", URLS[0], cwd=tmp_path)
    assert "[-сообщил-] {+опроверг+}" in done.stdout


def test_an_error_is_no_withdrawal(tmp_path: Path) -> None:
    answers = world()
    crawl(tmp_path, answers)
    answers[URLS[0]] = Answer(b"busy", 503)
    lines, _, _ = crawl(tmp_path, answers, "-a", "recrawl=1")
    assert len(lines) == 3
    assert "http_error" in (tmp_path / "out.rejects.jsonl").read_text("utf-8")


def test_a_page_never_seen_is_not_withdrawn(tmp_path: Path) -> None:
    answers = world() | {URLS[2]: Answer(b"", 404)}
    lines, _, _ = crawl(tmp_path, answers)
    assert len(lines) == 2


def test_recheck_reads_the_last_hours_again(tmp_path: Path) -> None:
    """Also what no listing names any more; what is older stays unread."""
    crawl(tmp_path, world())
    feed = tmp_path / "out.jsonl"
    lines = [json.loads(line) for line in feed.read_bytes().splitlines()]
    now = datetime.now(UTC)
    for line, hours in zip(sorted(lines, key=lambda line: URLS.index(line["url"])), (1, 60, 100), strict=True):
        line["published_at"] = (now - timedelta(hours=hours)).isoformat(timespec="seconds")
    feed.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    answers = world() | {
        URLS[0]: changed(ria_page(URLS[0])),
        URLS[1]: Answer(b"", 404),
        URLS[2]: changed(ria_page(URLS[2])),
    }
    for url in ria_listings([]):
        answers[url] = Answer(ria_listings(URLS[2:])[url])
    lines, asked, said = crawl(tmp_path, answers, RECHECK_HOURS="72")
    assert sorted(asked) == sorted(URLS[:2])
    assert [(line["url"], line["revision"], line["status"]) for line in lines[3:]] in (
        [(URLS[0], 2, "published"), (URLS[1], 2, "withdrawn")], [(URLS[1], 2, "withdrawn"), (URLS[0], 2, "published")],
    )  # fmt: skip
    assert lines[3]["discovered_via"] == lines[0]["discovered_via"], "where it was first found"
    _, asked, _ = crawl(tmp_path, answers, RECHECK_HOURS="72")
    assert asked == [], "withdrawn is withdrawn, and the other's page says that it is old"
    _, asked, _ = crawl(tmp_path, answers)
    assert asked == []
    assert "1 changed" in said


def near(url: str, like: str) -> Answer:
    """A page with nearly the text of another."""
    return Answer(
        ria_page(like)
        .replace(b"</h1>", " снова</h1>".encode())
        .replace(b"</div></div></div></div>", " Дополнено.</div></div></div></div>".encode())
    )


@pytest.mark.parametrize("drop", [False, True])
def test_near_duplicates_are_named_and_kept_unless_told(tmp_path: Path, drop: bool) -> None:
    answers = world() | {URLS[1]: near(URLS[1], URLS[0])}
    lines, _, _ = crawl(tmp_path, answers, DROP_NEAR_DUPLICATES=str(int(drop)), CONCURRENT_REQUESTS="1")
    named = [line for line in lines if line["near_duplicate_of"]]
    if drop:
        assert (len(lines), named) == (2, [])
        assert '"near_duplicate"' in (tmp_path / "out.rejects.jsonl").read_text("utf-8")
        assert {URLS[0], URLS[1]} - {line["url"] for line in lines}
    else:
        assert (len(lines), len(named)) == (3, 1)
        (first,) = (line for line in lines if line["url"] in URLS[:2] and not line["near_duplicate_of"])
        assert named[0]["near_duplicate_of"] == first["id"]


def test_near_duplicates_are_found_in_the_next_run(tmp_path: Path) -> None:
    answers = world()
    crawl(tmp_path, {**answers, URLS[1]: Answer(b"", 500)})
    lines, _, _ = crawl(tmp_path, answers | {URLS[1]: near(URLS[1], URLS[0])})
    first, late = (next(line for line in lines if line["url"] == url) for url in URLS[:2])
    assert late["near_duplicate_of"] == first["id"]
