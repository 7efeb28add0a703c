"""A story's line, and how its translations compare."""

from typing import Any

from newscrawl.stories.story import EDITION_FLAGS, Ratios, reference_of, story_line
from tests.stories.conftest import SLUG, TEXT, Stories, line

HOME = "https://www.vietnam.vn"
PAPER = f"https://baoquocte.vn/{SLUG}-287114.html"
NO = "Drivhusanlegget har 286 hus og åpnet 20. september.\n\nDet kostet 45 milliarder dong."
TITLE = "Hva er i det store drivhuset"


def told(stories: Stories, *lines: dict[str, Any]) -> dict[str, Any]:
    (story,) = stories(list(lines))
    ratios = Ratios()
    ratios.add(story)
    ratios.settle()
    return story_line(story, ratios)


def quality(stories: Stories, body: str) -> dict[str, Any]:
    row = told(stories, line(PAPER), line(f"{HOME}/no/{SLUG}", PAPER, body=body, title=TITLE))
    return next(edition["quality"] for edition in row["editions"] if edition["language"] == "no")


def test_a_whole_story(stories: Stories) -> None:
    row = told(stories, line(f"{HOME}/no/{SLUG}", PAPER, day="2024-09-21", body=NO, title=TITLE), line(PAPER))
    assert row["story_id"] == line(PAPER)["story_id"]
    assert row["original"]["url"] == PAPER
    assert row["original"]["published_on"] == row["first_published_on"] == "2024-09-20"
    assert row["last_published_on"] == "2024-09-21"
    assert row["languages"] == ["no", "vi"]
    assert row["keys"] == {"aggregator_slug": [SLUG], "source_key": ["baoquocte.vn/287114"]}
    assert row["confidence"] == 0.99
    assert [(edition["reason"], edition["confidence"]) for edition in row["editions"]] == [
        ("source_key", 0.99),
        ("original", 1.0),
    ]


def test_an_original_that_is_only_named(stories: Stories) -> None:
    row = told(stories, line(f"{HOME}/no/{SLUG}", PAPER))
    assert row["story_id"] == line(PAPER)["story_id"], "the same as with the original in the feed"
    assert (row["original"]["url"], row["original"]["id"]) == (PAPER, None)
    assert row["original"]["source_name"] == "Báo Quốc Tế"


def test_a_story_without_a_source(stories: Stories) -> None:
    copy = line(f"{HOME}/no/{SLUG}", source_name=None)
    row = told(stories, copy)
    assert row["original"] is None
    assert row["story_id"] == copy["story_id"]


def test_a_sound_translation(stories: Stories) -> None:
    found = quality(stories, NO)
    assert (found["flags"], found["figures_missing"], found["days_differ"]) == ([], [], [])
    assert found["paragraphs"] == 2
    assert 0.8 < found["length_ratio"] < 1.8


def test_what_is_wrong_is_flagged(stories: Stories) -> None:
    assert quality(stories, NO.replace("286", "268").replace("45", "54"))["flags"] == ["figures_differ"]
    assert quality(stories, NO.replace("20. sept", "21. sept"))["flags"] == ["days_differ"]
    assert quality(stories, NO.split("\n")[0] + "\n\nKhu nhà kính được khánh thành, chi phí 45 tỷ đồng.")["flags"] == [
        "untranslated"
    ]
    assert "cut" in quality(stories, "Kort 286.")["flags"]
    assert set(EDITION_FLAGS) == {"cut", "days_differ", "figures_differ", "untranslated"}


def test_usual_lengths_are_taken_from_the_feeds(stories: Stories) -> None:
    """Where texts are always short beside their originals, a short one is not cut."""
    ratios = Ratios()
    for number in range(30):
        paper = PAPER.replace("287114", str(287114 + number))
        (story,) = stories([line(paper), line(f"{HOME}/no/{SLUG}", paper, body="Kort 286.")])
        ratios.add(story)
    ratios.settle()
    row = story_line(story, ratios)
    assert "cut" not in row["editions"][0]["quality"]["flags"]


def test_the_reference_is_the_original_then_the_source_language(stories: Stories) -> None:
    (story,) = stories([line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/{SLUG}", PAPER)])
    found = reference_of(story.lines)
    assert found is not None
    assert found.shown["language"] == "vi"
    (story,) = stories([line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/{SLUG}", PAPER), line(PAPER)])
    found = reference_of(story.lines)
    assert found is not None
    assert found.shown["site"] == "baoquocte"
    (story,) = stories([line(f"{HOME}/no/{SLUG}", PAPER), line(f"{HOME}/ja/{SLUG}", PAPER)])
    assert reference_of(story.lines) is None


def test_a_withdrawn_edition_has_no_quality_flags(stories: Stories) -> None:
    gone = line(f"{HOME}/no/{SLUG}", PAPER) | {"status": "withdrawn", "body": None, "lead": None}
    row = told(stories, gone, line(PAPER))
    edition = next(edition for edition in row["editions"] if edition["language"] == "no")
    assert (edition["status"], edition["quality"]["flags"]) == ("withdrawn", [])


def test_near_duplicates_elsewhere_are_named(stories: Stories) -> None:
    row = told(stories, line(PAPER, near_duplicate_of="a" * 20))
    assert row["near_duplicate_of"] == ["a" * 20]
    own = line(PAPER)
    row = told(stories, own, line(f"{HOME}/{SLUG}", PAPER, near_duplicate_of=own["id"]))
    assert row["near_duplicate_of"] == []


def test_text_of_the_fixture_is_what_the_tests_say() -> None:
    assert "286" in TEXT
