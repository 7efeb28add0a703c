"""Where a republished text came from: source lines, source labels, junk lines, damaged addresses.

An aggregator's page names its paper and day in one line (``Báo Quốc TếBáo Quốc Tế14/09/2024``), ends with
the address of the original behind a label in the page's language (``Kilde: https://…``), and is strewn with
what a machine translated though it was no text (``[annonse_2]``). These are rules on single lines.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import unquote, urlsplit, urlunsplit

from newscrawl.text.clean import is_file_name, slugify
from newscrawl.text.identity import is_article_key
from newscrawl.text.urls import absolute_url, article_id, identity_key

LABELS = (
    # one word for "source" a language, then the longer forms seen or likely; matched without case
    "nguồn", "source", "quelle", "fuente", "fonte", "sursă", "sursa", "sumber", "kilde", "källa", "bron", "lähde",
    "źródło", "zdroj", "forrás", "kaynak", "izvor", "pinagmulan", "πηγή", "источник", "джерело", "крыніца",
    "出典", "ソース", "情報源", "引用元", "출처", "원천", "소스", "来源", "來源", "资料来源", "消息来源",
    "المصدر", "مصدر", "منبع", "מקור", "स्रोत", "সূত্র", "উৎস", "แหล่งที่มา", "ที่มา", "แหล่งข้อมูล",
    "ແຫຼ່ງຂໍ້ມູນ", "ແຫຼ່ງທີ່ມາ", "ແຫຼ່ງ", "ប្រភព", "အရင်းအမြစ်", "эх сурвалж",
    "source link", "nguồn tin", "link nguồn", "ソースリンク", "kildelenke", "lien source", "enlace de origen",
    "quellenlink", "quelllink", "ссылка на источник", "소스 링크", "link sumber", "link da fonte",
)  # fmt: skip
"""Words before the address of the original, as translated; for a language not listed, position decides."""

_AD_WORDS = (
    "ad|ads|annonse|annonce|anzeige|werbung|anuncio|anúncio|publicité|publicidade|pub|reklama|reklám|hirdetés|iklan|"
    "advertentie|annons|mainos|quảng cáo|реклама|объявление|оголошення|διαφήμιση|広告|광고|广告|廣告|إعلان|اعلان|"
    "آگهی|פרסומת|מודעה|विज्ञापन|বিজ্ঞাপন|โฆษณา|ໂຄສະນາ|ពាណិជ្ជកម្ម|ការផ្សាយពាណិជ្ជកម្ម|ilan|reklamă|anunț"
)
# The auto-import template of the WordPress years: "[ad_1] text [ad_2]", translated with the text.
_PLACEHOLDER_SURE = re.compile(
    rf"\[\s*(?:(?:{_AD_WORDS})\s*[_ ]?\s*[12１２]|[^\[\]\d\s]{{1,24}}_[12])\s*\]", re.IGNORECASE
)
_PLACEHOLDER_SHAPE = r"\[\s*[^\[\]\d\s]{1,20}[_ ]?[12１２]\s*\]"
_PLACEHOLDER_EDGE = re.compile(rf"^\s*{_PLACEHOLDER_SHAPE}|{_PLACEHOLDER_SHAPE}\s*$")
# A word with a number or an underscore; [12] is a reference, [sic] a remark.
_ODD_BRACKET = re.compile(r"\[(?=[^\[\]]*[^\W\d_])(?=[^\[\]]*[\d_])[^\[\]\n]{2,24}\]")

_DAY = r"(?P<day>\d{1,2}/\d{1,2}/\d{4})"
_DOUBLED = re.compile(rf"^(?P<name>\D.{{0,79}}?)\s*(?P=name)\s*{_DAY}$", re.IGNORECASE)
_SINGLE = re.compile(rf"^(?P<name>[^\d\W][^\d]{{0,79}}?)\s*{_DAY}$")
_BARE_DAY = re.compile(rf"^{_DAY}$")

_TOP = "vn|com|net|org|info|kp|ru|cn|jp|kr|edu|gov|asia"
_URL = re.compile(
    rf"https?\s?[:：]\s?/\s?/?\s?\S+|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:{_TOP})(?:/\S*|(?=\W*$))", re.IGNORECASE
)
"""An address as it may be printed: parted at its scheme, or without one; then a host alone only at the line's end."""
_ENDING = r"\.\s?(?:html?|vnp|vov|tpo|ldo|aspx|php)\b"
_ENDED = re.compile(f"{_ENDING}$", re.IGNORECASE)
_LOOSE_ENDING = re.compile(r"\s(?:html?|vnp|vov|tpo|ldo|aspx|php)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"[\sA-Za-z0-9%_/.-]{1,400}")
_TO_ITS_NUMBER = re.compile(
    rf"(?:.*?[-_/ ]\s?)??(?:post|[idan])?\d{{5,}}\s?{_ENDING}|(?:.*?[-_/])(?:post|[idan])?\d{{5,}}(?=[.\s]*$)",
    re.IGNORECASE | re.DOTALL,
)
_HOST_WITHIN = re.compile(rf"\w\.(?:{_TOP})\b(?![\w.])", re.IGNORECASE)
_SPACED = re.compile(" ?([/.?&=-]) ?")
_PRINTED = re.compile("(?:(https?) ?[:：])?[ /]*([^/?#]*)(.*)", re.IGNORECASE)
_COLON = r"\s*[:：៖]?\s*"
_LABEL_END = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, LABELS), key=len, reverse=True))}){_COLON}$", re.IGNORECASE
)
_UNKNOWN_LABEL = re.compile(r"^(?:\S+\s?){1,3}?\s*[:：៖]$")
_COUNTER = re.compile(r"^[^\d()（）]{2,40}[(（]\s*[\d०-९٠-٩]+\s*[)）]$")
_EMPTY_LISTS = {"no data", "no videos available", "nodata"}
_PHOTO_ORDINAL = re.compile(r"(?<!\s)\s*+[-–—]\s*(?:Ảnh|Photo|Foto|Hình)\s*\d+\.?\s*$", re.IGNORECASE)
_CAPTION_LABELS = (
    "chú thích ảnh",
    "사진 설명",
    "写真の説明",
    "写真のキャプション",
    "bildunterschrift",
    "photo caption",
)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """The line under a title that names paper and day."""

    name: str | None
    """Name of the paper as printed; ``None`` when the line holds the day alone."""
    day: str
    """As printed: ``14/09/2024``."""


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """The line at the end of a text that names its original."""

    author: str | None
    """What stood glued before the label: ``HA KIEN`` of ``HA KIENQuelle``."""
    url: str | None
    """The address as printed, or as linked when none is printed; ``None`` for a bare label."""
    links: tuple[str, ...] = ()
    """The addresses linked in the label's line."""


