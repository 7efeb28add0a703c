"""No bytes break an entry point, and none take longer than two seconds: fuzz, and every crash it found.

A failure of ``test_any_input`` prints the input; ``python -m tests.faults.fuzz`` looks for as long as one likes.
"""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.crawl.listings import NotAListing, read_section
from newscrawl.items import Reject
from tests.faults import fuzz
from tests.faults.fuzz import CORPUS, ENTRIES, KINDS, Edit, TooSlow, mutate, run, save

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("FUZZ_SEED", "0"))
"""0: the same inputs in every run, as CI needs; another number: others."""
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
LONG = 100_000
TEXT = b"A sentence that is long enough to count as a paragraph of text. "

EDITS = st.lists(
    st.builds(Edit, st.sampled_from(KINDS[:-1]), st.integers(0, 65535), st.integers(0, 65535), st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)


def of(entry: fuzz.Entry) -> st.SearchStrategy[bytes]:
    """Fragments of all kinds joined, saved inputs changed, and one fragment or two very often."""
    pieces = st.sampled_from(entry.fragments)
    joined = st.lists(st.one_of(pieces, pieces, st.binary(max_size=4)), max_size=30).map(b"".join)
    seeds = st.sampled_from(entry.seeds())
    many = st.builds(Edit, st.just("many"), st.integers(0, 65535), st.integers(0, 65535), pieces)
    return st.one_of(
        joined, joined, st.builds(mutate, seeds, EDITS), st.builds(mutate, seeds, many.map(lambda edit: [edit]))
    )


@pytest.mark.parametrize("name", ENTRIES)
def test_any_input(name: str) -> None:
    """The limit is of processor time (``LIMIT``), so Hypothesis' deadline, of the wall's clock, is not used."""

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=not SEED, database=None, print_blob=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(of(ENTRIES[name]))
    def check(data: bytes) -> None:
        run(name, data)

    if SEED:
        print(f"FUZZ_SEED={SEED}")
        random.seed(SEED)
        from hypothesis import seed

        check = seed(SEED)(check)
    run(name, ENTRIES[name].seeds()[0])  # what is built once is not counted against an input
    check()


def _jsonld(**fields: object) -> bytes:
    return json.dumps({"@type": "NewsArticle", "headline": "X", **fields}).encode()


def _line(**fields: object) -> bytes:
    return json.dumps(json.loads(fuzz._saved_lines()[1].split(b"\n")[0]) | fields).encode() + b"\n"


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    # crashes
    "noncharacter_of_a_higher_plane": ("text", lambda: "A sentence of words \U0001ffff. ".encode() * 20),
    "title_as_long_as_the_page": ("page_generic", lambda: b"<title>" + b"The bridge again. " * 8000 + b"</title><div>"
                                  + b"".join(b"<p>A line of text, number %d.</p>" % n for n in range(4500))),
    "figure_of_ten_thousand_lines": ("page_mastercms", lambda: b"<h1>T</h1><div class=__MASTERCMS_CONTENT>" + TEXT * 9 + b"<figure><img src='/a.jpg'>"
                                     + b"".join(b"<p>A line, number %d.</p>" % n for n in range(10_000))),
    "host_with_an_empty_label": ("urls", lambda: "https://báo..vn/co-gi-286239.html".encode()),
    "source_at_no_host": ("page_republished", lambda: "<h1>Title</h1><p>Báo Quốc TếBáo Quốc Tế14/09/2024</p>".encode() + TEXT * 9
                          + "<p>Nguồn: https://báo..vn/co-gi-286239.html</p><p>Kommentar (0)</p>".encode()),
    "host_of_dots": ("urls", lambda: b"http://./"),
    "surrogate_in_a_query": ("urls", lambda: b"https://a.vn/?x=\xff&utm_source=y"),
    "line_separator_in_a_picture": ("page_mastercms", lambda: "<h1>T</h1><div class=article><img src='https://a.vn/a\u2028b.jpg'>".encode() + TEXT * 9),
    "amp_twice": ("urls", lambda: b"https://a.vn/amp/amp/x"),
    "amp_escaped": ("urls", lambda: b"https://a.vn/%61mp/x.html"),
    "amp_glued_and_wide": ("urls", lambda: "https://a.vn/x.html&mobile=yes&amp=。".encode()),
    "dateline_of_superscripts": ("dates", lambda: "Abc, 5 ²²²".encode()),
    "kelvin_in_a_language": ("text", lambda: "ſv".encode()),
    "nul_in_a_file_name": ("arguments", lambda: b"urls=@\x00"),
    "entities_in_entities": ("text", lambda: b"&" + b"amp;" * 200 + b"lt;"),
    "decimal_entities_in_entities": ("text", lambda: b"&#38;" + b"#38;" * 200 + b"lt;"),
    "feed_tail_of_brackets": ("feed_lines", lambda: b"[" * LONG),
    "feed_line_of_brackets": ("feed_lines", lambda: b"[" * LONG + b"\n"),
    "feed_revision_null": ("feed_lines", lambda: _line(revision=None) + _line()),
    "feed_revision_huge": ("feed_lines", lambda: _line(revision=9**30) + _line()),
    "story_line_of_brackets": ("stories", lambda: b"[" * LONG + b"\n"),
    "story_id_a_list": ("stories", lambda: _line(id=["x"]) + _line()),
    "story_surrogate": ("stories", lambda: _line(title="\ud800") + _line()),
    "story_day_none": ("stories", lambda: _line(published_on="2024-02-30") + _line(id="0" * 20, published_on="x")),
    "story_status_unknown": ("stories", lambda: _line(source_url_status="damaged", source_url="https://a.vn/1")),
    "story_crawled_never": ("stories", lambda: _line(crawled_at=None) + _line(id="0" * 20, crawled_at=None)),
    # hangs
    "digits_in_a_row": ("text", lambda: b"9" * LONG),
    "marks_on_one_letter": ("text", lambda: ("a" + "\u0301\u0323" * (LONG // 2)).encode()),
    "spaces_in_keywords": ("page_generic", lambda: b"<meta name=keywords content='a" + b" " * LONG + b"b'><h1>x</h1>"),
    "spaces_in_jsonld_keywords": ("jsonld", lambda: _jsonld(keywords="a" + " " * LONG + "b")),
    "spaces_in_jsonld_body": ("jsonld", lambda: _jsonld(articleBody="a" + " " * LONG + "b")),
    "attributes_in_jsonld_body": ("jsonld", lambda: _jsonld(articleBody=f"<p {' '.join(f'a{n}=1' for n in range(40_000))}>x")),
    "attributes_in_a_section": ("section", lambda: b"<a " + b" ".join(b"a%d=1" % n for n in range(40_000)) + b">x"),
    "entries_in_entries": ("section", lambda: b"<ul>" + b"<a class=next href='?p=2'><li><br>" * 11_000),
    "links_in_quotes_in_links": ("page_generic", lambda: b"<blockquote><a>" * 900 + TEXT * 4000),
    "dates_in_dates": ("page_generic", lambda: b"<div class=date>" * 1500 + TEXT * 4000),
    "titles_in_titles": ("page_mastercms", lambda: b"<h1>" + (b"<h1>" + TEXT) * 4000),
    "links_in_links": ("feed", lambda: b"<rss><channel>" + b"<link><item>" * 25_000),
    "twenty_thousand_pictures": ("page_generic", lambda: b"<article><p>" + TEXT * 9 + b"".join(b"<img src=%d.jpg>" % n for n in range(20_000))),
    "photo_ordinal_of_spaces": ("source_labels", lambda: "x\u2028\x1f".encode() * 40_000),
    "records_that_only_begin": ("warc", lambda: b"WARC/1.0\r\n" * 40_000),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_once_broke_it(case: str) -> None:
    name, make = CASES[case]
    run(name, ENTRIES[name].seeds()[0])
    run(name, make())


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.bin")), ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    name = path.stem.rpartition("-")[0]
    run(name, ENTRIES[name].seeds()[0])
    run(name, path.read_bytes())


def test_saved_inputs_are_read() -> None:
    """The entry points take what is right: otherwise the fuzz would only ever see the first refusal."""
    for name, entry in ENTRIES.items():
        for data in entry.seeds()[:3]:
            entry.run(data)
        assert all(len(seed) <= fuzz.LONGEST for seed in entry.seeds()), name


def test_the_limit_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "LIMIT", -1.0)
    with pytest.raises(TooSlow):
        run("dates", b"2024-09-14")


def test_undocumented_errors_come_through(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(data: bytes) -> None:
        raise Reject("no_title") if data == b"documented" else KeyError("x")

    monkeypatch.setitem(ENTRIES, "dates", fuzz.Entry(broken, (b"x",), documented=(Reject,)))
    monkeypatch.setattr(fuzz, "CORPUS", tmp_path / "corpus")
    run("dates", b"documented")
    with pytest.raises(KeyError):
        run("dates", b"x")
    assert fuzz.main(0.0, ["dates"]) == 1
    assert len(list((tmp_path / "corpus").iterdir())) == 1
    assert save("dates", b"y").read_bytes() == b"y"


def test_edits() -> None:
    whole = b"0123456789"
    half = 1 << 15
    assert mutate(whole, [Edit("put", half, 0, b"ab")]) == b"01234ab56789"
    assert mutate(whole, [Edit("cut", half, 16384, b"")]) == b"0123489"
    assert mutate(whole, [Edit("flip", half, 1, b"")]) == b"0123446789"
    assert mutate(whole, [Edit("copy", half, 0, b"")]) == b"01234556789"
    assert mutate(whole, [Edit("end", half, 0, b"!")]) == b"01234!"
    assert mutate(whole, [Edit("many", half, 12, b"ab")]) == b"01234ababab56789"
    assert len(mutate(whole, [Edit("many", 0, 65535, b"x" * 1000)])) <= fuzz.LONGEST


def test_a_section_of_attributes_is_no_listing() -> None:
    body = CASES["attributes_in_a_section"][1]()
    with pytest.raises(NotAListing, match="a tag too long"):
        read_section(body, "https://a.vn/", link="a", next_page=None, day=None, entry=None, dates=fuzz.FACTS[0])
