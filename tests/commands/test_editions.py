"""``scrapy editions`` and ``scrapy diff`` as a user runs them."""

import json
from pathlib import Path

import pytest

from bench.stories import Generator, judge
from tests.support import ROOT, scrapy

SITES = ("baoquocte", "vietnam_vn")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed of the sample archive's paper and of its aggregator."""
    folder = tmp_path_factory.mktemp("sample")
    for site in SITES:
        scrapy(
            "crawl",
            site,
            "-a",
            "languages=all",
            "-o",
            "articles.jsonl",
            cwd=folder,
            settings={"REPLAY_FROM": ROOT / "samples"},
        )
    return folder / "articles.jsonl"


def test_the_sample_archive(sample: Path, tmp_path: Path) -> None:
    done = scrapy("editions", sample, "-o", "stories.jsonl", "--pairs", "no,ja", cwd=tmp_path)
    stories = [json.loads(line) for line in (tmp_path / "stories.jsonl").read_text("utf-8").split("\n") if line]
    (several,) = (story for story in stories if len(story["editions"]) > 1)
    assert several["languages"] == ["ja", "no", "vi"]
    assert several["original"]["url"].startswith("https://baoquocte.vn/co-gi-trong-khu-nha-kinh")
    assert {edition["reason"] for edition in several["editions"]} == {"original", "source_key"}
    assert all(edition["quality"]["flags"] == [] for edition in several["editions"] if edition["quality"])
    pairs = [json.loads(line) for line in (tmp_path / "stories.no-ja.jsonl").read_text("utf-8").split("\n") if line]
    assert [pair["paragraph"] for pair in pairs] == list(range(6))
    assert "23 lines" in done.stderr
    assert "1 stories aligned" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stories.jsonl", "stories.no-ja.jsonl"]


def test_without_a_file_stories_are_printed(sample: Path, tmp_path: Path) -> None:
    done = scrapy("editions", sample, cwd=tmp_path)
    assert len([json.loads(line) for line in done.stdout.split("\n") if line]) == int(
        done.stderr.split("stories")[0].split()[-1]
    )


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        ((), "name at least one feed", 2),
        (("a.jsonl", "--pairs", "no,ja"), "--pairs needs -o", 2),
        (("a.jsonl", "-o", "s.jsonl", "--pairs", "no"), "name two languages", 2),
        (("a.jsonl", "-o", "a.jsonl"), "is one of the feeds", 2),
        (("missing.jsonl", "-o", "s.jsonl"), "missing.jsonl", 1),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, arguments: tuple[str, ...], said: str, code: int) -> None:
    done = scrapy("editions", *arguments, cwd=tmp_path, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_feed_of_which_all_is_known(tmp_path: Path) -> None:
    """Nothing that is two stories is taken for one; nearly all that is one is found. ``bench.stories`` does 100,000."""
    world = Generator(7).world(3000)
    (tmp_path / "a.jsonl").write_bytes(b"".join(world.lines[::2]))
    (tmp_path / "b.jsonl").write_bytes(b"".join(world.lines[1::2]))
    scrapy("editions", "a.jsonl", "b.jsonl", "-o", "stories.jsonl", cwd=tmp_path)
    with (tmp_path / "stories.jsonl").open("rb") as lines:
        found = judge(world, map(json.loads, lines))
    assert found["precision"] >= 0.9995
    assert found["recall"] > 0.97
    assert {name for name, (share, _) in found["reasons"].items() if share < 0.999} == set()
    assert all(precision > 0.95 and recall > 0.95 for precision, recall, _ in found["flags"].values()), found["flags"]


def test_diff_of_what_is_not_there(sample: Path, tmp_path: Path) -> None:
    done = scrapy("diff", sample, "nothing", cwd=tmp_path, check=False)
    assert (done.returncode, "no line of" in done.stderr) == (1, True)
    done = scrapy("diff", "missing.jsonl", "nothing", cwd=tmp_path, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    done = scrapy("diff", sample, cwd=tmp_path, check=False)
    assert done.returncode == 2


def test_diff_of_one_revision(sample: Path, tmp_path: Path) -> None:
    with sample.open("rb") as lines:
        line = json.loads(next(lines))
    done = scrapy("diff", sample, line["url"], cwd=tmp_path)
    assert "one revision" in done.stdout
