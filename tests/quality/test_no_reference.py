import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.numerics.separable import filtered, gaussian
from lichtbild.quality.no_reference import blockiness, blur_effect, edge_width, measures, noise_level
from reference_pair import reference_pair

PLANE = reference_pair(176, 192)[0][..., 1].astype(np.float64)


@pytest.mark.parametrize("sigma", [0.005, 0.02, 0.05])
def test_noise_on_slopes_and_borders_is_found(sigma: float) -> None:
    """Smooth light with borders of patches: the flat cells tell the noise to 10 %."""
    y, x = np.mgrid[:176, :192]
    light = 0.3 + 0.2 * x / 192 + 0.1 * ((x // 50 + y // 70) % 2)
    noisy = light + sigma * np.random.default_rng(1).standard_normal(light.shape)
    # A tenth of 110 cells, 2816 samples, of which a mask of 9 leaves a sixth of their own: 1.2 / sqrt(400).
    assert noise_level(noisy) == pytest.approx(sigma, rel=0.12)


def test_no_noise_is_none() -> None:
    y, x = np.mgrid[:64, :64]
    assert noise_level(0.2 + 0.003 * x + 0.002 * y) < 1e-12


def test_the_blur_effect_is_that_of_scikit_image() -> None:
    # skimage.measure.blur_effect 0.26
    assert blur_effect(PLANE) == pytest.approx(0.9246563523677583, abs=1e-12)
    assert blur_effect(np.ones((40, 40))) == 1.0


def test_edges_grow_wider_by_blur() -> None:
    """A step through a Gaussian of sigma is as wide as its slope is above rounding; steeper is narrower."""
    step = np.tile((np.arange(96) >= 48).astype(np.float64), (64, 1))
    widths = []
    for sigma in (0.5, 1.0, 2.0):
        line = gaussian(sigma, round(3 * sigma))
        widths.append(edge_width(filtered(step, line, line, "held"))[0])
    # The cut Gaussians of 1 + 2 * 3 sigma taps make slopes of exactly so many steps.
    assert widths == pytest.approx([5.0, 7.0, 13.0])


def test_blocks_of_jpeg_are_told() -> None:
    rng = np.random.default_rng(2)
    smooth = filtered(rng.random((128, 128)), gaussian(6.0, 18), gaussian(6.0, 18), "held")
    blocks = smooth.reshape(16, 8, 16, 8).mean(axis=(1, 3), keepdims=True)
    blocked = np.broadcast_to(blocks, (16, 8, 16, 8)).reshape(128, 128) * 0.5 + 0.5 * smooth
    # White noise has the same steps everywhere; a mean of 2 * 15 * 128 of them has a deviation of 1.2 %.
    assert blockiness(rng.random((128, 128))) == pytest.approx(1.0, abs=0.04)
    assert blockiness(blocked) > 3
    assert blockiness(np.ones((40, 40))) == 1.0


def test_measures_are_worded() -> None:
    found = {one.name: one for one in measures(PLANE)}
    assert set(found) == {"noise_level", "blur_effect", "blockiness", "edge_width"}
    assert found["edge_width"].interval[0] < found["edge_width"].value < found["edge_width"].interval[1]
    even = {one.name: one for one in measures(np.full((40, 40), 0.5))}
    assert math.isnan(even["edge_width"].value) and "no edge" in even["edge_width"].note


def test_small_pictures_are_refused() -> None:
    with pytest.raises(BadInput, match="32 px"):
        measures(PLANE[:20])


def test_clipped_cells_do_not_hide_noise() -> None:
    y, x = np.mgrid[:176, :192]
    light = 0.3 + 0.2 * x / 192 + 0.1 * ((x // 50 + y // 70) % 2)
    noisy = light + 0.02 * np.random.default_rng(1).standard_normal(light.shape)
    noisy[:64] = 1.0
    assert noise_level(noisy) == pytest.approx(0.02, rel=0.12)
    white = {one.name: one for one in measures(np.ones((40, 40)) - 0.5 * (np.indices((40, 40)).sum(0) % 2))}
    assert math.isnan(white["noise_level"].value) and "noise is cut" in white["noise_level"].note


def test_an_even_picture_tells_nothing_and_says_so() -> None:
    for one in measures(np.full((40, 40), 0.5)):
        assert math.isnan(one.value)
        assert "even level" in one.note or "no edge" in one.note


def test_pictures_that_are_not_finite_are_refused() -> None:
    plane = PLANE.copy()
    plane[3, 4] = math.nan
    with pytest.raises(BadInput, match="1 values that are not finite"):
        measures(plane)
