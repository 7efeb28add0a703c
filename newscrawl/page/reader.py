"""One response to one ``Article`` with raw values, and which layer gave each field.

Search order of a field: the site's rule, JSON-LD, meta tags, structure, then none.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from newscrawl.items import Article, Image, Reject
from newscrawl.page.blocks import Block, Content, join, read_blocks, split_credit
from newscrawl.page.document import Document, has_heavy_tag
from newscrawl.page.fallback import second_opinion
from newscrawl.page.garbage import garbage
from newscrawl.page.printed import day_in_url, printed_dates
from newscrawl.page.prune import prune
from newscrawl.page.published import Stated, settle
from newscrawl.page.republished import read_republished
from newscrawl.page.select import select, select_first, select_texts, text_of
from newscrawl.page.structure import find_body, find_noise
from newscrawl.page.structured import (
    Node,
    markup_in_data,
    page_dates,
    people,
    publication_dates,
    read_jsonld,
    read_metas,
    strings,
    urls,
)
from newscrawl.sites import Site
from newscrawl.text.clean import clean_line, same_text
from newscrawl.text.dates import EARLIEST, DateFacts, facts_for, read_moment
from newscrawl.text.urls import absolute_url

PUBLISHED_METAS = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "publish-date", "publishdate",
    "pubdate", "dc.date.issued", "dcterms.created", "dc.date", "date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "article.published", "datecreated",
)  # fmt: skip
VAGUE_METAS = ("date", "dc.date")
MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod")
TITLE_METAS = ("headline", "og:title", "twitter:title", "dc.title", "title")
LEAD_METAS = ("og:description", "description", "twitter:description")
AUTHOR_METAS = (
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "article:author_name",
)
SECTION_METAS = ("article:section", "og:section", "parsely-section", "section")
TAG_METAS = ("article:tag", "og:article:tag", "news_keywords", "keywords")

LITTLE_TEXT = 300
"""Letters of a body below which its text is sought in the page's data."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a page gives."""

    article: Article
    origins: dict[str, str]
    """Field to the layer that gave it: ``rule``, ``jsonld``, ``meta``, ``structure`` or ``none``."""
    is_article: bool = True
    """Whether the page says that it is an article (JSON-LD, Open Graph, a date), or holds as much text as one."""
    garbage: str | None = None
    """Why the page is no article though it looks like one, as ``consent_wall``; ``None`` when it may be one."""
    placeholders: list[str] = field(default_factory=list)
    """Ad placeholders that were taken out of the text, as they stood there."""


def read_article(document: Document, site: Site) -> Reading:
    """Read ``document`` as an article of ``site``; values are as the page states them.

    A missing field is ``None`` or empty. Whether that makes an article is for the stages to judge.
    """
    return _Reader(document, site).read()


