"""VOV, the Voice of Vietnam."""

from newscrawl.crawl.sources import DatedSitemap, Feed, Section
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class VovSpider(NewsSpider):
    """Prints the time before the date: ``Thứ Hai, 16:54, 29/12/2025``; its index lacks the running month."""

    site = Site(
        name="vov",
        publisher="VOV",
        hosts=("vov.vn",),
        language="vi",
        article_url=r"-post\d{5,}\.vov",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.article-title, h1.cms-title",
            lead_prefix=r"VOV\.VN\s*[-–]",
            lead="div.article-summary div.col-lg-8, .sapo.cms-desc",
            body="div.article-content div.text-long, .detail.detail--normal, #article-body",
            published="div.article-date, div.col-md-4.mb-2",
            authors=".article-author a, .article-author",
            section="a.special-header-title, li.breadcrumb-item-first a",
            tags=".article-tags a",
            drop=".related-news, .article-related, .audio-player",
        ),
    )
    sources = (
        Feed("https://vov.vn/rss.xml"),
        Section(
            "https://vov.vn/tin-moi-cap-nhat?page={page}",
            link="div.taxonomy-content a.vovvn-title",
            first=0,
            max_pages=10,
        ),
        DatedSitemap("https://vov.vn/sitemaps/{start.year}/{start.month}/article.xml", unit="month"),
    )
