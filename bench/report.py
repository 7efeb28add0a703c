"""The figures as JSON, and as a page with plots."""

import html
import json
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.rows import Row

SHOWN = ("newscrawl", "scrapy", "lxml", "trafilatura", "twisted")
WIDTH = 460
"""Of a plot, in pixels."""

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
table{border-collapse:collapse;width:100%}td,th{padding:.35rem .6rem;border-bottom:1px solid #dde3e9;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.met{color:#17703a}.missed{color:#a33}.note{color:#5c6b7a;font-size:.85rem}"""


def write(folder: Path, rows: list[Row], *, form: str, began: datetime) -> None:
    """Write ``results.json`` and ``index.html``; groups that were not measured stay as they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    path, about = folder / "results.json", _about(form, began)
    data = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for group in dict.fromkeys(row.group for row in rows):
        found = [asdict(row) | {"met": row.is_met} for row in rows if row.group == group]
        data[group] = {"about": about, "rows": found}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / "index.html").write_text(_page(data), "utf-8")


def table(rows: list[Row]) -> str:
    """Return the rows as text, one a line."""
    return "\n".join(
        f"{row.group:<12}{row.name:<75}{_figure(row):>24}  {_goal(row):<18}{_verdict(row)}" for row in rows
    )


def _about(form: str, began: datetime) -> dict[str, Any]:
    found = {}
    for name in SHOWN:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    now = datetime.now(UTC)
    return {"form": form, "began": began.isoformat(timespec="seconds"), "minutes": round((now - began).total_seconds() / 60, 1),
            "python": platform.python_version(), "machine": platform.machine(), "cpu": _cpu(), "versions": found}  # fmt: skip


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.processor()


def _page(data: dict[str, Any]) -> str:
    parts = []
    for group, measured in data.items():
        rows = [Row(**{name: value for name, value in row.items() if name != "met"}) for row in measured["rows"]]
        lines = "".join(
            f"<tr><td>{html.escape(row.name)}<div class='note'>{html.escape(row.note)}</div></td><td class='n'>{_figure(row)}</td>"
            f"<td class='n'>{_goal(row)}</td><td class='{_verdict(row) or 'note'}'>{_verdict(row)}</td><td>{_plot(row)}{_curve(row)}</td></tr>"
            for row in rows
        )
        parts.append(
            f"<h2>{group}</h2><table><tr><th>what<th>measured<th>goal<th><th></tr>{lines}</table>"
            f"<p class='note'>{html.escape(_told(measured['about']))}</p>"
        )
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>newscrawl: what it costs</title><style>{_STYLE}</style></head>"
        f"<body><h1>What it costs</h1><p>A figure is the median, its spread the quartiles; ratios are of CPU time, of runs that took "
        f"turns. What each change gave: <a href='../NOTES.md'>NOTES.md</a>.</p>{''.join(parts)}</body></html>\n"
    )


def _told(about: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return f"{about['form']} form, {about['began']}, {about['minutes']} minutes; {about['cpu']}; Python {about['python']}, {versions}"


def _figure(row: Row) -> str:
    number = f"{row.value:.3g} {row.unit}".strip()
    return f"{number} ({row.low:.3g}–{row.high:.3g})" if row.low is not None and row.low != row.high else number


def _goal(row: Row) -> str:
    return "" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:.3g} {row.unit}".strip()


def _verdict(row: Row) -> str:
    return {None: "", True: "met", False: "missed"}[row.is_met]


def _plot(row: Row) -> str:
    """Return a bar from nought to the value, with its spread and the goal's line."""
    most = max(value for value in (row.value, row.goal, row.high) if value is not None) * 1.05 or 1.0

    def x(value: float) -> float:
        return round(value / most * WIDTH / 2, 1)

    colour = {None: "#8fa3b5", True: "#2f9e5b", False: "#c9564f"}[row.is_met]
    parts = [f"<rect x='0' y='5' width='{x(row.value)}' height='12' fill='{colour}'/>"]
    if row.low is not None and row.high is not None:
        parts.append(f"<line x1='{x(row.low)}' x2='{x(row.high)}' y1='11' y2='11' stroke='#1c2733' stroke-width='2'/>")
    if row.goal is not None:
        parts.append(
            f"<line x1='{x(row.goal)}' x2='{x(row.goal)}' y1='0' y2='22' stroke='#1c2733' stroke-dasharray='3 2'/>"
        )
    return f"<svg width='{WIDTH // 2}' height='22' role='img' aria-label='{_figure(row)}'>{''.join(parts)}</svg>"


def _curve(row: Row) -> str:
    """Return a line of the figure along the run, from nought; empty for a row without one."""
    if not row.curve:
        return ""
    width, height = WIDTH // 2, 60
    furthest, most = max(at for at, _ in row.curve), max(value for _, value in row.curve) * 1.1 or 1.0
    points = " ".join(f"{at / furthest * width:.1f},{height - value / most * height:.1f}" for at, value in row.curve)
    return (
        f"<svg width='{width}' height='{height}' role='img' aria-label='{row.unit} along the run'>"
        f"<path d='M0.5 0V{height - 0.5}H{width}' fill='none' stroke='#8fa3b5'/>"
        f"<polyline points='{points}' fill='none' stroke='#1c6dd0' stroke-width='2'/></svg>"
        f"<div class='note'>0 to {furthest:,.0f} {row.along}; 0 to {most:.3g} {row.unit}</div>"
    )
