"""The JSON Schema: made from the Article, and strict."""

import json
from dataclasses import asdict, fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newscrawl.feed.schema import ELSEWHERE, EXAMPLES, SINCE, VERSIONS, VOCABULARIES, schema
from newscrawl.items import SCHEMA_VERSION, Article, Image
from tests.support import ROOT, VALIDATOR

KEPT = ("type", "pattern", "minLength", "minimum", "uniqueItems")
"""What of a field's form never changes under one first number of the version."""


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


def test_examples_are_lines() -> None:
    assert set(EXAMPLES) == {field.name for field in fields(Article)}
    assert VALIDATOR.is_valid(EXAMPLES)
    for name, entry in schema()["properties"].items():
        assert entry["examples"] == [EXAMPLES[name]]


def test_every_field_has_its_names() -> None:
    parts = {f"images.{field.name}" for field in fields(Image)}
    assert set(ELSEWHERE) == {field.name for field in fields(Article)} | parts
    assert all(len(names) == len(VOCABULARIES) for names in ELSEWHERE.values())
    assert schema()["properties"]["title"]["x-names"] == dict.fromkeys(
        ("schema.org", "zyte-common-items"), "headline"
    ) | {"ninjs": "headlines[].value"}


# --- the promise: docs/article.md, Versions -----------------------------------------------------------


def stored(version: str) -> dict[str, Any]:
    """The schema as it was when that version was the newest."""
    given: dict[str, Any] = json.loads((ROOT / "tests" / "data" / f"schema-{version}.json").read_text("utf-8"))
    return given


def broken(old: dict[str, Any], new: dict[str, Any], where: str = "") -> list[str]:
    """What a reader made for lines of ``old`` would stumble over in lines of ``new``."""
    found = []
    for name, entry in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            found.append(f"{where}{name} is gone")
            continue
        found += broken(entry, new["properties"][name], f"{where}{name}.")
    if name := next(iter(set(old.get("required", ())) - set(new.get("required", ()))), None):
        found.append(f"{where}{name} may be absent")
    if not set(old.get("enum", ())) <= set(new.get("enum", ())):
        found.append(f"{where} a value of the closed list is gone")
    found += [f"{where} {kept}" for kept in KEPT if old.get(kept) != new.get(kept)]
    return found + (broken(old["items"], new["items"], where) if "items" in old else [])


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_only_add(version: str) -> None:
    assert broken(stored(version), schema()) == []
    assert broken(stored(version), schema(version)) == []
    assert list(stored(version)["properties"]) == list(schema(version)["properties"])


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema["properties"].pop("lead"),
        lambda schema: schema["required"].remove("lead"),
        lambda schema: schema["properties"]["title"].update(type=["string", "null"]),
        lambda schema: schema["properties"]["published_on"].update(pattern="."),
        lambda schema: schema["properties"]["images"]["items"]["properties"].pop("credit"),
        lambda schema: schema["properties"]["flags"]["items"]["enum"].pop(),
    ],
)
def test_what_breaks_a_reader_is_seen(change: Any) -> None:
    new = json.loads(json.dumps(schema()))
    change(new)
    assert broken(schema(), new)


def test_a_change_makes_a_version(request: pytest.FixtureRequest) -> None:
    """A released version is never changed: add the next to ``VERSIONS``, and what is new to ``SINCE``."""
    path = ROOT / "tests" / "data" / f"schema-{SCHEMA_VERSION}.json"
    text = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, "pytest --update-golden tests/feed/test_schema.py, if it is not released"
    assert VERSIONS[-1] == SCHEMA_VERSION
    assert set(SINCE.values()) <= set(VERSIONS)
