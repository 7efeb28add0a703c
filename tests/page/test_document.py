"""Whatever the bytes are: a document, or a reject with its reason; never a crash or a hang."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newscrawl.items import REASONS, Reject
from newscrawl.page.document import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, decode, has_heavy_tag, read_document

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


UNDECLARED = {
    "gb18030": "大桥今天通车，市民在桥头排起长队等候，场面十分热闹，直到深夜才散去。",
    "big5": "大橋今天通車，市民在橋頭排起長隊等候，場面十分熱鬧，直到深夜才散去。",
    "shift_jis": "大きな橋が今日開通した。工事には三年かかったと市が発表した。",
    "euc_jp": "大きな橋が今日開通した。工事には三年かかったと市が発表した。",
    "euc_kr": "큰 다리가 오늘 개통되었다. 공사는 3년이 걸렸다고 시 당국이 밝혔다.",
    "cp1251": "Сегодня открылся новый мост через реку. Строительство заняло три года.",
    "koi8_r": "Сегодня открылся новый мост через реку. Строительство заняло три года.",
    "cp1253": "Η νέα γέφυρα άνοιξε σήμερα μετά από τρία χρόνια, είπε ο δήμαρχος.",
    "cp1252": "Die Brücke über den Fluß wurde heute früh für Fußgänger eröffnet.",
}


@pytest.mark.parametrize("codec", UNDECLARED)
def test_charset_that_nothing_declares_is_told_from_the_text(codec: str) -> None:
    text = UNDECLARED[codec]
    markup = f"<html><head><script>var a = {{}};</script></head><body><p>{text}</p></body></html>"
    assert text in decode(markup.encode(codec)).decode()
    if codec != "cp1252":
        assert text in decode(markup.encode(codec), "text/html; charset=utf-8").decode()  # declared wrongly


def test_damaged_byte_in_one_paragraph_does_not_hide_the_charset_of_the_others() -> None:
    text = UNDECLARED["gb18030"].encode("gb18030")
    body = b"<p>" + text + b"</p><p>" + text[:20] + b"\xff\xff" + text[20:] + b"</p>"
    assert UNDECLARED["gb18030"] in decode(body).decode()


def test_bytes_of_no_script_are_not_looked_at_for_long() -> None:
    assert decode(bytes(range(128, 256)) * 60_000)[:2] == "€".encode()[:2]


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
        (b"<p><b " + b"".join(b"a%d< " % at for at in range(2 * MAX_ATTRIBUTES + 2)) + b">x", "markup_too_heavy"),
        (b"<p>x" * (MAX_TAGS + 1), "markup_too_heavy"),
        (b"<div>" * 2000 + b"<p>x</p>" * 2000, "markup_too_heavy"),
        (b"<p>" + b"some words " * 150_000 + b"</p>", "page_too_large"),
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


MANY = b" ".join(b"a%d" % number for number in range(MAX_ATTRIBUTES + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"<p %s>x" % MANY,
        b"<p/%s>x" % MANY.replace(b" ", b"/"),
        b"<p %s='>'>x" % MANY.replace(b" ", b"='>' "),
        b"<p %s=''>x" % MANY.replace(b" ", b"=''"),
        b'<p %s">x' % MANY.replace(b" ", b'" '),
        b"<p %s<1>x" % MANY.replace(b" ", b"<1 "),
        b"<p a='<!--' %s>x" % MANY,
        b"<p a='<script' %s>x" % MANY,
        b'<p ="> <b %s> ">x' % MANY,
        b'<p a=b="> <b %s> ">x' % MANY,
        b'<p x=b=" c=">" %s>x' % MANY,
        b"<!--> <b %s> -->x" % MANY,
        b"<!-- --!> <b %s> -->x" % MANY,
        b"<? > <b %s> ?>x" % MANY,
        b"<!DOCTYPE x '> <b %s> '>x" % MANY,
        b"<title><!--</title><b %s>x" % MANY,
        b"<textarea><!--</textarea><b %s>x" % MANY,
        b"<script-x><b %s>x" % MANY,
        b"<svg><style/><b %s>x" % MANY,
        b"<p>x" * 200_000 + b"<b %s>" % MANY[:5000],
        (b"<b %s>x" % MANY[:1900]) * 4000,
    ],
    ids=lambda body: body[:24].decode(),
)
def test_no_heavy_tag_by_any_disguise(body: bytes) -> None:
    """The parser itself is asked what a tag is; ``MANY`` would take it a twentieth of a second, a page of it minutes."""
    with pytest.raises(Reject, match="markup_too_heavy"):
        read_document(URL, body)


@pytest.mark.parametrize(
    "hidden",
    [
        "<b %s>", "<script %s></script>", "<!--><b %s>", "<!--x--!><b %s>", "<a x='<script>'><b %s></script>",
        "<script>a<b='</script><b %s '>", "<a ='><b %s '>", "<b ' %s '>", "<b =' %s '>", "<b a=b=' %s '>",
        "<b a='1'=' %s '>", "<title><a x='</title><b %s '>", "<B\vx %s>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("attribute", ["a{}", "a{}<", 'a{}=">"', 'a{} = ">"', 'a{}"'])
def test_a_heavy_tag_is_found_however_it_is_hidden(hidden: str, attribute: str) -> None:
    """As the parser counts: it takes the square of the number, minutes for a page of a megabyte."""
    page = f"<p>x</p>{hidden.replace('%s', ' '.join(map(attribute.format, range(2 * MAX_ATTRIBUTES))))}y".encode()
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    most = max(len(element.attrib) for element in root.iter(etree.Element))
    assert has_heavy_tag(page) == (most > MAX_ATTRIBUTES)


def test_long_scripts_and_data_are_no_heavy_tags() -> None:
    script = b"<script>if (a<b) { " + b"c = 1; " * 40_000 + b"}</script>"
    picture = b"<img src='data:image/png;base64," + b"A/b=" * 40_000 + b"'>"
    assert "text" in text_of(script + picture + b"<!-- <a " + b"b " * 40_000 + b"--><p>text</p>")


def test_heavy_scripts_are_no_heavy_pages() -> None:
    """A page of megabytes whose text is short, and one richer than any seen, are read."""
    assert "text" in text_of(b"<script>" + b"if (a<b) c = 1; " * 45_000 + b"x" * 5_000_000 + b"</script><p>text</p>")
    assert "text" in text_of(b"<div>" * 250 + b"<p>text</p>" * 10_000)


def test_nested_too_deep_is_told() -> None:
    document = read_document(URL, b"<p>before</p>" + b"<div>" * 40_000 + b"<p>deep</p>")
    assert document.truncated
    assert "before" in "".join(document.root.itertext())
    assert not read_document(URL, b"<div>" * 1000 + b"deep").truncated


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 40_000 + b"<p>deep</p>",
        b"<p>" + b"long " * 250_000 + b"</p>",
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
