"""A feed that the project wrote has no fault, and each kind of damage is found where it is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.feed.lines import to_line
from newscrawl.feed.validate import Fault, faults
from newscrawl.items import Article
from newscrawl.text.clean import content_hash
from tests.support import feed_line, scrapy

BODY = "The bridge closes in summer.\n\nThe town said so on a rainy day."


def line(**fields: Any) -> dict[str, Any]:
    given = {
        "id": "0" * 20, "story_id": "1" * 20, "site": "ria", "url": "https://ria.ru/20240913/a-1.html",
        "source_url": "https://ria.ru/20240913/a-1.html", "source_url_status": "own", "title": "The bridge closes",
        "body": BODY, "language": "ru", "published_on": "2024-09-13", "published_at": "2024-09-13T12:03:00+03:00",
        "crawled_at": "2024-09-14T08:00:00+00:00", "http_status": 200, "run_id": "r",
    }  # fmt: skip
    fields = given | fields
    fields.setdefault("content_hash", content_hash(fields["title"], fields.get("lead"), fields["body"]))
    return feed_line(Article(**fields))


def found(tmp_path: Path, *lines: dict[str, Any] | bytes) -> list[Fault]:
    feed = tmp_path / "out.jsonl"
    feed.write_bytes(b"".join(text if isinstance(text, bytes) else to_line(text) for text in lines))
    return list(faults(feed))


def second(**fields: Any) -> dict[str, Any]:
    return line(title="Closed", revision=2, supersedes=line()["content_hash"], **fields)


def test_what_is_right(tmp_path: Path) -> None:
    gone = line(revision=3, supersedes=second()["content_hash"], status="withdrawn", body=None, content_hash="0" * 32)
    assert found(tmp_path, line(), line(id="2" * 20, published_at=None), second(), gone) == []
    assert found(tmp_path) == []


def of_version(line: dict[str, Any], version: str, *without: str) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in without} | {"schema_version": version}


def test_lines_of_older_versions_are_as_right(tmp_path: Path) -> None:
    """A feed goes on over upgrades."""
    added = ("supersedes", "status", "near_duplicate_of", "warc_record")
    first = of_version(line(), "1.0", *added)
    again = of_version(second(), "1.0", *added)
    assert found(tmp_path, first, again, of_version(line(id="2" * 20), "1.1", "warc_record")) == []
    (late,) = found(tmp_path, of_version(line(), "1.0", "supersedes", "status", "near_duplicate_of"))
    assert "warc_record" in late.what  # was not there in 1.0
    (newer,) = found(tmp_path, of_version(line(), "1.9"))
    assert newer.field == "schema_version"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"published_on": "14/09/2024"}, "published_on"),
        ({"published_on": "2024-02-30", "published_at": None}, "published_on"),
        ({"published_on": None}, "published_on"),
        ({"published_at": "2024-09-14T12:03:00+03:00"}, "published_at"),
        ({"published_at": "2024-09-13T25:03:00+03:00"}, "published_at"),
        ({"modified_at": "2024-09-13T12:61:00+03:00"}, "modified_at"),
        ({"published_on": "2024-09-20", "published_at": None}, "published_on"),
        ({"crawled_at": "2024-09-33T08:00:00+00:00"}, "crawled_at"),
        ({"title": ""}, "title"),
        ({"title": "The  bridge"}, "title"),
        ({"lead": "A\nB"}, "lead"),
        ({"body": "One.\nTwo."}, "body"),
        ({"body": "One.\n\nTwo\u202e."}, "body"),
        ({"content_hash": "0" * 32}, "content_hash"),
        ({"url": "https://RIA.ru/20240913/a-1.html?utm_source=x"}, "url"),
        ({"url": "javascript:x"}, "url"),
        ({"flags": ["truncated", "date_future"]}, "flags"),
        ({"flags": ["odd"]}, "flags.0"),
        ({"images": [{"url": "x", "caption": None, "credit": None}]}, "images.0.url"),
        ({"revision": 2}, "supersedes"),
        ({"supersedes": "0" * 32}, "supersedes"),
        ({"http_status": "200"}, "http_status"),
        ({"body": "\ud800 x"}, ""),
        ({"tags": ["\ud800"]}, ""),
        ({"revision": 10**30}, "revision"),
        ({"http_status": 10**400}, "http_status"),
        ({"lead": [[]]}, "lead"),
        ({"extra": 1}, ""),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, fields: dict[str, Any], where: str) -> None:
    written = {**line(), **fields}
    if "content_hash" not in fields and all(isinstance(written[name], str | None) for name in ("title", "lead")):
        written["content_hash"] = content_hash(written["title"], written["lead"], written["body"])
    text = (json.dumps(written) + "\n").encode()
    assert {(fault.line, fault.field) for fault in found(tmp_path, line(id="3" * 20), text)} >= {(2, where)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"\n", "no JSON"),
        (b"[]\n", "no JSON object"),
        (b"{\n", "no JSON"),
        (b'{"a": NaN}\n', "NaN"),
        (b"[" * 100_000 + b"\n", "no JSON"),
        (b'{"a": 1, "a": 2}\n', "a: there more than once"),
        (b'{"a": "\xff"}\n', "no UTF-8 at byte 7"),
        (b'{"a": "' + b"x" * 1_100_000 + b'"}\n', "longer than"),
        (b'{"id": "0', "torn"),
    ],
)
def test_lines_that_are_none(tmp_path: Path, text: bytes, what: str) -> None:
    (fault,) = found(tmp_path, line(), text)
    assert (fault.line, fault.field) == (2, "")
    assert what in fault.what


def test_lines_against_each_other(tmp_path: Path) -> None:
    def wrong(*lines: dict[str, Any]) -> list[tuple[int, str]]:
        return [(fault.line, fault.field) for fault in found(tmp_path, *lines)]

    assert wrong(line(), line()) == [(2, "id")]
    assert wrong(second()) == [(1, "revision")]
    assert wrong(line(), line(title="Closed", revision=2, supersedes="0" * 32)) == [(2, "supersedes")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_no_damage_raises(tmp_path: Path, data: st.DataObject) -> None:
    text = bytearray(to_line(line()) * 2)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    for fault in found(tmp_path, bytes(text)):
        assert "\n" not in str(fault)


def command(name: str) -> Callable[..., Any]:
    return lambda folder, *options: scrapy("validate", name, *options, cwd=folder, check=False)


def test_command(tmp_path: Path) -> None:
    validate = command("out.jsonl")
    feed = tmp_path / "out.jsonl"
    feed.write_bytes(to_line(line()) + b'{"torn')
    done = validate(tmp_path)
    assert (done.returncode, done.stdout) == (
        1,
        "out.jsonl:2: torn: it does not end in a newline (--repair cuts it off)\nout.jsonl: 2 lines, 1 faults\n",
    )
    done = validate(tmp_path, "--repair")
    assert done.returncode == 0
    assert "6 bytes of a torn line cut off and kept in out.jsonl.tail" in done.stdout
    assert done.stdout.endswith("out.jsonl: 1 lines, no faults\n")
    feed.write_bytes(b"".join(to_line({**line(id=f"{number:020}"), "language": "Norsk"}) for number in range(25)))
    done = validate(tmp_path)
    assert done.stdout.count("language: ") == 11
    assert "out.jsonl: language: 15 more\nout.jsonl: 25 lines, 25 faults" in done.stdout
    done = command("nowhere.jsonl")(tmp_path, "--repair")
    assert (done.returncode, "nowhere.jsonl" in done.stderr) == (1, True)
    assert not (tmp_path / "nowhere.jsonl").exists()
    (tmp_path / "out.runs.jsonl").write_text("{}\n")
    feed.write_bytes(to_line(line()))
    done = scrapy("validate", "out.runs.jsonl", "out.jsonl", cwd=tmp_path)
    assert done.stdout == "out.jsonl: 1 lines, no faults\n", "a pattern finds what stands beside a feed too"
    assert scrapy("validate", cwd=tmp_path, check=False).returncode == 2
