"""VietNamNet, the site of the ministry of ethnic affairs and religion."""

from newscrawl.crawl.sources import Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class VietnamnetSpider(NewsSpider):
    """Its JSON-LD dates have a space before the offset; English under ``/en/``."""

    site = Site(
        name="vietnamnet",
        publisher="VietNamNet",
        hosts=("vietnamnet.vn",),
        language="vi",
        editions={"en": "en"},
        article_url=r"-\d{6,8}\.html",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.content-detail-title",
            lead="h2.content-detail-sapo, .content-detail-sapo",
            body="#maincontent, .maincontent.main-content",
            published=".bread-crumb-detail__time, .bread-crumb-detail-time",
            authors=".article-detail-author-wrapper .name a, span.name a",
            section=".bread-crumb-detail li:nth-child(2) a",
            tags=".tagBox a",
            drop=(
                ".ck-cms-insert-neww-group, .ck-cms-insert-news, .ck-cms-wiki-news-full, .article-relate, "
                ".inner-article, .box-tag, .insert-wiki-title, #insert-rating, .summary__content, .vmcadszone"
            ),
        ),
    )
    sources = (
        Sitemap("https://vietnamnet.vn/sitemap-news.xml"),
        Sitemap("https://vietnamnet.vn/sitemap.xml", day=r"/sitemap-article-(?P<m>\d{2})-(?P<y>\d{4})", span=31),
    )
