"""Who may tell Scrapyd what: nobody without the password, no page of another origin, no job with a name that is none."""

import base64
import itertools
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.deploy.scrapyd import ENVIRONMENT, LONG, PASSWORD, USER, build_egg, scrapyd
from tests.support import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ENVIRONMENT / "scrapyd").exists(), reason="no Scrapyd; `make scrapyd` installs it"),
]

CALLS = (
    "daemonstatus",
    "listprojects",
    "listversions",
    "listspiders",
    "listjobs",
    "status",
    "schedule",
    "cancel",
    "addversion",
    "delversion",
    "delproject",
)
CHANGES = ("schedule", "cancel", "addversion", "delversion", "delproject")
FORM = {"project": "newscrawl", "spider": "ria", "job": "x", "version": "1"}
BAD_JOBS = (
    "../../x",
    "..",
    ".",
    "/etc/x",
    "a/b",
    "a" * 65,
    "",
    " ",
    "a b",
    "x\n",
    "x\x00",
    "é",
    "%2e%2e",
    "-x",
    "_x",
    "C:\\x",
)


def ask(url: str, method: str, password: str | None = PASSWORD, **headers: str) -> tuple[int, bytes]:
    """Ask as a form of a page would."""
    data = urllib.parse.urlencode(FORM)
    request = urllib.request.Request(
        url if method == "POST" else f"{url}?{data}",
        data.encode() if method == "POST" else None,
        headers,
        method=method,
    )
    if password is not None:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=LONG) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_who_may_do_what(tmp_path: Path) -> None:
    egg = build_egg(tmp_path)
    with scrapyd(tmp_path, egg, max_proc=1) as server:
        for call, method, password in itertools.product(
            (*(f"{name}.json" for name in CALLS), "", "jobs", "logs/"), ("GET", "POST"), (None, "", "wrong")
        ):
            status, _ = ask(f"{server.url}/{call}", method, password)
            assert status == 401, (call, method, password)
        for call, origin in itertools.product(
            CHANGES, ("https://evil.example", "null", "http://127.0.0.1", server.url + "0", "file://")
        ):
            status, _ = ask(f"{server.url}/{call}.json", "POST", Origin=origin)
            assert status == 403, (call, origin)
        assert server.get("listversions", project="newscrawl")["versions"] == ["1"]
        assert server.jobs() == {"pending": [], "running": [], "finished": []}

        for number in range(100):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                server.post("schedule", project="newscrawl", spider="ria", jobid=BAD_JOBS[number % len(BAD_JOBS)])
        for pair in (("setting", "LOG_LEVEL"), ("_job", "../x"), ("_project", "other")):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                server.post("schedule", pair, project="newscrawl", spider="ria")
        good = server.schedule("ria", {"REPLAY_FROM": ROOT / "samples"}, jobid="a-good_1", limit="1")
        assert (good, server.wait(good)["lines"]) == ("a-good_1", 1)
        assert [path.name for path in tmp_path.parent.glob("x*")] == []
