"""A body element to paragraphs and pictures."""

import pytest
from lxml import html

from newscrawl.items import Image
from newscrawl.page.blocks import MAX_PICTURES, Block, read_blocks, split_credit
from newscrawl.page.document import read_document

BASE = "https://a.vn/dir/page.html"


def read(markup: str, **options):
    return read_blocks(html.fromstring(f"<div>{markup}</div>"), BASE, **options)


def texts(markup: str, **options) -> list[str]:
    return [block.text for block in read(markup, **options).blocks]


def test_reading_order_of_all_kinds() -> None:
    content = read(
        "<h2>Head</h2><p>One <b>bold</b>,<i>tight</i>.</p>loose text<ul><li>first</li><li>second<ol><li>inner</li></ol>"
        "</li></ul><blockquote><p>said</p></blockquote><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>"
        "</table><p>End</p>"
    )
    assert [(block.kind, block.text) for block in content.blocks] == [
        ("heading", "Head"), ("paragraph", "One bold,tight."), ("paragraph", "loose text"), ("item", "first"),
        ("item", "second"), ("item", "inner"), ("quote", "said"), ("row", "a | b"), ("row", "1 | 2"), ("paragraph", "End"),
    ]  # fmt: skip


def test_line_breaks() -> None:
    assert texts("one<br>two<br><br>three<br/> <br/>four") == ["one two", "three", "four"]
    assert texts("one<br>two", line_breaks=True) == ["one", "two"]


@pytest.mark.parametrize(
    "junk",
    [
        "<script>var x</script>", "<style>p{}</style>", "<noscript>no</noscript>", "<template>no</template>",
        "<div style='display: none'>no</div>", "<p hidden>no</p>", "<div aria-hidden='true'>no</div>",
        "<div class='box related-news'>no</div>", "<div class='social share'>no</div>", "<div id='fb-comments'>no</div>",
        "<div class='video-js'>no</div>", "<aside>no</aside>", "<nav>no</nav>", "<form><p>no</p></form>",
        "<button>no</button>", "<iframe>no</iframe>", "<!-- no -->", "<video>no</video>",
    ],
)  # fmt: skip
def test_junk_is_left_out(junk: str) -> None:
    assert texts(f"<p>before</p>{junk}<p>after</p>") == ["before", "after"]


def test_dropped_elements() -> None:
    root = html.fromstring("<div><p>a</p><p class=x>b</p> tail</div>")
    content = read_blocks(root, BASE, drop=frozenset(root.xpath("//p[@class='x']")))
    assert [block.text for block in content.blocks] == ["a", "tail"]


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ("src='/p.jpg'", "https://a.vn/p.jpg"),
        ("src='data:image/gif;base64,R0' data-src='p.jpg'", "https://a.vn/dir/p.jpg"),
        ("src='/images/blank.gif' data-original='//cdn.a.vn/p.jpg'", "https://cdn.a.vn/p.jpg"),
        ("srcset='s.jpg 320w, l.jpg 1280w'", "https://a.vn/dir/l.jpg"),
        ("srcset='/w_4,c_limit/a.jpg 424w, /w_9,c_limit/a.jpg 1456w, /s.jpg 320w'", "https://a.vn/w_9,c_limit/a.jpg"),
        ("srcset='a.jpg 1x,b.jpg 2x'", "https://a.vn/dir/b.jpg"),
        ("srcset='a.jpg, b.jpg 1.5x'", "https://a.vn/dir/b.jpg"),
        ("srcset=' , '", None),
        ("srcset='a.jpg 1.2.3x'", "https://a.vn/dir/a.jpg"),
        ("data-lazy-srcset='a.jpg 9w' src='/wp/blank.gif'", "https://a.vn/dir/a.jpg"),
        ("data-gl-src='/a.jpg'", "https://a.vn/a.jpg"),
        ("src='/count.gif' width=1 height=1", None),
        ("src='/a.jpg' width=2 height=2", None),
        ("src='/a.jpg' width=3 height=2", "https://a.vn/a.jpg"),  # a ratio
        (f"srcset='a{',' * 100_000}x 1w'", None),  # told at once, and too long
        ("srcset='a.jpg 100w 50h, b.jpg 200w 100h,c.jpg 300w'", "https://a.vn/dir/c.jpg"),
        ("src='/a.jpg' class='wp-smiley'", None),
        ("src='/a.jpg' class='avatar avatar-40'", None),
        ("src='https://[bad'", None),
        ("src='/icon.svg'", None),
        ("alt='none'", None),
    ],
)
def test_picture_addresses(attributes: str, url: str | None) -> None:
    assert [image.url for image in read(f"<img {attributes}>").images] == ([url] if url else [])


