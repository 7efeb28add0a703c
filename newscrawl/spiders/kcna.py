"""KCNA (kcna.kp), three generations: XML by POST, ``.kcmsf`` pages, ``article/detail`` pages."""

from newscrawl.crawl.sources import Menu, Section, XsyncList
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

XSYNC = "http://www.kcna.kp/kcna.user.article.retrieveArticle"


class KcnaSpider(NewsSpider):
    """One article has several addresses, so title and day tell articles apart; new pages print no date."""

    site = Site(
        name="kcna",
        publisher="KCNA",
        hosts=("www.kcna.kp",),
        language="en",
        editions={"en": "en", "kp": "ko", "cn": "zh", "ru": "ru", "es": "es", "jp": "ja"},
        article_url=r"/article/(?:q/[0-9a-f]{32,128}\.kcmsf|detail/[0-9a-f]{32})|[?&]article_code=",
        identity="headline",
        dates=DateFacts(timezone="Asia/Pyongyang", day_first=False),
        rules=ArticleRules(
            title=".article-main-title, h1[class^=text-center], .xsync > .mainTitle, .xsync > .dispTitle",
            body=".article-content-body.content-wrapper, .xsync > .content, article",
            published=".publish-time, .xsync > .articleCreateDate, .xsync > .newsCreatedDate",
            drop=".article-main-title, h1, .publish-time, .media-icon, a[href*='/gallery/']",
            line_breaks=True,
            end_mark=r"-0-|-{3,}|[－―ー—]{2,}|\(?끝\)?",
            dateline=True,
        ),
    )
    sources = (
        Menu(
            "http://www.kcna.kp/{edition}",
            menu='a[href*="/article/list/"], a[href*="/category/articles/"]',
            section=Section(
                "",
                link="h5.block > a, li > a",
                entry="div.article, .article-link li",
                day="nobr, .publish-time",
                next_page="a.next, a[rel=next]",
            ),
        ),
        XsyncList(f"{XSYNC}ListForPage.kcmsf", f"{XSYNC}InfoFromArticleCode.kcmsf?article_code={{code}}"),
    )
