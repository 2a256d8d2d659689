"""Grain: the noise of the sharp picture is measured, and laid on what has lost it alone."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.grain_kept import noise_by_level, with_grain_of
from lichtbild.image.linear_image import LinearImage

NOISE = 0.01


def _image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples.astype(np.float32), Window.whole(extent), extent)


def _noisy() -> np.ndarray:
    plane = 0.3 + NOISE * np.random.default_rng(0).standard_normal((256, 256, 1))
    return np.asarray(plane.repeat(3, axis=2).astype(np.float32))


def test_white_noise_is_measured() -> None:
    _, deviation = noise_by_level(_noisy())
    # The smoothest tenth of cells of 225 differences lies below the mean by about 1.3 of its error, 1.17/15.
    assert deviation.mean() == pytest.approx(NOISE, rel=0.15)


def test_noise_comes_back_where_it_was_lost_alone() -> None:
    blurred = _image(np.full((256, 256, 3), 0.3))
    radius = np.zeros((256, 256), np.float32)
    radius[:, 128:] = 10
    made = with_grain_of(_image(_noisy()), blurred, radius, 7).samples
    np.testing.assert_array_equal(made[:, :128], blurred.samples[:, :128])
    assert made[:, 128:, 1].std() == pytest.approx(NOISE, rel=0.15)


def test_it_is_the_pictures_own() -> None:
    blurred, radius = _image(np.full((256, 256, 3), 0.3)), np.full((256, 256), 9, np.float32)
    one, same, other = (with_grain_of(_image(_noisy()), blurred, radius, s).samples for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.any(one != other)
