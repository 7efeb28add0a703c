"""How often ``scrapy health`` is right: real crawls of a made-up paper, ordinary days and days broken in each way.

python -m bench.health [SEEDS]        default: 6, about five minutes
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.health.judge import ENOUGH_RUNS, judge
from newscrawl.health.runs import runs_by_site
from tests.health.days import BROKEN, Day, record, usual

DAYS = 20
SIZES = (15, 40, 120)


def crawl(folder: Path, day: Day) -> None:
    archive = folder / "day.warc"
    record(archive, day)
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "ria",
        "-s",
        f"REPLAY_FROM={archive}",
        "-o",
        str(folder / "out.jsonl"),
    ]
    subprocess.run(command, check=False, stderr=subprocess.DEVNULL)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.health", description="hits and false alarms")
    parser.add_argument("seeds", nargs="?", type=int, default=6)
    hits: Counter[tuple[str, str]] = Counter()
    alarms: Counter[str] = Counter()
    judged = 0
    for seed in range(parser.parse_args().seeds):
        size = SIZES[seed % len(SIZES)]
        with tempfile.TemporaryDirectory(prefix="bench-health-") as name:
            folder, chance = Path(name) / "usual", random.Random(seed)
            folder.mkdir()
            for number in range(DAYS):
                crawl(folder, usual(number, chance, size))
            (runs,) = runs_by_site([folder]).values()
            for count in range(ENOUGH_RUNS + 1, DAYS + 1):
                judged += 1
                alarms.update(finding.kind for finding in judge(runs[:count]))
            for how, (kind, change) in BROKEN.items():
                broken = Path(name) / "broken"
                shutil.copytree(folder, broken)
                day = usual(DAYS, chance, size)
                change(day)
                crawl(broken, day)
                found = [finding.kind for finding in judge(next(iter(runs_by_site([broken]).values())))]
                hits[how, "right" if found == [kind] else f"{', '.join(found) or 'nothing'} (of {size} a day)"] += 1
                shutil.rmtree(broken)
    for (how, what), count in sorted(hits.items()):
        print(f"{count:>4}  {how}: {what}")
    right = sum(count for (_, what), count in hits.items() if what == "right")
    print(
        f"{right} of {hits.total()} broken days told rightly; of {judged} ordinary days {alarms.total()} raised something: {dict(alarms)}"
    )


if __name__ == "__main__":
    main()
