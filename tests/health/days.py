"""A made-up paper on ria.ru's markup, recorded day by day, and the ways in which a day can go wrong."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from newscrawl.archive.writer import write_exchange
from tests.generated import DAY, ria_page, ria_sitemap

FIRST = date(2024, 3, 1)


@dataclass
class Day:
    """What is answered on a day: address to status and body."""

    day: date
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    listings: dict[str, tuple[int, bytes]] = field(default_factory=dict)


def usual(number: int, chance: random.Random, articles: int = 40) -> Day:
    """Return an ordinary day: some ``articles``, fewer on Sundays, a few of them broken, texts of any length."""
    day = Day(FIRST + timedelta(number))
    count = max(3, round(chance.gauss(articles, articles / 5) * (0.6 if day.day.weekday() == 6 else 1)))
    for at in range(count):
        url = f"https://ria.ru/{day.day:%Y%m%d}/most-{1_900_000_000 + number * 1000 + at}.html"
        body = _dated(ria_page(url, chance.choice((3, 4, 5, 5, 6, 8))), day.day)
        broken = chance.random() < 0.03
        day.pages[url] = (404, b"") if broken else (200, body)
    day.listings = _listings(day)
    return day


def _dated(page: bytes, day: date) -> bytes:
    return page.replace(f"{DAY:%Y%m%d}".encode(), f"{day:%Y%m%d}".encode()).replace(
        f"{DAY:%d.%m.%Y}".encode(), f"{day:%d.%m.%Y}".encode()
    )


def _listings(day: Day) -> dict[str, tuple[int, bytes]]:
    at = f"{day.day:%Y%m%d}"
    links = "".join(f'<a class="list-item__title" href="{url}">Новость</a>' for url in day.pages)
    return {
        f"https://ria.ru/sitemap_article.xml?date_start={at}&date_end={at}": (200, ria_sitemap(list(day.pages))),
        f"https://ria.ru/{at}/": (200, f"<html><body><div class='list'>{links}</div></body></html>".encode()),
    }


def _each(change: Callable[[bytes], bytes]) -> Callable[[Day], None]:
    def apply(day: Day) -> None:
        day.pages = {url: (status, change(body)) for url, (status, body) in day.pages.items()}

    return apply


def _answering(status: int, body: bytes) -> Callable[[Day], None]:
    def apply(day: Day) -> None:
        day.pages = dict.fromkeys(day.pages, (status, body))

    return apply


def _everything(status: int) -> Callable[[Day], None]:
    def apply(day: Day) -> None:
        day.pages = dict.fromkeys(day.pages, (status, b""))
        day.listings = dict.fromkeys(day.listings, (status, b""))

    return apply


def _no_entries(day: Day) -> None:
    day.pages = {}
    day.listings = _listings(day)


def _one_listing(status: int, what: str) -> Callable[[Day], None]:
    """Empty the listing whose address has ``what`` in it; the other one names all pages still."""

    def apply(day: Day) -> None:
        (url,) = [url for url in day.listings if what in url]
        empty = ria_sitemap([]) if "sitemap" in url else b"<html><body><div class='list'></div></body></html>"
        day.listings[url] = (status, empty if status == 200 else b"")

    return apply


def _few(day: Day) -> None:
    day.pages = dict(list(day.pages.items())[: len(day.pages) // 5])
    day.listings = _listings(day)


def _one_text(day: Day) -> None:
    texts = [body for status, body in day.pages.values() if status == 200]
    day.pages = dict.fromkeys(day.pages, (200, texts[0]))


def _older(page: bytes) -> bytes:
    return re.sub(rb"2024\d{4}T1203", b"20240101T1203", re.sub(rb"\d\d\.\d\d\.2024", b"01.01.2024", page))


WALL = b"<html><title>Just a moment...</title><body><h1>Verify you are human</h1><p>Checking your browser before you go on.</p></body></html>"

BROKEN: dict[str, tuple[str, Callable[[Day], None]]] = {
    "everything answers 500": ("site_down", _everything(500)),
    "everything answers 403": ("blocked", _everything(403)),
    "pages answer 403": ("blocked", _answering(403, b"")),
    "pages are a wall": ("blocked", _answering(200, WALL)),
    "the listings are empty": ("listing_empty", _no_entries),
    "the sitemap alone is empty": ("listing_empty", _one_listing(200, "sitemap")),
    "the day list alone is gone": ("listing_empty", _one_listing(404, "/2024")),
    "new names of classes": (
        "redesign",
        _each(lambda page: page.replace(b'class="article__', b'class="story-').replace(b"og:title", b"x:title")),
    ),
    "bodies are loaded by a script": (
        "redesign",
        _each(
            lambda page: re.sub(rb'<div class="article__body">.*', b'<div id="app"></div></div></body></html>', page)
        ),
    ),
    "dates are gone": (
        "redesign",
        _each(lambda page: re.sub(rb"2024\d{4}T1203", b"", re.sub(rb"12:03 \d\d\.\d\d\.2024", b"", page))),
    ),
    "one text everywhere": ("same_body", _one_text),
    "a paywall after the first paragraph": (
        "shorter_texts",
        _each(
            lambda page: re.sub(
                rb"(</div></div>)(<div class=\"article__block\".*)", rb"\1</div></div></body></html>", page
            )
        ),
    ),
    "dates stand still": ("dates_stand_still", _each(_older)),
    "a slow day": ("slow_day", _few),
}
"""What goes wrong, what is to be said of it, and how it is done to a day."""


def record(path: Path, day: Day) -> None:
    """Write a day as an archive, recorded that evening."""
    at = datetime(day.day.year, day.day.month, day.day.day, 17, 0, tzinfo=UTC)
    with path.open("wb") as file:
        for url, (status, body) in {**day.listings, **day.pages}.items():
            kind = "application/xml" if "sitemap" in url else "text/html; charset=utf-8"
            write_exchange(file, url=url, status=status, headers=[("Content-Type", kind)], body=body, date=at)
