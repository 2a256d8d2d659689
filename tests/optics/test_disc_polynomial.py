"""Polynomials on the disc: against NumPy's own, and against polynomials that a fit must find again."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.polynomial.legendre import leggrid2d, legval2d

from lichtbild.optics import disc_polynomial

DEGREE = 9


@pytest.fixture
def table() -> np.ndarray:
    """Of total degree 9, with coefficients of order 1."""
    i, j = np.mgrid[: DEGREE + 1, : DEGREE + 1]
    drawn = np.random.default_rng(7).normal(size=(DEGREE + 1, DEGREE + 1))
    return np.where(i + j <= DEGREE, drawn, 0.0)


@pytest.fixture
def points() -> np.ndarray:
    """400 points of the unit disc."""
    rng = np.random.default_rng(8)
    radius, angle = np.sqrt(rng.uniform(size=400)), rng.uniform(0, 2 * np.pi, 400)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)])


def test_values_are_those_of_numpy(table: np.ndarray, points: np.ndarray) -> None:
    found = disc_polynomial.evaluate(jnp.asarray(table), *jnp.asarray(points))
    np.testing.assert_allclose(found, legval2d(*points, table), rtol=0, atol=1e-13)


def test_values_on_a_grid_are_those_of_numpy(table: np.ndarray) -> None:
    x, y = np.linspace(-1, 0.7, 5), np.linspace(-0.4, 1, 6)
    found = disc_polynomial.on_grid(jnp.asarray(table), jnp.asarray(x), jnp.asarray(y))
    np.testing.assert_allclose(found, leggrid2d(x, y, table), rtol=0, atol=1e-13)


def test_a_polynomial_is_found_again_from_its_values_at_the_nodes(table: np.ndarray) -> None:
    values = legval2d(*disc_polynomial.nodes(DEGREE), table)
    np.testing.assert_allclose(disc_polynomial.through_nodes(jnp.asarray(values)), table, atol=1e-13)


def test_a_fit_finds_a_polynomial_again(table: np.ndarray, points: np.ndarray) -> None:
    fit = disc_polynomial.fit(*jnp.asarray(points), jnp.ones(points.shape[1]), DEGREE)
    found = fit.table(jnp.asarray(legval2d(*points, table))[:, None])[0]
    # the ridge of 1e-13 moves it by that much of its coefficients' size, which is a few in this basis
    np.testing.assert_allclose(found, table, atol=1e-10)


def test_slopes_and_derivatives_agree_with_central_differences(table: np.ndarray, points: np.ndarray) -> None:
    x, y = jnp.asarray(points)
    step = 1e-5
    for axis, slope in enumerate(disc_polynomial.slopes(jnp.asarray(table))):
        move = (step, 0.0) if axis == 0 else (0.0, step)
        ends = [legval2d(points[0] + s * move[0], points[1] + s * move[1], table) for s in (1, -1)]
        wanted = (ends[0] - ends[1]) / (2 * step)
        # third derivatives of order 1e5 times step^2 / 6, and rounding over the step
        np.testing.assert_allclose(disc_polynomial.evaluate(slope, x, y), wanted, atol=1e-5)
        _, pushed = jax.jvp(
            lambda x, y: disc_polynomial.evaluate(jnp.asarray(table), x, y),
            (x, y),
            (jnp.full_like(x, axis == 0), jnp.full_like(y, axis == 1)),
        )
        np.testing.assert_allclose(pushed, wanted, atol=1e-5)
