"""What counts as evidence that two texts are one story."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.stories.evidence import (
    CONFIDENCE,
    REASONS,
    Place,
    alike,
    reason_of_key,
    same_slug,
    slug_of,
)

SLUG = "co-gi-trong-khu-nha-kinh-trong-rau-lon-moi-mo"


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        (f"https://baoquocte.vn/{SLUG}-287114.html", SLUG),
        (f"https://nhandan.vn/{SLUG}-post842211.html", SLUG),
        (f"https://tienphong.vn/{SLUG}-post1745123.tpo", SLUG),
        (f"https://dantri.com.vn/xa-hoi/{SLUG}-20260305081512345.htm", SLUG),
        (f"https://www.vietnam.vn/no/{SLUG}", SLUG),
        (f"https://www.vietnam.vn/{SLUG}-2", f"{SLUG}-2"),
        ("https://ria.ru/20240913/most-1972500000.html", "most"),
        ("https://a.vn/", ""),
    ],
)
def test_slug_of(url: str, slug: str) -> None:
    assert slug_of(url) == slug


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SLUG, SLUG, True),
        (SLUG, f"{SLUG}-2", True),
        (SLUG, SLUG[:35], True),
        (SLUG, SLUG[:15], False),
        ("tin-moi", "tin-moi", False),
        (SLUG, SLUG.replace("rau", "hoa"), False),
    ],
)
def test_same_slug(one: str, other: str, same: bool) -> None:
    assert same_slug(one, other) is same
    assert same_slug(other, one) is same


def test_a_renamed_title_is_alike() -> None:
    assert alike(Place(SLUG, None), Place("khu-nha-kinh-trong-rau-lon-moi-mo-o-trieu-tien", None))
    assert alike(Place("post", None, "Có gì trong khu nhà kính trồng rau lớn mới mở?"), Place(SLUG, None))
    assert not alike(Place(SLUG, None), Place("gia-vang-hom-nay-tang-manh", None))


@pytest.mark.parametrize(
    ("slug", "day", "reason"),
    [
        (SLUG, "2024-09-14", "source_key"),
        (SLUG, "2024-11-30", "source_key"),
        ("another-name-altogether", "2024-09-16", "source_key"),
        ("another-name-altogether", None, "source_key_alone"),
        ("another-name-altogether", "2024-09-30", None),
    ],
)
def test_the_same_source_needs_slug_or_day(slug: str, day: str | None, reason: str | None) -> None:
    assert reason_of_key(Place(SLUG, "2024-09-14"), Place(slug, day)) == reason


@given(st.text(alphabet="abc-123", max_size=50), st.text(alphabet="abc-123", max_size=50))
def test_order_does_not_count(one: str, other: str) -> None:
    assert alike(Place(one, None), Place(other, None)) == alike(Place(other, None), Place(one, None))


def test_every_reason_has_a_confidence() -> None:
    assert REASONS.keys() == CONFIDENCE.keys()
