"""Pages that carry another paper's article: source line under the title, source label at the end.

Class names of such platforms change and are not all known, so structure decides: what stands between title,
source line, label, comment counter and empty widgets. A body selector, where it matches, only narrows that.

::

    <title>                     h1
    [<lead>]                    newer pages
    <Source><Source>14/09/2024  name as logo and text, day
    [<lead>] [ad_1]             older pages
    ... body ...  [ad_2]
    <author?><label>: <address>
    <comments> (0)  No data  <related>  <footer>
"""

from dataclasses import dataclass, field

from lxml import etree

from newscrawl.items import Image
from newscrawl.page.blocks import Block, Content, read_blocks, split_credit
from newscrawl.page.document import Document
from newscrawl.page.rules import ArticleRules
from newscrawl.page.select import select
from newscrawl.text.clean import clean_line, same_text
from newscrawl.text.sources import (
    SourceLabel,
    is_comment_counter,
    is_empty_list,
    is_junk_line,
    is_title_of,
    read_source_label,
    read_source_line,
    resolve_source,
    strip_placeholders,
)
from newscrawl.text.urls import registered_host

HEAD_BLOCKS = 14
"""How far below the title the source line may stand, in blocks."""

TAIL_BLOCKS = 12
"""How far above the comment counter a source label may stand, in blocks."""


@dataclass(slots=True)
class Republished:
    """The parts of a republished article as they stand on the page."""

    lead: str | None = None
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    source_name: str | None = None
    day: str | None = None
    authors: list[str] = field(default_factory=list)
    labelled: bool = False
    """Whether the page has a source label."""
    source_url: str | None = None
    """The address as printed, or as linked where only the link has it, or has it undamaged."""
    placeholders: list[str] = field(default_factory=list)
    """Ad placeholders as they stood in the text, now gone from it."""


def read_republished(
    document: Document, rules: ArticleRules, title: str | None, slug: str | None, description: str | None
) -> Republished:
    """Read a republished article by its structure.

    ``slug`` is the page's own, made from the untranslated title; ``description`` the page's meta
    description, which tells a lead from a first paragraph.
    """
    page = Republished()
    content = _content(document, rules)
    blocks = _below_title(content.blocks, title)
    head, rest = _split_head(blocks, page)
    container = _container(document.root, rules, rest)
    end = next((at for at, block in enumerate(rest) if _ends(block)), len(rest))
    body, label = _split_tail(rest, end, container, document.url)
    _take_label(page, label, slug)
    _take_lead(page, head, body, container, description)
    _take_body(page, body, content.images, slug)
    return page


def _content(document: Document, rules: ArticleRules) -> Content:
    body = document.root.find("body")
    top = document.root if body is None else body
    drop = frozenset(select(top, rules.drop)) if rules.drop else frozenset()
    return read_blocks(top, document.url, drop=drop, alts=True)


def _below_title(blocks: list[Block], title: str | None) -> list[Block]:
    for at, block in enumerate(blocks):
        if block.element is not None and block.element.tag == "h1":
            return blocks[at + 1 :]
    for at, block in enumerate(blocks):
        if title is not None and block.kind != "image" and same_text(block.text, title):
            return blocks[at + 1 :]
    return blocks


def _split_head(blocks: list[Block], page: Republished) -> tuple[list[Block], list[Block]]:
    """Find the source line; return what stands above and below it."""
    for at, block in enumerate(blocks[:HEAD_BLOCKS]):
        line = read_source_line(block.text) if block.kind != "image" else None
        if line is None:
            continue
        page.day, name, start = line.day, line.name, at
        while start and len(blocks[start - 1].text) <= 80 and at - start < 3:
            before = blocks[start - 1]
            if name is None and (before.kind == "image" or before.text) and read_source_line(before.text) is None:
                name = before.text or None
            elif not (before.text == "" or (name and same_text(before.text, name))):
                break
            start -= 1
        page.source_name = _undouble(name)
        return blocks[:start], blocks[at + 1 :]
    return [], blocks


def _undouble(name: str | None) -> str | None:
    """Return a name once that is printed twice: ``Báo Quốc TếBáo Quốc Tế``."""
    if name is None:
        return None
    half = len(name) // 2
    return name[half:].strip() if same_text(name[:half], name[half:]) else name


def _container(root: etree._Element, rules: ArticleRules, rest: list[Block]) -> frozenset[etree._Element]:
    """Return every element inside the body element, empty when no selector of the site matches usefully."""
    if rules.body is None:
        return frozenset()
    for found in select(root, rules.body):
        inside = frozenset(found.iter(etree.Element))
        if sum(len(block.text) for block in rest if block.element in inside) > 200:
            return inside
    return frozenset()


def _ends(block: Block) -> bool:
    return block.kind != "image" and (is_comment_counter(block.text) or is_empty_list(block.text))


