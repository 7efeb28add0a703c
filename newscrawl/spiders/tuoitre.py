"""Tuổi Trẻ, the youth union's paper in Ho Chi Minh City."""

from newscrawl.crawl.families import ims_blocks
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

MONTH_FIRST = DateFacts("Asia/Ho_Chi_Minh", day_first=False)
"""Its feeds write ``10/5/2026 3:42:00 PM`` for 5 October."""


class TuoitreSpider(NewsSpider):
    """Milliseconds in the id are not padded, so its length varies; the pages of nld.com.vn live under ``/nld/``."""

    site = Site(
        name="tuoitre",
        publisher="Tuổi Trẻ",
        hosts=("tuoitre.vn",),
        mirrors=("amp.tuoitre.vn",),
        language="vi",
        article_url=r"-\d{14,18}\.htm",
        dates=VIETNAM,
        rules=IMS,
    )
    sources = (
        Feed("https://tuoitre.vn/rss/tin-moi-nhat.rss", dates=MONTH_FIRST),
        ims_blocks("https://tuoitre.vn/sitemaps/index.rss"),
    )
