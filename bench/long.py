"""Whether a long crawl stays flat: its memory along one replayed run of many pages."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.rows import Row
from newscrawl.archive.writer import write_exchange
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


def running(pages: int) -> list[Row]:
    """Replay a crawl of so many pages, and look at it twenty times as it goes."""
    with tempfile.TemporaryDirectory(prefix="bench-long-") as folder:
        path, feed = Path(folder) / "long.warc.gz", Path(folder) / "out.jsonl"
        until = FIRST + timedelta(archive(path, pages) - 1)
        command = [sys.executable, "-m", "scrapy", "crawl", "ria", "-a", f"since={FIRST}", "-a", f"until={until}",
                   "-o", str(feed), "-s", f"REPLAY_FROM={path}", "-s", "QUIET=1"]  # fmt: skip
        begun, marks, lines, at = time.monotonic(), list[tuple[float, float]](), 0, 0
        process = subprocess.Popen(command, env=os.environ | {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"})
        while process.poll() is None:
            time.sleep(0.05)
            if feed.exists():
                with feed.open("rb") as file:
                    file.seek(at)
                    part = file.read()
                    lines, at = lines + part.count(b"\n"), at + len(part)
            if lines * 20 >= pages * (len(marks) + 1) and (memory := rss(process.pid)):
                marks.append((lines, memory))
        seconds = time.monotonic() - begun
        assert process.returncode == 0
        with feed.open("rb") as file:
            assert sum(1 for _ in file) == pages
    most = max(memory for _, memory in marks)
    return [
        Row("Long runs", "memory at the end, to that after a quarter", marks[-1][1] / marks[len(marks) // 4][1], "×", goal=1.1,
            note=f"one replayed run of {pages:,} pages"),
        Row("Long runs", "most memory", most, "MB", goal=200, curve=tuple(marks), along="pages"),
        Row("Long runs", "pages a second", pages / seconds, "", note="short pages, of 3 paragraphs; of the clock"),
    ]  # fmt: skip


def rss(pid: int) -> float | None:
    """Return the memory of a process in MB; ``None`` when it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")), None)
