"""Every paper crawled whole, from a generated archive: its own listings lead to its saved pages."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.writer import write_exchange
from newscrawl.crawl.sources import Ask, JsonList, Section, Source, Window
from tests.support import CASES, all_spiders, read_feed, scrapy

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 1)
RECORDED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
SAMPLED = ("any_site", "baoquocte", "kcna", "ria", "vietnam_vn")
"""Sites that ``test_samples`` crawls in the same way."""


def saved(site: str) -> dict[Path, dict[str, Any]]:
    """Return the folders and lines of a site's saved pages; of those with the same text, whose second is a reject, one."""
    lines = {path.parent: json.loads(path.read_text("utf-8")) for path in sorted((CASES / site).glob("*/article.json"))}
    first = {line["content_hash"]: folder for folder, line in reversed(lines.items())}
    return {folder: lines[folder] for folder in first.values()}


def listing(source: Source, urls: list[str]) -> tuple[str, bytes]:
    """Return what a source's listing may look like when it holds ``urls``; sections and load-more lists are empty."""
    if isinstance(source, Section):
        return "text/html", b"<html><body><p>Nothing new</p></body></html>"
    if isinstance(source, JsonList):
        return "application/json", b'{"data": {"contents": []}}'
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return "application/xml", f"<urlset>{rows}</urlset>".encode()


def build(path: Path, site: str) -> None:
    """Write a site's archive."""
    spider = all_spiders()[site]
    pages = {
        (folder / "url.txt").read_text("utf-8").strip(): (folder / "page.html").read_bytes() for folder in saved(site)
    }
    window = Window(None, DAY)
    asks: list[tuple[Source, Ask]] = [(source, ask) for source in spider.sources for ask in source.start(window)]
    with path.open("wb") as file:
        for source, ask in asks:
            kind, body = listing(source, list(pages))
            write_exchange(file, url=ask.url, headers=[("Content-Type", kind)], body=body, date=RECORDED)
        for url, body in pages.items():
            canonical = spider.site.canonical(url)
            headers = [("Content-Type", "text/html; charset=utf-8")]
            write_exchange(file, url=canonical, headers=headers, body=body, date=RECORDED)


def crawl(folder: Path, site: str) -> str:
    """Crawl a site's archive; return what differs from the saved lines, nothing when all is well."""
    folder.mkdir()
    build(folder / "site.warc.gz", site)
    done = scrapy(
        "crawl",
        site,
        "-a",
        "languages=all",
        "-O",
        "out.jsonl",
        cwd=folder,
        settings={"REPLAY_FROM": "site.warc.gz"},
        check=False,
    )
    expected = list(saved(site).values())
    lines = {line["id"]: line for line in read_feed(folder / "out.jsonl")}
    if done.returncode or set(lines) != {line["id"] for line in expected}:
        return f"{site}: exit code {done.returncode}, {len(lines)} of {len(expected)} articles\n{done.stderr}"
    different = [line["url"] for line in expected if lines[line["id"]]["content_hash"] != line["content_hash"]]
    return f"{site}: {different} differ" if different else ""


def test_every_paper_is_crawled_from_its_listings(tmp_path: Path) -> None:
    sites = [name for name in all_spiders() if name not in SAMPLED]
    assert len(sites) >= 25
    with ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(lambda site: crawl(tmp_path / site, site), sites) if fault]
    assert not faults, "\n".join(faults)
