"""A file of whole lines: torn tails mended, half-written lines taken back, one writer."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.compression import Damaged, open_lines
from newscrawl.feed import lines as writing
from newscrawl.feed.lines import FeedLocked, LineFile

ENDINGS = ("", ".gz", ".zst")


def test_lines_are_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "out.jsonl"
    file = LineFile(path)
    file.write(b'{"a": 1}\n')
    assert path.read_bytes() == b'{"a": 1}\n'
    file.close()
    file.close()


@given(tail=st.binary(max_size=30).filter(lambda tail: b"\n" not in tail), count=st.integers(0, 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_torn_tail_is_cut_off_and_kept(tmp_path: Path, tail: bytes, count: int) -> None:
    path, kept = tmp_path / "out.jsonl", tmp_path / "out.jsonl.tail"
    kept.unlink(missing_ok=True)
    whole = b'{"a": 1}\n' * count
    path.write_bytes(whole + tail)
    file = LineFile(path)
    file.close()
    if not tail:
        assert (file.torn, path.read_bytes()) == (0, whole)
    elif _is_record(tail):
        assert path.read_bytes() == whole + tail + b"\n"
    else:
        assert (file.torn, path.read_bytes()) == (len(tail), whole)
        assert kept.read_bytes() == tail + b"\n"


def test_whole_record_without_newline_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": 2}')
    LineFile(path).close()
    assert path.read_bytes() == b'{"a": 1}\n{"b": 2}\n'


def test_long_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": "' + b"x" * 200_000)
    file = LineFile(path)
    file.close()
    assert (file.torn, path.read_bytes()) == (200_007, b'{"a": 1}\n')


def test_anew(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")
    LineFile(path, anew=True).close()
    assert path.read_bytes() == b""


def test_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    file = LineFile(path)
    with pytest.raises(FeedLocked, match="another run is writing"):
        LineFile(path, anew=True)
    file.write(b"{}\n")
    file.close()
    LineFile(path).close()
    assert path.read_bytes() == b"{}\n"


def test_no_place_leaves_whole_lines(tmp_path: Path) -> None:
    """A file size limit is a full disk that a test may have."""
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom newscrawl.feed.lines import LineFile\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (1050, 1050))\n"
        "file = LineFile(Path(sys.argv[1]))\n"
        "try:\n  for number in range(100): file.write(b'{\"a\": \"' + b'x' * 90 + b'\"}\\n')\n"
        "except OSError: file.close(); sys.exit(7)\n"
    )
    path = tmp_path / "out.jsonl"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 7
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 1000 // 100
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


def read(path: Path) -> list[bytes]:
    with open_lines(path) as lines:
        return list(lines)


@pytest.mark.parametrize("ending", ENDINGS)
def test_torn_at_any_byte(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut leaves any beginning of what was written: every whole line is kept, the rest of the bytes put aside."""
    monkeypatch.setattr(writing, "MEMBER", 300)
    path, sizes = tmp_path / f"out.jsonl{ending}", [0]
    texts = [b'{"n": %d, "text": "%s"}\n' % (number, os.urandom(40).hex().encode()) for number in range(12)]
    file = LineFile(path)
    for text in texts:
        file.write(text)
        sizes.append(path.stat().st_size)
    data = path.read_bytes()
    file.close()
    for cut in range(0, len(data) + 1, 3):
        path.write_bytes(data[:cut])
        file = LineFile(path)
        whole = max(number for number, size in enumerate(sizes) if size <= cut)
        assert read(path) in (texts[:whole], texts[: whole + 1])  # a record that lacks its newline alone is kept
        file.write(b'{"after": 1}\n')
        file.close()
        assert read(path)[-1] == b'{"after": 1}\n'
        LineFile(path).close()
        assert len(read(path)) in (whole + 1, whole + 2)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_write_that_fails_half_way_is_taken_back(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"out.jsonl{ending}"
    file, real = LineFile(path), os.write
    texts = [b'{"n": %d, "text": "%s"}\n' % (number, b"ab" * 50) for number in range(4)]
    file.write(texts[0])
    for number in (1, 2):
        with monkeypatch.context() as full:
            full.setattr(writing.os, "write", lambda fd, data: real(fd, data[:5]) if len(data) > 5 else _no_space())
            size = path.stat().st_size
            with pytest.raises(OSError, match="No space"):
                file.write(b'{"lost": 1}' * 20 + b"\n")
            assert path.stat().st_size == size
        file.write(texts[number])
        assert read(path) == texts[: number + 1]
    file.close()
    LineFile(path).close()
    assert read(path) == texts[:3]


@pytest.mark.parametrize("ending", ENDINGS[1:])
def test_damage_before_the_end_is_left_to_people(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MEMBER", 300)
    monkeypatch.setattr(writing, "MAX_TORN", 1000)
    path = tmp_path / f"out.jsonl{ending}"
    file = LineFile(path)
    for _ in range(80):
        file.write(os.urandom(40).hex().encode() + b"\n")
    file.close()
    data = bytearray(path.read_bytes())
    data[400:440] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(Damaged, match="is damaged at byte"):
        LineFile(path)
    assert path.read_bytes() == data


def _no_space() -> int:
    raise OSError(28, "No space left on device")


def _is_record(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
