"""What a page costs: processor time, bytes and memory, of which ``docs/scale.md`` makes its calculation.

python -m bench.scale [PAGES]    default: 1000 pages of real size, a few minutes; wants redis-server

Processor time is what the kernel counts for the processes, all cores together, so that a busy machine alters it little.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.pages import page
from bench.processes import Cost, run
from newscrawl.archive.writer import write_exchange
from newscrawl.store.seen import Entry
from newscrawl.store.shared import SharedStore
from newscrawl.text.identity import short_hash
from tests.loopback import Answer, Loopback
from tests.redis_server import RedisServer

FAMILY = 4
"""Every fifth page is of this family, VnExpress: a crawl is of one site."""


def archive(path: Path, pages: int) -> dict[str, bytes]:
    """Write an archive of so many pages of one site; return their addresses, each with its HTML."""
    found = {}
    headers = [("Content-Type", "text/html; charset=utf-8")]
    with path.open("wb") as file:
        for number in range(FAMILY, 5 * pages, 5):
            made = page(number)
            found[made.url] = made.html
            write_exchange(file, url=made.url, headers=headers, body=made.html, date=datetime(2026, 6, 1, tzinfo=UTC))
    return found


def cost(folder: Path, *arguments: str, **environment: str) -> Cost:
    """Return what a command of the project takes."""
    return run(["-m", "scrapy", *arguments], folder, {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"} | environment)


def entry(number: int) -> Entry:
    """Return what the index is told of a line."""
    key = short_hash(str(number))
    return Entry(f"p{key}", f"r{key}", key, f"{number:032x}", 1, f"t{key}")


def store(folder: Path) -> dict[str, float]:
    """Return the bytes of Redis that a line takes in buckets of so many rows, and the microseconds of one question."""
    found = {}
    with RedisServer(folder) as server, server.client() as redis:
        (folder / "told.jsonl").touch()
        shared = SharedStore(None, lambda line: entry(line["number"]), url=server.url)
        for kind, rows, buckets in (("packed", 400, 250), ("not packed", 1000, 100)):
            before, pipeline = redis.info("memory")["used_memory"], redis.pipeline(transaction=False)
            for number in range(rows * buckets // 4):  # four rows a line
                for _, field, value in shared._keys.rows(entry(number)):
                    pipeline.hset(f"{kind}:{number % buckets:05x}", field, value)
            pipeline.execute()
            found[kind] = (redis.info("memory")["used_memory"] - before) / (rows * buckets / 4)
        begun = time.perf_counter()
        for number in range(2000):
            shared.has_page(f"p{number}")
        found["a question"] = (time.perf_counter() - begun) / 2000 * 1e6
        shared.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("pages", nargs="?", type=int, default=1000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as name:
        folder = Path(name)
        found = archive(folder / "a.warc.gz", pages)
        urls, size = list(found), sum(map(len, found.values()))
        (folder / "urls.txt").write_text("\n".join(urls), "utf-8")
        (folder / "one.txt").write_text(urls[0], "utf-8")
        replay = ("-s", f"REPLAY_FROM={folder / 'a.warc.gz'}")
        start = cost(folder, "crawl", "vnexpress", "-a", "urls=@one.txt", "-O", "one.jsonl", *replay)
        crawl = cost(folder, "crawl", "vnexpress", "-a", "urls=@urls.txt", "-O", "crawl.jsonl", *replay)
        reread = cost(folder, "reread", "a.warc.gz", "-O", "reread.jsonl", "--jobs", "1")
        with Loopback(folder, {url: Answer(body) for url, body in found.items()}) as site:
            options = [part for name, value in (site.settings | {"DOWNLOAD_DELAY": "0.001"}).items()
                       for part in ("-s", f"{name}={value}")]  # fmt: skip
            live = cost(folder, "crawl", "vnexpress", "-a", "urls=@urls.txt", "-O", "live.jsonl", *options,
                        **site.environment)  # fmt: skip
        lines = (folder / "crawl.jsonl").stat().st_size
        index = sum(path.stat().st_size for path in folder.glob("crawl.seen.db*"))
        redis = store(folder)
        rows = (
            ("a page, HTML", f"{size / pages / 1e3:.0f} KB"),
            ("a page, WARC gzip", f"{(folder / 'a.warc.gz').stat().st_size / pages / 1e3:.1f} KB"),
            ("a line of the feed", f"{lines / pages / 1e3:.1f} KB"),
            ("index beside the feed", f"{index / pages:.0f} bytes a line"),
            ("Redis, packed buckets", f"{redis['packed']:.0f} bytes a line"),
            ("Redis, others", f"{redis['not packed']:.0f} bytes a line, {redis['a question']:.0f} µs a question"),
            ("a crawl's begin and end", f"{start.cpu:.1f} s of a core"),
            (
                "crawl, replayed",
                f"{(crawl.cpu - start.cpu) / pages * 1e3:.1f} ms of a core a page, {crawl.memory:.0f} MB",
            ),
            ("crawl, TLS on loopback", f"{(live.cpu - start.cpu) / pages * 1e3:.1f} ms of a core a page"),
            (
                "reread",
                f"{(reread.cpu - start.cpu) / pages * 1e3:.1f} ms of a core a page, {reread.memory:.0f} MB a process",
            ),
        )
    for what, figure in rows:
        print(f"{what:<24} {figure}")


if __name__ == "__main__":
    main()
