"""Documents say what the code does: made from it where they can be, checked against it where not."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.crawl.arguments import HELP
from newscrawl.feed.schema import schema
from newscrawl.items import FLAGS, REASONS, SCHEMA_VERSION, SOURCE_URL_STATUSES
from tests.support import ROOT, scrapy_environment

README = (ROOT / "README.md").read_text("utf-8")


def article_document() -> str:
    """Return ``docs/article.md``."""
    parts = [
        f"# A line of the feed (schema version {SCHEMA_VERSION})",
        "One JSON object a line, UTF-8, every field always there. Absent is `null`, a list is always a list. "
        "`scrapy schema` prints the JSON Schema that every line keeps.",
        _table("field", "type", "meaning", rows=_fields(schema()["properties"])),
        "An entry of `images`:",
        _table("field", "type", "meaning", rows=_fields(schema()["properties"]["images"]["items"]["properties"])),
        "## `flags`: what a reader should know",
        _table("flag", "meaning", rows=FLAGS.items()),
        "## `source_url_status`: how far `source_url` can be trusted",
        _table("status", "meaning", rows=SOURCE_URL_STATUSES.items()),
        "## Rejects",
        "What gave no article is in `<feed>.rejects.jsonl`, one JSON object a line: `url`, `reason`, `detail`, `run_id`, "
        "`rejected_at`.",
        _table("reason", "meaning", rows=REASONS.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _fields(properties: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(name, _type(entry), entry["description"]) for name, entry in properties.items()]


def _type(entry: dict[str, Any]) -> str:
    if "enum" in entry:
        return "one of a list"
    kind = entry["type"]
    if kind == "array":
        return f"list of {entry['items'].get('type', 'string')}s"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _table(*heads: str, rows: Any) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += [
        "| `"
        + row[0]
        + "` | "
        + " | ".join(cell.replace("``", "`").replace("`None`", "`null`").replace("|", "\\|") for cell in row[1:])
        + " |"
        for row in rows
    ]
    return "\n".join(lines)


def test_document_of_the_line(request: pytest.FixtureRequest) -> None:
    path = ROOT / "docs" / "article.md"
    if request.config.getoption("--update-golden"):
        path.write_text(article_document(), "utf-8")
    assert path.read_text("utf-8") == article_document(), "pytest --update-golden tests/test_docs.py"


def test_readme_names_every_argument() -> None:
    for name in HELP:
        assert re.search(rf"`(?:-a )?{name}=", README), name


def test_readme_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_readme_commands_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for word in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{word}:", makefile, re.MULTILINE), word


def test_ci_calls_what_the_readme_shows() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in ("make lint", "make test", "make crawl"):
        assert command in ci
        assert command in README


def test_every_site_is_in_the_readme() -> None:
    for path in sorted(Path(ROOT / "newscrawl" / "spiders").glob("[a-z]*.py")):
        assert f"`{path.stem}`" in README


def test_readme_shows_what_make_crawl_prints(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    done = subprocess.run([sys.executable, "-m", "newscrawl.demo"], cwd=tmp_path, env=scrapy_environment(tmp_path),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True, timeout=100)  # fmt: skip
    printed = re.sub(r"in [\d.]+ s", "in 0.1 s", done.stdout).strip()
    shown = re.search(r"```\n(\$ scrapy crawl baoquocte.*?)\n```", README, re.DOTALL)
    assert shown
    if request.config.getoption("--update-golden"):
        (ROOT / "README.md").write_text(README.replace(shown[1], printed), "utf-8")
    else:
        assert printed == shown[1], "pytest --update-golden tests/test_docs.py"
