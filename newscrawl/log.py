"""What a run says, and where: text for people, or one JSON object an event.

Log records below ``LOG_LEVEL`` are not shown; what somebody waits for (progress, the summary) is told at any level.
"""

import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.log import TopLevelFormatter

logger = logging.getLogger(__name__)

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029)}
"""Controls, marks of direction and of line ends: what commands a terminal, or makes a line look like two."""


class TextLines(logging.Formatter):
    """Scrapy's ``LOG_FORMAT``; controls are escaped and further lines indented, so that no message looks like two."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record, without the last newline."""
        return super().format(record).translate(_CONTROLS).replace("\n", "\n    ")


class JsonLines(logging.Formatter):
    """One JSON object a record, in ASCII: ``time`` (UTC), ``level``, ``logger``, ``message``.

    Events add ``event`` and their figures; errors add ``exception``, the traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, without a newline."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if event := getattr(record, "event", None):
            line |= {"event": event, **record.__dict__["figures"]}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class ToStderr(logging.Handler):
    """Writes to what is ``sys.stderr`` at that moment: a live line may have taken its place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; nobody reading it any more is no fault of the run."""
        with suppress(OSError):
            print(self.format(record), file=sys.stderr, flush=True)


def install(settings: BaseSettings) -> None:
    """Send what is logged to ``LOG_FILE`` or stderr, in place of Scrapy's own handler.

    Raises:
        OSError: the file cannot be written.
        ValueError: ``LOG_LEVEL`` is no level.
    """
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    if settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handler: logging.Handler = logging.FileHandler(settings["LOG_FILE"], mode, settings.get("LOG_ENCODING"))
    else:
        handler = ToStderr() if settings.getbool("LOG_ENABLED") else logging.NullHandler()
    text = TextLines(settings.get("LOG_FORMAT"), settings.get("LOG_DATEFORMAT"))
    handler.setFormatter(JsonLines() if settings.getbool("LOG_JSON") else text)
    handler.setLevel(settings.get("LOG_LEVEL"))
    least = handler.level
    handler.setLevel(logging.NOTSET)  # events pass whatever the level
    handler.addFilter(lambda record: record.levelno >= least or hasattr(record, "event"))
    if settings.getbool("LOG_SHORT_NAMES"):
        handler.addFilter(TopLevelFormatter(["scrapy"]))
    logging.root.setLevel(logging.NOTSET)
    logging.root.addHandler(handler)


def tell(
    settings: BaseSettings, event: str, text: str, figures: Mapping[str, Any], *, level: int = logging.INFO
) -> None:
    """Tell whoever watches: ``text`` on stderr and in the log file; with ``LOG_JSON`` one object with ``figures``."""
    as_json = settings.getbool("LOG_JSON")
    if not as_json:
        with suppress(OSError):  # nobody reads it any more: a job of Scrapyd outlives it
            print(text, file=sys.stderr, flush=True)
    if as_json or settings.get("LOG_FILE"):
        logger.log(level, "%s", text, extra={"event": event, "figures": figures})
