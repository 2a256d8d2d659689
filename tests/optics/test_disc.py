from math import gamma, pi

import jax
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics import disc


def moment(a: int, b: int) -> float:
    """Integral of x^a y^b over the unit disc."""
    if a % 2 or b % 2:
        return 0.0
    return 2 / (a + b + 2) * gamma((a + 1) / 2) * gamma((b + 1) / 2) / gamma((a + b + 2) / 2)


@pytest.mark.parametrize(("rings", "arms"), [(1, 3), (3, 11), (4, 15), (6, 12)])
def test_polar_points_integrate_every_polynomial_that_they_promise(rings: int, arms: int) -> None:
    points = disc.polar(rings, arms)
    x, y = points.points
    degree = min(arms - 1, 4 * rings - 2)
    for a in range(degree + 1):
        for b in range(degree + 1 - a):
            assert np.sum(points.weights * x**a * y**b) == pytest.approx(moment(a, b), abs=2e-15)


def test_polar_points_of_one_ring_less_do_not() -> None:
    points = disc.polar(3, 40)
    x = points.points[0]
    assert abs(np.sum(points.weights * x**12) - moment(12, 0)) > 1e-6


@pytest.mark.parametrize(
    "made",
    [disc.polar(4, 8), disc.hexapolar(3), disc.square(9), disc.random(50, 1), disc.rim(8), disc.centre()],
)
def test_weights_sum_to_the_area_and_points_lie_in_the_disc(made: disc.Disc) -> None:
    assert np.sum(made.weights) == pytest.approx(pi, rel=1e-14)
    assert np.all(np.sum(made.points**2, axis=0) <= 1 + 1e-15)
    assert made.points.shape == (2, made.weights.size)


def test_hexapolar_rings_have_six_more_points_each() -> None:
    made = disc.hexapolar(6)
    radii = np.sqrt(np.sum(made.points**2, axis=0))
    assert made.weights.size == 127
    assert [np.sum(np.isclose(radii, ring / 6)) for ring in range(7)] == [1, 6, 12, 18, 24, 30, 36]


def test_a_square_pattern_fills_the_disc_and_mirrors_onto_itself() -> None:
    x, y = disc.square(64).points
    assert x.size == pytest.approx(pi / 4 * 64**2, rel=0.01)
    assert {(a, b) for a, b in zip(x, y, strict=True)} == {(-a, b) for a, b in zip(x, y, strict=True)}


def test_random_points_are_even_and_repeat_by_seed() -> None:
    made = disc.random(4000, 7)
    assert np.array_equal(made.points, disc.random(4000, 7).points)
    assert not np.array_equal(made.points, disc.random(4000, 8).points)
    # Squared radii are even between 0 and 1: their mean is off by less than 5 standard errors.
    assert abs(np.mean(np.sum(made.points**2, axis=0)) - 0.5) < 5 * np.sqrt(1 / 12 / 4000)


def test_a_fan_runs_from_edge_to_edge() -> None:
    x, y = disc.fan(5, "y").points
    assert np.array_equal(x, np.zeros(5))
    assert np.array_equal(y, [-1, -0.5, 0, 0.5, 1])
    assert np.array_equal(disc.fan(5, "x").points[0], y)


def test_a_disc_is_a_pytree() -> None:
    doubled = jax.tree.map(lambda values: 2 * values, disc.polar(2, 4))
    assert np.sum(doubled.weights) == pytest.approx(2 * pi)


@pytest.mark.parametrize("make", [lambda: disc.polar(0, 4), lambda: disc.fan(1), lambda: disc.square(-1)])
def test_no_points_are_no_disc(make) -> None:
    with pytest.raises(BadInput, match="ask for"):
        make()
