"""The table of promises and its tests belong together."""

import ast
from functools import cache

import pytest

from tests.faults.table import TABLE, Row, document
from tests.support import ROOT

ROWS = [row for rows in TABLE.values() for row in rows]


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_has_its_tests(row: Row) -> None:
    assert row.tests
    for test in row.tests:
        path, _, name = test.partition("::")
        assert name in names_in(path), test


def test_document(request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / "promises.md"
    if request.config.getoption("--update-golden"):
        path.write_text(document(), "utf-8")
    assert path.read_text("utf-8") == document(), "pytest --update-golden tests/faults/test_table.py"
