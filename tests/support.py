"""What tests share: sites, readings, feed lines and whole crawls. No tests here."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy.utils.project import get_project_settings

from newscrawl.compression import open_lines
from newscrawl.crawl.spider import NewsSpider
from newscrawl.feed.books import Books
from newscrawl.feed.lines import to_line
from newscrawl.feed.schema import schema
from newscrawl.items import Article

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "sites"
FETCHED = "2026-11-20T08:00:00+00:00"
VALIDATOR = Draft202012Validator(schema())


def all_spiders() -> dict[str, type[NewsSpider]]:
    """Every spider of the project, by name."""
    loader = get_spider_loader(get_project_settings())
    return {name: loader.load(name) for name in sorted(loader.list())}


class Bench:
    """A crawler that never starts, with books in memory: runs stages and spiders on given values."""

    def __init__(self, name: str, **settings: Any) -> None:
        project: Settings = get_project_settings()
        project.setdict({"FEEDS": {}, **settings}, priority="cmdline")
        self.crawler = Crawler(all_spiders()[name], project, init_reactor=True)
        self.crawler.spider = self.crawler._create_spider()
        self.crawler._apply_settings()
        self.spider: Any = self.crawler.spider
        self.books = Books.of(self.crawler)
        paths = sorted(project.getdict("ITEM_PIPELINES").items(), key=lambda pair: pair[1])
        self.stages = [build_from_crawler(load_object(path), self.crawler) for path, _ in paths]

    def read(self, url: str, body: bytes, content_type: str = "text/html; charset=utf-8") -> Article:
        """The page's article as the spider yields it."""
        request = Request(url, meta={"page_url": self.spider.site.canonical(url)})
        response = HtmlResponse(
            request.url, body=body, headers={"Content-Type": content_type}, request=request, encoding="utf-8"
        )
        (article,) = self.spider.parse_article(response)
        article.crawled_at = FETCHED
        article.discovered_via = "test"
        return article

    def run(self, article: Article) -> Article:
        """The article after all stages; raises ``Reject``."""
        for stage in self.stages:
            article = stage.process_item(article)
        return article


def feed_line(article: Article) -> dict[str, Any]:
    """The line a reader of the feed would get, checked against the schema."""
    line: dict[str, Any] = json.loads(to_line(asdict(article)))
    check_line(line)
    return line


def check_line(line: dict[str, Any]) -> None:
    """Fail unless the line keeps the contract."""
    errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in VALIDATOR.iter_errors(line)]
    assert not errors, errors


def read_feed(path: Path) -> list[dict[str, Any]]:
    """All lines of a feed, each checked against the schema."""
    with open_lines(path) as found:
        texts = list(found)
    assert all(text.endswith(b"\n") for text in texts)
    lines = [json.loads(text) for text in texts]
    for line in lines:
        check_line(line)
    return lines


def scrapy(
    *arguments: str | Path,
    cwd: Path,
    check: bool = True,
    timeout: float = 100,
    settings: Mapping[str, object] = MappingProxyType({}),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """Run a scrapy command of the project as a user would; with ``check`` it must end with 0."""
    done = subprocess.run(
        scrapy_command(*arguments, settings=settings),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=scrapy_environment(cwd, environment),
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def scrapy_command(*arguments: str | Path, settings: Mapping[str, object] = MappingProxyType({})) -> list[str]:
    """Return the command line of a scrapy command."""
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-W", "error::ResourceWarning", "-m", "scrapy", *map(str, arguments), *given]


def scrapy_environment(home: Path, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return an environment with nothing in it but what the project needs."""
    own = {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings", "PYTHONPATH": str(ROOT), "HOME": str(home)}
    return {"PATH": "/usr/bin:/bin"} | own | dict(more)


def run_alone(coroutine: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine to its end; ``asyncio.run`` would take the loop of the reactor away, if there is one."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(coroutine)
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
