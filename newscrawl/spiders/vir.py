"""Vietnam Investment Review, in English."""

from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class VirSpider(NewsSpider):
    """English; the family's other template."""

    site = Site(
        name="vir",
        publisher="Vietnam Investment Review",
        hosts=("vir.com.vn",),
        language="en",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (Feed("https://vir.com.vn/rss_feed/"),)
