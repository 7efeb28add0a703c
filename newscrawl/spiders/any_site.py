"""Any news site, read with no rules: ``scrapy crawl any_site -a url=https://paper.example``."""

from newscrawl.crawl.discover import ARTICLE
from newscrawl.crawl.spider import NewsSpider
from newscrawl.sites import Site


class AnySiteSpider(NewsSpider):
    """Its host is the one of ``-a url=``, or those of ``-a urls=``; nothing else is known."""

    site = Site(name="any_site", publisher="", hosts=(), language="und", article_url=ARTICLE, anywhere=True)
