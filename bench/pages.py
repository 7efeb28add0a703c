"""Made-up pages of real size: the markup of five families, 60 to 400 KB, with the truth about each.

What surrounds the article is as on papers' pages (the middle of 700 public ones of that size: 800 elements, 140 links,
a quarter script, a third attributes, an eighth text): menus, lists of teasers with lazy pictures, inline styles and
scripts, data for scripts. The same number gives the same page.
"""

import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newscrawl.text.clean import slugify

SMALLEST, LARGEST = 60_000, 400_000
"""Bytes of a page; sizes between are drawn evenly by their logarithm."""

FIRST_DAY = datetime(2026, 3, 2)
_WORDS = (
    "người dân địa phương công trình chính quyền xã huyện tỉnh thành phố nông thôn bến phà chợ phiên cây cầu trường học "
    "trạm y tế con đường kênh mương mùa mưa bão lũ năm nay hôm qua sáng sớm buổi chiều khánh thành khởi công hoàn thành "
    "kinh phí tỷ đồng đóng góp ngày công lao động vận động hộ gia đình nông sản giá bán thu hoạch vụ mùa xưởng gốm thợ "
    "trẻ truyền nghề khách du lịch bản làng núi rừng sông suối biển đảo tàu thuyền ngư dân đánh bắt cá tôm nuôi trồng "
    "đại biểu hội nghị thảo luận nghị quyết kế hoạch giai đoạn phát triển kinh tế xã hội đầu tư doanh nghiệp hợp tác "
    "nước ngoài xuất khẩu nhập khẩu thị trường tăng trưởng tháng quý so với cùng kỳ chuyên gia nhận định cho biết rằng "
    "theo đó tuy nhiên bên cạnh trong khi vì vậy đồng thời nhiều ít lớn nhỏ mới cũ nhanh chậm cao thấp gần xa đã đang sẽ "
    "được cùng với từ đến tại của những các một hai ba bốn mươi trăm nghìn"
).split()
_FAMILY_NAMES = "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ".split()
_GIVEN_NAMES = "Thu Hằng|Đức Lâm|Thị Hạnh|Quốc Bảo|Thanh Tú|Minh Châu|Văn Thịnh|Hải Yến|Ngọc Ánh|Gia Huy".split("|")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the truth about it."""

    family: str
    url: str
    html: bytes
    truth: dict[str, Any]
    """``file``, ``url``, ``title``, ``body`` (lead and paragraphs, a line each), ``date``, ``authors``."""


@dataclass(frozen=True, slots=True)
class Story:
    """What an article says, before a family's markup is put around it."""

    title: str
    lead: str
    paragraphs: list[str]
    """Texts; one that begins with ``#`` is a subheading."""
    author: str
    at: datetime
    section: str
    tags: list[str]
    caption: str
    credit: str


def page(number: int, size: int | None = None) -> Page:
    """Return the page of a number, of about ``size`` bytes; ``None``: as drawn."""
    draw = random.Random(number)
    family, (address, publisher, build) = list(FAMILIES.items())[number % len(FAMILIES)]
    wanted = size or round(math.exp(draw.uniform(math.log(SMALLEST), math.log(LARGEST))))
    story = _story(draw, number)
    url = address.format(slug=slugify(story.title), id=number, at=story.at)
    html = _whole(draw, story, url, publisher, build(story, draw), wanted).encode()
    body = "\n".join([story.lead, *(text.removeprefix("#") for text in story.paragraphs)])
    truth = {"file": f"{family}-{number}", "url": url, "title": story.title, "body": body,
             "date": f"{story.at:%Y-%m-%d}", "authors": [story.author]}  # fmt: skip
    return Page(family, url, html, truth)


def pages(count: int, first: int = 0) -> list[Page]:
    """Return so many pages, all families in turn."""
    return [page(number) for number in range(first, first + count)]


def pages_of(family: str, count: int, first: int = 0) -> list[Page]:
    """Return so many pages of one family; ``first``, a multiple of how many families there are, gives others."""
    start = first + list(FAMILIES).index(family)
    return [page(number) for number in range(start, start + count * len(FAMILIES), len(FAMILIES))]


# --- what is said ---------------------------------------------------------------------------------


