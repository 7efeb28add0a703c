"""``scrapy report`` as a user runs it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.lines import feed, line, reject
from tests.support import ROOT, scrapy, scrapy_environment

pytestmark = pytest.mark.slow


def test_page_of_a_crawl(tmp_path: Path) -> None:
    scrapy("crawl", "ria", "-s", f"REPLAY_FROM={ROOT / 'samples'}", "-o", "ria.jsonl", cwd=tmp_path)
    done = scrapy("report", "ria.jsonl", "-o", "pages/ria.html", cwd=tmp_path)
    assert done.stderr == "pages/ria.html: 8 articles\n"
    text = (tmp_path / "pages" / "ria.html").read_text("utf-8")
    for words in (
        "8 articles in 1 language from 1 site",
        "РИА Новости",
        "Общество",
        "too little history",
        "the site’s rule",
    ):
        assert words in text, words
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["ria.html"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_compressed_feed(tmp_path: Path, ending: str) -> None:
    scrapy("crawl", "ria", "-s", f"REPLAY_FROM={ROOT / 'samples'}", "-o", f"ria.jsonl{ending}", cwd=tmp_path)
    assert scrapy("report", f"ria.jsonl{ending}", cwd=tmp_path).stderr == "report.html: 8 articles\n"
    assert "the site’s rule" in (tmp_path / "report.html").read_text("utf-8"), "its manifest is found"


def test_several_feeds_and_their_companions(tmp_path: Path) -> None:
    """A pattern for feeds finds their companions too; rejects and runs beside a feed are read without being named."""
    feed(tmp_path / "a.jsonl", [line(1), line(2)])
    feed(tmp_path / "b.jsonl", [line(2), line(3, site="other")])
    (tmp_path / "a.jsonl").write_bytes((tmp_path / "a.jsonl").read_bytes() + b'{"torn')
    feed(tmp_path / "b.rejects.jsonl", [reject(1, "robots")])
    run = {"run_id": "run-1", "site": "other", "state": "killed", "started_at": "2024-09-14T08:00:00+00:00"}
    (tmp_path / "b.runs.jsonl").write_text(json.dumps(run) + "\n", "utf-8")
    done = scrapy("report", "a.jsonl", "b.jsonl", "b.rejects.jsonl", "b.runs.jsonl", cwd=tmp_path)
    assert done.stderr == "report.html: 3 articles; lines that are no records: 1\n"
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "3 articles in 1 language from 2 sites" in text
    assert re.search(r"<code>robots</code>.*other 1", text, re.DOTALL)
    assert "killed" in text


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        ((), "name at least one feed", 2),
        (("a.rejects.jsonl",), "name at least one feed", 2),
        (("a.jsonl", "-o", "a.jsonl"), "is one of the feeds", 2),
        (("missing.jsonl",), "missing.jsonl", 1),
        ((".",), "Is a directory", 1),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, arguments: tuple[str, ...], said: str, code: int) -> None:
    done = scrapy("report", *arguments, cwd=tmp_path, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    feed(tmp_path / "a.jsonl", [line(1)])
    code = "import sys; sys.modules['jinja2'] = None; from scrapy.cmdline import execute; execute(['scrapy', 'report', 'a.jsonl'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=scrapy_environment(tmp_path), capture_output=True,
                          text=True, check=False, timeout=100)  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "pip install 'newscrawl[report]'" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_other_commands_do_not_load_the_extra(tmp_path: Path) -> None:
    code = ("import sys; from scrapy.cmdline import execute\ntry: execute(['scrapy', 'sites'])\n"
            "finally: print('loaded', [name for name in ('jinja2', 'markupsafe') if name in sys.modules])")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=scrapy_environment(tmp_path), capture_output=True,
                          text=True, check=True, timeout=100)  # fmt: skip
    assert "loaded []" in done.stdout


def test_the_page_that_was_there_stays_when_another_fails(tmp_path: Path) -> None:
    feed(tmp_path / "a.jsonl", [line(1)])
    (tmp_path / "report.html").write_text("before", "utf-8")
    scrapy("report", "a.jsonl", "missing.jsonl", cwd=tmp_path, check=False)
    assert (tmp_path / "report.html").read_text("utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "report.html"]
