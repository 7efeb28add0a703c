"""PetroTimes, energy news."""

from newscrawl.crawl.sources import Feed, Section
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class PetrotimesSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="petrotimes",
        publisher="PetroTimes",
        hosts=("petrotimes.vn",),
        mirrors=("www.petrotimes.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://petrotimes.vn/rss_feed/"),
        Section(
            "https://petrotimes.vn/nang-luong",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
        Section(
            "https://petrotimes.vn/kinh-te",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
    )
