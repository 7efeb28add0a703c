import pytest
from lxml import html

from newscrawl.page.bylines import find_bylines, is_house, is_nobody, split_names


def bylines(markup: str) -> list[str]:
    return list(find_bylines(html.document_fromstring(f"<html><body>{markup}</body></html>")))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Mai Lan and Hoàng Hà", ["Mai Lan", "Hoàng Hà"]),
        ("Mai Lan, Hoàng Hà; An", ["Mai Lan", "Hoàng Hà", "An"]),
        ("Mai Lan - Hoàng Hà", ["Mai Lan", "Hoàng Hà"]),
        ("https://facebook.com/paper", []),
        ("x" * 300, []),
        ("2024", []),
        ("Written byMai Lan", ["Mai Lan"]),
        ("Veröffentlicht von Mai Lan", ["Mai Lan"]),
        ("Autor: Mai Lan", ["Mai Lan"]),
        ("Byron Lan", ["Byron Lan"]),
        ("Vonda Lan", ["Vonda Lan"]),
        ("Mai Lan (mla), Hoàng Hà (hh.)", ["Mai Lan", "Hoàng Hà"]),
        ("Mai Lan (The Paper)", ["Mai Lan (The Paper)"]),
        ("(Mai Lan", ["Mai Lan"]),
        ('"Mai Lan"', ["Mai Lan"]),
        ("Mai Lan Staff Writer", ["Mai Lan"]),
        ("Mai Lan7 min read", ["Mai Lan"]),
        ("김하나 기자", ["김하나"]),
        ("김하나기자", ["김하나"]),
        ("김하나, 이두리 경제전문기자", ["김하나", "이두리"]),
        ("Mai Lan (mai.lan@paper.example)", ["Mai Lan"]),
        ("paper@paper.example (Mai Lan)", ["Mai Lan"]),
        ("(Image: Agency)", []),
        ("Bài và ảnh: Mai Lan", ["Mai Lan"]),
        ("Tin, ảnh: Mai Lan - Hoàng Hà", ["Mai Lan", "Hoàng Hà"]),
        ("Bài: Mai Lan; Ảnh: Hoàng Hà", ["Mai Lan"]),
        ("Thực hiện: Mai Lan", ["Mai Lan"]),
        ("Mai Lan (Theo VNA)", ["Mai Lan"]),
        ("Mai Lan (tổng hợp), Hoàng Hà (ghi)", ["Mai Lan", "Hoàng Hà"]),
        ("Theo Reuters", []),
        ("Theo VNA/Báo Tin", []),
        ("Theo Mai", ["Theo Mai"]),  # a name, too
        ("By Mai Lan, Senior Staff Writer", ["Mai Lan"]),
        ("Mai Lan | Photos by Hoàng Hà", ["Mai Lan"]),
        ("文/张三", ["张三"]),
        ("Skrevet af Ida Holm", ["Ida Holm"]),
        ("Oleh: Budi Hartono", ["Budi Hartono"]),
        ("Di Stefano", ["Di Stefano"]),
        ("AV Club Staff", ["AV Club Staff"]),
        ("di Stefano Rossi", ["di Stefano Rossi"]),
        ("Geschreven door Jan de Wit", ["Jan de Wit"]),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("Soumis par Anne Rivière", ["Anne Rivière"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("name", "house"),
    [
        ("The Paper", True),
        ("The Paper Online", True),
        ("www.thepaper.example.com", True),
        ("thepaper.cn", True),
        ("云河日报", True),
        ("云河网络", True),
        ("王小河", False),
        ("tinNews", True),
        ("MacLan", False),
        ("Mai Lan", False),
    ],
)
def test_house(name: str, house: bool) -> None:
    assert is_house(name, "The Paper") is house


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ('<a rel="author" href="/x">Mai Lan</a>', ["Mai Lan"]),
        ('<a rel="author" href="/x">mailan77</a>', ["mailan77"]),
        ('<span class="post-author">Mai</span>', []),  # one word may be anything
        ('<span class="post-author">by Mai</span>', ["Mai"]),
        ('<div class="author">Mai Lan | Politics and Health</div>', ["Mai Lan"]),
        ('<div class="author">View author archive</div>', []),
        ('<div class="author">Posted on</div>', []),
        ('<p class="comment-author">Mai Lan</p>', []),
        ('<footer><a rel="author">Mai Lan</a></footer>', []),
        ('<div class="byline">Mai Lan/Agency</div>', ["Mai Lan"]),
        ('<div class="author">Mai Lan mai.lan@paper.example</div>', ["Mai Lan"]),
        ('<span class="author">王小河</span>', ["王小河"]),
        ('<span class="author">编辑部</span>', []),
        ('<span class="author">山田太郎</span>', ["山田太郎"]),
        ('<span class="byline">김하나</span>', ["김하나"]),
        ('<span class="byline">온라인뉴스팀</span>', []),
        ('<span class="author">राम कुमार</span>', ["राम कुमार"]),
    ],
)
def test_marked_bylines(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        (
            "<div class=author><b class=author-name><a>Mai Lan</a></b><i class=author-title>Staff Writer</i></div>",
            ["Mai Lan"],
        ),
        ("<div class=byline>By <a>Mai Lan</a><div>Staff Writer</div></div>", ["Mai Lan"]),
        ("<div class=article-author><a>Mai Lan</a><span>Correspondent</span><a>Follow</a></div>", ["Mai Lan"]),
        ("<div class=author><a>Mai Lan</a><span>THE PAPER</span></div>", ["Mai Lan"]),
        ("<p class=byline>Von Mai Lan, Berlin</p>", ["Mai Lan"]),
        ("<p class=byline>Von <a>Mai Lan</a>, Hamburg</p>", ["Mai Lan"]),
        ("<p class=byline>By <a>Mai Lan</a>, Crime Reporter for The Paper</p>", ["Mai Lan"]),
        ("<p class=byline>By Mai Lan and Ida Holm in Brussels</p>", ["Mai Lan", "Ida Holm"]),
        ("<p class=byline>Par Mai Lan avec AFP</p>", ["Mai Lan"]),
        ("<p class=author>DI MAI LAN</p>", ["MAI LAN"]),
        ("<p class=author>Por Mai Lan, Ida Holm, g1 SP — Santos</p>", ["Mai Lan", "Ida Holm"]),
        ("<p class=byline>By <span>Mai Lan</span> and <a rel=author>Ida Holm</a></p>", ["Mai Lan", "Ida Holm"]),
        ("<p class=byline>By Jan van der Berg and Piet de Vries</p>", ["Jan van der Berg", "Piet de Vries"]),
        ("<div class=byline><span>By</span><span>Mai Lan</span></div>", ["Mai Lan"]),
        ("<p class=byline><i>B</i>y <i>M</i>ai Lan</p>", ["Mai Lan"]),
        ("<p class=author>Read the article of Mai</p>", []),
        ("<i class=photo_author>Fot. Ida Holm / Agency</i><p class=author>Mai Lan</p>", ["Mai Lan"]),
        *(
            (f"<p class=author>{name}</p>", [name])
            for name in ("Luca della Robbia", "Karl vom Stein", "Jean d'Ormesson")
        ),
        ("<p class='byline has-photo'>Mai Lan</p>", ["Mai Lan"]),
        ("<figure><b class=author>Ida Holm</b></figure><p class=author>Mai Lan</p>", ["Mai Lan"]),
    ],
)
def test_what_stands_beside_a_name_in_its_byline(markup: str, names: list[str]) -> None:
    assert bylines(f"<div>{markup}</div>") == names


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<p>By <strong>Mai Lan</strong></p>", ["Mai Lan"]),
        ("<div>by: <a>Mai Lan</a>, <a>Hoàng Hà</a></div>", ["Mai Lan", "Hoàng Hà"]),
        ("<div>By Mai Lan • <span>March 3</span></div>", ["Mai Lan"]),
        ("<p><em>By</em> <b>Mai Lan</b></p>", ["Mai Lan"]),
        ("<p><strong>Bài và ảnh: Mai Lan</strong></p>", ["Mai Lan"]),
        ("<p>Thực hiện: Mai Lan và Hoàng Hà</p>", ["Mai Lan", "Hoàng Hà"]),
        ("<p>Thực hiện: cách làm bánh chưng</p>", []),
        ("<p>September 14, 2024 by Mai Lan</p>", ["Mai Lan"]),
        ("<p><time>14.09.2024 09:12</time> von Mai Lan (Kommentare: 2)</p>", ["Mai Lan"]),
        ("<p>14. September 2024 von Helsingborg nach Göteborg</p>", []),
        ("<p>The treaty of 14 September 2024 by which nobody was bound.</p>", []),
        ("<p>By Monday Evening, the water had fallen</p>", []),
        ("<p>Текст: печатная версия</p>", []),
        ("<p>Text: New York</p>", []),
        ("<p>By signing up you agree</p>", []),
        ("<p>By Monday evening the water had fallen by half a metre, said the mayor.</p>", []),
        ("<nav><p>By Mai Lan</p></nav>", []),
        ("<aside><p>By <b>Mai Lan</b></p></aside>", []),
        ('<p>By Hoàng Hà</p><div class="byline">Mai Lan</div>', ["Mai Lan"]),  # markup goes before words
        ("<p>By A B</p><p>By C D</p><p>By E F</p><p>By G H</p>", ["A B", "C D", "E F"]),
    ],
)
def test_said_bylines(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<span>作者:王小河</span>", ["王小河"]),
        ("<p>来源：云河日报 作者： <a>王小河</a></p>", ["王小河"]),
        ("<p>云河日报记者 王小河 李山</p>", ["王小河", "李山"]),
        ("<b>本报记者王小河发自北京</b>", ["王小河"]),
        ("<p>云河新闻记者王小河/文 受访者供图</p>", ["王小河"]),
        ("<p>大桥今天通车，市民在桥头排起长队等候，场面十分热闹。<span>（记者 王小河）</span></p>", ["王小河"]),
        ("<p>大桥今天通车，市民在桥头排起长队等候，场面十分热闹，直到深夜才散去。（記者 王小河）</p>", ["王小河"]),
        (
            f"<p>云河社河内9月14日电（记者王小河 李山）{'大桥今天通车，市民在桥头排起长队。' * 20}</p>",
            ["王小河", "李山"],
        ),
        ("<p>他告诉记者，大桥今天通车。</p>", []),
        ("<p>记者在现场看到</p>", []),
        ("<p>责任编辑：王小河</p>", []),  # who edits is no author
    ],
)
def test_chinese_bylines(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<p>김하나 기자</p>", ["김하나"]),
        ("<div>김하나 선임기자 hana@paper.example</div>", ["김하나"]),
        ("<p>[하늘일보 김하나 기자]</p>", ["김하나"]),
        ("<p>하늘일보 김하나 기자</p>", ["김하나"]),
        ("<p>김하나·이두리 기자</p>", ["김하나", "이두리"]),
        ("<p>뉴욕=김하나 특파원</p>", ["김하나"]),
        ("<p>기자 김하나</p>", ["김하나"]),
        (f"<p>(서울=하늘통신) 김하나 기자 = {'다리는 오늘 다시 열렸다. ' * 20}</p>", ["김하나"]),
        ("<p>김하나 기자는 웃었다</p>", []),
        ("<p>담당 기자</p>", []),
        ("<p>정치부 기자</p>", []),
        ("<p>하늘일보 기자</p>", []),
    ],
)
def test_korean_bylines(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<p>記者・山田太郎</p>", ["山田太郎"]),
        ("<p>取材・文＝山田 太郎、鈴木花子</p>", ["山田 太郎", "鈴木花子"]),
        ("<p>（編集委員・山田太郎）</p>", ["山田太郎"]),
        ("<p>執筆：山田太郎</p>", ["山田太郎"]),
        ("<p>（記者 阿部 太郎）</p>", ["阿部", "太郎"]),
        ("<p>記者・取材班</p>", []),
        ("<p>記者は橋の上で話を聞いた。</p>", []),
    ],
)
def test_japanese_bylines(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize(
    ("lang", "line", "names"),
    [
        ("ja", "（山田太郎）", ["山田太郎"]),
        ("ja", "（関　太郎）", ["関 太郎"]),
        ("zh", "（未完待续）", []),
        ("ja", "（関連記事）", []),
        ("ja", "（複数回答可）", []),
        ("ja", "（東京都港区）", []),
        ("ja", "【速報写真】", []),
    ],
)
def test_japanese_signatures(lang: str, line: str, names: list[str]) -> None:
    text = f"<p>{'橋は今日また開いた。町の人が列を作った。' * 9}</p>"
    page = f"<html lang={lang}><body>{{}}<p>{line}</p>{{}}</body></html>"
    assert list(find_bylines(html.document_fromstring(page.format(text, "")))) == names
    assert list(find_bylines(html.document_fromstring(page.format("", text)))) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ผู้เขียน: สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("بقلم أحمد علي", ["أحمد علي"]),
        ("كتب: أحمد علي", ["أحمد علي"]),
        ("लेखक: राम कुमार", ["राम कुमार"]),
        ("โดย รถไฟ ขบวนแรก", []),  # "by train", too: only a label with its colon says a name without capitals
        ("เวลา: สิบ โมง", []),
    ],
)
def test_labelled_names_without_capitals(line: str, names: list[str]) -> None:
    assert bylines(f"<p>{line}</p>") == names


