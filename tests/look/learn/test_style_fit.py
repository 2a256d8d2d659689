from dataclasses import replace

import numpy as np
import pytest

from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.learn import chart
from lichtbild.look.learn.display_colour import difference
from lichtbild.look.learn.style_fit import fit_style, shown
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.style import COLOUR_MIX, TONE_BATH, VIEW, Style, style
from lichtbild.look.tone_bath import ToneBath

NATURAL = style("natural")
COLOURS = chart.colours()[::3]
EVEN = np.ones(len(COLOURS))
WAVE = np.cos(np.radians(np.arange(0, 360, 30)))

DESIGNED = replace(
    NATURAL,
    view=replace(NATURAL.view, contrast=1.8),
    colour_mix=ColourMix(tuple(1.1 + 0.12 * WAVE), tuple(4 * WAVE[::-1])),
    tone_bath=ToneBath.through([(25, -1.5, -3.0), (75, 1.0, 4.0)]),
)
GREY = replace(NATURAL, view=replace(NATURAL.view, contrast=1.8), monochrome=Monochrome((0.55, 0.35, 0.1)))


def fitted(look: Style, *, has_hues: bool) -> Style:
    return fit_style(COLOURS, shown(look, COLOURS), EVEN, has_hues=has_hues)


def test_natural_is_found_as_itself() -> None:
    found = fitted(NATURAL, has_hues=True)
    # The misses at natural's own numbers are the rounding of float32, so that nothing moves.
    assert difference(shown(found, COLOURS), shown(NATURAL, COLOURS)).max() < 0.02


def test_a_look_designed_by_numbers_is_recovered() -> None:
    found = fitted(DESIGNED, has_hues=True)
    assert found.colour_mix is not None
    assert found.tone_bath is not None
    # A prior of one deviation of looks beside 120 colours, each sure to 1 CIE94, shrinks a number that
    # changes colours by several CIE94 by about a hundredth, and those of less by more.
    assert difference(shown(found, COLOURS), shown(DESIGNED, COLOURS)).mean() < 0.1
    assert found.view.contrast == pytest.approx(1.8, rel=0.02)
    np.testing.assert_allclose(found.colour_mix.chroma, DESIGNED.colour_mix.chroma, atol=0.03)
    np.testing.assert_allclose(found.colour_mix.hue_deg, DESIGNED.colour_mix.hue_deg, atol=0.5)
    np.testing.assert_allclose(found.tone_bath.a, DESIGNED.tone_bath.a, atol=0.3)
    np.testing.assert_allclose(found.tone_bath.b, DESIGNED.tone_bath.b, atol=0.3)


def test_the_weights_of_a_grey_are_recovered() -> None:
    found = fitted(GREY, has_hues=False)
    assert found.monochrome is not None
    assert sum(found.monochrome.weights) == pytest.approx(1)
    np.testing.assert_allclose(found.monochrome.weights, GREY.monochrome.weights, atol=0.01)
    assert difference(shown(found, COLOURS), shown(GREY, COLOURS)).mean() < 0.1


def test_numbers_stay_within_what_a_file_may_hold() -> None:
    """Of a look that no style has: its colours are turned upside down."""
    found = fit_style(COLOURS, 1 - COLOURS, EVEN, has_hues=True)
    for key, (low, high) in VIEW.items():
        assert low <= getattr(found.view, key) <= high
    for part, ranges in ((found.colour_mix, COLOUR_MIX), (found.tone_bath, TONE_BATH)):
        for key, (low, high) in ranges.items():
            assert low <= min(getattr(part, key))
            assert max(getattr(part, key)) <= high
