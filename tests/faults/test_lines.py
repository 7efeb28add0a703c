"""What is written is clean, by a checker that shares no code with what writes; ``python -m tests.faults.lines`` does a million."""

import json
from pathlib import Path

import pytest

from tests.faults.lines import check, write


def test_a_few_hundred(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    told = write(path, 400, 7)
    assert check(path) == told["written"] >= 300
    assert sum(told.values()) == 400


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"title": "', b'"title": "\\u202e'), (b'"title": "', b'"title": "\\ud800'), (b'"title": "', b'"title": "\x1b'), (b'"title": "', b'"title": " '), (b'"tags": [', b'"tags": [NaN, '), (b'"revision": 1', b'"revision": 1, "revision": 2'),
     (b'"authors": [', b'"authors": ["e\xcc\x81", '), (b'+00:00"', b'"'), (b'"crawled_at": "2026', b'"crawled_at": "2036'), (b"}\n", b"}"), (b'"flags": []', b'"flags": null'), (b'"title": "', b'"title": "\xff')],
)  # fmt: skip
def test_the_checker_finds_what_is_not(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "out.jsonl"
    write(path, 3, 1)
    line = json.loads(path.read_bytes().split(b"\n")[0])
    whole = json.dumps(line | {"flags": []}, ensure_ascii=False).encode() + b"\n"
    path.write_bytes(whole)
    assert check(path) == 1
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))
    with pytest.raises((AssertionError, ValueError)):
        check(path)
