"""Every saved page gives its saved feed line: one test for all sites."""

import json
from pathlib import Path

import pytest

from tests.support import CASES, Bench, feed_line

PAGES = sorted(CASES.glob("*/*/page.*"))
VOLATILE = ("run_id", "warc_record", "crawled_at", "discovered_via")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.parent.name}/{page.parent.name}")
def test_saved_page_gives_its_saved_line(page: Path, request: pytest.FixtureRequest) -> None:
    case, site = page.parent, page.parent.parent.name
    url = (case / "url.txt").read_text("utf-8").strip()
    bench = Bench(site)
    line = feed_line(bench.run(bench.read(url, page.read_bytes())))
    found = {name: value for name, value in line.items() if name not in VOLATILE}
    golden = case / "article.json"
    if request.config.getoption("--update-golden"):
        _update(golden, found, anyway=request.config.getoption("--update-golden-anyway"))
    assert golden.exists(), f"no article.json: pytest --update-golden -k {site}/{case.name}"
    assert found == json.loads(golden.read_text("utf-8")), f"if right: pytest --update-golden -k {site}/{case.name}"


def _update(golden: Path, found: dict[str, object], *, anyway: bool) -> None:
    if golden.exists() and not anyway:
        old = json.loads(golden.read_text("utf-8"))
        emptied = [name for name, value in old.items() if value and not found.get(name)]
        assert not emptied, f"{emptied} would be lost; delete {golden} to accept that"
    golden.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
