"""Dates as printed to ISO 8601, exactly as sure as the page is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.dates import (
    MONTH_LINES,
    SHORT_LINES,
    DateFacts,
    Moment,
    facts_for,
    in_days,
    read_dateline,
    read_moment,
)

VIETNAM = DateFacts(timezone="Asia/Ho_Chi_Minh", day_first=True, formats=("%d/%m/%Y %H:%M",))
MOSCOW = DateFacts(timezone="Europe/Moscow", day_first=True, formats=("%H:%M %d.%m.%Y",))
KOREA = DateFacts(timezone="Asia/Pyongyang", day_first=False)
NOWHERE = DateFacts()


@pytest.mark.parametrize(
    ("text", "facts", "wanted"),
    [
        ("14/09/2024", VIETNAM, Moment("2024-09-14")),
        ("Thứ bảy, 14/09/2024 08:15", VIETNAM, Moment("2024-09-14", "2024-09-14T08:15:00+07:00")),
        ("14/09/2024 | 08:15 GMT+7", VIETNAM, Moment("2024-09-14", "2024-09-14T08:15:00+07:00")),
        ("20:03 13.09.2024", MOSCOW, Moment("2024-09-13", "2024-09-13T20:03:00+03:00")),
        ("(обновлено: 21:15 13.09.2024)", MOSCOW, Moment("2024-09-13", "2024-09-13T21:15:00+03:00")),
        ("20240913T2003", MOSCOW, Moment("2024-09-13", "2024-09-13T20:03:00+03:00")),
        ("2024-09-13T17:03:00Z", MOSCOW, Moment("2024-09-13", "2024-09-13T20:03:00+03:00")),
        ("2024-09-13T22:30:00Z", MOSCOW, Moment("2024-09-14", "2024-09-14T01:30:00+03:00")),
        ("2026-07-08T04:04:10.339Z", VIETNAM, Moment("2026-07-08", "2026-07-08T11:04:10+07:00")),
        ("2024-09-14T08:15:00+07:00", NOWHERE, Moment("2024-09-14", "2024-09-14T08:15:00+07:00")),
        ("2024-09-14 08:15", NOWHERE, Moment("2024-09-14")),  # no zone known: the day alone
        ("2024-09-14T00:00:00+07:00", VIETNAM, Moment("2024-09-14")),  # midnight to the second: no time of day
        ("www.kcna.kp (2025.12.14.)", KOREA, Moment("2025-12-14")),
        ("www.kcna.kp (Juche113.3.9.)", KOREA, Moment("2024-03-09")),
        ("주체113(2024)년 3월 9일", KOREA, Moment("2024-03-09")),
        ("[2026.7.9.]", KOREA, Moment("2026-07-09")),
        ("2024年9月14日", NOWHERE, Moment("2024-09-14")),
        ("September 14, 2024", NOWHERE, Moment("2024-09-14")),
        ("Sat, 14 Sep 2024 08:15:00 +0700", NOWHERE, Moment("2024-09-14", "2024-09-14T08:15:00+07:00")),
        ("25/12/2024", NOWHERE, Moment("2024-12-25")),  # only one order is possible
        ("26 | 01 | 2022", VIETNAM, Moment("2022-01-26")),
        ("Von: A. B. | 31.10.23", VIETNAM, Moment("2023-10-31")),
        ("28.01.99", VIETNAM, Moment("1999-01-28")),
        ("Mon Aug 03 12:45:00 EDT 2015", NOWHERE, Moment("2015-08-03", "2015-08-03T12:45:00-04:00")),
        ("24 نيسان / أبريل 2020", NOWHERE, Moment("2020-04-24")),
        ("5 كانون الثاني 2021", NOWHERE, Moment("2021-01-05")),
        ("2020. január 5.", NOWHERE, Moment("2020-01-05")),
        ("2020 m. sausio 5 d.", NOWHERE, Moment("2020-01-05")),
        ("2020. gada 5. janvāris", NOWHERE, Moment("2020-01-05")),
        ("5. listopada 2020", NOWHERE, Moment("2020-10-05")),  # Croatian
        ("5 listopada 2020", NOWHERE, Moment("2020-11-05")),  # Polish
        ("13 मार्च 2021", NOWHERE, Moment("2021-03-13")),
        ("5 בינואר 2020", NOWHERE, Moment("2020-01-05")),
        ("Version 3, 29 June 2007", NOWHERE, Moment("2007-06-29")),
    ],
)
def test_reads(text: str, facts: DateFacts, wanted: Moment) -> None:
    assert read_moment(text, facts) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "05/06/2024",
        "31/02/2024",
        "2024-13-01",
        "99/99/2024",
        "14/09/24",
        "12.05.24",
        "1,200.50.22",
        "5 words 2020",
        "20:03",
        "٣/٤/٢٠٢٤",
        "0000-00-00",
    ],
)
def test_unreadable(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text, NOWHERE)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)))
def test_a_printed_day_stays_that_day(day: date) -> None:
    for text in (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y.%m.%d.}", f"{day:%d.%m.%Y}"):
        assert read_moment(text, VIETNAM) == Moment(day.isoformat())


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14/09/2024 8:05 CH", "20:05"),
        ("14/09/2024 12:05:00 SA", "00:05"),
        ("8h05 chiều 14/9/2024", "20:05"),
        ("14/09/2024 lúc 11:30 trưa", "11:30"),
        ("12:30 trưa 14/9/2024", "12:30"),
        ("1h30 trưa 14/9/2024", "13:30"),
        ("11h05 đêm 14/9/2024", "23:05"),
        ("1h05 đêm 14/9/2024", "01:05"),
        ("12h05 đêm 14/9/2024", None),  # of which day is not told
        ("20:05 tối 14/9/2024", "20:05"),
        ("14/09/2024 8:05 CHÍNH PHỦ", "08:05"),
        ("2024-09-14 8:05 PM", "20:05"),
        ("14 Sep 2024 08:05 p.m.", "20:05"),
        ("14 Sep 2024 20:05 PM", "20:05"),
        ("Sat, 14 Sep 2024 08:05:00 PM +0700", "20:05"),
        ("2024年9月14日 下午8:05", "20:05"),
        ("2024年9月14日午前0時05分", "00:05"),
        ("2024. 9. 14. 오후 8:05", "20:05"),
        ("2024-09-14 오전 8시 05분", "08:05"),
        ("14/09/2024 8:05 μ.μ.", "20:05"),
        ("14/09/2024 8:05 مساءً", "20:05"),
        ("14/09/2024 8:05 ص", "08:05"),
        ("2024年9月14日 午後8時5分", "20:05"),
        ("2024年9月14日 20時05分", "20:05"),
        ("2024. szeptember 14., du. 8:05", "20:05"),
        ("2024. szeptember 14., de. 8:05", "08:05"),
        ("14.09.2024 ÖS 8:05", "20:05"),
        ("14 Eylül 2024 8:05 ÖÖ", "08:05"),
        ("14 सितंबर 2024, 08:05 अपराह्न", "20:05"),
        ("14. September 2024, 20.05 Uhr", "20:05"),
        ("14 september 2024 kl. 20.05", "20:05"),
        ("14.9.2024 klo 20.05", "20:05"),
        ("Sabtu, 14 September 2024, 20.05 WIB", "20:05"),
        ("Version 20.05 vom 14. September 2024", None),
        ("um 20.75 Euro, 14. September 2024", None),
        ("um 14.09.2024", None),
        ("14 September 2024, 90点50", None),
    ],
)
def test_halves_of_the_day(text: str, time: str | None) -> None:
    at = f"2024-09-14T{time}:00+07:00" if time else None
    assert read_moment(text, VIETNAM) == Moment("2024-09-14", at)


@pytest.mark.parametrize(
    "text",
    [
        "14 Tháng Chín, 2024",
        "Tháng Chín 14, 2024",
        "14 thg 9, 2024",
        "ngày 14 tháng 9 năm 2024",
        "14 tháng chín năm 2024",
    ],
)
def test_months_in_vietnamese(text: str) -> None:
    assert read_moment(text, VIETNAM) == Moment("2024-09-14")


@pytest.mark.parametrize(
    "text",
    ["ថ្ងៃទី ១៤ ខែកញ្ញា ឆ្នាំ២០២៤", "၂၀၂၄ ခုနှစ် စက်တင်ဘာလ ၁၄ ရက်", "၁၄ ရက် စက်တင်ဘာ ၂၀၂၄", "14 Σεπ 2024", "14 Σεπτ. 2024"],
)
def test_words_between_day_month_and_year(text: str) -> None:
    assert read_moment(text, NOWHERE) == Moment("2024-09-14")


@pytest.mark.parametrize(
    "text",
    [
        "14 сент. 2024",  # ru
        "Сентябрь 14, 2024",
        "14 wrz 2024, 09:12",  # pl
        "14 wrzesień 2024",
        "14 Eyl 2024",  # tr
        "14 EYLÜL 2024",
        "14 вер. 2024 р.",  # uk
        "14 вересень 2024",
        "14 вер 2024",  # be
        "14 верасень 2024",
        "14. septembar 2024.",  # sr, bs
        "14. сеп 2024.",
        "14. септ. 2024.",
        "14 септември 2024",  # mk, bg
        "14 септ. 2024",
        "14. ruj 2024.",  # hr
        "14. rujan 2024.",
        "14. zář 2024",  # cs
        "14. září 2024",
        "14. septembris 2024",  # lv
        "2024. gada 14. septembrī",
        "2024 m. rugs. 14 d.",  # lt
        "2024 rugsėjis 14",
        "14. syys 2024",  # fi
        "14. syysk. 2024",
        "Syyskuu 14, 2024",
        "14 Σεπτέμβριος 2024",  # el
        "14 ΣΕΠΤΕΜΒΡΙΟΥ 2024",
        "14 ΣΕΠΤΕΜΒΡΙΟΣ 2024",
        "14 de setiembre de 2024",  # es
        "14 de set. de 2024",  # ca
        "2024ko irailaren 14a",  # eu
        "2024ko irailak 14, 20:05",
        "2024. szept. 14.",  # hu
        "2024. szept. 14., 20:05",
        "14.set.2024",  # pt
        "14.set.2024 às 20h05",
    ],
)
def test_september_in_more_languages(text: str) -> None:
    assert read_moment(text, NOWHERE) == Moment("2024-09-14")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("14 февр. 2024", "2024-02-14"),  # ru
        ("14 нояб. 2024 г., 09:12", "2024-11-14"),
        ("14 paź 2024", "2024-10-14"),  # pl
        ("14 Şub 2024", "2024-02-14"),  # tr
        ("14 ŞUBAT 2024", "2024-02-14"),
        ("14 NİSAN 2024", "2024-04-14"),
        ("14 HAZİRAN 2024", "2024-06-14"),
        ("14 KASIM 2024", "2024-11-14"),
        ("14 Ağu 2024", "2024-08-14"),
        ("14 Січ 2024", "2024-01-14"),  # uk
        ("14 груд. 2024 р.", "2024-12-14"),
        ("14. des. 2024", "2024-12-14"),  # nb, is
        ("14. dec. 2024", "2024-12-14"),  # da
        ("14 mrt. 2024", "2024-03-14"),  # nl
        ("14 iun. 2024", "2024-06-14"),  # ro
        ("14 noi. 2024", "2024-11-14"),
        ("14 Agu 2024", "2024-08-14"),  # id
        ("14 Ogo 2024", "2024-08-14"),  # ms
        ("14. децембар 2024.", "2024-12-14"),  # sr
        ("14. јан 2024.", "2024-01-14"),
        ("14 јуни 2024", "2024-06-14"),  # mk
        ("14 ное. 2024", "2024-11-14"),  # bg
        ("14. avg. 2024", "2024-08-14"),  # sl
        ("14. júl 2024", "2024-07-14"),  # sk, is
        ("14. jūn. 2024", "2024-06-14"),  # lv
        ("14. veebr 2024", "2024-02-14"),  # et
        ("14 Julie 2024", "2024-07-14"),  # af
        ("14 d'abril de 2024", "2024-04-14"),  # ca
        ("14 d’octubre del 2024", "2024-10-14"),
        ("14 febr. 2024", "2024-02-14"),
        ("14. ágú. 2024", "2024-08-14"),  # is
        ("14. velj 2024.", "2024-02-14"),  # hr
        ("14. čvc 2024", "2024-07-14"),  # cs
        ("14 снежань 2024", "2024-12-14"),  # be
        ("14. kesä 2024", "2024-06-14"),  # fi
        ("14 ΜΑΪΟΥ 2024", "2024-05-14"),  # el
        ("14 Αύγ 2024", "2024-08-14"),
        ("14 de xuño de 2024", "2024-06-14"),  # gl
        ("2020ko urtarrilaren 5ean", "2020-01-05"),  # eu
        ("2024. ápr. 14.", "2024-04-14"),  # hu
        ("14. Mär. 2024", "2024-03-14"),  # de
    ],
)
def test_other_months_in_more_languages(text: str, wanted: str) -> None:
    assert read_moment(text, NOWHERE) == Moment(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "14 lip 2024",  # Polish July, Croatian June
        "14. srp 2024",  # Czech August, Croatian July
        "14. lis 2024",  # Czech and Polish November, Croatian October
        "14. listopad 2024",
        "iPhone 14 pro 2024",
        "14 min 2024",
        "14 AG 2024",
        "14 de 2024",
        "en 2024 des 27 pays",
        "seit 2024 Sie 14 Tage",
    ],
)
def test_no_names_of_months(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text, NOWHERE)


def test_a_name_is_that_of_one_month() -> None:
    numbers: dict[str, set[int]] = {}
    for line in (*MONTH_LINES, *SHORT_LINES):
        names = line.split()
        assert len(names) == 12, line
        for number, name in enumerate(names, start=1):
            assert name == name.lower(), line
            if name != "-":
                numbers.setdefault(name, set()).add(number)
    assert {name: found for name, found in numbers.items() if len(found) > 1} == {}


def test_time_and_zone_before_the_year() -> None:
    assert read_moment("Sat Sep 14 20:05:00 +0900 2024", VIETNAM).at == "2024-09-14T18:05:00+07:00"


def test_numbers_of_months_in_vietnamese_words() -> None:
    words = "Một,Hai,Ba,Tư,Năm,Sáu,Bảy,Tám,Chín,Mười,Mười Một,Mười Hai".split(",")
    assert [read_moment(f"3 Tháng {word}, 2024").on[5:7] for word in words] == [f"{n:02}" for n in range(1, 13)]
    assert read_moment("3 tháng năm 2024").on == "2024-05-03"


def test_halves_of_the_day_in_vietnam_alone() -> None:
    facts = DateFacts("Europe/Zurich", day_first=True)
    assert read_moment("14.09.2024, 08:05 CH", facts).at == "2024-09-14T08:05:00+02:00"
    assert read_moment("14.09.2024, 08:05 PM", facts).at == "2024-09-14T20:05:00+02:00"


def test_half_of_the_day_in_a_literal_form() -> None:
    facts = DateFacts("Asia/Ho_Chi_Minh", True, ("%m/%d/%Y %I:%M:%S %p",))
    assert read_moment("9/5/2026 10:17:01 PM", facts).at == "2026-09-05T22:17:01+07:00"


@given(st.text(max_size=40), st.sampled_from([VIETNAM, MOSCOW, KOREA, NOWHERE]))
def test_any_text_is_a_moment_or_a_value_error(text: str, facts: DateFacts) -> None:
    try:
        moment = read_moment(text, facts)
    except ValueError:
        return
    assert date.fromisoformat(moment.on)


@pytest.mark.parametrize(
    ("text", "fetched", "wanted"),
    [
        ("Pyongyang, July 9 (KCNA) -- A fair opened.", date(2026, 7, 10), date(2026, 7, 9)),
        ("Pyongyang, December 30 (KCNA) -- A fair opened.", date(2026, 1, 2), date(2025, 12, 30)),
        ("Пхеньян, 14 декабря. /ЦТАК/-- Выставка.", date(2025, 12, 20), date(2025, 12, 14)),
        ("(평양 12월 14일발 조선중앙통신) 전람회", date(2025, 12, 20), date(2025, 12, 14)),
        ("'\n\nПхеньян, 14 декабря. /ЦТАК/-- Выставка.", date(2025, 12, 20), date(2025, 12, 14)),
        ("Once upon a time there was a fair.", date(2026, 7, 10), None),
        ("Pyongyang, February 31 (KCNA) --", date(2026, 7, 10), None),
    ],
)
def test_dateline(text: str, fetched: date, wanted: date | None) -> None:
    found = read_dateline(text, fetched)
    assert (found and found[0]) == wanted
    assert found is None or found[1].isprintable(), "one line"


def test_days_newest_first() -> None:
    assert list(in_days(date(2024, 2, 28), date(2024, 3, 1))) == [
        date(2024, 3, 1),
        date(2024, 2, 29),
        date(2024, 2, 28),
    ]
    assert list(in_days(date(2024, 3, 2), date(2024, 3, 1))) == []


@pytest.mark.parametrize(
    ("language", "day_first"),
    [("de", True), ("en-GB", True), ("en_US", False), ("en", None), ("zh-CN", None), ("ja", None), ("zh-HK", True)],
)
def test_order_of_day_and_month_by_language(language: str, day_first: bool | None) -> None:
    assert facts_for(NOWHERE, language).day_first is day_first
