"""S3 and SFTP, each a real server on loopback: stored, out of reach, cut in the middle, the wrong key."""

import gzip
import json
import re
import shutil
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generated import DAY, ria_archive
from tests.servers import S3Server, Server, SftpServer, Wire
from tests.support import ROOT, scrapy

pytestmark = pytest.mark.slow
PAGES = 60


class Elsewhere(ABC):
    """A server, and how a crawl names it."""

    server: Server

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = self.server.port
        """Where crawls look for it: the server's own, or a wire's."""

    @abstractmethod
    def address(self, name: str) -> str: ...
    @abstractmethod
    def files(self) -> dict[str, bytes]: ...
    @abstractmethod
    def settings(self) -> dict[str, object]: ...
    @abstractmethod
    def environment(self, *, wrong: bool = False) -> dict[str, str]: ...


class OnS3(Elsewhere):
    server: S3Server

    def address(self, name: str) -> str:
        return f"s3://news/{self.folder.name}/{name}"

    def files(self) -> dict[str, bytes]:
        return {key: data for key, data in self.server.objects().items() if key.startswith(f"{self.folder.name}/")}

    def settings(self) -> dict[str, object]:
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}"}

    def environment(self, *, wrong: bool = False) -> dict[str, str]:
        quick = {"AWS_MAX_ATTEMPTS": "2"}
        return self.server.keys | quick | ({"AWS_SECRET_ACCESS_KEY": "wrong"} if wrong else {})


class OnSftp(Elsewhere):
    server: SftpServer

    def address(self, name: str) -> str:
        return f"sftp://{self.server.user}@127.0.0.1:{self.port}{self.folder}/there/{name}"

    def files(self) -> dict[str, bytes]:
        found = (self.folder / "there").rglob("*.jsonl*")
        return {path.name: path.read_bytes() for path in found if not path.name.endswith(".part")}

    def settings(self) -> dict[str, object]:
        return {}

    def environment(self, *, wrong: bool = False) -> dict[str, str]:
        self.server.trust(port=self.port)
        return {"HOME": str(self.folder if wrong else self.server.home)}


