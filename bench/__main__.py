"""``make bench``: how exact reading is, and how fast, beside its peers in one interleaved run.

    python -m bench [FOLDER]      a folder of pages with truth.jsonl; default: the saved pages of tests/sites

A line of truth: ``file``, ``url``, and whichever of ``body``, ``title``, ``date``, ``authors``, ``with`` and
``without`` (pieces that the text must and must not hold) are known. Contestants take turns page by page, so a busy
machine slows all alike. The last column is the time as a ratio to trafilatura's.
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

from bench.readers import Read, present
from newscrawl.page.document import decode
from newscrawl.text.clean import clean_line

ROOT = Path(__file__).parent.parent
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def main() -> None:
    """Measure and print a table for each folder of truth."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="exactness and speed of reading, beside peers")
    parser.add_argument("folder", nargs="?", type=Path, help="folder of pages with truth.jsonl; default: tests/sites")
    parser.add_argument("--only", help="only pages whose file begins so")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    pages = list(_saved() if options.folder is None else _folder(options.folder))
    for name in sorted({str(truth["file"]).partition("/")[0] for truth, _ in pages}):
        if options.only in (None, name):
            print(
                f"\n{name}\n{_table([(truth, text) for truth, text in pages if str(truth['file']).startswith(name)])}"
            )


def _table(pages: list[tuple[dict[str, Any], str]]) -> str:
    readers = present()
    scores: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in readers}
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
    base = statistics.median(scores.get("trafilatura", {}).get("ms", [0])) or 1.0
    fields = ("body", "with", "without", "title", "date", "authors")
    lines = [f"{len(pages)} pages{'':16}" + "".join(f"{field:>9}" for field in fields) + f"{'ms':>9}{'ratio':>7}"]
    for name, found in scores.items():
        cells = "".join(f"{statistics.mean(found[field]):9.3f}" if found[field] else f"{'–':>9}" for field in fields)
        median = statistics.median(found["ms"])
        lines.append(f"{name:<24}{cells}{median:9.1f}{median / base:7.2f}")
    return "\n".join(lines)


def _judge(read: Read, truth: dict[str, Any]) -> Iterator[tuple[str, float]]:
    if read.body is not None:
        if truth.get("body"):
            yield "body", _f1(_words(read.body), _words(truth["body"]))
        plain = " ".join(read.body.split())
        for field, good in (("with", True), ("without", False)):
            pieces = truth.get(field) or []
            if pieces:
                yield field, sum((" ".join(piece.split()) in plain) is good for piece in pieces) / len(pieces)
    if read.title is not None and truth.get("title"):
        yield "title", float(clean_line(read.title) == clean_line(truth["title"]))
    if read.date is not None and truth.get("date"):
        yield "date", float(read.date == truth["date"][:10])
    if read.authors is not None and truth.get("authors"):
        yield "authors", _f1(Counter(read.authors), Counter(truth["authors"]))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w", text) if len(_CJK.findall(text)) > len(text) / 3 else re.findall(r"\w+", text))


def _f1(one: Counter[str], other: Counter[str]) -> float:
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
