"""A real Redis on loopback: in memory alone, on a port that was free, ended with the tests."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from redis import Redis
from redis.exceptions import RedisError


class RedisServer:
    """``redis-server`` that keeps nothing; use as a context manager. ``start`` after ``stop`` finds it empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> "Redis":
        return Redis.from_url(self.url, socket_timeout=60)

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("no redis-server: apt-get install redis-server")
        for _ in range(10):  # another program may take the port first
            self.port = self.port or _free_port()
            options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
            given = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
            self._process = subprocess.Popen([program, *given], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
            if self._answers():
                return
            self.stop()
            self.port = 0
        raise RuntimeError("redis-server does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        deadline = time.monotonic() + 60
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                with self.client() as client:
                    return bool(client.info("server")["process_id"] == self._process.pid)
            except RedisError:
                time.sleep(0.02)
        return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
