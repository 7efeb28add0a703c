"""The commands as a person types them: arguments, help, exit codes."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.generated import DAY, ria_archive
from tests.support import all_spiders, read_feed, scrapy

DATES = ("-a", f"since={DAY}", "-a", f"until={DAY}")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    ria_archive(path, 8)
    return path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ria", "-a", "sinse=2024-09-01"), "unknown argument 'sinse'"),
        (("ria", "-a", "since=14/09/2024"), "write it as 2024-09-14"),
        (("ria", "-a", "languages=no"), "language 'no' is unknown on ria; known: ru"),
        (("ria", "-a", "urls=@nowhere.txt"), "cannot read the file"),
        (("ria", "-s", "REPLAY_FROM=nowhere"), "nowhere"),
        (("rio",), "no site is called 'rio' (did you mean ria?); scrapy sites lists them"),
    ],
)
def test_wrong_argument_ends_with_2_and_one_clear_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    done = scrapy("crawl", *arguments, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("**/*.jsonl")), "nothing was begun"


def test_help_of_a_site(tmp_path: Path) -> None:
    done = scrapy("crawl", "vietnam_vn", "-a", "help=1", cwd=tmp_path)
    for name in ("since", "until", "languages", "urls", "limit", "recrawl"):
        assert f"\n  {name} " in done.stdout
    assert "languages of vietnam_vn: vi, ar, bn" in done.stdout


def test_feed_by_default_is_named_after_the_site(tmp_path: Path, archive: Path) -> None:
    scrapy("crawl", "ria", *DATES, cwd=tmp_path, settings={"REPLAY_FROM": archive})
    assert len(read_feed(tmp_path / "feeds" / "ria.jsonl")) == 8


def test_capital_o_starts_anew_and_small_o_goes_on(tmp_path: Path, archive: Path) -> None:
    command = ("crawl", "ria", *DATES)
    settings = {"REPLAY_FROM": archive}
    feed = tmp_path / "out.jsonl"
    scrapy(*command, "-a", "limit=3", "-o", "out.jsonl", cwd=tmp_path, settings=settings)
    assert len(read_feed(feed)) == 3
    first = scrapy(*command, "-o", "out.jsonl", cwd=tmp_path, settings=settings)
    assert len(read_feed(feed)) == 8
    assert "5 new" in first.stderr
    again = scrapy(*command, "-o", "out.jsonl", cwd=tmp_path, settings=settings)
    assert "0 new" in again.stderr
    assert "8 already in the feed" in again.stderr
    scrapy(*command, "-a", "limit=2", "-O", "out.jsonl", cwd=tmp_path, settings=settings)
    assert len(read_feed(feed)) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == [
        "out.jsonl", "out.manifest.json", "out.runs.jsonl", "out.seen.db",
    ]  # fmt: skip


def test_same_archive_gives_the_same_lines(tmp_path: Path, archive: Path) -> None:
    lines = []
    for name in ("one.jsonl", "two.jsonl"):
        scrapy("crawl", "ria", *DATES, "-O", name, cwd=tmp_path, settings={"REPLAY_FROM": archive})
        lines.append(sorted(json.dumps(line | {"run_id": ""}) for line in read_feed(tmp_path / name)))
    assert lines[0] == lines[1]


def test_manifest(tmp_path: Path, archive: Path) -> None:
    scrapy("crawl", "ria", *DATES, "-o", "out.jsonl", cwd=tmp_path, settings={"REPLAY_FROM": archive})
    manifest = json.loads((tmp_path / "out.manifest.json").read_text("utf-8"))
    assert (manifest["state"], manifest["lines"], manifest["outcomes"]["new"]) == ("finished", 8, 8)
    assert manifest["arguments"]["since"] == DAY.isoformat()
    assert len(manifest["sha256"]) == 64
    assert manifest["fields"]["title"] == {"rule": 8}
    assert manifest["fields"]["section"] == {"none": 8}
    assert manifest["run_id"] == read_feed(tmp_path / "out.jsonl")[0]["run_id"]


def test_archive_without_the_pages_is_a_failed_crawl(tmp_path: Path, archive: Path) -> None:
    url = "https://ria.ru/20240913/net-takoy-1999999999.html"
    done = scrapy(
        "crawl",
        "ria",
        "-a",
        f"urls={url}",
        "-o",
        "o.jsonl",
        cwd=tmp_path,
        settings={"REPLAY_FROM": archive},
        check=False,
    )
    assert done.returncode == 1
    assert "1 not in the archive" in done.stderr


def test_schema(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(scrapy("schema", cwd=tmp_path).stdout))


def test_table_of_sites(tmp_path: Path) -> None:
    lines = scrapy("sites", cwd=tmp_path).stdout.splitlines()
    assert lines[0].split() == ["site", "publisher", "languages", "family", "discovery", "checked"]
    assert [line.split()[0] for line in lines[1:]] == sorted(all_spiders())
    assert any("tienphong" in line and "ZCE" in line and "Feed, Sitemap" in line for line in lines)


def test_sites_are_listed(tmp_path: Path) -> None:
    assert scrapy("list", cwd=tmp_path).stdout.split() == sorted(all_spiders())
