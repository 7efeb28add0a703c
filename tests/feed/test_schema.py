"""The JSON Schema: made from the Article, and strict."""

from dataclasses import asdict, fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newscrawl.feed.schema import schema
from newscrawl.items import Article, Image
from tests.support import VALIDATOR


def line(**changes: Any) -> dict[str, Any]:
    article = Article(
        id="0" * 20, story_id="1" * 20, site="ria", url="https://ria.ru/a", source_url="https://ria.ru/a",
        source_url_status="own", title="T", body="B", language="ru", published_on="2024-09-14",
        published_at="2024-09-14T20:03:00+03:00", crawled_at="2024-09-14T20:03:00+00:00", http_status=200, run_id="r",
        content_hash="2" * 32, images=[Image("https://ria.ru/a.jpg", "C")],
    )  # fmt: skip
    return asdict(article) | changes


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_every_field_has_its_meaning() -> None:
    properties = schema()["properties"]
    assert list(properties) == [field.name for field in fields(Article)]
    assert all(len(entry["description"]) > 20 for entry in properties.values())
    assert all(entry["description"] for entry in properties["images"]["items"]["properties"].values())


def test_good_line_passes() -> None:
    assert VALIDATOR.is_valid(line())


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None}, {"id": "xyz"}, {"title": None}, {"title": ""}, {"url": "ria.ru/a"}, {"published_on": "14/09/2024"},
        {"published_at": "2024-09-14T20:03:00"}, {"language": "Russian"}, {"flags": ["invented"]}, {"authors": "Mai"},
        {"authors": ["a", "a"]}, {"authors": [""]}, {"images": [{"url": "https://a/b"}]}, {"revision": 0}, {"is_translation": None},
        {"source_url_status": "guessed"}, {"http_status": "200"}, {"schema_version": "0.9"}, {"more": 1}, {"body": 3},
    ],
)  # fmt: skip
def test_bad_line_fails(changes: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(line(**changes))


def test_missing_field_fails() -> None:
    short = line()
    del short["lead"]
    assert not VALIDATOR.is_valid(short)
