import numpy as np
import pytest
from scipy.interpolate import CubicSpline, PchipInterpolator

from lichtbild.numerics.interpolate import monotone_spline, natural_spline


@pytest.mark.parametrize("count", [2, 3, 12])
def test_agrees_with_scipy(count: int) -> None:
    random = np.random.default_rng(count)
    x, y = np.sort(random.random(count)), random.random(count)
    places = np.linspace(x[0], x[-1], 301)
    expected = CubicSpline(x, y, bc_type="natural")(places) if count > 2 else np.interp(places, x, y)
    np.testing.assert_allclose(natural_spline(x, y)(places), expected, atol=1e-10)


def test_ends_hold() -> None:
    curve = natural_spline(np.array([0.0, 1.0]), np.array([2.0, 5.0]))
    np.testing.assert_array_equal(curve(np.array([-1.0, 3.0])), [2.0, 5.0])


def test_places_must_increase() -> None:
    with pytest.raises(ValueError, match="increase"):
        natural_spline(np.array([0.0, 0.0]), np.array([0.0, 1.0]))


@pytest.mark.parametrize("seed", range(6))
def test_monotone_pieces_agree_with_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = np.sort(random.random(9)), np.round(4 * random.random(9))  # some neighbours are equal
    places = np.linspace(x[0], x[-1], 301)
    np.testing.assert_allclose(monotone_spline(x, y)(places), PchipInterpolator(x, y)(places), atol=1e-10)


def test_a_monotone_spline_needs_three_points() -> None:
    with pytest.raises(ValueError, match="three or more"):
        monotone_spline(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
