"""Values that may only rise."""

import numpy as np
import pytest

from lichtbild.quality.monotone import held_slopes, pooled


def test_neighbours_that_fall_take_their_weighted_mean() -> None:
    values, weights = np.array([1.0, 3.0, 2.0, 2.0, 5.0]), np.array([1.0, 1.0, 1.0, 2.0, 1.0])
    assert pooled(values, weights) == pytest.approx([1, 2.25, 2.25, 2.25, 5])
    assert pooled(np.sort(values), weights) == pytest.approx(np.sort(values))


def test_a_line_keeps_its_slope_and_a_step_none() -> None:
    x = np.array([0.0, 1.0, 3.0, 4.0])
    assert held_slopes(x, 2 * x) == pytest.approx([2, 2, 2, 2])
    assert held_slopes(x, np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx([0, 0, 0, 0])
