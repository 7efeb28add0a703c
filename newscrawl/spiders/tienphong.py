"""Tiền Phong, the youth union's paper."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class TienphongSpider(NewsSpider):
    """A wrong zone number in a feed's address gives another section, so only the home feed is asked."""

    site = Site(
        name="tienphong",
        publisher="Tiền Phong",
        hosts=("tienphong.vn",),
        language="vi",
        article_url=r"-post\d{4,}\.tpo",
        dates=VIETNAM,
        rules=ZCE.but(lead_prefix=r"TPO?O?\s*[-–]", body=f"{ZCE.body}, #article-body", lead=f"{ZCE.lead}, .summary"),
    )
    sources = (Feed("https://tienphong.vn/rss/home.rss"), zce_months("https://tienphong.vn/sitemap.xml"))
