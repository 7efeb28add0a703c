"""Hà Nội Mới, the paper of Hanoi's party committee."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import ONECMS, ONECMS_DATES
from newscrawl.sites import Site


class HanoimoiSpider(NewsSpider):
    """Old and new templates live side by side."""

    site = Site(
        name="hanoimoi",
        publisher="Hà Nội Mới",
        hosts=("hanoimoi.vn",),
        mirrors=("hanoimoi.com.vn",),
        language="vi",
        article_url=r"^/(?!.*-(?:event|ptag))[\w%-]+-\d{4,}\.html",
        dates=ONECMS_DATES,
        rules=ONECMS,
    )
    sources = (
        Feed("https://hanoimoi.vn/rss/home.rss"),
        Sitemap(
            "https://hanoimoi.vn/sitemap.xml",
            follow=r"/sitemap-article-\d{4}",
            day=r"/sitemap-article-(\d{4})-(\d{2})-(\d{2})\.xml",
        ),
    )
