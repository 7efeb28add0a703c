"""Dân trí, the paper of the learning promotion association."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class DantriSpider(NewsSpider):
    """Two templates: ``[data-slot]`` since winter 2025/26, ``.singular-*`` before, and e-magazines."""

    site = Site(
        name="dantri",
        publisher="Dân trí",
        hosts=("dantri.com.vn",),
        language="vi",
        article_url=r"-\d{16,17}\.htm",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1[data-slot=title], h1.title-page, h1.e-magazine__title",
            lead="h2[data-slot=sapo], h2.singular-sapo, .e-magazine__sapo",
            lead_prefix=r"\(Dân trí\)\s*[-–]",
            body="#desktop-in-article, [data-slot=content], div.singular-content, .e-magazine__body",
            published="time.author-time::attr(datetime), time.author-time, p.text-right em",
            authors=".author-name, [data-slot=author]",
            drop=".article-business, #tpmInpageContainer, .singular-sapo, [data-slot=sapo], .article-related",
        ),
    )
    sources = (Feed("https://dantri.com.vn/rss/home.rss"), Sitemap("https://dantri.com.vn/google-news-sitemap.xml"))
