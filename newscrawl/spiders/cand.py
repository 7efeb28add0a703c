"""Công an Nhân dân, the police's paper."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class CandSpider(NewsSpider):
    """On cand.com.vn and another system (``-i<id>/``) until 2026; old links resolve on the new host."""

    site = Site(
        name="cand",
        publisher="Công an Nhân dân",
        hosts=("cand.vn",),
        mirrors=("cand.com.vn", "www.cand.com.vn", "www.cand.vn"),
        language="vi",
        article_url=r"-post\d{4,}\.html|-i\d{5,}/?$",
        dates=VIETNAM,
        rules=ZCE,
    )
    sources = (
        Feed("https://cand.vn/rss/home.rss"),
        Sitemap("https://cand.vn/sitemap.xml", follow=r"/news-", day=r"/news-(\d{4})-(\d{1,2})\.xml", span=31),
    )
