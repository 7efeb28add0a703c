"""Every command in the documents: its options are those it has, and it is run, or the reason why not stands here."""

import argparse
import importlib
import re
import shlex
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl.crawl.arguments import read_arguments
from tests.support import ROOT, all_spiders, scrapy, scrapy_environment

PAGES = (
    "README.md",
    "SECURITY.md",
    "samples/README.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
PROGRAMS = "adduser apt-get celery chown curl git head install jq kill make pip printf pytest python python3 redis-server rm scrapy sftp su systemctl tar".split()

NOT_HERE = {
    ("README.md", r"make crawl"): "run by .ci/run, and as newscrawl.demo by test_docs.py",
    ("README.md", r"make crawl SITE=.*"): "asks a live site",
    ("README.md", r"scrapy crawl vietnam_vn .*-o out/sample.jsonl"): "test_docs.py compares what it prints",
    ("README.md", r"(scrapy editions|jq) .*"): "test_docs.py compares all they print",
    ("docs/add-a-site.md", r".*"): "commands/test_add_site.py follows the page step by step",
    ("docs/browser.md", r".*"): ".ci/run installs; crawl/test_browser.py compares what the crawl prints",
    ("docs/check-a-feed.md", r".*"): "test_docs.py compares all they print",
    ("docs/deploy.md", r".*"): "needs root and systemd; deploy/test_scrapyd.py and test_files.py run what does not",
    ("docs/feeds.md", r"scrapy validate .*"): "needs the feed of the command before it: test_compression.py",
    ("docs/editions.md", r"scrapy editions FEED\.\.\. .*"): "a form, not a command; README's is run",
    ("docs/editions.md", r"scrapy diff .*"): "needs a changed article: test_docs.py and commands/test_diff.py",
    ("docs/feeds.md", r".*-o '(s3|sftp)://.*"): "feed/test_elsewhere.py runs them on servers here",
    ("docs/fleet.md", r"scrapy slices .*--dry-run"): "fleet/test_slices.py compares what it prints",
    ("docs/fleet.md", r"(cat|celery|redis-server|scrapy) .*"): "needs Redis and workers: fleet/test_fleet.py has them",
    ("docs/recipes.md", r".*"): "test_recipes.py compares all they print",
    ("docs/from-clone-to-chart.md", r".*"): "test_from_clone_to_chart follows the page step by step",
}
"""Page and pattern of commands that are not run by ``test_command_runs``, with what runs them, or why nothing can."""

ENDS_WITH_1 = ("scrapy validate", "scrapy health", "scrapy diff-feeds")
"""Commands that say by their exit code what they found."""


class Command(NamedTuple):
    """A command as a page has it."""

    page: str
    text: str

    @property
    def reason(self) -> str | None:
        """Why it is not run by ``test_command_runs``."""
        found = [why for (page, form), why in NOT_HERE.items() if page == self.page and re.fullmatch(form, self.text)]
        return found[0] if found else None


def fenced() -> list[Command]:
    """The commands of all fenced blocks: lines after ``$``, or all lines of a block that begins with a program."""
    found = []
    for page in PAGES:
        for label, body in re.findall(
            r"^```(\w*)\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
        ):
            lines = [line for line in body.split("\n") if line.strip()]
            shown = [line[2:] for line in lines if line.startswith("$ ")]
            if not shown and (label in ("sh", "bash") or lines[0].split()[0] in (*PROGRAMS, ".")):
                shown = [line for line in lines if not line.startswith(" ")]
            found += [Command(page, re.sub(r"\s{2,}#.*", "", line)) for line in shown]
    return found


def inline() -> list[Command]:
    """The commands of the project in running text."""
    return [
        Command(page, text)
        for page in PAGES
        for text in re.findall(r"`(scrapy [a-z][a-z-]+ [^`]+|make [a-z]+[^`]*)`", (ROOT / page).read_text("utf-8"))
    ]


def words(text: str) -> list[str]:
    """The words of a command up to a pipe or redirection."""
    return list(takewhile(lambda word: word not in ("|", "2>&1", ">", "&&", "&>"), shlex.split(text, comments=True)))


ALL = fenced()


def test_there_are_commands() -> None:
    assert len(ALL) > 50
    assert {command.page for command in ALL} > {"README.md", "docs/deploy.md", "docs/recipes.md"}


def test_no_reason_without_a_command() -> None:
    for page, form in NOT_HERE:
        assert any(command.page == page and re.fullmatch(form, command.text) for command in ALL), (page, form)


@pytest.mark.parametrize(
    "command", dict.fromkeys([*ALL, *inline()]), ids=lambda command: f"{command.page}: {command.text[:60]}"
)
def test_options_are_known(command: Command) -> None:
    given = words(command.text)
    if given[:1] == ["make"]:
        makefile = (ROOT / "Makefile").read_text("utf-8")
        for word in given[1:]:
            name, assigned, _ = word.partition("=")
            if not name.startswith(("-", "/")):
                assert re.search(
                    rf"\$\({name}\)|\$\(or \$\({name}\)" if assigned else rf"^{name}:", makefile, re.MULTILINE
                ), word
    if given[:1] == ["scrapy"]:
        _check_scrapy(given[1], [word.strip("[]") for word in given[2 : -1 if given[-1] in ("-a", "-s") else None]])


def _check_scrapy(name: str, arguments: list[str]) -> None:
    settings = get_project_settings()
    home = "newscrawl" if (ROOT / "newscrawl" / "commands" / f"{name}.py").exists() else "scrapy"
    command = importlib.import_module(f"{home}.commands.{name}").Command()
    command.settings = settings
    parser = argparse.ArgumentParser(conflict_handler="resolve", exit_on_error=False)
    command.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    assert not [word for word in rest if word.startswith("-")], f"scrapy {name} knows no such option"
    for text in getattr(options, "set", None) or []:
        assert text.partition("=")[0] in settings, text
    if name == "crawl" and rest and rest[0] in all_spiders():
        site = all_spiders()[rest[0]].site
        given = dict(text.split("=", 1) for text in options.spargs)
        given = {
            key: value
            for key, value in given.items()
            if value and key != "help" and "…" not in value and "FILE" not in value
        }
        if not site.anywhere or given.keys() & {"url", "urls"}:
            read_arguments(given, site)


def test_unknown_options_are_seen() -> None:
    with pytest.raises(AssertionError):
        _check_scrapy("health", ["out/", "--shout"])
    with pytest.raises(AssertionError):
        _check_scrapy("crawl", ["ria", "-s", "REPLAY=x"])
    with pytest.raises(ValueError, match="sinse"):
        _check_scrapy("crawl", ["ria", "-a", "sinse=2024-01-01"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages speak of: feeds, archives, a history of runs."""
    desk = tmp_path_factory.mktemp("desk")
    (desk / "samples").symlink_to(ROOT / "samples")
    for folder, sample in (("warc", "ria"), ("cc-news", "kcna")):
        (desk / folder).mkdir()
        shutil.copy(ROOT / "samples" / f"{sample}.warc.gz", desk / folder)
    for feed in ("ria.jsonl", "out/ria.jsonl", "out/sample.jsonl"):
        scrapy("crawl", "ria", "-s", "REPLAY_FROM=samples", "-o", feed, cwd=desk)
    return desk


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [command for command in dict.fromkeys(ALL) if not command.reason],
    ids=lambda command: f"{command.page}: {command.text[:60]}",
)
def test_command_runs(desk: Path, tmp_path: Path, command: Command) -> None:
    """As it stands there; a crawl of a live site is answered from the sample archive."""
    text = command.text
    if text.startswith("scrapy crawl") and "REPLAY_FROM" not in text:
        text += " -s REPLAY_FROM=samples"
    shutil.copytree(desk, tmp_path, symlinks=True, dirs_exist_ok=True)
    done = _bash(text, tmp_path)
    allowed = (0, 1) if text.startswith(ENDS_WITH_1) else (0,)
    assert done.returncode in allowed, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def _bash(text: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    if "jq" in text and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    own = scrapy_environment(folder)
    environment = own | {
        "PATH": f"{Path(sys.executable).parent}:{own['PATH']}",
        "MPLCONFIGDIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip


@pytest.mark.slow
def test_from_clone_to_chart(tmp_path: Path) -> None:
    """The page's commands in a clone, one after another; the environment is this one (``.ci/run`` makes one from nothing)."""
    pytest.importorskip("matplotlib", reason="pip install 'newscrawl[recipes]'")
    clone = tmp_path / "newscrawl"
    done = _bash(f"git clone -q {ROOT} newscrawl", tmp_path)
    if done.returncode:
        pytest.skip("not a clone of git")
    (clone / ".venv").symlink_to(Path(sys.executable).parent.parent)
    commands = [command.text for command in ALL if command.page == "docs/from-clone-to-chart.md"]
    assert commands[0].startswith("git clone REPOSITORY newscrawl")
    live = [text for text in commands if "SITE=" in text or "out/ria" in text]
    assert len(live) == 2  # a live site, and its chart
    for text in commands[1:]:
        if text in live or text == ". .venv/bin/activate":
            continue
        done = _bash(re.sub(r"^make (crawl|recipes)$", r"make \1 -o .venv/.ready -o .venv/.recipes", text), clone)
        assert done.returncode == 0, f"{text}: {done.stdout}{done.stderr}"
    assert "</svg>" in (clone / "out" / "articles.svg").read_text("utf-8")
