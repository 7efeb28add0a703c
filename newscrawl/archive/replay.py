"""Replay: ``-s REPLAY_FROM=PATH`` answers every request from an archive, and none from the network."""

import sys
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

if TYPE_CHECKING:
    from newscrawl.archive.warc import Archive

_HANDLER = "newscrawl.archive.replay.ReplayHandler"
_SETTINGS = {
    # What was recorded needs no permission, no pause and no second try.
    "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_DELAY_JITTER": 0,
    "DOWNLOAD_SLOTS": {},
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    # A cached answer would hide that the archive has another one, or none.
    "HTTPCACHE_ENABLED": False,
}


@lru_cache(maxsize=4)
def open_archive(path: str | Path) -> "Archive":
    """Open an archive once for all that ask for the same path in this process.

    Raises ``ValueError``, one clear line, when there is no archive at ``path``.
    """
    from newscrawl.archive.warc import Archive  # crawls that replay nothing start without it

    return Archive.open(path)


def recorded_today(path: str | Path, hosts: Iterable[str]) -> date | None:
    """Give the day (UTC) on which the latest answer of ``hosts`` was recorded; ``None`` when the archive holds none.

    Raises ``ValueError`` when there is no archive at ``path``.
    """
    newest = open_archive(path).newest
    days = [newest[host].date() for host in hosts if host in newest]
    return max(days, default=None)


class ReplayAddon:
    """Does nothing unless ``REPLAY_FROM`` is set; then what it sets goes before every other setting."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """End the program with one line and code 2 when there is nothing at ``REPLAY_FROM``.

        An exception here, or later, would come out as a traceback.
        """
        path = settings.get("REPLAY_FROM")
        if not path:
            return
        from newscrawl.archive.warc import archive_files

        try:
            archive_files(path)
        except ValueError as error:
            sys.stderr.write(f"REPLAY_FROM: {error}\n")
            raise SystemExit(2) from None

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the archive in place of the network; raise ``ValueError`` when it cannot be read."""
        path = settings.get("REPLAY_FROM")
        if not path:
            return
        open_archive(path)
        handlers = settings.getdict("DOWNLOAD_HANDLERS") | {"http": _HANDLER, "https": _HANDLER}
        settings.setdict({**_SETTINGS, "DOWNLOAD_HANDLERS": handlers}, priority="cmdline")


class ReplayHandler(BaseDownloadHandler):
    """Answers from the archive at ``REPLAY_FROM``; what the archive lacks is a 404 with an empty body.

    A response has the flag ``replayed``, or ``unarchived``, and ``partial`` where the record was truncated. The
    request's ``meta["fetched_at"]`` says when the answer was recorded (aware, UTC), ``meta["warc_record"]`` which
    record it is; both absent where none was.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._stats = crawler.stats
        self._archive = open_archive(crawler.settings["REPLAY_FROM"])
        self._stats.set_value("newscrawl/replay/damaged", self._archive.damaged)
        self._stats.set_value("newscrawl/replay/truncated", self._archive.truncated)

    async def download_request(self, request: Request) -> Response:
        """Answer ``request``."""
        recorded = self._archive.get(request.url, request.method, request.body)
        flags = ["replayed"] if recorded else ["unarchived"]
        if recorded:
            self._stats.inc_value("newscrawl/replay/answered")
            request.meta["fetched_at"] = recorded.fetched_at
            request.meta["warc_record"] = recorded.id or None
            if recorded.truncated:
                flags.append("partial")
        else:
            self._stats.inc_value("newscrawl/replay/missing")
            # A request that a recorded redirect led to has the meta of the first one.
            request.meta.pop("fetched_at", None)
            request.meta.pop("warc_record", None)
        status, body = (recorded.status, recorded.body) if recorded else (404, b"")
        headers = Headers(recorded.headers if recorded else None)
        response_class = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return response_class(request.url, status=status, headers=headers, body=body, flags=flags)
