"""Công an Nhân dân, the police's paper."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class CandSpider(NewsSpider):
    """On cand.com.vn and another system (``-i<id>/``) until 2026; old links resolve on the new host."""

    site = Site(
        name="cand",
        publisher="Công an Nhân dân",
        hosts=("cand.vn",),
        mirrors=("cand.com.vn",),
        language="vi",
        article_url=r"-post\d{4,}\.html|-i\d{5,}/?$",
        dates=VIETNAM,
        rules=ZCE,
    )
    sources = (Feed("https://cand.vn/rss/home.rss"), zce_months("https://cand.vn/sitemap.xml"))
