"""What an address of a feed names never leads out of the folder that it is in."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.feed.export import ArticleFeeds, safe_names
from tests.generated import ria_archive
from tests.support import Bench, read_feed, scrapy

HOSTILE = [
    "../escaped", "../../escaped", "/etc/escaped", "..", ".", "", "~/escaped", "~root", "a/../../../escaped", "..\\..\\escaped", "C:\\escaped", "a\x00b", "a\nb", "\x1b[2J",
    "%(name)s", "%2e%2e%2fescaped", "s3://other/escaped", "file:///etc/escaped", "a" * 5000, "\u2025/x", "\uff0e\uff0e\uff0fx", "\udcff", "e\u0301/..", "con", "-rf", ["../escaped"], {"x": "/etc"}, None,
]  # fmt: skip
TEMPLATES = ("out/{}.jsonl", "out/{}/feed.jsonl", "out/a-{}.jsonl.gz", "{}", "out/{}{}{}/x", "./{}/x")


def inside(address: str) -> bool:
    """Whether a file of that name, below a folder, is below it."""
    path = os.path.normpath("/folder/" + address) if address[:1] != "/" else address
    return path.startswith("/folder/") and not set(address) & set("\x00\n\x1b\\~") and len(address) < 500


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:24])
def test_no_value_leads_out(value: Any) -> None:
    params = safe_names({"x": value})
    for template in TEMPLATES:
        address = template.replace("{}", "%(x)s") % params
        assert inside(address), address


@given(st.text())
def test_no_text_leads_out(value: str) -> None:
    for template in TEMPLATES:
        assert inside(template.replace("{}", "%(x)s") % safe_names({"x": value}))


def test_what_is_fine_stays_as_it_is() -> None:
    params = safe_names({"name": "vietnam_vn", "_job": "20240914T120000Z-1a2b", "time": "2024-09-14T12-00-00+00-00", "batch_id": 7, "x": "2024.09.14"})  # fmt: skip
    template = "%(name)s/%(_job)s/%(time)s-%(batch_id)05d-%(x)s"
    address = template % params
    assert address == "vietnam_vn/20240914T120000Z-1a2b/2024-09-14T12-00-00+00-00-00007-2024.09.14"


@pytest.mark.parametrize("value", HOSTILE[:16], ids=lambda value: ascii(value)[:24])
def test_everything_that_an_address_may_name(value: str) -> None:
    """Every attribute of the spider may be named, whatever it came from: ``-a``, Scrapyd, a page."""
    bench = Bench("ria", FEEDS={"out.jsonl": {"format": "jsonlines"}})
    bench.books.run_id = bench.spider._job = bench.spider.anything = value
    feeds = ArticleFeeds(bench.crawler)
    params = feeds._get_uri_params(bench.spider, None)
    assert len(params) > 50
    for name in params:
        if name not in ("batch_id",):
            for template in TEMPLATES[:4]:
                address = template.replace("{}", f"%({name})s") % params
                assert inside(address), (name, address)


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and ".local" not in str(path)}


@pytest.mark.slow
@pytest.mark.parametrize("value", ["../../../../escaped", "{tmp}/escaped", "..", "a\n../../b"])
def test_a_crawl_writes_where_it_is_told_to(tmp_path: Path, value: str) -> None:
    """Feed, journal, dated copy, batches, rejects, manifest and archive of a job with a hostile id."""
    (url, missing) = ria_archive(tmp_path / "a.warc.gz", 2)
    here = tmp_path / "one" / "two"
    here.mkdir(parents=True)
    value = value.replace("{tmp}", str(tmp_path))
    feeds = ("jobs/%(name)s/%(_job)s.jsonl", "days/%(day)s/%(run)s.jsonl", "batches/%(_job)s-%(batch_id)d.jsonl")
    for feed in feeds:
        scrapy(
            "crawl", "ria", "-a", f"urls={url},{missing.replace('1972500001', '1972500009')}", "-a", f"_job={value}", "-o", feed,
            cwd=here, check=False, settings={"REPLAY_FROM": tmp_path / "a.warc.gz", "FEED_EXPORT_BATCH_ITEM_COUNT": "1" if "batch" in feed else "0"},
        )  # fmt: skip
    found = files_below(tmp_path)
    assert {name.split("/")[2] for name in found if name.startswith("one/two/")} == {"feeds", "jobs", "days", "batches"}
    assert {name for name in found if not name.startswith("one/two/")} == {"a.warc.gz"}
    lines = [line for name in found if name.split("/")[2:3] in (["jobs"], ["days"], ["batches"]) for line in read_feed(tmp_path / name)]  # fmt: skip
    assert [line["run_id"] for line in lines] == [value] * 3, "it is only in names that it is not taken as it is"