class _Reader:
    def __init__(self, document: Document, site: Site) -> None:
        self.document, self.site, self.rules = document, site, site.rules
        self.root = document.root
        self.node: Node = read_jsonld(self.root)
        self.metas = read_metas(self.root)
        self.base = self._base()
        self.origins: dict[str, str] = {}
        self.placeholders: list[str] = []
        self.dates = facts_for(site.dates, self._language())

    def read(self) -> Reading:
        title = self._title()
        article = Article(
            site=self.site.name,
            url=self.document.url,
            title=title,
            language=self.site.language_of(self.document.url) or self._language(),
            source_language=self.site.source_language,
        )
        if self.rules.republished:
            self._republished(article)
        else:
            self._own(article)
        article.published_raw = article.published_raw or self._published(title)
        article.modified_at = self._modified()
        article.section = self._one("section", self.rules.section, ("articleSection",), SECTION_METAS)
        article.tags = self._tags()
        if not article.images:
            article.images = self._lead_image()
        why = garbage(title, f"{article.lead or ''}\n{article.body or ''}".strip())
        return Reading(article, self.origins, self._is_article(article), why, self.placeholders)

    # --- the two kinds of page ------------------------------------------------------------------

    def _own(self, article: Article) -> None:
        """A page with the site's own article."""
        content = self._body(article.title)
        article.authors = self._authors()
        article.source_name = next(iter(select_texts(self.root, self.rules.source_name)), None) or self._publisher()
        lead = self._rule_lead() or self._one("lead", None, ("description",), LEAD_METAS)
        if lead and self.rules.lead_prefix:
            lead = clean_line(re.sub(rf"^\s*(?:{self.rules.lead_prefix})\s*", "", lead))
        article.lead = self._lead(lead, content.blocks)
        article.body = join(self._trim(content.blocks, article))
        article.images = _each_once([*self._rule_images(), *content.images])

    def _republished(self, article: Article) -> None:
        """A page that carries another paper's article."""
        description = clean_line(next(iter(self._metas(LEAD_METAS)), "") or "")
        slug = unquote(urlsplit(self.document.url).path).rstrip("/").rpartition("/")[2]
        page = read_republished(self.document, self.rules, article.title, slug, description)
        article.body, article.images = join(page.blocks), page.images
        article.lead = page.lead or self._lead(description, page.blocks)
        article.source_name = page.source_name or clean_line(next(iter(self._metas(("author",))), ""))
        article.published_raw = page.day
        article.authors = page.authors
        self.placeholders = page.placeholders
        article.source_url_raw = page.source_url
        article.source_url_status = "label_only" if page.labelled else "none"
        self.origins |= {
            "body": "structure" if page.blocks else "none",
            "lead": "structure" if page.lead else "meta" if article.lead else "none",
            "authors": "structure" if page.authors else "none",
        }
        if page.day:
            self.origins["published"] = "structure"

    # --- fields ---------------------------------------------------------------------------------

    def _title(self) -> str | None:
        own_names = [clean_line(name) for name in self._metas(("og:site_name", "application-name"))]
        names = [name for name in (*own_names, self.site.publisher) if name]
        title = self._one("title", self.rules.title, ("headline", "name"), TITLE_METAS)
        if self.origins["title"] == "rule":
            return title
        heads = [line for head in select(self.root, "h1") if (line := _short_text(head))]
        if title is None:
            whole = clean_line(next(iter(select_texts(self.root, "head title")), ""))
            names += [head for head in heads if whole and _is_name_at_end(head, whole)]
            heads = [head for head in heads if head not in names]
            whole = _without_site_name(whole, names)
            shared = [head for head in heads if whole is None or _alike(head, whole)]
            title = next(iter(shared), None) or whole or next(iter(heads), None)
            self.origins["title"] = "structure" if title else "none"
        elif self.origins["title"] == "meta":
            # The heading is the title without what the page's metadata add to it: section, place, site.
            title = next((head for head in heads if _is_head_of(head, title)), title)
        title = re.sub(r"</?(?:i|b|em|strong|span|br)\b[^>]{0,80}>", "", title or "") or None
        return _without_host(_without_site_name(title, names), self.document.url)

    def _published(self, title: str | None) -> str | None:
        candidates = [
            *(("rule", text) for text in select_texts(self.root, self.rules.published)),
            *(("jsonld", text) for key in ("datePublished", "dateCreated") for text in strings(self.node.get(key))),
            *(("meta", text) for text in self._metas(PUBLISHED_METAS)),
        ]
        if self.rules.published is not None:
            return self._date("published", [*candidates, *(("structure", text) for text in self._times())])
        candidates += [("meta", text) for text in publication_dates(self.metas)]
        if not candidates:
            candidates = [("jsonld", text) for text in page_dates(self.root)]
        texts = printed_dates(self.root, title, self.document.url)
        seen: list[tuple[str, bool]] = []

        def printed() -> Iterator[tuple[str, str]]:
            for pair in texts:
                seen.append(pair)
                yield "structure", pair[0]

        raw = self._date("published", chain(candidates, printed()))
        return self._settled(raw, candidates, (text for text, is_update in chain(seen, texts) if not is_update))

    def _settled(self, raw: str | None, candidates: list[tuple[str, str]], printed: Iterator[str]) -> str | None:
        """Return ``raw``, or the date that the page states against it."""
        origin = self.origins["published"]
        moment = _moment(raw or "", self.dates)
        if raw is None or moment is None or origin not in ("jsonld", "meta") or self.dates.timezone is not None:
            return raw
        clear = self._metas(name for name in PUBLISHED_METAS if name not in VAGUE_METAS)
        vague = {text for name in VAGUE_METAS for text in self.metas.get(name, ())}.difference(clear)
        stated = [
            Stated(layer, text, found, text in vague)
            for layer, text in candidates
            if (found := _moment(text, self.dates)) and found.on >= EARLIEST
        ]
        tops = ((text, found) for text in printed if (found := _moment(text, self.dates)) and found.on >= EARLIEST)
        top = [Stated("structure", text, found) for text, found in islice(tops, 1)]
        best = settle(Stated(origin, raw, moment, raw in vague), stated, top, day_in_url(self.document.url))
        self.origins["published"] = best.origin
        return clean_line(best.text)

    def _modified(self) -> str | None:
        candidates = [
            *(("rule", text) for text in select_texts(self.root, self.rules.modified)),
            *(("jsonld", text) for text in strings(self.node.get("dateModified"))),
            *(("meta", text) for text in self._metas(MODIFIED_METAS)),
        ]
        return self._date("modified", candidates)

    def _date(self, field: str, candidates: Iterable[tuple[str, str]]) -> str | None:
        """Return the first candidate that reads as a date, or a later one that adds the time to its day."""
        first: tuple[str, str, str] | None = None
        unreadable: tuple[str, str, str] | None = None
        for origin, text in candidates:
            if unreadable is None and origin != "structure":
                unreadable = (origin, text, "")
            moment = _moment(text, self.dates)
            if moment is None or moment.on < EARLIEST:
                continue
            if first is None:
                first = (origin, text, moment.on)
                if moment.at:
                    break
            elif moment.at and moment.on == first[2]:
                first = (origin, text, moment.on)
                break
        first = first or unreadable  # not lost: the stage flags it
        self.origins[field] = first[0] if first else "none"
        return clean_line(first[1]) if first else None

    def _times(self) -> Iterator[str]:
        """Yield what is marked up as a time."""
        for css in ("article time", "[itemprop=datePublished]", "time"):
            for element in select(self.root, css):
                stated = (element.get("datetime"), element.get("content"), text_of(element))
                yield from (text for text in stated if text)

    def _authors(self) -> list[str]:
        publisher = self._publisher() or ""
        layers: tuple[tuple[str, Callable[[], Iterable[str]]], ...] = (
            ("rule", lambda: select_texts(self.root, self.rules.authors)),
            ("jsonld", lambda: people(self.node.get("author"))),
            ("meta", lambda: self._metas(AUTHOR_METAS)),
            ("structure", self._bylines),
        )
        for origin, texts in layers:
            names = [name for text in texts() for name in split_names(text) if not _is_house(name, publisher)]
            if names:
                self.origins["authors"] = origin
                return list(dict.fromkeys(names))
        houses = strings(self.node.get("author")) if self.rules.authors is None else []
        self.origins["authors"] = "jsonld" if houses else "none"
        return houses[:1]

    def _bylines(self) -> Iterator[str]:
        """Yield what looks like a byline on a page whose site has no rule for it: the first few names named so."""
        if self.rules.authors is not None:
            return
        found = 0
        for element in islice(_BYLINES(self.root), 60):
            line = _short_text(element)
            if line and len(line) <= 70 and _NAME.fullmatch(_BY.sub("", line)):
                yield line
                found += 1
                if found == 3:
                    return

    def _publisher(self) -> str | None:
        if self.site.publisher:
            return self.site.publisher
        stated = (*strings(self.node.get("publisher")), *self._metas(("og:site_name", "application-name")))
        return next(iter(stated), urlsplit(self.document.url).hostname)

    def _tags(self) -> list[str]:
        texts = select_texts(self.root, self.rules.tags)
        origin = "rule"
        if not texts:
            texts, origin = _split_list(strings(self.node.get("keywords"))), "jsonld"
        if not texts:
            for name in TAG_METAS:
                texts, origin = _split_list(self.metas.get(name, [])), "meta"
                if texts:
                    break
        lines = [line for text in texts if (line := clean_line(text))]
        self.origins["tags"] = origin if lines else "none"
        return list(dict.fromkeys(lines))

    def _rule_lead(self) -> str | None:
        """Return the lead that the site's rule finds, without what ``drop`` leaves out of it (a place, a logo)."""
        for element in select_first(self.root, self.rules.lead):
            text = element if isinstance(element, str) else " ".join(block.text for block in self._read(element).blocks)
            if line := clean_line(text):
                self.origins["lead"] = "rule"
                return line
        return None

    def _lead(self, lead: str | None, blocks: list[Block]) -> str | None:
        """Return ``lead`` unless it is only the head of the text; take it out of the text where it stands there."""
        if lead is None or lead.casefold() == (self._publisher() or "").casefold():
            return None  # a description that is only the name of the site
        if not blocks:
            return lead
        first = blocks[0].text
        if self.origins.get("lead") == "rule":
            if same_text(first, lead):
                del blocks[0]
            return lead
        if same_text(first, lead) and len(blocks) > 1:
            return None if len(blocks) < 3 else self._pop_lead(blocks)
        stem = lead.rstrip(".… ")
        return None if same_text(first[: len(stem)], stem) else lead

    def _pop_lead(self, blocks: list[Block]) -> str | None:
        """The page's description is its first paragraph: a lead where the markup sets it off, else text."""
        first = blocks[0]
        names = first.element.get("class", "") if first.element is not None else ""
        if first.kind == "heading" or re.search(r"lead|sapo|summary|desc|intro|standfirst|chapeau", names, re.I):
            return blocks.pop(0).text
        return None

    def _body(self, title: str | None) -> Content:
        content, origin = self._by_selector(), "rule"
        if not content.blocks:
            content, origin = self._by_structure(title), "structure"
            if self.rules.body is None:
                content.blocks = prune(second_opinion(self.document, content.blocks), title)
            stated = self._stated_body()
            if sum(len(block.text) for block in stated) > 1.5 * sum(len(block.text) for block in content.blocks):
                content.blocks, origin = stated, "jsonld"
            if self.rules.body is None and sum(len(block.text) for block in content.blocks) < LITTLE_TEXT:
                content.blocks = self._body_in_data() or content.blocks
        self.origins["body"] = origin if content.blocks else "none"
        return content

    def _by_structure(self, title: str | None) -> Content:
        element = find_body(self.root)
        content = self._read(element, find_noise(element)) if element is not None else Content()
        content.blocks = prune(content.blocks, title)
        return content

    def _body_in_data(self) -> list[Block]:
        """Return the text that stands in the page's data alone, for scripts to show: its longest piece of markup."""
        markup = max(markup_in_data(self.root), key=len, default="")
        if len(markup) < LITTLE_TEXT or has_heavy_tag(markup.encode("utf-8", "replace")):
            return []
        return read_blocks(html.fragment_fromstring(markup, create_parent="div"), self.base).blocks

    def _stated_body(self) -> list[Block]:
        """Return the JSON-LD body: whole where the page shows a part, but often without paragraphs."""
        text = "\n\n".join(strings(self.node.get("articleBody")))
        if re.search(r"<(?:p|br|div)\b", text):
            if has_heavy_tag(text.encode("utf-8", "replace")):
                return []
            return read_blocks(html.fragment_fromstring(text, create_parent="div"), self.base).blocks
        return [Block(line) for part in text.split("\n") if (line := clean_line(part))]

    def _by_selector(self) -> Content:
        whole = Content()
        seen: set[etree._Element] = set()
        for element in select_first(self.root, self.rules.body):
            if any(ancestor in seen for ancestor in element.iterancestors()):
                continue
            seen.add(element)
            content = self._read(element)
            whole.blocks += content.blocks
            whole.images += content.images
        return whole

    def _read(self, element: etree._Element, noise: frozenset[etree._Element] = frozenset()) -> Content:
        rules = self.rules
        drop = frozenset(select(element, rules.drop)) if rules.drop else noise
        figures = frozenset(select(element, rules.figures)) if rules.figures else frozenset()
        return read_blocks(element, self.base, drop=drop, figures=figures, line_breaks=rules.line_breaks)

    def _trim(self, blocks: list[Block], article: Article) -> list[Block]:
        """Leave out the title printed in the body again, and the end mark."""
        if blocks and article.title and blocks[0].kind == "heading" and same_text(blocks[0].text, article.title):
            blocks = blocks[1:]
        if not self.rules.end_mark or not blocks:
            return blocks
        mark = re.compile(rf"\s*(?:{self.rules.end_mark})\s*$")
        trimmed = []
        for block in blocks:
            text = mark.sub("", block.text)
            if text:
                trimmed.append(Block(text, block.kind, block.hrefs, block.linked, block.element))
        return trimmed

    def _rule_images(self) -> list[Image]:
        images: list[Image] = []
        for element in select(self.root, self.rules.images) if self.rules.images else ():
            images += self._read(element).images
        return images

    def _lead_image(self) -> list[Image]:
        for value in (*urls(self.node.get("image")), *self._metas(("og:image", "twitter:image"))):
            address = absolute_url(self.base, value)
            if address:
                return [Image(address)]
        return []

    def _language(self) -> str | None:
        stated = self.root.get("lang") or next(iter(self._metas(("og:locale", "language"))), None)
        if stated:
            return stated
        first = urlsplit(self.document.url).path.lstrip("/").partition("/")[0]
        return first if re.fullmatch(r"[a-z]{2}-[a-zA-Z]{2}", first) else None

    def _is_article(self, article: Article) -> bool:
        kind = next(iter(self._metas(("og:type",))), "").lower()
        if self.node.get("headline") or "article" in kind:
            return True
        return len(article.body or "") > (300 if article.published_raw and kind != "website" else 1500)

    # --- helpers --------------------------------------------------------------------------------

    def _one(self, field: str, css: str | None, keys: Iterable[str], metas: Iterable[str]) -> str | None:
        """Return the first value of a one-line field, and note which layer gave it."""
        layers: tuple[tuple[str, Callable[[], Iterable[str]]], ...] = (
            ("rule", lambda: select_texts(self.root, css)),
            ("jsonld", lambda: (text for key in keys for text in strings(self.node.get(key)))),
            ("meta", lambda: self._metas(metas)),
        )
        for origin, values in layers:
            for value in values():
                line = clean_line(value)
                if line:
                    self.origins[field] = origin
                    return line
        self.origins[field] = "none"
        return None

    def _metas(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            yield from self.metas.get(name, ())

    def _base(self) -> str:
        for href in select(self.root, "head base::attr(href)")[:1]:
            return absolute_url(self.document.url, href) or self.document.url
        return self.document.url


_BYLINES = etree.XPath(
    "//*[@rel='author' or @itemprop='author' or @data-role='author' or contains(@class,'author')"
    " or contains(@class,'Author')"
    " or contains(@class,'byline') or contains(@class,'Byline')][not(ancestor::footer) and not(ancestor::aside)]"
)
_BARS = ("|", "-", "–", "—", "·", "•", "»", "ㅣ")
_SHORTEST_HEAD = 12
"""Shorter headings may be the name of a section, that the title begins with."""

_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+|(?i:image|photo|foto|bild|ảnh)\s*:.*")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s(?:de|van|von|der|da|di|la|le|bin|al|und|and|et|y|[^\W\d_][\w.'’-]*)){1,5}")
_BY = re.compile(r"^(?:by|von|par|por|bởi|tác giả|автор|от)\s*[:：]?\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(
    r"\s*(?:[;|•·]|\s/\s|,(?!\s*(?:Jr|Sr|PhD|MD)\b)|\s+(?:and|và|und|et|y|og|och|и|&)\s+|\s-\s)\s*", re.IGNORECASE
)