def _sentence(draw: random.Random, low: int = 9, high: int = 32) -> str:
    words = draw.choices(_WORDS, k=draw.randint(low, high))
    if draw.random() < 0.3:
        words.insert(len(words) // 2, f"{draw.randint(2, 9999)}")
    if draw.random() < 0.4:
        words[len(words) // 3] += ","
    return " ".join(words).capitalize() + "."


def _name(draw: random.Random) -> str:
    return f"{draw.choice(_FAMILY_NAMES)} {draw.choice(_GIVEN_NAMES)}"


def _headline(draw: random.Random) -> str:
    return " ".join(draw.choices(_WORDS, k=draw.randint(9, 15))).capitalize()


def _story(draw: random.Random, number: int) -> Story:
    paragraphs = [" ".join(_sentence(draw) for _ in range(draw.randint(2, 4))) for _ in range(draw.randint(8, 26))]
    paragraphs.insert(len(paragraphs) // 2, "#" + _headline(draw))
    return Story(
        title=f"{_headline(draw)} {number}",
        lead=" ".join(_sentence(draw) for _ in range(2)),
        paragraphs=paragraphs,
        author=_name(draw),
        at=FIRST_DAY + timedelta(minutes=number),
        section=draw.choice(["Thời sự", "Kinh tế", "Xã hội", "Văn hóa", "Thế giới"]),
        tags=[" ".join(draw.choices(_WORDS, k=2)) for _ in range(5)],
        caption=_sentence(draw, 8, 14),
        credit=_name(draw),
    )


# --- the families' markup of an article -----------------------------------------------------------


def _paragraphs(story: Story, draw: random.Random, between: dict[int, str], opening: str = "<p>") -> str:
    parts = []
    for at, text in enumerate(story.paragraphs):
        parts.append(between.get(at, ""))
        if text.startswith("#"):
            parts.append(f"<h2>{text[1:]}</h2>")
            continue
        words = text.split(" ")
        if draw.random() < 0.4:  # a link, words set off
            at = draw.randrange(len(words) - 3)
            words[at] = (
                f'<a href="/tag/{slugify(words[at])}.html" class="link-inline" title="{words[at]}">{words[at]}</a>'
            )
            words[-2] = f"<strong>{words[-2]}</strong>"
        parts.append(f"{opening}{' '.join(words)}</p>")
    return "".join(parts)


def _mastercms(story: Story, draw: random.Random) -> str:
    picture = (
        '<table class="MASTERCMS_TPL_TABLE"><tbody><tr><td><img src="/stores/news_dataimages/a/32026/02/08/cau.jpg" '
        f'alt="{story.title}"></td></tr><tr><td>{story.caption} (Ảnh: {story.credit})</td></tr></tbody></table>'
    )
    related = '<table class="__MB_ARTICLE_A"><tbody><tr><td><a href="/tin-khac-1234.html">Tin khác</a></td></tr></tbody></table>'
    text = _paragraphs(story, draw, {2: picture, 5: related}, '<p style="text-align: justify;">')
    return (
        f'<div class="bx-breadcrumb"><a href="/x">{story.section}</a></div><div class="article-detail">'
        f'<h1 class="article-detail-title">{story.title}</h1><div class="bx-time"><span class="format_time">{story.at:%d/%m/%Y %H:%M}</span></div>'
        f'<div class="article-detail-author">{story.author}</div><div class="article-detail-desc">{story.lead}</div>'
        f'<div class="__MASTERCMS_CONTENT" id="__MB_MASTERCMS_EL_3">{text}</div>'
        f'<div class="article-detail-tags">{_links(story.tags)}</div></div>'
    )


def _ims(story: Story, draw: random.Random) -> str:
    picture = (
        '<figure class="VCSortableInPreviewMode" type="Photo"><div><img src="https://cdn.tuoitre.vn/thumb_w/640/a.jpg" '
        f'data-original="https://cdn.tuoitre.vn/a.jpg" alt="{story.title}" class="lightbox-content"></div>'
        f'<figcaption class="PhotoCMS_Caption"><p>{story.caption} - Ảnh: {story.credit}</p></figcaption></figure>'
    )
    related = '<div class="VCSortableInPreviewMode" type="RelatedOneNews"><a href="/x-1.htm">Một tin khác</a></div><zone id="zone-1"></zone>'
    text = _paragraphs(story, draw, {1: picture, 4: related})
    return (
        f'<div class="detail-cate"><a data-role="cate-name" href="/x.htm">{story.section}</a></div>'
        f'<h1 class="detail-title" data-role="title"><span>{story.title}</span></h1><div class="detail-time"><div data-role="publishdate">'
        f'{story.at:%d/%m/%Y %H:%M} GMT+7</div></div><div class="detail-author" data-role="author"><div class="author-item-name">'
        f'<a class="name" href="/tac-gia/x.htm">{story.author}</a></div></div><h2 class="detail-sapo" data-role="sapo">{story.lead}</h2>'
        f'<div class="detail-cmain"><div class="detail-content afcbc-body" data-role="content" itemprop="articleBody">'
        f'{text}</div></div><div class="detail-tab">{_links(story.tags, "item")}</div>'
    )


def _zce(story: Story, draw: random.Random) -> str:
    picture = (
        '<table class="picture" align="center"><tbody><tr><td class="pic"><img class="cms-photo" src="/placeholder/1x1.gif" '
        f'data-src="https://image.nhandan.vn/w800/b.jpg" alt="x"></td></tr><tr><td class="caption"><p>{story.caption} Ảnh: {story.credit}</p>'
        "</td></tr></tbody></table>"
    )
    related = '<div class="ads_middle" id="adsWeb_1"><p>Quảng cáo</p></div><a class="cms-relate" href="/x-post1.html">Tin nên đọc</a>'
    text = _paragraphs(story, draw, {1: picture, 4: related})
    return (
        f'<ul class="breadcrumbs"><li class="main-cate"><a href="/x/">{story.section}</a></li></ul><div class="article__header">'
        f'<h1 class="article__title cms-title">{story.title}</h1><div class="article__meta"><time class="time" datetime="{story.at:%Y-%m-%dT%H:%M:%S}+0700">'
        f'{story.at:%d/%m/%Y %H:%M}</time></div></div><div class="article__sapo cms-desc"><p>{story.lead}</p></div>'
        f'<div class="article__body zce-content-body cms-body" itemprop="articleBody">{text}'
        f'<div class="article__author"><a class="cms-author" href="/tac-gia/x">{story.author}</a></div></div>'
        f'<div class="article__tag">{_links(story.tags)}</div>'
    )


def _onecms(story: Story, draw: random.Random) -> str:
    picture = (
        '<figure><img data-src="https://hnm.1cdn.vn/2026/03/02/c.jpg" src="data:image/gif;base64,R0"><figcaption>'
        f"{story.caption} Ảnh: {story.credit}</figcaption></figure>"
    )
    related = '<div class="sc-empty-layer"></div><div class="c-news-related"><a href="/x-1.html">Tin cũ</a></div>'
    text = _paragraphs(story, draw, {1: picture, 4: related})
    return (
        f'<ul class="breadcrumb"><li class="breadcrumb-item active"><a href="/x">{story.section}</a></li></ul><article class="entry b-maincontent">'
        f'<div class="sc-longform-header"><span class="block-sc-cate-name">{story.section}</span><h1 class="sc-longform-header-title block-sc-title">'
        f'{story.title}</h1><div class="sc-longform-header-meta"><span class="block-sc-author">{story.author}</span> '
        f'<span class="block-sc-publish-time">{story.at:%d/%m/%Y - %H:%M}</span></div><p class="sc-longform-header-sapo block-sc-sapo">{story.lead}</p></div>'
        f'{text}</article><div class="c-tags">{_links(story.tags)}</div>'
    )


def _vnexpress(story: Story, draw: random.Random) -> str:
    picture = (
        '<figure class="tplCaption action_thumb_added"><meta itemprop="url" content="https://i1-vnexpress.vnecdn.net/d.jpg"><picture>'
        '<source data-srcset="https://i1-vnexpress.vnecdn.net/d.jpg?w=680 1x"><img src="data:image/gif;base64,R0" '
        f'data-src="https://i1-vnexpress.vnecdn.net/d.jpg?w=680" alt="x"></picture><figcaption><p class="Image">{story.caption} Ảnh: {story.credit}'
        "</p></figcaption></figure>"
    )
    related = '<div data-component="true" data-component-type="tin_xemthem"><a href="/x-1.html">Tin xem thêm</a></div>'
    text = _paragraphs(story, draw, {1: picture, 4: related}, '<p class="Normal">')
    return (
        f'<div class="header-content"><ul class="breadcrumb"><li><a href="/x">{story.section}</a></li></ul><span class="date">{story.at:%d/%m/%Y, %H:%M} '
        f'(GMT+7)</span></div><h1 class="title-detail">{story.title}</h1><p class="description"><span class="location-stamp">Quảng Trị</span>{story.lead}</p>'
        f'<article class="fck_detail">{text}<p class="Normal" style="text-align:right;">'
        f'<strong>{story.author}</strong></p><span id="article-end"></span></article><div class="box-tinlienquan"><a href="/y-2.html">Liên quan</a></div>'
    )


FAMILIES: dict[str, tuple[str, str, Callable[[Story, random.Random], str]]] = {
    "MASTERCMS": ("https://baoquocte.vn/{slug}-{id:06}.html", "Báo Quốc Tế", _mastercms),
    "IMS": ("https://tuoitre.vn/{slug}-100{at:%y%m%d}{id:09}.htm", "Tuổi Trẻ", _ims),
    "ZCE": ("https://nhandan.vn/{slug}-post{id:06}.html", "Báo Nhân Dân", _zce),
    "ONECMS": ("https://hanoimoi.vn/{slug}-{id:06}.html", "Hà Nội Mới", _onecms),
    "VNEXPRESS": ("https://vnexpress.net/{slug}-{id:07}.html", "VnExpress", _vnexpress),
}
"""Family to the address of its pages, the paper's name, and what builds an article in its markup."""


# --- what surrounds it ----------------------------------------------------------------------------


def _links(texts: list[str], name: str = "tag") -> str:
    return "".join(f'<a class="{name}" href="/tag/{slugify(text)}.html">{text}</a>' for text in texts)


def _whole(draw: random.Random, story: Story, url: str, publisher: str, article: str, size: int) -> str:
    """Return the page around an article, filled up to ``size`` bytes."""
    head, menu, footer = _head(story, url, publisher), _menu(draw), _footer(draw)
    left = size - sum(len(part.encode()) for part in (head, menu, article, footer))
    scripts = _fill(left * 0.4, lambda: _script(draw))
    teasers = _fill(left * 0.6, lambda: _teaser(draw))
    cut = len(teasers) // 3
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head>{head}{"".join(scripts[::2])}</head><body class="detail page-{draw.randint(1, 99)}">\n{menu}'
        f'<main class="container"><div class="row"><div class="col-main">{article}</div><aside class="sidebar">{"".join(teasers[:cut])}</aside></div>'
        f'<section class="box-more" data-layout="list">{"".join(teasers[cut:])}</section></main>\n{footer}{"".join(scripts[1::2])}</body></html>'
    )


def _fill(size: float, build: Callable[[], str]) -> list[str]:
    parts: list[str] = []
    while size > 0:
        parts.append(build())
        size -= len(parts[-1].encode())
    return parts


def _head(story: Story, url: str, publisher: str) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "mainEntityOfPage": {"@type": "WebPage", "@id": url},
            "datePublished": f"{story.at:%Y-%m-%dT%H:%M:%S}+07:00", "dateModified": f"{story.at:%Y-%m-%dT%H:%M:%S}+07:00", "description": story.lead,
            "image": {"@type": "ImageObject", "url": "https://cdn.example/a.jpg", "width": 1200, "height": 630},
            "author": {"@type": "Person", "name": story.author}, "publisher": {"@type": "Organization", "name": publisher}}  # fmt: skip
    named = {"description": story.lead, "keywords": ", ".join(story.tags), "news_keywords": ", ".join(story.tags), "robots": "index,follow,noodp",
             "viewport": "width=device-width, initial-scale=1", "author": publisher, "copyright": publisher, "pubdate": f"{story.at:%Y-%m-%dT%H:%M:%S}+07:00",
             "twitter:card": "summary_large_image", "twitter:title": story.title, "twitter:description": story.lead}  # fmt: skip
    properties = {"og:type": "article", "og:site_name": publisher, "og:title": story.title, "og:description": story.lead, "og:url": url,
                  "og:image": "https://cdn.example/a.jpg", "og:image:width": "1200", "og:image:height": "630", "fb:app_id": "1234567890",
                  "article:published_time": f"{story.at:%Y-%m-%dT%H:%M:%S}+07:00", "article:section": story.section}  # fmt: skip
    metas = [f'<meta name="{name}" content="{value}">' for name, value in named.items()]
    metas += [f'<meta property="{name}" content="{value}">' for name, value in properties.items()]
    sheets = "".join(
        f'<link rel="stylesheet" href="https://cdn.example/css/{n}.min.css?v={n * 7919}">' for n in range(9)
    )
    return (
        f'<meta charset="utf-8"><title>{story.title} - {publisher}</title>{"".join(metas)}<link rel="canonical" href="{url}">{sheets}'
        f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
    )


def _menu(draw: random.Random) -> str:
    entries = [" ".join(draw.choices(_WORDS, k=2)) for _ in range(70)]
    items = "".join(
        f'<li class="menu-item" data-id="{at}"><a href="/{slugify(text)}.htm" title="{text}" class="nav-link">{text}</a></li>'
        for at, text in enumerate(entries)
    )
    return f'<header class="header"><a href="/" class="logo"><img src="/logo.svg" alt="logo"></a><nav class="menu"><ul>{items}</ul></nav>{_ICON * 6}</header>'


def _footer(draw: random.Random) -> str:
    return f'<footer class="footer"><div class="container"><p>Giấy phép số 00/GP. {_sentence(draw)}</p><ul>{_menu(draw)[:4000].rpartition("<li")[0].partition("<ul>")[2]}</ul></div></footer>'


_ICON = (
    '<a class="icon" href="#" rel="nofollow"><svg width="24" height="24" viewBox="0 0 24 24" fill="none"><path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 '
    '10 10-4.48 10-10S17.52 2 12 2zm0 18c-4.41 0-8-3.59-8-8s3.59-8 8-8 8 3.59 8 8-3.59 8-8 8z" fill="#666"></path></svg></a>'
)


def _teaser(draw: random.Random) -> str:
    title, number = _headline(draw), draw.randrange(10**7)
    address = f"/{slugify(title)}-{number}.html"
    picture = f"https://cdn.example/{number}/thumb"
    return (
        f'<article class="story story--{draw.choice(("small", "large", "row"))}" data-id="{number}" data-source="related-news"><figure class="story__thumb">'
        f'<a class="cms-link" href="{address}" title="{title}" data-utm-source="#source=detail&amp;medium=box-{number % 9}"><img class="lazyload" '
        f'src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" data-src="{picture}/w300.jpg" '
        f'data-srcset="{picture}/w300.jpg 1x, {picture}/w600.jpg 2x" alt="{title}" width="300" height="200"></a></figure>\n<h3 class="story__heading">'
        f'<a class="cms-link" href="{address}" title="{title}">{title}</a></h3><div class="story__summary"><p>{_sentence(draw)}</p></div>'
        f'<div class="story__meta"><time class="time-ago">{draw.randint(1, 28):02}/02/2026 {draw.randint(10, 23)}:15</time><span class="count">{draw.randint(0, 99)}</span></div></article>\n'
    )


def _script(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.4:
        data = {
            f"key{draw.randrange(1000)}": [draw.randrange(10**6) for _ in range(draw.randint(5, 60))]
            for _ in range(draw.randint(3, 20))
        }
        return f"<script>window.__DATA_{draw.randrange(1000)} = {json.dumps(data)};</script>"
    if kind < 0.8:
        code = "".join(
            f'function f{draw.randrange(10**5)}(a,b){{if(a<b&&b>{n}){{var c=document.createElement("div");c.innerHTML=\'<span class="x">\'+a+"</span>";return c}}return a}};'
            for n in range(draw.randint(3, 25))
        )
        return f'<script type="text/javascript">(function(w,d){{"use strict";{code}}})(window,document);</script>'
    if kind < 0.95:
        rules = "".join(
            f".c{draw.randrange(10**4)} .b{n}{{margin:{n}px auto;display:flex;color:#{draw.randrange(16**6):06x}}}"
            for n in range(draw.randint(10, 60))
        )
        return f"<style>{rules}</style>"
    return f'<script async src="https://ads.example/tag.js?id={draw.randrange(10**9)}"></script><!-- slot {draw.randrange(99)} -->'
