"""Makes the sample archive from the saved pages of ``tests/sites`` and listings that lead to them.

    python -m samples.build

Every text is made up; addresses, markup and listings are in the form of the real sites. One file a site,
recorded on one day, the same bytes from the same pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from newscrawl.archive.writer import write_exchange
from newscrawl.spiders.baoquocte import SECTIONS, BaoquocteSpider
from newscrawl.spiders.kcna import KcnaSpider
from newscrawl.spiders.ria import RiaSpider
from newscrawl.spiders.vietnam_vn import VietnamVnSpider

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "sites"
RECORDED = {
    "baoquocte": datetime(2025, 11, 4, 8, 0, tzinfo=UTC),
    "kcna": datetime(2026, 7, 10, 8, 0, tzinfo=UTC),
    "ria": datetime(2024, 9, 14, 8, 0, tzinfo=UTC),
    "vietnam_vn": datetime(2025, 11, 8, 8, 0, tzinfo=UTC),
}
"""Site to when its part of the archive was recorded."""
SITES = {spider.site.name: spider.site for spider in (BaoquocteSpider, KcnaSpider, RiaSpider, VietnamVnSpider)}

HTML, XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"


@dataclass(frozen=True)
class Exchange:
    """A request and what was answered."""

    url: str
    body: bytes
    content_type: str = HTML
    form: str = ""
    """Body of a POST; empty: GET."""
    status: int = 200
    location: str = ""


def exchanges(site: str) -> list[Exchange]:
    """Return all exchanges of a site's archive: listings first, then pages."""
    pages = list(saved(site))
    found = [*LISTINGS[site]([url for url, _ in pages]), *(page(url, path) for url, path in pages)]
    known = {exchange.url for exchange in found}
    facts = SITES[site]
    for exchange in list(found):  # mirrors serve the same pages as the canonical host
        address = facts.canonical(exchange.url)
        if facts.is_article(exchange.url) and address not in known:
            found.append(replace(exchange, url=address))
    return found


def saved(site: str) -> Iterator[tuple[str, Path]]:
    """Yield address and file of each saved page of a site."""
    for path in sorted((CASES / site).glob("*/page.*")):
        yield (path.parent / "url.txt").read_text("utf-8").strip(), path


def page(url: str, path: Path) -> Exchange:
    """Return the exchange of a saved page; KCNA's old articles are asked for by POST."""
    body = path.read_bytes()
    if path.suffix == ".xml":
        address, _, form = url.partition("?")
        return Exchange(address, body, "text/xml; charset=utf-8", form)
    return Exchange(url, body)


def baoquocte(urls: list[str]) -> Iterator[Exchange]:
    """The feed with half of the articles, a section in two pages with the others, and empty sections."""
    home = "https://baoquocte.vn"
    english = [url for url in urls if url.startswith("https://en.")]
    urls = [url for url in urls if url not in english]
    for host, links in (("baoquocte.vn", urls[::2]), ("en.baoquocte.vn", english)):
        rows = "".join(f"<item><title>Tin</title><link>{escape(url)}</link></item>" for url in links)
        feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo</title>{rows}</channel></rss>'
        yield Exchange(f"https://{host}/rss_feed/", feed.encode(), XML)
    pages = [urls[:3], urls[3:]]
    for at, section in enumerate(SECTIONS):
        for number, links in enumerate(pages if at == 0 else [[]]):
            address = f"{home}/{section}" + (f"&s_cond=&BRSR={number * 20}" if number else "")
            following = f"{home}/{section}&s_cond=&BRSR=20" if at == 0 and number == 0 else ""
            yield Exchange(address, _mastercms_section(links, following))


def _mastercms_section(urls: list[str], following: str) -> bytes:
    rows = "".join(
        f'<div class="article"><a class="article-image" href="{escape(url)}"><img src="/stores/a.jpg"></a>'
        f'<h3><a href="{escape(url)}">Tin</a></h3><div class="article-desc">…</div></div>'
        for url in urls
    )
    paging = (
        f'<div class="__MB_ARTICLE_PAGING"><div class="rt"><a href="{escape(following)}">Sau</a></div></div>'
        if following
        else ""
    )
    return f'<html><body><div class="bx-listing">{rows or "<p>Chưa có tin</p>"}</div>{paging}</body></html>'.encode()


