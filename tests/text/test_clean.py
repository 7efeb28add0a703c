"""The normal form of text: junk gone, every script unharmed, stable under repetition."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawl.text.clean import (
    _PLAIN,
    _normal,
    clean_line,
    clean_paragraphs,
    content_hash,
    is_file_name,
    same_text,
    slugify,
)

JUNK = "\x00\x07\x1b\x7f\x85\u00ad\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\ufffe\U000e0041"
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from(JUNK + "\u200b\u200c\u200d\u061c&;#x20ก ก\u0301đĐ\ud800\udfffلاक्‍")),
    max_size=60,
)


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("plain words", "plain words"),
        ("  two\t\n\u3000words  ", "two words"),
        ("a\u00a0b\u202fc\u2009d", "a b c d"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),  # NFD, as some papers write bylines
        ("soft\u00adhyphen zero\u200bwidth\ufeff", "softhyphen zerowidth"),
        ("\u202eevil\u202c \u2066text\u2069", "evil text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("Kim&nbsp;Jong&amp;nbsp;Un", "Kim Jong Un"),
        ("a &amp;lt;b&amp;gt; c", "a <b> c"),
        ("AT&T, R&D, x&copy=1", "AT&T, R&D, x&copy=1"),
        ("&#1055;&#x43e;", "По"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("e\u0301\x00\u0302", "é\u0302"),
    ],
)
def test_junk_goes(given_text: str, wanted: str) -> None:
    assert clean_line(given_text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "نمی\u200cدانم که می\u200cخواهد",  # Persian: zero-width non-joiner inside words
        "क्\u200dष और श्री\u200cमान",  # Hindi joiners
        "ភាសា\u200bខ្មែរ\u200bនិង",  # Khmer: zero-width space parts words
        "ภาษา\u200bไทย",
        "ພາສາ\u200bລາວ",
        "مرحبا \u200fABC\u200f (اختبار)",  # marks in right-to-left text
        "שלום \u200fABC",
        "👩\u200d🔬 and 🏳️\u200d🌈",
        "「日本語」の文章、句読点。",
    ],
)
def test_scripts_are_unharmed(text: str) -> None:
    assert clean_line(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\u200f", "&nbsp;&#8203;", "\x00", "\u2060\ufeff"])
def test_nothing_visible_is_none(text: str) -> None:
    assert clean_line(text) is None
    assert clean_paragraphs(text) is None


@given(TEXTS)
@example("&amp;amp;amp;amp;nbsp;x")
@example("&#38;#38;#38;lt;")
@example("a\u200b\u00ad\u200bก")
def test_line_is_a_fixed_point_in_normal_form(text: str) -> None:
    line = clean_line(text)
    if line is None:
        return
    assert clean_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line == " ".join(line.split(" "))
    assert not set(line) & set(JUNK) - set("\u200e\u200f")
    assert not any("\ud800" <= char <= "\udfff" or unicodedata.category(char) == "Cc" for char in line)
    assert line.encode()


@given(TEXTS)
def test_paragraphs_are_a_fixed_point_of_lines(text: str) -> None:
    whole = clean_paragraphs(text)
    if whole is not None:
        assert clean_paragraphs(whole) == whole
        assert [clean_line(line) for line in whole.split("\n\n")] == whole.split("\n\n")


def test_what_is_passed_unread_needs_no_work() -> None:
    plain = [char for char in map(chr, range(0x10000)) if _PLAIN.fullmatch(char)]
    assert len(plain) > 30_000
    assert [char for char in plain if _normal(char) != unicodedata.normalize("NFC", char)] == []
    assert [
        char
        for char in plain
        if unicodedata.category(char) in {"Cc", "Cf", "Mn", "Mc", "Me", "Zs", "Cn"} and unicodedata.combining(char)
    ] == []


def test_paragraphs_are_parted_by_one_blank_line() -> None:
    assert clean_paragraphs("a\r\nb\n\n\n \n c\u2028d") == "a\n\nb\n\nc\n\nd"


@pytest.mark.parametrize(
    "name", ["e430955cff22757c2c33.jpg", ".jpg)", "ミスター・コッパー.jpg", "7-7. 8.jpg", "a b.webp"]
)
def test_file_names(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize("text", ["He sent photo.jpg to them", "Version 2.0", "", "See a.jpg. Then b. And c.jpg"])
def test_no_file_names(text: str) -> None:
    assert not is_file_name(text)


def test_same_text_compares_letters_alone() -> None:
    assert same_text("“The  Bridge”, at night .", "the bridge at night")
    assert not same_text("…", "—")
    assert not same_text("one", "two")


@given(st.text(max_size=40))
def test_slug_is_plain(text: str) -> None:
    slug = slugify(text)
    assert slug.strip("-") == slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slug) == slug


def test_hash_tells_places_apart() -> None:
    assert content_hash("a", None) == content_hash("a", "")
    assert content_hash("ab", "c") != content_hash("a", "bc")
    assert len(content_hash()) == 32