def read_source_line(text: str) -> SourceLine | None:
    """Return name and day of a source line, ``None`` when ``text`` is none.

    >>> read_source_line("Báo Quốc TếBáo Quốc Tế14/09/2024")
    SourceLine(name='Báo Quốc Tế', day='14/09/2024')
    """
    if len(text) > 180:
        return None
    line = text.strip()
    found = _DOUBLED.match(line) or _SINGLE.match(line)
    if found:
        return SourceLine(found["name"].strip(" |·-–"), found["day"])
    bare = _BARE_DAY.match(line)
    return SourceLine(None, bare["day"]) if bare else None


def strip_placeholders(text: str) -> tuple[str, list[str]]:
    """Return ``text`` without ad placeholders, and those as they stood there.

    Anywhere in the line those with a known word or an underscore; at its ends every bracket of that shape.

    >>> strip_placeholders("Møtet ble holdt. [annonse_1]")
    ('Møtet ble holdt.', ['[annonse_1]'])
    """
    if "[" not in text:
        return text, []
    forms: list[str] = []

    def take(found: re.Match[str]) -> str:
        forms.append(found.group().strip())
        return " "

    text = _PLACEHOLDER_EDGE.sub(take, _PLACEHOLDER_SURE.sub(take, text))
    return (text.strip(), forms) if forms else (text, [])


def odd_brackets(text: str) -> list[str]:
    """Return what stands in ``text`` like a placeholder and is of no known form, for a person to look at.

    >>> odd_brackets("Møtet [annons-3] ble holdt [sic] i går [12].")
    ['[annons-3]']
    """
    return _ODD_BRACKET.findall(text) if "[" in text else []


