"""Vietnam.vn: republishes hundreds of Vietnamese papers, machine-translated into dozens of languages."""

from newscrawl.crawl.sources import Sitemap
from newscrawl.crawl.spider import NewsSpider
from newscrawl.page.rules import ArticleRules
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

# The first line's editions were seen; the others may exist.
EDITIONS = (
    "ar", "bn", "cs", "de", "el", "en", "es", "fr", "he", "hi", "hu", "id", "ja", "km", "ko", "no", "pl", "pt", "ro",
    "ru", "th",
    "bg", "da", "fa", "fi", "it", "lo", "ms", "my", "nl", "sk", "sv", "tl", "tr", "uk", "zh",
)  # fmt: skip


class VietnamVnSpider(NewsSpider):
    """Read by structure: class names are uncertain, and the same text stands under every edition's prefix."""

    site = Site(
        name="vietnam_vn",
        publisher="Vietnam.vn",
        hosts=("www.vietnam.vn",),
        mirrors=("thongtin.vietnam.vn", "vjs.vietnam.vn", "vcdn.vietnam.vn", "vrviet.vn"),
        language="vi",
        editions={code: code for code in EDITIONS},
        parallel_editions=True,
        source_language="vi",
        article_url=r"^/(?:[a-z]{2}/)?(?!(?:tag|category|authors?|events?|sitemap|news|page|search|video)(?:/|$))[\w%-]*-[\w%-]*/?$",
        dates=DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True),
        rules=ArticleRules(body="div.post-detail-body, .post-detail-container", republished=True),
    )
    sources = (
        Sitemap(
            "https://www.vietnam.vn/sitemap.xml",
            follow=r"/sitemap-post/",
            day=r"/sitemap-post/(\d{4})-(\d{2})-(\d{2})\.xml",
        ),
        Sitemap("https://www.vietnam.vn/news-sitemap.xml"),
    )
