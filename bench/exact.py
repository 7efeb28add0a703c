"""How exact reading is, and how fast, beside its peers in one interleaved run.

    python -m bench.exact [FOLDER]      a folder of pages with truth.jsonl; default: the saved pages of tests/sites

A line of truth: ``file``, ``url``, and whichever of ``body``, ``title``, ``date``, ``authors``, ``with`` and
``without`` (pieces that the text must and must not hold) are known. Contestants take turns page by page, so a busy
machine slows all alike. The last column is the time as a ratio to trafilatura's. fundus, in a process of its own, is asked
of the pages of its publishers alone, and figures are of those.

``body`` is the F1 of words, mean of pages; ``shingles`` that of article-extraction-benchmark: precision and recall of
runs of four words, each averaged over pages, F1 of the averages. ``pieces`` is scored as trafilatura's own evaluation
does: F1 over all pieces, where one that is held rightly is a true positive and one held wrongly a false one.
"""

import argparse
import gzip
import json
import re
import statistics
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.readers import AskFundus, Read, fundus, present
from newscrawl.page.document import decode
from newscrawl.text.clean import clean_line

ROOT = Path(__file__).parent.parent
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def main() -> None:
    """Measure and print a table for each folder of truth."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.exact", description="exactness and speed of reading, beside peers"
    )
    parser.add_argument("folder", nargs="?", type=Path, help="folder of pages with truth.jsonl; default: tests/sites")
    parser.add_argument("--only", help="one folder of the pages alone")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    pages = list(_saved() if options.folder is None else _folder(options.folder))
    names = sorted({str(truth["file"]).partition("/")[0] for truth, _ in pages})
    wanted = [name for name in names if options.only is None or name == options.only.rstrip("/")]
    if not wanted:
        parser.error(f"no pages in {options.only!r}; there are {', '.join(names)}")
    with fundus(own=True) as ask_fundus:
        for name in wanted:
            own = [(truth, text) for truth, text in pages if str(truth["file"]).partition("/")[0] == name]
            print(f"\n{name}\n{_table(own, ask_fundus)}", flush=True)


def _table(pages: list[tuple[dict[str, Any], str]], ask_fundus: AskFundus | None) -> str:
    readers = present()
    scores: dict[str, dict[str, list[Any]]] = {name: defaultdict(list) for name in readers}
    for truth, text in pages:
        for name, reader in readers.items():
            start = time.perf_counter()
            try:
                read = reader(str(truth.get("url") or "https://page.invalid/"), text)
            except Exception:  # a peer that raises has read nothing
                read = Read(body="")
            scores[name]["ms"].append((time.perf_counter() - start) * 1000)
            for field, score in _judge(read, truth):
                scores[name][field].append(score)
        if ask_fundus is not None and (told := ask_fundus(str(truth.get("url") or ""), text, truth.get("date"))):
            own = scores.setdefault("fundus, its publishers", defaultdict(list))
            own["ms"].append(told["cpu"] * 1000)
            for field, score in _judge(Read(told["body"], told["title"], told["date"], told["authors"]), truth):
                own[field].append(score)
    base = statistics.median(scores.get("trafilatura", {}).get("ms", [0])) or 1.0
    fields = ("body", "shingles", "pieces", "title", "date", "authors")
    lines = [f"{len(pages)} pages{'':16}" + "".join(f"{field:>9}" for field in fields) + f"{'ms':>9}{'ratio':>7}"]
    for name, found in scores.items():
        cells = "".join(
            f"{_MEAN.get(field, statistics.mean)(found[field]):9.3f}" if found[field] else f"{'–':>9}"
            for field in fields
        )
        median = statistics.median(found["ms"])
        lines.append(f"{name:<24}{cells}{median:9.1f}{median / base:7.2f}")
    return "\n".join(lines)


def _judge(read: Read, truth: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if read.body is not None:
        if truth.get("body"):
            yield "body", f1(words(read.body), words(truth["body"]))
            yield "shingles", _overlap(_shingles(read.body), _shingles(truth["body"]))
        plain = " ".join(read.body.split())
        right, wrong = (
            [" ".join(piece.split()) in plain for piece in truth.get(field) or []] for field in ("with", "without")
        )
        if right or wrong:
            yield "pieces", (sum(right), len(right) - sum(right), sum(wrong))
    if read.title is not None and truth.get("title"):
        yield "title", float(clean_line(read.title) == clean_line(truth["title"]))
    if read.date is not None and truth.get("date"):
        yield "date", float(read.date == truth["date"][:10])
    if read.authors is not None and truth.get("authors"):
        yield "authors", f1(Counter(read.authors), Counter(truth["authors"]))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _split(text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


def _overlap(read: Counter[tuple[str, ...]], truth: Counter[tuple[str, ...]]) -> tuple[float, float]:
    """Return precision and recall."""
    both = (read & truth).total()
    return both / max(1, read.total()), both / max(1, truth.total())


def _f1_of_means(pairs: list[tuple[float, float]]) -> float:
    precision, recall = (statistics.mean(part) for part in zip(*pairs, strict=True))
    return 2 * precision * recall / ((precision + recall) or 1)


def _f1_of_counts(counts: list[tuple[int, int, int]]) -> float:
    held, missed, wrong = (sum(part) for part in zip(*counts, strict=True))
    return 2 * held / max(1, 2 * held + missed + wrong)


_MEAN: dict[str, Any] = {"shingles": _f1_of_means, "pieces": _f1_of_counts}
"""Fields whose figure is no mean of pages."""


def _split(text: str) -> list[str]:
    return re.findall(r"\w", text) if len(_CJK.findall(text)) > len(text) / 3 else re.findall(r"\w+", text)


def words(text: str) -> Counter[str]:
    """Return the words of a text with their number; of Chinese and Japanese the characters."""
    return Counter(_split(text))


def f1(one: Counter[str], other: Counter[str]) -> float:
    """Return the harmonic mean of precision and recall of one bag of words against another."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _folder(folder: Path) -> Iterator[tuple[dict[str, Any], str]]:
    for line in (folder / "truth.jsonl").read_text("utf-8").split("\n"):
        if not line:
            continue
        truth = json.loads(line)
        data = (folder / truth["file"]).read_bytes()
        if truth["file"].endswith(".gz"):
            data = gzip.decompress(data)
        yield truth, decode(data).decode("utf-8", "replace")


def _saved() -> Iterator[tuple[dict[str, Any], str]]:
    for path in sorted((ROOT / "tests" / "sites").glob("*/*/page.html")):
        line = json.loads((path.parent / "article.json").read_text("utf-8"))
        body = "\n".join(part for part in (line["lead"], line["body"]) if part)
        truth = {"file": "saved pages", "url": line["url"], "body": body, "title": line["title"],
                 "date": line["published_on"] or "", "authors": line["authors"]}  # fmt: skip
        yield truth, decode(path.read_bytes()).decode("utf-8", "replace")


if __name__ == "__main__":
    main()
