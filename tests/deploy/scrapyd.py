"""A real Scrapyd on loopback, with the files of ``deploy/`` and an egg of this project. No tests here."""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support import ROOT

ENVIRONMENT = ROOT / ".venv-scrapyd" / "bin"
USER, PASSWORD = "newscrawl", "a-made-up%password"
LONG = 120.0
"""Seconds after which something will not happen any more, on the busiest of machines."""


def wait_for(what: str, ready: Callable[[], Any]) -> Any:
    """Return the first true value of ``ready``."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {LONG} seconds in vain for {what}")


def build_egg(folder: Path) -> Path:
    """Build the egg as ``scrapyd-deploy`` does, from a copy of the sources; return its path."""
    project = copy_of_project(folder)
    egg = folder / "newscrawl.egg"
    run("scrapyd-deploy", "--build-egg", str(egg), cwd=project)
    return egg


def copy_of_project(folder: Path) -> Path:
    """Copy what an egg is built from, so that the build leaves nothing in the work tree."""
    project = folder / "project"
    shutil.copytree(ROOT / "newscrawl", project / "newscrawl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "scrapy.cfg", "README.md"):
        shutil.copy(ROOT / name, project)
    return project


def run(
    program: str, *arguments: str, cwd: Path, check: bool = True, environment: Mapping[str, str] = MappingProxyType({})
) -> "subprocess.CompletedProcess[str]":
    """Run a program of Scrapyd's environment."""
    done = subprocess.run([ENVIRONMENT / program, *arguments], cwd=cwd, capture_output=True, text=True, check=False,
                          timeout=LONG, env={"PATH": f"{ENVIRONMENT}:/usr/bin:/bin", "HOME": str(cwd), **environment})  # fmt: skip
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


class Scrapyd:
    """A server that runs in ``folder``, which keeps what it has when it is stopped and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, max_proc: int = 4) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environment = environment
        self.max_proc = max_proc
        self.url = ""
        self.process: subprocess.Popen[bytes]
        self.children: set[int] = set()
        """Process ids of jobs seen at work."""

    def start(self) -> None:
        """Start it on a free port; another process may take the port first, and then another is tried."""
        for _ in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            self._configure(port)
            own = {"SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD, "NEWSCRAWL_DATA": str(self.data)}
            path = {
                "PATH": f"{ENVIRONMENT}:/usr/bin:/bin",
                "HOME": str(self.folder),
                "PYTHONPATH": str(ROOT / "deploy"),
            }
            with (self.folder / "scrapyd.log").open("ab") as log:
                self.process = subprocess.Popen([ENVIRONMENT / "scrapyd", "--pidfile="], cwd=self.folder, stdout=log, stderr=log,
                                                env=path | own | dict(self.environment))  # fmt: skip
            wait_for("Scrapyd", lambda: self._answers() or self.process.poll() is not None)
            if self.process.poll() is None:
                return
        raise AssertionError((self.folder / "scrapyd.log").read_text("utf-8"))

    def stop(self) -> None:
        """Stop the server alone, as ``kill`` does; its jobs go on."""
        self.process.terminate()
        self.process.wait(LONG)

    def kill(self) -> None:
        """End the server and all its jobs."""
        if self.process.poll() is None:
            try:
                self.jobs()
            except OSError:
                pass
            self.process.kill()
            self.process.wait(LONG)
        for pid in self.children:
            try:
                if b"scrapyd.runner" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, 9)
            except OSError:
                pass

    def get(self, call: str, **values: str) -> dict[str, Any]:
        """Return what the interface answers."""
        return self._ask(f"{call}.json?{urllib.parse.urlencode(values)}", None)

    def post(self, call: str, *pairs: tuple[str, str], **values: str) -> dict[str, Any]:
        """Return what the interface answers to a change."""
        return self._ask(f"{call}.json", urllib.parse.urlencode([*pairs, *values.items()]).encode())

    def schedule(self, spider: str, settings: Mapping[str, object], **arguments: str) -> str:
        """Schedule a job; return its id."""
        pairs = [("setting", f"{name}={value}") for name, value in settings.items()]
        answer = self.post("schedule", *pairs, project="newscrawl", spider=spider, **arguments)
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    def jobs(self) -> dict[str, list[str]]:
        """Return the ids of jobs by state."""
        answer = self.get("listjobs", project="newscrawl")
        self.children.update(job["pid"] for job in answer["running"] if job["pid"])
        return {state: [job["id"] for job in answer[state]] for state in ("pending", "running", "finished")}

    def wait(self, job: str) -> dict[str, Any]:
        """Wait for a job's end; return its manifest."""
        wait_for(f"the end of {job}", lambda: job in self.jobs()["finished"])
        return self.manifest(job)

    def manifest(self, job: str) -> dict[str, Any]:
        """Return the manifest beside a job's lines."""
        (path,) = self.data.glob(f"jobs/*/{job}.manifest.json")
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def log(self, job: str) -> str:
        """Return a job's log."""
        (path,) = self.folder.glob(f"logs/newscrawl/*/{job}.log")
        return path.read_text("utf-8")

    def _configure(self, port: int) -> None:
        """Write ``deploy/scrapyd.conf`` with this folder for the server's, and no five seconds between jobs."""
        text = (ROOT / "deploy" / "scrapyd.conf").read_text("utf-8")
        for there, here in (
            ("/var/lib/newscrawl/scrapyd", str(self.folder)),
            ("/var/log/newscrawl/jobs", str(self.folder / "logs")),
            ("= 6800", f"= {port}"),
            ("poll_interval  = 5.0", "poll_interval  = 0.2"),
            ("max_proc       = 4", f"max_proc       = {self.max_proc}"),
        ):
            assert there in text, there
            text = text.replace(there, here)
        (self.folder / "scrapyd.conf").write_text(text, "utf-8")

    def _answers(self) -> bool:
        try:
            return bool(self.get("daemonstatus")["status"] == "ok")
        except OSError:
            return False

    def _ask(self, path: str, data: bytes | None) -> dict[str, Any]:
        who = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(f"{self.url}/{path}", data, {"Authorization": f"Basic {who}"})
        with urllib.request.urlopen(request, timeout=LONG) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def scrapyd(
    folder: Path, egg: Path | None, environment: Mapping[str, str] = MappingProxyType({}), *, max_proc: int = 4
) -> Iterator[Scrapyd]:
    """Run a server in ``folder``, with the egg deployed to it unless ``egg`` is ``None``."""
    server = Scrapyd(folder, environment, max_proc=max_proc)
    try:
        server.start()
        if egg is not None:
            deploy(server, folder, "--egg", str(egg), "--version", "1")
        yield server
    finally:
        server.kill()


def deploy(server: Scrapyd, project: Path, *options: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Run ``scrapyd-deploy`` in a folder whose ``scrapy.cfg`` names this server, the password being in ``.netrc``."""
    cfg = (ROOT / "scrapy.cfg").read_text("utf-8").replace("http://127.0.0.1:6800", server.url)
    (project / "scrapy.cfg").write_text(cfg, "utf-8")
    netrc = project / ".netrc"
    if not netrc.exists():
        netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n", "utf-8")
        netrc.chmod(0o600)
    return run("scrapyd-deploy", *options, cwd=project, check=check)
