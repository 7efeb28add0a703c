"""``scrapy editions FEED... -o stories.jsonl``: the lines of feeds, joined to stories."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.sites import Sites
from newscrawl.text.language import normal_tag

if TYPE_CHECKING:
    from newscrawl.stories.pairs import Pairs


class Command(ScrapyCommand):
    """Write one line a story."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <feed> [<feed> ...]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Join the language editions and originals in feeds to stories, one line a story"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="where to write the stories (default: print them)")
        parser.add_argument(
            "--pairs", metavar="LANG,LANG", help="also write paragraphs side by side, to FILE.LANG-LANG.jsonl"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Join and write."""
        assert self.settings is not None
        feeds = [Path(name) for name in args]
        if not feeds:
            raise UsageError(
                "name at least one feed: scrapy editions articles.jsonl -o stories.jsonl", print_help=False
            )
        output = Path(opts.output) if opts.output else None
        languages = _languages(opts.pairs) if opts.pairs else None
        if languages and output is None:
            raise UsageError("--pairs needs -o: the pairs are written beside the stories", print_help=False)
        if output is not None and any(output.absolute() == feed.absolute() for feed in feeds):
            raise UsageError(f"{output} is one of the feeds; write the stories to another file", print_help=False)
        try:
            print(_write(feeds, output, languages, Sites.load(self.settings)), file=sys.stderr)
        except OSError as error:
            print(f"scrapy editions: {error}", file=sys.stderr)
            self.exitcode = 1


def _languages(text: str) -> tuple[str, str]:
    tags = [normal_tag(part) for part in text.split(",")]
    if len(tags) != 2 or None in tags or tags[0] == tags[1]:
        raise UsageError(f"--pairs={text}: name two languages, such as --pairs no,ja", print_help=False)
    return str(tags[0]), str(tags[1])


def _write(feeds: list[Path], output: Path | None, languages: tuple[str, str] | None, sites: Sites) -> str:
    """Write stories and pairs, each file whole or not at all; return what is to be said of it."""
    from newscrawl.stories.join import Join  # Scrapy imports every command at each start
    from newscrawl.stories.pairs import Pairs
    from newscrawl.stories.story import Ratios, story_line

    pairs = Pairs(feeds, languages) if languages else None
    beside = (
        output.with_name(f"{output.name.removesuffix('.jsonl')}.{'-'.join(languages)}.jsonl")
        if output and languages
        else None
    )
    with Join(sites, output.parent if output else None) as join, _Draft(output) as stories, _Draft(beside) as aligned:
        for number, feed in enumerate(feeds):
            join.read(feed, number)
        join.join()
        ratios = Ratios()
        for story in join.stories():
            ratios.add(story)
        ratios.settle()
        told: Counter[str] = Counter()
        for story in join.stories():
            line = story_line(story, ratios)
            stories.write(line)
            told["with their original"] += bool(line["original"] and line["original"]["id"])
            told["in more than one language"] += len(line["languages"]) > 1
            told.update(flag for row in line["editions"] if row["quality"] for flag in row["quality"]["flags"])
            if pairs is not None:
                for pair in pairs.of(story, line["story_id"]):
                    aligned.write(pair)
        return _summary(join.counts, told, pairs, output, beside)


class _Draft:
    """A file that appears when it is whole; without a path lines are printed."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._draft = path.with_name(path.name + ".part") if path else None
        self._file: TextIO = sys.stdout

    def __enter__(self) -> "_Draft":
        if self._draft is not None:
            self._draft.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._draft.open("w", encoding="utf-8", errors="replace")
        return self

    def write(self, line: dict[str, Any]) -> None:
        """Write a line."""
        self._file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._draft is None or self.path is None:
            return
        self._file.close()
        if kind is None:
            self._draft.replace(self.path)
        else:
            self._draft.unlink(missing_ok=True)


def _summary(
    counts: Counter[str], told: Counter[str], pairs: "Pairs | None", output: Path | None, beside: Path | None
) -> str:
    rows = [
        (counts["read"], "lines", f"{counts['superseded']} of them replaced by a later revision"),
        (counts["bad"], "lines left out", "no records of a feed"),
        (counts["stories"], "stories", str(output or "")),
        (told["with their original"], "with their original", ""),
        (told["in more than one language"], "in several languages", ""),
        (counts["joined_source_key"], "joined by source", "the same source, and slug or day agrees"),
        (counts["joined_source_key_alone"], "joined by source", "the same number, nothing else known"),
        (counts["joined_slug_paper_day"], "joined by slug", "the same slug, paper and day"),
        (counts["refused_contradiction"], "not joined", "the same source, but another slug and day"),
        (counts["refused_crowd"], "not joined", "a source that too many stories name"),
        (counts["refused_ambiguous"], "not joined", "more than one could be the original, or the copy"),
        (counts["disputed"], "disputed", "editions of one address name several sources"),
        *((told[flag], f"flagged {flag}", "") for flag in ("cut", "days_differ", "figures_differ", "untranslated")),
    ]
    lines = [
        f"  {count:>8} {name:<22} {more}".rstrip()
        for count, name, more in rows
        if count or name in ("lines", "stories")
    ]
    if pairs is not None:
        lines.append(f"  {pairs.counts.pop('pairs', 0):>8} {'pairs':<22} {beside}")
        lines += [f"  {count:>8} {name}" for name, count in pairs.counts.items()]
    return "\n".join(lines)
