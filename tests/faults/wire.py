"""A wire to a server on loopback that may be cut, held up or refused. No tests here."""

import selectors
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Self


class FaultyWire:
    """Passes on what is said to ``port``; use as a context manager. ``fault`` is what is wrong with it now.

    ``gone``: connections are cut, new ones refused. ``reset``: every connection is reset as soon as it says something.
    ``silent``: nothing arrives, and nothing is answered. ``slow``: each piece takes ``DELAY`` seconds. ``None``: sound.
    """

    DELAY = 1.0

    def __init__(self, port: int) -> None:
        self._port = port
        self.fault: str | None = None
        self.passed = 0
        """Connections that were passed on."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()

    @property
    def url(self) -> str:
        """Address of a Redis behind the wire."""
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        if self.fault in ("gone", "reset"):
            _reset(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        except OSError:
            _reset(client)
            return
        self.passed += 1
        with selectors.DefaultSelector() as ready, client, server:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            try:
                while not self._ended.is_set():
                    if self.fault == "gone":
                        _reset(client)
                        return
                    if self.fault == "silent":
                        time.sleep(0.05)
                        continue
                    for key, _ in ready.select(timeout=0.05):
                        assert isinstance(key.fileobj, socket.socket)
                        part = key.fileobj.recv(1 << 16)
                        if self.fault == "reset" or not part:
                            _reset(client)
                            return
                        if self.fault == "slow":
                            time.sleep(self.DELAY)
                        key.data.sendall(part)
            except OSError:
                return

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _reset(connection: socket.socket) -> None:
    """Close with RST, as a machine that has forgotten the connection does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