def read_source_label(text: str, hrefs: tuple[str, ...] = (), *, known_only: bool = True) -> SourceLabel | None:
    """Return what a source label says, ``None`` when ``text`` is no such line.

    ``hrefs`` are the addresses that the line links to, off the aggregator. With ``known_only`` false a short
    unknown word counts as label when a colon or an address follows it: for lines whose place is right.

    >>> read_source_label("PV(合成)出典:https://nld.com.vn/a-196250614094923719.htm").author
    'PV(合成)'
    >>> read_source_label("HA KIENQuelle", ("https://a.vn/x-12345.html",))
    SourceLabel(author='HA KIEN', url='https://a.vn/x-12345.html', links=('https://a.vn/x-12345.html',))
    """
    line = text.strip()
    printed = _URL.search(line)
    if printed is None and len(line) > 120:
        return None
    before = line[: printed.start()].rstrip() if printed else line
    label = _LABEL_END.search(before)
    url = _whole(line, printed) if printed else (hrefs[-1] if hrefs else None)
    if label is not None:
        author = before[: label.start()].strip(" -–—|,;(")
        if before[: label.start()][-1:].isalpha() and before[label.start()].islower():
            if url is None:
                return None
            author = ""  # one compound word, such as Ursprungsquelle: names are glued before a capital
        if len(author) > 80 or (url is None and author and not _glued(before, label.start())):
            return None
        if printed and "/" not in printed.group() and not all(word[0].isupper() for word in author.split()):
            return None  # a sentence that ends in the name of a host
        return SourceLabel(author or None, url, hrefs)
    if known_only or len(before) > 40:
        return None
    if (url and (not before or _UNKNOWN_LABEL.match(before) or (hrefs and len(before) <= 24))) or (
        before and _UNKNOWN_LABEL.match(before)
    ):
        return SourceLabel(None, url, hrefs)
    return None


def _whole(line: str, printed: re.Match[str]) -> str:
    """Return the address that begins at ``printed``: up to its number, where spaces came into it before that.

    What goes on is an address if it can be: plain letters, no other host, and a number at its end.
    """
    first, rest = printed.group().strip("[]()<>…., "), _GOES_ON.match(line, printed.end())
    if rest is None or _ENDED.search(first):
        return first
    token, more = printed.group(), rest.group()
    if token.endswith(".") and (ending := _LOOSE_ENDING.match(more)):
        return token + ending.group()
    host, slash, _ = re.sub(r"^https?\W*", "", first, flags=re.IGNORECASE).partition("/")
    cut = token.endswith((".", "/", "-")) or more.lstrip()[:1] in ("/", ".", "-")
    if (not slash and not cut) or (slash and " - " in more and not re.match(r" - \d", more)):
        return first
    found = _TO_ITS_NUMBER.match(more)
    if found is None or ("." in host and _HOST_WITHIN.search(found.group())):
        return first
    return line[printed.start() : printed.end()] + found.group().rstrip()


def _glued(line: str, at: int) -> bool:
    """Whether the label at ``at`` is set off from a name: ``KIENQuelle``, ``Minh Hà Nguồn:``, not ``a good source``."""
    return at <= 40 and (not line[at - 1].isspace() or line.endswith((":", "：", "៖")))


def is_comment_counter(text: str) -> bool:
    """Whether ``text`` is the head of a comment box: ``Kommentar (0)``, ``コメント (0)``."""
    return len(text) <= 60 and bool(_COUNTER.match(text.strip()))


def is_empty_list(text: str) -> bool:
    """Whether ``text`` is what an empty widget prints: ``No data``, ``No videos available``."""
    return text.strip().lower() in _EMPTY_LISTS


def is_junk_line(text: str, slug: str | None) -> bool:
    """Whether a body line is no text: a file name, a caption label, the untranslated title.

    ``slug`` is the page's own, made from the Vietnamese title: a line that slugifies to it is that title.

    >>> is_junk_line("Có gì trong cuộc gặp?", "co-gi-trong-cuoc-gap")
    True
    """
    line = _PHOTO_ORDINAL.sub("", text.strip(" |"))
    if not line or is_file_name(line) or is_caption_label(line):
        return True
    return bool(slug) and is_title_of(line, slug)


def is_caption_label(text: str) -> bool:
    """Whether ``text`` is only the word for a caption, as editors' templates leave it: ``Chú thích ảnh``."""
    return text.strip(" :：.").lower() in _CAPTION_LABELS


def is_title_of(line: str, slug: str | None) -> bool:
    """Whether ``line`` is the title that ``slug`` was made from (slugs may be cut, or end in ``-2``)."""
    if not slug or len(line) > 300:
        return False
    own = slugify(_PHOTO_ORDINAL.sub("", line))
    if len(own) < 12:
        return own != "" and own == slug
    return (
        own == slug
        or re.sub(r"-\d$", "", slug) == own
        or (len(own) > 40 and own.startswith(slug))
        or (len(own) > 30 and slug.startswith(own) and len(own) > 0.8 * len(slug))
    )


# --- addresses -------------------------------------------------------------------------------------

