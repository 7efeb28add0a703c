"""What is told of a translation: lines left as they were, figures and days in any writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.translation import figures_and_days, is_untranslated, untranslated_share

VI = "Ông cho biết cây cầu cũ sẽ được sửa chữa ngay trong mùa hè năm nay."
NO = "Han sa at den gamle broen skal repareres allerede i sommer."


@pytest.mark.parametrize(
    ("line", "language", "source", "left"),
    [
        (VI, "no", "vi", True),
        (VI, "ja", "vi", True),
        (VI, "ar", "vi", True),
        (VI, "vi", "vi", False),
        (NO, "no", "vi", False),
        ("Nguyễn Thị Hương, Trần Văn Bảo og Lê Đức møtte ordføreren i Quảng Ngãi i går.", "no", "vi", False),
        ("Nguyễn Thị Hương", "no", "vi", False),
        ("北朝鮮の山間部に新設された Nguyễn Văn Bảo 大規模野菜温室団地には何があるのか", "ja", "vi", False),
        ("Han sa at den gamle broen skal repareres", "ru", "vi", False),  # a foreign line, yet not the source's
        ("Ông An cho hay", "no", "vi", False),
        ("Он сказал, что старый мост отремонтируют летом.", "en", "ru", True),
        ("Anh Ba noi nhu the nay", "ko", "vi", False),
        ("Le maire a expliqué que le vieux pont serait réparé avant la fin de l'été, et que les habitants du village ainsi que "
         "les commerçants du marché avaient été prévenus par lettre il y a déjà deux semaines de la fermeture de la route.",
         "en", "fr", True),
    ],
)  # fmt: skip
def test_untranslated(line: str, language: str, source: str, left: bool) -> None:
    assert is_untranslated(line, language, source) is left


def test_share() -> None:
    assert untranslated_share(f"{NO}\n\n{NO}", "no", "vi") == 0.0
    assert untranslated_share(f"{NO}\n\n{VI}", "no", "vi") == pytest.approx(len(VI) / len(NO + VI))
    assert untranslated_share("", "no", "vi") == 0.0


SAME = [
    ("vi", "Ngày 14/9, giá 1.234.500 đồng, tăng 2,5%, có 286 căn."),
    ("vi", "14 tháng 9 năm 2024: 1.234.500; 25 và 286"),
    ("no", "14. september kostet det 1 234 500, opp 2,5 %, for 286 hus."),
    ("en", "On September 14, 2024 the price of 1,234,500 rose 2.5%; 286 flats."),
    ("de", "Am 14. September 2024: 1.234.500, plus 2,5; 286 Häuser."),
    ("es", "El 14 de septiembre de 2024, 1.234.500, 2,5 y 286"),
    ("ru", "14 сентября 2024 цена 1 234 500, рост 2,5, домов 286"),
    ("ja", "2024年9月14日、価格は123万4500、2.5%、286棟"),
    ("ko", "9월 14일 가격은 1,234,500, 2.5%, 286채"),
    ("hu", "2024. 09. 14 1 234 500 2,5 286"),
    ("ar", "١٤/٩ السعر ١٬٢٣٤٬٥٠٠ و ٢٫٥ و ٢٨٦"),
    ("hi", "१४/९ को १,२३४,५०० और २.५ और २८६"),
]


@pytest.mark.parametrize(("language", "text"), SAME)
def test_the_same_figures_and_days_in_any_language(language: str, text: str) -> None:
    assert figures_and_days(text, language) == ({"12345", "25", "286"}, {"09-14"})


@pytest.mark.parametrize(
    ("text", "language", "figures", "days"),
    [
        ("Ngày 15/8 mai", "vi", set(), {"08-15"}),  # mai is tomorrow, not May
        ("giá 1,2 triệu", "vi", {"12"}, set()),
        ("120万", "ja", {"12"}, set()),
        ("version 3.14.15 and 45/77", "en", {"31415", "45", "77"}, set()),
        ("7 of 9", "en", set(), set()),
        ("in 2024", "en", {"2024"}, set()),
        ("may 14.5 percent", "en", {"145"}, set()),
        ("9/14/2024", "en", set(), {"09-14"}),
        ("31/31/2024", "en", {"31", "2024"}, set()),
    ],
)
def test_figures_and_days(text: str, language: str, figures: set[str], days: set[str]) -> None:
    assert figures_and_days(text, language) == (figures, days)


@given(st.text(max_size=120), st.sampled_from(["vi", "en", None]))
def test_any_text(text: str, language: str | None) -> None:
    figures, days = figures_and_days(text, language)
    assert all(figure.isdigit() and len(figure) >= 2 for figure in figures)
    assert all(len(day) == 5 for day in days)
    is_untranslated(text, "no", "vi")
    assert 0 <= untranslated_share(text, "ja", "vi") <= 1
