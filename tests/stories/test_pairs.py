"""Paragraphs side by side, where they are each other's."""

from pathlib import Path
from typing import Any

import pytest

from newscrawl.feed.lines import to_line
from newscrawl.stories.join import Join
from newscrawl.stories.pairs import Pairs
from tests.stories.conftest import SITES, SLUG, TEXT, line

HOME = "https://www.vietnam.vn"
PAPER = f"https://baoquocte.vn/{SLUG}-287114.html"
NO = "Drivhusanlegget har 286 hus.\n\nDet kostet 45 milliarder dong.\n\nSe kartet."
JA = "286棟の温室がある。\n\n450億ドンかかった。45\n\nSe kartet."


def pairs(tmp_path: Path, *bodies: tuple[str, str]) -> tuple[list[dict[str, Any]], Pairs]:
    feed = tmp_path / "feed.jsonl"
    rows = [
        line(f"{HOME}/{language}/{SLUG}", PAPER, body=body, title=f"Tittel {language}") for language, body in bodies
    ]
    feed.write_bytes(b"".join(map(to_line, [line(PAPER), *rows])))
    with Join(SITES, tmp_path) as join:
        join.read(feed, 0)
        join.join()
        found = Pairs([feed], ("no", "ja"))
        return [pair for story in join.stories() for pair in found.of(story, "s")], found


def test_aligned(tmp_path: Path) -> None:
    found, counted = pairs(tmp_path, ("no", NO), ("ja", JA))
    assert [(pair["paragraph"], pair["no"], pair["ja"]) for pair in found] == [
        (0, "Tittel no", "Tittel ja"), (1, "Drivhusanlegget har 286 hus.", "286棟の温室がある。"),
        (2, "Det kostet 45 milliarder dong.", "450億ドンかかった。45"),
    ]  # fmt: skip
    assert counted.counts == {
        "stories": 1,
        "stories aligned": 1,
        "pairs": 3,
        "paragraphs left out: the same in both": 1,
    }
    assert found[0]["urls"] == [f"{HOME}/no/{SLUG}", f"{HOME}/ja/{SLUG}"]


@pytest.mark.parametrize(
    ("ja", "why"),
    [
        (JA + "\n\n最後。", "stories with other numbers of paragraphs"),
        ("45憶ドンかかった。\n\n286棟の温室がある。\n\nSe kartet.", "stories with figures in other paragraphs"),
    ],
)
def test_not_aligned_and_said_so(tmp_path: Path, ja: str, why: str) -> None:
    found, counted = pairs(tmp_path, ("no", NO), ("ja", ja))
    assert found == []
    assert counted.counts == {"stories": 1, why: 1}


def test_a_story_in_one_of_the_languages_is_none(tmp_path: Path) -> None:
    found, counted = pairs(tmp_path, ("no", TEXT))
    assert (found, counted.counts) == ([], {})
