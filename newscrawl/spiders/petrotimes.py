"""PetroTimes, energy news."""

from newscrawl.crawl.families import mastercms_sections
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class PetrotimesSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="petrotimes",
        publisher="PetroTimes",
        hosts=("petrotimes.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://petrotimes.vn/rss_feed/"),
        *mastercms_sections("https://petrotimes.vn", "nang-luong", "kinh-te"),
    )
