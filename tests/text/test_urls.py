"""Addresses: one form for one page, one key for one article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.urls import absolute_url, article_id, bare_url, canonical_url, identity_key, registered_host

AMP = "https://baoquocte.vn/co-gi-286239.html&mobile=yes&amp=1"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("HTTP://WWW.Vietnam.VN:80/no/a-b/#top", "http://www.vietnam.vn/no/a-b/"),
        ("https://user:secret@ria.ru/x", "https://ria.ru/x"),
        ("https://ria.ru:8443/x", "https://ria.ru:8443/x"),
        ("https://a.vn/x?utm_source=f&id=7&fbclid=z", "https://a.vn/x?id=7"),
        ("https://a.vn/x?b=1&amp;a=2", "https://a.vn/x?b=1&a=2"),
        (AMP, "https://baoquocte.vn/co-gi-286239.html"),
        ("https://a.vn/amp/bai-viet-12345.html", "https://a.vn/bai-viet-12345.html"),
        ("https://a.vn/bai-viet-12345.amp.html", "https://a.vn/bai-viet-12345.html"),
        ("https://a.vn/bai-viet-12345.html?amp=1", "https://a.vn/bai-viet-12345.html"),
        ("https://a.vn/bài-viết", "https://a.vn/b%C3%A0i-vi%E1%BA%BFt"),
        ("https://a.vn/b%c3%a0i", "https://a.vn/b%C3%A0i"),
        ("https://a.vn/a%2Fb", "https://a.vn/a%2Fb"),
        ("https://a.vn", "https://a.vn/"),
        ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
    ],
)
def test_canonical(url: str, wanted: str) -> None:
    assert canonical_url(url) == wanted
    assert canonical_url(wanted) == wanted


def test_mirrors_become_the_canonical_host() -> None:
    assert canonical_url("https://vrviet.vn/no/a", {"vrviet.vn": "www.vietnam.vn"}) == "https://www.vietnam.vn/no/a"


@pytest.mark.parametrize("url", ["", "ftp://a.vn/x", "javascript:x", "//", "https://", "a.vn/x", "https://a.vn:99999/"])
def test_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="no http address"):
        canonical_url(url)


@pytest.mark.parametrize("url", ["http://\u00b4/", "http://a\u00b4.vn/", "http://a%20b.vn/", "https://\u2100.vn/"])
def test_no_host_name(url: str) -> None:
    with pytest.raises(ValueError, match="no h"):
        canonical_url(url)


@given(
    st.text(st.characters(max_codepoint=0x500), max_size=30), st.sampled_from(["https://a.vn/", "http://b.c/x?", ""])
)
def test_any_text_is_an_address_or_none(text: str, prefix: str) -> None:
    resolved = absolute_url("https://base.vn/dir/", prefix + text)
    if resolved is None:
        return
    assert resolved.startswith(("http://", "https://"))
    try:
        canonical = canonical_url(resolved)
    except ValueError:
        return  # a host name that is none
    assert canonical_url(canonical) == canonical
    assert identity_key(canonical)


def test_relative_addresses_are_resolved() -> None:
    assert absolute_url("https://a.vn/x/y", "//b.vn/p") == "https://b.vn/p"
    assert absolute_url("https://a.vn/x/y", "z?q#f") == "https://a.vn/x/z?q"
    assert absolute_url("https://a.vn/x\n", "/a\nb") == "https://a.vn/ab"
    for nothing in ("#top", "", "mailto:a@b.c", "data:image/gif;base64,x", "https://[::1", "https://[::1]@b.vn]"):
        assert absolute_url("https://a.vn/", nothing) is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (AMP, "286239"),
        ("https://thanhnien.vn/a-b-185240914193714775.htm", "185240914193714775"),
        ("https://ria.ru/20240913/shoygu-1972523117.html", "1972523117"),
        ("https://ria.ru/20130514/936887123.html", "936887123"),
        ("https://www.sggp.org.vn/a-post750123.html", "750123"),
        ("https://tienphong.vn/a-b-post1234567.tpo", "1234567"),
        ("https://bnews.vn/a-b/123456.html", "123456"),
        ("https://www.vietnamplus.vn/news/987654/a-b-c.html", "987654"),
        ("https://vietnam.vnanet.vn/a-b-c-375123.html", "375123"),
        ("https://a.vn/2024/09/14/a-b", None),
        ("https://a.vn/tin-ngay-20240914.html", None),
        ("https://a.vn/gia-vang-1177-1197-trieu", None),
    ],
)
def test_article_id(url: str, number: str | None) -> None:
    assert article_id(url) == number


def test_site_rule_for_the_id() -> None:
    assert article_id("https://baoquocte.vn/tin-8823.html", r"-(\d{4,})\.html") == "8823"
    assert article_id("https://baoquocte.vn/tin.html", r"-(\d{4,})\.html") is None


def test_identity_survives_host_twins_and_slugs() -> None:
    keys = {
        identity_key(url)
        for url in (AMP, "http://id.baoquocte.vn/x-286239.html", "https://www.baoquocte.vn/286239.html")
    }
    assert keys == {"baoquocte.vn/286239"}
    assert identity_key("https://a.vn/no/co-gi/") == "a.vn/no/co-gi"


def test_hosts() -> None:
    assert registered_host("https://special.nhandan.vn/x") == "nhandan.vn"
    assert registered_host("http://127.0.0.1:8000/x") == "127.0.0.1"
    assert bare_url("https://www.a.vn/b/?q=1") == "a.vn/b?q=1"
