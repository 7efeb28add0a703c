"""A site on loopback: a proxy that answers under any host name, in a process of its own, whose time nobody counts.

``python -m bench.site FOLDER`` prints its port, and answers with the files that ``FOLDER/pages.json`` names by address.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_HEAD = b"HTTP/1.1 %d x\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\n\r\n"


class Served:
    """Pages under their addresses; use as a context manager."""

    def __init__(self, folder: Path, pages: dict[str, bytes]) -> None:
        self.folder = folder
        names = {}
        for number, (url, body) in enumerate(pages.items()):
            names[url] = f"{number}.html"
            (folder / names[url]).write_bytes(body)
        (folder / "pages.json").write_text(json.dumps(names))

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.site", str(self.folder.absolute())]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a crawl that is to meet it."""
        return {"http_proxy": f"http://127.0.0.1:{self.port}"}


async def _serve(folder: Path) -> None:
    pages = {url: (folder / name).read_bytes() for url, name in json.loads((folder / "pages.json").read_text()).items()}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = pages.get(head.split(b" ", 2)[1].decode())
                status = 404 if body is None else 200
                writer.write(_HEAD % (status, b"text/html", len(body or b"")) + (body or b""))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