_VIETNAMESE_SYLLABLE = re.compile(
    r"(?:ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|oai|oay|oeo|uoi|uou|uay|uyu|ieu|yeu|ie|ye|ia|ua|uo|oa|oe|oo|ue|uy|ai|ay|ao|au|eo|eu|iu|oi|ui|uu|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_SLUG = re.compile(r"(?P<slug>[^/]*?)[-_/]?(?:post|i|d|a|n)?(?P<id>\d{5,})(?P<end>/?(?:\.\w{2,5})?)$")

SIMILAR = 0.85
"""Slugs at least so alike (Ratcliff/Obershelp) are one slug with letters lost."""

VIETNAMESE = 0.75
"""A slug in which at least this share of the words are Vietnamese syllables was not translated."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an aggregator's text comes from."""

    url: str | None
    """The original's address; ``None`` when unknown or damaged beyond repair."""
    status: str
    """One of ``items.SOURCE_URL_STATUSES``."""
    key: str | None
    """Identity of the original, ``baoquocte.vn/286239``; ``None`` when unknown."""


def resolve_source(raw: str | None, slug: str | None, *, labelled: bool, foreign: bool = False) -> Source:
    """Return the original that the printed address ``raw`` means.

    ``slug`` is the aggregator's own slug of the page, made from the untranslated title. Host and trailing id
    survive translation, the slug may not: it is put back from the page's when it reads as no Vietnamese or as
    the same with letters lost. ``foreign``: the host's slugs are not Vietnamese, so only likeness is judged.

    >>> resolve_source("https://baoquocte.vn/what-is-in-the-gap-286239.html", "co-gi-trong-cuoc-gap", labelled=True)
    Source(url='https://baoquocte.vn/co-gi-trong-cuoc-gap-286239.html', status='repaired', key='baoquocte.vn/286239')
    """
    if not raw:
        return Source(None, "label_only" if labelled else "none", None)
    meant, intact = _as_meant(raw)
    url = absolute_url("https://invalid.invalid/", meant)
    if url is None or "." not in urlsplit(url).netloc or url.startswith("https://invalid.invalid/"):
        return Source(None, "damaged", None)
    try:
        key = identity_key(url)
    except ValueError:  # a host that is no name: "báo..vn"
        return Source(None, "damaged", None)
    parts = urlsplit(url)
    number = article_id(url)
    if number is None:
        if not (foreign or _reads_intact(unquote(parts.path), slug)):
            return Source(None, "damaged", None)
        return Source(url, intact, key if is_article_key(key) else None)  # of a front page or section it is none
    found = _SLUG.search(unquote(parts.path.rstrip("/")))
    if found is None or found["id"] != number:
        return Source(url, intact, key)
    printed = found["slug"].strip("-")
    if not printed or _same_slug(printed, slug):
        return Source(url, intact, key)
    likeness = SequenceMatcher(None, printed, slug or "", autojunk=False).ratio() if slug else 0.0
    if likeness < SIMILAR and (foreign or _reads_intact(printed, slug)):
        return Source(url, intact, key)  # another title, as papers and aggregators often give
    if not slug:
        return Source(None, "damaged", key)
    path = unquote(parts.path)
    mended = path[: found.start("slug")] + slug + path[found.start("slug") + len(found["slug"].rstrip("-")) :]
    return Source(urlunsplit(parts._replace(path=mended)), "repaired", key)


def _as_meant(raw: str) -> tuple[str, str]:
    """Return an address as printed without what parts it, and its status if nothing else is wrong with it.

    Spaces go; between words of the path they were hyphens.
    """
    found = _PRINTED.match(" ".join(raw.split()))
    assert found is not None
    scheme, host, path = (found[1] or "https").lower(), found[2].strip().lower(), found[3]
    whole = host.replace(" ", "")
    if whole != host and not re.fullmatch(rf"[a-z0-9.-]+\.(?:{_TOP})", whole):
        return "", "damaged"  # words, that are of no address
    path, gaps = re.subn(" +", "-", _SPACED.sub(r"\1", path.replace("：", ":")))
    return f"{scheme}://{whole}{path}", "repaired" if gaps or whole != host else "exact"


def _same_slug(one: str, other: str | None) -> bool:
    """Whether two slugs differ in hyphens alone (papers join what others part: ``dongluong``), or one is cut."""
    if not other:
        return False
    a, b = one.lower().replace("-", ""), other.lower().replace("-", "")
    return a == b or (min(len(a), len(b)) >= 30 and (a.startswith(b) or b.startswith(a)))


def _reads_intact(text: str, slug: str | None) -> bool:
    """Whether a slug is plain ASCII and Vietnamese, so that no machine translated it."""
    if not text.isascii():
        return False
    words = [word for word in re.split(r"[^a-z]+", text.lower()) if word]
    if len(words) < 3:
        return True
    known = set((slug or "").split("-"))
    good = sum(word in known or bool(_VIETNAMESE_SYLLABLE.fullmatch(word)) for word in words)
    return good >= VIETNAMESE * len(words)
