"""Any number of made-up pages in a real site's markup, as an archive: for tests that need many."""

import random
from datetime import UTC, date, datetime
from pathlib import Path

from newscrawl.archive.writer import write_exchange

DAY = date(2024, 9, 13)
RECORDED = datetime(2024, 9, 14, 8, 0, tzinfo=UTC)
_WORDS = [
    "город",
    "мост",
    "река",
    "летом",
    "зимой",
    "открыли",
    "закрыли",
    "сообщил",
    "представитель",
    "завода",
    "жители",
    "решили",
    "построить",
    "новую",
    "дорогу",
    "около",
    "старого",
    "рынка",
    "после",
    "дождя",
    "работы",
    "начались",
    "утром",
    "вечером",
    "музей",
    "принял",
    "гостей",
    "школьники",
    "увидели",
    "выставку",
]
_HTML = [("Content-Type", "text/html; charset=utf-8")]
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def ria_urls(count: int) -> list[str]:
    """Return the addresses of ``count`` articles of one day."""
    return [f"https://ria.ru/{DAY:%Y%m%d}/most-{1972500000 + number}.html" for number in range(count)]


def ria_page(url: str, paragraphs: int = 5) -> bytes:
    """Return the page at an address: the same address gives the same text."""
    chance = random.Random(url)
    title = " ".join(chance.choices(_WORDS, k=6)).capitalize()
    blocks = "".join(
        f'<div class="article__block" data-type="text"><div class="article__text">{" ".join(chance.choices(_WORDS, k=40)).capitalize()}.'
        "</div></div>"
        for _ in range(paragraphs)
    )
    return (
        f'<!DOCTYPE html><html lang="ru"><head><title>{title} - РИА Новости</title><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{DAY:%Y%m%d}T1203"></head><body><div class="article">'
        f'<h1 class="article__title">{title}</h1><div class="article__info-date"><a>12:03 {DAY:%d.%m.%Y}</a></div>'
        f'<div class="article__body">{blocks}</div></div></body></html>'
    ).encode()


def ria_sitemap(urls: list[str]) -> bytes:
    """Return a sitemap of ``urls``."""
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0" encoding="utf-8"?><urlset xmlns="{_SPACE}">{rows}</urlset>'.encode()


def ria_listings(urls: list[str]) -> dict[str, bytes]:
    """Return the listings that a crawl of ``DAY`` alone asks for."""
    return {
        f"https://ria.ru/sitemap_article.xml?date_start={DAY:%Y%m%d}&date_end={DAY:%Y%m%d}": ria_sitemap(urls),
        f"https://ria.ru/{DAY:%Y%m%d}/": b"<html><body><div class='list'></div></body></html>",
    }


def ria_archive(path: Path, count: int) -> list[str]:
    """Write an archive of ``count`` articles and the listings of their day; return their addresses."""
    urls = ria_urls(count)
    with path.open("wb") as file:
        for url, body in ria_listings(urls).items():
            kind = [("Content-Type", "application/xml")] if "sitemap" in url else _HTML
            write_exchange(file, url=url, headers=kind, body=body, date=RECORDED)
        for url in urls:
            write_exchange(file, url=url, headers=_HTML, body=ria_page(url), date=RECORDED)
    return urls
