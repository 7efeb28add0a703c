"""Báo Tin tức, the daily of Thông tấn xã Việt Nam."""

from newscrawl.crawl.sources import Feed, Section
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.families import VIETNAM
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site


class BaotintucSpider(NewsSpider):
    """The lead stands inside the body's element."""

    site = Site(
        name="baotintuc",
        publisher="Báo Tin tức",
        hosts=("baotintuc.vn",),
        language="vi",
        article_url=r"-20\d{12,15}\.htm",
        dates=VIETNAM,
        rules=ArticleRules(
            title="h1.detail-title, h1.title",
            lead="h2.sapo, #plhMain_NewsDetail1_divSapoLive",
            body=".boxdetail.contents, .content_wrapper.contents, .boxdetail, #plhMain_NewsDetail1_divContentLive",
            published=".action-link.date, .date .txt, .date",
            authors=".author strong, div.author",
            tags="#plhMain_NewsDetail1_divTags a",
            drop=(
                "#plhMain_NewsDetail1_divRelation, .list-concern, .boxdata, .widget_info, .likeshare, .keysword, "
                "#plhMain_NewsDetail1_divSharelink, .btt-bottom, .box-link-news, #inpage-ads, [id^=zone], h2.sapo, "
                "div.author, #plhMain_NewsDetail1_divTags"
            ),
        ),
    )
    sources = (
        Feed("https://baotintuc.vn/tin-moi-nhat.rss"),
        Section("https://baotintuc.vn/the-gioi-130ct0.htm", link="li.item a.thumb, .list-newsest a"),
        Section("https://baotintuc.vn/kinh-te-128ct0.htm", link="li.item a.thumb, .list-newsest a"),
        Section("https://baotintuc.vn/xa-hoi-129ct0.htm", link="li.item a.thumb, .list-newsest a"),
    )
