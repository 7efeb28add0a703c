"""The colours of the page: told apart with any colour vision, seen on either paper, words readable on all of them.

Colour vision is simulated by the matrices of Machado, Oliveira and Fernandes (2009) for full deficiency, differences
are measured in OKLab (Ottosson 2020), contrast as WCAG 2.2 has it.
"""

import re
from itertools import combinations

import pytest

from tests.support import ROOT

VISIONS = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
LAYERS = ("rule", "jsonld", "meta", "structure")
Colour = tuple[float, float, float]


def palette(scheme: str) -> dict[str, Colour]:
    """Return the names of colours, with linear red, green and blue."""
    style = (ROOT / "newscrawl" / "report" / "page.css").read_text("utf-8")
    found = re.findall(r"--([a-z]+): light-dark\(#(\w{6}), #(\w{6})\)", style)
    return {name: _linear(light if scheme == "light" else dark) for name, light, dark in found}


def _linear(hex_: str) -> Colour:
    red, green, blue = (int(hex_[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return _line(red), _line(green), _line(blue)


def _line(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (high + 0.05) / (low + 0.05)


def seen(colour: Colour, vision: str) -> Colour:
    """Return OKLab of a colour as an eye sees it."""
    red, green, blue = (
        max(0.0, sum(part * value for part, value in zip(row, colour, strict=True))) for row in VISIONS[vision]
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_layers_are_told_apart(scheme: str, vision: str) -> None:
    colours = palette(scheme)
    shades = {name: seen(colours[name], vision) for name in (*LAYERS, "missing")}
    for one, other in combinations(shades, 2):
        apart = sum((a - b) ** 2 for a, b in zip(shades[one], shades[other], strict=True)) ** 0.5
        assert apart >= 0.14, (one, other, round(apart, 3))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_and_words_stand_out_from_the_paper(scheme: str) -> None:
    colours = palette(scheme)
    for name in (*LAYERS, "bar"):
        assert contrast(colours[name], colours["paper"]) >= 3, name
    for ground in ("paper", "card", "notice"):
        for name in ("ink", "soft", "accent", "good", "bad"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
