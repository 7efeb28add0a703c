"""``scrapy diff-feeds OLD NEW``: what a changed rule does, field by field and site by site."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

if TYPE_CHECKING:
    from newscrawl.feed.compare import Comparison

AROUND, LONGEST = 30, 160
"""Characters shown before a difference, and in all."""


class Command(ScrapyCommand):
    """Compare two feeds."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <old feed> <new feed>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Compare two feeds of the same pages, field by field and site by site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("--examples", type=int, default=2, metavar="N", help="of each difference (default: 2)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print; exit code 1 when a line or what filled a field is lost."""
        from newscrawl.feed.compare import compare  # every command imports this module

        if len(args) != 2:
            raise UsageError("give two feeds: scrapy diff-feeds old.jsonl new.jsonl", print_help=False)
        try:
            found = compare(Path(args[0]), Path(args[1]), opts.examples)
        except OSError as error:
            print(f"scrapy diff-feeds: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        if opts.json:
            print(json.dumps({site: asdict(about) for site, about in found.items()}, ensure_ascii=False))
        else:
            for site, about in found.items():
                print("\n".join(report(site, about)))
        if any(about.is_loss for about in found.values()):
            self.exitcode = 1


def report(site: str, about: "Comparison") -> Iterator[str]:
    """Yield what is to be printed of a site; fields that are the same everywhere in one line."""
    apart = f"{about.only_old} only in the old, {about.only_new} only in the new"
    yield f"{site}: {about.both} lines in both feeds, {apart}"
    same = [name for name, found in about.fields.items() if found.counts["same"] == about.both]
    for name, found in about.fields.items():
        if name in same:
            continue
        yield f"  {name:<18}" + "  ".join(f"{kind} {count}" for kind, count in found.counts.items() if count)
        for kind, examples in found.examples.items():
            for example in examples:
                yield f"    {kind}  {example.url}"
                old, new = _shown(example.old, example.new)
                yield f"      - {old}"
                yield f"      + {new}"
    if same and about.both:
        yield f"  the same: {', '.join(same)}"


def _shown(old: Any, new: Any) -> tuple[str, str]:
    """Return both values on one line each, from shortly before their first difference on."""
    one, other = (_plain(value) for value in (old, new))
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, at - AROUND)
    return _cut(one, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + LONGEST]
    return f"{'…' if start else ''}{part}{'…' if start + LONGEST < len(text) else ''}" or "(none)"


def _plain(value: Any) -> str:
    if value in (None, [], ""):
        return ""
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())
