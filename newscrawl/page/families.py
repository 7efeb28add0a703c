"""CMS families: one value a vendor, for the sites that run on it."""

from newscrawl.page.rules import ArticleRules

MASTERCMS = ArticleRules(
    title="h1.article-detail-title, h1.detail-title",
    lead=".article-detail-desc, .detail-sapo, .detail-desc",
    body=(
        "#__MB_MASTERCMS_EL_3, .__MASTERCMS_CONTENT, .__MASTERCMS_CONTENT_BODY, .article-detail-main, .article-content"
    ),
    published="span.format_time, .article-detail-date, .bx-time, span.article-detail-publish",
    authors=".article-detail-author",
    section="li.menu-alias a",
    tags=".article-detail-tags a, .article-tags a",
    drop=(
        "table.__MB_ARTICLE_A, table.__mb_article_in_image, .article-detail-similar, .article-detail-other, "
        ".article-detail-tags, .article-detail-source, .__ads_click, .article-detail-title, .article-detail-desc, "
        ".article-detail-author, .bx-time, .format_time, .font-size-control, .__MB_ARTICLE_PAGING"
    ),
    figures="table.MASTERCMS_TPL_TABLE",
)
"""The vendor of Báo Quốc Tế and some twenty more Vietnamese papers; marks: ``__MASTERCMS_CONTENT``,
``/stores/news_dataimages/``, feed ``/rss_feed/``."""
