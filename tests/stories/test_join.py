"""Which lines are one story, and which only look like one."""

import random
from pathlib import Path

import pytest

from newscrawl.feed.lines import to_line
from newscrawl.stories.join import Join
from tests.stories.conftest import SITES, SLUG, TITLE, Stories, line, urls

HOME = "https://www.vietnam.vn"
PAPER = f"https://baoquocte.vn/{SLUG}-287114.html"
OTHER = "https://baoquocte.vn/gia-vang-tang-manh-trong-phien-sang-nay-287115.html"


def test_editions_and_their_original(stories: Stories) -> None:
    (story,) = stories(
        [line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/ja/{SLUG}", PAPER), line(f"{HOME}/{SLUG}", PAPER), line(PAPER)]
    )
    assert [(row.shown["language"], row.reason) for row in story.lines] == [
        ("vi", "original"), ("no", "source_key"), ("ja", "source_key"), ("vi", "source_key"),
    ]  # fmt: skip
    assert (story.slugs, story.keys, story.disputed) == ([SLUG], ["baoquocte.vn/287114"], [])


@pytest.mark.parametrize(
    "raw",
    [
        PAPER,
        "https://baoquocte.vn/what-is-in-the-glass-house-planting-vegetable-big-new-open-of-northern-287114.html",
        PAPER.replace("trong-khu", "trog-khu"),
        "https://baoquocte.vn/co-gi-trong-khu-287114.html",
        f"https://baoquocte.vn/{SLUG}-287114.html?utm_source=zalo",
        f"http://baoquocte.vn/{SLUG}-287114.html&mobile=yes&amp=1",
    ],
    ids=["exact", "translated", "letter lost", "cut", "tracking", "amp"],
)
def test_damaged_addresses_join(stories: Stories, raw: str) -> None:
    assert len(stories([line(f"{HOME}/no/{SLUG}", raw), line(PAPER)])) == 1


@pytest.mark.parametrize("host", ["vietnam.vn", "vrviet.vn", "thongtin.vietnam.vn"])
def test_mirrors_are_one_place(stories: Stories, host: str) -> None:
    (story,) = stories([line(f"https://{host}/no/{SLUG}"), line(f"{HOME}/ja/{SLUG}")])
    assert {row.reason for row in story.lines} == {"aggregator_slug"}


def test_twins_in_two_feeds_are_one_line(stories: Stories) -> None:
    feeds = [line(f"{PAPER}&mobile=yes&amp=1")], [line(PAPER)], [line(f"https://en.baoquocte.vn/{SLUG}-287114.html")]
    found = stories(*feeds)
    assert [[row.shown["language"] for row in story.lines] for story in found] == [["vi", "en"]]


def test_a_renamed_title_joins_by_its_source(stories: Stories) -> None:
    (story,) = stories([line(f"{HOME}/no/nha-kinh-khong-lo-o-mien-nui-vua-hoan-thanh", PAPER), line(PAPER)])
    assert story.lines[1].reason == "source_key"


def test_a_repost_joins_by_its_source_alone(stories: Stories) -> None:
    (story,) = stories([line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/no/{SLUG}-2", PAPER, title="Annen tittel")])
    assert (story.slugs, len(story.lines)) == ([SLUG], 1), "the same record under another address"


def test_two_articles_of_one_title_stay_two(stories: Stories) -> None:
    """A column: the same title, and so the same slug but for ``-2``, every day, in one paper and in several."""
    column = "gia-vang-hom-nay-tang-giam-the-nao"
    found = stories(
        [
            line(f"{HOME}/no/{column}", f"https://baoquocte.vn/{column}-287114.html", title=TITLE),
            line(f"{HOME}/no/{column}-2", f"https://baoquocte.vn/{column}-287290.html", title=TITLE, day="2024-09-21"),
            line(f"{HOME}/no/{column}-3", None, title=TITLE, day="2024-09-22"),
            line(f"https://baoquocte.vn/{column}-287290.html", title=TITLE, day="2024-09-21"),
            line(f"https://thanhnien.vn/{column}-185240920193714775.htm", title=TITLE),
        ]
    )
    assert len(found) == 4
    assert {frozenset(urls(story)) for story in found if len(story.lines) > 1} == {
        frozenset({f"{HOME}/no/{column}-2", f"https://baoquocte.vn/{column}-287290.html"})
    }


def test_a_title_alone_joins_nothing(stories: Stories) -> None:
    found = stories(
        [line(PAPER), line(f"https://thanhnien.vn/{SLUG}-185240920193714775.htm"), line(f"{HOME}/no/{SLUG}")]
    )
    # the aggregator's page names Báo Quốc Tế, the same slug and day: that is more than a title
    assert {frozenset(urls(story)) for story in found} == {
        frozenset({PAPER, f"{HOME}/no/{SLUG}"}), frozenset({f"https://thanhnien.vn/{SLUG}-185240920193714775.htm"}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "joined"),
    [
        ({}, True),
        ({"source_name": "báo quốc tế"}, True),
        ({"source_name": "Báo Thanh niên"}, False),
        ({"source_name": None}, False),
        ({"day": "2024-09-21"}, False),
    ],
)
def test_a_label_without_address(stories: Stories, fields: dict[str, str], joined: bool) -> None:
    copy = line(f"{HOME}/no/{SLUG}", None, source_url_status="label_only", **fields)
    found = stories([copy, line(PAPER)])
    assert len(found) == (1 if joined else 2)
    if joined:
        assert found[0].lines[1].reason == "slug_paper_day"


def test_a_cut_slug_finds_its_original_and_a_short_one_does_not(stories: Stories) -> None:
    assert len(stories([line(f"{HOME}/no/{SLUG[:35]}"), line(PAPER)])) == 1
    assert len(stories([line(f"{HOME}/no/{SLUG[:22]}"), line(PAPER)])) == 2


def test_two_that_could_be_the_original(stories: Stories) -> None:
    again = PAPER.replace("287114", "287115")
    assert len(stories([line(f"{HOME}/no/{SLUG}"), line(PAPER), line(again)])) == 3
    assert stories.counts["refused_ambiguous"] == 1  # type: ignore[attr-defined]


def test_two_that_could_be_the_copy(stories: Stories) -> None:
    assert len(stories([line(f"{HOME}/no/{SLUG}"), line(f"{HOME}/ja/{SLUG[:35]}"), line(PAPER)])) == 3
    assert stories.counts["refused_ambiguous"] == 2  # type: ignore[attr-defined]


def test_a_wrong_number_does_not_join_two_articles(stories: Stories) -> None:
    """One edition's address has another article's number: the others outvote it; alone, slug and day contradict it."""
    wrong = line(f"{HOME}/ja/{SLUG}", f"https://baoquocte.vn/{SLUG}-287115.html")
    right = [line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/{SLUG}", PAPER)]
    found = stories([wrong, *right, line(PAPER), line(OTHER, title="Giá vàng", day="2024-08-01")])
    assert sorted(len(story.lines) for story in found) == [1, 4]
    assert next(story for story in found if len(story.lines) == 4).disputed == ["baoquocte.vn/287115"]
    found = stories([wrong, line(OTHER, title="Giá vàng", day="2024-08-01")])
    assert [len(story.lines) for story in found] == [1, 1]
    assert stories.counts["refused_contradiction"] == 1  # type: ignore[attr-defined]


def test_a_tie_joins_nothing(stories: Stories) -> None:
    found = stories(
        [line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/ja/{SLUG}", PAPER.replace("287114", "287115")), line(PAPER)]
    )
    assert sorted(len(story.lines) for story in found) == [1, 2]


def test_an_address_used_again(stories: Stories) -> None:
    found = stories(
        [
            line(f"{HOME}/no/{SLUG}", PAPER),
            line(f"{HOME}/ja/{SLUG}", PAPER.replace("287114", "299999"), day="2024-12-20"),
        ]
    )
    assert [len(story.lines) for story in found] == [1, 1]


def test_a_source_that_many_name_is_no_article(stories: Stories) -> None:
    live = "https://baoquocte.vn/truc-tiep-su-kien-trong-ngay-cap-nhat-lien-tuc-280000.html"
    tags = "no ja ko de fr es".split()
    lines = [line(f"{HOME}/{tag}/tin-so-{tag}{at}-trong-ngay-hom-nay-o-ha-noi", live) for at, tag in enumerate(tags)]
    assert len(stories(lines)) == 6
    assert len(stories(lines[:5])) == 1


def test_a_front_page_as_source_joins_nothing(stories: Stories) -> None:
    lines = [line(f"{HOME}/no/{slug}", "https://baogialai.com.vn/") for slug in (SLUG, "mot-bai-khac-han-ve-lang-nghe")]
    assert len(stories(lines)) == 2


def test_the_last_revision_counts(stories: Stories) -> None:
    first = line(PAPER)
    second = line(PAPER, title="Tên mới của bài báo") | {"revision": 2}
    for feeds in ([first, second], [second, first]):
        (story,) = stories(feeds)
        assert [row.shown["title"] for row in story.lines] == ["Tên mới của bài báo"]
        assert stories.counts["superseded"] == 1  # type: ignore[attr-defined]


def test_order_of_lines_and_feeds_does_not_count(stories: Stories) -> None:
    lines = [
        line(f"{HOME}/{tag}/{slug}", raw)
        for tag in ("no", "ja", "ko")
        for slug, raw in ((SLUG, PAPER), ("gia-vang-tang-manh-trong-phien-sang-nay", OTHER))
    ]
    lines += [line(PAPER), line(OTHER)]
    wanted = {frozenset(urls(story)) for story in stories(lines)}
    assert len(wanted) == 2
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        assert {frozenset(urls(story)) for story in stories(lines[::2], lines[1::2])} == wanted


def test_lines_that_are_none_are_counted(tmp_path: Path) -> None:
    feed = tmp_path / "a.jsonl"
    feed.write_bytes(b"{}\nnot json\n\n[]\n" + to_line(line(PAPER)) + b'{"torn')
    with Join(SITES, tmp_path) as join:
        join.read(feed, 0)
        assert (join.counts["read"], join.counts["bad"]) == (1, 4)
    assert list(tmp_path.iterdir()) == [feed], "nothing is left behind"
