"""CMS families: one value a vendor, for the sites that run on it.

A site takes a family and changes what differs: ``rules = ZCE.but(lead_prefix=r"TPO\\s*-")``. A selector of a template
that is gone stays in the list after the current one: archives and old links still serve it.
"""

from newscrawl.page.rules import ArticleRules
from newscrawl.text.dates import DateFacts

VIETNAM = DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True)
"""Dates as Vietnamese papers print them: ``Thứ Hai, 16:54, 29/12/2025``, ``05/10/2026 15:42 GMT+7``."""

MASTERCMS = ArticleRules(
    family="MASTERCMS",
    title="h1.article-detail-title, h1.detail-title",
    lead=".article-detail-desc, .detail-sapo, .detail-desc",
    body=(
        "#__MB_MASTERCMS_EL_3, .__MASTERCMS_CONTENT, .__MASTERCMS_CONTENT_BODY, .article-detail-main, .article-content"
    ),
    published="span.format_time, .article-detail-date, .bx-time, span.article-detail-publish",
    authors=".article-detail-author",
    section="li.menu-alias a, .bx-breadcrumb a",
    tags=".article-detail-tags a, .article-tags a",
    drop=(
        "table.__MB_ARTICLE_A, table.__mb_article_in_image, .article-detail-similar, .article-detail-other, "
        ".article-detail-tags, .article-detail-source, .__ads_click, .article-detail-title, .article-detail-desc, "
        ".article-detail-author, .bx-time, .format_time, .font-size-control, .__MB_ARTICLE_PAGING"
    ),
    figures="table.MASTERCMS_TPL_TABLE",
)
"""The vendor of Báo Quốc Tế and some twenty more; marks: ``__MASTERCMS_CONTENT``, ``/stores/news_dataimages/``,
feed ``/rss_feed/``."""

IMS = ArticleRules(
    family="IMS",
    title="h1.detail-title, [data-role=title], h1.title",
    lead="[data-role=sapo], .detail-sapo, h2.sapo",
    body="div.detail-content.afcbc-body, [data-role=content], div.detail-cmain, #main-detail-body, #entry-body",
    published=(
        "[data-role=publishdate]::attr(datetime), [data-role=publishdate], .detail-time, p.days, .date-time, span.time"
    ),
    authors=(
        "[data-role=author] a.name, .detail-author .author-item-name a.name, .author-info-top a, .author-info a.name, "
        ".flex-author span.name, [data-role=author], .detail-author"
    ),
    section="[data-role=cate-name], .detail-cate a, .list-cate a.item-cate",
    tags=".detail-tab a.item, .detail-tag a, .detail-tags a, .detail-tab-list a",
    drop=(
        ".VCSortableInPreviewMode[type=VideoStream], .VCSortableInPreviewMode[data-vid], "
        ".VCSortableInPreviewMode[type=RelatedNewsBox], .VCSortableInPreviewMode[type=RelatedOneNews], "
        ".VCSortableInPreviewMode[type=insertembedcode], .kbwscwl-relatedbox, .kbwscwlrl-content, .OneNewsTitle, "
        ".VCObjectBoxRelatedNewsItemSapo, .readmore-body-box, .link-content-footer, zone, .admzone, [id^=admzone], "
        ".adbro, .InreadPc, .detail-relate, .detail__related, .tn-ggr2-popup, .button-dowload-img, .c-banner, "
        ".comment-wrapper, #objectPopupBody, .sendstarauthor, .formreactdetail, .detail-author-bot, .box-qad, "
        ".content-amuasam, .detail__foru, [id^=dablewidget_], .detail-title, .detail-sapo, .detail-time, .detail-author"
    ),
    figures=".VCSortableInPreviewMode[type=Photo]",
)
"""VCCorp: Tuổi Trẻ, Thanh Niên, VTV and others; marks: ``[data-role]``, ``.afcbc-body``, ``.VCSortableInPreviewMode``,
ids of 15 to 18 digits (site, then the time to the millisecond)."""

