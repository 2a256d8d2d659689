"""A surface at its vertex, against the limits of its sag there."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.surface import (
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)
from lichtbild.optics.vertex import is_radial, vertex

SURFACES = (
    Surface(0.05),
    Surface(-0.2, conic=-3.0),
    Surface(0.1, conic=0.5, departure=PowerSeries((2, 4, 6), (0.01, -2e-3, 4e-5))),
    Surface(0.0, departure=PowerSeries((4, 6), (1e-3, -1e-4))),
    Surface(0.1, conic=-1.0, departure=ForbesQcon(3.0, (0.2, -0.05, 0.01, 0.004))),
    Surface(0.12, departure=ForbesQbfs(2.5, (0.1, 0.03, -0.02, 0.01, 0.005))),
    Surface(0.08, departure=Toroid(-0.03, (2, 4), (0.004, 1e-4))),
    Surface(
        0.06,
        departure=XYPolynomial(2.0, ((2, 0), (0, 2), (0, 4), (4, 0), (1, 1)), (1e-2, 2e-2, 3e-3, 4e-3, 1.0)),
    ),
)


def _limits(surface: Surface, section: str) -> tuple[float, float]:
    """C and G by extrapolating z / h^2 = C / 2 + G h^2 + O(h^4) from a row of heights (a polynomial fit)."""
    shape = row(stacked((surface,)), 0)
    h = np.linspace(0.1, 0.6, 12)
    none = jnp.zeros(h.size)
    x, y = (jnp.asarray(h), none) if section == "x" else (none, jnp.asarray(h))
    ratio = np.asarray(sag(shape, x, y)) / h**2
    fit = np.polynomial.Polynomial.fit(h**2, ratio, 9, domain=[0, 0.4], window=[0, 0.4])
    value, slope = fit.convert().coef[:2]
    return 2 * value, slope


@pytest.mark.parametrize("section", ["x", "y"])
@pytest.mark.parametrize("number", range(len(SURFACES)))
def test_curvature_and_fourth_order_are_the_limits_of_the_sag(number: int, section: str) -> None:
    curvature, fourth = _limits(SURFACES[number], section)
    found = vertex(SURFACES[number], section)
    # Ten terms of the fit leave h^20, far below 1e-9; rounding is amplified to as much.
    assert float(found.curvature) == pytest.approx(curvature, abs=1e-9)
    assert float(found.fourth) == pytest.approx(fourth, abs=1e-7)


def test_a_sphere_has_no_departure_and_a_conic_k_c3_over_8() -> None:
    assert vertex(Surface(0.3)).aspheric == pytest.approx(0.0, abs=1e-18)
    assert vertex(Surface(0.3, conic=-0.7)).aspheric == pytest.approx(-0.7 * 0.3**3 / 8, rel=1e-14)


def test_odd_powers_have_no_part() -> None:
    plain = Surface(0.1, departure=PowerSeries((4,), (1e-3,)))
    odd = Surface(0.1, departure=PowerSeries((1, 3, 4, 5), (0.1, 0.2, 1e-3, 0.3)))
    assert vertex(plain) == vertex(odd)


def test_revolution_is_told_by_the_kind_of_departure() -> None:
    assert is_radial(SURFACES[:6])
    assert not is_radial(SURFACES[6:7])
    assert not is_radial(SURFACES[7:])


def test_derivatives_follow_every_coefficient() -> None:
    def curvature(surface: Surface) -> jax.Array:
        return jnp.asarray(vertex(surface).curvature)

    slope = jax.grad(curvature)(SURFACES[2])
    assert float(slope.curvature) == 1.0
    assert [float(value) for value in slope.departure.coefficients] == [2.0, 0.0, 0.0]
