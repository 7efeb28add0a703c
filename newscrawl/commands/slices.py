"""``scrapy slices SITE -a since=… -a until=… --days 7``: hand work to the workers of a fleet."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from newscrawl.sites import Sites
from newscrawl.store.seen import check_store

if TYPE_CHECKING:
    from newscrawl.fleet.slices import Slice


class Command(ScrapyCommand):
    """Send slices to the broker."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own attribute)

    def syntax(self) -> str:
        """Return the arguments."""
        return "<site> [-a NAME=VALUE ...] [--days N | --repeat | --stop] | --archives <name>... | --again"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` prints."""
        return "Hand work to a fleet: a site's days in slices, its regular crawl, or archive files"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        super().add_options(parser)
        parser.add_argument("-a", dest="given", action="append", default=[], metavar="NAME=VALUE",
                            help="argument of the crawl: since, until, languages, follow")  # fmt: skip
        parser.add_argument("--days", type=int, metavar="N", help="so many days a slice, from since to until")
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument(
            "--repeat", action="store_true", help="crawl what is new, again and again, in the site's rhythm"
        )
        kind.add_argument("--stop", action="store_true", help="take the site off that schedule")
        kind.add_argument("--archives", action="store_true", help="read these files of the folder FLEET_ARCHIVES")
        kind.add_argument("--again", action="store_true", help="send once more what was put aside")
        parser.add_argument("--dry-run", action="store_true", help="print the slices, send none")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, send, and print what was sent; exit code 1 when the broker or Redis does not answer."""
        try:
            self._run(args, opts)
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from None

    def _run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not self.settings.get("SEEN_STORE"):
            raise ValueError("name the shared store: SEEN_STORE=redis://HOST:6379/0 in the environment")
        check_store(self.settings["SEEN_STORE"])
        if bool(args) == opts.again or (len(args) > 1 and not opts.archives):
            raise ValueError("name one site, or --archives and files, or --again alone")
        pieces = [] if opts.again or opts.stop else self._slices(args, opts)
        for piece in pieces:
            if opts.dry_run:
                print(piece.key)
        if opts.dry_run:
            return
        from kombu.exceptions import OperationalError
        from redis.exceptions import RedisError

        from newscrawl.fleet.celery import send, state_of

        state, sent = state_of(self.settings), 0
        try:
            if opts.again:
                print(f"{state.again()} slices put aside are sent again")
            elif opts.stop:
                print(f"{state.stop(args[0])} regular crawls of {args[0]} taken off the schedule")
            for piece in pieces:
                if opts.repeat:
                    state.repeat(piece)
                else:
                    send(piece)
                sent += 1
        except (OperationalError, RedisError) as error:
            print(f"scrapy slices: {sent} of {len(pieces)} sent: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        if pieces:
            print(f"{args[0]}: on the schedule" if opts.repeat else f"{len(pieces)} slices sent")

    def _slices(self, args: list[str], opts: argparse.Namespace) -> "list[Slice]":
        """Return the slices that are asked for, each checked. Raises ``ValueError``."""
        from newscrawl.fleet.run import archives_folder
        from newscrawl.fleet.slices import Slice, read_slice, split

        assert self.settings is not None
        given = arglist_to_dict(opts.given)
        archives = archives_folder(self.settings)
        if opts.archives:
            messages = [{"archive": _within(name, archives), **given} for name in args]
        else:
            messages = [{"site": name, **given} for name in args]
        sites = Sites.load(self.settings)
        found = [read_slice(message, sites, archives) for message in messages]
        if opts.repeat and not found[0].is_regular:
            raise ValueError("--repeat is for what is new: without since and until")
        if opts.days is None:
            return found
        if opts.days < 1 or not (found[0].since and found[0].until):
            raise ValueError("--days N parts the days between since= and until=; N is 1 or more")
        spans = split(date.fromisoformat(found[0].since), date.fromisoformat(found[0].until), opts.days)
        return [Slice(**found[0].message | {"since": str(first), "until": str(last)}) for first, last in spans]


def _within(name: str, folder: Path) -> str:
    """Return the name that a file has in ``folder``: of a path to it, or of what is such a name already."""
    path = Path(name).absolute()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else name
