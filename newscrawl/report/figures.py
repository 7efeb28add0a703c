"""What a feed is like, in figures: plain values, counted in the database, of a size that a page can show."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from newscrawl.feed.figures import FIELDS
from newscrawl.items import FLAGS, REASONS
from newscrawl.report.articles import Articles
from newscrawl.report.timeline import Timeline, alike, timeline

SECTIONS = 40
SOURCES = 60
STORIES = 12
EXAMPLES = 3
"""Rows of each table at most; what is left out is counted."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole feed in numbers."""

    articles: int
    """Articles that are there: each once, by its last revision."""
    withdrawn: int
    """Articles whose page is gone."""
    sites: int
    languages: int
    first: date | None
    last: date | None
    """First and last day of publication; ``None`` where no article has a day."""
    undated: int
    letters: int | None
    """Median of the lengths of the texts; ``None`` where there are none."""
    translations: int
    near_duplicates: int
    revised: int
    """Articles with more than one revision."""
    bad_lines: int
    """Lines that are no records."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site."""

    site: str
    articles: int
    languages: int
    first: date | None
    last: date | None
    days: Timeline
    letters: int | None
    filled: tuple[int, ...]
    """How many articles have each of ``FIELDS``, in that order."""


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language: ``tag`` is ``None`` for articles whose language is not known."""

    tag: str | None
    articles: int
    translations: int
    sites: int


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a site, by the site's own name."""

    site: str
    section: str
    language: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A paper or agency that an aggregator took articles from; ``name`` is ``None`` where pages name none."""

    site: str
    name: str | None
    host: str | None
    """Registered host of the originals; ``None`` where no address is known."""
    articles: int
    languages: int
    here: int
    """Articles whose original is in the feed too."""
    statuses: Mapping[str, int]
    """``source_url_status`` to count."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article with its editions."""

    key: str
    title: str | None
    language: str | None
    """Of the title."""
    languages: tuple[str, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class Editions:
    """How many stories are there in how many languages."""

    spread: tuple[tuple[int, int], ...]
    """Number of languages, and stories that have so many; rising."""
    widest: tuple[Story, ...]

    @property
    def stories(self) -> int:
        """Stories in all."""
        return sum(count for _, count in self.spread)

    @property
    def several(self) -> int:
        """Stories in more than one language."""
        return sum(count for languages, count in self.spread if languages > 1)


@dataclass(frozen=True, slots=True)
class RejectRow:
    """Addresses that gave no article for one reason."""

    reason: str
    meaning: str
    addresses: int
    sites: tuple[tuple[str, int], ...]
    examples: tuple[tuple[str, str, str], ...]
    """Address, what was seen, and when; latest first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a page."""

    totals: Totals
    days: Timeline
    by_day: tuple[tuple[date, int], ...]
    sites: tuple[SiteRow, ...]
    languages: tuple[LanguageRow, ...]
    sections: tuple[SectionRow, ...]
    sectionless: int
    more_sections: int
    sources: tuple[SourceRow, ...]
    more_sources: int
    editions: Editions
    flags: tuple[tuple[str, str, int], ...]
    """Flag, its meaning, and articles that have it; most first."""
    rejects: tuple[RejectRow, ...]

    @property
    def coverage(self) -> tuple[int, ...]:
        """How many articles have each of ``FIELDS``."""
        return tuple(sum(row.filled[at] for row in self.sites) for at in range(len(FIELDS)))


_STATUSES = ("exact", "repaired", "damaged", "label_only", "none")
"""How an aggregator's sources are come by, the surest first."""


def figures(articles: Articles) -> Figures:
    """Return the figures of feeds that have been read and settled."""
    by_day: Counter[date] = Counter()
    by_site: dict[str, Counter[date]] = defaultdict(Counter)
    for site, day, count in articles.rows("SELECT site, day, count(*) FROM published WHERE day NOTNULL GROUP BY 1, 2"):
        by_day[date.fromisoformat(day)] += count
        by_site[site][date.fromisoformat(day)] += count
    days = timeline(by_day)
    languages = articles.rows(
        "SELECT language, count(*), sum(is_translation), count(DISTINCT site) FROM published"
        " GROUP BY language ORDER BY 2 DESC, 1"
    )
    sections, more_sections = _sections(articles)
    sources, more_sources = _sources(articles)
    return Figures(
        totals=_totals(articles),
        days=days,
        by_day=tuple(sorted(by_day.items(), reverse=True)),
        sites=_sites(articles, by_site, days),
        languages=tuple(LanguageRow(*row) for row in languages),
        sections=sections,
        sectionless=articles.one("SELECT count(*) FROM published WHERE section ISNULL"),
        more_sections=more_sections,
        sources=sources,
        more_sources=more_sources,
        editions=_editions(articles),
        flags=_flags(articles),
        rejects=_rejects(articles),
    )


def _totals(articles: Articles) -> Totals:
    (row,) = articles.rows(
        "SELECT count(*), count(DISTINCT site), count(DISTINCT language), min(day), max(day),"
        " ifnull(sum(day ISNULL), 0), ifnull(sum(is_translation), 0), ifnull(sum(near), 0) FROM published"
    )
    count, sites, languages, first, last, undated, translations, near = row
    return Totals(
        articles=count,
        withdrawn=articles.one("SELECT count(*) FROM articles WHERE status = 'withdrawn'"),
        sites=sites,
        languages=languages,
        first=_day(first),
        last=_day(last),
        undated=undated,
        letters=articles.one("SELECT letters FROM published ORDER BY letters LIMIT 1 OFFSET ?", (count - 1) // 2),
        translations=translations,
        near_duplicates=near,
        revised=articles.one("SELECT count(*) FROM articles WHERE revision > 1"),
        bad_lines=articles.counts["bad"],
    )


def _sites(articles: Articles, by_site: Mapping[str, Mapping[date, int]], days: Timeline) -> tuple[SiteRow, ...]:
    filled = ", ".join(f"sum(filled >> {at} & 1)" for at in range(len(FIELDS)))
    rows = articles.rows(
        f"SELECT site, count(*), count(DISTINCT language), min(day), max(day), {filled} FROM published"  # noqa: S608
        " GROUP BY site ORDER BY 2 DESC, 1"
    )
    median = "SELECT letters FROM published WHERE site = ? ORDER BY letters LIMIT 1 OFFSET ?"
    return tuple(
        SiteRow(site, count, languages, _day(first), _day(last), alike(by_site.get(site, {}), days),
                articles.one(median, site, (count - 1) // 2), tuple(counts))
        for site, count, languages, first, last, *counts in rows
    )  # fmt: skip


def _sections(articles: Articles) -> tuple[tuple[SectionRow, ...], int]:
    """Return the largest sections, and how many there are besides."""
    rows = articles.rows(
        "SELECT site, section, max(language), count(*) FROM published WHERE section NOTNULL"
        " GROUP BY site, section ORDER BY 4 DESC, 1, 2"
    )
    shown = tuple(SectionRow(*row) for row in islice(rows, SECTIONS))
    return shown, sum(1 for _ in rows)


def _sources(articles: Articles) -> tuple[tuple[SourceRow, ...], int]:
    """Return the papers that aggregators took most from, and how many there are besides."""
    rows = articles.rows(
        "SELECT site, source_name, max(substr(source_key, 1, instr(source_key || '/', '/') - 1)), count(*),"
        " count(DISTINCT language),"
        " ifnull(sum(source_key IN (SELECT source_key FROM published WHERE source_url_status = 'own')), 0),"
        " sum(source_url_status = 'exact'), sum(source_url_status = 'repaired'), sum(source_url_status = 'damaged'),"
        " sum(source_url_status = 'label_only'), sum(source_url_status = 'none')"
        " FROM published WHERE source_url_status != 'own' GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2"
    )
    shown = tuple(
        SourceRow(site, name, host, count, languages, here, dict(zip(_STATUSES, statuses, strict=True)))
        for site, name, host, count, languages, here, *statuses in islice(rows, SOURCES)
    )
    return shown, sum(1 for _ in rows)


def _editions(articles: Articles) -> Editions:
    spread = articles.rows(
        "SELECT languages, count(*) FROM (SELECT count(DISTINCT language) AS languages FROM published GROUP BY story)"
        " GROUP BY 1 ORDER BY 1"
    )
    widest = articles.rows(
        "SELECT story, count(*) FROM published GROUP BY story HAVING count(DISTINCT language) > 1"
        " ORDER BY count(DISTINCT language) DESC, 2 DESC, 1 LIMIT ?",
        STORIES,
    )
    return Editions(tuple(spread), tuple(_story(articles, story, count) for story, count in widest))


def _story(articles: Articles, story: str, count: int) -> Story:
    lines = list(
        articles.rows(
            "SELECT title, language FROM published WHERE story = ?"
            " ORDER BY source_url_status = 'own' DESC, is_translation, language",
            story,
        )
    )
    title, language = lines[0]
    return Story(story, title, language, tuple(sorted({tag for _, tag in lines if tag})), count)


def _flags(articles: Articles) -> tuple[tuple[str, str, int], ...]:
    found: Counter[str] = Counter()
    for flags, count in articles.rows("SELECT flags, count(*) FROM published GROUP BY flags"):
        for flag in flags.split():
            found[flag] += count
    return tuple((flag, FLAGS[flag], count) for flag, count in found.most_common())


def _rejects(articles: Articles) -> tuple[RejectRow, ...]:
    sites: dict[str, Counter[str]] = defaultdict(Counter)
    for reason, site, count in articles.rows("SELECT reason, site, count(*) FROM rejects GROUP BY 1, 2"):
        sites[reason][site] = count
    latest = "SELECT url, detail, at FROM rejects WHERE reason = ? ORDER BY at DESC, url LIMIT ?"
    rows = (
        RejectRow(reason, REASONS[reason], counts.total(), tuple(counts.most_common()),
                  tuple(articles.rows(latest, reason, EXAMPLES)))
        for reason, counts in sites.items()
    )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.addresses, row.reason)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