def kcna(urls: list[str]) -> Iterator[Exchange]:
    """Front pages of all editions, their sections, and the old list by POST."""
    home = "http://www.kcna.kp"
    for segment in KcnaSpider.site.editions:
        own = [url for url in urls if urlsplit(url).path.startswith(f"/{segment}/")]
        lists = {f"/{segment}/article/list/a666dda1282180e0ee1b4427b0574ae7": [url for url in own if "/detail/" in url],
                 f"/{segment}/category/articles/q/1ee9bdb7186944f765208f34ecfb5407.kcmsf": [u for u in own if "/q/" in u]}  # fmt: skip
        menu = "".join(f'<li><a href="{path}">List</a></li>' for path in lists)
        yield Exchange(f"{home}/{segment}", f"<html><body><ul>{menu}</ul></body></html>".encode())
        for path, links in lists.items():
            new = "".join(
                f'<div class="article"><h5 class="block"><a href="{u}">A</a></h5></div>'
                for u in links
                if "/detail/" in u
            )
            old = "".join(f'<li><a href="{u}">A</a></li>' for u in links if "/q/" in u)
            body = f'<html><body>{new}<div class="article-link"><ul>{old}</ul></div></body></html>'
            yield Exchange(home + path, body.encode())
    codes = [url.rpartition("=")[2] for url in urls if "article_code=" in url]
    rows = "".join(f"<data><articleCode><![CDATA[{code}]]></articleCode></data>" for code in codes)
    form = urlencode({"page_start": "0", "newsTypeCode": "NT00", "fromDate": "", "toDate": ""})
    answer = f'<?xml version="1.0" encoding="UTF-8"?><xsync><datas>{rows}</datas></xsync>'
    yield Exchange(f"{home}/kcna.user.article.retrieveArticleListForPage.kcmsf", answer.encode(), "text/xml", form)


def ria(urls: list[str]) -> Iterator[Exchange]:
    """Sitemaps and day lists of the two days before the recording, the second with a ``more.html`` page."""
    first = "".join(f"<url><loc>{url}</loc></url>" for url in urls[:2])
    for day, rows in (("20240914", ""), ("20240913", first)):
        address = f"https://ria.ru/sitemap_article.xml?date_start={day}&date_end={day}"
        body = f'<?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        yield Exchange(address, body.encode(), XML)
    more = "/services/20240913/more.html?date=20240913T120000"
    yield Exchange("https://ria.ru/20240914/", _ria_list([], ""))
    yield Exchange("https://ria.ru/20240913/", _ria_list(urls[1:3], f'<div class="list-more" data-url="{more}"></div>'))
    yield Exchange(f"https://ria.ru{more}", _ria_list(urls[3:], ""))


def _ria_list(urls: list[str], more: str) -> bytes:
    rows = "".join(
        f'<div class="list-item"><a class="list-item__title" href="{url}">Новость</a>'
        '<div class="list-item__date">Вчера, 12:34</div></div>'
        for url in urls
    )
    return f'<html><body><div class="list">{rows}</div>{more}</body></html>'.encode()


def vietnam_vn(urls: list[str]) -> Iterator[Exchange]:
    """The sitemap index with two days, and the news sitemap."""
    plain = list(dict.fromkeys(f"https://www.vietnam.vn/{urlsplit(url).path.rpartition('/')[2]}" for url in urls))
    days = {"2025-11-07": plain[::2], "2025-11-06": plain[1::2]}
    files = {day: f"https://www.vietnam.vn/sitemap/sitemap-post/{day}.xml" for day in days}
    others = [f"https://www.vietnam.vn/sitemap/sitemap-{kind}.xml" for kind in ("page", "author", "category", "tag")]
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (*files.values(), *others))
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    yield Exchange(
        "https://www.vietnam.vn/sitemap.xml", f'<sitemapindex xmlns="{space}">{rows}</sitemapindex>'.encode(), XML
    )
    for day, links in days.items():
        rows = "".join(f"<url><loc>{u}</loc><lastmod>{day}T04:04:10.339Z</lastmod></url>" for u in links)
        yield Exchange(files[day], f'<urlset xmlns="{space}">{rows}</urlset>'.encode(), XML)
    news = f"<url><loc>{plain[0]}</loc></url>"
    yield Exchange("https://www.vietnam.vn/news-sitemap.xml", f'<urlset xmlns="{space}">{news}</urlset>'.encode(), XML)


LISTINGS = {"baoquocte": baoquocte, "kcna": kcna, "ria": ria, "vietnam_vn": vietnam_vn}


def main() -> None:
    """Write one archive a site."""
    for site, moment in RECORDED.items():
        with (HERE / f"{site}.warc.gz").open("wb") as file:
            for exchange in exchanges(site):
                headers = [("Content-Type", exchange.content_type)]
                write_exchange(
                    file,
                    url=exchange.url,
                    status=exchange.status,
                    headers=headers,
                    body=exchange.body,
                    date=moment,
                    method="POST" if exchange.form else "GET",
                    request_body=exchange.form.encode(),
                )


if __name__ == "__main__":
    main()
