"""Tuoi Tre News, Tuổi Trẻ in English."""

from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

MONTH_FIRST = DateFacts("Asia/Ho_Chi_Minh", day_first=False)
"""Its feeds write the month first, as Tuổi Trẻ's."""


class TuoitreNewsSpider(NewsSpider):
    """Formerly tuoitrenews.vn."""

    site = Site(
        name="tuoitre_news",
        publisher="Tuoi Tre News",
        hosts=("news.tuoitre.vn",),
        mirrors=("tuoitrenews.vn",),
        language="en",
        article_url=r"-(?:103\d{12,15}|\d{6,8})\.htm",
        dates=VIETNAM,
        rules=IMS,
    )
    sources = (Feed("https://news.tuoitre.vn/home.rss", dates=MONTH_FIRST),)
