"""Edge position: where an edge lies in one plane of a picture, from the light on either side of it.

Along a line of samples across the edge, the samples' missing light counts the pixels that the dark (or
bright) side covers: the sum of (right - I) / (right - left) is the edge's distance from the line's beginning.
It is the centroid of the line spread function, whatever its shape, and exact for light that was averaged over
whole pixels, since sums of such samples are integrals.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

Place = tuple[float, float]

_LEVELS: Final = 0.6
"""Share of the reach from which on samples count as one of the two sides."""
_LINES: Final = 8
"""Fewest lines across an edge."""


@dataclass(frozen=True, eq=False)
class EdgePosition:
    """Where an edge lies; numbers of NumPy or JAX.

    Attributes:
        offset: distance of the edge from the middle between the given ends, along the normal, px.
        sigma: standard error of it, from how the lines differ and how well the levels are known.
        normal: unit vector ``(column, row)`` across the edge, towards larger columns or rows.
        contrast: (right - left) / (right + left).
    """

    offset: Any
    sigma: Any
    normal: Place
    contrast: Any


def edge_position(plane: Any, start: Place, end: Place, reach: float) -> EdgePosition:
    """Where the edge between two places lies.

    Args:
        plane: ``[row, column]`` of light, NumPy or JAX.
        start: ``(column, row)`` of about where the edge begins, px.
        end: of about where it ends.
        reach: px on either side that are even, along rows or columns.

    Raises:
        BadInput: the edge is too short, or its surroundings leave the plane.
    """
    upright = abs(end[1] - start[1]) >= abs(end[0] - start[0])
    if not upright:
        turned = edge_position(plane.T, start[::-1], end[::-1], reach)
        return EdgePosition(turned.offset, turned.sigma, turned.normal[::-1], turned.contrast)
    xp = namespace(plane)
    lines, columns, slope = _lines(plane.shape, start, end, reach)
    values = plane[lines[:, None], columns]
    half = columns.shape[1] // 2
    outer = max(int((1 - _LEVELS) * half), 1)
    left, right = values[:, :outer].mean(), values[:, -outer:].mean()
    counted = columns[:, 0] + ((right - values) / (right - left)).sum(axis=1)
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    along = lines + 0.5 - middle[1]
    terms = np.stack([np.ones(len(lines)), along], axis=1)
    fitted = xp.asarray(np.linalg.pinv(terms)) @ (counted - middle[0])
    rest = counted - middle[0] - xp.asarray(terms) @ fitted
    error = (rest**2).sum() / (len(lines) - 2) * np.linalg.inv(terms.T @ terms)[0, 0]
    # The two levels are the same for all lines, and their samples are counted too: each of these weighs
    # half / outer - 1 instead of 1.
    noise = (values[:, :outer].var() + values[:, -outer:].var()) / (right - left) ** 2
    error = xp.sqrt(error + noise * max((half / outer - 1) ** 2 - 1, 0.0) * outer / len(lines))
    length = float(np.hypot(1.0, slope))
    normal = (1 / length, -slope / length)
    return EdgePosition(fitted[0] / length, error / length, normal, (right - left) / (right + left))


def _lines(
    shape: tuple[int, ...], start: Place, end: Place, reach: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Rows that the edge crosses, the columns about it on each, and columns by row."""
    first, last = sorted((start[1], end[1]))
    lines = np.arange(int(np.ceil(first)), int(np.floor(last)))
    half = int(reach)
    if len(lines) < _LINES or half < 3:
        raise BadInput(
            f"an edge of {last - first:.1f} px with {reach:.1f} px on either side is too small; "
            f"{_LINES} and 3 are needed"
        )
    slope = (end[0] - start[0]) / (end[1] - start[1])
    centre = start[0] + slope * (lines + 0.5 - start[1])
    columns = np.floor(centre).astype(int)[:, None] + np.arange(-half, half + 1)
    if lines[0] < 0 or lines[-1] >= shape[0] or columns.min() < 0 or columns.max() >= shape[1]:
        raise BadInput(f"the edge from {start} to {end} leaves the picture of {shape[1]} x {shape[0]} px")
    return lines, columns, float(slope)
