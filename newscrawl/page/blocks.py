"""A body element to blocks of text in reading order, and its pictures.

One pass over the tree, without recursion. A block is what a reader sees as a paragraph: a ``p``, a heading,
a list item, a row of a table, a quote, text between two line breaks. Text of figures is a caption, and goes
to the picture it belongs to.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from newscrawl.items import Image
from newscrawl.page.names import WALL, remembered
from newscrawl.text.clean import clean_line, letters
from newscrawl.text.sources import is_caption_label
from newscrawl.text.urls import absolute_url

_SKIPPED = frozenset(
    "script style noscript template iframe object embed video audio svg canvas form button select input textarea "
    "nav footer aside dialog head map link meta title datalist "
    "amp-ad amp-embed amp-video amp-iframe amp-sidebar amp-social-share amp-audio amp-youtube amp-analytics".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header "
    "hr html li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_KINDS = {"li": "item", "blockquote": "quote", "pre": "paragraph"} | {f"h{n}": "heading" for n in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_is_noise = remembered(
    re.compile(
        r"(?:^|[\s_-])(?:related|share|sharing|social|addthis|comments?|fb-comments|adsbygoogle|advert\w*|banner|breadcrumbs?|"
        r"newsletter|"
        rf"{WALL}"
        r"|promo|recommend\w*|sponsor\w*|video-?js|player|audio-?player|tts-player|popup|cookie\w*|"
        r"kg-bookmark-card|sr-only|visually-hidden|screen-reader-text|readmore|read-more|outbrain|taboola)(?=$|[\s_-])",
        re.IGNORECASE,
    )
)
is_caption_name = remembered(
    re.compile(
        r"(?:^|[\s_-])(?:(?:image|img|photo|picture|media|figure|wp|article)[-_]+)*"
        r"(?:captions?|caption-?text|figcaption|(?:image|img|photo|picture|media)[-_]?legende?|photo[-_]?desc\w*|photo[-_]?credit|image[-_]?credit|img[-_]?desc\w*)(?=$|[\s_-])",
        re.IGNORECASE,
    )
)
is_credit_name = remembered(
    re.compile(
        r"(?:^|[\s_-])(?:credits?|copyright|photographer|attribution|(?:photo|image|img|picture|media)[-_]?(?:author|source|by))"
        r"(?=$|[\s_-])",
        re.IGNORECASE,
    )
)
_LAZY = (
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-lazy",
    "data-echo",
    "data-gl-src",
    "data-srcset",
    "data-lazy-srcset",
    "srcset",
    "src",
)
_UNSEEN = re.compile(r"sr-only|visually-hidden|screen-reader-text", re.IGNORECASE)
_NO_PHOTO = remembered(
    re.compile(r"(?:^|[\s_-])(?:emoji|wp-smiley|smiley|avatar|gravatar|favicon)(?=$|[\s_-])", re.IGNORECASE)
)
_NOT_A_PICTURE = re.compile(
    r"^data:|/(?:blank|spacer|pixel|transparent|loading|placeholder|1x1)[\w.-]*\.(?:gif|png|svg)|\.svg(?:\?|$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[(\[（]?\s*(?:(?:nguồn(?:\sảnh)?|ảnh(?:\s(?:minh\sh[oọ][aạ]|tư\sliệu))?|cr[ée]dits?\sphotos?|"
    r"(?:image|photo|picture)\scredits?|photograph|photo|foto|image|bild|source|quelle|kilde|fuente|fonte|sumber|sursa|"
    r"источник|фото|出典|写真|출처|사진|المصدر|الصورة|صورة|تصوير|फोटो|फ़ोटो|स्रोत|ภาพ|ที่มา|ພາບ|រូបថត|ছবি|צילום|zdjęcie|fot|fénykép|fotó|zdroj|źródło|"
    r"forrás|credit|©)[\s\u200f]*[:：៖]\s*|"
    r"(?:(?<=[(\[])|(?<=[.|–-]\s)|(?<!.))photo(?:graph)?s?\sby\s+(?=(?-i:[A-ZÀ-Ỹ]))|©\s*)"
    r"(?P<credit>[^()\[\]]{2,80}?)\s*[)\]）]?[\s|.]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as a reader sees it."""

    text: str
    """One line in normal form."""
    kind: str = "paragraph"
    """``paragraph``, ``heading``, ``item``, ``quote``, ``row`` or ``image`` (the alternative text of a picture)."""
    hrefs: tuple[str, ...] = ()
    """Absolute addresses that the block links to; of a picture its own address."""
    linked: bool = False
    """Whether the block is nothing but a link."""
    element: etree._Element | None = field(default=None, compare=False, repr=False)
    """The element that holds the text, for rules on place."""


