"""Documents say what the code does: made from it where they can be, checked against it where not."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.commands.diff import report
from newscrawl.crawl.arguments import HELP
from newscrawl.feed.schema import ELSEWHERE, EXAMPLES, SINCE, VERSIONS, VOCABULARIES, schema
from newscrawl.items import FLAGS, REASONS, SCHEMA_VERSION, SOURCE_URL_STATUSES, STATUSES
from newscrawl.stories import evidence
from newscrawl.stories.story import EDITION_FLAGS
from tests.support import ROOT, scrapy, scrapy_environment

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
        "## Examples, and names elsewhere",
        f"What other vocabularies call a field: {_listed(VOCABULARIES.values())}. `scrapy schema` has both for programs, "
        "as `examples` and `x-names`.",
        _table("field", "example", *VOCABULARIES, rows=_elsewhere()),
        "`published_on` and `published_at` are one date in other vocabularies: write `published_at`, or `published_on` where "
        "it is null; both are ISO 8601. ninjs keeps only moments, so a day alone has no place there.",
        "## Versions",
        VERSION_PROMISE,
        _table("version", "added", rows=_added()),
        "## `flags`: what a reader should know",
        _table("flag", "meaning", rows=FLAGS.items()),
        "## `source_url_status`: how far `source_url` can be trusted",
        _table("status", "meaning", rows=SOURCE_URL_STATUSES.items()),
        "## `status`: whether the page is still there",
        _table("status", "meaning", rows=STATUSES.items()),
        "## Rejects",
        "What gave no article is in `<feed>.rejects.jsonl`, one JSON object a line: `url`, `reason`, `detail`, `run_id`, "
        "`rejected_at`.",
        _table("reason", "meaning", rows=REASONS.items()),
    ]
    return "\n\n".join(parts) + "\n"


VERSION_PROMISE = """Each line names its `schema_version`; a feed that goes on over upgrades holds lines of several.

- The second number grows when a field is added, or a value to a closed list (`flags`, `status`, `source_url_status`).
  Nothing else changes: who reads 1.0 reads every 1.x, if it passes over fields and flags it does not know.
- The first number grows when a field is removed, renamed, gets another type or another meaning, or may be null where
  it was not. `scrapy diff-feeds` then shows the change on your own lines, and CHANGELOG says how to read both.
- newscrawl's own version says nothing of the line: a new selector that reads more changes lines, not their form.

