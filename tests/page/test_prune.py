"""What surrounds an article's text in an element found by structure."""

import pytest
from lxml import html

from newscrawl.page.blocks import Block
from newscrawl.page.prune import prune

TEXT = [
    Block(f"The harbour office said in its report number {n} that the ferry will run again from Monday.")
    for n in range(4)
]


@pytest.mark.parametrize(
    "junk",
    ["ALSO READ: Another story about boats", "Lesen Sie auch: Mehr vom Hafen", "À lire aussi : le port", "Читайте также: о порте",
     "Lea además: El puerto", "Czytaj również: port", "Läs även: hamnen", "Διαβάστε επίσης: το λιμάνι", "Hirdetés",
     "Continua após a publicidade", "Dalszy ciąg materiału pod wideo", "De tekst gaat verder onder de foto",
     "Xem thêm: Bến cảng mới", "延伸閱讀：港口", "Sign up for our newsletter", "Advertisement", "[PR]", "REKLAM",
     "An dieser Stelle finden Sie externen Inhalt", "Noel Celis/AFP via Getty Images", ">>>> Xem thêm: Bến cảng mới",
     "* Mời quý độc giả theo dõi chương trình của chúng tôi!", "Follow us on the usual channels"],
)  # fmt: skip
def test_lines_that_are_no_text(junk: str) -> None:
    assert prune([TEXT[0], Block(junk), *TEXT[1:]], None) == TEXT


def test_links_title_and_scraps_at_the_ends() -> None:
    blocks = [Block("The title"), Block("By Ada Poole"), Block("Updated 15.59"), *TEXT[:2], Block("A story elsewhere", linked=True),
              *TEXT[2:], Block("Topics", "heading"), Block("Ferries", "item", linked=True), Block("Ada Poole")]  # fmt: skip
    assert prune(blocks, "The title") == TEXT


def test_text_that_only_sounds_like_junk_stays() -> None:
    text = [
        TEXT[0],
        Block("He said he would read on the ferry, and that more was to come."),
        Block("“Watch out!” she cried."),
        TEXT[1],
    ]
    assert prune(text, None) == text


def test_heading_of_the_page_is_no_text_whatever_the_title_says() -> None:
    root = html.fragment_fromstring("<div><h1>Two ferries</h1><h2>One ferry</h2></div>")
    page, part = (Block(element.text, "heading", element=element) for element in root)
    assert prune([Block("Harbour"), page, Block("14 Sept"), *TEXT], "Ferries") == TEXT
    assert prune([part, *TEXT], "Ferries") == [part, *TEXT]
    assert prune([TEXT[0], page, *TEXT[1:]], "Ferries") == [TEXT[0], page, *TEXT[1:]]  # of a part of the text
    _, second = html.fragment_fromstring(f"<div><h1>Paper</h1><h1>{'Two ferries. ' * 30}</h1></div>")
    for element in (second, html.fragment_fromstring(f"<h1>{'Two ferries. ' * 30}</h1>")):
        part = Block(element.text, "heading", element=element)
        assert prune([part, *TEXT], "Ferries") == [part, *TEXT]


def test_list_of_links_is_left_as_it_is() -> None:
    links = [Block(f"A story worth reading, number {n}.", "item", linked=True) for n in range(9)]
    assert prune(links, None) == links


def test_text_that_a_page_carries_twice_is_read_once() -> None:
    long = [Block(f"{block.text} {'It did so in May. ' * 3}".strip()) for block in TEXT]
    assert prune([*long, *long], None) == long
    assert prune([*long, *long, *long], None) == long
    refrain = Block("The ferry will run again.")
    assert prune([TEXT[0], refrain, TEXT[1], refrain, TEXT[2]], None) == [TEXT[0], refrain, TEXT[1], refrain, TEXT[2]]


def test_signatures_of_posts_stay_however_often_they_stand_there() -> None:
    post = [Block("Ferry runs again", "quote"), Block("— Harbour (@harbour) 7 July 2024", "quote")]
    assert prune([*TEXT, *post, *post, *post, TEXT[0]], None) == [*TEXT, *post, *post, *post, TEXT[0]]
    assert (
        prune([TEXT[0], Block("Ferry again."), TEXT[1], Block("Ferry again."), Block("Ferry again."), TEXT[2]], None)
        == (TEXT[:3])
    )


@pytest.mark.parametrize(
    "last",
    [
        "See you there 😉",
        "宮崎県：延岡市、西都市、木城町、川南町、都農町、門川町、日南市、串間市、国富町、綾町、美郷町",
    ],
)
def test_last_line_that_ends_in_no_full_stop_but_is_text(last: str) -> None:
    assert prune([*TEXT, Block(last)], None) == [*TEXT, Block(last)]


@pytest.mark.parametrize(
    "scrap",
    [
        "Thứ bảy, 14/09/2024 20:05 (GMT+7)",
        "14.09.2024, 20:05",
        "28.04.2023, 19:09 3 Min.",
        "Mai Lan (Theo VNA)",
        "Mai Lan - Hoàng Hà",
        "（山田太郎）",
        "（关　河）",
        "[하늘일보 김하나 기자]",
        "（记者 王小河）",
    ],
)
def test_dates_and_signatures_at_the_ends(scrap: str) -> None:
    assert prune([Block(scrap), *TEXT, Block(scrap)], None) == TEXT


@pytest.mark.parametrize(
    "last",
    [
        "The bridge opened in 1912 (the old one).",
        "They won 3:1.",
        "The match of 14 May 2024 was over after 90 min.",
        "Weizenstärke (Hilfsstoff)",
        "（橋は今日また開いた。）",
        "The ferries of Monday, of Tuesday, of Wednesday and of every other day of the week:",
    ],
)
def test_last_lines_that_are_neither(last: str) -> None:
    assert prune([*TEXT, Block(last)], None) == [*TEXT, Block(last)]


def test_labels_of_what_was_dropped() -> None:
    label, day = Block("Published:"), Block("14 September 2024")
    assert prune([label, day, *TEXT, Block("Keep reading:")], None) == TEXT
    assert prune([label, *TEXT], None) == [label, *TEXT]
    steps = [Block("To stop it:"), Block("ferry stop now")]
    assert prune([*TEXT, *steps, Block("See also us:")], None) == TEXT
    assert prune([*TEXT, *steps, TEXT[0]], None)[len(TEXT) : -1] == steps


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<p>FUNDA LAPHA | <a href=/x>Kuboshwe abahlanu ngokugwaza umfundi</a></p>", False),
        ("<p><b>READ:</b> <a href=/x>The storm of last winter, one year on</a></p>", False),
        ("<p>The law says: <a href=/x>everyone has the right to appeal a verdict</a></p>", True),
        ("<p>Read: <a href=/x>The storm</a></p>", True),  # short enough to be anything
        ("<p>Pictured: <a href=/x>Mandarin Oriental</a> and <a href=/y>the old harbour of the town</a></p>", True),
        ("<p>The report said: <a href=/x>The storm of last winter cost a million</a>, and more.</p>", True),
        (
            "<p>As the report of the harbour office put it: <a href=/x>The storm of last winter cost millions</a></p>",
            True,
        ),
    ],
)
def test_short_label_and_one_link_is_a_teaser_in_any_language(markup: str, kept: bool) -> None:
    element = html.fragment_fromstring(markup)
    block = Block("".join(element.itertext()), element=element)
    assert prune([*TEXT[:2], block, *TEXT[2:]], None) == ([*TEXT[:2], block, *TEXT[2:]] if kept else TEXT)
