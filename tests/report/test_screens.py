"""The pictures in the documents: each is made by ``make screens``, shown, and small; the page's own example holds."""

import re
from pathlib import Path

from tests.report.lines import feed, line
from tests.report.screens import FOLDER, LARGEST, SCREENS
from tests.support import ROOT, scrapy

DOCUMENT = (ROOT / "docs" / "report.md").read_text("utf-8")


def test_every_picture_is_shown_and_every_shown_one_is_there() -> None:
    pictures = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(pictures) == set(SCREENS), "make screens"
    assert set(re.findall(r"\(screens/([\w-]+)\.png\)", DOCUMENT)) == set(SCREENS)
    assert max(pictures.values()) < LARGEST


def test_the_command_of_the_document(tmp_path: Path) -> None:
    shown = re.search(r"```\n\$ scrapy (report \S+ -o \S+)\n(.*?)\n```", DOCUMENT, re.DOTALL)
    assert shown
    (tmp_path / "out").mkdir()
    feed(tmp_path / "out" / "sample.jsonl", [line(number) for number in range(39)])
    assert scrapy(*shown[1].split(), cwd=tmp_path).stderr.strip() == shown[2]


def test_links_of_the_document_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", DOCUMENT):
        assert (ROOT / "docs" / target).exists(), target
