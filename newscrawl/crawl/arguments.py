"""The arguments of a crawl: typed, checked before any request, and explained by ``-a help=1``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from newscrawl.sites import Site
from newscrawl.text.urls import absolute_url

HELP = {
    "since": "first day of publication, 2024-09-01; listings that tell days are read no further back",
    "until": "last day of publication, 2024-09-30, included; default: today",
    "languages": "editions to crawl, no,ja,ar (or: all); default: the site's own language",
    "urls": "read just these article pages: URL,URL or @FILE with one address a line",
    "url": "any_site alone: a page of the site to crawl, its front page as a rule",
    "limit": "stop after so many new articles",
    "recrawl": "1: read again what is in the feed; a changed article becomes a new line with revision + 1",
    "follow": "source: after an aggregator's article, also read the original at its source when that site is known",
    "browser": "1: read pages in a browser, which runs their scripts; 0: without; default: as the site needs it",
    "help": "1: print this and stop",
}
"""Name of each argument to what it means."""


class ArgumentError(ValueError):
    """A wrong argument; the message is one line that says what would be right."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a crawl was asked to do."""

    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    url: str | None = None
    limit: int | None = None
    recrawl: bool = False
    follow: str | None = None
    browser: bool = False


def read_arguments(given: Mapping[str, str], site: Site) -> Arguments:
    """Check and convert what was given with ``-a``.

    Raises:
        ArgumentError: an unknown name, a bad date or number, a language or address that the site does not have.
    """
    known = [name for name in HELP if name != "url" or site.anywhere]
    unknown = sorted(set(given) - set(known))
    if unknown:
        meant = did_you_mean(unknown[0], known)
        raise ArgumentError(
            f"unknown argument {unknown[0]!r}{meant}; known: {', '.join(known)} (-a help=1 explains them)"
        )
    since, until = _day(given, "since"), _day(given, "until")
    if since and until and since > until:
        raise ArgumentError(f"since={since} is after until={until}; both days are included, since= is the first")
    return Arguments(
        since=since,
        until=until,
        languages=_languages(given.get("languages"), site),
        urls=_urls(given.get("urls"), site),
        url=_url(given, site),
        limit=_limit(given.get("limit")),
        recrawl=_switch("recrawl", given.get("recrawl")),
        follow=_follow(given.get("follow"), site),
        browser=_switch("browser", given.get("browser", "1" if site.browser else "0")),
    )


def help_text(site: Site) -> str:
    """Return what ``-a help=1`` prints for a site."""
    lines = [
        f"scrapy crawl {site.name}: {site.publisher or 'any news site'} ({', '.join(site.hosts) or 'any host'})",
        "",
        "arguments (-a name=value):",
    ]
    lines += [f"  {name:<10} {meaning}" for name, meaning in HELP.items() if name != "url" or site.anywhere]
    if not site.anywhere:
        lines += ["", f"languages of {site.name}: {', '.join(site.languages)}"]
    return "\n".join(lines)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question that ends a message about an unknown name; empty where nothing is like it.

    >>> did_you_mean("sinse", ["since", "until"])
    ' (did you mean since?)'
    """
    near = get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def wants_help(given: Mapping[str, str]) -> bool:
    """Whether ``-a help=1`` was given."""
    return _switch("help", given.get("help"))


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"{name}={text!r} is no day; write it as 2024-09-14") from None


def _languages(text: str | None, site: Site) -> tuple[str, ...]:
    if text is None:
        return (site.language,)
    if text == "all":
        return site.languages
    tags = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for tag in tags:
        if tag not in site.languages:
            raise ArgumentError(
                f"language {tag!r} is unknown on {site.name}; known: {', '.join(site.languages)} (or all)"
            )
    if not tags:
        raise ArgumentError("languages is empty; write languages=no,ja or leave it out")
    return tags


def _urls(text: str | None, site: Site) -> tuple[str, ...]:
    if text is None:
        return ()
    if text.startswith("@"):
        try:
            lines = Path(text[1:]).read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            reason = reason if isinstance(error, OSError | UnicodeDecodeError) else "no file name"
            raise ArgumentError(f"urls={text}: cannot read the file: {reason}") from None
    else:
        lines = text.split(",")
    urls = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    for url in urls:
        if not re.match(r"https?://", url) or absolute_url(url, url) is None:
            raise ArgumentError(f"urls: {url!r} is no http address; write them whole: https://paper.example/article-1")
        if not site.anywhere and not site.is_article(absolute_url(url, url) or ""):
            raise ArgumentError(
                f"urls: {url!r} is no article address of {site.name} ({', '.join((*site.hosts, *site.mirrors))}); "
                "scrapy crawl any_site -a urls= reads pages of any site"
            )
    if not urls:
        raise ArgumentError("urls names no address; write urls=URL,URL or urls=@FILE with one a line")
    return tuple(dict.fromkeys(urls))


def _url(given: Mapping[str, str], site: Site) -> str | None:
    text = given.get("url")
    if text is None:
        if site.anywhere and "urls" not in given:
            raise ArgumentError(f"{site.name} needs url=https://paper.example, or urls= with article pages")
        return None
    url = absolute_url(text.strip(), text.strip()) if re.match(r"\s*https?://", text) else None
    if url is None:
        raise ArgumentError(f"url={text!r} is no http address; write url=https://paper.example")
    return url


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise ArgumentError(f"limit={text!r} is no number of articles; write limit=100")
    return int(text)


def _follow(text: str | None, site: Site) -> str | None:
    if text is None:
        return None
    if text != "source":
        raise ArgumentError(f"follow={text!r}: write follow=source")
    if not site.rules.republished:
        raise ArgumentError(
            f"follow=source: {site.name} is no aggregator; its articles are the originals: leave it out"
        )
    return text


def _switch(name: str, text: str | None) -> bool:
    if text in (None, "0", "1"):
        return text == "1"
    raise ArgumentError(f"{name}={text!r}: write {name}=1 or {name}=0")
