"""Fuzz led by coverage: atheris changes inputs towards branches not yet taken. The entry points are those of ``fuzz.py``.

    python -m tests.faults.coverage_fuzz SECONDS [ENTRY POINT ...]      default: page, feed and sitemap readers, WARC replay

Needs ``pip install atheris``. What breaks an entry point is written to ``corpus/``, where ``test_fuzz.py`` finds it.
"""

import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READERS = ("page_generic", "page_republished", "feed", "sitemap", "warc")
LONGEST = 20_000


def main() -> int:
    """Fuzz each entry point in a process of its own, which libFuzzer ends; return how many broke."""
    if sys.argv[1:2] == ["--one"]:
        return one(sys.argv[2], float(sys.argv[3]), sys.argv[4])
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    names = sys.argv[2:] or READERS
    broken = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="coverage-fuzz-") as folder:
            command = [
                sys.executable,
                "-m",
                "tests.faults.coverage_fuzz",
                "--one",
                name,
                str(seconds / len(names)),
                folder,
            ]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        lines = (done.stdout + done.stderr).splitlines()
        told = [line for line in lines if line.startswith(("#", "stat::number", "Done"))][-1:]
        print(f"{name}: {told[0] if told else 'no figures'}", flush=True)
        if done.returncode:
            broken += 1
            print("\n".join(lines[-30:]), flush=True)
    return broken


def one(name: str, seconds: float, folder: str) -> int:
    """Fuzz one entry point; libFuzzer ends the process."""
    import atheris  # make fuzz-atheris installs it

    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["newscrawl"]):
        from tests.faults import fuzz
    for number, seed in enumerate(fuzz.ENTRIES[name].seeds()):
        if len(seed) <= LONGEST:
            (Path(folder) / str(number)).write_bytes(seed)
    tokens = Path(folder).with_suffix(".dict")
    tokens.write_text(
        "\n".join(
            '"' + "".join(f"\\x{byte:02x}" for byte in piece) + '"'
            for piece in fuzz.ENTRIES[name].fragments
            if 0 < len(piece) < 60
        )
    )

    def check(data: bytes) -> None:
        try:
            fuzz.run(name, data)
        except Exception:
            print(f"saved as {fuzz.save(name, data)}", file=sys.stderr)
            raise

    begun = time.monotonic()
    options = [
        f"-max_total_time={int(seconds)}",
        f"-max_len={LONGEST}",
        f"-dict={tokens}",
        "-rss_limit_mb=4096",
        "-timeout=30",
        "-close_fd_mask=0",
        "-artifact_prefix=" + folder + "/",
        folder,
    ]
    atheris.Setup([sys.argv[0], *options], check)
    atheris.Fuzz()
    print(f"{time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
