"""Znews, Zing's news; zingnews.vn until 2023."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class ZnewsSpider(NewsSpider):
    """Prints ``18:37 26/08/2020``."""

    site = Site(
        name="znews",
        publisher="Znews",
        hosts=("znews.vn",),
        mirrors=("zingnews.vn",),
        language="vi",
        article_url=r"-post\d{5,}\.html",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.the-article-title",
            lead="p.the-article-summary",
            body="div.the-article-body",
            published="li.the-article-publish, .the-article-publish",
            authors="li.the-article-author, .the-article-credit p.author",
            section="p.the-article-category a",
            tags="p.the-article-tags a",
            drop=".notebox.ncenter, .inner-article, #innerarticle, figure.video, .znews-banner",
            figures="table.picture",
        ),
    )
    sources = (
        Feed("https://znews.vn/rss/the-gioi.rss"),
        Feed("https://znews.vn/rss/kinh-doanh-tai-chinh.rss"),
        Sitemap("https://znews.vn/sitemap/sitemap.xml", day=r"/sitemap-article-(\d{4})-?(\d{2})-?(\d{2})?", span=31),
    )
