"""Text to its one normal form: what a reader sees, and nothing else.

The normal form: HTML entities resolved, Unicode NFC, single spaces, no control characters, no invisible
characters except where a script is written with them: zero-width space between words of Thai, Lao, Khmer and
Burmese, joiners in Arabic, Indic and emoji sequences, direction marks in right-to-left text. Every function is
idempotent.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Literal

# One class of characters that decides whether a text needs any work at all; most lines do not. Latin, Greek, Cyrillic,
# Armenian, kana, Han, Hangul and their signs: none that is invisible, combines or is a space but " ", no "&".
_INERT = (
    "!-%'-;=-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058a\u1e00-\u1fff\u2010-\u2015\u2018-\u201f\u2020-\u2027"
    "\u2030-\u205e\u20a0-\u20bf\u2100-\u214f\u3001-\u3029\u3041-\u3096\u309d-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e"
)
_PLAIN = re.compile(f"(?! )[ {_INERT}]+(?<! )")
_SEPARATORS = re.compile("[\x1c-\x1f]")
"""Spaces to Python, nothing to a reader."""
_PLAIN_PARAGRAPHS = re.compile(f"(?:(?! )[ {_INERT}]++(?<! )(?:\\n\\n(?!\\Z)|\\Z))++")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\d]{1,31});?")
_NESTED = re.compile("&(?:(?:amp|#0{0,4}38|#x0{0,3}26);)+", re.IGNORECASE)
_HALVES = re.compile(
    rb"(?:&#(?:[xX]0*+[dD][89a-fA-F][\da-fA-F]{2}|"
    rb"0*+(?:5529[6-9]|55[3-9]\d{2}|56\d{3}|57[0-2]\d{2}|573[0-3]\d|5734[0-3]));)+"
)
_PILE = re.compile(r"[^\w\s\x00-\x7f]{64,}")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_SPACES = re.compile(r"[\s\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u2800\u3164]+")
_LINE_ENDS = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
# Controls, soft hyphen, Arabic letter mark kept apart, invisible operators, byte order mark, interlinear and
# tag characters, bidirectional embeddings, overrides and isolates (a text's own direction needs none of them).
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1b\x1c-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))  # no characters
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = re.compile("[\u200e\u200f\u061c]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Scripts written without spaces, where U+200B parts words.
_SPACELESS = "\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1950-\u19df\u1a20-\u1aaf\u19e0-\u19ff"
_ZWSP_JUNK = re.compile(f"(?<![{_SPACELESS}])\u200b+|\u200b+(?![{_SPACELESS}])")
_ZWSP_RUN = re.compile("\u200b{2,}")
# Joiners follow a letter or sign of a script that shapes letters (Arabic to Malayalam, Sinhala, Tibetan,
# Burmese, Khmer, Mongolian), or stand in emoji sequences.
_SHAPED = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
_JOINER_JUNK = re.compile(f"(?<![{_SHAPED}{_EMOJI}])[\u200c\u200d]+|(?<=[\u200c\u200d])[\u200c\u200d]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u061c]")
_FILE_NAME = re.compile(
    r"[^/\\<>|?*\n]{0,120}\.\s?(?:jpe?g|png|gif|webp|bmp|tiff?|svg|heic|avif|mp4|mp3|mov|pdf|docx?|xlsx?)[)\]）.]?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W_]+")
"""Just what ``str.isalnum`` holds for."""
_LINE = 300
"""Letters from which on few texts are remembered: a page may have a title as long as itself."""
_NOT_SLUG = re.compile(r"[^0-9a-z]+")
_MAX_MARKS = 30
"""Most combining marks on one letter (Unicode's stream-safe form): sorting them takes the square of their number."""


def clean_line(text: str) -> str | None:
    """Return ``text`` on one line in normal form; ``None`` when nothing of it is visible.

    >>> clean_line("  Kim&nbsp;Jong&#8203;\\u202e Un \\n met ")
    'Kim Jong Un met'
    """
    if "  " not in text and _PLAIN.fullmatch(text):
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    spaced = " ".join(text.split())
    if _PLAIN.fullmatch(spaced) and not _SEPARATORS.search(text):
        return unicodedata.normalize("NFC", spaced)
    text = _normal(text)
    return text if _visible(text) else None


def clean_paragraphs(text: str) -> str | None:
    """Return ``text`` with each line in normal form, paragraphs parted by one blank line; ``None`` when empty.

    >>> clean_paragraphs("One.\\r\\n\\r\\n\\r\\nTwo.&amp;nbsp;")
    'One.\\n\\nTwo.'
    """
    if _is_clean(text):
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    lines = map(clean_line, _LINE_ENDS.split(_unescape(text)))
    return "\n\n".join(line for line in lines if line) or None


def has_letters(text: str, least: int, is_letter: Callable[[str], bool] = str.isalpha) -> bool:
    """Whether ``text`` has at least so many letters; it is looked at no further than to the last of these."""
    return next(islice(filter(is_letter, text), least - 1, None), None) is not None


def _is_clean(text: str) -> bool:
    """Whether lines need no cleaning and are parted as they should be."""
    return "  " not in text and _PLAIN_PARAGRAPHS.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether ``text`` is nothing but the name of a file: ``e430955cff22757c2c33.jpg``, ``.jpg)``."""
    line = text.strip()
    return len(line) <= 130 and _FILE_NAME.fullmatch(line) is not None and line.count(". ") <= 1


def same_text(one: str, other: str) -> bool:
    """Whether two texts read the same: letters and digits alone are compared, without case.

    Two texts without letters are never the same.
    """
    a = letters(one)
    return a != "" and a == letters(other)


def slugify(text: str) -> str:
    """Return ``text`` as Vietnamese papers write it in addresses.

    >>> slugify("Có gì trong cuộc gặp của Đại sứ?")
    'co-gi-trong-cuoc-gap-cua-dai-su'
    """
    text = text.casefold().replace("đ", "d")
    bare = "".join(char for char in _normalized("NFD", text) if not unicodedata.combining(char))
    return _NOT_SLUG.sub("-", bare).strip("-")


def content_hash(*parts: str | None) -> str:
    """Return 32 hex digits (128 bits, BLAKE2b) for ``parts`` in their order; ``None`` counts as empty."""
    joined = "\x1f".join(part or "" for part in parts)
    return blake2b(joined.encode("utf-8", "replace"), digest_size=16).hexdigest()


def whole_characters(markup: bytes) -> bytes:
    """Return XML in which references to the two halves of a character are one to it, and one to a half alone to U+FFFD.

    So write systems that count in UTF-16. XML knows no halves, and libxml2, recovering, makes bytes of them that are no
    text.

    >>> whole_characters(b"&#xD83D;&#xDE00; &#55357;")
    b'&#128512; &#65533;'
    """
    return _HALVES.sub(_whole, markup) if b"&#" in markup else markup


def _whole(found: re.Match[bytes]) -> bytes:
    numbers = (part.strip(b"&#").lstrip(b"0") for part in found.group().split(b";") if part)
    codes = (int(number[1:], 16) if number[:1] in b"xX" else int(number) for number in numbers)
    text = b"".join(code.to_bytes(2, "little") for code in codes).decode("utf-16-le", "replace")
    return "".join(f"&#{ord(char)};" for char in text).encode()


def _normal(text: str) -> str:
    text = _unescape(text)
    text = _SURROGATE.sub("\ufffd", text)
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    # Removing one thing can bring others together, so until nothing changes: two rounds in practice.
    for _ in range(8):
        before = text
        text = _JUNK.sub("", text)
        text = _normalized("NFC", text)
        if _INVISIBLE.search(text):
            if not _RTL.search(text):
                text = _MARKS.sub("", text)
            text = _ZWSP_RUN.sub("\u200b", text)
            text = _ZWSP_JUNK.sub("", text)
            text = _JOINER_JUNK.sub("", text)
        text = _SPACES.sub(" ", text).strip()
        text = _unescape(text)
        if text == before:
            break
    return text


def _normalized(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    return unicodedata.normalize(form, _PILE.sub(_unpile, text))


def _unpile(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in found.group():
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _unescape(text: str) -> str:
    """Resolve entities, also those encoded twice or three times."""
    for _ in range(6):
        if "&" not in text or not _ENTITY.search(text):
            return text
        text = _NESTED.sub("&", text)
        resolved = _ENTITY.sub(_resolve, text)
        if resolved == text:
            return text
        text = resolved
    return text


def _resolve(found: re.Match[str]) -> str:
    entity = found.group()
    if entity.endswith(";") or entity[1] == "#" or entity in _BARE:
        return html.unescape(entity)
    return entity


# Of names without a semicolon only these: "&copy=1" and "AT&Tsection" are text.
_BARE = frozenset(("&nbsp", "&amp", "&quot", "&lt", "&gt"))


def _visible(text: str) -> bool:
    return any(char not in "\u200b\u200c\u200d\u200e\u200f\u061c\ufe0f" for char in text)


def letters(text: str) -> str:
    """Return letters and digits of ``text``, without case: what ``same_text`` compares. Titles recur: remembered."""
    return _letters_of_line(text) if len(text) < _LINE else _letters_of_text(text)


def _folded(text: str) -> str:
    return "".join(_LETTERS.findall(_normalized("NFKC", text).casefold()))


_letters_of_line = lru_cache(maxsize=256)(_folded)
_letters_of_text = lru_cache(maxsize=2)(_folded)
