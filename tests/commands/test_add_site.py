"""A new site by the steps of ``docs/add-a-site.md``, on a copy of the project, with a made-up paper in an archive."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archive.writer import write_exchange
from tests.support import ROOT, read_feed, scrapy

pytestmark = pytest.mark.slow

HOST = "https://tin-lang.example"
PAGE = f"{HOST}/xa-moi-mo-thu-vien-10234.html"
HTML = [("Content-Type", "text/html; charset=utf-8")]
TEXT = "Thư viện mới của xã mở cửa từ sáng thứ hai, sau hai năm bà con cùng góp sách và công sửa nhà kho cũ. "
ARTICLE = f"""<html lang="vi"><head><title>Xã Mới mở thư viện</title><meta property="og:title" content="Xã Mới mở thư viện">
<link rel="alternate" type="application/rss+xml" href="/rss/home.rss"></head><body>
<h1 class="article-detail-title">Xã Mới mở thư viện</h1><span class="article-detail-date">14/09/2026 08:15</span>
<div class="article-detail-desc">Bà con góp hơn hai nghìn cuốn sách trong hai năm.</div>
<div class="__MASTERCMS_CONTENT"><p>{TEXT}</p><p>{TEXT}</p></div></body></html>"""
FEED = f"<rss><channel><item><link>{PAGE}</link></item></channel></rss>"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the package, with an archive of the paper beside it."""
    shutil.copytree(ROOT / "newscrawl", tmp_path / "newscrawl", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.settings\n")
    with (tmp_path / "paper.warc.gz").open("wb") as file:
        robots = f"User-agent: *\nSitemap: {HOST}/sitemap.xml\n"
        for url, body in ((PAGE, ARTICLE), (f"{HOST}/rss/home.rss", FEED), (f"{HOST}/robots.txt", robots)):
            write_exchange(file, url=url, headers=HTML, body=body.encode(), date=datetime(2026, 9, 15, tzinfo=UTC))
    return tmp_path


def test_steps(project: Path) -> None:
    def run(*arguments: str, replay: bool = True, check: bool = True):
        settings = {"REPLAY_FROM": "paper.warc.gz"} if replay else {}
        return scrapy(*arguments, cwd=project, settings=settings, environment={"PYTHONPATH": str(project)}, check=check)

    looked = run("look", PAGE).stdout
    assert f"feed      {HOST}/rss/home.rss" in looked
    assert f"sitemap   {HOST}/sitemap.xml" in looked
    assert re.search(r"MASTERCMS find title, lead, body", looked)
    assert "no spider has this host" in looked
    assert re.search(r"title +Xã Mới mở thư viện  \[meta\]", looked)

    made = run("genspider", "-t", "site", "tin_lang", "tin-lang.example", replay=False).stdout
    assert "Created spider 'tin_lang' using template 'site'" in made
    spider = project / "newscrawl" / "spiders" / "tin_lang.py"
    facts = spider.read_text("utf-8").replace("rules=ArticleRules()", "rules=MASTERCMS")
    spider.write_text(
        facts.replace("newscrawl.page.rules import ArticleRules", "newscrawl.page.families import MASTERCMS"), "utf-8"
    )

    saved = run("fixture", "tin_lang", PAGE, "plain").stdout
    assert "pytest --update-golden -k tin_lang/plain" in saved
    case = project / "tests" / "sites" / "tin_lang" / "plain"
    assert (case / "page.html").read_text("utf-8") == ARTICLE
    assert (case / "url.txt").read_text("utf-8") == f"{PAGE}\n"

    crawled = run("crawl", "tin_lang", "-a", "limit=5")
    (line,) = read_feed(project / "feeds" / "tin_lang.jsonl")
    assert "1 new" in crawled.stderr
    assert (line["title"], line["published_at"]) == ("Xã Mới mở thư viện", "2026-09-14T08:15:00+07:00")
    assert line["lead"].startswith("Bà con góp")

    again = run("fixture", "tin_lang", PAGE, "plain", check=False)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert run("fixture", "tin_lang", f"{HOST}/nothing", "other", check=False).returncode == 1
    assert run("look", f"{HOST}/nothing", check=False).returncode == 1
    assert run("look", check=False).returncode == 2

    facts = spider.read_text("utf-8").replace(
        "from newscrawl.text.dates", "from datetime import date\n\nfrom newscrawl.text.dates"
    )
    spider.write_text(facts.replace('language="vi",', 'language="vi",\n        checked=date(2026, 9, 15),'), "utf-8")
    listed = {row.split()[0]: row.rstrip() for row in run("sites", replay=False).stdout.splitlines()}
    assert listed["tin_lang"].endswith("  2026-09-15")
    assert listed["any_site"].endswith("  never live")