def test_footer_of_the_article_itself_has_bylines() -> None:
    byline = "<span class='author'>Mai Lan</span>"
    assert bylines(f"<footer class='entry-meta'>{byline}</footer>") == ["Mai Lan"]
    assert bylines(f"<footer class='site-footer'>{byline}</footer>") == []
    assert bylines("<footer class='node__meta'>Von <span class='field--name-uid'>Mai Lan</span></footer>") == [
        "Mai Lan"
    ]


@pytest.mark.parametrize(
    "name", ["Super User", "superuser", "admin", "PV", "Redacción", "La Redazione", "Rédaction", "নিজস্ব প্রতিবেদক"]
)
def test_nobody(name: str) -> None:
    assert is_nobody(name)


TEXT = "<p>The town says when the old bridge closes, and who has to move, and the shops nearby were told on Monday.</p>"


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        (f"{TEXT}<p style='text-align: right'><strong>Mai Lan</strong> (Theo VNA)</p>", ["Mai Lan"]),
        (f"{TEXT}<div align=right>Mai Lan - Hoàng Hà</div><p>Tags</p>", ["Mai Lan", "Hoàng Hà"]),
        ("<p style='text-align:right'>Mai Lan</p>", []),
        (f"{TEXT}<p style='text-align:right'>Mai Lan</p>{TEXT}", []),
        (f"{TEXT}<p style='text-align:right'>The end of it all</p>", []),
        (f"{TEXT}<p style='text-align:justify;margin-right:10px'>Hà Nội</p>", []),
        (f"{TEXT}<div style='text-align:right'><a href=/x>Read More</a></div>", []),
        (f"{TEXT}<p style='text-align:right'>Báo Nhân Dân</p>", []),
        (f"{TEXT}<p style='text-align:right'>Xem Tiếp</p>", []),
        (f"<table><tr><td>{TEXT}<p align=right>Mai Lan</p></table>", []),
        (f"{TEXT}<p>Mai Lan</p>", []),
    ],
)
def test_signed_at_the_right(markup: str, names: list[str]) -> None:
    assert bylines(markup) == names


@pytest.mark.parametrize("name", ["Av Ola Nordmann", "Door Ola Nordmann", "di Ola Nordmann"])
def test_small_words_say_by_only_where_a_byline_is_marked(name: str) -> None:
    assert bylines(f"<span class=byline>{name}</span>") == ["Ola Nordmann"]
    assert bylines(f"<p><a>Regjeringen</a> {name.lower()[:3]}{name[3:]} <a>sier</a></p><div>{name}</div>") == []


def test_a_line_is_read_once_however_many_texts_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def short_text(element: object) -> str | None:
        asked.append("")
        return None

    monkeypatch.setattr("newscrawl.page.bylines.short_text", short_text)
    bylines(f"<p>{'<b>봄날</b>' * 500}</p>")
    assert len(asked) == 1
