"""Whether a long crawl stays flat: memory and speed of one replayed run of many pages, and of a large index.

python -m bench.long [PAGES]          default: 200000, about twelve minutes
python -m bench.long --index [LINES]  default: 10000000 addresses in the index, about fifteen minutes
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from newscrawl.archive.writer import write_exchange
from newscrawl.store.seen import Entry, SeenStore
from newscrawl.text.identity import short_hash
from tests.generated import ria_page, ria_sitemap

FIRST = date(2024, 1, 1)
A_DAY = 10_000
"""Pages of a day: more than any site has, less than a sitemap may."""


def archive(path: Path, pages: int) -> int:
    """Write an archive of so many pages and their day sitemaps; return how many days."""
    days = -(-pages // A_DAY)
    recorded = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        for number in range(days):
            day = FIRST + timedelta(number)
            count = min(A_DAY, pages - number * A_DAY)
            urls = [
                f"https://ria.ru/{day:%Y%m%d}/most-{1_900_000_000 + number * A_DAY + at}.html" for at in range(count)
            ]
            listings = {
                f"https://ria.ru/sitemap_article.xml?date_start={day:%Y%m%d}&date_end={day:%Y%m%d}": ria_sitemap(urls),
                f"https://ria.ru/{day:%Y%m%d}/": b"<html><body></body></html>",
            }
            for url, body in listings.items():
                kind = "application/xml" if "sitemap" in url else "text/html"
                write_exchange(file, url=url, headers=[("Content-Type", kind)], body=body, date=recorded)
            for url in urls:
                headers = [("Content-Type", "text/html; charset=utf-8")]
                body = (
                    ria_page(url, 3)
                    .replace(b"20240913", f"{day:%Y%m%d}".encode())
                    .replace(b"13.09.2024", f"{day:%d.%m.%Y}".encode())
                )
                write_exchange(file, url=url, headers=headers, body=body, date=recorded)
    return days


def crawl(pages: int) -> None:
    """Replay a crawl of so many pages and print memory and speed as it goes."""
    with tempfile.TemporaryDirectory(prefix="bench-long-") as folder:
        path, feed = Path(folder) / "long.warc.gz", Path(folder) / "out.jsonl"
        days = archive(path, pages)
        print(f"{pages} pages of {days} days, {path.stat().st_size / 1e6:.0f} MB of WARC", flush=True)
        until = FIRST + timedelta(days - 1)
        command = [sys.executable, "-m", "scrapy", "crawl", "ria", "-a", f"since={FIRST}", "-a", f"until={until}",
                   "-o", str(feed), "-s", f"REPLAY_FROM={path}"]  # fmt: skip
        process = subprocess.Popen(command, env=os.environ | {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"})
        begun, step, marks = time.monotonic(), pages // 20, []
        lines, at = 0, 0
        while process.poll() is None:
            time.sleep(0.2)
            if feed.exists():
                with feed.open("rb") as file:
                    file.seek(at)
                    part = file.read()
                    lines, at = lines + part.count(b"\n"), at + len(part)
            if lines >= step * (len(marks) + 1):
                marks.append((lines, _rss(process.pid), time.monotonic() - begun))
                print(
                    f"  {lines:>8} lines  {marks[-1][1]:>6.1f} MB  {lines / marks[-1][2]:>6.0f} lines a second",
                    flush=True,
                )
        assert process.returncode == 0
        early, late = marks[len(marks) // 4], marks[-1]
        grown = (late[1] - early[1]) / (late[0] - early[0]) * 100_000
        print(
            f"growth after the first quarter: {grown:.1f} MB per 100,000 pages; at most {max(mark[1] for mark in marks):.0f} MB"
        )


def index(lines: int) -> None:
    """Fill an index with so many lines and print what a known and a new one cost."""
    with tempfile.TemporaryDirectory(prefix="bench-index-") as folder:
        path = Path(folder) / "out.seen.db"
        store = SeenStore(path, lambda line: Entry("", "", "", "", 1))
        step, begun = lines // 10, time.perf_counter()
        for number in range(lines):
            key = f"ria.ru/{number}"
            store.add(
                Entry(key, f"{key} ru original", short_hash(key), short_hash(key) + "0" * 12, 1, f"ria ru {key}"),
                None,
                number,
            )
            if (number + 1) % step == 0:
                added = (time.perf_counter() - begun) / step * 1e6
                store.commit()
                start = time.perf_counter()
                found = sum(store.has_page(f"ria.ru/{at}") for at in range(0, number + 1, max(1, number // 20_000)))
                each = (time.perf_counter() - start) / found * 1e6
                size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
                print(
                    f"  {number + 1:>9} lines  new {added:>5.1f} µs  known {each:>5.1f} µs  {size:>6.0f} MB on disk  {_rss(os.getpid()):>5.0f} MB",
                    flush=True,
                )
                begun = time.perf_counter()
        store.close()


def _rss(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.long", description="memory and speed of long runs")
    parser.add_argument("pages", nargs="?", type=int, default=200_000)
    parser.add_argument("--index", nargs="?", type=int, const=10_000_000, help="measure the index instead")
    options = parser.parse_args()
    if options.index:
        index(options.index)
    else:
        crawl(options.pages)


if __name__ == "__main__":
    main()
