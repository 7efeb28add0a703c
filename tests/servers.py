"""Real servers of S3 and SFTP on loopback, and a wire between that can be cut. Ended with the tests."""

import getpass
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest


class Server:
    """A program that listens on a port of loopback; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What starts it on ``port``; skips the test where the program is missing."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """Whether it answers."""
        raise NotImplementedError

    def start(self) -> None:
        for _ in range(10):  # another program may take the port first
            self.port = self.port or _free_port()
            with (self.folder / "server.log").open("ab") as log:
                self._process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                                 env=os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": "4"})  # fmt: skip
            deadline = time.monotonic() + 60
            while self._process.poll() is None and time.monotonic() < deadline:
                with suppress(OSError):
                    if self.is_up():
                        return
                time.sleep(0.02)
            self.stop()
            self.port = 0
        raise RuntimeError((self.folder / "server.log").read_text("utf-8", "replace")[-2000:])

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _says(self, question: bytes) -> bytes:
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=5)) as wire:
            wire.sendall(question)
            return wire.recv(100)


class S3Server(Server):
    """moto with a bucket called ``news``, for who has the keys. Keeps everything in memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.keys = {"AWS_ACCESS_KEY_ID": "first", "AWS_SECRET_ACCESS_KEY": "first", "AWS_DEFAULT_REGION": "us-east-1"}
        """What the environment of who may use it holds."""

    def command(self) -> list[str]:
        _need(importlib.util.find_spec("moto") is not None, "no moto: make .venv/.servers")
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def is_up(self) -> bool:
        if not self._says(b"GET /moto-api/ HTTP/1.0\r\n\r\n").startswith(b"HTTP/"):
            return False
        self.client().create_bucket(Bucket="news")
        with closing(self.client("iam")) as iam:
            iam.create_user(UserName="crawl")
            every = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
            iam.put_user_policy(UserName="crawl", PolicyName="all", PolicyDocument=json.dumps(every))
            key = iam.create_access_key(UserName="crawl")["AccessKey"]  # the last thing that anybody may do
        self.keys |= {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        return True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str = "s3") -> Any:
        import boto3

        return boto3.client(service, endpoint_url=self.url, **{name.lower(): key for name, key in self.keys.items()
                                                               if "KEY" in name}, region_name="us-east-1")  # fmt: skip

    def objects(self) -> dict[str, bytes]:
        """All that is in the bucket."""
        with closing(self.client()) as client:
            found = client.list_objects_v2(Bucket="news").get("Contents", [])
            return {row["Key"]: client.get_object(Bucket="news", Key=row["Key"])["Body"].read() for row in found}


class SftpServer(Server):
    """sshd with SFTP alone, for the user of the tests by key. Its host key and the user's are in ``folder``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.home = folder / "home"
        (self.home / ".ssh").mkdir(parents=True)
        self.user = getpass.getuser()

    def command(self) -> list[str]:
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        _need(program is not None and shutil.which("ssh-keygen") is not None, "no sshd: apt-get install openssh-server")
        host, own = self.folder / "host_key", self.home / ".ssh" / "id_ed25519"
        for key in (host, own):
            if not key.exists():
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        (self.folder / "authorized").write_text(own.with_suffix(".pub").read_text("utf-8"), "utf-8")
        self.trust()
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        (self.folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host}\nAuthorizedKeysFile {self.folder / 'authorized'}\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nSubsystem sftp internal-sftp\n"
            "ForceCommand internal-sftp\nPermitRootLogin yes\nLogLevel ERROR\nMaxStartups 100\n",
            "utf-8",
        )
        return [str(program), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    def trust(self, *, port: int = 0) -> None:
        """Have the user's ``known_hosts`` name this server, also as seen through a wire."""
        public = " ".join((self.folder / "host_key.pub").read_text("utf-8").split()[:2])
        with (self.home / ".ssh" / "known_hosts").open("a", encoding="utf-8") as known:
            known.write(f"[127.0.0.1]:{port or self.port} {public}\n")

    def is_up(self) -> bool:
        return self._says(b"").startswith(b"SSH-2.0")


class Wire:
    """Passes connections on to a port. ``budget`` is how many bytes may still go to the server before all is cut."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.budget: float = float("inf")
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if counted:
                    self.budget -= len(data)
                    if self.budget < 0:
                        self._cut()
                        return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _cut(self) -> None:
        for wire in list(self._open):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
        self._open.clear()


def _need(there: bool, why: str) -> None:
    if not there and os.environ.get("NEWSCRAWL_REQUIRE_ALL"):
        pytest.fail(why)
    if not there:
        pytest.skip(why)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
