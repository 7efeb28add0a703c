"""Thời Đại, the paper of the union of friendship organisations."""

from newscrawl.crawl.sources import Feed, Section
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class ThoidaiSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="thoidai",
        publisher="Thời Đại",
        hosts=("thoidai.com.vn",),
        mirrors=("www.thoidai.com.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://thoidai.com.vn/rss_feed/"),
        Section(
            "https://thoidai.com.vn/thoi-su",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
        Section(
            "https://thoidai.com.vn/the-gioi",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
    )
