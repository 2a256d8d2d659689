"""The scene's light that looks are printed from: its draft, its levels, and noise taken away once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.negative import Negative, draft, halved, negative
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.core.window import Window
from lichtbild.develop.recipe import DenoiseChoice
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.reader import read

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"


def by(method: str, look: str = "natural") -> Recipe:
    develop = replace(Recipe().develop, denoise=DenoiseChoice(method))  # type: ignore[arg-type]
    return replace(Recipe(), develop=develop, look=LookRecipe(name=look))


@pytest.fixture(scope="module")
def frame() -> RawFrame:
    whole = read(EXAMPLE)
    assert isinstance(whole, RawFrame)
    part = whole.crop(Window(200, 300, 360, 500))
    area = Window(0, 0, 160, 200)
    return replace(part, window=area, extent=area.extent, active_area=area)


@pytest.fixture(scope="module")
def clean(frame: RawFrame) -> Negative:
    return negative(frame, by("best"))


def test_a_draft_has_the_place_white_and_brightness_of_the_negative(frame: RawFrame, clean: Negative) -> None:
    rough = draft(frame, by("best"))
    assert rough is not None and rough.extent == clean.extent and rough.own is not None
    assert clean.own is not None and rough.own.ev == clean.own.ev
    means = [one.light.samples.mean(axis=(0, 1)) for one in (rough, clean)]
    np.testing.assert_allclose(means[0], means[1], rtol=0.01)
    assert np.abs(rough.light.samples - clean.light.samples).max() > 0, "noise is left in"


def test_there_is_no_draft_where_nothing_is_slow(frame: RawFrame) -> None:
    assert draft(frame, by("off")) is None


def test_another_look_takes_the_noise_away_once_and_gives_the_same_light(
    frame: RawFrame, clean: Negative
) -> None:
    wanted = by("best", "mono")
    other = negative(frame, wanted, near=clean)
    assert other.clean is clean.clean
    np.testing.assert_array_equal(other.light.samples, negative(frame, wanted).light.samples)
    stronger = replace(wanted.develop, denoise=replace(wanted.develop.denoise, luma=2.0))
    assert negative(frame, replace(wanted, develop=stronger), near=clean).clean is not clean.clean


def test_a_level_has_the_means_of_squares_and_an_odd_side_stands_for_two() -> None:
    level = np.random.default_rng(3).random((5, 8, 3), np.float32)
    padded = np.concatenate([level, level[-1:]])
    wanted = padded.reshape(3, 2, 4, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(halved(level), wanted, rtol=1e-6)
