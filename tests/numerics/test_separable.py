import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.numerics.separable import DELTA, filtered, gaussian

PLANE = np.random.default_rng(4).random((9, 11))
DOWN, RIGHT = np.array([0.2, 0.5, 0.4]), np.array([0.1, -0.3, 0.6, 0.2, 0.05])


def by_hand(plane: np.ndarray) -> np.ndarray:
    """The definition, sample by sample."""
    weights = np.outer(DOWN, RIGHT)
    rows, columns = plane.shape[0] - 2, plane.shape[1] - 4
    return np.array(
        [[(plane[r : r + 3, c : c + 5] * weights).sum() for c in range(columns)] for r in range(rows)]
    )


def test_each_sample_is_the_weighted_sum_of_its_neighbours() -> None:
    np.testing.assert_allclose(filtered(PLANE, DOWN, RIGHT), by_hand(PLANE), rtol=0, atol=1e-15)


def test_beyond_a_held_border_the_border_goes_on() -> None:
    held = np.pad(PLANE, ((1, 1), (2, 2)), mode="edge")
    np.testing.assert_allclose(filtered(PLANE, DOWN, RIGHT, "held"), by_hand(held), rtol=0, atol=1e-15)


def test_a_delta_changes_nothing() -> None:
    np.testing.assert_array_equal(filtered(PLANE, DELTA, DELTA), PLANE)


def test_a_gaussian_has_its_variance() -> None:
    weights, places = gaussian(1.5, 9), np.arange(-9, 10)
    assert weights.sum() == pytest.approx(1.0, abs=1e-15)
    # A Gaussian sampled at steps far below its width has its moments but for exp(-2 pi^2 sigma^2), and its
    # cut tails hold 1e-9 of it.
    assert (weights * places**2).sum() == pytest.approx(2.25, rel=1e-6)


def test_a_plane_below_the_filters_size_is_refused() -> None:
    with pytest.raises(BadInput, match="3 x 5 samples needs a picture"):
        filtered(np.ones((2, 9)), DOWN, RIGHT)
