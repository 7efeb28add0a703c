"""The JSON Schema of a feed line, made from ``Article``."""

import ast
import inspect
import types
import typing
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from newscrawl import items
from newscrawl.items import FLAGS, SCHEMA_VERSION, SOURCE_URL_STATUSES, STATUSES, Article

_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$"
_ADDRESS = r"^https?://[^\s]+$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

_REQUIRED_VALUES = ("id", "story_id", "site", "url", "source_url_status", "title", "crawled_at", "http_status",
                    "run_id", "content_hash")  # fmt: skip
"""Fields that are never null in a feed line."""

_FORMS: dict[str, dict[str, Any]] = {
    "id": {"pattern": "^[0-9a-f]{20}$"},
    "story_id": {"pattern": "^[0-9a-f]{20}$"},
    "url": {"pattern": _ADDRESS},
    "source_url": {"pattern": _ADDRESS},
    "source_url_status": {"enum": list(SOURCE_URL_STATUSES)},
    "language": {"pattern": _LANGUAGE},
    "source_language": {"pattern": _LANGUAGE},
    "published_on": {"pattern": _DAY},
    "published_at": {"pattern": _MOMENT},
    "modified_at": {"pattern": _MOMENT},
    "crawled_at": {"pattern": _MOMENT},
    "http_status": {"minimum": 100, "maximum": 599},
    "content_hash": {"pattern": "^[0-9a-f]{32}$"},
    "revision": {"minimum": 1, "maximum": 2**31 - 1},
    "supersedes": {"pattern": "^[0-9a-f]{32}$"},
    "status": {"enum": list(STATUSES)},
    "near_duplicate_of": {"pattern": "^[0-9a-f]{20}$"},
    "schema_version": {"const": SCHEMA_VERSION},
}
_TYPES: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", float: "number"}


@cache
def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12); each field's docstring is its description."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newscrawl article",
        "description": "One line of a newscrawl feed.",
        **_object(Article),
    }


def _object(cls: type) -> dict[str, Any]:
    hints, meanings = typing.get_type_hints(cls), _docstrings(cls)
    properties = {}
    for field in fields(cls):
        form = _FORMS.get(field.name, {}) if cls is Article else {"pattern": _ADDRESS} if field.name == "url" else {}
        properties[field.name] = _property(field.name, hints[field.name], form, cls) | {
            "description": meanings.get(field.name, "")
        }
    return {
        "type": "object",
        "properties": properties,
        "required": [f.name for f in fields(cls)],
        "additionalProperties": False,
    }


def _property(name: str, hint: Any, form: dict[str, Any], cls: type) -> dict[str, Any]:
    if isinstance(hint, types.UnionType):
        inner = next(part for part in typing.get_args(hint) if part is not type(None))
        if cls is Article and name in _REQUIRED_VALUES:
            return _property(name, inner, form, cls)
        if "enum" in form:
            return {"enum": [*form["enum"], None]}
        return _property(name, inner, form, cls) | {"type": [_TYPES[inner], "null"]}
    if typing.get_origin(hint) is list:
        entry = typing.get_args(hint)[0]
        if is_dataclass(entry):
            return {"type": "array", "items": _object(typing.cast("type", entry))}
        inner = {"enum": list(FLAGS)} if name == "flags" else {"type": "string", "minLength": 1}
        return {"type": "array", "items": inner, "uniqueItems": True}
    kind: dict[str, Any] = {"type": _TYPES[hint]}
    if hint is str and "enum" not in form and "const" not in form:
        kind["minLength"] = 1
    return form if "enum" in form else kind | form


def _docstrings(cls: type) -> dict[str, str]:
    """Return the text under each field of ``cls``."""
    module = ast.parse(inspect.getsource(items))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == cls.__name__)
    found = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            found[typing.cast("ast.Name", field.target).id] = " ".join(str(text.value.value).split())
    return found
