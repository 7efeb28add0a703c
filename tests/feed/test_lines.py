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

from newscrawl.feed.lines import FeedLocked, LineFile


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


def _is_record(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
