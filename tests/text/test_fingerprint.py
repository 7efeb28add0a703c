"""Nearly equal texts are near, others are not; reports of one template with other figures are others."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.text.fingerprint import FIGURES, HASHES, NEAR, bands, fingerprint, similarity


def words(seed: int, count: int = 300) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choice("abcdeghiklmnoprstu") for _ in range(draw.randint(2, 7))) for _ in range(count)]


def likeness(one: str, other: str) -> float:
    a, b = fingerprint(one), fingerprint(other)
    assert a is not None
    assert b is not None
    return similarity(a, b)


@pytest.mark.parametrize(
    ("edit", "near"),
    [
        (lambda w: w, True),
        (lambda w: ["KCNA", "reported", "that", *w], True),
        (lambda w: w[:240], True),
        (lambda w: w[:60] + words(9, 240), False),
        (lambda w: words(9), False),
        (lambda w: sorted(w), False),
    ],
)
def test_near(edit, near: bool) -> None:
    assert (likeness(" ".join(words(1)), " ".join(edit(words(1)))) >= NEAR) is near


def test_case_and_punctuation_do_not_count() -> None:
    text = " ".join(words(1))
    assert likeness(text, text.upper().replace(" ", ", ")) == 1.0


def test_scripts_without_spaces() -> None:
    draw = random.Random(3)
    text = "".join(draw.choice("日本国会社人年大新市長山川のをにはがとで") for _ in range(400))
    assert likeness(text, "共同通信によると、" + text[:350]) >= NEAR
    assert likeness(text, text[::-1]) < NEAR


def test_a_template_with_other_figures_is_another_text() -> None:
    parts = words(1, 280)
    one, other = (
        " ".join(str(seed + at) if at % 20 == 9 else word for at, word in enumerate(parts)) for seed in (1000, 5000)
    )
    assert likeness(one, other) == 0.0
    some = " ".join(str(5000 + at) if at in (9, 29, 49) else word for at, word in enumerate(parts))
    assert likeness(" ".join(parts), some) >= NEAR, "three figures say nothing"


def test_short_texts_have_none() -> None:
    assert fingerprint("Only a few words here.") is None
    assert fingerprint("") is None


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    found = fingerprint(text)
    assert found == fingerprint(text)
    if found is not None:
        assert len(found) == HASHES + FIGURES + 1
        assert similarity(found, found) == 1.0
        assert len(set(bands(found))) == 16
        assert max(bands(found)) < 1 << 36
