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
from newscrawl.page import titles
from newscrawl.page.blocks import Block, Content, join, read_blocks
from newscrawl.page.bylines import find_bylines, is_house, is_nobody, short_text, split_names
from newscrawl.page.document import Document, has_heavy_tag, read_document
from newscrawl.page.fallback import second_opinion
from newscrawl.page.garbage import garbage
from newscrawl.page.printed import day_in_url, printed_dates, says_published
from newscrawl.page.prune import prune, without_scraps
from newscrawl.page.published import Stated, settle
from newscrawl.page.republished import read_republished
from newscrawl.page.select import Finder, select
from newscrawl.page.structure import (
    find_body,
    find_lead_figures,
    find_noise,
    find_others,
    find_standfirst,
    is_list,
    sizes_in,
    weigh,
)
from newscrawl.page.structured import (
    Node,
    creation_dates,
    is_live,
    is_paywalled,
    live_updates,
    markup_in_data,
    page_dates,
    people,
    publication_dates,
    read_jsonld,
    read_metas,
    strings,
    told_to_robots,
    urls,
)
from newscrawl.sites import Site
from newscrawl.text.clean import clean_line, same_text
from newscrawl.text.dates import EARLIEST, DateFacts, facts_for, read_moment
from newscrawl.text.urls import absolute_url

PUBLISHED_METAS = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "publish-date", "publishdate",
    "pubdate", "dc.date.issued", "dc.date", "date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "article.published",
)  # fmt: skip
VAGUE_METAS = ("date", "dc.date")
MODIFIED_METAS = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
)
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
SECTION_METAS = ("article:section", "og:article:section", "og:section", "parsely-section", "section")
TAG_METAS = ("article:tag", "og:article:tag", "news_keywords", "keywords")

_LIVE = re.compile(r"(?:^|[/\s_-])live-?(?:blog|ticker|updates?|text|feed)(?=$|[/\s_.-])|/live/", re.IGNORECASE)

MOST_HEADS = 50
"""Headings of an order that are looked at for the title: a page made to be slow nests thousands."""

MOST_TIMES = 200
"""``time`` elements that are looked at for the page's date, likewise."""

MOST_TAGS = 15
"""More links with ``rel=tag`` are a cloud of all that the site has."""

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


def read_page(url: str, body: bytes, content_type: str, site: Site) -> Reading:
    """Read the answer that came from ``url`` as an article of ``site``; one that nests too deep is ``truncated``.

    Raises:
        Reject: what came is no page, or none that may be read.
    """
    refuse_unless_text(content_type)
    document = read_document(url, body, content_type)
    reading = read_article(document, site)
    if document.truncated:
        reading.article.flags.append("truncated")
    return reading


def read_article(document: Document, site: Site) -> Reading:
    """Read ``document`` as an article of ``site``; values are as the page states them.

    A missing field is ``None`` or empty. Whether that makes an article is for the stages to judge.
    """
    return _Reader(document, site).read()


