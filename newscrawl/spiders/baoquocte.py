"""Báo Quốc Tế (Báo Thế giới và Việt Nam), the paper of Vietnam's foreign ministry."""

from newscrawl.crawl.families import mastercms_sections
from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

SECTIONS = ("thoi-su", "the-gioi", "bien-dong-247", "kinh-te", "xa-hoi", "ngoai-giao")


class BaoquocteSpider(NewsSpider):
    """AMP pages and the twin host id.baoquocte.vn serve the same articles; ``en`` has its own."""

    site = Site(
        name="baoquocte",
        publisher="Báo Quốc Tế",
        hosts=("baoquocte.vn", "en.baoquocte.vn"),
        mirrors=("id.baoquocte.vn",),
        language="vi",
        host_languages={"en.baoquocte.vn": "en"},
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        article_id=r"-(\d{4,})\.html",
        dates=DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True, formats=("%d/%m/%Y %H:%M",)),
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://baoquocte.vn/rss_feed/"),
        Feed("https://en.baoquocte.vn/rss_feed/", language="en"),
        *mastercms_sections(
            "https://baoquocte.vn",
            *SECTIONS,
            link="div.bx-listing div.article > a:first-of-type, div.bx-list-left div.article > a:first-of-type",
        ),
    )
