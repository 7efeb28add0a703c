"""Which of the titles that a page states is that of its article.

A page states up to five: the headline of its JSON-LD, the one it is shared under (``og:title``), the one for Twitter,
its ``title`` tag and its headings. Editors write one for readers and one for search engines, and sites differ in which
goes where; all but the headings also carry the name of the site or section.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BARS = ("|", "-", "–", "—", "·", "•", "»", "«", "›", "‹", "←", "★", "::", " :", " ~", " /", " *", "ㅣ", "_")
"""What parts a title from the name of its site."""

_AT_BAR = re.compile(r"\s+[|–—·•»-]\s")

_SHORTEST_HEAD = 12
"""Shorter headings may be the name of a section, that the title begins with."""

_CUT = 100
"""Letters from which on a headline may be cut."""

_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
"""A word, or a letter of a script that has no blanks between them: Thai, Lao, Burmese, Khmer, kana, Han."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states, each in one line; ``None`` or empty where it does not."""

    url: str
    names: Sequence[str] = ()
    """Names of the site, to be taken off."""
    headline: str | None = None
    """Of the JSON-LD."""
    shared: str | None = None
    """Of the meta tags, the best that there is: mostly ``og:title``."""
    twitter: str | None = None
    whole: str | None = None
    """Of the ``title`` tag."""
    heads: Sequence[str] = field(default=())
    """Texts of the ``h1``, in the page's order; where there is none, of what ``is_heading`` tells for one."""
    is_news: bool = False
    """Whether the JSON-LD says that it is a news article."""


def choose_title(stated: Stated) -> tuple[str | None, str]:
    """Return the title, and which layer gave it: ``jsonld``, ``meta``, ``structure`` or ``none``."""
    names = [name for name in stated.names if name not in (stated.headline, stated.shared)]
    whole = _plain(stated.whole, names, stated.url)
    headline, shared = (_plain(text, names, stated.url) for text in (stated.headline, stated.shared))
    heads = [head for head in stated.heads if head not in names]
    if headline:
        if whole_one := next((text for text in (shared, *heads) if text and _is_cut(headline, text)), None):
            return whole_one, "meta" if whole_one == shared else "structure"
        if shared and shared != headline and _is_readers(shared, headline, whole, heads, stated):
            return shared, "meta"
        return headline, "jsonld"
    if shared:
        return _heading_of(shared, whole, heads) or shared, "meta"
    own = [head for head in heads if not (stated.whole and _is_name_at_end(head, stated.whole))]
    whole = _plain(stated.whole, [*names, *(head for head in heads if head not in own)], stated.url)
    said = (head for head in own if whole is None or _prints(head, whole))
    title = next(said, None) or whole or next(iter(own), None)
    return title, "structure" if title else "none"


def is_heading(text: str, whole: str | None) -> bool:
    """Whether a line is the heading of a page that has no ``h1``: most of its title, on one side of a dash or bar.

    >>> is_heading("The bridge stays closed", "The bridge stays closed - The Ferry Post")
    True
    """
    return (
        whole is not None
        and len(text) > max(_SHORTEST_HEAD, 0.5 * len(whole))  # else the name of a section or of the site
        and (_is_before_bar(text, whole) or _is_behind_bar(text, whole))
    )


def _is_readers(shared: str, headline: str, whole: str | None, heads: list[str], stated: Stated) -> bool:
    """Whether ``shared`` is the title for readers, and ``headline`` one for search engines.

    So where the page prints it as its heading and does not name itself so; and on news where everything but what it is
    shared under is the same text, for readers it is shared with are told something else.
    """
    if shared in heads:
        return whole != shared
    return (
        stated.is_news
        and headline in heads
        and whole == headline
        and (stated.twitter is None or stated.twitter == stated.shared)
        and _words(shared) != _words(headline)
        and not headline.endswith(shared)
        and not shared.startswith(headline)
    )


