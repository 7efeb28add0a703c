"""What ``scrapy diff-feeds`` says of two feeds of the same pages."""

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.feed.compare import compare
from tests.support import scrapy


def line(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"i{number}", "url": f"https://ria.ru/{number}", "language": "ru", "site": "ria", "title": f"T{number}",
            "body": "One. " * 20, "tags": ["a"], "lead": None, "run_id": str(fields), "revision": 1} | fields  # fmt: skip


def write(path: Path, *lines: Any) -> Path:
    path.write_text("".join((json.dumps(one) if isinstance(one, dict) else one) + "\n" for one in lines), "utf-8")
    return path


def counts(
    tmp_path: Path, old: list[Any], new: list[Any], site: str = "ria"
) -> tuple[tuple[int, int, int], dict[str, Any]]:
    about = compare(write(tmp_path / "old.jsonl", *old), write(tmp_path / "new.jsonl", *new), 2)[site]
    told = {name: {kind: n for kind, n in found.counts.items() if n} for name, found in about.fields.items()}
    odd = {name: kinds for name, kinds in told.items() if set(kinds) != {"same"}}
    return (about.both, about.only_old, about.only_new), odd


def test_each_kind_of_difference(tmp_path: Path) -> None:
    old = [line(1), line(2), line(3), line(4), line(9)]
    new = [line(1, run_id="x"), line(2, title="U"), line(3, tags=[]), line(4, lead="L"), line(5)]
    assert counts(tmp_path, old, new) == (
        (4, 1, 1), {"title": {"same": 3, "changed": 1}, "tags": {"same": 3, "lost": 1}, "lead": {"same": 3, "gained": 1}},
    )  # fmt: skip


def test_pairs_by_id_then_by_page(tmp_path: Path) -> None:
    assert counts(tmp_path, [line(1)], [line(1, url="https://ria.ru/other")])[0] == (1, 0, 0)
    assert counts(tmp_path, [line(1)], [line(2, url="https://ria.ru/1")])[0] == (1, 0, 0)
    assert counts(tmp_path, [line(1)], [line(2, url="https://ria.ru/1", language="en")])[0] == (0, 1, 1)


def test_the_last_revision_counts(tmp_path: Path) -> None:
    revised = line(1, title="New", revision=2)
    assert counts(tmp_path, [line(1), revised], [line(1, title="New")]) == ((1, 0, 0), {})
    assert counts(tmp_path, [line(1)], [line(1), revised]) == ((1, 0, 0), {"title": {"changed": 1}})


def test_what_is_no_record_is_passed_over(tmp_path: Path) -> None:
    odd = ["", "{", "[]", '{"id": [1], "url": "u", "site": "s"}', '{"id": "torn']
    assert counts(tmp_path, [*odd, line(1)], [line(1), *odd]) == ((1, 0, 0), {})


def test_fields_of_another_version(tmp_path: Path) -> None:
    assert counts(tmp_path, [line(1)], [line(1, novel="x")])[1] == {"novel": {"gained": 1}}
    assert counts(tmp_path, [line(1, gone="x")], [line(1)])[1] == {"gone": {"lost": 1}}


def test_command(tmp_path: Path) -> None:
    write(tmp_path / "old.jsonl", line(1), line(2, body="word " * 50 + "old"), line(3, site="vov"))
    write(tmp_path / "new.jsonl", line(1), line(2, body="word " * 50 + "new"), line(3, site="vov"))
    done = scrapy("diff-feeds", "old.jsonl", "new.jsonl", cwd=tmp_path)
    assert done.stdout == (
        "ria: 2 lines in both feeds, 0 only in the old, 0 only in the new\n"
        "  body              same 1  changed 1\n"
        "    changed  https://ria.ru/2\n"
        "      - …word word word word word word old\n"
        "      + …word word word word word word new\n"
        "  the same: id, url, language, site, title, tags, lead\n"
        "vov: 1 lines in both feeds, 0 only in the old, 0 only in the new\n"
        "  the same: id, url, language, site, title, body, tags, lead\n"
    )
    assert "- …" not in scrapy("diff-feeds", "old.jsonl", "new.jsonl", "--examples", "0", cwd=tmp_path).stdout
    write(tmp_path / "lost.jsonl", line(1, title=None), line(2), line(3))
    done = scrapy("diff-feeds", "old.jsonl", "lost.jsonl", "--json", cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["ria"]["fields"]["title"]["examples"]["lost"] == [
        {"url": "https://ria.ru/1", "old": "T1", "new": None}
    ]


@pytest.mark.parametrize(("given", "code"), [(["a.jsonl"], 2), (["a.jsonl", "b.jsonl"], 1)])
def test_wrong_arguments(tmp_path: Path, given: list[str], code: int) -> None:
    done = scrapy("diff-feeds", *given, cwd=tmp_path, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
