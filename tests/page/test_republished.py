"""Republished pages by structure alone: no class names, every order, every kind of label."""

import pytest

from newscrawl.page.document import read_document
from newscrawl.page.republished import Republished, read_republished
from newscrawl.page.rules import ArticleRules
from newscrawl.page.select import text_of

SLUG = "cay-cau-cu-bac-qua-song-se-dong-cua"
URL = f"https://www.vietnam.vn/xx/{SLUG}"
LEAD = "The old bridge closes next summer, and the town has told the shops on both banks."
BODY = [
    f"Paragraph number {n} says something of its own about the bridge and the ferry, and ends with a full stop."
    for n in range(4)
]
SOURCE = f"https://baoquocte.vn/{SLUG}-286239.html"
DAMAGED = "https://baoquocte.vn/the-old-bridge-across-the-river-will-close-286239.html"
FOOT = [
    "No data",
    "No data",
    "Same category",
    "<a href='/xx/mot-bai-khac'>Another title of another story, long enough</a>",
    "Heritage",
    "No videos available",
]


def page(*lines: str, foot: bool = True, title: str = "The bridge closes") -> Republished:
    parts = "".join(f"<p>{line}</p>" for line in [*lines, *(["Komentar (0)", *FOOT] if foot else FOOT)])
    markup = f"<html><body><nav><a href='/'>Home</a></nav><div>Vietnam.vn - Nền tảng quảng bá Việt Nam</div><h1>{title}</h1>{parts}</body></html>"
    root = read_document(URL, markup.encode())
    return read_republished(root, ArticleRules(republished=True), text_of(root.root.find(".//h1")), SLUG, None)


def texts(found: Republished) -> list[str]:
    return [block.text for block in found.blocks]


LINE = "Báo Quốc TếBáo Quốc Tế14/09/2024"


@pytest.mark.parametrize("lines", [(LEAD, LINE), (LINE, f"{LEAD} [annonse_1]"), (LINE, f"{LEAD} [xx_1]")])
def test_lead_on_either_side_of_the_source_line(lines: tuple[str, str]) -> None:
    found = page(*lines, *BODY, f"Kilde: {SOURCE}")
    assert (found.source_name, found.day, found.lead) == ("Báo Quốc Tế", "14/09/2024", LEAD)
    assert texts(found) == BODY


@pytest.mark.parametrize(
    ("label", "url", "authors"),
    [
        (f"Kilde: {SOURCE}", SOURCE, []),
        (f"Ursprungsquelle: {SOURCE}", SOURCE, []),  # a word in no list: known by its place
        (f"HA KIENQuelle: {SOURCE}", SOURCE, ["HA KIEN"]),
        (f"<a href='{SOURCE}'>Nguồn</a>", SOURCE, []),
        (f"<a href='{SOURCE}'>Xyz</a>", SOURCE, []),
        ("원천", None, []),
        (f"Kilde: <a href='{SOURCE}'>{DAMAGED}</a>", SOURCE, []),  # the link is sound, the text is not
        (f"Kilde: <a href='{DAMAGED}'>{DAMAGED}</a>", DAMAGED, []),
    ],
)
def test_labels(label: str, url: str | None, authors: list[str]) -> None:
    found = page(LINE, *BODY, label)
    assert (found.labelled, found.source_url, found.authors) == (True, url, authors)
    assert texts(found) == BODY


def test_no_label_at_all() -> None:
    found = page(LINE, *BODY)
    assert (found.labelled, found.source_url) == (False, None)
    assert texts(found) == BODY


def test_no_comment_counter_either() -> None:
    assert texts(page(LINE, *BODY, f"Kilde: {SOURCE}", foot=False)) == BODY


@pytest.mark.parametrize(
    "junk",
    ["[annonse_2]", "[広告2]", "a1b2c3.jpg", ".jpg)", "Cây cầu cũ bắc qua sông sẽ đóng cửa", "사진 설명",
     "<a href='https://baoquocte.vn/x-1.html'>A related title that stayed behind</a>"],
)  # fmt: skip
def test_junk_lines_are_no_text(junk: str) -> None:
    assert texts(page(LINE, BODY[0], junk, *BODY[1:], f"Kilde: {SOURCE}")) == BODY


def test_caption_doubled_and_in_a_cell() -> None:
    picture = "<img src='https://vstatic.vietnam.vn/IMAGE/1' alt='The bridge at night .'>"
    found = page(LINE, BODY[0], picture, "The bridge at night. (Nguồn: KCNA) |", *BODY[1:], f"Kilde: {SOURCE}")
    assert texts(found) == BODY
    assert [(image.caption, image.credit) for image in found.images] == [("The bridge at night.", "KCNA")]


def test_name_and_day_in_lines_of_their_own() -> None:
    found = page("Báo Tin Tức", "07/07/2025", *BODY, f"Kilde: {SOURCE}")
    assert (found.source_name, found.day) == ("Báo Tin Tức", "07/07/2025")
    assert texts(found) == BODY


def test_a_page_of_nothing() -> None:
    assert texts(page(foot=False)) == []
