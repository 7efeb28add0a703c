"""``make bench``: how long reading takes, beside what no reader of HTML can do without.

The saved pages of ``tests/sites`` are read again and again, the contestants taking turns page by page, so that a busy
machine slows all alike. What is printed is the median of the rounds and the ratio to parsing alone.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable

from lxml import html

from newscrawl.page.document import read_document
from newscrawl.page.reader import read_article
from newscrawl.sites import Site
from tests.support import CASES, all_spiders

ROUNDS = 15


def main() -> None:
    """Measure and print."""
    sites = {name: spider.site for name, spider in all_spiders().items()}
    pages = [
        (sites[path.parent.parent.name], (path.parent / "url.txt").read_text("utf-8").strip(), path.read_bytes())
        for path in sorted(CASES.glob("*/*/page.html"))
    ]
    contestants: dict[str, Callable[[Site, str, bytes], object]] = {
        "lxml parses": lambda site, url, body: html.document_fromstring(body.decode()),
        "newscrawl parses": lambda site, url, body: read_document(url, body),
        "newscrawl reads": lambda site, url, body: read_article(read_document(url, body), site),
    }
    rounds: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        spent: dict[str, float] = defaultdict(float)
        for page in pages:
            for name, run in contestants.items():
                start = time.perf_counter()
                run(*page)
                spent[name] += time.perf_counter() - start
        for name, seconds in spent.items():
            rounds[name].append(seconds * 1000 / len(pages))
    base = statistics.median(rounds["lxml parses"])
    size = sum(len(body) for _, _, body in pages) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KB on average, {ROUNDS} rounds\n\n{'':20}ms a page   ratio")
    for name, values in rounds.items():
        median = statistics.median(values)
        print(f"{name:20}{median:9.2f}{median / base:8.1f}")


if __name__ == "__main__":
    main()
