"""Sài Gòn Giải Phóng, the party's paper in Ho Chi Minh City."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.sources import Feed, JsonList
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class SggpSpider(NewsSpider):
    """Chinese under ``cn.``; zone 199 is home news."""

    site = Site(
        name="sggp",
        publisher="Sài Gòn Giải Phóng",
        hosts=("www.sggp.org.vn", "cn.sggp.org.vn"),
        mirrors=("dttc.sggp.org.vn",),
        language="vi",
        host_languages={"cn.sggp.org.vn": "zh"},
        article_url=r"-post\d{4,}\.html",
        dates=VIETNAM,
        rules=ZCE.but(lead_prefix=r"SGGPO?\s*[-–]"),
    )
    sources = (
        Feed("https://www.sggp.org.vn/rss/home.rss"),
        zce_months("https://www.sggp.org.vn/sitemap.xml"),
        JsonList("https://api.sggp.org.vn/api/morenews-zone-199-{page}.html", items="data.contents", day="date"),
    )
