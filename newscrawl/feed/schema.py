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
SINCE = {
    "supersedes": "1.1",
    "status": "1.1",
    "near_duplicate_of": "1.1",
    "warc_record": "1.2",
    "paywalled": "1.3",
}
"""Version in which a field or flag was added; all others are there since 1.0."""

VERSIONS = ("1.0", "1.1", "1.2", SCHEMA_VERSION)
"""All versions whose lines may stand in a feed, oldest first."""

EXAMPLES: dict[str, Any] = {
    "id": "5b1f0f6f2f6c1d9a4e07",
    "story_id": "19854c3d82a039cb6ab6",
    "site": "vietnam_vn",
    "url": "https://www.vietnam.vn/no/hva-er-i-det-nye-drivhuset",
    "source_url": "https://baoquocte.vn/co-gi-trong-khu-nha-kinh-287114.html",
    "source_url_raw": "https://baoquocte.vn/what-is-in-the-glass-house-287114.html",
    "source_url_status": "repaired",
    "source_key": "baoquocte.vn/287114",
    "source_name": "Báo Quốc Tế",
    "title": "Hva er i det nye drivhuset?",
    "lead": "Anlegget ble åpnet i september.",
    "body": "Første avsnitt.\n\nAndre avsnitt.",
    "language": "no",
    "source_language": "vi",
    "is_translation": True,
    "published_on": "2024-09-20",
    "published_at": "2024-09-20T20:03:00+07:00",
    "published_raw": "20/09/2024 20:03",
    "modified_at": "2024-09-21T08:00:00+07:00",
    "authors": ["Mai Anh"],
    "section": "Thế giới",
    "tags": ["KCNA", "nhà kính"],
    "images": [{"url": "https://www.vietnam.vn/a.jpg", "caption": "Drivhuset sett fra elven", "credit": "KCNA"}],
    "crawled_at": "2024-09-21T08:15:00+00:00",
    "http_status": 200,
    "discovered_via": "https://www.vietnam.vn/sitemaps/no/2024-09-20.xml",
    "run_id": "20240921T081500Z-1f2e3d4c",
    "warc_record": "<urn:uuid:7a1f0a52-4f0e-5f1f-9a60-0c4e6a3f7a55>",
    "content_hash": "0f3a1c5e7b9d2f4a6c8e0b1d3f5a7c9e",
    "revision": 2,
    "supersedes": "9e7c5a3f1d0b8e6c4a2f9d7b5e1c3a0f",
    "status": "published",
    "near_duplicate_of": "c3d4e5f60718293a4b5c",
    "flags": ["untranslated"],
    "schema_version": SCHEMA_VERSION,
}
"""A value of each field, in the form that a line has."""

VOCABULARIES = {
    "schema.org": "schema.org NewsArticle",
    "ninjs": "IPTC ninjs 3.0",
    "zyte-common-items": "zyte-common-items 0.31 Article",
}
"""Other vocabularies of news, by the name under which ``ELSEWHERE`` has them."""

ELSEWHERE: dict[str, tuple[str | None, str | None, str | None]] = {
    "id": ("identifier", "uri", None),
    "story_id": (None, "altIds", None),
    "site": (None, None, None),
    "url": ("url", "renditions[].href", "url"),
    "source_url": ("isBasedOn", "infoSources[].uri", None),
    "source_url_raw": (None, None, None),
    "source_url_status": (None, None, None),
    "source_key": (None, "altIds", None),
    "source_name": ("sourceOrganization.name", "infoSources[].name", None),
    "title": ("headline", "headlines[].value", "headline"),
    "lead": ("description", "descriptions[].value", "description"),
    "body": ("articleBody", "bodies[].value", "articleBody"),
    "language": ("inLanguage", "language", "inLanguage"),
    "source_language": ("translationOfWork.inLanguage", None, None),
    "is_translation": ("translationOfWork", None, None),
    "published_on": ("datePublished", "contentCreated", "datePublished"),
    "published_at": ("datePublished", "contentCreated", "datePublished"),
    "published_raw": (None, None, "datePublishedRaw"),
    "modified_at": ("dateModified", "versionCreated", "dateModified"),
    "authors": ("author[].name", "by", "authors[].name"),
    "section": ("articleSection", "subjects[].name", "breadcrumbs[].name"),
    "tags": ("keywords", "subjects[].name", None),
    "images": ("image[]", "associations[]", "images[]"),
    "images.url": ("image[].url", "associations[].renditions[].href", "images[].url"),
    "images.caption": ("image[].caption", "associations[].descriptions[].value", None),
    "images.credit": ("image[].creditText", "associations[].by", None),
    "crawled_at": (None, None, "metadata.dateDownloaded"),
    "http_status": (None, None, None),
    "discovered_via": (None, None, None),
    "run_id": (None, None, None),
    "warc_record": ("archivedAt", None, None),
    "content_hash": (None, None, None),
    "revision": ("version", "version", None),
    "supersedes": (None, None, None),
    "status": ("creativeWorkStatus", "pubStatus", None),
    "near_duplicate_of": (None, None, None),
    "flags": (None, None, None),
    "schema_version": ("schemaVersion", "standard.version", None),
}
"""Each field to its name in each of ``VOCABULARIES``, ``None`` where they have none; a part of a field after a dot."""

_TYPES: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", float: "number"}


@cache
def schema(version: str = SCHEMA_VERSION) -> dict[str, Any]:
    """Return the schema (draft 2020-12) of lines of one of ``VERSIONS``.

    Each field's docstring is its description; ``examples`` are those of ``EXAMPLES``, ``x-names`` what other
    vocabularies call it. Closed lists hold what the newest version knows.
    """
    table = _object(Article)
    later = [name for name, since in SINCE.items() if VERSIONS.index(since) > VERSIONS.index(version)]
    table["properties"] = {name: entry for name, entry in table["properties"].items() if name not in later}
    table["required"] = [name for name in table["required"] if name not in later]
    table["properties"]["schema_version"] |= {"const": version, "examples": [version]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newscrawl article",
        "description": f"One line of a newscrawl feed, version {version}.",
        **table,
    }


def _object(cls: type) -> dict[str, Any]:
    hints, meanings = typing.get_type_hints(cls), _docstrings(cls)
    properties = {}
    for field in fields(cls):
        form = _FORMS.get(field.name, {}) if cls is Article else {"pattern": _ADDRESS} if field.name == "url" else {}
        properties[field.name] = _property(field.name, hints[field.name], form, cls) | {
            "description": meanings.get(field.name, ""),
            "examples": [EXAMPLES[field.name] if cls is Article else EXAMPLES["images"][0][field.name]],
            "x-names": _names(field.name if cls is Article else f"images.{field.name}"),
        }
    return {
        "type": "object",
        "properties": properties,
        "required": [f.name for f in fields(cls)],
        "additionalProperties": False,
    }


def _names(field: str) -> dict[str, str]:
    return {vocabulary: name for vocabulary, name in zip(VOCABULARIES, ELSEWHERE[field], strict=True) if name}


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
