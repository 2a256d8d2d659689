"""Sag table: heights of a surface, its slopes, and how far it departs from its best-fit sphere.

The best-fit sphere touches the surface at its vertex and has the least sum of squared differences in sag
over the aperture's area, which is what a maker removes or an interferometer's null has to take up.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.optics.drawing.faces import sags
from lichtbild.optics.surface import Surface, Toroid, XYPolynomial

STEP = 1e-5
"""Of the semi-aperture: for slopes by central differences, right to about 1e-10."""

SAMPLES = 400
ROUNDS = 30


@dataclass(frozen=True, eq=False)
class SagTable:
    """A surface at heights along +y (for a surface of revolution: at radii).

    Args:
        height: mm.
        sag: mm.
        slope: d(sag) / d(height), no unit.
        departure: sag less that of the best-fit sphere, mm.
        sphere_radius: of the best-fit sphere, mm; infinite for a plane.
    """

    height: Float[np.ndarray, " n"]
    sag: Float[np.ndarray, " n"]
    slope: Float[np.ndarray, " n"]
    departure: Float[np.ndarray, " n"]
    sphere_radius: float


def sag_table(
    surface: Surface,
    heights: Float[np.ndarray, " n"] | None = None,
    *,
    semi_aperture: float | None = None,
    rows: int = 21,
) -> SagTable:
    """Sags, slopes and departures of a surface.

    Args:
        surface: any; one that is not of revolution is followed along +y.
        heights: mm; None divides the semi-aperture evenly.
        semi_aperture: mm; None takes the surface's own.
        rows: how many heights where none are given.

    Raises:
        BadInput: there is no semi-aperture.
    """
    semi = surface.semi_aperture if semi_aperture is None else semi_aperture
    if semi is None or not semi > 0:
        raise BadInput("a sag table needs a semi-aperture in mm: the surface has none, and none is given")
    y = np.linspace(0, float(semi), rows) if heights is None else np.asarray(heights, dtype=float)
    step = STEP * float(semi)
    slope = (sags(surface, y + step) - sags(surface, y - step)) / (2 * step)
    curvature = best_fit_curvature(surface, float(semi))
    sag = sags(surface, y)
    return SagTable(y, sag, slope, sag - _sphere(curvature, y), 1 / curvature if curvature else inf)


def best_fit_curvature(surface: Surface, semi_aperture: float) -> float:
    """Curvature of the best-fit sphere, 1 / mm; 0 for a plane."""
    # Equal steps of area.
    y = semi_aperture * np.sqrt((np.arange(SAMPLES) + 0.5) / SAMPLES)
    wanted = sags(surface, y)
    curvature = 2 * float((wanted * y**2).sum() / (y**4).sum())
    most = 0.999 / semi_aperture
    for _ in range(ROUNDS):
        curvature = float(np.clip(curvature, -most, most))
        root = np.sqrt(1 - (curvature * y) ** 2)
        rate = y**2 / (root * (1 + root))
        change = float((rate * (wanted - _sphere(curvature, y))).sum() / (rate**2).sum())
        curvature += change
        if abs(change) < 1e-15 * max(abs(curvature), 1 / semi_aperture):
            break
    return 0.0 if abs(curvature) < 1e-12 / semi_aperture else float(np.clip(curvature, -most, most))


def _sphere(curvature: float, y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    inside = np.maximum(1 - (curvature * y) ** 2, 0)
    return np.asarray(curvature * y**2 / (1 + np.sqrt(inside)))


def is_of_revolution(surface: Surface) -> bool:
    """True if one profile tells the whole surface."""
    return not isinstance(surface.departure, XYPolynomial | Toroid)


def csv(table: SagTable) -> str:
    """Text of a table with a head, each number with all its digits: mm, departures in µm."""
    lines = ["height_mm,sag_mm,slope,departure_um"]
    columns = (table.height, table.sag, table.slope, table.departure / um(1))
    lines += [
        ",".join(repr(value) for value in row) for row in zip(*(c.tolist() for c in columns), strict=True)
    ]
    return "\n".join(lines) + "\n"