@pytest.fixture(scope="module", params=["s3", "sftp"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kind = {"s3": S3Server, "sftp": SftpServer}[request.param]
    with kind(tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def there(server: Server, tmp_path: Path) -> Elsewhere:
    kind: type[Elsewhere] = OnS3 if isinstance(server, S3Server) else OnSftp
    kind.server = server
    return kind(tmp_path)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("generated") / "ria.warc.gz"
    return path, ria_archive(path, PAGES)


def crawled(there: Elsewhere, archive: Path, *, output: str = "-o", name: str = "%(name)s/%(run)s.jsonl.gz",
            wrong: bool = False, **more: object):  # type: ignore[no-untyped-def]  # fmt: skip
    days = ("-a", f"since={DAY}", "-a", f"until={DAY}")
    settings = {"REPLAY_FROM": archive, **there.settings(), **more}
    done = scrapy("crawl", "ria", *days, output, there.address(name), cwd=there.folder, check=False,
                  settings=settings, environment=there.environment(wrong=wrong))  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_no_job_leads_out_of_the_folder(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    path, urls = archive
    days = ("-a", f"since={DAY}", "-a", f"until={DAY}")
    done = scrapy("crawl", "ria", *days, "-a", "_job=../../escaped", "-o", there.address("%(_job)s.jsonl"), cwd=there.folder,
                  settings={"REPLAY_FROM": path, **there.settings()}, environment=there.environment())  # fmt: skip
    assert "1 stored" in done.stderr
    assert [Path(name).name for name in there.files()] == [".._.._escaped.jsonl"]
    assert lines_of(there.files()) == Counter(urls)


def lines_of(files: dict[str, bytes]) -> Counter[str]:
    packed = {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in files.items()}
    return Counter(json.loads(line)["url"] for data in packed.values() for line in data.splitlines())


def test_each_run_stores_what_it_added(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    path, urls = archive
    first = crawled(there, path)
    assert first.returncode == 0, first.stderr
    assert f"{PAGES} new" in first.stderr
    assert "1 stored" in first.stderr
    again = crawled(there, path)
    assert (again.returncode, "0 new" in again.stderr) == (0, True)
    assert len(there.files()) == 1
    assert lines_of(there.files()) == Counter(urls)
    other = crawled(there, path, name="%(run)s-%(batch_id)d.jsonl", FEED_EXPORT_BATCH_ITEM_COUNT=25)
    assert "3 stored" in other.stderr
    files = {name: data for name, data in there.files().items() if name.endswith(".jsonl")}
    assert sorted(data.count(b"\n") for data in files.values()) == [10, 25, 25]
    whole = crawled(there, path, name="whole.jsonl")
    assert whole.returncode == 0, whole.stderr
    assert lines_of({name: data for name, data in there.files().items() if "whole" in name}) == Counter(urls)


def test_out_of_reach_at_the_end(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    """Exit code 1, nothing lost; the same command again stores it, though nothing new is found."""
    path, urls = archive
    with Wire(there.port) as wire:
        there.port, up = wire.port, there.port
        wire.budget = 0
        failed = crawled(there, path)
        assert failed.returncode == 1
        assert "could not be stored" in failed.stderr
        assert there.files() == {}
        wire.budget = float("inf")
        done = crawled(there, path)
        there.port = up
    assert done.returncode == 0, done.stderr
    assert "0 new" in done.stderr
    assert "1 stored" in done.stderr
    assert lines_of(there.files()) == Counter(urls)


def test_cut_in_the_middle(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    """Whatever had come through when the wire was cut: every article is there once in the end, and no half file."""
    path, urls = archive
    with Wire(there.port) as wire:
        there.port, up = wire.port, there.port
        codes = []
        for budget in (6_000, 20_000, float("inf"), float("inf")):
            wire.budget = budget
            name = "%(run)s-%(batch_id)d.jsonl.gz"
            codes.append(crawled(there, path, name=name, FEED_EXPORT_BATCH_ITEM_COUNT=15).returncode)
            lines_of(there.files())
        there.port = up
    assert codes[0] == 1
    assert codes[2:] == [0, 0]
    assert lines_of(there.files()) == Counter(urls)
    assert all(count == 1 for count in lines_of(there.files()).values())


def test_the_wrong_key(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    path, urls = archive
    failed = crawled(there, path, wrong=True)
    assert failed.returncode == 1
    reasons = (
        "SignatureDoesNotMatch",
        "not found in known_hosts",
        "Authentication failed",
        "No authentication methods",
    )
    assert any(reason in failed.stderr for reason in reasons), failed.stderr
    assert crawled(there, path).returncode == 0
    assert lines_of(there.files()) == Counter(urls)


def test_a_user_without_keys_is_told_so(archive: tuple[Path, list[str]], there: Elsewhere) -> None:
    home = there.folder / ".ssh"
    home.mkdir()
    if isinstance(there, OnSftp):
        there.environment()
        shutil.copy(there.server.home / ".ssh" / "known_hosts", home)
    else:
        there.environment = lambda wrong=False: {}  # type: ignore[method-assign,assignment]
    failed = crawled(there, archive[0], wrong=True)
    assert failed.returncode == 1
    reasons = ("Unable to locate credentials", "Authentication failed", "No authentication methods")
    assert any(reason in failed.stderr for reason in reasons), failed.stderr


def test_what_waits_is_not_told_to_a_shared_store(
    there: Elsewhere, archive: tuple[Path, list[str]], request: pytest.FixtureRequest
) -> None:
    """With SEEN_STORE an article counts for the other machines once it is stored; until then the claim keeps them off."""
    redis = request.getfixturevalue("redis")
    path, urls = archive
    store = {"SEEN_STORE": redis.url, "SEEN_STORE_PREFIX": "w"}
    with Wire(there.port) as wire:
        there.port, up = wire.port, there.port
        wire.budget = 0
        assert crawled(there, path, **store).returncode == 1
        there.port = up
        other = type(there)(there.folder / "other")
        other.folder.mkdir()
        claimed = crawled(other, path, **store)
        assert f"claimed {PAGES}" in claimed.stderr, claimed.stderr
        with redis.client() as client:
            assert not list(client.scan_iter("w:seen:*"))
        there.port, wire.budget = wire.port, float("inf")
        assert crawled(there, path, **store).returncode == 0
        there.port = up
    assert f"{PAGES} already" in crawled(other, path, **store).stderr
    assert lines_of(there.files()) == Counter(urls)


def test_the_commands_of_the_page(there: Elsewhere, archive: tuple[Path, list[str]]) -> None:
    """As they stand in docs/feeds.md, but for the server's name."""
    page = (ROOT / "docs" / "feeds.md").read_text("utf-8")
    mine = "s3://news/" if isinstance(there, OnS3) else "sftp://me@files.example/in/"
    (name,) = re.findall(rf"^scrapy crawl ria -o '{re.escape(mine)}(.*)'$", page, re.MULTILINE)
    done = crawled(there, archive[0], name=name)
    assert done.returncode == 0, done.stderr
    assert lines_of(there.files()) == Counter(archive[1])
