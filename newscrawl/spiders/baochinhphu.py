"""Báo Điện tử Chính phủ, the government's paper."""

from newscrawl.crawl.families import ims_blocks
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

MONTH_FIRST = DateFacts("Asia/Ho_Chi_Minh", day_first=False)
"""Its feeds write ``9/14/2026 6:44:00 PM``."""


class BaochinhphuSpider(NewsSpider):
    """Feeds stand at the root, with the month first."""

    site = Site(
        name="baochinhphu",
        publisher="Báo Chính phủ",
        hosts=("baochinhphu.vn",),
        language="vi",
        article_url=r"-102\d{12,15}\.htm",
        dates=VIETNAM,
        rules=IMS.but(lead_prefix=r"\(Chinhphu\.vn\)\s*[-–]"),
    )
    sources = (
        Feed("https://baochinhphu.vn/home.rss", dates=MONTH_FIRST),
        ims_blocks("https://baochinhphu.vn/sitemap.xml"),
    )
