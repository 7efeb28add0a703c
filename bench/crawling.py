"""Crawling: the whole project against a bare Scrapy spider, on the same pages of one site on loopback."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.pages import FAMILIES, pages_of
from bench.processes import run
from bench.rows import Row, spread
from bench.site import Served

COMMON = {"DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS": "8", "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
          "ROBOTSTXT_OBEY": "1", "COOKIES_ENABLED": "0", "HTTPPROXY_ENABLED": "1", "LOG_LEVEL": "ERROR"}  # fmt: skip
SITES = {"MASTERCMS": "baoquocte", "IMS": "tuoitre", "ZCE": "nhandan", "ONECMS": "hanoimoi", "VNEXPRESS": "vnexpress"}
FEW = 20
"""Pages of the short run, whose cost (start and end) is taken off that of the long one."""


def crawling(count: int, rounds: int) -> list[Row]:
    """Measure crawls of so many pages; a round is of one family, the contestants take turns in it."""
    found = []
    for number in range(rounds):
        family = list(FAMILIES)[number % len(FAMILIES)]
        every = pages_of(family, count, number * 10**5)
        urls = [page.url.replace("https:", "http:") for page in every]
        with tempfile.TemporaryDirectory(prefix="bench-crawl-") as name:
            folder = Path(name)
            (folder / "all.txt").write_text("\n".join(urls))
            (folder / "few.txt").write_text("\n".join(urls[:FEW]))
            with Served(folder, dict(zip(urls, (page.html for page in every), strict=True))) as site:
                found.append(_round(folder, site, family, len(urls)))

    def ratios(one: str, other: str) -> dict[str, float]:
        return spread(figures[one]["ms"] / figures[other]["ms"] for figures in found)

    means = {name: statistics.mean(figures[name]["ms"] for figures in found) for name in found[0]}
    memory = max(figures["newscrawl"]["mb"] for figures in found)
    return [
        Row("Crawling", "pages a core, to a bare spider", **ratios("bare", "newscrawl"), unit="×", goal=0.75, at_least=True,
            details={"ms a page": means, "pages": count}),
        Row("Crawling", "a bare spider that parses each page, to a bare one", **ratios("bare", "bare, parses"), unit="×",
            note="the limit: nobody who looks into pages can reach more"),
        Row("Crawling", "pages a core, to a bare spider that parses each page", **ratios("bare, parses", "newscrawl"), unit="×"),
        Row("Crawling", "memory of the process", memory, "MB", goal=200),
    ]  # fmt: skip


def _round(folder: Path, site: Served, family: str, count: int) -> dict[str, Any]:
    settings = [part for name, value in COMMON.items() for part in ("-s", f"{name}={value}")]
    project = site.environment | {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"}
    bare = site.environment | {"SCRAPY_SETTINGS_MODULE": "bench.empty"}
    contestants = {
        "bare": (["-m", "scrapy", "crawl", "bare", "-a", "urls={}", "-O", "{}.bare.jsonl"], bare),
        "bare, parses": (["-m", "scrapy", "crawl", "bare", "-a", "urls={}", "-O", "{}.parsed.jsonl"], bare | {"PARSE": "1"}),
        "newscrawl": (["-m", "scrapy", "crawl", SITES[family], "-a", "urls=@{}", "-O", "{}.jsonl"], project),
    }  # fmt: skip
    figures: dict[str, Any] = {}
    for name, (command, environment) in contestants.items():
        few = run([part.replace("{}", "few.txt") for part in command] + settings, folder, environment)
        whole = run([part.replace("{}", "all.txt") for part in command] + settings, folder, environment)
        figures[name] = {"ms": (whole.cpu - few.cpu) / (count - FEW) * 1000, "start": few.cpu, "mb": whole.memory}
    lines = (folder / "all.txt.jsonl").read_bytes().count(b"\n")
    assert lines == count, f"{lines} lines of {count} pages"
    return figures
