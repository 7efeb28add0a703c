"""Lines of a made-up feed, as the stages give them."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from newscrawl.feed.lines import to_line
from newscrawl.items import Article
from newscrawl.pipelines.clean_text import CleanText
from newscrawl.pipelines.dedupe import identify
from newscrawl.pipelines.resolve_source import ResolveSource
from newscrawl.reread.desk import desk
from newscrawl.stories.join import Join, Joined

RESOLVE = ResolveSource(desk({}))
SITES = RESOLVE.sites
SLUG = "co-gi-trong-khu-nha-kinh-trong-rau-lon-moi-mo"
TITLE = "Có gì trong khu nhà kính trồng rau lớn mới mở"
TEXT = "Khu nhà kính có 286 căn, khánh thành ngày 20/9.\n\nChi phí 45 tỷ đồng."


def line(url: str, raw: str | None = None, *, day: str = "2024-09-20", **fields: Any) -> dict[str, Any]:
    """The feed line of a page: of a paper's article, or of one that vietnam.vn took from ``raw``."""
    site = next(site for site in SITES if not site.anywhere and site.is_article(url))
    aggregated = site.rules.republished
    article = Article(site=site.name, url=site.canonical(url), title=TITLE, body=TEXT, source_name="Báo Quốc Tế",
                      language=site.language_of(url), source_language="vi" if aggregated else None, published_raw=day,
                      source_url_raw=raw, source_url_status="none" if aggregated else None,
                      crawled_at=f"{day}T09:00:00+00:00", http_status=200, run_id="r")  # fmt: skip
    for name, value in fields.items():
        setattr(article, name, value)
    article.published_on = day
    article = RESOLVE.process_item(CleanText().process_item(article))
    identify(article, SITES[article.site])
    return asdict(article)


Stories = Callable[..., list[Joined]]


@pytest.fixture
def stories(tmp_path: Path) -> Stories:
    """Join lines to stories; ``counts`` of the last join stands at ``stories.counts``."""

    def join(*feeds: list[dict[str, Any]]) -> list[Joined]:
        with Join(SITES, tmp_path) as joined:
            for number, lines in enumerate(feeds):
                path = tmp_path / f"{number}.jsonl"
                path.write_bytes(b"".join(map(to_line, lines)))
                joined.read(path, number)
            joined.join()
            join.counts = joined.counts  # type: ignore[attr-defined]
            return list(joined.stories())

    return join


def urls(joined: Joined) -> set[str]:
    return {line.shown["url"] for line in joined.lines}
