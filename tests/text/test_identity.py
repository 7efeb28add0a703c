"""Keys of records."""

import pytest

from newscrawl.text.identity import headline_key, is_article_key, record_key, short_hash


def test_hash_tells_parts_apart() -> None:
    assert short_hash("a", "bc") != short_hash("ab", "c")
    assert len(short_hash("")) == 20


def test_record_is_source_and_language() -> None:
    copy = record_key("a.vn/1", "page", "no", original=False)
    assert copy == record_key("a.vn/1", "other page", "no", original=False)
    assert copy != record_key("a.vn/1", "page", "ja", original=False)
    assert copy != record_key("a.vn/1", "page", "no", original=True)
    assert record_key(None, "page", None, original=False) == "page und"


def test_headline_ignores_case_and_punctuation() -> None:
    one = headline_key("kcna.kp", "2024-09-14", "A Fair Opens")
    assert one == headline_key("kcna.kp", "2024-09-14", "a fair — opens!")
    assert one != headline_key("kcna.kp", "2024-09-15", "A Fair Opens")
    assert headline_key("kcna.kp", None, "A").startswith("kcna.kp/undated/")


@pytest.mark.parametrize(
    ("key", "article"),
    [("baoquocte.vn/287114", True), ("kcna.kp/2024-09-14/5f1e", True), ("a.vn/mot-hai-ba", True), ("a.vn/", False), ("a.vn", False),
     ("a.vn/thoi-su", False)],
)  # fmt: skip
def test_article_key(key: str, article: bool) -> None:
    assert is_article_key(key) is article
