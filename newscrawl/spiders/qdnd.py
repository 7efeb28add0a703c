"""Quân đội nhân dân, the army's paper."""

from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class QdndSpider(NewsSpider):
    """Addresses have no extension; the last bold name is the author's."""

    site = Site(
        name="qdnd",
        publisher="Quân đội nhân dân",
        hosts=("www.qdnd.vn", "en.qdnd.vn", "cn.qdnd.vn"),
        language="vi",
        host_languages={"en.qdnd.vn": "en", "cn.qdnd.vn": "zh"},
        article_url=r"^/[\w/%-]+-\d{5,}$",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.post-title",
            lead=".post-summary",
            body="div.post-content [itemprop=articleBody], div.post-content",
            published="span.post-subinfo > span, .post-subinfo, .post-date",
            authors=".post-content p.author, .author-name",
            section='a[property="v:title"]',
            drop=".related-post, .video-wrapper, .author-info, .box-banner, p.author",
        ),
    )
    sources = (
        Feed("https://www.qdnd.vn/rss/cate/tin-tuc-moi-nhat.rss"),
        Sitemap("https://www.qdnd.vn/sitemaps/0/top300article.xml"),
    )
