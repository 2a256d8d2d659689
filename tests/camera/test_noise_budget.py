"""Noise carried through the chain, against formulas where there are any, and against noise made otherwise."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lichtbild
from lichtbild.camera.noise_budget import noise_budget, predicted_noise, predicted_noise_in_scene
from lichtbild.camera.patch_noise import patch_noise
from lichtbild.camera.photograph import chain
from lichtbild.camera.recipe import Recipe
from lichtbild.core.window import Extent, Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.io.recipe import changed

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import NEUTRAL, flat_frame
from sensor_noise import BLACK, ROUNDING, SPAN, exposed, mosaicked, phone_noise

PLAIN = changed(
    Recipe(),
    {
        "look.name": "linear",
        "develop.defects.method": "off",
        "output.space": "linear-rec2020",
        "develop.denoise.method": "off",
        "develop.deblur.method": "off",
        "develop.demosaic.method": "bilinear",
        "develop.exposure.method": "baseline",
    },
)
RGGB = Cfa.bayer("RGGB")


def flat(level: float, iso: float, size: int = 256, *, is_stated: bool = True) -> lichtbild.RawFrame:
    """A frame of an even grey, with Poisson and Gaussian noise and rounded codes."""
    signal = np.broadcast_to(np.array(NEUTRAL) * level, (size, size, 3))
    frame = exposed(mosaicked(signal, RGGB), phone_noise(iso), 4, RGGB)
    return replace(
        frame, colour=flat_frame(size=(4, 4)).colour, noise=phone_noise(iso) if is_stated else None
    )


def signal(level: float) -> tuple[float, ...]:
    return tuple(level * value for value in NEUTRAL)


def test_linear_stages_follow_their_formulas():
    frame, level = flat(0.3, 800), signal(0.3)
    found = noise_budget(frame, PLAIN, level)
    sensor = np.sqrt(frame.noise.variance(np.array(level)))
    # 192 x 192 samples, a quarter of them red: the relative sigma is 1 / sqrt(2 n) = 0.7 %; four of those.
    np.testing.assert_allclose(found["linearise"].sigma, sensor, rtol=0.03)
    gains = max(NEUTRAL) / np.array(NEUTRAL)
    np.testing.assert_allclose(
        found["white_balance"].sigma, gains * found["linearise"].sigma, rtol=1e-5
    )  # the same numbers times a gain
    # Bilinear: a red pixel in four is measured, half of the others are the mean of two, the rest of four.
    bilinear = np.array([(1 + 2 / 2 + 1 / 4) / 4, (1 + 1 / 4) / 2, (1 + 2 / 2 + 1 / 4) / 4])
    demosaiced = gains * sensor * np.sqrt(bilinear)
    np.testing.assert_allclose(found["demosaic"].sigma, demosaiced, rtol=0.03)
    matrix = dict(chain(frame, PLAIN).stages)["colour_matrix"].matrix
    mixed = np.sqrt(np.square(matrix) @ np.square(demosaiced))
    np.testing.assert_allclose(found["colour_matrix"].sigma, mixed, rtol=0.03)
    np.testing.assert_allclose(found["colour_matrix"].mean, 0.3, rtol=0.01)


def test_a_curve_multiplies_by_its_slope():
    frame, level = flat(0.3, 100), signal(0.3)
    linear = predicted_noise(frame, PLAIN, level)
    coded = predicted_noise(frame, changed(PLAIN, {"output.space": "srgb"}), level)
    # From Rec.2020 to sRGB the matrix mixes greys' noise anew, so that luminance is compared: its weights
    # are those of each space, and its noise differs only by the curve's slope.
    slope = 1.055 / 2.4 * 0.3 ** (1 / 2.4 - 1)
    assert coded.luma == pytest.approx(slope * linear.luma, rel=0.02)


@pytest.mark.parametrize(("iso", "level"), [(100, 0.18), (1600, 0.02), (6400, 0.6)])
@pytest.mark.parametrize("look", ["linear", "natural"])
@pytest.mark.parametrize("denoise", ["off", "fast"])
def test_photons_made_otherwise_have_the_noise_that_was_predicted(iso, level, look, denoise):
    frame = flat(level, iso, 300, is_stated=False)
    recipe = changed(Recipe(), {"look.name": look, "develop.denoise.method": denoise})
    predicted = predicted_noise(frame, recipe, signal(level))
    measured = patch_noise(chain(frame, recipe).render(frame, Window(50, 50, 250, 250)))
    np.testing.assert_allclose(measured.sigma, predicted.sigma, rtol=0.10)
    np.testing.assert_allclose(measured.mean, predicted.mean, atol=0.01)
    assert measured.luma == pytest.approx(predicted.luma, rel=0.10)


def masked(frame: lichtbild.RawFrame) -> lichtbild.RawFrame:
    """The frame within a border that saw no light."""
    samples = np.pad(frame.samples, ((6, 2), (10, 4), (0, 0)), constant_values=BLACK)
    extent = Extent(*samples.shape[:2])
    area = Window(6, 10, 6 + frame.extent.height, 10 + frame.extent.width)
    return replace(frame, samples=samples, window=Window.whole(extent), extent=extent, active_area=area)


def test_where_black_lies_makes_no_difference():
    frame, level = flat(0.3, 800), signal(0.3)
    expected = predicted_noise(frame, PLAIN, level, stage="linearise")
    pattern = np.array([[[60.0], [70.0]], [[64.0], [58.0]]])
    rows = np.linspace(-3, 3, 256)
    levels = Levels(pattern, frame.levels.white + 9, black_per_row=rows)
    for other in (masked(frame), replace(frame, levels=levels)):
        found = predicted_noise(other, PLAIN, level, stage="linearise")
        assert found.mean == pytest.approx(expected.mean, rel=1e-5)
        assert found.sigma == pytest.approx(expected.sigma, rel=1e-4)


def test_a_table_of_codes_is_gone_through_backwards():
    frame, level = flat(0.3, 800), signal(0.3)
    table = np.sqrt(np.arange(BLACK + SPAN + 1) / (BLACK + SPAN)) ** 4 * (BLACK + SPAN)
    tabled = replace(frame, levels=replace(frame.levels, linearisation=table))
    found = predicted_noise(tabled, PLAIN, level, stage="linearise")
    # The codes are rounded again, in steps of the table's slope (below 2 here).
    sigma = np.sqrt(frame.noise.variance(np.array(level)) + 4 * ROUNDING)
    assert found.mean == pytest.approx(level, rel=2e-3)
    np.testing.assert_allclose(found.sigma, sigma, rtol=0.04)


def test_full_planes_are_predicted_too():
    noise = phone_noise(1600)
    frame = replace(exposed(np.full((256, 256, 3), 0.25), noise, 4), noise=noise)
    found = predicted_noise(frame, PLAIN, (0.25, 0.25, 0.25), stage="linearise")
    np.testing.assert_allclose(found.sigma, np.sqrt(noise.variance(np.full(3, 0.25))), rtol=0.03)


def test_the_same_seed_gives_the_same_numbers():
    frame, level = flat(0.3, 800), signal(0.3)
    first, again, other = (predicted_noise(frame, PLAIN, level, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    low, high = first.interval[1]
    assert low < other.sigma[1] < high


def test_a_patch_off_the_middle_has_the_shading_of_its_place():
    example = lichtbild.read(Path(__file__).parents[2] / "examples/colour_checker.dng")
    corner, middle = (
        predicted_noise(example, PLAIN, (0.1, 0.1, 0.1), stage="demosaic", window=window)
        for window in (Window(0, 0, 96, 96), Window(450, 680, 546, 776))
    )
    assert corner.sigma[1] / middle.sigma[1] == pytest.approx(corner.mean[1] / middle.mean[1], rel=0.06)
    assert corner.mean[1] / middle.mean[1] > 1.3


def test_what_cannot_be_predicted_is_refused():
    frame = flat(0.3, 800, 64)
    with pytest.raises(lichtbild.BadInput, match="signal has 2 numbers, but the camera has 3 planes"):
        predicted_noise(frame, PLAIN, (0.1, 0.1))
    with pytest.raises(lichtbild.BadInput, match="no stage 'bokeh'"):
        predicted_noise(frame, PLAIN, signal(0.3), stage="bokeh")


@pytest.mark.parametrize(
    "window", [Window(100, 200, 117, 213), Window(0, 0, 16, 16), Window(243, 240, 256, 256)]
)
def test_a_small_patch_is_predicted_as_surely_as_a_large_one(window):
    frame, level = flat(0.3, 800), signal(0.3)
    large = predicted_noise(frame, PLAIN, level)
    small = predicted_noise(frame, PLAIN, level, window=window)
    # Noise that neighbours share looks a little like a surface in a small patch, and is taken off with it:
    # of a variance by six terms of 64 samples at most, as if red had no more after interpolation.
    assert (np.array(small.sigma) < 1.02 * np.array(large.sigma)).all()
    assert (np.array(small.sigma) > np.sqrt(1 - 6 / 64) * 0.96 * np.array(large.sigma)).all()
    assert np.ptp(small.interval[1]) < 1.5 * np.ptp(large.interval[1])


def test_an_even_scene_has_the_noise_of_an_even_light():
    frame, level = flat(0.3, 800), signal(0.3)
    window = Window(60, 60, 188, 188)
    scene = mosaicked(np.broadcast_to(np.array(level), (256, 256, 3)), RGGB)
    even = predicted_noise(frame, PLAIN, level, window=window)
    found = predicted_noise_in_scene(frame, PLAIN, scene, window)
    np.testing.assert_allclose(found.sigma, even.sigma, rtol=0.03)
    np.testing.assert_allclose(found.mean, even.mean, rtol=0.01)


def test_texture_is_no_noise():
    frame = flat(0.3, 800)
    scene = 0.2 + 0.1 * np.random.default_rng(3).random((256, 256, 1)).astype(np.float32)
    found = predicted_noise_in_scene(frame, PLAIN, scene, Window(60, 60, 188, 188), stage="linearise")
    expected = np.sqrt(frame.noise.variance(np.array([0.25] * 3)))
    np.testing.assert_allclose(found.sigma, expected, rtol=0.03)
    with pytest.raises(lichtbild.BadInput, match="a scene of"):
        predicted_noise_in_scene(frame, PLAIN, scene[:-1], Window(60, 60, 188, 188))
