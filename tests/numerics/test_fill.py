"""Images with holes."""

import numpy as np
import pytest

from lichtbild.numerics.fill import filled


def test_an_even_image_stays_even_and_known_pixels_stay() -> None:
    rng = np.random.default_rng(0)
    weight = (rng.uniform(size=(37, 50)) > 0.7).astype(np.float32)
    weight[10:30, 5:40] = 0
    even = filled(np.float32(0.3) * weight[..., None], weight)
    assert even == pytest.approx(np.full((37, 50, 1), 0.3), rel=1e-6)
    values = rng.uniform(size=(37, 50, 2)).astype(np.float32)
    found = filled(values * weight[..., None], weight)
    assert found[weight > 0] == pytest.approx(values[weight > 0], rel=1e-6)
    assert found.min() >= values.min() and found.max() <= values.max()


def test_a_hole_between_two_levels_goes_from_one_to_the_other() -> None:
    """Near each side it is within a third of that side's level, and nowhere does it go back."""
    weight = np.ones((64, 64), np.float32)
    weight[:, 16:48] = 0
    values = np.zeros((64, 64, 1), np.float32)
    values[:, 48:] = 1
    line = filled(values * weight[..., None], weight)[32, :, 0]
    assert (np.diff(line) >= -1e-6).all() and line[16] < 0.35 and line[47] > 0.65


def test_nothing_known_is_nothing() -> None:
    assert not filled(np.zeros((5, 7, 2), np.float32), np.zeros((5, 7), np.float32)).any()
