"""VTV, Vietnam Television."""

from newscrawl.crawl.families import ims_blocks
from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site


class VtvSpider(NewsSpider):
    """The family's core in an outer template of its own; the newest days are only in the latest sitemap."""

    site = Site(
        name="vtv",
        publisher="VTV",
        hosts=("vtv.vn",),
        language="vi",
        article_url=r"-\d{14,18}\.htm",
        dates=VIETNAM,
        rules=IMS.but(lead_prefix=r"VTV\.vn\s*[-–]"),
    )
    sources = (
        Feed("https://vtv.vn/rss/home.rss"),
        ims_blocks("https://vtv.vn/sitemap.xml"),
        Sitemap("https://vtv.vn/latest-news-sitemap.xml"),
    )
