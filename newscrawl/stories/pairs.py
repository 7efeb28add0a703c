"""Paragraphs of two editions side by side, for language corpora: only where they can be trusted to say the same."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from newscrawl.compression import open_lines
from newscrawl.stories.join import Joined, Line
from newscrawl.text.clean import same_text
from newscrawl.text.translation import figures_and_days

AGREEING = 0.5
"""Least share of the paragraphs with figures that must share one; below it the paragraphs are not each other's."""


class Pairs:
    """Pairs of paragraphs of two languages; ``counts`` says what became of the stories that have both."""

    def __init__(self, feeds: Sequence[Path], languages: tuple[str, str]) -> None:
        self.feeds = feeds
        self.languages = languages
        self.counts: Counter[str] = Counter()

    def of(self, joined: Joined, story_id: str) -> Iterator[dict[str, Any]]:
        """Yield a line for the title (paragraph 0) and each paragraph of the body, in both languages."""
        chosen = _choose(joined.lines, self.languages)
        if chosen is None:
            return
        self.counts["stories"] += 1
        if chosen[0].paragraphs != chosen[1].paragraphs:
            self.counts["stories with other numbers of paragraphs"] += 1
            return
        texts = self._paragraphs(chosen[0]), self._paragraphs(chosen[1])
        if not _agree(*texts, self.languages):
            self.counts["stories with figures in other paragraphs"] += 1
            return
        self.counts["stories aligned"] += 1
        for number, pair in enumerate(zip(*texts, strict=True)):
            if same_text(*pair):
                self.counts["paragraphs left out: the same in both"] += 1
                continue
            self.counts["pairs"] += 1
            yield {
                "story_id": story_id,
                "paragraph": number,
                **dict(zip(self.languages, pair, strict=True)),
                "ids": [line.shown["id"] for line in chosen],
                "urls": [line.shown["url"] for line in chosen],
            }

    def _paragraphs(self, line: Line) -> list[str]:
        with open_lines(self.feeds[line.feed]) as feed:
            feed.seek(line.start)
            record = json.loads(feed.readline())
        return [record["title"], *(record["body"] or "").split("\n\n")]


def _choose(lines: list[Line], languages: tuple[str, str]) -> tuple[Line, Line] | None:
    """Return a text of each language, of one site where there are such: their paragraphs are cut alike."""
    found = [[line for line in lines if line.shown["language"] == tag and line.letters] for tag in languages]
    pairs = [(one, other) for one in found[0] for other in found[1]]
    return min(pairs, key=lambda pair: pair[0].shown["site"] != pair[1].shown["site"], default=None)


def _agree(one: list[str], other: list[str], languages: tuple[str, str]) -> bool:
    """Whether the paragraphs that have figures in both texts share them one by one."""
    told = agreeing = 0
    for a, b in zip(one, other, strict=True):
        figures_a, days_a = figures_and_days(a, languages[0])
        figures_b, days_b = figures_and_days(b, languages[1])
        if (figures_a or days_a) and (figures_b or days_b):
            told += 1
            agreeing += bool(figures_a & figures_b or days_a & days_b)
    return agreeing >= AGREEING * told
