"""Whatever the bytes are: a document, or a reject with its reason; never a crash or a hang."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newscrawl.items import REASONS, Reject
from newscrawl.page.document import MAX_ATTRIBUTES, MAX_BYTES, decode, read_document

URL = "https://ria.ru/20240913/x-1972523117.html"


def text_of(body: bytes, content_type: str | None = None) -> str:
    return "".join(read_document(URL, body, content_type).root.itertext("*"))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Мост закрыт</p>".encode(), "text/html; charset=windows-1251"),  # declared wrongly
        ("<p>Мост закрыт</p>".encode("cp1251"), "text/html; charset=windows-1251"),
        ('<meta charset="windows-1251"><p>Мост закрыт</p>'.encode("cp1251"), "text/html"),
        ('<meta charset="utf-8"><p>Мост закрыт</p>'.encode("cp1251"), "text/html; charset=windows-1251"),
        ('<meta charset="utf-16"><p>Мост закрыт</p>'.encode(), None),
        (b"\xef\xbb\xbf" + "<p>Мост закрыт</p>".encode(), "text/html; charset=latin-1"),
        ("<p>Мост закрыт</p>".encode("utf-16"), "text/html"),
        ("<p>Мост\x00 закрыт</p>".encode(), "text/html; charset=no-such-charset"),
    ],
)
def test_charset_is_found_out(body: bytes, content_type: str | None) -> None:
    assert text_of(body, content_type).strip() == "Мост закрыт"


def test_single_damaged_bytes_do_not_change_the_charset() -> None:
    body = ("<p>" + "Мост закрыт до лета. " * 20 + "</p>").encode() + b"\xff"
    assert "Мост закрыт" in text_of(body)
    assert "\ufffd" in text_of(body)


def test_lone_surrogate_is_replaced() -> None:
    assert "\ud83d" not in text_of(b"<p>a \xed\xa0\xbd b</p>" + "<p>Мост</p>".encode() * 50)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"x" * (MAX_BYTES + 1), "page_too_large"),
        (b"<html><body " + b"a='>' " * MAX_ATTRIBUTES * 3 + b"></body>", "markup_too_heavy"),
        (b"\x89PNG\r\n" + b"\x00\x01\x02" * 400, "not_text"),
        (b"", "unreadable"),
        (b"   ", "unreadable"),
        (b"<!-- nothing -->", "unreadable"),
        (b"<xsync></xsync>", "unreadable"),
        (b"<?xml version='1.0'?><xsync><datas><", "unreadable"),
    ],
)
def test_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Reject) as refused:
        read_document(URL, body)
    assert refused.value.reason == reason


def test_long_scripts_and_data_are_no_heavy_tags() -> None:
    script = b"<script>if (a<b) { " + b"c = 1; " * 40_000 + b"}</script>"
    picture = b"<img src='data:image/png;base64," + b"A/b=" * 40_000 + b"'>"
    assert "text" in text_of(script + picture + b"<!-- <a " + b"b " * 40_000 + b"--><p>text</p>")


def test_nested_too_deep_is_told() -> None:
    document = read_document(URL, b"<p>before</p>" + b"<div>" * 50_000 + b"<p>deep</p>")
    assert document.truncated
    assert "before" in "".join(document.root.itertext())
    assert not read_document(URL, b"<div>" * 1000 + b"deep").truncated


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 50_000 + b"<p>deep</p>",
        b"<p>" + b"long " * 1_000_000 + b"</p>",
        b"<table>" * 3000 + b"x",
        b"<a<b<c<d></p></html><html><body>y",
        b"<p>\x00\x01\x02 z",
        b"plain words without markup",
    ],
)  # fmt: skip
def test_parsed(body: bytes) -> None:
    assert isinstance(read_document(URL, body).root, etree._Element)


@given(st.binary(max_size=400))
def test_any_bytes_end_well(body: bytes) -> None:
    try:
        document = read_document(URL, body)
    except Reject as refused:
        assert refused.reason in REASONS
    else:
        "".join(document.root.itertext("*")).encode()


@given(st.text(max_size=60), st.sampled_from(["utf-8", "cp1251", "cp1258", "shift_jis", "gb18030", "euc_kr", "utf-16"]))
def test_decoding_gives_utf8(text: str, codec: str) -> None:
    try:
        decode(text.encode(codec, "replace"), f"text/html; charset={codec}").decode("utf-8")
    except Reject as refused:
        assert refused.reason == "not_text"


def test_old_xml_becomes_html_with_names_as_classes() -> None:
    xml = b"""<?xml version="1.0" encoding="UTF-8"?><xsync><datas><data><articleCode><![CDATA[AR1]]></articleCode>
    <mainTitle><![CDATA[A Fair <b>Opens</b>]]></mainTitle><content><![CDATA[One.<br>Two.]]></content></data></datas></xsync>"""
    root = read_document("http://www.kcna.kp/x.kcmsf", xml, "text/xml").root
    assert "".join(root.find(".//div[@class='mainTitle']").itertext()) == "A Fair Opens"
    assert root.find(".//div[@class='content']/br") is not None
