"""``-a follow=source``: the original is read at its source, by its own site's rules; nothing is read twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Answer, Loopback, redirect
from tests.support import CASES, read_feed, scrapy

pytestmark = pytest.mark.slow

HOME = "https://www.vietnam.vn"
SLUG = "co-gi-trong-khu-nha-kinh-trong-rau-lon-moi-mo-o-vung-nui-trieu-tien"
NAMED = f"https://baoquocte.vn/{SLUG}-287114.html"
CANONICAL = "https://baoquocte.vn/khu-nha-kinh-trong-rau-lon-o-vung-nui-vua-mo-cua-287114.html"
PAGES = {
    "no": (f"{HOME}/no/{SLUG}", "no-2024-translated-slug"),
    "ja": (f"{HOME}/ja/{SLUG}", "ja-2024-same-story"),
    "vi": (f"{HOME}/{SLUG}", "vi-2024-same-as-case-2"),
}
ORIGINAL = (CASES / "baoquocte" / "republished-by-vietnam-vn" / "page.html").read_bytes()
COMMAND = ("crawl", "vietnam_vn", "-a", "languages=all", "-a", "follow=source", "-o", "out.jsonl")
FAST = {"DOWNLOAD_DELAY": "0", "RETRY_TIMES": "0", "DOWNLOAD_TIMEOUT": "5"}


def world(original: dict[str, Answer]) -> dict[str, Any]:
    pages = {url: Answer((CASES / "vietnam_vn" / case / "page.html").read_bytes()) for url, case in PAGES.values()}
    return pages | original


def crawl(folder: Path, answers: dict[str, Any], *languages: str) -> tuple[list[dict[str, Any]], Loopback, str]:
    urls = ",".join(PAGES[language][0] for language in languages)
    with Loopback(folder, answers) as server:
        done = scrapy(
            *COMMAND, "-a", f"urls={urls}", cwd=folder, settings=FAST | server.settings, environment=server.environment
        )
    return read_feed(folder / "out.jsonl"), server, done.stderr


def by_language(lines: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(line["site"], line["language"]): line for line in lines}


def test_the_original_is_read_where_it_stands(tmp_path: Path) -> None:
    """The address the page names was translated, what the slug gives is not its address either: the server knows the id."""
    answers = world({NAMED: redirect(CANONICAL), CANONICAL: Answer(ORIGINAL)})
    lines, server, said = crawl(tmp_path, answers, "no", "ja", "vi")
    found = by_language(lines)
    assert set(found) == {("vietnam_vn", "no"), ("vietnam_vn", "ja"), ("vietnam_vn", "vi"), ("baoquocte", "vi")}
    original = found["baoquocte", "vi"]
    assert (original["url"], original["source_url_status"]) == (CANONICAL, "own")
    assert original["published_at"] == "2024-09-20T10:20:00+07:00", "by its own site's rules"
    assert original["discovered_via"] in [url for url, _ in PAGES.values()]
    for line in lines:
        assert (line["source_url"], line["source_key"]) == (CANONICAL, "baoquocte.vn/287114")
        assert line["site"] == "baoquocte" or line["source_url_status"] == "repaired"
    assert server.urls().count(NAMED) == server.urls().count(CANONICAL) == 1, "once for three editions"
    assert "4 new" in said
    assert {"https://baoquocte.vn/robots.txt", f"{HOME}/robots.txt"} <= set(server.urls(robots=True))


def test_a_second_run_asks_for_nothing_and_a_new_edition_for_itself(tmp_path: Path) -> None:
    answers = world({NAMED: redirect(CANONICAL), CANONICAL: Answer(ORIGINAL)})
    crawl(tmp_path, answers, "no")
    lines, server, _ = crawl(tmp_path, answers, "no")
    assert (len(lines), server.urls()) == (2, [])
    lines, server, _ = crawl(tmp_path, answers, "no", "ja")
    assert server.urls() == [PAGES["ja"][0]]
    assert by_language(lines)["vietnam_vn", "ja"]["source_url"] == CANONICAL, "as the line of the original has it"


def test_a_run_killed_between_the_two_goes_on_to_both(tmp_path: Path) -> None:
    """The original is written first: when it alone is in the feed, the copy is still to come."""
    answers = world({NAMED: redirect(CANONICAL), CANONICAL: Answer(ORIGINAL)})
    whole, _, _ = crawl(tmp_path, answers, "vi")
    assert [line["site"] for line in whole] == ["baoquocte", "vietnam_vn"]
    feed = tmp_path / "out.jsonl"
    feed.write_bytes(feed.read_bytes().splitlines(keepends=True)[0])
    lines, _, _ = crawl(tmp_path, answers, "vi")
    volatile = {"crawled_at", "run_id", "warc_record"}
    assert [{k: v for k, v in line.items() if k not in volatile} for line in lines] == [
        {k: v for k, v in line.items() if k not in volatile} for line in whole
    ]


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        ({NAMED: Answer(b"gone", 404)}, "http_error"),
        ({NAMED: redirect("https://baoquocte.vn/"), "https://baoquocte.vn/": Answer(ORIGINAL)}, "redirected_away"),
        ({NAMED: redirect(CANONICAL.replace("287114", "287115")), CANONICAL.replace("287114", "287115"): Answer(ORIGINAL)}, "redirected_away"),
        ({NAMED: Answer(b"<html><title>a</title></html>")}, "no_body"),
        ({"https://baoquocte.vn/robots.txt": Answer(b"User-agent: *\nDisallow: /")}, "robots"),
    ],
    ids=["missing", "front page", "another article", "empty", "forbidden"],
)  # fmt: skip
def test_an_original_that_cannot_be_had_costs_no_copy(tmp_path: Path, original: dict[str, Any], reason: str) -> None:
    lines, _, _ = crawl(tmp_path, world(original), "no", "ja")
    assert set(by_language(lines)) == {("vietnam_vn", "no"), ("vietnam_vn", "ja")}
    assert {line["source_url"] for line in lines} == {NAMED}
    rejects = [json.loads(line) for line in (tmp_path / "out.rejects.jsonl").read_text("utf-8").splitlines()]
    assert [(line["url"], line["reason"]) for line in rejects] in ([(NAMED, reason)], [(CANONICAL, reason)])
    assert json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))["outcomes"]["pending"] == 0


def test_a_limit_counts_the_articles_asked_for(tmp_path: Path) -> None:
    answers = world({NAMED: Answer(ORIGINAL)})
    urls = ",".join(url for url, _ in PAGES.values())
    with Loopback(tmp_path, answers) as server:
        scrapy(
            *COMMAND,
            "-a",
            f"urls={urls}",
            "-a",
            "limit=1",
            cwd=tmp_path,
            settings=FAST | server.settings,
            environment=server.environment,
        )
    assert sorted(line["site"] for line in read_feed(tmp_path / "out.jsonl")) == ["baoquocte", "vietnam_vn"]


def test_only_for_aggregators(tmp_path: Path) -> None:
    for arguments, said in (
        (("ria", "-a", "follow=source"), "no aggregator"),
        (("vietnam_vn", "-a", "follow=links"), "write follow=source"),
    ):
        done = scrapy("crawl", *arguments, cwd=tmp_path, check=False)
        assert done.returncode == 2
        assert said in done.stderr


def test_without_follow_an_original_and_its_copy_are_one(tmp_path: Path) -> None:
    """In either order: each source once a language."""
    answers = world({NAMED: Answer(ORIGINAL)})
    runs = (("vietnam_vn", PAGES["vi"][0]), ("baoquocte", NAMED))
    for name, order in (("a", runs), ("b", runs[::-1])):
        for site, url in order:
            with Loopback(tmp_path, answers) as server:
                scrapy(
                    "crawl",
                    site,
                    "-a",
                    f"urls={url}",
                    "-o",
                    f"{name}.jsonl",
                    cwd=tmp_path,
                    settings=FAST | server.settings,
                    environment=server.environment,
                )
        assert [line["site"] for line in read_feed(tmp_path / f"{name}.jsonl")] == [order[0][0]]
