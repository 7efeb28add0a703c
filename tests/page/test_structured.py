"""JSON-LD as papers write it, and not as JSON has it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from newscrawl.page.structured import Node, is_paywalled, people, read_jsonld, urls

GOOD = (
    '{"@type": "NewsArticle", "headline": "The bridge", "datePublished": "2024-09-14", "author": {"name": "Mai Lan"}}'
)


def node(text: str) -> Node:
    """Return what is read of a script; raises ``ValueError`` for a text that no tree can hold."""
    page = html.document_fromstring("<html><head><script type='application/ld+json'></script></head></html>")
    (script,) = page.iter("script")
    script.text = text
    return read_jsonld([script])


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("}}", ",},}"),
        GOOD.replace(', "author"', ',, "author"'),
        GOOD.replace('"headline"', '// the title\n"headline"'),
        GOOD.replace('"author"', '/* "headline": "Another", */ "author"'),
        GOOD.replace('"2024-09-14",', '"2024-09-14", // of the first edition\n'),
        GOOD.replace('"', "&quot;"),
        f"<![CDATA[{GOOD}]]>",
        f"//<![CDATA[\n{GOOD}\n//]]>",
        f"<!-- {GOOD} -->",
        f"{GOOD};",
    ],
)
def test_what_json_does_not_allow(text: str) -> None:
    found = node(text)
    assert (found["headline"], found["datePublished"], people(found["author"])) == (
        "The bridge",
        "2024-09-14",
        ["Mai Lan"],
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('The "old" bridge', 'The "old" bridge'),
        ('The \\"old\\" and the "new" bridge', 'The "old" and the "new" bridge'),
        (r"The town\'s bridge", "The town's bridge"),
        (r"C:\bridge\x", "C:\bridge\\x"),
        ("The\tbridge\nagain", "The\tbridge\nagain"),
        ("Two // bridges /* and */ a ferry,}", "Two // bridges /* and */ a ferry,}"),
    ],
)
def test_strings_that_are_none(written: str, meant: str) -> None:
    assert node(GOOD.replace("The bridge", written).replace("}}", "},}"))["headline"] == meant


@given(st.dictionaries(st.text(), st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=5)))
def test_what_is_json_is_read_as_it_stands(fields: dict[str, object]) -> None:
    record = {**fields, "@type": "Article", "name": "x"}
    for text in (json.dumps(record), json.dumps(record, ensure_ascii=False)):
        try:
            found = node(text)
        except ValueError:  # no character of XML
            continue
        assert found == record
        assert node(text[:-1] + ",}") == record


def test_what_is_no_json_is_nothing() -> None:
    for text in ("The bridge", GOOD[:-1], GOOD.replace('"headline": ', '"headline": The '), '{"@type": "NewsArticle'):
        assert node(text) == {}


@pytest.mark.parametrize(
    ("node", "metas", "wanted"),
    [
        ({"isAccessibleForFree": False}, {}, True),
        ({"isAccessibleForFree": "False"}, {}, True),
        ({"isAccessibleForFree": "http://schema.org/False"}, {}, True),
        ({"isAccessibleForFree": True, "hasPart": [{"isAccessibleForFree": "false"}]}, {}, True),
        ({}, {"isaccessibleforfree": ["False"]}, True),
        ({}, {"article:content_tier": ["metered"]}, True),
        ({}, {"article:content_tier": ["free"]}, False),
        ({"isAccessibleForFree": True, "hasPart": ["#more", None, {"name": "False"}]}, {}, False),
        ({"isAccessibleForFree": None}, {}, False),
        ({}, {}, False),
    ],
)
def test_what_says_that_a_text_is_not_free(node: Node, metas: dict[str, list[str]], wanted: bool) -> None:
    assert is_paywalled(node, metas) is wanted


def test_who_and_what_is_named_by_reference_is_looked_up() -> None:
    """As WordPress's plugins write it."""
    graph = [
        {"@type": "Article", "headline": "T", "author": {"@id": "https://x/#ann"}, "image": {"@id": "https://x/#main"}},
        {"@type": "ImageObject", "@id": "https://x/#main", "url": "https://x/1.jpg"},
        {"@type": "Person", "@id": "https://x/#ann", "name": "Mai Lan"},
    ]
    found = node(json.dumps({"@graph": graph}))
    assert (people(found["author"]), urls(found["image"])) == (["Mai Lan"], ["https://x/1.jpg"])
    alone = node(json.dumps({"@graph": graph[:1]}))
    assert (people(alone["author"]), urls(alone["image"])) == ([], [])
    several = node(
        json.dumps({"@graph": [graph[0] | {"author": [{"@id": "https://x/#ann"}, {"name": "Ha"}]}, graph[2]]})
    )
    assert people(several["author"]) == ["Mai Lan", "Ha"]
    assert urls({"@id": "https://x/1.jpg"}) == ["https://x/1.jpg"]
