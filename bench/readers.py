"""The contestants: each takes a page and returns what it reads; a peer that is not installed does not take part."""

import importlib
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from bench.processes import ROOT
from newscrawl.page.document import read_document
from newscrawl.page.reader import read_article
from newscrawl.sites import Site
from newscrawl.text.dates import facts_for, read_moment
from tests.support import all_spiders


@dataclass
class Read:
    """What a contestant reads; ``None`` where it does not read that field."""

    body: str | None = None
    title: str | None = None
    date: str | None = None
    authors: list[str] | None = field(default=None)


FUNDUS = ROOT / ".venv-fundus" / "bin" / "python"

Reader = Callable[[str, str], Read]
"""Address and text of a page to what is read in it."""

_BY_HOST = {host: spider.site for spider in all_spiders().values() for host in spider.site.all_hosts}


def newscrawl(url: str, text: str, *, rules: bool = False) -> Read:
    """Read with no rules, or with the site's own."""
    host = urlsplit(url).hostname or "page.invalid"
    nobody = Site(name="any_site", publisher="", hosts=(host,), language="und", article_url=".", anywhere=True)
    site = (_BY_HOST.get(host) if rules else None) or nobody
    article = read_article(read_document(url, text.encode()), site).article
    try:
        moment = read_moment(article.published_raw or "", facts_for(site.dates, article.language))
        day = (moment.at or moment.on)[:10]
    except ValueError:
        day = ""
    body = "\n".join(part for part in (article.lead, article.body) if part)
    return Read(body, article.title or "", day, article.authors)


def newscrawl_with_rules(url: str, text: str) -> Read:
    """Read with the site's rules."""
    return newscrawl(url, text, rules=True)


def trafilatura(url: str, text: str) -> Read:
    """Read with trafilatura."""
    module = importlib.import_module("trafilatura")
    found = module.bare_extraction(text, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return Read("", "", "", [])
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return Read(found.text or "", found.title or "", found.date or "", authors)


def newspaper4k(url: str, text: str) -> Read:
    """Read with newspaper4k."""
    article = importlib.import_module("newspaper").Article(url, fetch_images=False)  # it would ask the network
    article.download(input_html=text)
    article.parse()
    day = article.publish_date.strftime("%Y-%m-%d") if article.publish_date else ""
    return Read(article.text, article.title, day, list(article.authors))


def readability(url: str, text: str) -> Read:
    """Read with readability-lxml."""
    document = importlib.import_module("readability").Document(text)
    return Read(html.fromstring(document.summary()).text_content(), document.short_title())


def resiliparse(url: str, text: str) -> Read:
    """Read with resiliparse."""
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return Read(extract(text, main_content=True, alt_texts=False, links=False))


def htmldate(url: str, text: str) -> Read:
    """Date with htmldate."""
    return Read(date=importlib.import_module("htmldate").find_date(text, url=url, original_date=True) or "")


CONTESTANTS: dict[str, tuple[str, Reader]] = {
    "newscrawl, no rules": ("newscrawl", newscrawl),
    "newscrawl, rules": ("newscrawl", newscrawl_with_rules),
    "trafilatura": ("trafilatura", trafilatura),
    "newspaper4k": ("newspaper", newspaper4k),
    "readability-lxml": ("readability", readability),
    "resiliparse": ("resiliparse", resiliparse),
    "htmldate": ("htmldate", htmldate),
}
"""Name to the module that must be there, and the reader."""


def present() -> dict[str, Reader]:
    """Return the contestants that are installed."""
    found: dict[str, Reader] = {}
    for name, (module, reader) in CONTESTANTS.items():
        try:
            importlib.import_module(module)
        except ImportError:
            continue
        found[name] = reader
    return found


AskFundus = Callable[[str, str, str | None], dict[str, Any] | None]
"""Address, HTML and day of a page to what fundus reads in it; ``None`` for a page of none of its publishers."""


@contextmanager
def fundus(*, own: bool) -> Iterator[AskFundus | None]:
    """Give a function that has a page read by fundus in its own process; ``None`` where it is not installed.

    ``own``: by its own publishers' parsers, else by those for the pages of the bench.
    """
    if not FUNDUS.exists():
        yield None
        return
    command = [FUNDUS, "-W", "ignore", Path(__file__).parent / "fundus_child.py", *(["own"] if own else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(url: str, text: str, day: str | None) -> dict[str, Any] | None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"url": url, "html": text, "day": day}) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] | None = json.loads(process.stdout.readline())
            return answer

        yield ask
        process.stdin.close()