class _Reader:
    def __init__(self, document: Document, site: Site) -> None:
        self.document, self.site, self.rules = document, site, site.rules
        self.root = document.root
        self.find = Finder(self.root, self.rules.selectors)
        self.node: Node = read_jsonld(self.find.named("script"))
        self.metas = read_metas(self.find.named("meta"))
        self.base = self._base()
        self.origins: dict[str, str] = {}
        self.placeholders: list[str] = []
        self.body: etree._Element | None = None
        self.others: frozenset[etree._Element] = frozenset()
        self.is_list = False
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
        article.section = self._section()
        article.tags = self._tags()
        if not article.images:
            article.images = self._lead_image()
        article.flags += told_to_robots(self._metas(("robots", "newscrawl")))
        if is_paywalled(self.node, self.metas):
            article.flags.append("paywalled")
        why = garbage(title, f"{article.lead or ''}\n{article.body or ''}".strip())
        return Reading(article, self.origins, self._is_article(article), why, self.placeholders)

    # --- the two kinds of page ------------------------------------------------------------------

    def _own(self, article: Article) -> None:
        """A page with the site's own article."""
        content = self._body(article.title)
        article.authors = self._authors()
        article.source_name = next(iter(self.find.texts(self.rules.source_name)), None) or self._publisher()
        lead = self._rule_lead() or self._one("lead", None, ("description",), LEAD_METAS)
        if self.rules.body is None:
            lead = find_standfirst(self.root, self.body, lead) or self._first_as_lead(lead, content.blocks)
            self.origins["lead"] = "structure" if lead else "none"
        if lead and self.rules.lead_prefix:
            lead = clean_line(re.sub(rf"^\s*(?:{self.rules.lead_prefix})\s*", "", lead))
        article.lead = self._lead(lead, content.blocks, article.title)
        article.body = join(self._trim(content.blocks, article))
        article.images = _each_once([*self._rule_images(), *self._lead_figures(), *content.images])

    def _republished(self, article: Article) -> None:
        """A page that carries another paper's article."""
        description = clean_line(next(iter(self._metas(LEAD_METAS)), "") or "")
        slug = unquote(urlsplit(self.document.url).path).rstrip("/").rpartition("/")[2]
        page = read_republished(self.document, self.rules, article.title, slug, description)
        article.body, article.images = join(page.blocks), page.images
        article.lead = page.lead or self._lead(description, page.blocks, article.title)
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
        if texts := self.find.texts(self.rules.title):
            self.origins["title"] = "rule"
            return clean_line(texts[0])
        site_names = (clean_line(name) for name in self._metas(("og:site_name", "application-name")))
        headlines = (clean_line(text) for key in ("headline", "name") for text in strings(self.node.get(key)))
        shared = (clean_line(text) for text in self._metas(TITLE_METAS))
        whole = clean_line(next(iter(self.find.texts("head title")), ""))
        stated = titles.Stated(
            url=self.document.url,
            names=[name for name in (*site_names, self.site.publisher) if name],
            headline=next(filter(None, headlines), None),
            shared=next(filter(None, shared), None),
            twitter=clean_line(next(self._metas(("twitter:title",)), "")),
            whole=whole,
            heads=self._heads(whole),
            is_news="NewsArticle" in str(self.node.get("@type")),
        )
        title, self.origins["title"] = titles.choose_title(stated)
        return title

    def _heads(self, whole: str | None) -> list[str]:
        heads = [line for head in islice(self.root.iter("h1"), MOST_HEADS) if (line := short_text(head))]
        lesser = (line for head in islice(self.root.iter("h2", "h3"), MOST_HEADS) if (line := short_text(head)))
        return heads or [line for line in lesser if titles.is_heading(line, whole)][:1]

    def _published(self, title: str | None) -> str | None:
        candidates = [
            *(("rule", text) for text in self.find.texts(self.rules.published)),
            *(("jsonld", text) for key in ("datePublished", "dateCreated") for text in strings(self.node.get(key))),
            *(("meta", text) for text in self._metas(PUBLISHED_METAS)),
        ]
        if self.rules.published is not None:
            return self._date("published", chain(candidates, (("structure", text) for text in self._times())))
        candidates += [("meta", text) for text in publication_dates(self.metas)]
        if not candidates:
            candidates = [("jsonld", text) for text in page_dates(self.find.named("script"))]
        texts = printed_dates(self.root, title, self.document.url)
        seen: list[tuple[str, bool]] = []

        def printed() -> Iterator[tuple[str, str]]:
            for pair in texts:
                seen.append(pair)
                yield "structure", pair[0]

        made = [("meta", text) for text in creation_dates(self.metas)]
        lines = list(islice(printed(), MOST_TIMES)) if made else []
        said = [pair for pair in lines if says_published(pair[1])]  # which alone goes before the day it was made on
        raw = self._date("published", chain(candidates, said, made, lines, printed()))
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
            *(("rule", text) for text in self.find.texts(self.rules.modified)),
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
        times = list(islice(self.root.iter("time"), MOST_TIMES))
        in_articles = (element for element in times if next(element.iterancestors("article"), None) is not None)
        for element in chain(in_articles, select(self.root, "[itemprop=datePublished]"), times):
            yield from filter(None, (element.get("datetime"), element.get("content"), short_text(element)))

    def _authors(self) -> list[str]:
        publisher = self._publisher() or ""
        layers: tuple[tuple[str, Callable[[], Iterable[str]]], ...] = (
            ("rule", lambda: self.find.texts(self.rules.authors)),
            ("jsonld", lambda: people(self.node.get("author"))),
            ("meta", lambda: self._metas(AUTHOR_METAS)),
            ("structure", lambda: find_bylines(self.root, self.others) if self.rules.authors is None else ()),
        )
        nobody: list[tuple[str, str]] = []
        for origin, texts in layers:
            every = (name for text in texts() for name in split_names(text) if not is_house(name, publisher))
            names = list(dict.fromkeys(every))
            nobody += [(origin, name) for name in names if is_nobody(name)]
            if named := [name for name in names if not is_nobody(name)]:
                self.origins["authors"] = origin
                return named
        houses = strings(self.node.get("author")) if self.rules.authors is None else []
        origin, name = next(iter([*nobody, *(("jsonld", house) for house in houses)]), ("none", ""))
        self.origins["authors"] = origin
        return [name] if name else []

    def _publisher(self) -> str | None:
        if self.site.publisher:
            return self.site.publisher
        stated = (*strings(self.node.get("publisher")), *self._metas(("og:site_name", "application-name")))
        return next(iter(stated), urlsplit(self.document.url).hostname)

    def _section(self) -> str | None:
        stated = self._one("section", self.rules.section, ("articleSection",), SECTION_METAS)
        if stated is not None or self.rules.section is not None:
            return stated
        filed = (line for link in select(self.root, "a[rel~=category]") if (line := short_text(link)))
        section = next(filed, None)
        self.origins["section"] = "structure" if section else "none"
        return section

    def _tags(self) -> list[str]:
        texts = self.find.texts(self.rules.tags)
        origin = "rule"
        if not texts:
            texts, origin = _split_list(strings(self.node.get("keywords"))), "jsonld"
        if not texts:
            for name in TAG_METAS:
                texts, origin = _split_list(self.metas.get(name, [])), "meta"
                if texts:
                    break
        if not texts and self.rules.tags is None:
            linked = select(self.root, "a[rel~=tag]:not([rel~=category])")
            texts, origin = [short_text(link) or "" for link in linked if len(linked) <= MOST_TAGS], "structure"
        lines = [line for text in texts if (line := clean_line(text))]
        self.origins["tags"] = origin if lines else "none"
        return list(dict.fromkeys(lines))

    def _rule_lead(self) -> str | None:
        """Return the lead that the site's rule finds, without what ``drop`` leaves out of it (a place, a logo)."""
        for element in self.find.first(self.rules.lead):
            text = element if isinstance(element, str) else " ".join(block.text for block in self._read(element).blocks)
            if line := clean_line(text):
                self.origins["lead"] = "rule"
                return line
        return None

    def _lead(self, lead: str | None, blocks: list[Block], title: str | None) -> str | None:
        """Return ``lead`` unless it is only the head of the text; take it out of the text where it stands there."""
        if (
            lead is None
            or (title and same_text(lead, title))
            or lead.casefold() == (self._publisher() or "").casefold()
        ):
            return None  # a description that is only the title or the name of the site
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

    def _first_as_lead(self, description: str | None, blocks: list[Block]) -> str | None:
        """Return the text's first paragraph where that is the page's description, and set off as its lead."""
        if description is None or len(blocks) < 3 or not same_text(blocks[0].text, description):
            return None
        lead = self._pop_lead(blocks)
        if lead is not None:  # what stood between it and the text is at the beginning now
            blocks[:] = without_scraps(blocks)
        return lead

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
            stated = self._stated_body()
            if sum(len(block.text) for block in stated) > 1.5 * sum(len(block.text) for block in content.blocks):
                content.blocks, origin = stated, "jsonld"
            if self.rules.body is None and sum(len(block.text) for block in content.blocks) < LITTLE_TEXT:
                content.blocks = self._body_in_data() or content.blocks
        self.origins["body"] = origin if content.blocks else "none"
        return content

    def _by_structure(self, title: str | None) -> Content:
        sizes = sizes_in(self.root)
        others = self.others = find_others(self.root, sizes, title)
        live = is_live(self.node) or self._named_live()
        element = self.body = find_body(self.root, sizes, live=live, others=others)
        self.is_list = element is not None and not live and is_list(element, sizes, self.document.url)
        content = self._read(element, find_noise(element, sizes) | others) if element is not None else Content()
        content.blocks = prune(content.blocks, title)
        if self.rules.body is None and not others:  # which the other reader would take for text of this one
            content.blocks = prune(second_opinion(self.document, content.blocks), title)
        return content

    def _named_live(self) -> bool:
        """Whether the page calls itself a live blog, in its address or on its body."""
        body = self.root.find("body")
        names = body.get("class", "") if body is not None else ""
        return _LIVE.search(urlsplit(self.document.url).path) is not None or _LIVE.search(names) is not None

    def _body_in_data(self) -> list[Block]:
        """Return the text that stands in the page's data alone, for scripts to show: its longest piece of markup."""
        markup = max(markup_in_data(self.root), key=len, default="")
        if len(markup) < LITTLE_TEXT or has_heavy_tag(markup.encode("utf-8", "replace")):
            return []
        return read_blocks(html.fragment_fromstring(markup, create_parent="div"), self.base).blocks

    def _stated_body(self) -> list[Block]:
        """Return the JSON-LD body: whole where the page shows a part, but often without paragraphs.

        A live blog's is its entries, each under its headline.
        """
        blocks = self._stated_text("\n\n".join(strings(self.node.get("articleBody"))))
        if is_live(self.node):
            for headline, text in live_updates(self.node):
                line, entry = clean_line(headline or ""), self._stated_text(text)
                if line and entry and not entry[0].text.startswith(line):
                    blocks.append(Block(line, "heading"))
                blocks += entry
        return blocks

    def _stated_text(self, text: str) -> list[Block]:
        if re.search(r"<(?:p|br|div)\b", text):
            if has_heavy_tag(text.encode("utf-8", "replace")):
                return []
            return read_blocks(html.fragment_fromstring(text, create_parent="div"), self.base).blocks
        return [Block(line) for part in text.split("\n") if (line := clean_line(part))]

    def _by_selector(self) -> Content:
        whole = Content()
        seen: set[etree._Element] = set()
        for element in self.find.first(self.rules.body):
            if any(ancestor in seen for ancestor in element.iterancestors()):
                continue
            seen.add(element)
            content = self._read(element)
            whole.blocks += content.blocks
            whole.images += content.images
        return whole

    def _read(self, element: etree._Element, noise: frozenset[etree._Element] = frozenset()) -> Content:
        rules = self.rules
        drop = self.find.within(element, rules.drop) if rules.drop else noise
        figures = self.find.within(element, rules.figures)
        return read_blocks(element, self.base, drop=drop, figures=figures, line_breaks=rules.line_breaks, hrefs=False)

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
        for element in self.find.all(self.rules.images):
            images += self._read(element).images
        return images

    def _lead_figures(self) -> list[Image]:
        figures = find_lead_figures(self.root, self.body) if self.rules.body is None else []
        return [image for figure in figures for image in self._read(figure).images]

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
        if self.node.get("headline"):
            return True
        if self.is_list and not self.metas.get("article:published_time"):  # which archives do not state
            return False
        if "article" in kind:
            return True
        return weigh(article.body) > (300 if article.published_raw and kind != "website" else 1500)

    # --- helpers --------------------------------------------------------------------------------

    def _one(self, field: str, css: str | None, keys: Iterable[str], metas: Iterable[str]) -> str | None:
        """Return the first value of a one-line field, and note which layer gave it."""
        layers: tuple[tuple[str, Callable[[], Iterable[str]]], ...] = (
            ("rule", lambda: self.find.texts(css)),
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
        for base in self.find.named("base"):
            href = base.get("href")
            if href is not None and any(above.tag == "head" for above in base.iterancestors()):
                return absolute_url(self.document.url, href) or self.document.url
        return self.document.url


def _split_list(values: Iterable[str]) -> list[str]:
    return [part for value in values for part in re.split("[,;،、]", value) if not part.isspace() and part]


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
