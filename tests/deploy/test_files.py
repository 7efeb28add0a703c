"""The files of ``deploy/`` in the hands of the programs that read them."""

import json
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.deploy.scrapyd import LONG, wait_for
from tests.generated import DAY, ria_archive
from tests.support import ROOT, read_feed, scrapy, scrapy_command, scrapy_environment

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"


def _needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program}")


@_needs("systemd-analyze")
def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    units = [path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer")]
    assert len(units) == 5
    program = shutil.which("true")
    for path in units:
        text = re.sub(
            r"/opt/newscrawl/(\.venv-scrapyd/bin/scrapyd|\.venv/bin/celery|deploy/schedule)\b",
            str(program),
            path.read_text("utf-8"),
        )
        (tmp_path / path.name).write_text(text, "utf-8")
    named = [str(tmp_path / path.name.replace("@.", "@ria.")) for path in units]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *named], capture_output=True, text=True, check=False,
                          timeout=LONG, env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"})  # fmt: skip
    about = [line for line in done.stderr.splitlines() if "newscrawl" in line]
    assert (done.returncode, about) == (0, []), done.stderr


def test_units_and_cron_name_what_is_there() -> None:
    for path in filter(Path.is_file, DEPLOY.iterdir()):
        for name in re.findall(r"/opt/newscrawl/((?:deploy|docs)/[\w.-]+)", path.read_text("utf-8")):
            assert (ROOT / name).exists(), (path.name, name)


def test_what_scrapyd_has_is_what_is_tested() -> None:
    """To mend: uv pip compile --universal --python-version 3.11 pyproject.toml deploy/requirements.in -c constraints.txt
    --no-header --no-annotate -o deploy/requirements.txt"""
    pinned = _pins(ROOT / "constraints.txt")
    server = _pins(DEPLOY / "requirements.txt")
    assert {name: server[name] for name in server.keys() & pinned.keys()} == {
        name: pinned[name] for name in server.keys() & pinned.keys()
    }
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.split(r"[><=;\[ ]", name)[0] for name in needed} <= server.keys()


def test_cron_lines(tmp_path: Path) -> None:
    """Five fields, the user, a command; and what is swept up is the old logs and results, nothing else."""
    lines = [line for line in (DEPLOY / "newscrawl.cron").read_text("utf-8").splitlines() if re.match(r"[\d*]", line)]
    jobs = [re.fullmatch(r"(?:[\d*/,-]+ +){5}(newscrawl) (\S+) (.*)", line) for line in lines]
    assert all(jobs)
    assert [job[2] for job in jobs if job] == ["schedule", "schedule", "schedule", "find"]
    assert (DEPLOY / "newscrawl.cron").read_text("utf-8").endswith("\n")  # cron leaves out a last line without its end
    (sweep,) = (line for line in lines if "find" in line)
    command = sweep[sweep.index("find") :].replace("/var", str(tmp_path / "var"))
    month = time.time() - 40 * 86400
    for name in (
        "log/newscrawl/jobs/newscrawl/ria/a.log",
        "lib/newscrawl/jobs/ria/a.jsonl",
        "lib/newscrawl/feeds/ria.jsonl",
    ):
        for file in (tmp_path / "var" / name, (tmp_path / "var" / name).with_stem("b")):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        os.utime(tmp_path / "var" / name, (month, month))
    subprocess.run(["sh", "-c", command], check=True, timeout=LONG)
    left = sorted(path.name for path in (tmp_path / "var").rglob("*") if path.is_file())
    assert left == ["b.jsonl", "b.jsonl", "b.log", "ria.jsonl"]


