"""Báo Công Thương, the paper of the ministry of industry and trade."""

from newscrawl.crawl.families import mastercms_sections
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class CongthuongSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="congthuong",
        publisher="Báo Công Thương",
        hosts=("congthuong.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://congthuong.vn/rss_feed/"),
        *mastercms_sections("https://congthuong.vn", "thoi-su", "kinh-te"),
    )