def _split_tail(
    rest: list[Block], end: int, container: frozenset[etree._Element], url: str
) -> tuple[list[Block], SourceLabel | None]:
    """Cut what follows the text; return the text's blocks and what its source label says."""
    home = registered_host(url)
    first = max(0, end - TAIL_BLOCKS)
    if container:
        inside = [at for at, block in enumerate(rest) if block.element in container]
        first = min(first, max(0, inside[-1] - TAIL_BLOCKS)) if inside else first
    for at in range(end - 1, first - 1, -1):
        label = _label(rest[at], home, known_only=True)
        if label:
            return _inside(rest[:at], container), label
    # A language never seen: the line right above the comment counter, or the last one of the body element.
    last = end - 1
    while last > first and rest[last].kind == "image":
        last -= 1
    if last >= 0 and end < len(rest) and (label := _label(rest[last], home, known_only=False)):
        return _inside(rest[:last], container), label
    return _inside(_without_menus(rest[:end]), container), None


def _label(block: Block, home: str, *, known_only: bool) -> SourceLabel | None:
    if block.kind in ("image", "row"):
        return None
    away = tuple(href for href in block.hrefs if registered_host(href) != home)
    return read_source_label(block.text, away, known_only=known_only)


def _inside(blocks: list[Block], container: frozenset[etree._Element]) -> list[Block]:
    """Keep what belongs to the body element, and what stands between the source line and it (a lead)."""
    if not container:
        return blocks
    begun = False
    kept = []
    for block in blocks:
        inside = block.element in container
        begun = begun or inside
        if inside or not begun:
            kept.append(block)
    return kept


def _without_menus(blocks: list[Block]) -> list[Block]:
    """Drop link lists and stray words from the end, where nothing else marks it."""
    end = len(blocks)
    while end and (
        blocks[end - 1].linked
        or blocks[end - 1].kind == "image"
        or (len(blocks[end - 1].text) < 30 and blocks[end - 1].text[-1:] not in '.!?。！？”"।។ฯ…')
    ):
        end -= 1
    return blocks[:end]


def _take_label(page: Republished, label: SourceLabel | None, slug: str | None) -> None:
    if label is None:
        return
    page.labelled, page.source_url = True, label.url
    if label.url is not None and resolve_source(label.url, slug, labelled=True).status != "exact":
        sound = (url for url in label.links if resolve_source(url, slug, labelled=True).status == "exact")
        page.source_url = next(sound, label.url)
    if label.author:
        page.authors = [label.author]


def _take_lead(
    page: Republished,
    head: list[Block],
    body: list[Block],
    container: frozenset[etree._Element],
    description: str | None,
) -> None:
    above = [block.text for block in head if block.kind != "image" and not block.linked and len(block.text) > 20]
    if above:
        page.lead, marks = strip_placeholders(" ".join(above))
        page.placeholders += marks
    first = next((at for at, block in enumerate(body) if block.kind == "paragraph"), None)
    if first is None:
        return
    text, marks = strip_placeholders(body[first].text)
    outside = bool(container) and body[first].element not in container
    described = description is not None and len(text) > 20 and _begins_alike(text, description)
    if page.lead is None and (outside or marks or described) and len(body) > first + 1:
        page.lead = text
        page.placeholders += marks
        del body[first]
    elif page.lead is not None and same_text(text, page.lead):
        del body[first]


def _begins_alike(text: str, description: str) -> bool:
    size = min(len(text), len(description.rstrip("….")), 120)
    return size > 20 and same_text(text[:size], description[:size])


def _take_body(page: Republished, body: list[Block], images: list[Image], slug: str | None) -> None:
    """Fill the text and pictures; captions, file names and untranslated titles are no text."""
    by_url = {image.url: image for image in images}
    picture: Image | None = None
    caption: str | None = None
    alternative = ""
    begun = False
    for block in body:
        if block.kind == "image":
            picture = by_url.get(block.hrefs[0]) if block.hrefs else None
            alternative, caption = block.text, None
            if picture is not None and picture not in page.images and not (block.linked or _is_teaser(block)):
                page.images.append(picture)
            continue
        text, marks = strip_placeholders(block.text)
        page.placeholders += marks
        text = text.strip(" |")
        if not text or is_junk_line(text, slug) or (block.linked and (block.kind != "item" or not begun)):
            continue  # a line that is nothing but a link names another article
        if caption is not None and same_text(text, caption):
            continue
        if (alternative or picture) and _is_caption(block.text, text, alternative):
            caption = text
            if picture is not None and picture.caption is None:
                picture.caption, picture.credit = split_credit(clean_line(text))
            continue
        picture, alternative, caption, begun = None, "", None, True
        page.blocks.append(Block(text, block.kind, block.hrefs, block.linked, block.element))
    while page.blocks and page.blocks[-1].linked:
        page.blocks.pop()
    for image in page.images:
        if image.caption and is_title_of(image.caption, slug):
            image.caption = None
    _take_author(page)


def _is_caption(printed: str, text: str, alternative: str) -> bool:
    if len(text) > 400:
        return False
    return same_text(text, alternative) or printed.rstrip().endswith("|") or split_credit(text)[1] is not None


def _is_teaser(block: Block) -> bool:
    """Whether a picture belongs to the carousel of other stories: ``[Photo] …``."""
    return block.text.startswith("[")


def _take_author(page: Republished) -> None:
    """A last line that is nothing but a name is the author's."""
    if page.authors or len(page.blocks) < 3:
        return
    words = page.blocks[-1].text.split()
    if 2 <= len(words) <= 5 and all(word[:1].isupper() and word.isalpha() and len(word) <= 9 for word in words):
        page.authors = [page.blocks.pop().text]
