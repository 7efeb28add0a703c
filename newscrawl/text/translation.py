"""What can be told of a translation without a model: untranslated lines, figures and days that differ.

A machine that translates changes words, not numbers; so the figures and days of two editions of one text are
compared as sets, whatever digits, separators and names of months they are written with.
"""

import re
import unicodedata
from functools import lru_cache

from newscrawl.text.dates import MONTH_NAMES
from newscrawl.text.language import SURE, detect

MIN_WORDS = 6
"""Shorter lines are names and titles, which are left as they are in any translation."""

VIETNAMESE_WORDS = 0.25
"""Share of words with letters that only Vietnamese has, from which on a line is Vietnamese; texts in it have half."""

OWN_SCRIPT = 0.2
"""Least share of letters in the script of a text's language; below it a line is in another."""

MIN_FIGURE = 2
"""Digits of a figure that counts; numbers of one digit are written as words as often."""

_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE = re.compile("[đơưĐƠƯ\u1ea0-\u1ef9]")
_SCRIPTS = {
    # BCP 47 tag to the letters its texts are written in, where those are not Latin
    "ja": "\u3040-\u30ff\u3400-\u9fff",
    "zh": "\u3400-\u9fff",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "mn", "kk"), "\u0400-\u052f"),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    "he": "\u0590-\u05ff",
    **dict.fromkeys(("hi", "mr", "ne"), "\u0900-\u097f"),
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17ff",
    "el": "\u0370-\u03ff",
    "ka": "\u10a0-\u10ff",
}

_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_DIGITS = re.compile(r"\d+")
_REACH = 24
"""Characters from a digit within which the rest of its figure or day stands."""
# Possessive, so that a word that is no month's name is passed over once.
_DAYS = (
    re.compile(r"(?<![\d/.-])(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<d>\d{1,2})(?![\d/])"),
    re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.]\d{4}(?!\d)"),
    re.compile(r"(?:\d{4}\s?[年년]\s?)?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"),
    re.compile(r"(?P<d>\d{1,2}) tháng (?P<m>\d{1,2})(?:(?:,? năm|/) ?\d{4})?", re.IGNORECASE),
    re.compile(r"(?<![\d/.,-])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])"),
)
_NAMED_DAYS = (
    re.compile(
        r"(?<![\d/.-])(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s(?:de\s)?(?P<n>[^\W\d_]++)\.?(?:,?\s(?:de\s)?\d{4}(?!\d))?"
    ),
    re.compile(r"(?<![^\W_])(?P<n>[^\W\d_]++)\s(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![.,:]?\d)(?:,\s\d{4}(?!\d))?"),
)
_NUMBERED_MONTHS = frozenset(("vi", "ja", "zh", "ko"))
_MYRIADS = re.compile(r"(?<!\d)(\d++)\s?[万萬만]\s?(\d{1,4})?(?!\d)")
_FIGURE = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,٫٬'’]\d+)*")


def is_untranslated(line: str, language: str, source_language: str) -> bool:
    """Whether ``line``, in a text of ``language``, is still in ``source_language``; both are BCP 47 tags.

    >>> is_untranslated("Ông cho biết cây cầu cũ sẽ được sửa trong năm nay.", "no", "vi")
    True
    >>> is_untranslated("Nguyễn Văn An sa at den gamle broen skal repareres i år.", "no", "vi")
    False
    """
    own, source = language.partition("-")[0], source_language.partition("-")[0]
    words = _WORD.findall(line)
    if own == source or len(words) < MIN_WORDS:
        return False
    if _SCRIPTS.get(own) != _SCRIPTS.get(source):
        letters = sum(map(len, words))
        if own in _SCRIPTS and len(_script(own).findall(line)) >= OWN_SCRIPT * letters:
            return False
        if source in _SCRIPTS:
            return len(_script(source).findall(line)) > letters / 2
    if source == "vi":  # names keep their letters in any language, and begin with a capital
        own_words = len([word for word in words if word[0].islower() and _VIETNAMESE.search(word)])
        return own_words >= VIETNAMESE_WORDS * len(words)
    found = detect(line)
    return found is not None and found.share >= SURE and found.language.partition("-")[0] == source


def untranslated_share(body: str, language: str, source_language: str) -> float:
    """Return the share of ``body``, 0 to 1 by length, whose paragraphs are still in ``source_language``."""
    lines = [line for line in body.split("\n") if line]
    left = sum(len(line) for line in lines if is_untranslated(line, language, source_language))
    return left / (sum(map(len, lines)) or 1)


def figures_and_days(text: str, language: str | None = None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the figures of ``text`` and, apart, the days it names as ``09-14``.

    A figure is its digits without separators and closing zeros, since one edition writes ``1,2 triệu`` and another
    ``1 200 000`` or ``120万``. ``language`` is a BCP 47 tag: Vietnamese has words that are names of months elsewhere.

    >>> sorted(map(sorted, figures_and_days("Ngày 14/9, giá 1.234,5 đồng; 14 September 2024: 7 of 86, 1万2000")))
    [['09-14'], ['12', '12345', '86']]
    """
    text = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), _near_digits(text))
    days = set()

    def take(found: re.Match[str]) -> str:
        groups = found.groupdict()
        day, month = int(groups["d"]), MONTH_NAMES.get(groups["n"].lower(), 0) if "n" in groups else int(groups["m"])
        if month > 12 >= day:
            day, month = month, day
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return found.group()
        days.add(f"{month:02}-{day:02}")
        return " "

    for rule in _DAYS if (language or "").partition("-")[0] in _NUMBERED_MONTHS else (*_DAYS, *_NAMED_DAYS):
        text = rule.sub(take, text)
    text = _MYRIADS.sub(lambda found: found[1] + (found[2] or "0").zfill(4), text)
    digits = (re.sub(r"\D", "", found).strip("0") for found in _FIGURE.findall(text))
    return frozenset(number for number in digits if len(number) >= MIN_FIGURE), frozenset(days)


def _near_digits(text: str) -> str:
    """Return what stands near digits; the rest, most of a text, is no figure and no day."""
    spans: list[list[int]] = []
    for found in _DIGITS.finditer(text):
        start, end = max(0, found.start() - _REACH), found.end() + _REACH
        if spans and start <= spans[-1][1]:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return "\n".join(text[start:end] for start, end in spans)


@lru_cache(maxsize=64)
def _script(language: str) -> re.Pattern[str]:
    return re.compile(f"[{_SCRIPTS[language]}]")
