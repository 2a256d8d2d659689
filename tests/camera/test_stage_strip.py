from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera import photograph
from lichtbild.camera.contact_print import contact_print
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.camera.stage_strip import stage_strip
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.picture import Picture
from lichtbild.io.reader import read

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
PART = Window(300, 400, 364, 500)


@pytest.fixture(scope="module")
def frame():
    return read(EXAMPLE)


@pytest.fixture(scope="module")
def strip(frame):
    return {one.name: one.samples for one in stage_strip(frame, Recipe(), PART)}


def test_a_strip_goes_from_codes_to_the_very_picture(frame, strip):
    assert next(iter(strip)) == "codes"
    made = photograph.coded(frame, Recipe()).samples[300:364, 400:500]
    assert np.array_equal(np.rint(255 * strip["quantise"]), made)


def test_all_stages_show_the_same_part(strip):
    assert {samples.shape[:2] for samples in strip.values()} == {(64, 100)}


def test_a_pixel_of_a_mosaic_has_the_colour_of_its_filter(frame, strip):
    bare = np.count_nonzero(strip["linearise"] > 0, axis=2)
    assert bare.max() == 1
    assert np.count_nonzero(strip["demosaic"].min(axis=2)) > 0.9 * 64 * 100


def test_parts_that_cannot_be_shown_are_refused(frame):
    with pytest.raises(BadInput, match="does not lie in the picture"):
        next(stage_strip(frame, Recipe(), Window(0, 0, 10, 100_000)))
    with pytest.raises(BadInput, match="smaller part"):
        next(stage_strip(frame, Recipe(), Window(0, 0, 2000, 2000)))


@pytest.mark.parametrize("look", ["natural", "mono", "linear", "profile"])
def test_a_contact_print_is_the_photograph_made_small(frame, look):
    """Means of blocks of the finished picture differ from a look at means by what a curve bends in a cell."""
    recipe = Recipe(look=LookRecipe(look))
    small = np.asarray(contact_print(frame, recipe).samples, np.float64)
    whole = np.asarray(photograph.coded(frame, recipe).samples, np.float64)
    side = whole.shape[0] // small.shape[0], whole.shape[1] // small.shape[1]
    blocks = whole[: small.shape[0] * side[0], : small.shape[1] * side[1]]
    means = blocks.reshape(small.shape[0], side[0], small.shape[1], side[1], 3).mean(axis=(1, 3))
    assert np.median(np.abs(means - small)) < 6
    assert abs(means.mean() - small.mean()) < 4


def test_a_finished_picture_has_its_contact_print_too():
    samples = np.full((400, 600, 3), 0.5, np.float32)
    made = contact_print(Picture(samples, Window.whole(Extent(400, 600)), Extent(400, 600)), Recipe())
    assert max(made.samples.shape[:2]) == 320
    assert np.allclose(made.samples, 0.5, atol=2e-3)
