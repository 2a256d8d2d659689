from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera import photograph
from lichtbild.camera.light_table import BRIGHTEST, DARKEST, NODES, levels
from lichtbild.camera.negative import key_of, negative
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, Recipe
from lichtbild.core.window import Window
from lichtbild.io.reader import read
from lichtbild.look.local_tone import LocalTone, exposure

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
TURNED = GeometryRecipe(quarter_turns=1, crop=(0.1, 0.2, 0.9, 0.8))


@pytest.fixture(scope="module")
def frame():
    return read(EXAMPLE)


def stretched(places, extent):
    """The map at the pixels of a picture, by straight lines."""
    grids = []
    for side, count in zip(extent, places.shape[:2], strict=True):
        grids.append(np.clip((np.arange(side) + 0.5) / side * count - 0.5, 0, count - 1))
    rows, columns = grids
    lines = np.array([np.interp(columns, np.arange(places.shape[1]), row) for row in plane_rows(places)])
    lines = lines.reshape(3, places.shape[0], -1).transpose(0, 2, 1).reshape(-1, places.shape[0])
    found = np.array([np.interp(rows, np.arange(places.shape[0]), line) for line in lines])
    return found.reshape(3, len(columns), len(rows)).transpose(2, 1, 0)


def plane_rows(places):
    return np.moveaxis(places[..., :3], -1, 0).reshape(-1, places.shape[1])


def shaded(made, found, which):
    """What a graphics card draws, in NumPy: the equation of the module's docstring."""
    light = made.pyramid[0][..., :3].astype(np.float64)
    numbers, places = found.numbers[which], stretched(made.places.astype(np.float64), light.shape[:2])
    slope, offset, fall_off = np.moveaxis(places, -1, 0)
    light = light * np.exp2(numbers.ev + numbers.keep * fall_off)[..., None]
    base = slope * exposure(light)[..., 0] + offset + (1 - slope) * numbers.ev
    tone = LocalTone(
        np.zeros((2, 1, 1), np.float32), 1.0, numbers.lift, numbers.tame, numbers.sink, numbers.noise
    )
    light = light * np.exp2(tone.gain_ev(base))[..., None]
    span = np.log2(BRIGHTEST / DARKEST + 1)
    place = np.log2(np.clip(light, 0, BRIGHTEST) / DARKEST + 1) / span * (NODES - 1)
    low = np.minimum(place.astype(int), NODES - 2)
    share = place - low
    codes = np.zeros(light.shape)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(np.array(corner), share, 1 - share), axis=-1)
        red, green, blue = np.moveaxis(low + np.array(corner), -1, 0)
        codes += weight[..., None] * found.tables[which][blue, green, red, :3]
    return codes


@pytest.mark.parametrize(
    ("look", "which", "most"),
    [
        ("natural", 2, 2.5),
        pytest.param("authentic", 6, 2.5, marks=pytest.mark.slow),
        pytest.param("mono", 4, 2.5, marks=pytest.mark.slow),
        pytest.param("linear", 0, 5.0, marks=pytest.mark.slow),
    ],
)
def test_a_card_draws_the_photograph(frame, look, which, most):
    """A code or so beside it: of 33 steps over 15 EV, half a stop each, a curve bends by a code between.

    The look linear cuts what sRGB has not, and such a corner is missed by more.
    """
    recipe = Recipe(look=LookRecipe(look), geometry=TURNED)
    made = negative(frame, recipe)
    found = made.shadings(recipe)
    plain = LookRecipe(look, strength=found.strengths[which])
    if look != "linear":
        plain = replace(plain, sharpening=0.0, grain=0.0)
    exact = photograph.coded(frame, replace(recipe, look=plain)).samples
    missed = np.abs(255 * shaded(made, found, which) - exact)
    assert missed.mean() < 0.6
    assert np.percentile(missed, 99) < most


def test_levels_go_from_none_to_the_brightest():
    light = levels()
    assert light[0] == 0
    assert light[-1] == pytest.approx(BRIGHTEST)
    assert np.all(np.diff(np.diff(light)) > 0)


def test_a_print_has_the_bytes_of_the_photograph(frame):
    recipe = Recipe(look=LookRecipe("vibrant"), geometry=TURNED)
    made = negative(frame, recipe)
    for look in (LookRecipe("vibrant"), LookRecipe("vibrant", strength=0.3, grain=0.0)):
        wanted = replace(recipe, look=look)
        assert np.array_equal(made.printed(wanted).samples, photograph.coded(frame, wanted).samples)


def test_a_part_of_a_print_is_that_part(frame):
    made = negative(frame, Recipe())
    whole = made.printed(Recipe()).samples
    window = Window(100, 60, 180, 200)
    assert np.array_equal(made.printed(Recipe(), window).samples, whole[100:180, 60:200])


def test_recipes_that_develop_alike_share_a_negative():
    by_look = Recipe(look=LookRecipe("vibrant"))
    assert key_of(by_look) == key_of(replace(by_look, look=LookRecipe("vibrant", strength=0.2, grain=1.0)))
    assert key_of(by_look) != key_of(Recipe())
    assert key_of(by_look) != key_of(replace(by_look, geometry=TURNED))


def test_levels_of_a_pyramid_halve_and_keep_their_mean(frame):
    made = negative(frame, Recipe())
    first, second = (level.astype(np.float64)[..., :3] for level in made.pyramid[:2])
    assert second.shape[:2] == tuple(-(-side // 2) for side in first.shape[:2])
    assert second.mean() == pytest.approx(first.mean(), rel=2e-3)


def test_full_pixels_are_told(frame):
    bright = replace(frame, samples=frame.samples.copy())
    bright.samples[200:204, 300:304] = frame.levels.white.max()
    made = negative(bright, Recipe(geometry=GeometryRecipe(default_crop=False, upright=False)))
    full = made.pyramid[0][..., 3]
    assert full[200:204, 300:304].all()
    assert full[195:199].sum() + full[206:210].sum() == full[195:210, :].sum() - full[199:206].sum()
    assert full[199:206].sum() >= 16
