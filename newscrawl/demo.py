"""``make crawl``: the main job on the bundled sample archive, offline, and a look at what came out."""

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

SITES = (
    ("baoquocte", ("languages=all",)),
    ("ria", ()),
    ("kcna", ("languages=all",)),
    ("vietnam_vn", ("languages=all",)),
)
"""Sites in the order crawled, papers before the aggregator, with their arguments."""

FEED = Path("out/sample.jsonl")
ARCHIVE = Path("samples")


def main() -> int:
    """Crawl the samples into one feed; print a table and a few lines. Return the worst exit code."""
    code = 0
    for at, (site, arguments) in enumerate(SITES):
        output = ["-O" if at == 0 else "-o", str(FEED)]
        given = [part for argument in arguments for part in ("-a", argument)]
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            site,
            *given,
            "-s",
            f"REPLAY_FROM={ARCHIVE}",
            *output,
        ]
        print("$ scrapy " + " ".join(command[3:]), flush=True)
        code = max(code, subprocess.run(command, check=False).returncode)  # noqa: S603 (our own arguments)
    lines = [json.loads(line) for line in FEED.read_text("utf-8").splitlines()]
    print(f"\n{FEED}: {len(lines)} articles\n")
    print(table(lines))
    print("\nsome of them, some of their fields:\n")
    print("\n\n".join(card(line) for line in _examples(lines)))
    return code


def table(lines: list[dict[str, Any]]) -> str:
    """Return the feed by site: articles, languages, days, and how sources were come by."""
    rows = [("site", "articles", "languages", "published", "sources")]
    for site in dict.fromkeys(line["site"] for line in lines):
        own = [line for line in lines if line["site"] == site]
        days = sorted(line["published_on"] for line in own if line["published_on"])
        statuses = Counter(line["source_url_status"] for line in own)
        rows.append(
            (
                site,
                str(len(own)),
                " ".join(sorted({line["language"] or "?" for line in own})),
                f"{days[0]} … {days[-1]}" if days else "unknown",
                ", ".join(f"{status} {count}" for status, count in statuses.most_common()),
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows
    )


def card(line: dict[str, Any]) -> str:
    """Return the fields of a line that tell most, as indented JSON."""
    shown = ("site", "url", "language", "title", "published_on", "published_at", "source_name", "source_url_raw",
             "source_url", "source_url_status", "source_key", "story_id", "body")  # fmt: skip
    fields = {name: line[name] for name in shown if line[name] is not None}
    fields["body"] = _cut(fields.get("body") or "", 100)
    return json.dumps(fields, ensure_ascii=False, indent=2)


def _examples(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a line whose source was repaired, the same story in another language, and one with a time of day."""
    stories = Counter(line["story_id"] for line in lines)
    repaired = [line for line in lines if line["source_url_status"] == "repaired"]
    first = max(repaired, key=lambda line: stories[line["story_id"]], default=lines[0])
    others = [line for line in lines if line["story_id"] == first["story_id"] and line["is_translation"]]
    timed = [line for line in lines if line["modified_at"]]
    return [first, *(line for line in others if line is not first), *timed[:1]]


def _cut(text: str, width: int) -> str:
    plain = " ".join(text.split())
    if len(plain) <= width:
        return plain
    while unicodedata.combining(plain[width]):
        width += 1
    return plain[:width] + " …"


if __name__ == "__main__":
    sys.exit(main())
