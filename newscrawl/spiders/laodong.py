"""Lao Động, the trade unions' paper."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class LaodongSpider(NewsSpider):
    """Answers everything first with a page that sets a cookie by script and loads anew: it is read in a browser."""

    site = Site(
        name="laodong",
        publisher="Lao Động",
        hosts=("laodong.vn",),
        language="vi",
        article_url=r"-\d{6,}\.ldo",
        dates=VIETNAM,
        browser=True,
        browser_listings=True,
        rules=ArticleRules(
            title="h1.title",
            lead="div.chappeau",
            body="div.art-body, #gallery-ctt, [itemprop=articleBody]",
            published="span.time",
            authors=".art-author .name, .art-author",
            section="a.main-cat-lnk",
            drop=".related-news, .box-tag, .art-author, .news-relate",
        ),
    )
    sources = (Feed("https://laodong.vn/rss/home.rss"), Sitemap("https://laodong.vn/google-news-sitemap.xml"))
