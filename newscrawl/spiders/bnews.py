"""Bnews, business news of Thông tấn xã Việt Nam."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, VNA
from newscrawl.sites import Site


class BnewsSpider(NewsSpider):
    """Prints times as ``16:22' - 04/09/2026``."""

    site = Site(
        name="bnews",
        publisher="Bnews",
        hosts=("bnews.vn",),
        language="vi",
        article_url=r"^/[\w%-]+/\d{5,}\.html",
        dates=VIETNAM,
        rules=VNA,
    )
    sources = (zce_months("https://bnews.vn/sitemap.xml"),)
