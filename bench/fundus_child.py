"""fundus, in an environment of its own (it needs an older lxml): reads pages on its input, or an archive over HTTP.

    .venv-fundus/bin/python bench/fundus_child.py                 one JSON object a page of the bench in, one out
    .venv-fundus/bin/python bench/fundus_child.py own             the same, pages of fundus's own publishers
    .venv-fundus/bin/python bench/fundus_child.py URL             its Common Crawl reader on a WARC file; lines on output

The publishers for the families of ``bench/pages.py`` are written as fundus's own are (``publishers/``): selectors for the
body, its helpers for the rest.
"""

import datetime
import json
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from fundus import PublisherCollection
from fundus.parser import ArticleBody, BaseParser, Image, ParserProxy, attribute
from fundus.parser.utility import (
    extract_article_body_with_selector,
    generic_author_parsing,
    generic_date_parsing,
    generic_topic_parsing,
    image_extraction,
)
from fundus.publishers.base_objects import Publisher, PublisherGroup
from fundus.scraping.html import CCNewsSource
from fundus.scraping.scraper import BaseScraper
from fundus.scraping.url import RSSFeed
from lxml.cssselect import CSSSelector


def _parser(summary: str, paragraphs: str, subheads: str) -> type[ParserProxy]:
    class Proxy(ParserProxy):
        class V1(BaseParser):
            _summary_selector = CSSSelector(summary)
            _paragraph_selector = CSSSelector(paragraphs)
            _subheadline_selector = CSSSelector(subheads)

            @attribute
            def title(self) -> str | None:
                return self.precomputed.meta.get("og:title")

            @attribute
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(
                    self.precomputed.doc,
                    summary_selector=self._summary_selector,
                    paragraph_selector=self._paragraph_selector,
                    subheadline_selector=self._subheadline_selector,
                )

            @attribute
            def authors(self) -> list[str]:
                return generic_author_parsing(self.precomputed.ld.bf_search("author"))

            @attribute
            def publishing_date(self) -> datetime.datetime | None:
                return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

            @attribute
            def topics(self) -> list[str]:
                return generic_topic_parsing(self.precomputed.meta.get("keywords"))

            @attribute
            def images(self) -> list[Image]:
                return image_extraction(doc=self.precomputed.doc, paragraph_selector=self._paragraph_selector)

    return Proxy


PARSERS = {
    "https://baoquocte.vn/": _parser(
        "div.article-detail-desc", "div.__MASTERCMS_CONTENT > p", "div.__MASTERCMS_CONTENT > h2"
    ),
    "https://tuoitre.vn/": _parser("h2.detail-sapo", "div.detail-content > p", "div.detail-content > h2"),
    "https://nhandan.vn/": _parser("div.article__sapo > p", "div.article__body > p", "div.article__body > h2"),
    "https://hanoimoi.vn/": _parser("p.block-sc-sapo", "article.b-maincontent > p", "article.b-maincontent > h2"),
    "https://vnexpress.net/": _parser(
        "p.description", "article.fck_detail > p.Normal:not([style])", "article.fck_detail > h2"
    ),
}


def serve(proxies: Mapping[str, ParserProxy], on_error: str) -> None:
    """Answer ``{"url", "html", "day"}`` with ``{"cpu": seconds, "title", "body", "date", "authors"}``, or ``null``.

    ``day``, ``null`` for today's, chooses among the parsers that a publisher has had; ``null`` is said of a page of none.
    """
    for line in sys.stdin:
        asked = json.loads(line)
        proxy = proxies.get(_host(asked["url"]))
        told = _read(proxy, asked["html"], asked["day"] or "2026-11-20", on_error) if proxy else None
        print(json.dumps(told), flush=True)


def _read(proxy: ParserProxy, html: str, day: str, on_error: str) -> dict[str, object]:
    parser = proxy(datetime.date.fromisoformat(day))
    start = time.process_time()
    found = parser.parse(html, on_error)
    cpu = time.process_time() - start
    body, published = found.get("body"), found.get("publishing_date")
    sections = [line for part in body.sections for line in (*part.headline, *part.paragraphs)] if body else []
    return {"cpu": cpu, "title": found.get("title") or "", "body": "\n".join([*(body.summary if body else ()), *sections]),
            "date": f"{published:%Y-%m-%d}" if published else "", "authors": found.get("authors") or []}  # fmt: skip


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def read_archive(url: str) -> None:
    """Print a line for each article in the archive at ``url``."""
    publishers = [
        _publisher(f"Bench{number}", domain, parser) for number, (domain, parser) in enumerate(PARSERS.items())
    ]
    scraper = BaseScraper(
        CCNewsSource(*publishers, warc_path=url),
        parser_mapping={publisher.name: publisher.parser for publisher in publishers},
    )
    for article in scraper.scrape("raise"):
        print(
            json.dumps(article.to_json("title", "body", "authors", "publishing_date", "topics", "images"), default=str)
        )


def _publisher(name: str, domain: str, parser: type[ParserProxy]) -> Publisher:
    publisher = Publisher(name=name, domain=domain, parser=parser, sources=[RSSFeed(f"{domain}rss")])
    publisher.__name__, publisher.__group__ = name, PublisherGroup
    return publisher


def main() -> None:
    """Do what the argument says."""
    if sys.argv[1:] == ["own"]:  # of an old layout an attribute may fail
        serve({_host(publisher.domain): publisher.parser for publisher in PublisherCollection}, "suppress")
    elif sys.argv[1:]:
        read_archive(sys.argv[1])
    else:
        serve({_host(domain): proxy() for domain, proxy in PARSERS.items()}, "raise")


if __name__ == "__main__":
    main()
