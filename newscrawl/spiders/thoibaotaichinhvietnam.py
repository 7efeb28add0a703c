"""Thời báo Tài chính Việt Nam, the paper of the ministry of finance."""

from newscrawl.crawl.families import mastercms_sections
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class ThoibaotaichinhvietnamSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="thoibaotaichinhvietnam",
        publisher="Thời báo Tài chính Việt Nam",
        hosts=("thoibaotaichinhvietnam.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://thoibaotaichinhvietnam.vn/rss_feed/"),
        *mastercms_sections("https://thoibaotaichinhvietnam.vn", "thoi-su", "kinh-doanh"),
    )