@_needs("logrotate")
def test_logs_are_rotated_and_feeds_are_not(tmp_path: Path) -> None:
    """The real thing: rejects that a crawl still writes to go on in the file it opened, and nothing is lost."""
    feeds, logs = tmp_path / "lib" / "feeds", tmp_path / "log"
    feeds.mkdir(parents=True)
    logs.mkdir()
    text = (DEPLOY / "newscrawl.logrotate").read_text("utf-8")
    text = text.replace("/var/log/newscrawl", str(logs)).replace("/var/lib/newscrawl", str(tmp_path / "lib"))
    config = tmp_path / "logrotate.conf"
    config.write_text(re.sub(r"su newscrawl newscrawl", "", text), "utf-8")
    config.chmod(0o644)
    (feeds / "ria.jsonl").write_text("{}\n", "utf-8")
    (logs / "cron.log").write_text("a job\n", "utf-8")
    with (feeds / "ria.rejects.jsonl").open("a", buffering=1) as rejects:
        rejects.write("1\n")
        rotate = ["logrotate", "--state", str(tmp_path / "state"), "--force", str(config)]
        done = subprocess.run(rotate, capture_output=True, text=True, check=False, timeout=LONG)
        assert (done.returncode, done.stderr) == (0, "")
        rejects.write("2\n")
    (feeds / "ria.rejects.jsonl").write_text("3\n", "utf-8")
    time.sleep(1.1)  # names of rotated files are seconds apart
    subprocess.run(rotate, check=True, timeout=LONG)
    kept = sorted(feeds.glob("ria.rejects.jsonl*"))
    assert [path.suffix for path in kept] == [".gz", kept[1].suffix]
    text = subprocess.run(["zcat", "-f", *kept], capture_output=True, text=True, check=True).stdout
    assert text == "1\n2\n3\n"
    assert (feeds / "ria.jsonl").read_text("utf-8") == "{}\n"


def test_backup_in_mid_crawl_restored(tmp_path: Path) -> None:
    """The machine is lost in mid-crawl; what was saved shortly before is restored, and the next crawl goes on."""
    archive = tmp_path / "ria.warc.gz"
    urls = ria_archive(archive, 400)
    command = ["crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}"]
    settings = {"REPLAY_FROM": archive}
    here = {"NEWSCRAWL_DATA": str(tmp_path / "data")}
    crawl = subprocess.Popen(scrapy_command(*command, settings=settings), cwd=tmp_path, stderr=subprocess.PIPE,
                             env=scrapy_environment(tmp_path, here))  # fmt: skip
    feed = tmp_path / "data" / "feeds" / "ria.jsonl"
    saved = []
    for lines in (50, 150):
        wait_for(f"{lines} lines", lambda lines=lines: feed.exists() and feed.read_bytes().count(b"\n") >= lines)
        saved.append(tmp_path / f"{lines}.tar.gz")
        subprocess.run([DEPLOY / "backup", saved[-1]], check=True, env={"PATH": "/usr/bin:/bin", **here}, timeout=LONG)
    crawl.kill()
    crawl.communicate()
    for path in saved:
        restored = tmp_path / path.name.partition(".")[0]
        restored.mkdir()
        subprocess.run(["tar", "-xzf", path, "-C", restored], check=True, timeout=LONG)
        assert not list(restored.rglob("*.seen.db*"))
        scrapy(*command, cwd=tmp_path, settings=settings, environment={"NEWSCRAWL_DATA": str(restored)})
        lines = read_feed(restored / "feeds" / "ria.jsonl")
        assert Counter(line["url"] for line in lines) == Counter(urls)
        manifest = json.loads((restored / "feeds" / "ria.manifest.json").read_text("utf-8"))
        assert 0 < manifest["outcomes"]["new"] < len(urls)
        jobs = {line["url"] for job in restored.glob("jobs/ria/*.jsonl") for line in _whole(job)}
        assert jobs == set(urls)


def _pins(path: Path) -> dict[str, str]:
    """Return the versions that a list pins, by package."""
    return dict(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", path.read_text("utf-8")))


def _whole(path: Path) -> list[dict[str, str]]:
    """The whole lines of a file that may have been copied in mid-line."""
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
