"""Dates of other calendars and eras, in any digits, as the Gregorian calendar has them.

Buddhist years of Thailand, the solar calendar of Iran, the eras of Japan and of the Republic of China. What is not
plainly one of these stays as it is.
"""

import re
import unicodedata
from datetime import date, timedelta

BUDDHIST_OFFSET = 543
"""2567 in Thailand is 2024."""

THAI_MONTHS = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม".split()
THAI_MONTHS_SHORT = "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค".split()
_THAI_MONTH = rf"{'|'.join(THAI_MONTHS)}|(?:{'|'.join(map(re.escape, THAI_MONTHS_SHORT))})\.?"
_THAI = re.compile(rf"({_THAI_MONTH})\s*(?:พ\.?\s?ศ\.?\s*)?(25\d\d|[4-9]\d)(?!\d)")
_THAI_CLOCK = re.compile(r"(\d{1,2})\.(\d{2})(?=\s*น\.)")
_BUDDHIST_SHORT = re.compile(r"(?<!\d)(\d{1,2}\s?([./-])\s?\d{1,2}\s?\2\s?)([6-9]\d)(?![\d:])")
_BUDDHIST_YEAR = re.compile(r"(?<!\d)25[3-9]\d(?!\d)")

_IRANIAN_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()
_IRANIAN = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_IRANIAN_MONTHS)})(?:\s*ماه)?\s+(1[34]\d\d)(?!\d)")
_IRANIAN_FIGURES = re.compile(r"(?<![\d/-])(13[5-9]\d|14[01]\d)([/-])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_PERSIAN_DIGIT = re.compile("[۰-۹]")
_IRANIAN_EPOCH = date(622, 3, 21)
"""1 Farvardin 1, as the cycle of leap years counts back."""

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "": 1911}
_EAST_ASIAN = re.compile(
    r"(?:(令和|平成|昭和|(?:中華)?民[國国])\s?(\d{1,3}|元)|(?<![\d\u3400-\u9fff])(1\d\d))(?=年\s?\d{1,2}月\s?\d{1,2}日)"
)


def to_gregorian(text: str, *, buddhist: bool = False, iranian: bool = False) -> str:
    """Return ``text`` with its digits in ASCII and the years of its dates in the Gregorian calendar.

    ``buddhist``, ``iranian``: whether ``14/09/2567`` and ``1403/06/24`` are of those calendars, as they are in Thai and
    Persian; beside a month's name, or in Persian digits, they always are.

    >>> to_gregorian("14 ก.ย. 2567 20.05 น."), to_gregorian("۲۴ شهریور ۱۴۰۳"), to_gregorian("令和6年9月14日")
    ('14 ก.ย. 2024 20:05 น.', '2024-09-14', '2024年9月14日')
    """
    iranian = iranian or _PERSIAN_DIGIT.search(text) is not None
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(char)) if char > "9" and char.isdecimal() else char for char in text)
        text = _THAI.sub(_from_thai, _THAI_CLOCK.sub(r"\1:\2", text))
        text = _IRANIAN.sub(lambda found: _from_iranian(found[3], _IRANIAN_MONTHS.index(found[2]) + 1, found[1]), text)
        text = _EAST_ASIAN.sub(_from_east_asian, text)
    if iranian:
        text = _IRANIAN_FIGURES.sub(
            lambda found: _from_iranian(found[1], int(found[3]), found[4]) or found.group(), text
        )
    if buddhist:
        text = _BUDDHIST_YEAR.sub(lambda found: _from_buddhist(found.group()), text)
        text = _BUDDHIST_SHORT.sub(lambda found: found[1] + _from_buddhist(found[3]), text)
    return text


def _from_thai(found: re.Match[str]) -> str:
    return f"{found[1]} {_from_buddhist(found[2])}"


def _from_buddhist(year: str) -> str:
    """Return a year of four figures or two: ``2567``, ``67``."""
    return str(int(year) + (0 if len(year) == 4 else 2500) - BUDDHIST_OFFSET)


def _from_iranian(year: str, month: int, day: str) -> str:
    """Return a day of Iran's solar calendar in ISO 8601, empty where there is none such.

    Leap years by the cycle of 33 years, which holds from 1178 to 1633 (K. M. Borkowski, "The Persian calendar for 3000
    years", Earth, Moon and Planets 74, 1996).
    """
    months = [31] * 6 + [30] * 5 + [30 if (25 * int(year) + 11) % 33 < 8 else 29]
    if not (1 <= month <= 12 and 1 <= int(day) <= months[month - 1]):
        return ""
    before = int(year) - 1
    days = 365 * before + (8 * before + 29) // 33 + sum(months[: month - 1]) + int(day) - 1
    return (_IRANIAN_EPOCH + timedelta(days)).isoformat()


def _from_east_asian(found: re.Match[str]) -> str:
    era = (found[1] or "").removeprefix("中華")
    number = found[2] or found[3]
    return str(_ERAS[era] + (1 if number == "元" else int(number)))
