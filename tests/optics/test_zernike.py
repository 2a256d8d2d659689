"""Zernike terms: published orders and formulas, orthonormality to high order, fits of known sums."""

from math import factorial

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics import disc, zernike

NOLL = [
    (0, 0),
    (1, 1),
    (1, -1),
    (2, 0),
    (2, -2),
    (2, 2),
    (3, -1),
    (3, 1),
    (3, -3),
    (3, 3),
    (4, 0),
    (4, 2),
    (4, -2),
]
"""Noll (1976), table I: even numbers are cosines."""

FRINGE = [
    (0, 0),
    (1, 1),
    (1, -1),
    (2, 0),
    (2, 2),
    (2, -2),
    (3, 1),
    (3, -1),
    (4, 0),
    (3, 3),
    (3, -3),
    (4, 2),
    (4, -2),
]
"""Wyant and Creath (1992), table 4, and on to its sixteenth term, secondary spherical aberration."""


def test_orders_are_the_published_ones() -> None:
    assert list(zernike.terms(13, "noll")) == NOLL
    assert list(zernike.terms(13, "fringe")) == FRINGE
    assert [zernike.fringe(j) for j in (16, 25, 36)] == [(6, 0), (8, 0), (10, 0)]
    assert [zernike.noll(j) for j in (22, 37)] == [(6, 0), (8, 0)]
    expected = [(n, m) for n in range(6) for m in range(-n, n + 1, 2)]
    assert list(zernike.terms(21, "standard")) == expected


def explicit(n: int, m: int, radius: np.ndarray) -> np.ndarray:
    """The radial polynomial by its sum of factorials (Born and Wolf, 9.2.5)."""
    total = np.zeros_like(radius)
    for s in range((n - m) // 2 + 1):
        factor = (-1) ** s * factorial(n - s)
        factor //= factorial(s) * factorial((n + m) // 2 - s) * factorial((n - m) // 2 - s)
        total += factor * radius ** (n - 2 * s)
    return total


def test_recurrence_is_the_explicit_formula() -> None:
    radius, angle = np.linspace(0, 1, 41), 0.7
    pairs = zernike.terms(66, "standard")
    found = zernike.zernike(pairs, radius * np.cos(angle), radius * np.sin(angle), orthonormal=False)
    for column, (n, m) in enumerate(pairs):
        turn = np.cos(m * angle) if m >= 0 else np.sin(-m * angle)
        np.testing.assert_allclose(found[:, column], explicit(n, abs(m), radius) * turn, atol=1e-12)


def test_terms_are_orthonormal_to_degree_40() -> None:
    """The rule of points is exact for their products, so only rounding is left."""
    points = disc.polar(rings=41, arms=82)
    pairs = zernike.terms(861, "standard")
    values = zernike.zernike(pairs, *points.points)
    gram = (values * points.weights[:, None]).T @ values / np.pi
    assert np.abs(gram - np.eye(861)).max() < 2e-12


@pytest.mark.parametrize("order", ["noll", "standard", "fringe"])
def test_a_fit_gives_back_its_terms(order: zernike.Order) -> None:
    points = disc.polar(rings=8, arms=20)
    wanted = np.random.default_rng(1).normal(size=(2, 3, 21))
    basis = zernike.zernike(zernike.terms(21, order), *points.points, orthonormal=order != "fringe")
    found = zernike.fit(points.points, wanted @ basis.T, points.weights, 21, order)
    np.testing.assert_allclose(found.coefficients, wanted, atol=1e-12)
    assert found.residual.max() < 1e-12


def test_what_terms_cannot_say_is_the_residual() -> None:
    """One orthonormal term too few leaves a root mean square of its coefficient."""
    points = disc.polar(rings=8, arms=20)
    values = 0.3 * zernike.zernike(zernike.terms(22, "noll"), *points.points)[:, -1]
    assert zernike.fit(points.points, values, points.weights, 21).residual == pytest.approx(0.3, rel=1e-12)


def test_impossible_terms_are_refused() -> None:
    with pytest.raises(BadInput, match="counted from 1"):
        zernike.noll(0)
    with pytest.raises(BadInput, match="37 Zernike terms need as many points"):
        zernike.fit(np.zeros((2, 5)), np.zeros(5), np.ones(5))
