"""What a page holds of the articles: the table, the packs, and how much of each text."""

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from newscrawl.report import articles as articles_module
from newscrawl.report import texts as texts_module
from newscrawl.report.articles import Articles
from newscrawl.report.texts import Texts
from tests.report.lines import feed, line, taken


def read(text: str) -> Any:
    return json.loads(gzip.decompress(b64decode(text)))


def held(folder: Path, lines: list[dict[str, Any]]) -> tuple[Texts, dict[str, Any], list[dict[str, Any]]]:
    """Return the texts, the table and all packs of a feed."""
    path = feed(folder / "out.jsonl", lines)
    with Articles() as articles:
        with path.open("rb") as file:
            articles.read(file)
        articles.settle()
        texts = Texts(articles)
        return texts, read(texts.table()), [text for pack in texts.pack() for text in read(pack)]


def test_newest_first_and_texts_in_the_order_of_the_table(tmp_path: Path) -> None:
    lines = [
        line(1, published_on="2024-09-13"),
        line(2, published_on=None),
        line(3, published_on="2024-09-14"),
        line(1, published_on="2024-09-13", revision=2),
    ]
    _, table, packs = held(tmp_path, lines)
    assert table["columns"]["title"] == ["Title 3", "Title 1", "Title 2"]
    assert table["columns"]["day"] == [19980, 19979, None]
    assert [text["url"] for text in packs] == [
        "https://paper.example/3",
        "https://paper.example/1",
        "https://paper.example/2",
    ]
    assert [text["revision"] for text in packs] == [1, 2, 1]


def test_names_stand_once(tmp_path: Path) -> None:
    lines = [line(1, section="Life"), taken(2, "1", "ja"), line(3, section="Life", language=None)]
    _, table, _ = held(tmp_path, lines)
    assert table["names"] == {
        "site": ["paper", "aggregator"],
        "language": [None, "ja", "en"],
        "section": ["Life", None],
        "source": ["The Paper"],
    }
    assert table["columns"]["language"] == [0, 1, 2]
    assert table["columns"]["section"] == [0, 1, 0]


def test_editions_have_one_story_and_marks_say_what_is_odd(tmp_path: Path) -> None:
    lines = [
        line(1, source_key="paper.example/bridge", near_duplicate_of="0" * 20),
        taken(2, "bridge", "ja", revision=2),
        line(3, status="withdrawn", body=None),
    ]
    _, table, packs = held(tmp_path, lines)
    assert table["columns"]["story"] == [0, 1, 1]
    assert table["columns"]["marks"] == [1, 4 | 8, 2]
    assert packs[0]["body"] == ""


def test_a_pack_holds_so_many_and_no_article_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_module, "PACK", 4)
    texts, table, packs = held(tmp_path, [line(number) for number in range(9)])
    assert texts.packs == 3
    assert len(packs) == len(table["columns"]["title"]) == 9


def test_texts_are_whole_until_there_are_too_many_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "word " * 200
    monkeypatch.setattr(articles_module, "LETTERS", 3000)
    texts, _, packs = held(tmp_path, [line(number, body=body) for number in range(3)])
    assert texts.cut is None
    assert [text["body"] for text in packs] == [body] * 3
    texts, _, packs = held(tmp_path, [line(number, body=body) for number in range(10)])
    assert texts.cut == 300
    assert {text["body"] for text in packs} == {body[:299]}
    assert {text["cut"] for text in packs} == {1000}
    texts, _, packs = held(tmp_path, [line(number, body="字" * 1000) for number in range(100)])
    assert {text["body"] for text in packs} == {"字" * articles_module.LEAST}


def test_the_newest_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles_module, "ROWS", 2)
    texts, table, packs = held(tmp_path, [line(number, published_on=f"2024-09-0{number}") for number in (1, 3, 2)])
    assert (texts.every, texts.held, len(packs)) == (3, 2, 2)
    assert table["columns"]["title"] == ["Title 3", "Title 2"]


def test_values_of_another_type_are_left_out(tmp_path: Path) -> None:
    odd = line(1) | {
        "authors": ["A", 7, None],
        "lead": {"a": 1},
        "tags": [float("nan")],
        "images": [7, {"caption": "C"}, {"caption": 9}],
    }
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps(odd) + "\n", "utf-8")
    with Articles() as articles:
        with path.open("rb") as file:
            articles.read(file)
        articles.settle()
        (text,) = [text for pack in Texts(articles).pack() for text in read(pack)]
    assert "captions" not in held(tmp_path, [line(2)])[2][0]
    assert (text["authors"], text["captions"]) == (["A"], ["C"])
    assert not text.keys() & {"lead", "tags"}
