"""Lens warp: the correction of distortion and lateral colour that a grid of points asks for.

Each colour's points are compared with the ideal ones of the green plane's radial fit; their ratio of radii is
a polynomial in the ideal radius, which is what a raw file's warp is.

Source: DNG 1.7.1 chapter 7, WarpRectilinear: 1 is the radius of the farthest pixel from the centre.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.opcode import WarpRectilinear
from lichtbild.quality.radial_fit import radial_fit

PLANES: Final = ("red", "green", "blue")


def lens_warp(
    chart: Float[np.ndarray, "point 2"],
    places: Mapping[str, Float[np.ndarray, "point 2"]],
    size: tuple[int, int],
) -> WarpRectilinear:
    """The warp by which the picture of a plane becomes rectilinear and its colours lie on one another.

    Args:
        chart: ``(x, y)`` of the points, mm.
        places: ``(column, row)`` of each point in "red", "green" and "blue", px.
        size: height and width of the picture, px.

    Raises:
        BadInput: the points do not tell the lens's terms.
    """
    fit = radial_fit(chart, places["green"], size)
    # A radius of 1 is that of the farthest pixel's centre, not of the corner.
    middle, half = np.array([size[1] / 2, size[0] / 2]), float(np.hypot(size[0] - 1, size[1] - 1)) / 2
    ideal = (np.asarray(fit.ideal) - middle) / half
    rows = [_terms(ideal, (places[name] - middle) / half) for name in PLANES]
    return WarpRectilinear(np.stack(rows), np.zeros((3, 2)), (0.5, 0.5))


def _terms(ideal: np.ndarray, seen: Any) -> Float[np.ndarray, "4"]:
    """Factors of r^0, r^2, r^4, r^6 of the ratio; a shift of the whole, which is no warp, is left out."""
    square = (ideal**2).sum(axis=1)
    slopes = [(ideal * square[:, None] ** power).ravel() for power in range(4)]
    shifts = [np.tile(axis, len(ideal)) for axis in np.eye(2)]
    fitted = np.linalg.lstsq(np.stack(slopes + shifts, axis=1), np.asarray(seen).ravel(), rcond=None)[0]
    return np.asarray(fitted[:4])
