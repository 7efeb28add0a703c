"""The runs beside a feed: history and manifest, each run once."""

import json
from pathlib import Path
from typing import Any

from newscrawl.report.runs import RunRow, origins, run_row, runs_of, verdicts
from tests.report.lines import feed


def run(number: int, **values: Any) -> dict[str, Any]:
    return {"run_id": f"run-{number}", "site": "paper", "state": "finished", "started_at": f"2024-09-{number:02}T08:15:00+00:00",
            "outcomes": {"new": number, "revised": 1, "known": 5, "duplicate": 2, "rejected": {"duplicate": 2, "no_body": 3}},
            "fields": {"title": {"meta": 3, "none": 1}}, "errors": []} | values  # fmt: skip


def test_history_and_manifest_are_one_list_oldest_first(tmp_path: Path) -> None:
    path = feed(tmp_path / "out.jsonl", [])
    history = [run(2), run(1)]
    (tmp_path / "out.runs.jsonl").write_text("\n".join(map(json.dumps, history)) + '\n{"torn', "utf-8")
    (tmp_path / "out.manifest.json").write_text(json.dumps(run(2) | {"feed": "out.jsonl"}), "utf-8")
    assert [found["run_id"] for found in runs_of([path, path])] == ["run-1", "run-2"]
    (tmp_path / "out.manifest.json").write_text(json.dumps(run(3)), "utf-8")
    assert [found["run_id"] for found in runs_of([path])] == ["run-1", "run-2", "run-3"]


def test_nothing_beside_the_feed(tmp_path: Path) -> None:
    path = feed(tmp_path / "out.jsonl", [])
    assert runs_of([path]) == []
    assert verdicts([path]) == {}
    (tmp_path / "out.manifest.json").write_text("[]", "utf-8")
    assert runs_of([path]) == []


def test_a_run_as_a_row() -> None:
    assert run_row(run(4, state="killed", errors=["no listing answered"])) == RunRow(
        "paper",
        "2024-09-04 08:15",
        "killed",
        ("no listing answered",),
        new=4,
        revised=1,
        known=5,
        duplicates=2,
        rejected=3,
    )
    assert run_row({"run_id": "a", "site": "paper", "started_at": "2024-09-04T08:15:00+00:00"}).rejected == 0


def test_layers_are_added_up_by_site_and_field() -> None:
    runs = [
        run(1),
        run(2, fields={"title": {"rule": 2, "meta": 1}, "body": {"rule": 3}}),
        run(3, site="other"),
        run(4, fields=None),
    ]
    assert origins(runs) == {
        "paper": {"title": {"meta": 4, "none": 1, "rule": 2}, "body": {"rule": 3}},
        "other": {"title": {"meta": 3, "none": 1}},
    }


def test_health_says_what_is_worth_a_look(tmp_path: Path) -> None:
    path = feed(tmp_path / "out.jsonl", [])
    killed = run(1, state="killed", arguments={}, sources={}, texts={}, statuses={})
    (tmp_path / "out.runs.jsonl").write_text(json.dumps(killed) + "\n", "utf-8")
    (finding,) = verdicts([path])["paper"]
    assert (finding.kind, finding.is_fault) == ("crashed", True)
