"""Memory of the program that starts a crawl is none of the crawl's."""

import subprocess
import sys
from pathlib import Path

from tests.support import ROOT, scrapy_command, scrapy_environment

STARTER = """
import subprocess, sys
held = b"x" * (300 * 1024 * 1024)
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""


def test_a_crawl_started_by_a_large_program_is_not_ended(tmp_path: Path) -> None:
    settings = {
        "REPLAY_FROM": ROOT / "samples",
        "MEMUSAGE_LIMIT_MB": 250,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 0.1,
    }
    command = [sys.executable, "-c", STARTER, *scrapy_command("crawl", "ria", "-O", "out.jsonl", settings=settings)]
    done = subprocess.run(
        command, cwd=tmp_path, env=scrapy_environment(tmp_path), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
