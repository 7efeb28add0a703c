"""SFTP as a place for feeds: ``sftp://user@host:22/folder/out.jsonl``.

As with ``ssh``: keys are those of the agent and of ``~/.ssh``, or ``FEED_STORAGE_SFTP_KEY``; the host's key must stand
in ``known_hosts``. A path that begins with ``/~/`` is one below the user's home.
"""

import logging
from contextlib import closing, suppress
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import BlockingFeedStorage

if TYPE_CHECKING:
    from paramiko import SFTPClient, SSHClient

TIMEOUT = 30.0
"""Seconds that the server may be silent."""


class SftpFeedStorage(BlockingFeedStorage):
    """Stores a file whole or not at all: it is sent under another name, and then renamed."""

    def __init__(self, uri: str, *, key: str | None = None, feed_options: dict[str, Any] | None = None) -> None:
        parts = urlsplit(uri)
        self.host, self.port, self.user = parts.hostname or "", parts.port or 22, unquote(parts.username or "") or None
        self.password = unquote(parts.password) if parts.password is not None else None
        self.path, self.key = PurePosixPath(parts.path.removeprefix("/~/")), key

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        """Build the storage."""
        return cls(uri, key=crawler.settings["FEED_STORAGE_SFTP_KEY"], feed_options=feed_options)

    def _store_in_thread(self, file: IO[bytes]) -> None:
        """Send ``file`` and close it. Raises ``OSError`` or ``paramiko.SSHException``."""
        draft = f"{self.path}.part"
        with closing(file), self._connected() as client, client.open_sftp() as sftp:
            channel = sftp.get_channel()
            if channel is not None:
                channel.settimeout(TIMEOUT)
            _make_folder(sftp, self.path.parent)
            sftp.putfo(file, draft)  # and compares the sizes
            sftp.posix_rename(draft, str(self.path))

    def _connected(self) -> "SSHClient":
        from paramiko import RejectPolicy, SSHClient  # an extra

        logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)  # tracebacks of what is raised here as well
        client = SSHClient()
        client.load_system_host_keys()
        client.set_missing_host_key_policy(RejectPolicy())
        client.connect(
            self.host,
            self.port,
            self.user,
            self.password,
            key_filename=self.key,
            timeout=TIMEOUT,
            banner_timeout=TIMEOUT,
            auth_timeout=TIMEOUT,
        )
        return client


def _make_folder(sftp: "SFTPClient", folder: PurePosixPath) -> None:
    """Make a folder and those above it where they are not there. What cannot be made is found out by the next step."""
    for path in (*reversed(folder.parents), folder):
        with suppress(OSError):
            sftp.mkdir(str(path))