@dataclass(slots=True)
class Content:
    """What one pass over an element finds."""

    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)


def read_blocks(
    element: etree._Element,
    base: str,
    *,
    drop: frozenset[etree._Element] = frozenset(),
    figures: frozenset[etree._Element] = frozenset(),
    line_breaks: bool = False,
    alts: bool = False,
    hrefs: bool = True,
) -> Content:
    """Return the blocks and pictures inside ``element``.

    ``drop`` are elements to leave out and ``figures`` elements whose text is caption, beside those that
    structure tells. ``line_breaks``: every ``br`` parts paragraphs, not only two in a row. ``alts``: yield a block
    of kind ``image`` for each picture in its place, with its alternative text (maybe empty). ``hrefs``: whether to say
    what blocks link to.
    """
    walk = _Walk(base, drop, figures, line_breaks, alts, hrefs)
    walk.run(element)
    return walk.content


_SAID = ("-", "–", "—", "PV", "Hỏi")
"""What begins a question or an answer."""

LONGEST_CAPTION = 250
"""Letters of a caption outside a figure."""

ENCIPHERED = "encrypted-content"
"""The class of text that a page holds enciphered."""

_STOPS = (".", "!", "?", "。")
LONGEST_CREDIT = 80
"""Letters of a credit outside a figure."""

MAX_TOKENS = 200
"""Parts of a ``srcset`` that are read."""

MAX_PICTURES = 2000
"""Pictures of a body whose addresses are read; no article has so many."""


