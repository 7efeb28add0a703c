"""``scrapy health FEED...``: whether the last run of each site was like those before it."""

import argparse
import json
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

TIMEOUT = 30
"""Seconds that a command or webhook is given."""


class Command(ScrapyCommand):
    """Compare each site's last run with its own history."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "[options] <feed or folder>..."

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Compare the last run of each site with the ones before it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object a site")
        parser.add_argument(
            "--notify", metavar="COMMAND", help="run this when a site needs looking at; JSON on its input"
        )
        parser.add_argument("--webhook", metavar="URL", help="POST the same JSON there")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print a line a site; exit code 1 when one needs looking at, or somebody could not be told."""
        from newscrawl.health.judge import judge  # Scrapy imports every command at each start
        from newscrawl.health.runs import runs_by_site

        if not args:
            raise UsageError("give a feed, or a folder of feeds: scrapy health out/", print_help=False)
        try:
            sites = runs_by_site(Path(name) for name in args)
        except OSError as error:
            print(f"scrapy health: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        if not sites:
            print("scrapy health: no run is recorded there yet", file=sys.stderr)
            self.exitcode = 1
            return
        faults: list[dict[str, Any]] = []
        for site, runs in sites.items():
            findings, last = judge(runs), runs[-1]
            told = {"site": site, "run_id": last["run_id"], "started_at": last["started_at"], "runs": len(runs),
                    "new": last["outcomes"]["new"], "findings": [asdict(finding) for finding in findings]}  # fmt: skip
            if any(finding.is_fault for finding in findings):
                faults.append(told)
            if opts.json:
                print(json.dumps(told, ensure_ascii=False))
                continue
            kinds = [(finding.kind, finding.what) for finding in findings] or [("ok", f"{told['new']} new")]
            for kind, what in kinds:
                print(f"{site}: {kind}: {what}  ({last['started_at']}, run {len(runs)})")
        if faults:
            self.exitcode = 1
            self._tell(faults, opts)

    def _tell(self, faults: list[dict[str, Any]], opts: argparse.Namespace) -> None:
        text = json.dumps({"sites": faults}, ensure_ascii=False).encode()
        if opts.notify:
            try:
                subprocess.run(shlex.split(opts.notify), input=text, check=True, timeout=TIMEOUT)  # noqa: S603 (no shell)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                print(f"scrapy health: --notify failed: {error}", file=sys.stderr)
        if opts.webhook:
            if not opts.webhook.startswith(("http://", "https://")):
                raise UsageError("--webhook takes an http address", print_help=False)
            request = urllib.request.Request(opts.webhook, text, {"Content-Type": "application/json"})  # noqa: S310 (checked above)
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310 (checked above)
                    pass
            except (OSError, urllib.error.URLError) as error:
                print(f"scrapy health: --webhook failed: {error}", file=sys.stderr)
