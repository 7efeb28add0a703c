"""Báo Ảnh Việt Nam, the pictorial of Thông tấn xã Việt Nam, in ten languages."""

from newscrawl.crawl.sources import Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, VNA
from newscrawl.sites import Site

EDITIONS = {
    "vietnamese": "vi", "english": "en", "chinese": "zh", "russian": "ru", "japanese": "ja", "lao": "lo", "khmer": "km",
}  # fmt: skip


class VnanetSpider(NewsSpider):
    """The month comes before the year in its sitemaps' names."""

    site = Site(
        name="vnanet",
        publisher="Báo Ảnh Việt Nam",
        hosts=("vietnam.vnanet.vn",),
        language="vi",
        editions=EDITIONS,
        article_url=r"^/\w+/[\w/%-]+/\d{5,}\.html",
        dates=VIETNAM,
        rules=VNA,
    )
    sources = (
        Sitemap(
            "https://vietnam.vnanet.vn/vietnamese/sitemap.xml", day=r"/news-(?P<m>\d{1,2})-(?P<y>\d{4})\.xml", span=31
        ),
    )
