"""The white of a night: the lamp that lights most, whatever shines beside it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.colour.temperature import temperature_and_tint, xy_of
from lichtbild.develop.colour_matrix import neutral, white_xy
from lichtbild.develop.lamplight import LAMPS, lamplight

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import bayer_frame

COLOUR = bayer_frame(np.full((6, 6, 3), 0.5)).colour
SODIUM, HALOGEN, LED = (neutral(COLOUR, xy_of(*lamp)) for lamp in ((1966, 2.7), (2900, 0.1), (4102, -1.4)))


def lit(lamp: tuple[float, ...], count: int = 60) -> np.ndarray:
    """Greys in the light of a lamp, with a little colour of their own."""
    rng = np.random.default_rng(3)
    tinted = np.exp(rng.normal(0, 0.02, (count, 3)))
    return rng.uniform(0.001, 0.02, (count, 1)) * tinted * lamp


@pytest.mark.parametrize("lamp", [SODIUM, HALOGEN, LED])
def test_under_one_lamp_white_is_white(lamp: tuple[float, ...]) -> None:
    exact = np.linspace(0.001, 0.9, 9)[:, None] * np.array(lamp)
    assert lamplight(exact, COLOUR) == pytest.approx(lamp, rel=1e-6)
    # The mean of 60 tints of 2 %: four standard errors are 1 % of a ratio of two planes, 1.5 % weighted.
    assert lamplight(lit(lamp), COLOUR) == pytest.approx(lamp, rel=0.025)


def test_lit_windows_and_signs_are_not_what_they_light() -> None:
    windows = np.full((8, 1), 0.9) * LED
    signs = np.tile((0.9, 0.03, 0.01), (20, 1))
    assert lamplight(np.concatenate([lit(SODIUM), windows, signs]), COLOUR) == pytest.approx(
        lamplight(lit(SODIUM), COLOUR), rel=1e-3
    )


def test_under_two_lamps_the_one_that_lights_more_gives_the_white() -> None:
    found = lamplight(np.concatenate([lit(SODIUM, 40), lit(LED, 60)]), COLOUR)
    assert found == pytest.approx(lamplight(lit(LED, 60), COLOUR), rel=1e-3)


def test_coloured_things_do_not_vote() -> None:
    assert lamplight(np.tile((0.9, 0.03, 0.01), (5, 1)), COLOUR) is None
    assert lamplight(np.zeros((0, 3)), COLOUR) is None


def test_the_lamps_reach_from_sodium_to_a_blue_sky() -> None:
    for kelvin in (LAMPS[0][0], 2700.0, LAMPS[0][1]):
        found = lamplight(np.array([neutral(COLOUR, xy_of(kelvin, 0.0))]), COLOUR)
        assert found is not None
        assert temperature_and_tint(white_xy(COLOUR, found))[0] == pytest.approx(kelvin, rel=1e-3)
