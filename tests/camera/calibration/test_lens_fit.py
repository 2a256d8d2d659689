import numpy as np
import pytest

from lichtbild.camera.calibration.lens_fit import lens_fit
from lichtbild.core.errors import BadInput
from lichtbild.quality.lateral_colour import Displacements

SIZE = (1200, 1600)
NOISE = 0.03
"""Px of a coordinate."""


def bent(ideal: np.ndarray) -> np.ndarray:
    """Distortion as a phone's aspheres make it: 2 % half way out, none farther, and some in the corners."""
    return 0.01 * (1 - np.cos(2 * np.pi * ideal / 0.9)) + 0.004 * ideal**4


def grid(reach: float, tilts: tuple[float, float], key: int, count: int = 13) -> Displacements:
    x, y = (one.ravel() for one in np.meshgrid(np.linspace(-4, 4, count), np.linspace(-3, 3, count)))
    below = 1 + (tilts[0] * x + tilts[1] * y) / 4
    ideal = np.stack([x + 0.02 * y, y + 0.1], axis=1) / below[:, None] * reach * 600 / 3 / 1000
    far = np.hypot(*ideal.T)[:, None]
    places = ideal * (1 + bent(far)) * 1000 + [800, 600]
    places += NOISE * np.random.default_rng(key).standard_normal(places.shape)
    inside = (np.abs(places - [800, 600]) < [790, 590]).all(axis=1)
    chart = np.stack([x, y], axis=1)[inside]
    return Displacements(chart, places[inside], 0 * places[inside], 0 * places[inside], np.ones(inside.sum()))


@pytest.mark.parametrize("key", [1, 2])
def test_a_lens_that_bends_often(key: int) -> None:
    """Some 20 terms of 260 points leave 0.03 sqrt(20 / 520) px of noise, and thrice that at the ends."""
    fit = lens_fit([grid(0.74, (0.02, -0.03), key), grid(0.84, (-0.04, 0.02), key + 10)], SIZE)
    assert abs(fit.residual / NOISE - 1) < 0.15
    assert 0.8 < fit.reach < 0.9
    far = np.linspace(0.05, fit.reach, 50)
    off = 1000 * far * (np.array([fit.at(height)[0] for height in far]) - bent(far))
    # What is alike everywhere, and what grows with the height alone, is the chart's size.
    off -= far * (far @ off) / (far @ far)
    assert np.abs(off).max() < 0.1


def test_the_corner_is_no_surer_than_it_can_be() -> None:
    """Beyond the points the deviation grows, and covers what is there."""
    fit = lens_fit([grid(0.74, (0.02, -0.03), 5)], SIZE)
    told, sigma = fit.at(1.0)
    assert sigma > 5 * fit.at(fit.reach)[1]
    assert abs(told - bent(np.array(1.0))) < 3 * sigma < 0.3


def test_points_that_fill_the_frame_tell_all_of_it() -> None:
    fit = lens_fit([grid(0.95, (0.0, 0.0), 6)], SIZE)
    assert fit.reach > 0.94
    assert fit.at(1.0)[1] * 1000 < 0.5


def test_too_few_points() -> None:
    with pytest.raises(BadInput, match="3 x 3"):
        lens_fit([grid(0.7, (0.0, 0.0), 7, count=2)], SIZE)
