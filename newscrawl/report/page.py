"""The page: one file of HTML with its style, its script and all it shows, written piece by piece."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from newscrawl import __version__
from newscrawl.feed.figures import FIELDS
from newscrawl.health.judge import Finding
from newscrawl.report.figures import Figures
from newscrawl.report.runs import ORIGINS, origins, run_row
from newscrawl.report.texts import PACK, Texts

RUNS = 30
"""Runs that a page shows: the latest."""

PANELS = 12
"""Sites whose origins of fields are shown at once; the others unfold."""

_ORIGIN_NAMES = {
    "rule": "the site’s rule",
    "jsonld": "JSON-LD",
    "meta": "meta tags",
    "structure": "structure",
    "none": "not found",
}


@dataclass(frozen=True, slots=True)
class Report:
    """All that a page shows."""

    feeds: Sequence[str]
    figures: Figures
    texts: Texts
    publishers: Mapping[str, str]
    """Site to the name its paper prints; sites that the project does not know are not in it."""
    runs: Sequence[dict[str, Any]]
    """Oldest first."""
    verdicts: Mapping[str, list[Finding]]


def write_page(report: Report, file: BinaryIO) -> None:
    """Write the page. Memory holds a pack of texts at a time."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": _number, "percent": _percent, "day": _day, "address": _address, "query": _query}
    template = environment.from_string(_resource("page.html"))
    style, script = _resource("page.css"), _resource("page.js")
    by_field, by_site = _origins(report.runs)
    stream = template.stream(
        report=report,
        figures=report.figures,
        texts=report.texts,
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        policy=_policy(style, script),
        fields=FIELDS,
        origins=ORIGINS,
        origin_names=_ORIGIN_NAMES,
        origins_by_field=by_field,
        origins_by_site=by_site,
        runs=[run_row(run) for run in reversed(report.runs[-RUNS:])],
        panels=PANELS,
        pack_size=PACK,
        made=datetime.now(UTC),
        version=__version__,
    )
    stream.enable_buffering(16)
    stream.dump(file, encoding="utf-8", errors="replace")


def _resource(name: str) -> str:
    return files("newscrawl.report").joinpath(name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Return a content security policy: this very style and script, and nothing from anywhere else."""
    hashes = {name: b64encode(sha256(text.encode()).digest()).decode() for name, text in (("s", style), ("j", script))}
    return (
        f"default-src 'none'; style-src 'sha256-{hashes['s']}'; script-src 'sha256-{hashes['j']}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _origins(
    runs: Iterable[dict[str, Any]],
) -> tuple[dict[str, dict[str, int]], list[tuple[str, dict[str, dict[str, int]]]]]:
    """Return layers by field over all sites, and by site; sites with most pages first."""
    found = origins(runs)
    fields: dict[str, dict[str, int]] = {}
    for layers_by_field in found.values():
        for field, layers in layers_by_field.items():
            counts = fields.setdefault(field, {})
            for layer, count in layers.items():
                counts[layer] = counts.get(layer, 0) + count
    return fields, sorted(found.items(), key=lambda pair: -max((sum(c.values()) for c in pair[1].values()), default=0))


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(part: int, whole: int) -> str:
    """Return a share that is never rounded to none or all: ``<1 %`` and ``>99 %`` say so.

    >>> [_percent(part, 1000) for part in (0, 1, 500, 999, 1000)]
    ['0 %', '<1 %', '50 %', '>99 %', '100 %']
    """
    if not part or part >= whole:
        return "100 %" if part else "0 %"
    share = 100 * part / whole
    return "<1 %" if share < 1 else ">99 %" if share > 99 else f"{share:.0f} %"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "no day known"


def _address(text: str) -> str | None:
    """Return an address that a link may lead to; ``None`` for what is not http."""
    return text if text.lower().startswith(("http://", "https://")) else None


def _query(values: Mapping[str, object]) -> str:
    """Return the part of the page's address that shows the articles so filtered."""
    return "#articles?" + urlencode({name: str(value) for name, value in values.items()}, quote_via=quote)