def _heading_of(title: str, whole: str | None, heads: list[str]) -> str | None:
    """Return the heading that prints ``title``, stated by meta tags: without what these add to it, or in its own words.

    Other words than theirs count where the page has one heading alone and the meta tags are not its title for readers:
    another name follows behind a bar, or the ``title`` tag says neither.
    """
    inside = next((head for head in heads if _is_head_of(head, title)), None)
    if inside is not None or len(set(heads)) != 1:
        return inside
    (head,) = set(heads)
    if "".join(_words(head)) == "".join(_words(title)):
        return head if len(_unquoted(head)) >= len(_unquoted(title)) else None  # a kicker set apart by its looks alone
    if head.startswith(f"{title}:"):
        return head
    other_words = "|" in title or whole not in (title, head)
    return head if other_words and _alike(head, title) and not head.endswith(title) else None


def _plain(title: str | None, names: list[str], url: str) -> str | None:
    """Return ``title`` without markup and the site's name."""
    bare = re.sub(r"</?(?:i|b|em|strong|span|br)\b[^>]{0,80}>", "", title or "") or None
    return _without_host(_without_site_name(bare, names), url)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _unquoted(text: str) -> str:
    return re.sub("[\"'‘’“”«»„]", "", text)


def _alike(one: str, other: str) -> bool:
    """Whether most of the words of ``one`` are in ``other``."""
    words = set(_words(one))
    return len(words & set(_words(other))) > 0.5 * len(words)


def _prints(head: str, title: str) -> bool:
    """Whether a heading says what the ``title`` tag does, or goes on where that ends; not with a kicker before it."""
    if len(title) >= _SHORTEST_HEAD and head.startswith(title):
        return True
    return _alike(head, title) and (head == title or not head.endswith(title))


def _is_cut(headline: str, title: str) -> bool:
    """Whether a headline is the beginning of ``title``: search engines take 110 letters."""
    stem = headline.rstrip(" .…")
    if not title.startswith(stem) or len(title) <= len(headline):
        return False
    return headline.endswith(("...", "…")) or (len(stem) >= _CUT and _AT_BAR.match(title, len(stem)) is None)


def _is_head_of(head: str, title: str) -> bool:
    """Whether ``head`` is most of ``title``, or all of it before a dash or bar."""
    if head in title and len(head) > 0.5 * len(title):
        return True
    return len(head) > _SHORTEST_HEAD and _is_before_bar(head, title)


def _is_before_bar(head: str, title: str) -> bool:
    return title.startswith(head) and _AT_BAR.match(title, len(head)) is not None


def _is_name_at_end(head: str, whole: str) -> bool:
    """Whether a heading is the name of the site: what the page's whole title ends with, behind a dash or bar."""
    return _is_behind_bar(head, whole) and len(head) <= 0.5 * len(whole)


def _is_behind_bar(head: str, whole: str) -> bool:
    return whole.endswith(head) and whole[: -len(head)].rstrip().endswith(BARS)


def _without_host(title: str | None, url: str) -> str | None:
    """Drop ``| Paper.example`` or ``| The Paper`` from the end of a title on ``www.thepaper.example``."""
    found = re.search(r"\s[|–—·•»ㅣ-]\s+(?P<name>[^|–—·•»ㅣ]{3,40})$", title or "")
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    name = re.sub(r"\W", "", found["name"].casefold()) if found else ""
    if (
        title
        and found
        and name
        and name in (host.replace(".", "").replace("-", ""), *host.replace("-", "").split(".")[:-1])
    ):
        return title[: found.start()].rstrip() or title
    return title


def _without_site_name(title: str | None, names: list[str]) -> str | None:
    """Drop `` - Name of the site`` from the end of a title."""
    for name in names:
        if title and title.casefold().endswith(name.casefold()):
            head = title[: -len(name)].rstrip()
            if head.endswith((*BARS, ":")):
                return head.rstrip(" :" + "".join(BARS)) or title
    return title
