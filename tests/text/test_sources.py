"""Source lines, source labels, junk lines and damaged addresses of republished pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.sources import (
    SourceLabel,
    SourceLine,
    is_comment_counter,
    is_empty_list,
    is_junk_line,
    is_title_of,
    read_source_label,
    read_source_line,
    resolve_source,
    strip_placeholders,
)

ADDRESS = "https://nld.com.vn/pho-di-bo-mo-cua-196250614094923719.htm"
SLUG = "cay-cau-cu-bac-qua-song-se-dong-cua-tu-mua-he"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Báo Quốc TếBáo Quốc Tế14/09/2024", SourceLine("Báo Quốc Tế", "14/09/2024")),
        ("Việt NamViệt Nam04/11/2024", SourceLine("Việt Nam", "04/11/2024")),
        ("Báo Tin Tức báo tin tức 7/7/2025", SourceLine("Báo Tin Tức", "7/7/2025")),
        ("Báo Nhân dân 23/09/2025", SourceLine("Báo Nhân dân", "23/09/2025")),
        ("14/09/2024", SourceLine(None, "14/09/2024")),
        ("The fair opened on 14/09/2024 and closed", None),
        ("x" * 300, None),
    ],
)
def test_source_line(text: str, wanted: SourceLine | None) -> None:
    assert read_source_line(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted", "forms"),
    [
        ("Møtet ble holdt. [annonse_1]", "Møtet ble holdt.", ["[annonse_1]"]),
        ("[広告2]", "", ["[広告2]"]),
        ("会談した。 [広告_1]", "会談した。", ["[広告_1]"]),
        ("[إعلان 1] التقى الوفد", "التقى الوفد", ["[إعلان 1]"]),
        ("[ad_1] a [ad_2]", "a", ["[ad_1]", "[ad_2]"]),
        ("[ukjentord_1] in front", "in front", ["[ukjentord_1]"]),
        ("see the list [table 1] in the middle of text", "see the list [table 1] in the middle of text", []),
        ("array[12] and [...] stay", "array[12] and [...] stay", []),
        ("no brackets", "no brackets", []),
    ],
)
def test_placeholders(text: str, wanted: str, forms: list[str]) -> None:
    assert strip_placeholders(text) == (wanted, forms)


@pytest.mark.parametrize(
    ("label", "author"),
    [
        ("Nguồn: ", None), ("Kilde: ", None), ("Source : ", None), ("Quelle:", None), ("Fuente: ", None),
        ("Sursă: ", None), ("Sumber: ", None), ("Источник: ", None), ("出典:", None), ("ソースリンク", None),
        ("출처: ", None), ("المصدر: ", None), ("स्रोत: ", None), ("TB (Zusammenfassung)Quelle: ", "TB (Zusammenfassung)"),
        ("PV（合成）出典：", "PV（合成）"),
    ],
)  # fmt: skip
def test_label_with_printed_address(label: str, author: str | None) -> None:
    assert read_source_label(label + ADDRESS) == SourceLabel(author, ADDRESS)


@pytest.mark.parametrize(
    ("text", "hrefs", "wanted"),
    [
        ("원천", (), SourceLabel(None, None)),
        ("Source", (ADDRESS,), SourceLabel(None, ADDRESS, (ADDRESS,))),
        ("HA KIENQuelle", (ADDRESS,), SourceLabel("HA KIEN", ADDRESS, (ADDRESS,))),
        ("HA KIENQuelle", (), SourceLabel("HA KIEN", None)),
        ("The minister is a reliable source", (), None),
        ("He named no source.", (), None),
        ("Water is a natural resource", (), None),
        ("resource:", (), None),
        ("A long paragraph about the bridge. " * 5 + "Source", (), None),
    ],
)
def test_label_without_address(text: str, hrefs: tuple[str, ...], wanted: SourceLabel | None) -> None:
    assert read_source_label(text, hrefs) == wanted


@pytest.mark.parametrize(
    ("printed", "taken"),
    [
        ("baoquocte.vn/mot-hai-ba-286239.html", "baoquocte.vn/mot-hai-ba-286239.html"),
        ("www.baoquocte.vn/mot-hai-ba-286239.html.", "www.baoquocte.vn/mot-hai-ba-286239.html"),
        ("baoquocte.vn", "baoquocte.vn"),
        ("https:/baoquocte.vn/mot-hai-ba-286239.html", "https:/baoquocte.vn/mot-hai-ba-286239.html"),
        (
            "https: // baoquocte. vn / one two three-286239. html",
            "https: // baoquocte. vn / one two three-286239. html",
        ),
        ("https://baoquocte.vn/one two three 286239.html (Minh Hà)", "https://baoquocte.vn/one two three 286239.html"),
        ("https://baoquocte.vn/mot-hai-ba-286239.html and 2 in 12345", "https://baoquocte.vn/mot-hai-ba-286239.html"),
        ("https://a.vn/mot-hai and https://b.vn/ba-286239.html", "https://a.vn/mot-hai"),
        ("https://nhandan.vn - ngày 20240914", "https://nhandan.vn"),
        ("https://plo.vn Mai Lan 2024 12345", "https://plo.vn"),
        ("https://nhandan.vn/ten-bai-viet.html - Hotline 19001234", "https://nhandan.vn/ten-bai-viet.html"),
        ("https://tuoitre.vn/ten-bai.htm, tel 0912345678", "https://tuoitre.vn/ten-bai.htm"),
        ("https://vov.vn/ten-bai (14/09/2024) so 123456", "https://vov.vn/ten-bai"),
        ("https://nhandan.vn/bai-viet va vnexpress.net/bai-khac-4567891.html", "https://nhandan.vn/bai-viet"),
        ("https://nhandan.vn/bai -viet-post123456.html", "https://nhandan.vn/bai -viet-post123456.html"),
        ("https://plo.vn/ bai-viet-post123456.html", "https://plo.vn/ bai-viet-post123456.html"),
        ("https://baoquocte.vn/co-gi-286239. html", "https://baoquocte.vn/co-gi-286239. html"),
    ],
)
def test_address_printed_in_pieces(printed: str, taken: str) -> None:
    assert read_source_label(f"Kilde: {printed}") == SourceLabel(None, taken)


@pytest.mark.parametrize(
    "text",
    [
        "Kilde: Dr.Hansen",
        "Kilde: vinh@baoquocte.vn",
        "Kilde: baoquocte.vn sier det samme",
        "Nguồn: St.John/Reuters",
        "Ảnh chụp màn hình, nguồn: vtv.vn",
        "Bạn đọc xem thêm tại nguồn vtc.vn.",
    ],
)
def test_no_address(text: str) -> None:
    found = read_source_label(text)
    assert found is None or found.url is None


def test_unknown_label_counts_by_place_alone() -> None:
    text = f"Ursprungsort: {ADDRESS}"
    assert read_source_label(text) is None
    assert read_source_label(text, known_only=False) == SourceLabel(None, ADDRESS)
    assert read_source_label("Kwelle:", known_only=False) == SourceLabel(None, None)
    assert read_source_label("The last sentence of the text.", known_only=False) is None


@pytest.mark.parametrize("text", ["Kommentar (0)", "コメント (12)", "Bình luận (0)", "댓글(3)", "टिप्पणी (०)"])
def test_comment_counter(text: str) -> None:
    assert is_comment_counter(text)
    assert not is_comment_counter(f"In the {text} box he wrote that")


def test_empty_lists() -> None:
    assert is_empty_list("No data")
    assert is_empty_list(" no videos available ")
    assert not is_empty_list("No data was lost")


def test_junk_lines() -> None:
    title = "Cây cầu cũ bắc qua sông sẽ đóng cửa từ mùa hè"
    for line in (title, f"{title} - Ảnh 1.", "a1b2.jpg", ".jpg)", "사진 설명", "|"):
        assert is_junk_line(line, SLUG), line
    for line in ("Cây cầu cũ", "The bridge closes.", "사진 설명을 보면"):
        assert not is_junk_line(line, SLUG), line
    assert is_title_of(title, SLUG + "-2")
    assert is_title_of(title + " năm sau, thành phố cho biết", SLUG)
    assert not is_title_of("Một tin khác hẳn về cây cầu", SLUG)


HOST = "https://baoquocte.vn"


@pytest.mark.parametrize(
    ("raw", "url", "status"),
    [
        (f"{HOST}/{SLUG}-286239.html", f"{HOST}/{SLUG}-286239.html", "exact"),
        (f"{HOST}/the-old-bridge-across-the-river-will-close-286239.html", f"{HOST}/{SLUG}-286239.html", "repaired"),
        (f"{HOST}/{SLUG.replace('dong', 'dng')}-286239.html", f"{HOST}/{SLUG}-286239.html", "repaired"),
        (f"{HOST}/{SLUG.replace('-qua-', '-qua')}-286239.html", f"{HOST}/{SLUG.replace('-qua-', '-qua')}-286239.html", "exact"),
        (f"{HOST}/mot-tieu-de-khac-han-cua-bao-286239.html", f"{HOST}/mot-tieu-de-khac-han-cua-bao-286239.html", "exact"),
        (f"https：// baoquocte.vn/{SLUG}-286239.html", f"{HOST}/{SLUG}-286239.html", "exact"),
        (f"www.baoquocte.vn/{SLUG}-286239.html", f"https://www.baoquocte.vn/{SLUG}-286239.html", "exact"),
        (f"https:/BaoQuocTe.vn/{SLUG}-286239.html", f"{HOST}/{SLUG}-286239.html", "exact"),
        (f"http: // baoquocte. vn / {SLUG} - 286239. html", f"http://baoquocte.vn/{SLUG}-286239.html", "repaired"),
        (f"{HOST}/{SLUG.replace('-', ' ', 2)}-286239.html", f"{HOST}/{SLUG}-286239.html", "repaired"),
        (f"{HOST}/the old bridge across the river will close-286239.html", f"{HOST}/{SLUG}-286239.html", "repaired"),
    ],
)  # fmt: skip
def test_repair(raw: str, url: str, status: str) -> None:
    found = resolve_source(raw, SLUG, labelled=True)
    assert (found.url, found.status, found.key) == (url, status, "baoquocte.vn/286239")


def test_what_cannot_be_repaired_is_not_guessed() -> None:
    damaged = resolve_source(f"{HOST}/the-old-bridge-across-the-river-will-close", SLUG, labelled=True)
    assert (damaged.url, damaged.status, damaged.key) == (None, "damaged", None)
    assert resolve_source("https://", SLUG, labelled=True).status == "damaged"
    assert resolve_source(None, SLUG, labelled=True).status == "label_only"
    assert resolve_source(None, SLUG, labelled=False).status == "none"


@given(st.text(max_size=60))
def test_any_line_is_read(text: str) -> None:
    read_source_line(text)
    read_source_label(text)
    read_source_label(text, ("https://a.vn/b-12345.html",), known_only=False)
    stripped, forms = strip_placeholders(text)
    assert not forms or len(stripped) < len(text)
    is_junk_line(text, SLUG)
    resolve_source(text, SLUG, labelled=True)
