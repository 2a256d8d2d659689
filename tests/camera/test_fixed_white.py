"""A look that was made for one light: what is white by day is white, and a lamp stays warm."""

from dataclasses import replace

import numpy as np
import pytest

from frames import BLACK, WHITE, flat_frame
from lichtbild.camera.fixed_white import with_fixed_white
from lichtbild.camera.photograph import develop
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.colour.light import daylight_xy
from lichtbild.develop import colour_matrix
from lichtbild.develop.recipe import DevelopRecipe, WhiteBalanceChoice
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.style import style

DAY = style("ccd-day")
LAMP = (0.4476, 0.4074)
"""Chromaticity of illuminant A."""


def lit(white: tuple[float, float], metered: tuple[float, float]) -> RawFrame:
    """A grey card in a light, by a camera that metered a light."""
    frame = flat_frame(0.2)
    light = np.array(colour_matrix.neutral(frame.colour, white))
    planes = frame.cfa.planes(frame.extent)  # type: ignore[union-attr]
    samples = np.round(BLACK + 0.3 * (WHITE - BLACK) * light[planes])[..., None].astype(np.uint16)
    as_shot = colour_matrix.neutral(frame.colour, metered)
    return replace(frame, samples=samples, colour=replace(frame.colour, as_shot_neutral=as_shot))


def test_daylight_is_white_whatever_the_camera_metered() -> None:
    day = daylight_xy(DAY.white_kelvin or 0.0)
    recipes = (with_fixed_white(DevelopRecipe(), lit(day, metered), DAY) for metered in (LAMP, day))
    first, second = (recipe.white_balance.neutral for recipe in recipes)
    assert first == second == pytest.approx(colour_matrix.neutral(lit(day, day).colour, day))


def test_a_lamp_stays_warm() -> None:
    frame = lit(LAMP, LAMP)
    kept, fixed = (develop(frame, Recipe(look=LookRecipe(name))).samples for name in ("natural", "ccd-day"))
    assert np.ptp(kept.mean((0, 1))) < 0.02
    red, _, blue = fixed.mean((0, 1))
    assert red > 1.3 * blue


@pytest.mark.parametrize(("strength", "share"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (1.5, 1.0)])
def test_it_comes_with_the_strength_of_the_look(strength: float, share: float) -> None:
    frame, day = lit(LAMP, LAMP), daylight_xy(DAY.white_kelvin or 0.0)
    found = with_fixed_white(DevelopRecipe(), frame, DAY.at(strength)).white_balance
    own, fixed = (np.log(colour_matrix.neutral(frame.colour, white)) for white in (LAMP, day))
    given = frame.colour.as_shot_neutral if found.neutral is None else found.neutral
    np.testing.assert_allclose(np.log(given), own + share * (fixed - own), atol=1e-9)  # type: ignore[arg-type]


def test_what_the_user_asks_for_goes_before_it() -> None:
    frame = lit(LAMP, LAMP)
    asked = DevelopRecipe(white_balance=WhiteBalanceChoice("temperature", kelvin=3000.0))
    assert with_fixed_white(asked, frame, DAY) is asked
    assert with_fixed_white(DevelopRecipe(), frame, style("natural")) == DevelopRecipe()
    uncalibrated = replace(frame, colour=replace(frame.colour, calibrations=()))
    assert with_fixed_white(DevelopRecipe(), uncalibrated, DAY) == DevelopRecipe()