@pytest.mark.parametrize(
    "markup",
    [
        "<picture><source srcset='/s.jpg 80w, /p.jpg 800w'><img alt=m></picture>",
        "<picture><source data-srcset='/p.jpg'><img src='data:image/gif;base64,R0'></picture>",
        "<img src='data:image/gif;base64,R0'><noscript><img src='/p.jpg'></noscript>",
    ],
)
def test_what_stands_in_for_a_picture_says_its_address(markup: str) -> None:
    content = read(f"<figure>{markup}<figcaption>The bridge.</figcaption></figure>")
    assert content.images == [Image("https://a.vn/p.jpg", "The bridge.")]


def test_card_of_a_link_holds_no_picture_of_the_article() -> None:
    card = "<a href='/x'><div>Storm</div><img src='/icon.png'></a><figcaption>Storm</figcaption>"
    assert read(f"<p>text</p><figure class='kg-card kg-bookmark-card'>{card}</figure>").images == []


def test_pictures_beyond_counting_are_left_out() -> None:
    html = "".join(f"<img src='/{number}.jpg'>" for number in range(MAX_PICTURES + 10))
    images = read(f"<p>text</p>{html}").images
    assert [image.url for image in images[-1:]] == [f"https://a.vn/{MAX_PICTURES - 1}.jpg"]


def test_captions_go_to_pictures() -> None:
    content = read(
        "<figure><img src=/1.jpg><figcaption>The bridge. (Nguồn: KCNA)</figcaption></figure><p>Text</p>"
        "<table><tr><td><img src=/2.jpg></td></tr><tr><td>The river  at night .</td></tr><tr><td>The river at night.</td>"
        "</tr></table><p>More</p>"
    )
    assert [block.text for block in content.blocks] == ["Text", "More"]
    assert content.images == [
        Image("https://a.vn/1.jpg", "The bridge.", "KCNA"),
        Image("https://a.vn/2.jpg", "The river at night .", None),
    ]


@pytest.mark.parametrize(
    ("below", "caption"),
    [
        ("<p><em>The bridge at night</em></p>", "The bridge at night"),
        ("<div><i>The bridge</i> <i>at night.</i></div>", "The bridge at night."),
        ("<span class='image-caption'>The bridge at night</span>", "The bridge at night"),
        ("<span class=photo_box><em class='img_desc'>The bridge at night</em></span>", "The bridge at night"),
        ("<p>The bridge <em>at night</em></p>", None),
        (f"<p><em>{'The bridge at night. ' * 15}</em></p>", None),
        ("<p>Text.</p><p><em>Said later</em></p>", None),
        ("<p><em>When will the bridge be open again?</em></p>", None),
        ("<p><em>- Thưa ông, bao giờ cầu mở lại</em></p>", None),
    ],
)
def test_captions_of_pictures_without_a_figure(below: str, caption: str | None) -> None:
    content = read(f"<p>Before.</p><p><img src=a.jpg></p>{below}<p>After.</p>")
    assert [image.caption for image in content.images] == [caption]
    assert (len(content.blocks) == 2) is (caption is not None)


@pytest.mark.parametrize(
    ("below", "wanted"),
    [
        ("<b>The bridge in 2019</b><i class=credit>Ida Holm/Agency</i>", ("The bridge in 2019", "Ida Holm/Agency")),
        ("The bridge.<cite>Ida Holm</cite>", ("The bridge.", "Ida Holm")),
        ("<i class=photo-credit>Agency</i><b>The bridge</b>", ("The bridge", "Agency")),
        (
            "<b class=caption>The bridge.</b> <i class=copyright>© Ida Holm/Agency</i>",
            ("The bridge.", "Ida Holm/Agency"),
        ),
        ("<p class=media__comment>The bridge</p><p class=photo_author>Photo: Ida Holm</p>", ("The bridge", "Ida Holm")),
        ("The bridge. <i class=credit>(Ida Holm / Agency)</i>", ("The bridge.", "Ida Holm / Agency")),
        ("<i class=credit>Ida Holm</i>The bridge<i class=credit>Ida Holm</i>", ("The bridge", "Ida Holm")),
        ("<b>The bridge.</b><b>Ida Holm for The Paper</b>", ("The bridge. Ida Holm for The Paper", None)),
    ],
)
def test_credit_in_an_element_of_its_own(below: str, wanted: tuple[str | None, str | None]) -> None:
    for caption in (f"<figcaption>{below}</figcaption>", f"<figcaption aria-hidden=true>{below}</figcaption>"):
        content = read(f"<p>a</p><figure><img src=/1.jpg>{caption}</figure><p>b</p>")
        assert [(image.caption, image.credit) for image in content.images] == [wanted]
        assert [block.text for block in content.blocks] == ["a", "b"]


