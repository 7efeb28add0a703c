"""Báo Công Thương, the paper of the ministry of industry and trade."""

from newscrawl.crawl.sources import Feed, Section
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import MASTERCMS, VIETNAM
from newscrawl.sites import Site


class CongthuongSpider(NewsSpider):
    """Every category feed of this family lists the same 25 articles, so sections complete it."""

    site = Site(
        name="congthuong",
        publisher="Báo Công Thương",
        hosts=("congthuong.vn",),
        mirrors=("www.congthuong.vn",),
        language="vi",
        article_url=r"^/[\w%-]+-\d{4,}\.html",
        dates=VIETNAM,
        rules=MASTERCMS,
    )
    sources = (
        Feed("https://congthuong.vn/rss_feed/"),
        Section(
            "https://congthuong.vn/thoi-su",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
        Section(
            "https://congthuong.vn/kinh-te",
            link="div.article > a:first-of-type, h3 a, h2 a",
            next_page="div.__MB_ARTICLE_PAGING div.rt a:last-of-type",
            max_pages=20,
        ),
    )
