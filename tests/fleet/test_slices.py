"""What may be sent, and what of it is done: nothing that names code, settings, or files elsewhere."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.utils.project import get_project_settings

from newscrawl.fleet.run import command, feed_of
from newscrawl.fleet.slices import Slice, archive_path, read_slice, split
from newscrawl.sites import Sites
from tests.support import ROOT, scrapy

SITES = Sites.load(get_project_settings())
DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))


@given(DAYS, st.integers(0, 2000), st.integers(1, 400))
def test_every_day_once(since: date, more: int, days: int) -> None:
    until = since + timedelta(more)
    spans = list(split(since, until, days))
    named = [first + timedelta(number) for first, last in spans for number in range((last - first).days + 1)]
    assert sorted(named) == [since + timedelta(number) for number in range(more + 1)]
    assert all((last - first).days < days for first, last in spans)
    assert spans == sorted(spans, reverse=True), "the latest first"


@pytest.mark.parametrize(
    "message",
    [
        {"site": "ria"},
        {"site": "ria", "since": "2024-01-01", "until": "2024-01-31"},
        {"site": "vietnam_vn", "languages": "no,ja", "follow": "source"},
        {"archive": "cc-news/2024/09.warc.gz"},
    ],
)
def test_slices(message: dict[str, str], tmp_path: Path) -> None:
    piece = read_slice(message, SITES, tmp_path)
    assert piece.message == message
    assert Slice.of(piece.key) == piece
    assert piece.is_regular == (
        message in ({"site": "ria"}, {"site": "vietnam_vn", "languages": "no,ja", "follow": "source"})
    )
    assert json.loads(piece.key) == message


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"site": "ria", "archive": "a.warc"},
        {"site": "nowhere"},
        {"site": ""},
        {"site": "ria", "since": "2024-02-30"},
        {"site": "ria", "since": "2024-02-02", "until": "2024-02-01"},
        {"site": "ria", "languages": "tlh"},
        {"site": "ria", "follow": "source"},
        {"site": "ria", "urls": "@/etc/passwd"},
        {"site": "ria", "limit": "1"},
        {"site": "ria", "_job": "../x"},
        {"site": "ria", "settings": "ITEM_PIPELINES=x"},
        {"site": "ria", "since": 20240101},
        {"site": ["ria"]},
        {"site": "any_site"},
        {"archive": "a.warc.gz", "since": "2024-01-01"},
        {"archive": ""},
        {"archive": "/etc/passwd"},
        {"archive": "../a.warc.gz"},
        {"archive": "x/../../a.warc.gz"},
        {"archive": "a.txt"},
        {"archive": "a\0.warc.gz"},
        {"archive": "x" * 5000 + ".warc.gz"},
        {"archive": "link/a.warc.gz"},
    ],
    ids=lambda message: str(message)[:40],
)
def test_no_slices(message: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "link").symlink_to("/")
    with pytest.raises(ValueError) as told:
        read_slice(message, SITES, tmp_path / "warc")
    assert len(str(told.value)) < 600


@given(st.text(max_size=40))
def test_an_archive_lies_in_its_folder_or_is_none(name: str) -> None:
    root = Path("/srv/warc")
    try:
        path = archive_path(name, root)
    except ValueError:
        return
    assert path.is_relative_to(root)
    assert path != root


@given(st.dictionaries(st.text(max_size=9), st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text())))
def test_any_message_is_a_slice_or_a_value_error(message: dict[str, object]) -> None:
    try:
        assert read_slice(message, SITES, Path("/srv/warc")).message == message
    except ValueError:
        pass


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "fleet.md").read_text("utf-8")
    (command, shown), *_ = re.findall(r"```\n\$ (scrapy slices ria .*--dry-run)\n(.*?)```", page, re.DOTALL)
    done = scrapy(*command.split()[1:], cwd=tmp_path, settings={"SEEN_STORE": "redis://127.0.0.1:1/0"})
    assert done.stdout == shown
    for name in ("SITE_LEASE", "SEEN_STORE_LEASE", "FLEET_TIME_LIMIT", "FLEET_TRIES", "FLEET_ARCHIVES", "FLEET_BROKER"):
        assert name in page


@pytest.mark.slow
def test_wrong_commands(tmp_path: Path) -> None:
    for arguments in (("ria",), ("--repeat",), ("ria", "--days", "2"), ("ria", "kcna"), ("ria", "-a", "since=2024-01-01", "--repeat"),
                      ("nowhere",), ("--archives", "/etc/passwd"), ("ria", "--again"), ("ria", "-a", "limit=1")):  # fmt: skip
        settings = {} if arguments == ("ria",) else {"SEEN_STORE": "redis://127.0.0.1:1/0"}
        done = scrapy("slices", *arguments, cwd=tmp_path, settings=settings, check=False)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_what_is_run() -> None:
    data, archives = Path("/srv/data"), Path("/srv/warc")
    crawl = command(Slice("ria", since="2024-01-01", until="2024-01-07"), data, archives)
    assert crawl[2:] == ["scrapy", "crawl", "ria", "-a", "since=2024-01-01", "-a", "until=2024-01-07"]
    piece = Slice(archive="cc/-a.warc.gz")
    assert command(piece, data, archives)[3:] == [
        "reread", "/srv/warc/cc/-a.warc.gz", "-o", "/srv/data/feeds/archives/cc/-a.warc.gz.jsonl", "--jobs=1"
    ]  # fmt: skip
    assert feed_of(Slice("ria"), data) == data / "feeds" / "ria.jsonl"
