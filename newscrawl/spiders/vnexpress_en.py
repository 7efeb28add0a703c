"""VnExpress International, in English."""

from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, VNEXPRESS
from newscrawl.sites import Site


class VnexpressEnSpider(NewsSpider):
    """Byline and date share one element: ``By X  September 14, 2024 | 08:15 am GMT+7``."""

    site = Site(
        name="vnexpress_en",
        publisher="VnExpress International",
        hosts=("e.vnexpress.net",),
        language="en",
        article_url=r"^/news/[\w/%-]+-\d{7}\.html",
        dates=VIETNAM,
        rules=VNEXPRESS.but(authors=".author b, .author a, .author strong"),
    )
    sources = (
        Feed("https://e.vnexpress.net/rss/news.rss"),
        Feed("https://e.vnexpress.net/rss/business.rss"),
        Feed("https://e.vnexpress.net/rss/world.rss"),
    )
