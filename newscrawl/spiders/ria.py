"""RIA Novosti (ria.ru)."""

from newscrawl.crawl.sources import DatedSitemap, DayArchive
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts


class RiaSpider(NewsSpider):
    """Typed blocks; times are Moscow's; the day lists complete what the sitemap lacks for today."""

    site = Site(
        name="ria",
        publisher="РИА Новости",
        hosts=("ria.ru",),
        mirrors=("m.ria.ru",),
        language="ru",
        article_url=r"^/\d{8}/(?:[\w%-]*-)?\d{6,}\.html",
        article_id=r"[/-](\d{6,})\.html",
        dates=DateFacts(timezone="Europe/Moscow", day_first=True, formats=("%H:%M %d.%m.%Y", "%d.%m.%Y, %H:%M")),
        rules=ArticleRules(
            title=".article__title, .b-article__title, .b-longread__title",
            lead=".article__second-title, .article__announce-text, .b-article__announce-text",
            body=".article__body, .b-article__body, .b-longread__body",
            published=(
                ".article__info-date > a, .b-article__info-date, .endless__item::attr(data-published), "
                ".article__info-date"
            ),
            modified=".article__info-date-modified",
            authors=".article__author .article__author-name, .article__author-name",
            section=".article__supertag-header-title, .endless__item::attr(data-analytics-rubric)",
            tags=".article__tags-item, .article__tags a, .b-longread__tags a, .b-article__tags a",
            figures=".media, .article__media, .article__photo",
            images=".article__announce .media",
            drop=(
                ".article__block[data-type=article], .article__block[data-type=banner], "
                ".article__block[data-type=photolenta], .article__block[data-type=video], "
                ".article__block[data-type=social], .article__title, .article__second-title, .article__info, "
                ".article__tags, .article__views, .statistic, .b-article__info-date, .b-article__title, "
                ".b-article__share, .b-article__tags, .b-longread__tags, .article__quote-bar, .article__list-label, "
                ".media__copyright-link"
            ),
        ),
    )
    sources = (
        DatedSitemap("https://ria.ru/sitemap_article.xml?date_start={start:%Y%m%d}&date_end={end:%Y%m%d}"),
        DayArchive(
            "https://ria.ru/{day:%Y%m%d}/",
            link="a.list-item__title, a.lenta__item-text, .lenta__item a",
            next_page=(
                ".list-items-loaded::attr(data-next-url), .list-more::attr(data-url), .lenta__item::attr(data-next)"
            ),
        ),
    )
