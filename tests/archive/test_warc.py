"""Archives whole, odd and broken: what is asked for comes back as recorded, or not at all."""

import base64
import gzip
import hashlib
import io
import zlib
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newscrawl.archive.replay import recorded_today
from newscrawl.archive.warc import Archive, dechunk, is_encoded
from newscrawl.archive.writer import write_exchange

DAY = datetime(2024, 9, 14, 8, 15, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]
PAGES = [(f"https://example.org/{name}", f"<p>Tin tức {name}</p>".encode()) for name in ("a", "b", "c")]


def exchange(url="https://example.org/a", body=b"<p>a</p>", *, day=DAY, headers=HTML, zipped=False, **more):
    file = io.BytesIO()
    write_exchange(file, url=url, body=body, headers=headers, date=day, gzip=zipped, **more)
    return file.getvalue()


def record(kind, url, block, *fields, day="2024-09-14T08:15:00Z", zipped=False):
    """A record by hand, without digests, as other tools may write it."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {day}",
        f"Content-Length: {len(block)}",
        *fields,
    ]
    data = "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"
    return gzip.compress(data, mtime=0) if zipped else data


def http(body, *headers, status="200 OK"):
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


class Writes(list):
    """A file that remembers each write."""

    write = list.append


@pytest.fixture
def archive(tmp_path):
    """Open the bytes given as an archive."""

    def opened(*parts, name="a.warc"):
        path = tmp_path / name
        path.write_bytes(b"".join(parts))
        return Archive.open(path)

    return opened


# Whole archives


@pytest.mark.parametrize("zipped", [True, False])
def test_gives_back_what_was_written(archive, zipped):
    headers = [*HTML, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Section", "Thế giới")]
    found = archive(*(exchange(url, body, headers=headers, zipped=zipped) for url, body in PAGES))

    assert list(found.addresses()) == [url for url, _ in PAGES]
    assert (len(found), found.damaged, found.truncated, found.newest) == (3, 0, 0, {"example.org": DAY})
    for url, body in PAGES:
        recorded = found.get(url)
        assert (recorded.url, recorded.status, recorded.headers, recorded.body) == (url, 200, headers, body)
        assert (recorded.fetched_at, recorded.truncated) == (DAY, False)
    assert found.get("https://example.org/d") is None
    assert found.get(PAGES[0][0], "HEAD") is None


def test_same_arguments_give_the_same_bytes():
    assert exchange(zipped=True) == exchange(zipped=True)
    assert exchange() != exchange(day=DAY + timedelta(microseconds=1))
    assert exchange(method="POST", request_body=b"1") != exchange(method="POST", request_body=b"2")


def test_date_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        exchange(day=datetime(2024, 9, 14))


def test_a_record_is_written_at_once():
    writes = Writes()
    write_exchange(writes, url="https://example.org/", body=b"x", date=DAY)
    assert len(writes) == 2


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_file_in_one_gzip_member(archive, zipped):
    whole = b"".join(exchange(url, body) for url, body in PAGES)
    found = archive(gzip.compress(whole) if zipped else whole, name="a.warc.gz")
    assert [found.get(url).body for url, _ in PAGES] == [body for _, body in PAGES]


def test_folder_and_glob(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "one.warc").write_bytes(exchange("https://example.org/1"))
    (tmp_path / "deep" / "two.warc.gz").write_bytes(exchange("https://example.org/2", zipped=True))
    (tmp_path / "notes.txt").write_bytes(b"no archive")
    assert len(Archive.open(tmp_path)) == 2
    assert len(Archive.open(str(tmp_path / "*.warc"))) == 1
    assert len(Archive.open(f"{tmp_path}/**/*")) == 2
    assert Archive.open(tmp_path).damaged == 0
    monkeypatch.chdir(tmp_path)
    assert len(Archive.open("deep/*.gz")) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [("", "no .warc or .warc.gz file in "), ("/a.warc", "no archive at "), ("/*.warc", "no archive at ")],
)
def test_nothing_there_is_one_clear_line(tmp_path, path, message):
    with pytest.raises(ValueError, match=message) as error:
        Archive.open(f"{tmp_path}{path}")
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_file_that_cannot_be_read_is_one_clear_line(tmp_path, monkeypatch):
    path = tmp_path / "a.warc"
    path.touch()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ValueError, match=r"a\.warc: Permission denied$"):
        Archive.open(path)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_empty_file_is_an_empty_archive(archive, name):
    found = archive(name=name)
    assert (len(found), found.damaged, found.truncated, found.newest) == (0, 0, 0, {})


def test_day_of_the_latest_answer(tmp_path):
    path = tmp_path / "a.warc"
    late = datetime.fromisoformat("2024-09-15T23:30:00-05:00")
    path.write_bytes(exchange(day=late) + exchange("https://example.org/b"))
    assert recorded_today(path, ["other.org", "example.org"]) == date(2024, 9, 16)
    empty = tmp_path / "empty.warc"
    empty.touch()
    assert recorded_today(empty, ["example.org"]) is None


# Which answer


@pytest.mark.parametrize(
    "asked",
    [
        "http://example.org/a?x=1&y=2",
        "https://EXAMPLE.org/a?x=1&y=2",
        "https://example.org:443/a?x=1&y=2",
        "https://example.org/a?y=2&x=1#comments",
    ],
)
def test_other_spellings_of_an_address(archive, asked):
    assert archive(exchange("https://example.org/a?x=1&y=2")).get(asked).url == "https://example.org/a?x=1&y=2"


@pytest.mark.parametrize(
    "asked",
    ["https://example.org:8443/a", "https://www.example.org/a", "https://example.org/A", "https://[/"],
)
def test_other_addresses(archive, asked):
    assert archive(exchange("https://example.org/a")).get(asked) is None


def test_address_that_cannot_be_parsed_is_found_as_it_is(archive):
    assert archive(record("response", "https://[bad/", http(b"x"))).get("https://[bad/").body == b"x"


def test_exact_address_goes_first(archive):
    found = archive(exchange("http://example.org/a", b"plain"), exchange("https://example.org/a", b"secure"))
    assert (found.get("http://example.org/a").body, found.get("https://example.org/a").body) == (
        b"plain",
        b"secure",
    )


def test_redirect_to_the_very_address_asked_for_is_no_answer(archive):
    to_https = exchange("http://example.org/a", b"", status=301, headers=[("Location", "https://example.org/a")])
    assert archive(to_https).get("https://example.org/a") is None
    assert archive(to_https).get("http://example.org/a").status == 301
    assert archive(to_https).get("http://example.org:80/a").status == 301


def test_page_goes_before_redirect_among_spellings(archive):
    later = DAY + timedelta(hours=1)
    page = exchange("https://example.org/a")
    moved = exchange("http://example.org/a", b"", day=later, status=301, headers=[("Location", "/b")])
    assert archive(page, moved).get("http://EXAMPLE.org/a").status == 200


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        ((200, b"old"), (200, b"new"), b"new"),
        ((200, b"old"), (503, b"new"), b"old"),
        ((200, b"old"), (304, b""), b"old"),
        ((404, b"old"), (200, b"new"), b"new"),
        ((404, b"old"), (500, b"new"), b"new"),
        ((200, b"old"), (302, b"new"), b"new"),
    ],
)
def test_latest_answer_counts_but_no_error_hides_a_page(archive, first, later, expected):
    parts = [
        exchange(body=body, status=status, day=DAY + timedelta(hours=hours))
        for hours, (status, body) in enumerate((first, later))
    ]
    assert archive(*parts).get("https://example.org/a").body == expected
    assert archive(*reversed(parts)).get("https://example.org/a").body == expected


@pytest.mark.parametrize("zipped", [True, False])
def test_post_is_told_apart_by_its_body(archive, zipped):
    url = "https://example.org/api"
    found = archive(
        *(exchange(url, b"page " + page, method="POST", request_body=page, zipped=zipped) for page in (b"1", b"2"))
    )
    assert found.get(url, "POST", b"1").body == b"page 1"
    assert found.get("http://example.org/api#x", "post", b"2").body == b"page 2"
    assert found.get(url, "POST", b"3") is None
    assert found.get(url, "PUT", b"1") is None
    assert found.get(url) is None
    assert len(found) == 1


@pytest.mark.parametrize("named_in", ["request", "response"])
@pytest.mark.parametrize("first", ["request", "response"])
def test_post_tied_in_either_order_and_direction(archive, named_in, first):
    url = "https://example.org/api"
    ids = {"request": "WARC-Record-ID: <urn:q>", "response": "WARC-Record-ID: <urn:r>"}
    ties = {"request": "WARC-Concurrent-To: <urn:r>", "response": "WARC-Concurrent-To: <urn:q>"}
    blocks = {"request": b"POST /api HTTP/1.1\r\nHost: example.org\r\n\r\nq=1", "response": http(b"found")}
    parts = {
        kind: record(kind, url, blocks[kind], ids[kind], *([ties[kind]] if kind == named_in else [])) for kind in blocks
    }
    found = archive(parts.pop(first), *parts.values())
    assert found.get(url, "POST", b"q=1").body == b"found"
    assert found.get(url) is None


def test_records_that_are_no_answers(archive):
    found = archive(
        record("warcinfo", "", b"software: x"),
        record("response", "dns:example.org", b"192.0.2.1"),
        record("metadata", "https://example.org/a", b"x: y"),
        record("resource", "https://example.org/img", b"\x89PNG", "Content-Type: image/png"),
    )
    assert (list(found.addresses()), found.damaged) == (["https://example.org/img"], 0)
    assert found.get("https://example.org/img").headers == [("Content-Type", "image/png")]


# Revisits


@pytest.mark.parametrize(
    "refers",
    [
        ["WARC-Refers-To: <urn:first>"],
        ["WARC-Refers-To-Target-URI: https://example.org/a", "WARC-Refers-To-Date: 2024-09-14T08:15:00Z"],
        [f"WARC-Payload-Digest: {sha1(b'<p>a</p>')}"],
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_revisit_has_the_body_of_what_it_refers_to(archive, refers, is_first):
    original = record(
        "response",
        "https://example.org/a",
        http(b"<p>a</p>", "Content-Type: text/html", "X-Visit: 1"),
        "WARC-Record-ID: <urn:first>",
        f"WARC-Payload-Digest: {sha1(b'<p>a</p>')}",
    )
    again = record(
        "revisit",
        "https://example.org/b",
        http(b"", "X-Visit: 2", status="203 Other"),
        *refers,
        day="2024-09-20T00:00:00Z",
    )
    found = archive(*((again, original) if is_first else (original, again)))
    recorded = found.get("https://example.org/b")
    assert (recorded.body, recorded.headers, recorded.status) == (b"<p>a</p>", [("X-Visit", "2")], 203)
    assert recorded.fetched_at == found.newest["example.org"] == datetime(2024, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize("block", [b"", http(b"", "X-Visit: 2", status="304 Not Modified")])
def test_revisit_without_an_answer_of_its_own(archive, block):
    found = archive(
        exchange(),
        record(
            "revisit",
            "https://example.org/a",
            block,
            f"WARC-Payload-Digest: {sha1(b'<p>a</p>')}",
            day="2024-09-20T00:00:00Z",
        ),
    )
    recorded = found.get("https://example.org/a")
    assert (recorded.body, recorded.headers, recorded.status) == (b"<p>a</p>", HTML, 200)
    assert recorded.fetched_at.day == 20


def test_revisit_of_what_is_not_there(archive):
    found = archive(record("revisit", "https://example.org/a", b"", "WARC-Refers-To: <urn:lost>"))
    assert (found.get("https://example.org/a"), len(found), found.newest) == (None, 0, {})


# Transfer


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n", b"Wikipedia"),
        (b"4\nWiki\n0\n\n", b"Wiki"),
        (b"4\r\nWiki\r\nA\r\npedi", b"Wikipedi"),
        (b"0\r\n\r\n", b""),
        (b"<p>not chunked</p>", b"<p>not chunked</p>"),
        (b"", b""),
    ],
)
def test_chunks(archive, data, body):
    assert dechunk(data) == body
    headers = [("transfer-encoding", "Chunked"), ("X-Kept", "1")]
    recorded = archive(exchange(body=data, headers=headers)).get("https://example.org/a")
    assert (recorded.body, recorded.headers) == (body, [("X-Kept", "1")])


@given(st.binary(), st.integers(1, 9))
def test_joins_any_chunks(body, size):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    assert dechunk(b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n") == body


@pytest.mark.parametrize(
    ("encoding", "body", "is_kept"),
    [
        ("gzip", gzip.compress(b"<p>", mtime=0), True),
        ("GZIP", gzip.compress(b"<p>", mtime=0), True),
        ("gzip", b"<p>", False),
        ("gzip", b"", False),
        ("deflate", zlib.compress(b"<p>"), True),
        ("deflate", zlib.compress(b"<p>", wbits=-15), True),
        ("deflate", b"<!DOCTYPE html>", False),
        ("br", b"\x0b\x01\x80<p>\x03", True),
        ("br", b"<!DOCTYPE html>", False),
        ("zstd", b"<!DOCTYPE html>", False),
        ("identity", b"<p>", True),
    ],
)
def test_false_content_encoding_is_dropped(archive, encoding, body, is_kept):
    headers = [*HTML, ("Content-Encoding", encoding)]
    recorded = archive(exchange(body=body, headers=headers)).get("https://example.org/a")
    assert (recorded.body, recorded.headers) == (body, headers if is_kept else HTML)


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary())
def test_any_body_may_claim_to_be_encoded(encoding, body):
    assert is_encoded(body, encoding) in (True, False)


# Damage


def test_truncated_record_is_kept_and_marked(archive):
    found = archive(exchange(truncated="length"))
    assert found.get("https://example.org/a").truncated
    assert (found.truncated, found.damaged) == (0, 0)


@pytest.mark.parametrize("name", ["Block", "Payload"])
@pytest.mark.parametrize("spell", [sha1, lambda data: "sha1:" + hashlib.sha1(data).hexdigest()])
def test_digests(archive, name, spell):
    def page(path, body, stated):
        covered = stated if name == "Payload" else http(stated)
        return record("response", f"https://x.org/{path}", http(body), f"WARC-{name}-Digest: {spell(covered)}")

    found = archive(page("good", b"one", b"one"), page("bad", b"two", b"TWO"), page("last", b"3", b"3"))
    assert list(found.addresses()) == ["https://x.org/good", "https://x.org/last"]
    assert (found.damaged, found.truncated) == (1, 0)


def test_payload_digest_of_the_joined_chunks(archive):
    block = http(b"3\r\none\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
    found = archive(record("response", "https://x.org/", block, f"WARC-Payload-Digest: {sha1(b'one')}"))
    assert found.get("https://x.org/").body == b"one"


def test_digest_of_an_unknown_kind_is_not_checked(archive):
    found = archive(record("response", "https://x.org/", http(b"one"), "WARC-Block-Digest: blake9:abc"))
    assert found.damaged == 0
    assert found.get("https://x.org/").body == b"one"


@pytest.mark.parametrize(
    "broken",
    [
        record("response", "https://x.org/", b"no http at all"),
        record("response", "https://x.org/", b""),
        record("response", "https://x.org/", http(b"", status="2000 OK")),
        record("response", "https://x.org/", http(b"x"), day="yesterday"),
        record("response", "https://x.org/", http(b"x"), day="0001-01-01T00:00:00+10:00"),
        record("response", "https://x.org/", http(b"x")).replace(b"Content-Length", b"Content-Breadth"),
        record("response", "https://x.org/", http(b"x")).replace(b"Length: ", b"Length: 9999"),
        record("response", "https://x.org/", http(b"x")).replace(b"Length: ", b"Length: 999999999999"),
        record("response", "https://x.org/", http(b"some text")).replace(b"Length: 2", b"Length: 2 "),
        record("response", "https://x.org/", http(b"x" * 100)).replace(b"Length: 119", b"Length: 50"),
        record("response", "https://x.org/", http(b"x"), "X: " + "y" * 70_000),
        b"garbage\r\n\r\nmore of it",
        b"\x00" * 1000,
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_broken_record_is_counted_and_passed_over(archive, broken, zipped):
    before, after = (exchange(url, body, zipped=zipped) for url, body in PAGES[:2])
    found = archive(before, gzip.compress(broken) if zipped else broken, after)
    assert [found.get(url).body for url, _ in PAGES[:2]] == [body for _, body in PAGES[:2]]
    assert (len(found), found.damaged, found.truncated) == (2, 1, 0)


@pytest.mark.parametrize("place", [0, 30, 100, -1])
def test_reading_goes_on_after_a_broken_gzip_member(archive, place):
    before, broken, after = (bytearray(exchange(url, body, zipped=True)) for url, body in PAGES)
    start = broken.rindex(b"\x1f\x8b\x08")
    broken[start + place if place >= 0 else place] ^= 0xFF
    found = archive(before, broken, after, name="a.warc.gz")
    assert list(found.addresses()) == [PAGES[0][0], PAGES[2][0]]
    assert (found.damaged, found.truncated) == (1, 0)


def test_garbage_between_gzip_members(archive):
    first, second = (exchange(url, body, zipped=True) for url, body in PAGES[:2])
    found = archive(b"\x1f\x8bgarbage", first, b"\x1f\x8b\x08garbage", second, b"\x00\x00", name="a.warc.gz")
    assert len(found) == 2
    assert (found.damaged, found.truncated) == (3, 0)


def test_file_that_went_bad_after_it_was_indexed(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(exchange(zipped=True))
    found = Archive.open(path)
    path.write_bytes(b"\x00" * 2000)
    assert found.get("https://example.org/a") is None


WHOLE = {
    zipped: [exchange(url, body, zipped=zipped) for url, body in PAGES]
    + [
        exchange(
            "https://example.org/chunked",
            b"3\r\none\r\n0\r\n\r\n",
            headers=[("Transfer-Encoding", "chunked")],
        )
    ]
    for zipped in (True, False)
}


@pytest.mark.slow
@pytest.mark.parametrize("zipped", [True, False])
def test_cut_at_every_byte(tmp_path, zipped):
    """What is whole answers, wherever the file ends; a record that is not whole is counted as cut."""
    written = Writes()
    for url, body in PAGES[:2]:
        write_exchange(written, url=url, body=body, date=DAY, gzip=zipped)
    data = b"".join(written)
    ends = list(accumulate(map(len, written)))
    blank = 0 if zipped else 4  # the line ends after a record say nothing
    path = tmp_path / ("cut.warc.gz" if zipped else "cut.warc")
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        found = Archive.open(path)
        answers = [found.get(url) for url, _ in PAGES[:2]]
        expected = [body if size >= end - blank else None for (_, body), end in zip(PAGES, ends[1::2], strict=False)]
        assert [answer and answer.body for answer in answers] == expected, size
        is_whole = size == 0 or any(end - blank <= size <= end for end in ends)
        assert (found.damaged, found.truncated) == (0, 0 if is_whole else 1), size


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zipped=st.booleans(),
    end=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4),
)
@example(zipped=True, end=0.5, flips=[(0.0, 1)])
def test_no_damage_raises_or_alters_an_answer(tmp_path, zipped, end, flips):
    whole = b"".join(WHOLE[zipped])
    data = bytearray(whole[: int(len(whole) * end)])
    for place, mask in flips:
        if data:
            data[int(len(data) * place)] ^= mask
    path = tmp_path / ("flipped.warc.gz" if zipped else "flipped.warc")
    path.write_bytes(data)
    found = Archive.open(path)

    bodies = {*(body for _, body in PAGES), b"one", b"3\r\none\r\n0\r\n\r\n"}
    for url in found.addresses():
        # An address or a method may be damaged itself; what answers is what was recorded.
        if recorded := found.get(url):
            assert recorded.body in bodies or not found.damaged
    touched = min((int(len(data) * place) for place, _ in flips), default=len(data))
    sound = 0
    for (url, body), part in zip(PAGES, WHOLE[zipped], strict=False):
        sound += len(part)
        if sound <= min(touched, len(data)):
            assert found.get(url).body == body


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.binary(max_size=60),
    block=st.binary(max_size=60),
    kind=st.sampled_from(["response", "request", "revisit"]),
)
def test_any_record_content(tmp_path, head, block, kind):
    path = tmp_path / "odd.warc"
    odd = record(kind, "https://example.org/x", http(block).replace(b"200 OK", head), "X: y")
    path.write_bytes(odd.replace(b"X: y", head) + exchange())
    found = Archive.open(path)
    found.get("https://example.org/x")