def split_names(text: str) -> list[str]:
    """Return the names in a byline.

    >>> split_names("By Mai Lan and Hoàng Hà")
    ['Mai Lan', 'Hoàng Hà']
    """
    line = clean_line(text)
    if line is None or "://" in line or len(line) > 200:
        return []
    line = re.sub(r"(?<=\S)/\S.*", "", line)  # Văn Giáp/TTXVN: the agency
    names = (clean_line(name.strip(" .()/|-–—")) for name in _BETWEEN_NAMES.split(_BY.sub("", line)))
    return [name for name in names if name and len(name) > 1 and not name.isdigit() and not _SLUG.fullmatch(name)]


def _is_house(name: str, publisher: str) -> bool:
    """Whether a byline names the paper itself: its name, or its name with ``online`` and the like."""
    plain = re.sub(r"\W|online|điện tử|redaktion|editorial|newsroom|\.(?:com|de|vn)$", "", name.casefold())
    house = re.sub(r"\W|online|điện tử", "", publisher.casefold())
    return plain == "" or (house != "" and plain == house)


def _short_text(element: etree._Element) -> str | None:
    """Return the text of an element on one line; ``None`` where it is clearly too long for a title, a date or a name.

    Wrappers with such names may be nested a thousand deep, each with the whole page in it.
    """
    parts, length = [], 0
    for text in element.itertext("*"):
        parts.append(text)
        length += len(text)
        if length > 2000:
            return None
    return clean_line("".join(parts))


