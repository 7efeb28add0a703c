"""Nhân Dân, the Communist Party's paper."""

from newscrawl.crawl.families import zce_months
from newscrawl.crawl.sources import Feed, Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM, ZCE
from newscrawl.sites import Site


class NhandanSpider(NewsSpider):
    """Editions in other languages have hosts of their own."""

    site = Site(
        name="nhandan",
        publisher="Báo Nhân Dân",
        hosts=("nhandan.vn", "en.nhandan.vn", "cn.nhandan.vn", "ru.nhandan.vn", "fr.nhandan.vn"),
        mirrors=("special.nhandan.vn",),
        language="vi",
        host_languages={"en.nhandan.vn": "en", "cn.nhandan.vn": "zh", "ru.nhandan.vn": "ru", "fr.nhandan.vn": "fr"},
        article_url=r"-post\d{4,}\.html",
        dates=VIETNAM,
        rules=ZCE,
    )
    sources = (
        Feed("https://nhandan.vn/rss/home.rss"),
        zce_months("https://nhandan.vn/sitemap.xml"),
        Sitemap("https://nhandan.vn/sitemaps/google-news.xml"),
    )