@pytest.mark.parametrize(
    ("caption", "wanted"),
    [
        ("<i class=visually-hidden>Image caption, </i>The bridge", "The bridge"),
        ("<i class=caption hidden>Zoom</i>The bridge", "The bridge"),
        ("Tanks of H<sub>2</sub>O", "Tanks of H2O"),
        ("<b>T</b>HE bridge in TP<b>HCM</b>", "THE bridge in TPHCM"),
    ],
)
def test_words_of_a_caption_stay_whole_and_hidden_ones_out(caption: str, wanted: str) -> None:
    (image,) = read(f"<figure><img src=/1.jpg><figcaption>{caption}</figcaption></figure>").images
    assert image.caption == wanted


def test_who_is_quoted_in_a_figure_took_no_picture() -> None:
    quote = "<figure class=quote><blockquote>We wait.</blockquote><figcaption><cite>Mai Lan, mayor</cite></figcaption></figure>"
    content = read(f"<figure><img src=/1.jpg><figcaption>The bridge.</figcaption></figure><p>Text.</p>{quote}")
    assert content.images == [Image("https://a.vn/1.jpg", "The bridge.")]
    sentence = read("<p><img src=/1.jpg></p><p class=credits>The mayor resigned on Friday.</p>")
    assert [block.text for block in sentence.blocks] == ["The mayor resigned on Friday."]


def test_credit_right_below_a_picture_without_a_figure() -> None:
    credit = "<div class=credit>Ida Holm/The Paper</div>"
    caption = "<div class=caption>The bridge.</div>"
    for below, wanted in (
        (credit, (None, "Ida Holm/The Paper")),
        (caption + credit, ("The bridge.", "Ida Holm/The Paper")),
    ):
        content = read(f"<p>a</p><div><img src=/1.jpg>{below}</div><p>b</p>")
        assert [(image.caption, image.credit) for image in content.images] == [wanted]
        assert [block.text for block in content.blocks] == ["a", "b"]
    assert [block.text for block in read(f"<img src=/1.jpg><p>a</p>{credit}").blocks] == ["a", "Ida Holm/The Paper"]
    long = credit.replace("Ida", "Ida " * 40)
    assert len(read(f"<div><img src=/1.jpg>{long}</div><p>b</p>").blocks) == 2
    said = credit.replace("Ida", f"{'The bridge in rain. ' * 5} Photo: Ida")
    (image,) = read(f"<div><img src=/1.jpg>{said}</div><p>b</p>").images
    assert (image.credit, (image.caption or "")[:10]) == ("Ida Holm/The Paper", "The bridge")


def test_what_only_looks_like_a_caption() -> None:
    """A lead in italics below the first picture; words within a sentence; a cell of a table without pictures."""
    assert texts("<p><img src=a.jpg></p><p><em>The mayor announced the money.</em></p>") == [
        "The mayor announced the money."
    ]
    assert texts("<img src=a.jpg><p>It <span class=caption>remains closed</span> now.</p>") == [
        "It remains closed now."
    ]
    assert texts("<table><tr><td class=caption>Year<td>2024<tr><td>a<td>b</table>") == ["Year | 2024", "a | b"]


@pytest.mark.parametrize(
    ("caption", "wanted"),
    [
        ("The bridge (Ảnh: Mai Lan)", ("The bridge", "Mai Lan")),
        ("Мост. © РИА Новости / Иван Ким", ("Мост.", "РИА Новости / Иван Ким")),
        ("Photo: AFP", (None, "AFP")),
        ("The bridge. (Nguồn ảnh: Mai Lan)", ("The bridge.", "Mai Lan")),
        ("The bridge. Ảnh tư liệu: TTXVN", ("The bridge.", "TTXVN")),
        ("The bridge. Image credit: Mai Lan", ("The bridge.", "Mai Lan")),
        ("Le pont. Crédit photo : AFP", ("Le pont.", "AFP")),
        ("The bridge (Photo by Mai Lan / AFP)", ("The bridge", "Mai Lan / AFP")),
        ("The bridge. Photos by Mai Lan", ("The bridge.", "Mai Lan")),
        ("A photo by Mai Lan of the bridge", ("A photo by Mai Lan of the bridge", None)),
        ("The bridge. Photo by the river", ("The bridge. Photo by the river", None)),
        ("Only a caption", ("Only a caption", None)),
        (None, (None, None)),
    ],
)
def test_credit(caption: str | None, wanted: tuple[str | None, str | None]) -> None:
    assert split_credit(caption) == wanted


def test_deep_nesting_does_not_recurse() -> None:
    root = read_document(BASE, b"<div>" + b"<span>" * 2000 + b"deep").root
    assert read_blocks(root, BASE).blocks == [Block("deep")]


def test_links_are_absolute_and_marked() -> None:
    blocks = read("<p><a href='/x#y'>all of it</a></p><p>some <a href='z'>words</a> of a line</p>").blocks
    assert [(block.hrefs, block.linked) for block in blocks] == [
        (("https://a.vn/x",), True),
        (("https://a.vn/dir/z",), False),
    ]
