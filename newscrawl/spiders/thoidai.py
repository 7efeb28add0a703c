"""Thời Đại, the paper of the union of friendship organisations."""

from newscrawl.crawl.families import mastercms_sections
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class ThoidaiSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="thoidai",
        publisher="Thời Đại",
        hosts=("thoidai.com.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://thoidai.com.vn/rss_feed/"),
        *mastercms_sections("https://thoidai.com.vn", "thoi-su", "the-gioi"),
    )
