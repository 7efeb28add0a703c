"""``scrapy look URL``: what a page offers, and which rules would read it."""

import argparse
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.crawl.fetch import fetch
from newscrawl.items import Article, Reject
from newscrawl.page import families
from newscrawl.page.rules import GENERIC, ArticleRules
from newscrawl.page.select import select
from newscrawl.sites import Site, Sites

if TYPE_CHECKING:
    from newscrawl.page.document import Document

SHOWN = ("title", "lead", "published_raw", "authors", "section", "tags", "source_url_raw")


class Command(ScrapyCommand):
    """Print what is on a page."""

    requires_project = True
    default_settings = {"LOG_LEVEL": "ERROR"}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "<url>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Show what a page offers (feeds, structured data, family) and how it would be read"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch the page and print."""
        from newscrawl.crawl.discover import named_sitemaps  # Scrapy imports every command at each start
        from newscrawl.page.document import read_document

        if len(args) != 1 or not args[0].startswith(("http://", "https://")):
            raise UsageError("give one address: scrapy look https://paper.example/an-article.html", print_help=False)
        assert self.crawler_process is not None
        assert self.settings is not None
        try:
            sites = Sites.load(self.settings)
            robots = urljoin(args[0], "/robots.txt")
            response, *others = fetch(self.crawler_process, args[0], sites.of_url(args[0]), robots)
            document = read_document(
                response.url, response.body, (response.headers.get("Content-Type") or b"").decode()
            )
        except (ConnectionError, Reject) as error:
            print(f"scrapy look: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        sitemaps = [url for other in others for url in named_sitemaps(other.body, other.url)]
        print(report(document, sites.of_url(response.url), sitemaps))


def report(document: "Document", site: Site | None, sitemaps: list[str]) -> str:
    """Return what ``document`` offers; ``site`` is the one that has its host, ``None`` when none has.

    ``sitemaps`` are those that the host's robots.txt names.
    """
    from newscrawl.crawl.discover import FEED_LINKS
    from newscrawl.page.reader import read_article
    from newscrawl.page.structured import read_jsonld, read_metas

    node, metas = read_jsonld(document.root.iter("script")), read_metas(document.root.iter("meta"))
    lines = [document.url, "", "offers"]
    feeds = [urljoin(document.url, link.get("href", "")) for link in select(document.root, FEED_LINKS)[:5]]
    lines += [f"  feed      {url}" for url in feeds]
    lines += [f"  sitemap   {url}" for url in sitemaps[:5]]
    lines.append(f"  JSON-LD   {', '.join(sorted(node)) if node else 'none for an article'}")
    named = [
        name for name in ("og:type", "og:title", "article:published_time", "author", "article:section") if name in metas
    ]
    lines.append(f"  meta      {', '.join(named) or 'none of use'}")
    lines += ["", "rules of"]
    for name, rules in _families().items():
        found = [
            field
            for field in ("title", "lead", "body", "published", "authors")
            if _finds(document, getattr(rules, field))
        ]
        if len(found) > 1:
            lines.append(f"  {name:<9} find {', '.join(found)}")
    lines.append(f"  {'site':<9} {site.name if site else 'no spider has this host; any_site reads it with no rules'}")
    host = urlsplit(document.url).hostname or ""
    nobody = Site(
        name="any_site", publisher="", hosts=(host,), language="und", article_url=".", anywhere=True, rules=GENERIC
    )
    for title, reader in (("its own rules", site), ("no rules", nobody)):
        if reader is not None:
            reading = read_article(document, reader)
            lines += ["", f"read with {title}", *_shown(reading.article, reading.origins)]
    return "\n".join(lines)


def _families() -> dict[str, ArticleRules]:
    return {
        rules.family: rules for rules in vars(families).values() if isinstance(rules, ArticleRules) and rules.family
    }


def _finds(document: "Document", css: str | None) -> bool:
    return css is not None and bool(select(document.root, css))


def _shown(article: Article, origins: dict[str, str]) -> list[str]:
    values: dict[str, Any] = {name: getattr(article, name) for name in SHOWN}
    body = article.body or ""
    values["body"] = f"{len(body)} letters, {len(body.split(chr(10) * 2))} paragraphs: {body[:60]}…" if body else None
    values["images"] = len(article.images)
    layer = {"published_raw": "published"}
    return [
        f"  {name:<14} {str(value)[:100]}  [{origins.get(layer.get(name, name), '-')}]"
        for name, value in values.items()
        if value
    ]
