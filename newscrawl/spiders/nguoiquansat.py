"""Người Quan Sát, business news."""

from newscrawl.crawl.sources import Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import ONECMS, ONECMS_DATES
from newscrawl.sites import Site


class NguoiquansatSpider(NewsSpider):
    """Answers some clients with 403 now and then."""

    site = Site(
        name="nguoiquansat",
        publisher="Người Quan Sát",
        hosts=("nguoiquansat.vn",),
        language="vi",
        article_url=r"^/(?!.*-(?:event|ptag))[\w%-]+-\d{4,}\.html",
        dates=ONECMS_DATES,
        rules=ONECMS,
    )
    sources = (
        Sitemap(
            "https://nguoiquansat.vn/sitemap.xml",
            follow=r"/sitemap-article-\d{4}",
            day=r"/sitemap-article-(\d{4})-(\d{2})-(\d{2})\.xml",
        ),
        Sitemap("https://nguoiquansat.vn/sitemap-news.xml"),
    )
