"""Người Lao Động, now a part of Tuổi Trẻ; archived pages and old links."""

from newscrawl.crawl.families import ims_blocks
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import IMS, VIETNAM
from newscrawl.sites import Site


class NldSpider(NewsSpider):
    """The host redirects to ``tuoitre.vn/nld/`` since 2026; the reader serves archives."""

    site = Site(
        name="nld",
        publisher="Người Lao Động",
        hosts=("nld.com.vn",),
        language="vi",
        article_url=r"-(?:196\d{12,15}|20\d{12,16})\.htm",
        dates=VIETNAM,
        rules=IMS.but(
            title=f"{IMS.title}, .title-content",
            lead=f"{IMS.lead}, .sapo-detail",
            body=f"{IMS.body}, .content-news-detail",
            published=f"{IMS.published}, .pdate",
        ),
    )
    sources = (ims_blocks("https://nld.com.vn/sitemap.xml"),)
