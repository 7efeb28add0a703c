"""How right near duplicates are found, what one costs, and how large the index of a million texts is.

    python -m bench.near [FOLDER] [--texts 100000]

``FOLDER`` holds pages with ``truth.jsonl`` (see ``python -m bench``): its bodies are the real set, reprinted as papers
reprint an agency's text. Without it, texts are made up. In both: reprints with another first line, an introduction of
their own, the end cut, words changed; against them reports of one template with other figures, and texts of one event.
"""

import argparse
import json
import random
import re
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from newscrawl.store import near
from newscrawl.store.seen import Entry, SeenStore
from newscrawl.text.fingerprint import fingerprint
from newscrawl.text.identity import short_hash

DAY = date(2024, 9, 14)
_SENTENCE = re.compile(r"(?<=[.!?。])\s*")
_SYLLABLES = [a + b + c for a in "b c d đ g h k l m n ph qu r s t th tr v x".split()
              for b in "a ă â e ê i o ô ơ u ư".split() for c in ("", "n", "ng", "t", "m")]  # fmt: skip


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


def _changed(draw: random.Random, text: str, share: float) -> str:
    words = text.split(" ")
    return " ".join(draw.choice(words) if draw.random() < share else word for word in words)


def _cut(text: str, share: float) -> str:
    parts = _sentences(text)
    return " ".join(parts[: max(1, round(len(parts) * share))])


def _introduced(other: str, text: str) -> str:
    return " ".join(_sentences(other)[:2]) + "\n\n" + text


REPRINTS: dict[str, Callable[[random.Random, str, str], str]] = {
    "another first line": lambda draw, text, other: f"Theo KCNA ngày 14/9: {text}\n\nNguồn: TTXVN",
    "an introduction of its own": lambda draw, text, other: _introduced(other, text),
    "a fifth cut": lambda draw, text, other: _cut(text, 0.8),
    "a third cut": lambda draw, text, other: _cut(text, 0.67),
    "half cut": lambda draw, text, other: _cut(text, 0.5),
    "three words in a hundred": lambda draw, text, other: _changed(draw, text, 0.03),
    "six words in a hundred": lambda draw, text, other: _changed(draw, text, 0.06),
    "fifth cut, three words, introduced": lambda draw, text, other: _introduced(
        other, _changed(draw, _cut(text, 0.8), 0.03)
    ),
}
"""How papers reprint a text."""


def made_up(draw: random.Random, count: int) -> Iterator[str]:
    """Yield texts of 150 to 900 words; words are as unevenly common as in any language."""
    words = draw.sample(_SYLLABLES, len(_SYLLABLES))
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for _ in range(count):
        chosen = draw.choices(words, weights, k=draw.randint(150, 900))
        marks = (
            f"{word}." if at % 17 == 16 else f"{word} {draw.randint(2, 9999)}" if at % 29 == 0 else word
            for at, word in enumerate(chosen)
        )
        yield " ".join(marks)


def templates(draw: random.Random, text: str, count: int) -> Iterator[str]:
    """Yield reports of one template: the same sentences with other figures here and there."""
    words = text.split(" ")[:220]
    for _ in range(count):
        yield " ".join(str(draw.randint(1000, 99999)) if at % 14 == 13 else word for at, word in enumerate(words))


