"""Measured glass: a smooth dispersion curve through indices that are known at a few wavelengths.

The abscissa is Buchdahl's chromatic coordinate, against which the index of any glass is nearly a parabola::

    omega = (lambda - lambda_d) / (1 + 2.5 (lambda - lambda_d))          lambda in um

Up to four points get the polynomial through them, more the cubic spline without knots at the second and the
last but one point, which does not swing however many points there are.

Sources: Buchdahl, J. Opt. Soc. Am. 44, 306 (1954) (coordinate); de Boor, A Practical Guide to Splines (2001),
chapter 4 (spline).
"""

from types import ModuleType
from typing import Any, Final

from lichtbild.optics.dispersion import library
from lichtbild.optics.medium import MeasuredGlass
from lichtbild.optics.spectral_line import D_LINE

_POLYNOMIAL: Final = 4
"""So many points get one polynomial."""


def chromatic_coordinate(wavelength: Any) -> Any:
    """Buchdahl's omega, in um, of a wavelength in mm; it has a pole at 187.6 nm."""
    from_d = (wavelength - D_LINE) * 1e3
    return from_d / (1.0 + 2.5 * from_d)


def measured_index(medium: MeasuredGlass, wavelength: Any) -> Any:
    """Index of a measured glass: at its points what was measured, between and beyond a smooth curve.

    Args:
        medium: its points.
        wavelength: mm.
    """
    xp = library(wavelength, *medium.wavelengths, *medium.indices)
    at = chromatic_coordinate(xp.asarray(wavelength))
    nodes = chromatic_coordinate(xp.stack([xp.asarray(value) for value in medium.wavelengths]))
    values = xp.stack([xp.asarray(value) for value in medium.indices])
    if len(medium.indices) <= _POLYNOMIAL:
        return _newton_polynomial(nodes, values, at)
    return _spline(xp, nodes, values, at)


def _newton_polynomial(nodes: Any, values: Any, at: Any) -> Any:
    """The polynomial through all points, by divided differences."""
    table = [values]
    for order in range(1, len(values)):
        table.append((table[-1][1:] - table[-1][:-1]) / (nodes[order:] - nodes[:-order]))
    total = table[-1][0] + 0.0 * at
    for order in range(len(values) - 2, -1, -1):
        total = table[order][0] + (at - nodes[order]) * total
    return total


def _spline(xp: ModuleType, nodes: Any, values: Any, at: Any) -> Any:
    """The cubic spline through all points."""
    steps = nodes[1:] - nodes[:-1]
    slopes = (values[1:] - values[:-1]) / steps
    bends = _second_derivatives(xp, steps, slopes)
    piece = xp.clip(xp.searchsorted(nodes, at, side="right") - 1, 0, len(steps) - 1)
    along, step = at - nodes[piece], steps[piece]
    first, last = bends[piece], bends[piece + 1]
    cubic = (last - first) / (6.0 * step)
    slope = slopes[piece] - step * (2.0 * first + last) / 6.0
    return values[piece] + along * (slope + along * (first / 2.0 + along * cubic))


def _second_derivatives(xp: ModuleType, steps: Any, slopes: Any) -> Any:
    """Second derivatives of the spline at its points."""
    unit = xp.eye(len(steps) + 1)
    before, after = steps[:-1, None], steps[1:, None]
    inner = before * unit[:-2] + 2.0 * (before + after) * unit[1:-1] + after * unit[2:]
    first = steps[1] * unit[0] - (steps[0] + steps[1]) * unit[1] + steps[0] * unit[2]
    last = steps[-1] * unit[-3] - (steps[-2] + steps[-1]) * unit[-2] + steps[-2] * unit[-1]
    known = 6.0 * (slopes[1:] - slopes[:-1])
    nought = xp.zeros(1)
    matrix = xp.concatenate([first[None], inner, last[None]])
    return xp.linalg.solve(matrix, xp.concatenate([nought, known, nought]))
