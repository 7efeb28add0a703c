"""Viet Nam News, the English daily of Thông tấn xã Việt Nam."""

from newscrawl.crawl.sources import Feed
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class VietnamnewsSpider(NewsSpider):
    """Feeds are in UTF-16; two descriptions of its pages disagree, so both are tried."""

    site = Site(
        name="vietnamnews",
        publisher="Viet Nam News",
        hosts=("vietnamnews.vn",),
        language="en",
        article_url=r"^/[\w/-]+/\d{5,}/[\w%-]+\.html",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.headline, .detail__header h1",
            lead=".detail__summary",
            body="div.detail__content, #abody",
            published=".detail__meta .datetime, .detail__meta",
            authors=".detail__author, .detail__meta .author",
            drop=".picture, .related, .detail__tags",
        ),
    )
    sources = (
        Feed("https://vietnamnews.vn/rss/politics-laws.rss"),
        Feed("https://vietnamnews.vn/rss/economy.rss"),
        Feed("https://vietnamnews.vn/rss/society.rss"),
        Feed("https://vietnamnews.vn/rss/world.rss"),
    )
