"""A crawler that never starts: settings, stats and extensions for code that crawls use, without an engine."""

from collections.abc import Mapping
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.project import get_project_settings


class Desk(Spider):
    """Stands where a spider would."""

    name = "reread"
    arguments: Mapping[str, Any] | None = None


def desk(settings: Mapping[str, Any]) -> Crawler:
    """Return the crawler with the project's settings, and ``settings`` before those; it has no feed."""
    project = get_project_settings()
    project.setdict({**settings, "FEEDS": {}, "REPLAY_FROM": None, "RECORD_TO": None}, priority="cmdline")
    crawler = Crawler(Desk, project, init_reactor=True)
    crawler.spider = crawler._create_spider()
    crawler._apply_settings()
    return crawler
