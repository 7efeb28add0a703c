"""Three hundred hostile answers in one crawl: none kills it, fills its memory, holds it up or stops its event loop.

Stalls are judged by processor time; how long answers took is printed, since a busy machine would fail a judgement.
"""

import json
from pathlib import Path

import pytest

from tests.faults.hostile import CORPUS
from tests.faults.test_hostile import Run
from tests.generated import ria_sitemap, ria_urls
from tests.loopback import Answer
from tests.support import ROOT
from tests.test_live import SITEMAP, world

TIMEOUT = 2
SETTINGS = """
from newscrawl.settings import *
EXTENSIONS = {**EXTENSIONS, "tests.faults.probe.Probe": 900}
DOWNLOAD_HANDLERS = {**DOWNLOAD_HANDLERS, "http": "tests.faults.probe.TimedHandler", "https": "tests.faults.probe.TimedHandler"}
"""


@pytest.mark.slow
def test_three_hundred_hostile_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(CORPUS) >= 300
    good, bad = ria_urls(len(CORPUS) + 4)[len(CORPUS) :], ria_urls(len(CORPUS))
    names = dict(zip(bad, CORPUS, strict=True))
    table = world(len(CORPUS) + 4) | {url: CORPUS[name]() for url, name in names.items()}
    table[SITEMAP] = Answer(ria_sitemap([*good[:2], *bad, *good[2:]]))
    (tmp_path / "under_attack.py").write_text(SETTINGS, "utf-8")
    monkeypatch.setattr("tests.faults.test_hostile.scrapy_environment", _environment)
    run = Run(tmp_path, table, DOWNLOAD_TIMEOUT=str(TIMEOUT), RETRY_AFTER_MAX="1")
    told = json.loads((tmp_path / "probe.json").read_text("utf-8"))
    stalls = sorted(((seconds, names.get(url, url)) for url, seconds in told["stalls"].items()), reverse=True)
    slowest = sorted(((seconds, names.get(url, url)) for url, seconds in told["took"].items()), reverse=True)
    print(f"{len(CORPUS)} answers, {run.seconds:.0f} s, {run.megabytes} MB; stalls {stalls[:6]}; slowest {slowest[:3]}")
    assert (run.code, run.manifest["outcomes"]["pending"]) == (0, 0), run.said[-2000:]
    assert set(good) <= set(run.urls)
    assert set(run.urls) | set(run.reasons) == {*good, *bad}, "each is a line or a reject"
    assert "Traceback" not in run.said
    assert run.megabytes <= 400
    assert stalls[0][0] <= 3, stalls[:6]


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    from tests.support import scrapy_environment

    own = {"SCRAPY_SETTINGS_MODULE": "under_attack", "PYTHONPATH": f"{home}:{ROOT}", "PROBE": str(home / "probe.json")}
    return scrapy_environment(home, more) | own
