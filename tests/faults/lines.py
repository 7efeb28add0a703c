"""A million made-up articles through stages and writer, and a checker of the file that shares no code with either.

python -m tests.faults.lines [COUNT]      default: 1000000
"""

import json
import random
import re
import sys
import tempfile
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.feed.lines import LineFile, to_line
from newscrawl.items import Article, Image, Reject, to_record
from tests.faults.fuzz import DATES, HTML, PAGE_URLS, TEXT, URLS
from tests.support import FETCHED, Bench

_PIECES = [piece.decode("utf-8", "surrogateescape") for piece in (*TEXT, *TEXT, *HTML, *DATES, *URLS)]
_ODD = (None, "", " ", "\ud800", "\x00", "=cmd()", "\u202e", "a" * 3000)
WIDTHS = {"id": 20, "story_id": 20, "content_hash": 32, "supersedes": 32, "near_duplicate_of": 20}


def articles(count: int, seed: int) -> Any:
    """Yield made-up articles of every site known, filled with what pages may hold."""
    chance = random.Random(seed)

    def text(most: int = 12) -> Any:
        return (
            chance.choice(_ODD)
            if chance.random() < 0.1
            else "".join(chance.choices(_PIECES, k=chance.randrange(1, most)))
        )

    def several() -> list[Any]:
        return [text(3) or "" for _ in range(chance.randrange(4) if chance.random() < 0.999 else 3000)]

    for number in range(count):
        site = chance.choice(list(PAGE_URLS))
        body = "\n\n".join((text(40) or "") for _ in range(chance.randrange(1, 6)))
        yield Article(
            site=site, url=PAGE_URLS[site],
            title=text() if chance.random() < 0.9 else f"Title {number}", lead=text(), body=(body + f" {number} ") * (4 if chance.random() < 0.999 else 600), language=chance.choice(("vi", "no", "x-y", "ſv", None)),
            published_raw=text(4), modified_at=text(3), source_url_raw=text(4) if site == "vietnam_vn" else None, source_url_status=chance.choice(("none", "label_only", None)), source_name=text(4), section=text(3),
            authors=several(), tags=several(), images=[Image(f"https://a.vn/{at}.jpg", text(4), text(3)) for at in range(chance.randrange(3))], crawled_at=FETCHED, discovered_via="test", http_status=chance.choice((200, 203)), run_id="r",
        )  # fmt: skip


def write(path: Path, count: int, seed: int) -> dict[str, int]:
    """Send ``count`` articles through the stages to a feed; return how many were written, and rejected by reason."""
    bench, told = Bench("ria"), {"written": 0}
    file = LineFile(path)
    for article in articles(count, seed):
        try:
            done = bench.run(article)
            file.write(to_line(to_record(done)))
            told["written"] += 1
        except Reject as refused:
            told[refused.reason] = told.get(refused.reason, 0) + 1
        bench.books.claims.clear()
        bench.books.texts.clear()
    file.close()
    return told


def check(path: Path) -> int:
    """Return the number of lines of a feed; raise ``AssertionError`` for one that is not clean."""
    count, newest = 0, datetime.fromisoformat(FETCHED) + timedelta(days=1)
    with path.open("rb") as file:
        for raw in file:
            count += 1
            assert raw.endswith(b"\n"), "cut"
            assert len(raw) <= 1 << 20, "longer than a line may be"
            line = json.loads(raw.decode("utf-8", "strict"), parse_constant=_constant, object_pairs_hook=_once)
            for name, value in _values(line):
                if isinstance(value, str):
                    assert value.strip() == value != "", (name, value)
                    bad = [char for char in value if _is_bad(char) and not (char == "\n" and name == "body")]
                    assert not bad, (name, bad, value[:200])
                    assert unicodedata.is_normalized("NFC", value) or name == "source_url_raw", name
            for name, width in WIDTHS.items():
                assert line[name] is None or (re.fullmatch(r"[0-9a-f]+", line[name]) and len(line[name]) == width), name
            assert line["title"], "no title"
            assert line["body"], "no body"
            assert line["url"].startswith("http")
            for name in ("authors", "tags", "images", "flags"):
                assert isinstance(line[name], list), name
            for name in ("published_at", "modified_at", "crawled_at"):
                if line[name] is not None:
                    moment = datetime.fromisoformat(line[name])
                    assert moment.tzinfo is not None, name
                    assert datetime(1990, 1, 1, tzinfo=UTC) <= moment <= newest, (name, line[name])
            if line["published_on"] is not None:
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", line["published_on"], re.ASCII)
                assert "1990-01-01" <= line["published_on"] <= newest.date().isoformat(), line["published_on"]
    return count


def _constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), "a name twice"
    return dict(pairs)


def _values(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, name)
    else:
        yield name, value


def _is_bad(char: str) -> bool:
    code = ord(char)
    return (
        code < 32
        or 127 <= code < 160
        or 0xD800 <= code < 0xE000
        or code in (0x2028, 0x2029, 0xFEFF)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )


def main() -> None:
    """Write, check, print."""
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, random.SystemRandom().randrange(1 << 32)
    with tempfile.TemporaryDirectory(prefix="lines-") as folder:
        path, begun = Path(folder) / "out.jsonl", time.monotonic()
        print(f"seed {seed}", flush=True)
        told = write(path, count, seed)
        lines = check(path)
        assert lines == told["written"], (lines, told)
        assert sum(told.values()) == count, told
        print(
            f"{count} articles, {lines} lines, all clean; {told}; {path.stat().st_size / 1e6:.0f} MB, {time.monotonic() - begun:.0f} s"
        )


if __name__ == "__main__":
    main()