`scrapy validate` holds each line against its own version. Tests keep a copy of every version's schema
(`tests/data/schema-*.json`) and fail when the present one takes anything away."""


def _listed(names: Any) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}"


def _elsewhere() -> list[tuple[str, ...]]:
    rows = []
    for field, names in ELSEWHERE.items():
        name, _, part = field.partition(".")
        example = json.dumps(EXAMPLES[name][0][part] if part else EXAMPLES[name], ensure_ascii=False)
        rows.append((field, f"`{example}`", *(f"`{other}`" if other else "–" for other in names)))
    return rows


def _added() -> list[tuple[str, str]]:
    added = {version: [f"`{name}`" for name, since in SINCE.items() if since == version] for version in VERSIONS}
    return [(version, ", ".join(names) or "all the others") for version, names in added.items()]


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


CRAWL = (ROOT / "docs" / "crawl.md").read_text("utf-8")


def test_every_argument_is_explained() -> None:
    for name in HELP:
        assert re.search(rf"`(?:-a )?{name}=", CRAWL), name


@pytest.mark.parametrize(
    "page", ["README.md", "SECURITY.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / page).parent.joinpath(target).exists(), target


def test_readme_leads_to_every_page() -> None:
    for path in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{path.name})" in README, path.name


def test_comparison_names_what_there_is() -> None:
    page = (ROOT / "docs" / "comparison.md").read_text("utf-8")
    sites = [path for path in (ROOT / "newscrawl" / "spiders").glob("[a-z]*.py") if path.stem != "any_site"]
    assert f"| sites with rules of their own | {len(sites)} |" in page
    figures = (ROOT / "docs" / "bench.md").read_text("utf-8")
    for name, row in re.findall(r"^\| (newscrawl|trafilatura|newspaper4k) \| ([\d.*| ]+) \|$", page, re.MULTILINE):
        if "." in row:
            assert row.replace("*", "") in figures.replace("*", ""), f"{name}: not what bench.md says"


def test_readme_commands_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for word in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{word}:", makefile, re.MULTILINE), word


def test_ci_calls_what_the_readme_shows() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in ("make lint", "make test", "make crawl"):
        assert command in ci
        assert command in README


def test_every_site_is_listed() -> None:
    for path in sorted(Path(ROOT / "newscrawl" / "spiders").glob("[a-z]*.py")):
        assert f"`{path.stem}`" in CRAWL


def test_readme_shows_what_make_crawl_prints(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    done = subprocess.run([sys.executable, "-m", "newscrawl.demo"], cwd=tmp_path, env=scrapy_environment(tmp_path),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True, timeout=100)  # fmt: skip
    printed = re.sub(r"in [\d.]+ s", "in 0.1 s", done.stdout).strip()
    _shows_stories(tmp_path, update=request.config.getoption("--update-golden"))
    shown = re.search(r"```\n(\$ scrapy crawl vietnam_vn .*?)\n…\n```", README, re.DOTALL)
    assert shown
    assert shown[1] in printed, printed


def _shows_stories(folder: Path, *, update: bool) -> None:
    """What README shows of the stories in the sample feed is what the command gives."""
    done = scrapy("editions", "out/sample.jsonl", "-o", "out/stories.jsonl", "--pairs", "no,ja", cwd=folder)
    stories = [json.loads(line) for line in (folder / "out" / "stories.jsonl").read_text("utf-8").split("\n") if line]
    rows = ("language", "site", "reason", "confidence", "url")
    several = (edition for story in stories if len(story["languages"]) > 1 for edition in story["editions"])
    table = "\n".join("\t".join(str(edition[name]) for name in rows) for edition in several)
    shown = re.search(r"--pairs no,ja\n(.*?)\n\$ jq .*?\n(.*?)\n```", README, re.DOTALL)
    assert shown
    if update:
        text = README.replace(shown[1], done.stderr.rstrip()).replace(shown[2], table)
        (ROOT / "README.md").write_text(text, "utf-8")
    else:
        assert (shown[1], shown[2]) == (done.stderr.rstrip(), table), "pytest --update-golden tests/test_docs.py"


def test_editions_document_names_what_there_is() -> None:
    text = (ROOT / "docs" / "editions.md").read_text("utf-8")
    for name in (*evidence.REASONS, *EDITION_FLAGS, "DROP_NEAR_DUPLICATES", "RECHECK_HOURS"):
        assert name in text, name
    for name, confidence in evidence.CONFIDENCE.items():
        assert re.search(rf"`{name}` \|.*\| {confidence} \|", text), name


def test_editions_document_shows_what_diff_prints() -> None:
    body = ["Работы начались утром.", "Представитель завода сообщил о начале работ."]
    common = {
        "id": "b0c91d3f5a7e2c4b6d80",
        "site": "ria",
        "url": "https://ria.ru/20240913/most-1972500000.html",
        "status": "published",
    }
    first = {
        "revision": 1,
        "title": "Старый мост закрыли",
        "body": "\n\n".join(body),
        "crawled_at": "2024-09-13T12:10:00+00:00",
    }
    second = {"revision": 2, "title": "Старый мост откроют", "body": "\n\n".join(body).replace("сообщил", "опроверг"),
              "crawled_at": "2024-09-14T08:00:00+00:00"}  # fmt: skip
    assert "\n".join(report([common | first, common | second])) in (ROOT / "docs" / "editions.md").read_text("utf-8")


def test_page_on_checking_a_feed(tmp_path: Path) -> None:
    """The commands of the page, on a feed with the faults that it names."""
    feed = tmp_path / "articles.jsonl"
    scrapy("crawl", "ria", "-s", f"REPLAY_FROM={ROOT / 'samples'}", "-o", feed.name, cwd=tmp_path)
    lines = feed.read_bytes().split(b"\n")[:4]
    lines[1] = json.dumps(json.loads(lines[1]) | {"published_on": "14/09/2024"}).encode()
    lines[2] = json.dumps(json.loads(lines[2]) | {"title": "Another"}).encode()
    feed.write_bytes(b"\n".join(lines)[: sum(map(len, lines[:3])) + 3 + 97])
    page = (ROOT / "docs" / "check-a-feed.md").read_text("utf-8")
    given = scrapy("validate", feed.name, cwd=tmp_path, check=False).stdout
    given += "$ scrapy validate articles.jsonl --repair\n"
    given += scrapy("validate", feed.name, "--repair", cwd=tmp_path, check=False).stdout
    assert f"```\n$ scrapy validate articles.jsonl\n{given}```" in page
