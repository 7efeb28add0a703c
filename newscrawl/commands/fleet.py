"""``scrapy fleet``: how a fleet does, site by site, and what waits, was put aside or was refused."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.store.seen import check_store

SHOWN = 10
"""Slices put aside that are printed; more are counted."""


class Command(ScrapyCommand):
    """Show the state of the fleet."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Show how a fleet does: sites, queue, what waits, was put aside or refused"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--json``."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for programs")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print; exit code 1 when Redis or the broker does not answer, or something was put aside."""
        assert self.settings is not None
        if not self.settings.get("SEEN_STORE") or args:
            raise UsageError("scrapy fleet, with SEEN_STORE=redis://HOST:6379/0 in the environment", print_help=False)
        try:
            check_store(self.settings["SEEN_STORE"])
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from None
        from kombu.exceptions import OperationalError
        from redis.exceptions import RedisError

        try:
            told = self._told()
        except (OperationalError, RedisError) as error:
            print(f"scrapy fleet: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        print(json.dumps(told, indent=2) if opts.json else text(told, time.time()))
        if told["aside"]:
            self.exitcode = 1

    def _told(self) -> dict[str, Any]:
        from newscrawl.fleet.celery import queued, state_of

        state = state_of(self.settings)  # type: ignore[arg-type]
        repeated = [json.loads(key)["site"] for key in state.repeated()]
        return {
            "sites": {
                name: asdict(state.site(name)) | {"crawled_by": state.holder(name), "repeated": name in repeated}
                for name in state.sites()
            },
            "queued": queued(),
            "waiting": state.waiting(),
            "aside": state.aside(),
            "refused": state.refused(),
            "beat_at": state.beat_at(),
        }


def text(told: dict[str, Any], now: float) -> str:
    """Return the state in a few lines; ``now`` is a Unix time."""
    lines = []
    for name, site in told["sites"].items():
        rhythm = f"every {_span(site['interval'])}" if site["repeated"] else ""
        if site["crawled_by"]:
            state = f"being crawled by {site['crawled_by']}"
        elif site["rests_until"] > now:
            rest = _span(site["rests_until"] - now)
            state = f"rests for {rest} after {site['failures']} failures: {site['why'][:200]}"
        elif site["ended_at"]:
            state = f"crawled {_span(now - site['ended_at'])} ago"
        else:
            state = "not crawled yet"
        lines.append(f"{name:<20} {rhythm:<16} {state}".rstrip())
    for name, count in told["queued"].items():
        lines.append(f"{count:>6} queued as {name}")
    lines.append(f"{len(told['waiting']):>6} wait until they are due")
    lines.append(f"{sum(told['refused'].values()):>6} messages refused {_counts(told['refused'])}".rstrip())
    lines.append(f"{len(told['aside']):>6} put aside")
    lines += [f"       {key}: {why}" for key, why in list(told["aside"].items())[:SHOWN]]
    beat = told["beat_at"]
    lines.append(f"beat looked {_span(now - beat)} ago" if beat else "beat has never run: what waits is sent by it")
    return "\n".join(lines)


def _span(seconds: float) -> str:
    """Return a time in its largest unit.

    >>> [_span(seconds) for seconds in (0.4, 59, 3600, 200000)]
    ['0 s', '59 s', '60 min', '56 h']
    """
    if seconds < 120:
        return f"{max(0.0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _counts(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in found.items())
