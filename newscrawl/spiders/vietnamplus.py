"""VietnamPlus, the news site of Thông tấn xã Việt Nam."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.sources import Feed, JsonList
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class VietnamplusSpider(NewsSpider):
    """``og:url`` is the short form without slug, so the id tells articles apart."""

    site = Site(
        name="vietnamplus",
        publisher="VietnamPlus",
        hosts=("www.vietnamplus.vn", "en.vietnamplus.vn", "zh.vietnamplus.vn", "fr.vietnamplus.vn"),
        language="vi",
        host_languages={"en.vietnamplus.vn": "en", "zh.vietnamplus.vn": "zh", "fr.vietnamplus.vn": "fr"},
        article_url=r"-post\d{4,}\.vnp",
        dates=VIETNAM,
        rules=ZCE,
    )
    sources = (
        Feed("https://www.vietnamplus.vn/rss/home.rss"),
        Feed("https://en.vietnamplus.vn/rss/home.rss", language="en"),
        zce_months("https://www.vietnamplus.vn/sitemap.xml"),
        JsonList(
            "https://zh-api.vietnamplus.vn/api/morenews-latest-0-{page}.html",
            items="data.contents",
            day="date",
            language="zh",
        ),
    )