class _Walk:
    def __init__(
        self,
        base: str,
        drop: frozenset[etree._Element],
        figures: frozenset[etree._Element],
        line_breaks: bool,
        alts: bool,
        hrefs: bool,
    ) -> None:
        self.base, self.drop, self.figures = base, drop, figures
        self.line_breaks, self.alts, self.with_hrefs = line_breaks, alts, hrefs
        self.content = Content()
        self.parts: list[str] = []
        self.hrefs: list[str] = []
        self.in_link = 0
        self.link_length = 0
        self.kinds: list[str] = []
        self.breaks = 0
        self.figure: list[etree._Element] = []
        self.captions: list[str] = []
        self.credits: list[str] = []
        self.credit: etree._Element | None = None
        """The element of a credit that is being walked."""
        self.pictured = False
        """Whether nothing but captions followed the last picture."""
        self.pending: list[Image] = []
        self.pictures = 0
        self.cells: list[list[Block]] = []
        self.kept: set[str] = set()
        self.unframed = False
        """Whether a picture outside of figures was the last thing met: what is slanted below it is its caption."""

    def run(self, top: etree._Element) -> None:
        """Walk ``top`` in document order; an explicit stack, since pages nest deeper than Python recurses."""
        stack: list[tuple[etree._Element, bool]] = [(top, False)]
        while stack:
            element, leaving = stack.pop()
            if leaving:
                self.leave(element)
                if element is not top:
                    self.add(element.tail)
                continue
            if not isinstance(element.tag, str) or (element is not top and self.skips(element)):
                self.add(element.tail)
                continue
            self.enter(element)
            self.add(element.text)
            if len(element):
                stack.append((element, True))
                stack.extend([(child, False) for child in reversed(element)])
                continue
            self.leave(element)
            if element is not top:
                self.add(element.tail)
        self.flush(None)
        self.close_figure()

    def skips(self, element: etree._Element) -> bool:
        if element.tag in _SKIPPED or element in self.drop:
            return True
        if not element.attrib:
            return False
        get = element.get
        if get("hidden") is not None or (get("aria-hidden") == "true" and element.tag != "figcaption"):
            return True
        style = get("style")
        if style and _HIDDEN_STYLE.search(style):
            return True
        names = f"{get('class', '')} {get('id', '')}"
        if len(names) > 1 and _is_noise(names) and not _mostly_text(element):
            return not self.is_said_of_picture(element) or _UNSEEN.search(names) is not None
        return len(names) > 1 and is_enciphered(element)

    def is_said_of_picture(self, element: etree._Element) -> bool:
        """Whether an element in a figure is caption or credit, whatever else its name says."""
        if not self.figure:
            return False
        names = element.get("class", "")
        in_caption = element.tag == "figcaption" or next(element.iterancestors("figcaption"), None) is not None
        return in_caption or is_caption_name(names) or is_credit_name(names)

    def enter(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "br":
            self.breaks += 1
            if self.line_breaks or self.breaks > 1:
                self.flush(element)
            else:
                self.parts.append(" ")
            return
        if tag in ("img", "amp-img"):
            self.picture(element)
            return
        if tag == "a":
            self.in_link += 1
            href = element.get("href") if self.with_hrefs else None
            if href and (address := absolute_url(self.base, href)):
                self.hrefs.append(address)
            return
        if tag in _BLOCKS:
            self.flush(element)
            if tag in _KINDS:
                self.kinds.append(_KINDS[tag])
            elif tag == "tr":
                self.cells.append([])
        if self.credit is None and self.is_credit(element):
            self.flush(element)
            self.credit = element
        if element in self.figures or tag == "figure" or (tag == "table" and _is_picture_table(element)):
            self.close_figure()
            self.figure.append(element)
        elif not self.figure and is_caption_name(element.get("class", "")) and self.is_alone(tag):
            self.flush(element)
            self.figure.append(element)  # a caption outside a figure: of the picture before it

    def is_credit(self, element: etree._Element) -> bool:
        """Whether an element names who took a picture: named so in a figure, or right below a picture."""
        if self.figure:
            return element.tag == "cite" or is_credit_name(element.get("class", ""))
        return self.pictured and is_credit_name(element.get("class", "")) and self.is_alone(element.tag)

    def is_alone(self, tag: str) -> bool:
        """Whether what is named like a caption is one: a block, or below a picture what begins a line or a cell."""
        if tag in _BLOCKS and not self.cells:
            return True
        return self.pictures > 0 and not any(part.strip() for part in self.parts)

    def leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "a":
            self.in_link -= 1
        elif tag in _BLOCKS:
            self.flush(element)
            if tag in _KINDS:
                self.kinds.pop()
            elif tag == "tr" and self.cells:
                self.row(element, self.cells.pop())
        if self.credit is element:
            self.flush(element)
            self.credit = None
            if not self.figure:
                self.close_figure()
        if self.figure and self.figure[-1] is element:
            if tag not in _BLOCKS:
                self.flush(element)
            self.figure.pop()
            if not self.figure:
                self.close_figure()

    def add(self, text: str | None) -> None:
        if text:
            if self.figure and self.parts and text[:1].isupper() and _is_end(self.parts[-1][-1:]):
                self.parts.append(" ")  # caption and credit, parted by the page's style alone
            self.parts.append(text)
            if self.in_link:
                self.link_length += len(text.strip())
            if self.breaks and not text.isspace():
                self.breaks = 0

    def flush(self, element: etree._Element | None) -> None:
        """End the block under way."""
        self.breaks = 0
        if not self.parts:
            self.hrefs.clear()
            return
        line = clean_line("".join(self.parts))
        hrefs, linked = tuple(self.hrefs), line is not None and self.link_length > 0.8 * len(line)
        self.parts.clear()
        self.hrefs.clear()
        self.link_length = 0
        if line is None:
            return
        if self.credit is not None and (self.figure or _is_short_credit(line)):
            self.credits.append(line)
            return
        if self.figure:
            self.captions.append(line)
            self.unframed = False
            return
        self.pictured = False
        if self.cells:
            self.cells[-1].append(Block(line, "paragraph", hrefs, linked, element))
        elif self.unframed and _is_slanted(element, line) and (self.content.blocks or not line.endswith(".")):
            self.captions.append(line)
            self.close_figure()
        else:
            kind = self.kinds[-1] if self.kinds else "paragraph"
            self.content.blocks.append(Block(line, kind, hrefs, linked, element))
        self.unframed = False

    def row(self, element: etree._Element, cells: list[Block]) -> None:
        if self.cells:
            self.cells[-1].extend(cells)
        elif len(cells) == 1 or not _is_data_row(element):
            self.content.blocks.extend(cells)
        elif cells:
            self.content.blocks.append(Block(" | ".join(cell.text for cell in cells), "row", element=element))

    def picture(self, element: etree._Element) -> None:
        self.pictures += 1
        address = picture_url(element, self.base) if self.pictures <= MAX_PICTURES else None
        if self.alts:
            self.flush(None)
            alt = clean_line(element.get("alt") or "") or ""
            self.content.blocks.append(Block(alt, "image", (address,) if address else (), False, element))
        if address is None:
            return
        image = Image(address)
        if self.figure:
            self.pending.append(image)
        else:
            self.keep(image)
            self.pictured = True
            self.unframed = not (self.alts or self.in_link or self.parts)

    def close_figure(self) -> None:
        """Give the captions gathered to the last picture of the figure."""
        for image in self.pending:
            self.keep(image)
        last = self.content.images[-1] if self.content.images else None
        target = self.pending[-1] if self.pending else last
        if target is not None and self.captions and target.caption is None:
            target.caption, target.credit = _caption(self.captions)
        if target is not None and self.credits and target.credit is None and (self.pending or self.pictured):
            said, named = split_credit(" ".join(dict.fromkeys(self.credits)))
            target.credit = named or (said and re.sub(r"^\((.*)\)$", r"\1", said))
            target.caption = target.caption or (said if named else None)
        self.pictured = target is not None and bool(self.pending or self.captions or self.credits)
        self.pending, self.captions, self.credits = [], [], []

    def keep(self, image: Image) -> None:
        if image.url not in self.kept:
            self.kept.add(image.url)
            self.content.images.append(image)


def picture_url(element: etree._Element, base: str) -> str | None:
    """Return the address of the picture that an ``img`` shows, lazy loading seen through; ``None`` for none."""
    if _NO_PHOTO(element.get("class", "")) or _is_dot(element):
        return None
    value = next((value for one in _stand_ins(element) if (value := _stated_picture(one))), None)
    try:
        return absolute_url(base, urljoin(base, value)) if value else None
    except ValueError:
        return None


def _stand_ins(element: etree._Element) -> Iterator[etree._Element]:
    """Yield an ``img``, then what says for it what it shows: its ``picture``'s sources, a ``noscript`` behind it."""
    yield element
    above = islice(element.iterancestors(), 6)  # the parser puts what follows a ``source`` into it
    if (picture := next((one for one in above if one.tag == "picture"), None)) is not None:
        yield from islice(picture.iter("source"), 5)
    behind = element.getnext()
    if behind is not None and behind.tag == "noscript":
        yield from islice(behind.iter("img"), 1)


def _stated_picture(element: etree._Element) -> str | None:
    for name in _LAZY:
        value = (element.get(name) or "").strip()
        if value and name.endswith("srcset"):
            value = _largest(value)
        if value and not _NOT_A_PICTURE.search(value):
            return value
    return None


def _largest(srcset: str) -> str:
    """Return the address of the largest picture in a ``srcset``, ``""`` for none.

    >>> _largest("/w_400,c_limit/a.jpg 400w, /w_1600,c_limit/a.jpg 1600w, /a.jpg 800w")
    '/w_1600,c_limit/a.jpg'
    """
    best, largest = "", -1.0
    for address, size in _candidates(srcset):
        number = size.rstrip("wxh")
        weight = float(number) if number.replace(".", "", 1).isdecimal() else 1.0
        if weight > largest:
            best, largest = address, weight
    return best


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Yield address and first descriptor of each picture in a ``srcset``; an address may hold commas.

    As HTML parts them: https://html.spec.whatwg.org/#parse-a-srcset-attribute.
    """
    address, is_said = "", False
    for token in srcset.split()[:MAX_TOKENS]:
        if is_said or address:
            size, comma, token = token.partition(",")
            if not is_said:
                yield address, size
            address, is_said = "", not comma
        if is_said or not (token := token.lstrip(",")):
            continue
        if token.endswith(","):
            yield token.rstrip(","), ""
        else:
            address = token
    if address:
        yield address, ""


def _is_dot(element: etree._Element) -> bool:
    """Whether a picture is a point wide or high, or two both: it counts who sees it."""
    sides = [(element.get(side) or "").strip() for side in ("width", "height")]
    return not {"0", "1"}.isdisjoint(sides) or sides == ["2", "2"]


def split_credit(caption: str | None) -> tuple[str | None, str | None]:
    """Return a caption without its credit, and the credit.

    >>> split_credit("The bridge at night. (Nguồn: KCNA)")
    ('The bridge at night.', 'KCNA')
    """
    if caption is None:
        return None, None
    found = _CREDIT.search(caption)
    if not found:
        return caption, None
    return clean_line(caption[: found.start()].rstrip(" -–—|(")), clean_line(found["credit"])


def join(blocks: Iterable[Block]) -> str | None:
    """Return the texts of ``blocks``, parted by one blank line; ``None`` for none."""
    return "\n\n".join(block.text for block in blocks) or None


def _caption(lines: list[str]) -> tuple[str | None, str | None]:
    """Return caption and credit of a figure from the lines in it, each once."""
    texts: list[str] = []
    seen: set[str] = set()
    credit: str | None = None
    for line in (line.strip(" |") for line in lines):
        text, named = split_credit(clean_line(line))
        credit = credit or named
        if text and not is_caption_label(text) and (said := letters(text)) not in seen:
            texts.append(text)
            if said:  # rules of dashes and the like may repeat
                seen.add(said)
    return clean_line(" ".join(texts)), credit


def _is_picture_table(table: etree._Element) -> bool:
    """Whether a table does nothing but hold pictures with their captions: at most four short rows."""
    if table.find(".//img") is None:
        return False
    rows = table.findall(".//tr")
    return len(rows) <= 4 and sum(len(text) for text in table.itertext("*")) < 600


def _is_slanted(element: etree._Element | None, line: str) -> bool:
    """Whether a block's ``line`` is all in italics, and as short as a caption."""
    if element is None or len(line) > LONGEST_CAPTION or line.endswith("?") or line.startswith(_SAID):
        return False
    slanted = sum(len("".join(part.itertext("*")).strip()) for part in islice(element.iter("em", "i"), 4))
    return slanted >= 0.95 * len(line)


def is_enciphered(element: etree._Element) -> bool:
    """Whether an element holds text made unreadable for who does not pay, as TownNews' pages have it: no text."""
    return ENCIPHERED in element.get("class", "")


def _is_short_credit(line: str) -> bool:
    """Whether a line below a picture, named like a credit, is one and no sentence."""
    return (len(line) <= LONGEST_CREDIT and not line.endswith(_STOPS)) or split_credit(line)[1] is not None


def _is_end(char: str) -> bool:
    """Whether a word may end so, and no capital follows it but that of another."""
    return char.islower() or char in (".", "!", "?", ")", "”", '"')


def _is_data_row(row: etree._Element) -> bool:
    return sum(1 for cell in row if cell.tag in ("td", "th")) > 1


def _mostly_text(element: etree._Element) -> bool:
    """Whether an element named like noise holds the article after all: much text, little of it linked."""
    texts = 0
    for text in _p_texts(element):
        texts += len(text)
        if texts > 3000:
            break  # enough to judge by, and nested wrappers are not summed again and again
    if texts <= 600:
        return False
    linked = 0
    for link in element.iter("a"):
        linked += len("".join(link.itertext("*")))
        if linked >= texts / 4:
            return texts > 3000 and linked < texts  # of a long text only the beginning was summed
    return True


def _p_texts(element: etree._Element) -> Iterator[str]:
    for paragraph in element.iter("p"):
        yield "".join(paragraph.itertext("*"))