def same_event(draw: random.Random, text: str, other: str) -> str:
    """Return another text on the event: a quarter of its sentences are the same quotations."""
    kept, own = _sentences(text), _sentences(other)
    return " ".join([*kept[: len(kept) // 4], *own[: max(1, len(kept) * 3 // 4)]])


class Index:
    """The store's own index of texts."""

    def __init__(self, path: Path | None = None) -> None:
        self.store = SeenStore(path, lambda line: Entry("", "", "", "", 1))
        self.count = 0

    def meet(self, text: str, day: date = DAY) -> str | None:
        """Return what ``text`` nearly repeats; remember it when nothing."""
        print_ = fingerprint(text)
        if print_ is None:
            return None
        self.count += 1
        key = short_hash(str(self.count))
        known = near.Text(key, day.isoformat(), print_)
        found = self.store.near_duplicate(known)
        if found is None:
            self.store.add(Entry(key, key, key, "0" * 32, 1), known)
        return found


def exactness(draw: random.Random, texts: list[str]) -> str:
    """Return the table of what is found and what is found wrongly."""
    index = Index()
    first = [index.meet(text) for text in texts]
    repeats = sum(found is not None for found in first)
    keys = [short_hash(str(number)) for number in range(1, len(texts) + 1)]
    lines = [f"{len(texts)} texts, {repeats} of them near another of the set"]
    right = wrong = wanted = 0
    for name, reprint in REPRINTS.items():
        hit = 0
        for at in range(0, len(texts), 2):
            if first[at] is not None:
                continue
            wanted += 1
            print_ = fingerprint(reprint(draw, texts[at], texts[at - 1]))
            if print_ is None:
                continue
            found = index.store.near_duplicate(near.Text("f" * 20, DAY.isoformat(), print_))
            hit += found == keys[at]
            wrong += found not in (None, keys[at])
        right += hit
        lines.append(f"  reprint: {name:<36} found {hit / max(1, sum(f is None for f in first[::2])):.3f}")
    apart: dict[str, list[bool]] = defaultdict(list)
    for at in range(0, min(len(texts), 400), 2):
        fresh = Index()
        apart["reports of one template"] += [fresh.meet(text) is not None for text in templates(draw, texts[at], 4)][1:]
        fresh = Index()
        fresh.meet(texts[at])
        apart["texts of one event"].append(fresh.meet(same_event(draw, texts[at], texts[at - 1])) is not None)
    for name, found_ in apart.items():
        wrong += sum(found_)
        lines.append(f"  not one text: {name:<31} taken for one {sum(found_) / len(found_):.3f} of {len(found_)}")
    lines.append(f"  precision {right / (right + wrong):.4f}  recall {right / wanted:.4f}")
    return "\n".join(lines)


def cost(draw: random.Random, count: int) -> str:
    """Return what a text costs, and the index of many, on disk."""
    sample = list(made_up(draw, 2000))
    start = time.perf_counter()
    for text in sample:
        fingerprint(text)
    each = (time.perf_counter() - start) / len(sample) * 1e6
    size = sum(map(len, sample)) / len(sample)
    with tempfile.TemporaryDirectory(prefix="bench-near-") as folder:
        path = Path(folder) / "index.seen.db"
        index = Index(path)
        spent = []
        for number in range(count):
            print_ = draw.randbytes(96) + b"\x00"
            key = short_hash(str(number))
            known = near.Text(key, (DAY + timedelta(number * 365 // count)).isoformat(), print_)
            begun = time.perf_counter()
            index.store.near_duplicate(known)
            index.store.add(Entry(key, key, key, "0" * 32, 1), known)
            spent.append(time.perf_counter() - begun)
        index.store.close()
        on_disk = sum(file.stat().st_size for file in Path(folder).iterdir())
    tenth = len(spent) // 10
    early, late = (sum(part) / len(part) * 1e6 for part in (list(islice(spent, tenth)), spent[-tenth:]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"fingerprint: {each:.0f} µs a text of {size:.0f} characters\n"
        f"look up and remember: {early:.0f} µs a text at first, {late:.0f} µs at {count}\n"
        f"index: {on_disk / count * 1e6 / 1e6:.0f} MB a million texts on disk; process {peak:.0f} MB"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.near", description="near duplicates: exactness and cost")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    print(f"made-up texts, seed {options.seed}\n{exactness(draw, list(made_up(draw, 1000)))}\n")
    if options.folder:
        rows = map(json.loads, (options.folder / "truth.jsonl").read_bytes().splitlines())
        bodies = [body for row in rows if len(body := str(row.get("body") or "")) > 600]
        print(f"real texts, {options.folder.name}\n{exactness(draw, bodies)}\n")
    print(cost(draw, options.texts))


if __name__ == "__main__":
    main()
