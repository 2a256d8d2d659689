"""A linear DNG of a real frame is developed to the same picture as the frame itself."""

from dataclasses import replace
from pathlib import Path

import colour
import numpy as np
import pytest

from lichtbild.camera import photograph
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.develop import development
from lichtbild.develop.recipe import DeblurChoice, DefectsChoice, DenoiseChoice, ExposureChoice
from lichtbild.io.dng.linear import save_linear_dng
from lichtbild.io.reader import read

ONCE = replace(
    Recipe().develop,
    defects=DefectsChoice("off"),
    denoise=DenoiseChoice("off"),
    deblur=DeblurChoice("off"),
    exposure=ExposureChoice(method="baseline"),
)
"""Without what would be done a second time, and without what is measured in the frame."""


def lab(samples: np.ndarray) -> np.ndarray:
    linear = colour.models.eotf_sRGB(samples.astype(float))
    return colour.XYZ_to_Lab(linear @ colour.RGB_COLOURSPACES["sRGB"].matrix_RGB_to_XYZ.T)


@pytest.mark.parametrize("look", ["linear", "profile"])
def test_developed_again_it_shows_the_same_colours(tmp_path: Path, root: Path, look: str) -> None:
    recipe = Recipe(develop=ONCE, look=LookRecipe(look))
    frame = read(root / "examples" / "colour_checker.dng")
    image = photograph.intermediate(frame, recipe, "highlights")
    balance = development.survey(recipe.develop, frame).neutral
    save_linear_dng(image, frame, balance, tmp_path / "a.dng")
    again = photograph.develop(read(tmp_path / "a.dng"), recipe)
    wanted = photograph.develop(frame, recipe)
    difference = colour.delta_E(lab(wanted.samples), lab(again.samples), method="CIE 2000")
    # A step of 16 bits is 1e-5 of white; noise below black is cut at 1.6 % of it in a few dark pixels.
    assert difference.mean() < 0.02
    assert np.quantile(difference, 0.999) < 0.2
