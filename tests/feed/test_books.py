"""The books of a run: faults of ours are loud."""

from pathlib import Path

from tests.generated import DAY, ria_archive
from tests.support import ROOT, read_feed, scrapy

COMMAND = ("crawl", "ria", "-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "out.jsonl")


def crawl_with(folder: Path, patch: str):  # type: ignore[no-untyped-def]
    """Crawl five pages with a defect planted in the project."""
    ria_archive(folder / "a.warc.gz", 5)
    (folder / "sitecustomize.py").write_text(patch)
    environment = {"PYTHONPATH": f"{folder}:{ROOT}"}
    return scrapy(
        *COMMAND, cwd=folder, check=False, settings={"REPLAY_FROM": folder / "a.warc.gz"}, environment=environment
    )


def test_a_line_that_cannot_be_written_stops_the_crawl_loudly(tmp_path: Path) -> None:
    patch = (
        "from newscrawl.pipelines import validate\nold = validate.Validate.process_item\n"
        "def new(self, item):\n    item = old(self, item)\n    item.tags = [object()]\n    return item\n"
        "validate.Validate.process_item = new\n"
    )
    done = crawl_with(tmp_path, patch)
    assert done.returncode == 1
    assert "writing the feed failed" in done.stderr
    assert read_feed(tmp_path / "out.jsonl") == []


def test_a_defect_in_a_stage_is_loud(tmp_path: Path) -> None:
    patch = (
        "from newscrawl.pipelines import tag_language\ndef new(self, item):\n    raise RuntimeError('planted')\n"
        "tag_language.TagLanguage.process_item = new\n"
    )
    done = crawl_with(tmp_path, patch)
    assert done.returncode == 1
    assert "planted" in done.stderr
    assert '"read_error"' in (tmp_path / "out.rejects.jsonl").read_text("utf-8")
    assert read_feed(tmp_path / "out.jsonl") == []


def test_a_number_that_is_none_is_no_json(tmp_path: Path) -> None:
    patch = (
        "from newscrawl.pipelines import validate\nold = validate.Validate.process_item\n"
        "def new(self, item):\n    item = old(self, item)\n    item.http_status = float('nan')\n    return item\n"
        "validate.Validate.process_item = new\n"
    )
    done = crawl_with(tmp_path, patch)
    assert done.returncode == 1
    assert (tmp_path / "out.jsonl").read_bytes() == b""
