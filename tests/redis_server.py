"""A real Redis on loopback: in memory alone, ended with the tests."""

import shutil

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.servers import Server


class RedisServer(Server):
    """``redis-server`` that keeps nothing. ``start`` after ``stop`` finds it empty."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> "Redis":
        return Redis.from_url(self.url, socket_timeout=60)

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("no redis-server: apt-get install redis-server")
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        return [program, *(str(part) for name, value in options.items() for part in (f"--{name}", value))]

    def is_up(self) -> bool:
        assert self._process is not None
        try:
            with self.client() as client:
                return bool(client.info("server")["process_id"] == self._process.pid)
        except RedisError:
            return False
