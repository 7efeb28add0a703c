"""Thanh Niên, the paper of the Vietnam youth federation."""

from newscrawl.crawl.families import ims_blocks
from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site


class ThanhnienSpider(NewsSpider):
    """Until 2022 on another system (``-post<id>.html``), whose selectors come last."""

    site = Site(
        name="thanhnien",
        publisher="Thanh Niên",
        hosts=("thanhnien.vn",),
        language="vi",
        article_url=r"-(?:185\d{12,15}\.htm|post\d{5,}\.html)",
        dates=VIETNAM,
        rules=IMS.but(
            title=f"{IMS.title}, .details__headline, #storybox h1",
            lead=f"{IMS.lead}, #chapeau",
            body=f"{IMS.body}, #abody",
        ),
    )
    sources = (
        Feed("https://thanhnien.vn/rss/home.rss"),
        ims_blocks("https://thanhnien.vn/sitemap.xml"),
        Sitemap("https://thanhnien.vn/google-news-sitemap.xml"),
    )
