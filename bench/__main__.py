"""``make bench``: what reading, crawling, rereading, remembering, starting and running long cost, each beside its goal.

    python -m bench [--full] [--only GROUP] [--to FOLDER]

Every comparison takes turns in one run, in CPU time, so that a busy machine slows all alike. About four minutes; with
``--full`` (``make bench FULL=1``) more pages, ten million addresses and a feed of 10 GB: an hour, and 14 GB of disk. A
part that fails is told and left out. Written: ``bench/results/results.json`` and ``index.html``; parts that were not asked
for stay there as they were.
"""

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.crawling import crawling
from bench.long import running
from bench.reading import reading
from bench.remembering import remembering
from bench.report import table, write
from bench.rereading import rereading
from bench.rows import Row
from bench.starting import starting

RESULTS = Path(__file__).parent / "results"
QUICK: dict[str, Callable[[], list[Row]]] = {
    "reading": lambda: reading(60, 5),
    "starting": lambda: starting(9),
    "crawling": lambda: crawling(400, 3),
    "rereading": lambda: rereading(400, 3),
    "remembering": lambda: remembering(500_000, 400_000_000),
    "running": lambda: running(10_000),
}
FULL: dict[str, Callable[[], list[Row]]] = {
    "reading": lambda: reading(200, 9),
    "starting": lambda: starting(25),
    "crawling": lambda: crawling(1000, 10),
    "rereading": lambda: rereading(1000, 10),
    "remembering": lambda: remembering(10_000_000, 10_000_000_000),
    "running": lambda: running(200_000),
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="what everything costs, beside its goal")
    parser.add_argument("--full", action="store_true", help="more of everything: an hour, and 14 GB of disk")
    parser.add_argument("--only", choices=list(QUICK), action="append", help="this part alone (may be given again)")
    parser.add_argument("--to", type=Path, default=RESULTS, help="folder of the results (default: bench/results)")
    options = parser.parse_args()
    os.environ["SCRAPY_SETTINGS_MODULE"] = "newscrawl.settings"
    began, rows, failed = datetime.now(UTC), list[Row](), False
    for name, measure in (FULL if options.full else QUICK).items():
        if options.only and name not in options.only:
            continue
        start = time.monotonic()
        try:
            found = measure()
        except Exception:
            traceback.print_exc()
            failed = True
            continue
        rows += found
        print(f"{table(found)}\n  {name}: {time.monotonic() - start:.0f} s", flush=True)
        write(
            options.to, rows, form="full" if options.full else "quick", began=began
        )  # what there is, should it be stopped
    sys.exit(failed)


if __name__ == "__main__":
    main()