def _split_list(values: Iterable[str]) -> list[str]:
    return [part for value in values for part in re.split("[,;،、]", value) if not part.isspace() and part]


def _alike(one: str, other: str) -> bool:
    """Whether most of the words of ``one`` are in ``other``."""
    words = set(re.findall(r"\w+", one.casefold()))
    return len(words & set(re.findall(r"\w+", other.casefold()))) > 0.5 * len(words)


def _is_head_of(head: str, title: str) -> bool:
    """Whether ``head`` is most of ``title``, or all of it before a dash or bar."""
    if head in title and len(head) > 0.5 * len(title):
        return True
    return (
        len(head) > _SHORTEST_HEAD
        and title.startswith(head)
        and re.match(r"\s+[|–—·•»-]\s", title[len(head) :]) is not None
    )


def _is_name_at_end(head: str, whole: str) -> bool:
    """Whether a heading is the name of the site: what the page's whole title ends with, behind a dash or bar."""
    return whole.endswith(head) and whole[: -len(head)].rstrip().endswith(_BARS)


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
            if head.endswith((*_BARS, ":")):
                return head.rstrip(" :" + "".join(_BARS)) or title
    return title


def _each_once(images: list[Image]) -> list[Image]:
    """Return ``images`` without repeats; of two the one with a caption or credit."""
    found: dict[str, Image] = {}
    for image in images:
        old = found.setdefault(image.url, image)
        old.caption, old.credit = old.caption or image.caption, old.credit or image.credit
    return list(found.values())


def _moment(text: str, facts: DateFacts):  # type: ignore[no-untyped-def]
    try:
        return read_moment(text, facts)
    except ValueError:
        return None


def refuse_unless_text(content_type: str | None) -> None:
    """Raise ``Reject("not_text")`` for a content type that is neither HTML, XML nor plain text; none is let pass."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and not re.match(r"text/|application/(?:xhtml\+xml|xml|json)|application/octet-stream", kind):
        raise Reject("not_text", kind[:80])


__all__ = ["Reading", "read_article", "refuse_unless_text", "split_credit", "split_names"]
