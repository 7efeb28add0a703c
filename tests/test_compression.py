"""Files of lines are read alike whatever they are packed in: forwards, backwards, from any line on."""

import gzip
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl import compression
from newscrawl.compression import (
    FORMS,
    Damaged,
    Form,
    Gzip,
    Members,
    form_of,
    lines_from_end,
    member_starts,
    offset_at,
    open_lines,
    whole_lines,
    with_offsets,
    zstd,
)
from newscrawl.feed import lines as writing
from newscrawl.feed.lines import LineFile

CHANCE = random.Random(7)
TEXT = [b'{"n": %d, "text": "%s"}\n' % (number, CHANCE.randbytes(CHANCE.randrange(400)).hex().encode()) for number in range(900)]  # fmt: skip
COMPRESS = {".gz": gzip.compress, ".zst": zstd.compress}


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_lines_and_their_offsets(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MEMBER", 50_000)
    path = tmp_path / f"out.jsonl{ending}"
    file, offsets = LineFile(path), []
    for text in TEXT:
        file.write(text)
        offsets.append(file.last)
    file.close()
    with open_lines(path) as lines:
        assert list(lines) == TEXT
    with open_lines(path) as lines:
        assert list(with_offsets(lines)) == list(zip(offsets, TEXT, strict=True))
        assert lines.tell() == offset_at(path, path.stat().st_size)
        for number in random.Random(1).sample(range(len(TEXT)), 30):
            lines.seek(offsets[number])
            assert (lines.tell(), lines.readline()) == (offsets[number], TEXT[number])
    assert list(lines_from_end(path)) == [text[:-1] for text in reversed(TEXT)]
    if form := form_of(path):
        assert len(list(member_starts(path, form))) > 5


@pytest.mark.parametrize("form", FORMS)
@given(pieces=st.lists(st.binary(max_size=40), max_size=6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_files_of_other_programs(tmp_path: Path, form: Form, pieces: list[bytes]) -> None:
    """Members of any size, empty ones, lines that go on in the next one."""
    path = tmp_path / f"out{form.ending}"
    path.write_bytes(b"".join(COMPRESS[form.ending](piece) for piece in pieces))
    plain = b"".join(pieces)
    with open_lines(path) as lines:
        found = list(with_offsets(lines))
    assert b"".join(text for _, text in found) == plain
    assert all(text.count(b"\n") == 1 for _, text in found[:-1])
    with open_lines(path) as lines:
        for offset, text in reversed(found):
            lines.seek(offset)
            assert lines.readline() == text
    assert b"\n".join(reversed(list(lines_from_end(path)))) == b"\n".join(line for line in plain.split(b"\n") if line)


@pytest.mark.parametrize(("ending", "program"), [(".gz", "gzip"), (".zst", "zstd")])
def test_the_usual_programs_read_what_is_written(tmp_path: Path, ending: str, program: str) -> None:
    path = tmp_path / f"out.jsonl{ending}"
    for some in (TEXT[:10], TEXT[10:30]):
        file = LineFile(path)
        for text in some:
            file.write(text)
        file.close()
    try:
        done = subprocess.run([program, "-dc", path], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip(f"no {program}")
    assert (done.stdout, done.stderr) == (b"".join(TEXT[:30]), b"")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_being_written(tmp_path: Path, form: Form) -> None:
    path = tmp_path / f"out{form.ending}"
    file = LineFile(path)
    for number, text in enumerate(TEXT[:20], 1):
        file.write(text)
        with open_lines(path) as lines:
            assert list(lines) == TEXT[:number]
            assert isinstance(lines, Members)
            assert lines.is_open
    file.close()
    with open_lines(path) as lines:
        assert list(lines) == TEXT[:20]
        assert isinstance(lines, Members)
        assert not lines.is_open


@pytest.mark.parametrize("form", FORMS)
def test_damage_is_an_error_of_one_line(tmp_path: Path, form: Form) -> None:
    path = tmp_path / f"out{form.ending}"
    path.write_bytes(COMPRESS[form.ending](b"".join(TEXT[:5])) + b"no such thing")
    with open_lines(path) as lines, pytest.raises(Damaged, match="is damaged in the piece that begins at byte"):
        list(lines)
    with pytest.raises(Damaged):
        list(lines_from_end(path))


def test_a_member_too_large_for_offsets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.gz"
    path.write_bytes(gzip.compress(b"".join(TEXT)))
    monkeypatch.setattr(compression, "SHIFT", 12)
    with open_lines(path) as lines:
        assert list(lines) == TEXT
    with open_lines(path) as lines, pytest.raises(Damaged, match="gzip -d"):
        list(with_offsets(lines))


@pytest.mark.parametrize("form", FORMS)
def test_where_an_unfinished_member_may_end(form: Form) -> None:
    pack, ends, data = form.packer(), [0], b""
    for text in TEXT[:8]:
        data += pack(text)
        ends.append(len(data))
    for cut in range(0, len(data) + 1, 7 if form is Gzip else 1):
        whole, ending = whole_lines(data[:cut], form)
        assert whole == max(end for end in ends if end <= cut)
        if whole:
            unpacker = form.unpacker()
            assert unpacker.decompress(data[:whole] + ending) == b"".join(TEXT[: ends.index(whole)])
            assert unpacker.eof
