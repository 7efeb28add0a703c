"""The recipes of ``docs/recipes.md``, run on the feed of ``make crawl``: what they print stands under them."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.feed.schema import schema
from tests.support import ROOT, scrapy_environment

PAGE = ROOT / "docs" / "recipes.md"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)\n```\n(?:\n```text\n(.*?)\n```\n)?", re.MULTILINE | re.DOTALL)
NEEDS = ("duckdb", "pandas", "matplotlib", "datasets")
SERVER = "https://search.example"
"""In a recipe that needs a server: not run, see ``test_bulk_body``."""


def recipes() -> list[tuple[str, str, str | None]]:
    """Language, code and the output shown, in the order of the page."""
    return [
        (match[1], match[2], match[3]) for match in BLOCK.finditer(PAGE.read_text("utf-8")) if SERVER not in match[2]
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after ``make crawl``."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "samples").symlink_to(ROOT / "samples")
    (folder / "docs").symlink_to(ROOT / "docs")
    subprocess.run([sys.executable, "-m", "newscrawl.demo"], cwd=folder, env=environment(folder), check=True, timeout=200,
                   capture_output=True)  # fmt: skip
    return folder


def environment(folder: Path) -> dict[str, str]:
    own = scrapy_environment(folder)
    path = f"{Path(sys.executable).parent}:{own['PATH']}"
    return own | {
        "PATH": path,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "hf"),
        "LC_ALL": "C.UTF-8",
        "MPLCONFIGDIR": str(folder),
    }


def run(folder: Path, language: str, code: str) -> str:
    """Run a recipe; return what it prints."""
    for name in NEEDS:
        if re.search(rf"(import|from) {name}\b", code) and importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: pip install 'newscrawl[recipes]'")
    if "chart.py" in code and importlib.util.find_spec("matplotlib") is None:
        pytest.skip("matplotlib is not installed: pip install 'newscrawl[recipes]'")
    if language == "sh" and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-euo", "pipefail", "-c", code]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(recipes())))
def test_recipe(folder: Path, number: int, request: pytest.FixtureRequest) -> None:
    language, code, shown = recipes()[number]
    printed = run(folder, language, code)
    if request.config.getoption("--update-golden"):
        head = f"```{language}\n{code}\n```\n"
        old = head if shown is None else f"{head}\n```text\n{shown}\n```\n"
        PAGE.write_text(PAGE.read_text("utf-8").replace(old, f"{head}\n```text\n{printed}\n```\n"), "utf-8")
    else:
        assert printed == shown, "pytest --update-golden -m slow tests/test_recipes.py"


@pytest.mark.slow
def test_pandas_leaves_ids_alone(folder: Path, tmp_path: Path) -> None:
    """What the page says of ``dtype=False``: with it an id stays one, without it does not."""
    line = json.loads((folder / "out" / "sample.jsonl").read_text("utf-8").split("\n")[0]) | {
        "id": "12345678901234e56789"
    }
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sample.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    read = next(code for _, code, _ in recipes() if "import pandas" in code).partition("lines[")[0]
    show = "\nprint(lines['id'][0])"
    assert run(tmp_path, "python", read + show) == "12345678901234e56789"
    assert run(tmp_path, "python", read.replace(", dtype=False", "") + show) != "12345678901234e56789"


@pytest.mark.slow
def test_the_chart_is_one(folder: Path) -> None:
    (code,) = [code for _, code, _ in recipes() if "chart.py" in code]
    run(folder, "sh", code)
    svg = (folder / "out" / "articles.svg").read_text("utf-8")
    assert svg.count("<path") > 10
    assert "</svg>" in svg


# --- OpenSearch: no server is installed here; the documented forms of mapping and bulk body ------------

TYPES = {"string": {"keyword", "text", "date"}, "integer": {"short", "integer"}, "boolean": {"boolean"}}


def mapping() -> dict[str, Any]:
    given: dict[str, Any] = json.loads((PAGE.parent / "opensearch-mapping.json").read_text("utf-8"))["mappings"][
        "properties"
    ]
    return given


def agrees(entry: dict[str, Any], mapped: dict[str, Any]) -> None:
    """A field's mapping can hold what the schema allows; a list has the mapping of its entries."""
    if entry.get("type") == "array":
        entry = entry["items"]
    if entry.get("type") == "object":
        assert set(mapped["properties"]) == set(entry["properties"])
        for name, part in entry["properties"].items():
            agrees(part, mapped["properties"][name])
        return
    kinds = entry.get("type", "string")
    assert mapped["type"] in TYPES[kinds if isinstance(kinds, str) else kinds[0]]


def test_mapping_has_every_field() -> None:
    assert list(mapping()) == list(schema()["properties"])
    for name, entry in schema()["properties"].items():
        agrees(entry, mapping()[name])


@pytest.mark.slow
def test_bulk_body(folder: Path) -> None:
    """NDJSON that ends in a newline: an action with its metadata, then the document that the mapping takes."""
    (code,) = [code for _, code, _ in recipes() if "bulk.ndjson" in code]
    run(folder, "sh", code)
    body = (folder / "out" / "bulk.ndjson").read_bytes()
    assert body.endswith(b"\n")
    lines = [json.loads(line) for line in body.splitlines()]
    actions, documents = lines[::2], lines[1::2]
    sent = [json.loads(line) for line in (folder / "out" / "sample.jsonl").read_bytes().splitlines()]
    assert documents == sent
    for action, document in zip(actions, documents, strict=True):
        assert action == {"index": {"_index": "articles", "_id": document["id"], "version": document["revision"],
                                    "version_type": "external_gte"}}  # fmt: skip
        for name, mapped in mapping().items():
            if mapped.get("format") == "strict_date" and document[name]:
                datetime.strptime(document[name], "%Y-%m-%d")
            if mapped.get("format") == "strict_date_time_no_millis" and document[name]:
                datetime.strptime(document[name], "%Y-%m-%dT%H:%M:%S%z")
    assert len(body) < 10_000_000