ZCE = ArticleRules(
    family="ZCE",
    title="h1.article__title, h1.article__header, h1.cms-title, h1.box-title-detail",
    lead=".article__sapo, .cms-desc, .box-des-detail",
    body="div.article__body, .zce-content-body, .cms-body, .main-col.content-col, .detail-content-body",
    published="time.time::attr(datetime), .article__meta time::attr(datetime), meta.cms-date::attr(content), .box-date",
    authors=".article__author .cms-author, .cms-author, .article__author, .box-author strong",
    section="ul.breadcrumbs li.main-cate a, .breadcrumb-detail h2 a, .breadcrumbs a, ul.uk-breadcrumb li.bc-item a",
    source_name="em.cms-source",
    tags=".article__tag a",
    drop=(
        ".ads_middle, .banner, [id^=adsWeb], [id^=adsMobile], .fyi, a.cms-relate, .article-relate, .related-news, "
        ".article__list, .article__more-news, .article__comment, .article__social, .tts-player, .hidden-player, "
        ".article__title, .article__sapo, .article__meta, .article__tag, .cms-author, .cms-source"
    ),
    figures="table.picture, .article__avatar",
    images=".article__avatar",
)
"""Nhân Dân, VietnamPlus, Tiền Phong and others; marks: ``cms-*`` and ``zce-*`` classes, ``-post<id>``."""

ONECMS = ArticleRules(
    family="ONECMS",
    title="h1.block-sc-title, h1.sc-longform-header-title, h1.c-detail-head__title",
    lead="p.block-sc-sapo, .sc-longform-header-sapo, h2.desc",
    body="div.b-maincontent, .entry, .entry-no-padding, .content-main-normal",
    published=".block-sc-publish-time, .c-detail-head__time",
    authors=".block-sc-author, .c-detail-head__author",
    section=".block-sc-cate-name, .c-detail-head__cat, li.breadcrumb-item.active a",
    tags=".c-tags a",
    drop=(
        ".sc-longform-header, .c-detail-head, .c-box, .oneads, [class^=c-banner], .sc-empty-layer, .c-news-related, "
        ".c-related-posts, .c-sticky-share, .c-tags, .c-author-page, .c-powered, .ads_viewport, h2.desc"
    ),
)
"""Hà Nội Mới, Người Quan Sát and others; marks: pictures on ``*.1cdn.vn``, ``.block-sc-*``; the header stands inside
the body, and the machine date is in US order without a zone."""

ONECMS_DATES = DateFacts("Asia/Ho_Chi_Minh", day_first=True, formats=("%m/%d/%Y %I:%M:%S %p",))
"""``05/09/2026 - 22:17`` as printed, ``9/5/2026 10:17:01 PM`` in the meta tags."""

VNA = ArticleRules(
    family="VNA",
    title="h1.bavn-tt-post, .post-top-entry h1, h1",
    lead=".lr-summary-post, .post-summary",
    body="article.lr-ct, div.lr-ct, .post-ct-entry, div.bavn-mid-post > article",
    published="time.bavn-time-news, .bavn-top-post time, .post-top-entry .time, .post-top-entry time",
    authors=".lr-author",
    section="ul.uk-breadcrumb li:last-child a, ul.uk-breadcrumb a",
    tags="ul.post-tags a, .b-tags a",
    drop=(
        ".lr-summary-post, .lr-author, .editor_inpage, #divAdmicro_inpage, .post-tags, .b-tags, .post-summary, "
        ".post-top-entry, .bavn-top-post"
    ),
    figures=".lr-pic",
    lead_prefix=r"BNEWS\s*",
)
"""Thông tấn xã Việt Nam's own: ``.lr-*`` of its editor in a UIkit shell."""

VNEXPRESS = ArticleRules(
    family="VNEXPRESS",
    title="h1.title-detail, .title_post",
    lead="p.description, .lead_post_detail",
    body="article.fck_detail, .fck_detail, .section-inner.inset-column",
    published="span.date, .header-content .date, .author",
    authors="p.author_mail strong, p.Normal[style*='text-align:right'] strong, p.Normal[style*='text-align:right']",
    section="ul.breadcrumb li a",
    drop=(
        "[data-component=true], .box_tinlienquan, .box-tinlienquan, [data-event-category='Article Link Display'], "
        "#admbackground, [id^=ads_], p.author_mail, p.Normal[style*='text-align:right'], .location-stamp, #article-end"
    ),
    figures="figure.tplCaption, table.tplCaption",
)
"""VnExpress; marks: ``article.fck_detail``, ``p.Normal``, ``figure.tplCaption``."""
