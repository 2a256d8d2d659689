"""Vertex: what a surface is close to its axis, its curvature there and its fourth-order sag.

In one section through the axis every sag begins as ``C h^2 / 2 + G h^4``, whatever it is made of.
First-order optics asks for C, the third-order sums for G as well; both hold contributions of the base curve
and of every departure: a term in r^2 bends the vertex, and even a mild asphere of Forbes does.

Odd powers have no place in such a series and are left out: a term in r^3 lies between the orders, and one in
r (an axicon) has no power at its vertex.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from typing import Any, Literal, TypeAlias

from lichtbild.optics.scalar import Scalar
from lichtbild.optics.surface import (
    ForbesQbfs,
    ForbesQcon,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)

Section: TypeAlias = Literal["x", "y"]
"""The plane that paraxial rays run in: yz, the meridional one, or xz; the same for surfaces of revolution."""


def is_radial(surfaces: tuple[Surface, ...]) -> bool:
    """True if every surface is one of revolution, so that all sections are the same."""
    return not any(isinstance(surface.departure, XYPolynomial | Toroid) for surface in surfaces)


@dataclass(frozen=True)
class Vertex:
    """The first two numbers of a sag.

    Args:
        curvature: C, 1 / mm.
        fourth: G, mm^-3.
    """

    curvature: Scalar
    fourth: Scalar

    @property
    def aspheric(self) -> Scalar:
        """G beyond that of a sphere of the same vertex curvature, mm^-3."""
        return self.fourth - self.curvature**3 / 8


def vertex(surface: Surface, section: Section = "y") -> Vertex:
    """Curvature and fourth-order sag at the vertex, of the surface's own kind of number.

    Args:
        surface: any.
        section: for toroids and freeforms; their departures beyond this plane do not enter.
    """
    c = surface.curvature
    base = Vertex(c, (1 + surface.conic) * c**3 / 8)
    match surface.departure:
        case None:
            return base
        case PowerSeries(powers, coefficients):
            return _with_series(base, powers, coefficients)
        case ForbesQcon(norm, coefficients):
            return Vertex(base.curvature, base.fourth + _at_axis(coefficients, _qcon)[0] / norm**4)
        case ForbesQbfs(norm, coefficients):
            value, slope = _at_axis(coefficients, _qbfs)
            fourth = (slope - value) / norm**4 + value * c**2 / (2 * norm**2)
            return Vertex(c + 2 * value / norm**2, base.fourth + fourth)
        case XYPolynomial(norm, pairs, coefficients):
            across = [(i, j) if section == "x" else (j, i) for i, j in pairs]
            pure = [(i, a) for (i, j), a in zip(across, coefficients, strict=True) if j == 0]
            return _with_series(base, [i for i, _ in pure], [a / norm**i for i, a in pure])
        case Toroid(curvature, powers, coefficients):
            if section == "x":
                return Vertex(curvature, curvature**3 / 8)
            return _with_series(base, powers, coefficients)


def _with_series(base: Vertex, powers: Sequence[int], coefficients: Sequence[Any]) -> Vertex:
    terms = list(zip(powers, coefficients, strict=True))
    second = sum(a for power, a in terms if power == 2)
    fourth = sum(a for power, a in terms if power == 4)
    return Vertex(base.curvature + 2 * second, base.fourth + fourth)


def _at_axis(coefficients: tuple[Any, ...], family: Any) -> tuple[Any, Any]:
    """A sum of Forbes's polynomials in u and its slope, both at u = 0."""
    values, slopes = family(len(coefficients))
    return (
        sum(a * value for a, value in zip(coefficients, values, strict=True)),
        sum(a * slope for a, slope in zip(coefficients, slopes, strict=True)),
    )


def _qcon(terms: int) -> tuple[list[float], list[float]]:
    """Qcon_m = P_m^(0,4)(2u - 1) at u = 0, where only the value counts (Abramowitz and Stegun, 22.4.1)."""
    return [float((-1) ** m * comb(m + 4, 4)) for m in range(terms)], [0.0] * terms


def _qbfs(terms: int) -> tuple[list[float], list[float]]:
    """Qbfs_m and their slopes at u = 0 (Forbes, Opt. Express 18, 19700 (2010), equations A.14 to A.16)."""
    f, g = [2.0, sqrt(19) / 2], -0.5
    p, p_slope = [2.0, 6.0], [0.0, -8.0]
    q, q_slope = [1.0, 13 / sqrt(19)], [0.0, -16 / sqrt(19)]
    for m in range(2, terms):
        h = -m * (m - 1) / (2 * f[m - 2])
        g = -(1 + g * h) / f[m - 1]
        f.append(sqrt(m * (m + 1) + 3 - g**2 - h**2))
        p.append(2 * p[m - 1] - p[m - 2])
        p_slope.append(2 * p_slope[m - 1] - 4 * p[m - 1] - p_slope[m - 2])
        q.append((p[m] - g * q[m - 1] - h * q[m - 2]) / f[m])
        q_slope.append((p_slope[m] - g * q_slope[m - 1] - h * q_slope[m - 2]) / f[m])
    return q[:terms], q_slope[:terms]
