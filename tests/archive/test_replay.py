"""Replay: a real crawl that is answered from an archive and nowhere else."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import brotli
import pytest
from scrapy.settings import Settings

from newscrawl.archive.replay import ReplayAddon, open_archive
from newscrawl.archive.writer import write_exchange

SITE = "https://news.invalid"
DAY = datetime(2024, 9, 14, 8, 15, tzinfo=UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")
PAGE = "<!DOCTYPE html><title>Tin tức</title>"

SPIDER = """
import json
import os
import pathlib

import scrapy

class ReplayedSpider(scrapy.Spider):
    name = "replayed"
    custom_settings = {
        "ADDONS": {"newscrawl.archive.replay.ReplayAddon": 100},
        "DOWNLOAD_DELAY": 60, "DOWNLOAD_SLOTS": {"news.invalid": {"delay": 60}}, "ROBOTSTXT_OBEY": True,
        "RETRY_ENABLED": True, "HTTPCACHE_ENABLED": True, "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 60,
        "HTTPERROR_ALLOW_ALL": True, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        for path in ("/gzip", "/br", "/false", "/moved", "/gone", "/lost", "/partial"):
            yield scrapy.Request("https://news.invalid" + path, self.parse)
        yield scrapy.FormRequest("https://news.invalid/api", self.parse, formdata={"page": "2"})

    def parse(self, response):
        fetched_at = response.meta.get("fetched_at")
        yield {
            "asked": response.meta.get("redirect_urls", [response.url])[0],
            "url": response.url,
            "status": response.status,
            "kind": type(response).__name__,
            "text": response.text,
            "flags": response.flags,
            "fetched_at": fetched_at and fetched_at.isoformat(),
        }

    def closed(self, reason):
        stats = self.crawler.stats.get_stats()
        ours = {name: value for name, value in stats.items() if name.startswith("newscrawl/replay/")}
        pathlib.Path("stats.json").write_text(json.dumps(ours))
"""


def scrapy(folder, *arguments):
    """Run ``scrapy runspider`` on the spider in ``folder``."""
    (folder / "replayed.py").write_text(SPIDER)
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "scrapy",
        "runspider",
        "-L",
        "WARNING",
        "replayed.py",
        *arguments,
    ]
    env = {name: value for name, value in os.environ.items() if name != "SCRAPY_SETTINGS_MODULE"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """What a crawl of a small archive gave, by address asked for, with its stats."""
    folder = tmp_path_factory.mktemp("crawl")
    page = PAGE.encode()
    with (folder / "site.warc.gz").open("wb") as file:

        def answer(path, body=page, *headers, date=DAY, **more):
            write_exchange(file, url=SITE + path, body=body, headers=(HTML, *headers), date=date, **more)

        answer("/gzip", gzip.compress(page), ("Content-Encoding", "gzip"))
        answer("/br", brotli.compress(page), ("Content-Encoding", "br"))
        answer("/false", page, ("Content-Encoding", "gzip"))
        answer("/moved", b"", ("Location", "/target"), status=301)
        answer("/target", page, date=DAY.replace(year=2025))
        answer("/gone", b"", ("Location", "/nowhere"), status=302)
        answer("/partial", page, truncated="length")
        answer("/api", b"page 1", method="POST", request_body=b"page=1")
        answer("/api", b"page 2", method="POST", request_body=b"page=2")
        file.write(b"\x00\x00")
    done = scrapy(folder, "-s", "REPLAY_FROM=site.warc.gz", "-O", "out.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    items = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    return {item["asked"].removeprefix(SITE): item for item in items}, json.loads((folder / "stats.json").read_text())


@pytest.mark.parametrize("path", ["/gzip", "/br", "/false"])
def test_page_is_decoded(crawl, path):
    assert crawl[0][path] == {
        "asked": SITE + path,
        "url": SITE + path,
        "status": 200,
        "kind": "HtmlResponse",
        "text": PAGE,
        "flags": ["replayed"],
        "fetched_at": "2024-09-14T08:15:00+00:00",
    }


def test_redirect_is_followed(crawl):
    item = crawl[0]["/moved"]
    assert (item["url"], item["status"], item["text"]) == (f"{SITE}/target", 200, PAGE)
    assert item["fetched_at"] == "2025-09-14T08:15:00+00:00"


@pytest.mark.parametrize(("path", "url"), [("/lost", "/lost"), ("/gone", "/nowhere")])
def test_what_is_missing_is_a_404(crawl, path, url):
    item = crawl[0][path]
    assert (item["url"], item["status"], item["text"]) == (SITE + url, 404, "")
    assert (item["flags"], item["fetched_at"]) == (["unarchived"], None)


def test_truncated_page_is_partial(crawl):
    assert crawl[0]["/partial"]["flags"] == ["replayed", "partial"]


def test_post_is_answered_by_its_body(crawl):
    assert crawl[0]["/api"]["text"] == "page 2"


def test_stats(crawl):
    assert crawl[1] == {
        "newscrawl/replay/answered": 8,
        "newscrawl/replay/missing": 2,
        "newscrawl/replay/damaged": 1,
        "newscrawl/replay/truncated": 0,
    }


def test_wrong_path_ends_with_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        ReplayAddon.update_pre_crawler_settings(Settings({"REPLAY_FROM": str(tmp_path / "none.warc")}))
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"REPLAY_FROM: no archive at {tmp_path}/none.warc\n"


def test_addon_goes_before_every_other_setting_and_keeps_other_handlers(tmp_path):
    path = tmp_path / "a.warc"
    path.touch()
    settings = Settings({"REPLAY_FROM": str(path), "DOWNLOAD_HANDLERS": {"ftp": None, "http": "some.Handler"}})
    settings.set("DOWNLOAD_DELAY", 5, priority="cmdline")
    ReplayAddon().update_settings(settings)
    assert settings.getdict("DOWNLOAD_HANDLERS") == {
        "ftp": None,
        "http": "newscrawl.archive.replay.ReplayHandler",
        "https": "newscrawl.archive.replay.ReplayHandler",
    }
    assert settings.getfloat("DOWNLOAD_DELAY") == 0


def test_addon_does_nothing_without_a_path():
    settings = Settings({"REPLAY_FROM": ""})
    before = settings.copy_to_dict()
    ReplayAddon.update_pre_crawler_settings(settings)
    ReplayAddon().update_settings(settings)
    assert settings.copy_to_dict() == before


def test_archive_is_read_once(tmp_path):
    path = tmp_path / "a.warc"
    path.touch()
    assert open_archive(str(path)) is open_archive(str(path))
