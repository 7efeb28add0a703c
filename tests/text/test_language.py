"""Language tags, and a second opinion that only speaks when sure."""

import pytest

from newscrawl.text.language import Detected, detect, languages_differ, normal_tag

NORWEGIAN = (
    "Kommunen har bestemt at den gamle broen over elven skal stenges for biler neste sommer. Hvorfor det skjer nå, "
    "vil ikke ordføreren si noe om. Jeg har ikke hørt noe om hva som skal skje med butikkene, sier en kjøpmann. "
    "Arbeidet tar etter planen to år, og fotgjengere får gå over hele tiden."
)
JAPANESE = "市は来年の夏から古い橋を歩行者専用にすることを決めたと発表した。" * 6
VIETNAMESE = "Thành phố quyết định đóng cây cầu cũ bắc qua sông đối với ô tô từ mùa hè năm sau. " * 4


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [("vi", "vi"), ("vi_VN", "vi-VN"), ("EN-us", "en-US"), ("iw", "he"), ("vn", "vi"), ("zh-hans", "zh-Hans"), ("", None),
     ("x", None), ("english", None), ("und", None), ("en_US.UTF-8", "en-US")],
)  # fmt: skip
def test_tags(tag: str, wanted: str | None) -> None:
    assert normal_tag(tag) == wanted


@pytest.mark.parametrize(("text", "language"), [(NORWEGIAN, "no"), (JAPANESE, "ja"), (VIETNAMESE, "vi")])
def test_detects(text: str, language: str) -> None:
    found = detect(text)
    assert found is not None
    assert found.language == language
    assert found.share > 0.9
    assert not languages_differ(language, found)


@pytest.mark.parametrize("text", ["", "Oslo", "1234 5678 " * 100, "\x00\ud800" * 200])
def test_no_opinion(text: str) -> None:
    assert detect(text) is None


def test_differs_only_when_sure_and_unrelated() -> None:
    assert languages_differ("ja", Detected("vi", 0.95))
    assert not languages_differ("ja", Detected("vi", 0.6))
    assert not languages_differ("no", Detected("da", 0.99))
    assert not languages_differ("zh-Hant", Detected("zh", 0.99))
