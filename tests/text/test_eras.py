"""Years of other eras and calendars, in any digits."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.dates import NO_FACTS, facts_for, read_moment
from newscrawl.text.eras import to_gregorian


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("th", "วันเสาร์ที่ 14 กันยายน พ.ศ. 2567 เวลา 20:05 น."), ("th", "14 ก.ย. 2567 | 20.05 น."), ("th", "14 ก.ย. 67 20:05 น."),
        ("th", "14 กันยายน ๒๕๖๗"), ("th", "14/09/2567"), ("th", "14/9/67"), ("th", "14 กันยายน 2024"), ("th-TH", "14-09-2567 20:05"),
        ("fa", "شنبه ۲۴ شهریور ۱۴۰۳ - ۲۰:۰۵"), ("fa", "۲۴ شهریور ماه ۱۴۰۳"), ("fa", "۱۴۰۳/۰۶/۲۴"), ("fa", "1403-06-24 20:05"),
        ("ja", "令和6年9月14日(土) 20時05分"), ("zh-TW", "中華民國113年9月14日"), ("zh-TW", "民國 113年9月14日"), ("zh-TW", "113年 9月 14日"),
        ("hi", "१४ सितंबर २०२४"), ("ar", "١٤/٠٩/٢٠٢٤"), ("bn", "১৪ সেপ্টেম্বর ২০২৪"), ("mn", "2024 оны 9-р сарын 14"),
        ("lo", "14 ກັນຍາ 2024"), ("km", "១៤ កញ្ញា ២០២៤"), ("my", "၁၄ စက်တင်ဘာ ၂၀၂၄"), ("ta", "14 செப்டம்பர் 2024"),
        ("te", "14 సెప్టెంబర్ 2024"), ("ka", "14 სექტემბერი 2024"), ("hy", "14 սեպտեմբերի 2024"), ("az", "14 sentyabr 2024"),
        ("uz", "14 sentabr 2024"), ("kk", "14 қыркүйек 2024"), ("it", "sabato 14 sett 2024"),
    ],
)  # fmt: skip
def test_printed(language: str, printed: str) -> None:
    assert read_moment(printed, facts_for(NO_FACTS, language)).on == "2024-09-14"


@pytest.mark.parametrize(
    ("iranian", "day"),
    [
        ("1370/01/01", "1991-03-21"),
        ("1399/12/30", "2021-03-20"),
        ("1400/01/01", "2021-03-21"),
        ("1403/06/24", "2024-09-14"),
    ],
)
def test_days_of_iran(iranian: str, day: str) -> None:
    assert to_gregorian(iranian, iranian=True) == day


def test_every_day_of_iran_follows_the_one_before() -> None:
    lengths = [31] * 6 + [30] * 6
    days = [
        to_gregorian(f"{year}/{month}/{day}", iranian=True)
        for year in range(1370, 1420)
        for month, length in enumerate(lengths, start=1)
        for day in range(1, length + 1)
    ]
    known = [date.fromisoformat(day) for day in days if "/" not in day]
    assert known[0] == date(1991, 3, 21)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(known))
    assert {day for day in days if "/" in day} == {f"{year}/12/30" for year in range(1370, 1420)} - {
        f"{year}/12/30" for year in range(1370, 1420) if (25 * year + 11) % 33 < 8
    }


@pytest.mark.parametrize(
    "text",
    [
        "14/09/2024",
        "1403",
        "1403/13/01",
        "1403/06/24/7",
        "100年",
        "2024年9月14日",
        "12/1/2567",
        "Room 1401/2",
        "p. 2567",
    ],
)
def test_what_is_none_of_these_stays(text: str) -> None:
    assert to_gregorian(text) == text


@pytest.mark.parametrize("text", ["1403", "1403/13/01", "1403/06/24/7", "1446/03/11", "1399-06-31-1"])
def test_what_is_no_day_of_iran_stays(text: str) -> None:
    assert to_gregorian(text, iranian=True) == text


@pytest.mark.parametrize("text", ["2567-09-14T10:00:00+07:00", "14 Sep 2567", "14/09/67"])
def test_years_of_thailand_in_any_form(text: str) -> None:
    assert read_moment(text, facts_for(NO_FACTS, "th")).on == "2024-09-14"


@given(st.text(alphabet="0123456789/-. ۰۱۲۳۴กย.พศ2567令和民國年月日元شهریور", max_size=40), st.booleans())
def test_any_text(text: str, buddhist: bool) -> None:
    to_gregorian(text, buddhist=buddhist)
