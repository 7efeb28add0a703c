"""A feed line is judged whole, though few of its fields are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.store.feed_line import FeedLine, read_line

VALUES = st.none() | st.text() | st.integers(-(1 << 60), 1 << 60) | st.lists(st.text(), max_size=2)


@given(st.dictionaries(st.sampled_from([*FeedLine.__annotations__, "title", "images"]), VALUES), st.booleans())
def test_as_python_reads_it(record: dict[str, object], as_ascii: bool) -> None:
    line = (json.dumps(record, ensure_ascii=as_ascii) + "\n").encode("utf-8")
    known = {name: value for name, value in record.items() if name in FeedLine.__annotations__}
    assert read_line(line, with_body=True) == known
    if isinstance(record.get("body", ""), str | None):
        assert bool(read_line(line, with_body=False).get("body")) == bool(record.get("body"))


@pytest.mark.parametrize("damage", [b"\xff", b"\xe1\xba", b"\x01", b"\\x", b'"'])
@pytest.mark.parametrize("field", [b"title", b"body", b"url"])
def test_damage_is_seen_in_each_field(field: bytes, damage: bytes) -> None:
    for with_body in (False, True):
        with pytest.raises(ValueError):
            read_line(b'{"id": "a", "%s": "text %s text"}\n' % (field, damage), with_body=with_body)


def test_what_is_no_strict_json_is_read_as_python_does() -> None:
    assert read_line(b'{"id": "a", "x": NaN}', with_body=False)["id"] == "a"
    assert read_line(b'{"id": "\\ud800"}', with_body=False)["id"] == "\ud800"
    assert read_line(b'{"body": "\\ud800"}', with_body=True)["body"] == "\ud800"
    assert read_line(b"[1]", with_body=False) == [1]
