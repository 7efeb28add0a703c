"""Arguments: typed, checked, explained."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.crawl.arguments import HELP, ArgumentError, Arguments, help_text, read_arguments
from tests.support import all_spiders

SITE = all_spiders()["vietnam_vn"].site
PAGE = "https://www.vietnam.vn/no/cay-cau-cu"


def test_defaults() -> None:
    assert read_arguments({}, SITE) == Arguments(languages=("vi",))


def test_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"# pages\n{PAGE}\n\n{PAGE}\nhttps://vrviet.vn/ja/a-b\n", "utf-8")
    given_arguments = {
        "since": "2024-09-01",
        "until": "2024-09-30",
        "languages": "no, ja",
        "limit": "5",
        "recrawl": "1",
    }
    assert read_arguments(given_arguments | {"urls": f"@{tmp_path}/urls.txt"}, SITE) == Arguments(
        date(2024, 9, 1), date(2024, 9, 30), ("no", "ja"), (PAGE, "https://vrviet.vn/ja/a-b"), limit=5, recrawl=True
    )


def test_all_languages() -> None:
    found = read_arguments({"languages": "all"}, SITE).languages
    assert found[0] == "vi"
    assert {"no", "ja", "ar", "km", "lo"} <= set(found)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("sinse", "2024-09-01", "unknown argument 'sinse'"),
        ("since", "14/09/2024", "write it as 2024-09-14"),
        ("since", "2024-02-30", "no day"),
        ("since", "20240914", "no day"),
        ("until", "", "no day"),
        ("languages", "xx", "language 'xx' is unknown on vietnam_vn"),
        ("languages", "", "languages is empty"),
        ("limit", "0", "no number"),
        ("limit", "ten", "no number"),
        ("limit", "-1", "no number"),
        ("recrawl", "yes", "write recrawl=1"),
        ("urls", "", "names no address"),
        ("urls", "www.vietnam.vn/a-b", "no http address"),
        ("urls", "https://ria.ru/20240913/a-1972523117.html", "no article address of vietnam_vn"),
        ("urls", "https://www.vietnam.vn/tag/abc-def", "no article address"),
        ("urls", "@/no/such/file", "cannot read the file"),
    ],
)
def test_wrong_ones_say_what_would_be_right(name: str, value: str, says: str) -> None:
    with pytest.raises(ArgumentError) as wrong:
        read_arguments({name: value}, SITE)
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_empty_window() -> None:
    with pytest.raises(ArgumentError, match="is after"):
        read_arguments({"since": "2024-10-01", "until": "2024-09-01"}, SITE)


@given(st.sampled_from(sorted(HELP)), st.text(max_size=20))
def test_any_value_is_taken_or_explained(name: str, value: str) -> None:
    if name == "urls" and value.startswith("@"):
        return  # a file of that name may exist
    try:
        read_arguments({name: value}, SITE)
    except ArgumentError as wrong:
        assert str(wrong)


def test_help_names_all() -> None:
    text = help_text(SITE)
    assert all(name in text for name in HELP)
    assert "vietnam_vn" in text
