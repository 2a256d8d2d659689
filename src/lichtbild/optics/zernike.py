"""Zernike polynomials on the unit disc: the usual words for the shape of a wavefront.

They are computed in x and y by a recurrence without cancellation, exact to rounding at any order::

    V(n, m) = z V(n-1, m-1) + conj(z) V(n-1, m+1) - V(n-2, m)          z = x + i y,  V(0, 0) = 1

whose real and imaginary parts are ``R(n, m) cos(m a)`` and ``R(n, m) sin(m a)``. A term is a pair (n, m):
degree, and angular frequency, which is negative for sines.

Source: Shakibaei and Paramesran, Opt. Lett. 38, 2487 (2013) for the radial recurrence; Noll, JOSA 66, 207
    (1976); ISO 24157 (standard order); Wyant and Creath, Applied Optics and Optical Engineering XI (1992),
    table 4 (Fringe).
"""

from dataclasses import dataclass
from math import isqrt, sqrt
from typing import Any, Literal

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

Order = Literal["noll", "standard", "fringe"]


def noll(number: int) -> tuple[int, int]:
    """Degree and frequency of Noll's term, counted from 1; Zemax's standard Zernike terms."""
    _check(number, 1)
    n = (isqrt(8 * number - 7) - 1) // 2
    place = number - n * (n + 1) // 2
    m = 2 * (place // 2) if n % 2 == 0 else 2 * ((place + 1) // 2) - 1
    return n, m if number % 2 == 0 else -m


def standard(number: int) -> tuple[int, int]:
    """Degree and frequency of a term in the order of ISO 24157 (ANSI Z80.28, OSA), counted from 0."""
    _check(number, 0)
    n = (isqrt(8 * number + 1) - 1) // 2
    return n, 2 * number - n * (n + 2)


def fringe(number: int) -> tuple[int, int]:
    """Degree and frequency of a Fringe (University of Arizona) term, counted from 1."""
    _check(number, 1)
    half = isqrt(number - 1)  # (n + |m|) / 2 is the same for a whole row of terms
    place = number - half * half - 1
    m = half - place // 2
    return 2 * half - m, -m if place % 2 else m


def _check(number: int, first: int) -> None:
    if number < first:
        raise BadInput(f"there is no Zernike term {number}: they are counted from {first}")


def terms(count: int, order: Order = "noll") -> tuple[tuple[int, int], ...]:
    """The first terms of an order as pairs of degree and frequency."""
    first, term = {"noll": (1, noll), "standard": (0, standard), "fringe": (1, fringe)}[order]
    return tuple(term(first + i) for i in range(count))


def zernike(pairs: tuple[tuple[int, int], ...], x: Any, y: Any, *, orthonormal: bool = True) -> Any:
    """Terms at points of the disc, ``[*points, term]``.

    Args:
        pairs: degree and frequency of each term.
        x: NumPy or JAX.
        y: as ``x``.
        orthonormal: the mean square over the disc is 1; else the greatest value is 1, as for Fringe terms.
    """
    xp = namespace(x)
    found = _recurred(max(n for n, _ in pairs), x, y)
    columns = []
    for n, m in pairs:
        value = found[n][abs(m)][0 if m >= 0 else 1]
        scale = sqrt((n + 1) * (1 if m == 0 else 2)) if orthonormal else 1.0
        columns.append(scale * value)
    return xp.stack(columns, axis=-1)


def _recurred(degree: int, x: Any, y: Any) -> list[dict[int, tuple[Any, Any]]]:
    """Real and imaginary parts of V(n, m) for m >= 0, by degree and frequency."""
    one, none = x * 0 + 1, x * 0
    rows: list[dict[int, tuple[Any, Any]]] = [{0: (one, none)}]
    for n in range(1, degree + 1):
        row = {}
        before = rows[n - 1]
        for m in range(n % 2, n + 1, 2):
            down_c, down_s = before[m - 1] if m > 0 else _conjugate(before[1])
            up_c, up_s = before.get(m + 1, (none, none))
            last_c, last_s = rows[n - 2].get(m, (none, none)) if n > 1 else (none, none)
            row[m] = (
                x * (down_c + up_c) - y * (down_s - up_s) - last_c,
                x * (down_s + up_s) + y * (down_c - up_c) - last_s,
            )
        rows.append(row)
    return rows


def _conjugate(value: tuple[Any, Any]) -> tuple[Any, Any]:
    return value[0], -value[1]


@dataclass(frozen=True)
class ZernikeFit:
    """Zernike terms of values on a disc.

    Args:
        pairs: degree and frequency of each term.
        coefficients: ``[*batch, term]``, in the values' unit.
        residual: root mean square of what is left, ``[*batch]``.
    """

    pairs: tuple[tuple[int, int], ...]
    coefficients: Any
    residual: Any


def fit(points: Any, values: Any, weights: Any, count: int = 37, order: Order = "noll") -> ZernikeFit:
    """The Zernike terms nearest to values, by weighted least squares.

    Args:
        points: x and y ``[2, point]`` on the unit disc.
        values: ``[*batch, point]``.
        weights: of the points, ``[point]``.
        count: of terms.
        order: whose numbers; Fringe terms have the greatest value 1, the others the mean square 1.

    Raises:
        BadInput: more terms than points.
    """
    points, weights = np.asarray(points), np.asarray(weights)
    if count > points.shape[1]:
        raise BadInput(f"{count} Zernike terms need as many points or more: there are {points.shape[1]}")
    xp = namespace(values)
    pairs = terms(count, order)
    basis = zernike(pairs, points[0], points[1], orthonormal=order != "fringe")
    share = weights / np.sum(weights)
    inverse = np.linalg.pinv(basis * np.sqrt(share)[:, None]) * np.sqrt(share)
    coefficients = values @ inverse.T
    left = values - coefficients @ basis.T
    return ZernikeFit(pairs, coefficients, xp.sqrt(xp.sum(share * left**2, axis=-1)))
