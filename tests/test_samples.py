"""The sample archive: as its builder makes it, and crawled whole, from the archive and from a server on loopback."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.warc import Archive
from samples.build import RECORDED, exchanges
from tests.loopback import Answer, Asked, Loopback
from tests.support import CASES, ROOT, read_feed, scrapy

SAMPLES = ROOT / "samples"
ALL = ("-a", "languages=all")
ARGUMENTS = {"baoquocte": ALL, "kcna": ALL, "vietnam_vn": ALL}
OWN_RUN = ("run_id", "warc_record", "crawled_at", "discovered_via", "revision")


def saved_lines(site: str) -> dict[str, dict[str, Any]]:
    """Return the lines that a site's saved pages must give, by id: each article once."""
    lines = [json.loads(path.read_text("utf-8")) for path in sorted((CASES / site).glob("*/article.json"))]
    return {line["id"]: line for line in lines}


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive.open(SAMPLES)


@pytest.mark.parametrize("site", RECORDED)
def test_archive_is_what_its_builder_makes(site: str, archive: Archive) -> None:
    for exchange in exchanges(site):
        found = archive.get(exchange.url, "POST" if exchange.form else "GET", exchange.form.encode())
        assert found is not None, f"python -m samples.build: {exchange.url} is missing"
        assert found.body == exchange.body, f"python -m samples.build: {exchange.url} differs"
        assert found.fetched_at == RECORDED[site]
    assert (archive.damaged, archive.truncated) == (0, 0)


def test_placeholders_are_counted_by_form(tmp_path: Path) -> None:
    scrapy("crawl", "vietnam_vn", *ALL, "-O", "out.jsonl", cwd=tmp_path, settings={"REPLAY_FROM": SAMPLES})
    counted = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))["placeholders"]
    assert {"[annonse_2]", "[広告2]", "[إعلان 1]"} <= set(counted["known"])
    assert all(count > 0 for count in counted["known"].values())
    assert counted["unknown"] == {}
    texts = " ".join(line["body"] or "" for line in read_feed(tmp_path / "out.jsonl"))
    assert not [form for form in counted["known"] if form in texts]


def test_archive_is_worth_showing(archive: Archive) -> None:
    lines = [line for site in RECORDED for line in saved_lines(site).values()]
    assert len(list(archive.addresses())) > 40
    assert len({line["language"] for line in lines}) >= 12
    assert set(Counter(line["source_url_status"] for line in lines)) >= {
        "own",
        "exact",
        "repaired",
        "none",
        "label_only",
    }


@pytest.mark.parametrize("site", RECORDED)
def test_replay_gives_every_saved_line_once(site: str, tmp_path: Path) -> None:
    scrapy("crawl", site, *ARGUMENTS.get(site, ()), "-O", "out.jsonl", cwd=tmp_path, settings={"REPLAY_FROM": SAMPLES})
    lines = read_feed(tmp_path / "out.jsonl")
    expected = saved_lines(site)
    assert Counter(line["id"] for line in lines) == Counter(list(expected))
    for line in lines:
        assert line["crawled_at"] == RECORDED[site].isoformat(timespec="seconds")
        if line["url"] == expected[line["id"]]["url"] and not line["url"].startswith("http://baoquocte.vn"):
            assert _content(line) == _content(expected[line["id"]])


def test_editions_asked_for_and_no_other(tmp_path: Path) -> None:
    scrapy(
        "crawl",
        "vietnam_vn",
        "-a",
        "languages=no,ja,ar",
        "-O",
        "out.jsonl",
        cwd=tmp_path,
        settings={"REPLAY_FROM": SAMPLES},
    )
    lines = read_feed(tmp_path / "out.jsonl")
    assert Counter(line["language"] for line in lines) == {"ja": 2, "no": 1, "ar": 1}
    assert len({line["story_id"] for line in lines}) == 3


def test_paper_and_aggregator_in_one_feed(tmp_path: Path) -> None:
    """The paper's own article is there first, so its copy in the same language is a duplicate; translations are not."""
    for site in ("baoquocte", "vietnam_vn"):
        done = scrapy(
            "crawl", site, "-a", "languages=all", "-o", "out.jsonl", cwd=tmp_path, settings={"REPLAY_FROM": SAMPLES}
        )
    assert "1 duplicate" in done.stderr
    same = [line for line in read_feed(tmp_path / "out.jsonl") if line["source_key"] == "baoquocte.vn/287114"]
    assert [(line["site"], line["language"]) for line in sorted(same, key=lambda line: line["site"] + line["language"])] == [
        ("baoquocte", "vi"), ("vietnam_vn", "ja"), ("vietnam_vn", "no"),
    ]  # fmt: skip


@pytest.mark.parametrize("site", RECORDED)
def test_live_path_gives_the_same(site: str, tmp_path: Path, archive: Archive) -> None:
    """The same spider over TLS, robots.txt and the downloader, from a server under the real host names."""

    def answer(asked: Asked) -> Answer | None:
        found = archive.get(asked.url, asked.method, asked.body)
        return found and Answer(found.body, found.status, tuple(found.headers))

    window = ("-a", "since=2024-09-13", "-a", "until=2024-09-14") if site == "ria" else ()
    languages = ("-a", "languages=vi,no,ja,ar,km") if site == "vietnam_vn" else ARGUMENTS.get(site, ())
    with Loopback(tmp_path, answer) as server:
        scrapy("crawl", site, *window, *languages, "-O", "out.jsonl", cwd=tmp_path, environment=server.environment,
               settings=server.settings | {"DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "4"})  # fmt: skip
    hosts = {asked.url.split("/")[2] for asked in server.asked}
    assert all(
        f"{scheme}{host}/robots.txt" in server.urls(robots=True) for host in hosts for scheme in [_scheme(server, host)]
    )
    lines = {line["url"].partition("://")[2]: line for line in read_feed(tmp_path / "out.jsonl")}
    expected = [line for line in saved_lines(site).values() if _wanted(line, site)]
    assert len(lines) == len(expected)
    for line in expected:
        found = lines.get(line["url"].partition("://")[2])
        if found is not None:  # of two addresses of one article the other may have come first
            assert (found["title"], found["body"], found["source_key"]) == (
                line["title"],
                line["body"],
                line["source_key"],
            )
    assert sum(line["url"].partition("://")[2] in lines for line in expected) >= len(expected) - 1


def _scheme(server: Loopback, host: str) -> str:
    return next(url.partition(host)[0] for url in server.urls(robots=True) if url.split("/")[2] == host)


def _wanted(line: dict[str, Any], site: str) -> bool:
    if site == "ria":
        return "2024-09-13" <= line["published_on"] <= "2024-09-14"
    return site != "vietnam_vn" or line["language"] in ("vi", "no", "ja", "ar", "km")


def _content(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in OWN_RUN}
