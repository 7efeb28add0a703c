"""Starting: ``scrapy crawl`` from its first import to its first request, beside an empty Scrapy project."""

import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bench.crawling import COMMON
from bench.processes import cpu_of, start
from bench.rows import Row, spread

URL = "http://tuoitre.vn/mot-bai-bao-100260302000000001.htm"


def _drain(server: socket.socket) -> None:
    """Take what else the process that was killed had asked for, lest it be taken for the next one's."""
    server.settimeout(0.2)
    with suppress(TimeoutError):
        while True:
            server.accept()[0].close()


def starting(rounds: int) -> list[Row]:
    """Measure so many starts of each, in turns."""
    cpu: dict[str, list[float]] = {"bare": [], "newscrawl": []}
    wall: dict[str, list[float]] = {"bare": [], "newscrawl": []}
    with tempfile.TemporaryDirectory(prefix="bench-start-") as name, socket.create_server(("127.0.0.1", 0)) as server:
        folder = Path(name)
        (folder / "one.txt").write_text(URL)
        settings = [part for key, value in COMMON.items() for part in ("-s", f"{key}={value}")]
        proxy = {"http_proxy": f"http://127.0.0.1:{server.getsockname()[1]}"}
        contestants = {
            "bare": (["bare", "-a", "urls=one.txt"], "bench.empty"),
            "newscrawl": (["tuoitre", "-a", f"urls={URL}"], "newscrawl.settings"),
        }
        for number in range(rounds + 1):
            for who, (arguments, module) in contestants.items():
                begun = time.perf_counter()
                command = ["-m", "scrapy", "crawl", *arguments, "-O", f"{who}.jsonl", *settings]
                process = start(command, folder, proxy | {"SCRAPY_SETTINGS_MODULE": module})
                server.settimeout(60)
                connection, _ = server.accept()
                connection.recv(1)
                spent, waited = cpu_of(process.pid), time.perf_counter() - begun
                connection.close()
                process.kill()
                process.communicate()
                _drain(server)
                if number:  # the first compiles, and reads from the disk
                    cpu[who].append(spent)
                    wall[who].append(waited)
    details = {"CPU seconds": cpu, "wall seconds": wall}
    return [
        Row("Starting", "import to first request, to an empty Scrapy project", unit="×", goal=1.3, details=details, note="CPU time",
            **spread(a / b for a, b in zip(cpu["newscrawl"], cpu["bare"], strict=True))),
        Row("Starting", "the same by the clock", unit="×",
            **spread(a / b for a, b in zip(wall["newscrawl"], wall["bare"], strict=True))),
    ]  # fmt: skip
