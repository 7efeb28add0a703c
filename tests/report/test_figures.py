"""Figures of a feed, against lines of which all is known."""

from datetime import date

from newscrawl.feed.figures import FIELDS
from newscrawl.items import FLAGS, REASONS
from newscrawl.report import figures as module
from newscrawl.report.figures import Editions, LanguageRow, SectionRow, SourceRow, Story, Totals, figures
from tests.report.lines import line, reject, settled, taken


def test_totals() -> None:
    lines = [
        line(1, body="a" * 10, published_on="2024-09-14"),
        line(2, body="a" * 30, published_on="2023-01-31", revision=2),
        line(3, body="a" * 20, published_on=None, near_duplicate_of="0" * 20),
        line(4, status="withdrawn", body=None, published_on="2001-01-01", language="fr"),
        taken(5, "1", "no"),
    ]
    with settled(lines) as articles:
        articles.counts["bad"] = 3
        found = figures(articles).totals
    assert found == Totals(
        articles=4, withdrawn=1, sites=2, languages=2, first=date(2023, 1, 31), last=date(2024, 9, 14), undated=1,
        letters=10, translations=1, near_duplicates=1, revised=1, bad_lines=3,
    )  # fmt: skip


def test_an_empty_feed_has_figures_too() -> None:
    with settled([]) as articles:
        found = figures(articles)
    assert (found.totals.articles, found.totals.first, found.totals.letters) == (0, None, None)
    assert (found.days.steps, found.sites, found.languages, found.sections, found.sources, found.rejects) == (
        (),
        (),
        (),
        (),
        (),
        (),
    )
    assert found.editions == Editions((), ())
    assert found.coverage == (0,) * len(FIELDS)


def test_days_of_all_and_of_each_site() -> None:
    lines = [line(number, published_on=f"2024-09-{10 + number}") for number in range(4)]
    lines += [line(number, site="other", published_on="2024-09-13") for number in (7, 8)]
    with settled([*lines, line(9, published_on=None)]) as articles:
        found = figures(articles)
    assert [(step.first.day, step.count) for step in found.days.steps] == [(10, 1), (11, 1), (12, 1), (13, 3)]
    assert {row.site: [step.count for step in row.days.steps] for row in found.sites} == {
        "paper": [1, 1, 1, 1],
        "other": [0, 0, 0, 2],
    }


def test_sites_by_size_with_what_is_filled() -> None:
    lines = [
        line(1, authors=["A"], section="Life", body="a" * 5),
        line(2, authors=[], lead="Lead", body="a" * 9, language="fr", published_on=None),
        line(3, site="another", body="a" * 7),
        line(4, section="Life", published_on="2024-09-01"),
    ]
    with settled(lines) as articles:
        found = figures(articles)
    paper, another = found.sites
    assert (paper.site, paper.articles, paper.languages, paper.first, paper.last, paper.letters) == (
        "paper", 3, 2, date(2024, 9, 1), date(2024, 9, 14), 7,
    )  # fmt: skip
    assert (another.site, another.articles) == ("another", 1)
    filled = dict(zip(FIELDS, paper.filled, strict=True))
    assert {name: filled[name] for name in ("authors", "section", "lead", "body", "published_on", "language", "tags")} == {
        "authors": 1, "section": 2, "lead": 1, "body": 3, "published_on": 2, "language": 3, "tags": 0,
    }  # fmt: skip
    assert dict(zip(FIELDS, found.coverage, strict=True))["body"] == 4


def test_languages() -> None:
    lines = [line(1), line(2), taken(3, "x", "en"), taken(4, "x", "ja"), line(5, language=None)]
    with settled(lines) as articles:
        assert figures(articles).languages == (
            LanguageRow("en", 3, 1, 2),
            LanguageRow(None, 1, 0, 1),
            LanguageRow("ja", 1, 1, 1),
        )


def test_sections_are_of_a_site_and_the_smaller_ones_are_counted() -> None:
    lines = [line(1, section="Life"), line(2, section="Life"), line(3, section="Life", site="other"), line(4)]
    lines += [line(10 + number, section=f"Section {number:02}") for number in range(module.SECTIONS)]
    with settled(lines) as articles:
        found = figures(articles)
    assert found.sections[:2] == (SectionRow("paper", "Life", "en", 2), SectionRow("other", "Life", "en", 1))
    assert (len(found.sections), found.more_sections, found.sectionless) == (module.SECTIONS, 2, 1)


def test_sources_of_an_aggregator() -> None:
    lines = [
        line(1, source_key="paper.example/bridge"),
        taken(2, "bridge", "no"),
        taken(3, "bridge", "ja", source_url_status="repaired"),
        taken(4, "ferry", "ja"),
        taken(5, "x", "ja", source_url_status="label_only", source_key=None, source_url=None),
        taken(6, "y", "ja", source_url_status="none", source_key=None, source_url=None, source_name=None),
    ]
    with settled(lines) as articles:
        found = figures(articles)
    nothing = {"exact": 0, "repaired": 0, "damaged": 0, "label_only": 0, "none": 0}
    assert found.sources == (
        SourceRow(
            "aggregator", "The Paper", "paper.example", 4, 2, 2, nothing | {"exact": 2, "repaired": 1, "label_only": 1}
        ),
        SourceRow("aggregator", None, None, 1, 1, 0, nothing | {"none": 1}),
    )
    assert found.more_sources == 0


def test_editions() -> None:
    lines = [
        line(1, source_key="paper.example/bridge", language="vi", title="Cầu"),
        taken(2, "bridge", "no"),
        taken(3, "bridge", "ja"),
        taken(4, "ferry", "ja", title="フェリー"),
        taken(5, "ferry", "de", title="Die Fähre"),
        taken(6, "alone", "de"),
    ]
    with settled(lines) as articles:
        found = figures(articles).editions
    assert found.spread == ((1, 1), (2, 1), (3, 1))
    assert (found.stories, found.several) == (3, 2)
    assert found.widest == (
        Story("paper.example/bridge", "Cầu", "vi", ("ja", "no", "vi"), 3),
        Story("paper.example/ferry", "Die Fähre", "de", ("de", "ja"), 2),
    )


def test_flags_with_their_meaning() -> None:
    lines = [line(1, flags=["date_inferred", "truncated"]), line(2, flags=["truncated"]), line(3, flags=["unheard of"])]
    with settled(lines) as articles:
        assert figures(articles).flags == (
            ("truncated", FLAGS["truncated"], 2),
            ("date_inferred", FLAGS["date_inferred"], 1),
        )


def test_rejects_by_reason_with_the_latest_examples() -> None:
    rejects = [
        reject(number, "http_error", detail=f"HTTP {number}", rejected_at=f"2024-09-14T0{number}:00:00+00:00")
        for number in range(5)
    ]
    with settled([], [*rejects, reject(7, "no_body", run_id="another")]) as articles:
        first, second = figures(articles).rejects
    assert (first.reason, first.meaning, first.addresses, first.sites) == (
        "http_error",
        REASONS["http_error"],
        5,
        (("paper", 5),),
    )
    assert [(url[-1], detail) for url, detail, _ in first.examples] == [
        ("4", "HTTP 4"),
        ("3", "HTTP 3"),
        ("2", "HTTP 2"),
    ]
    assert (second.reason, second.sites) == ("no_body", (("", 1),))
