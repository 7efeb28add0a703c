"""VnExpress, the most read site of Vietnam."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, VNEXPRESS
from newscrawl.sites import Site


class VnexpressSpider(NewsSpider):
    """The author stands in the last paragraph; captions are paragraphs inside figures."""

    site = Site(
        name="vnexpress",
        publisher="VnExpress",
        hosts=("vnexpress.net",),
        mirrors=("amp.vnexpress.net",),
        language="vi",
        article_url=r"-\d{7}\.html",
        dates=VIETNAM,
        rules=VNEXPRESS,
    )
    sources = (
        Feed("https://vnexpress.net/rss/tin-moi-nhat.rss"),
        Sitemap("https://vnexpress.net/google-news-sitemap.xml"),
    )
