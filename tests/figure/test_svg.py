"""Drawings as text: well-formed, escaped, short, the same each time."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lichtbild.figure.palette import DARK, LIGHT, PAGE, SERIES, Ink, wavelength_inks
from lichtbild.figure.svg import Svg, closed, element, number, svg_text, trace, window, words

HOSTILE = "</text><script>alert('1')</script> & \"q\" \x00\x08 \ud800 ]]>"


def test_hostile_text_is_only_text() -> None:
    svg = Svg(100, 50, (words(1, 2, HOSTILE, aria_label=HOSTILE),), HOSTILE)
    root = ElementTree.fromstring(svg_text(svg))
    tags = [node.tag.split("}")[1] for node in root.iter()]
    assert sorted(tags) == ["rect", "svg", "text", "title"]
    found = next(node for node in root.iter() if node.tag.endswith("text"))
    assert found.text == HOSTILE.replace("\x00", "\ufffd").replace("\x08", "\ufffd").replace(
        "\ud800", "\ufffd"
    )
    assert found.get("aria-label") == found.text
    svg_text(svg).encode("utf-8")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.004, "0"), (1200.0, "1200"), (3.14159, "3.14"), (-2.5, "-2.5")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_line_is_broken_where_a_point_is_missing() -> None:
    x = np.array([0.0, 1.0, np.nan, 3.0, 4.0])
    assert trace(x, x) == "M0 0L1 1M3 3L4 4"
    assert trace(x, np.array([0.0, np.inf, 0.0, 0.0, 1.0])) == "M0 0M3 0L4 1"
    assert closed(x[:2], x[:2]) == "M0 0L1 1Z"


def test_inks_are_the_themes() -> None:
    svg = Svg(10, 10, (element("rect", fill=Ink.GLASS, stroke="#123456"),))
    assert f'fill="{LIGHT[Ink.GLASS]}"' in svg_text(svg)
    assert f'fill="{DARK[Ink.GLASS]}"' in svg_text(svg, DARK)
    inline = svg_text(svg, PAGE, alone=False)
    assert 'fill="var(--glass)"' in inline
    assert "<?xml" not in inline
    assert 'stroke="#123456"' in inline
    assert set(LIGHT) == set(DARK) == set(PAGE) == set(Ink)


def test_size_on_paper() -> None:
    root = ElementTree.fromstring(svg_text(Svg(1188, 840, (), millimetres=(297, 210))))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("297mm", "210mm", "0 0 1188 840")


def test_a_window_cuts_off() -> None:
    assert ("overflow", "hidden") in window(0, 0, 5, 5, []).attributes


def test_lines_of_the_spectrum_have_their_colours() -> None:
    """F, d and C are blue, green and vermilion in any order; as many as series are all different."""
    assert wavelength_inks(np.array([588e-6, 656e-6, 486e-6])) == (Ink.GREEN, Ink.VERMILION, Ink.BLUE)
    assert len(set(wavelength_inks(np.linspace(640e-6, 650e-6, len(SERIES))))) == len(SERIES)


def luminance(code: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    part = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_inks_stand_out(theme: dict[Ink, str]) -> None:
    """Text by 4.5 to 1 and graphics by 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    paper = luminance(theme[Ink.PAPER])

    def contrast(ink: Ink) -> float:
        high, low = sorted((luminance(theme[ink]), paper), reverse=True)
        return (high + 0.05) / (low + 0.05)

    assert min(contrast(ink) for ink in (Ink.INK, Ink.MUTED, Ink.ACCENT)) >= 4.5
    assert min(contrast(ink) for ink in (*SERIES, Ink.OUTLINE)) >= 3
