"""Star: the mean of a Siemens star's wave over each pixel.

Source: after ISO 12233:2023, s-SFR: a star that is sinusoidal over the angle.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

XEdges = Float[np.ndarray, " x"]
YEdges = Float[np.ndarray, " y"]
Means = Float[np.ndarray, "row column"]

_NODES: Final = 4
"""Gauss points along each side of a pixel: exact to the seventh power of the place."""
_FINE_NODES: Final = 16
_FINE: Final = 2.0
"""Pixels of a cycle, below which more points are taken: four err by 1e-5 of the wave there."""


def star_means(x_edges: XEdges, y_edges: YEdges, cycles: int, *, inner: float = 0.0) -> Means:
    """Mean over each pixel of a star's wave, -1 to 1, about the place (0, 0); 1 to the right of it.

    By Gauss's rule, with more points where cycles are fine.

    Args:
        x_edges: of the columns.
        y_edges: of the rows.
        cycles: over the full turn.
        inner: radius below which the wave is 0.
    """
    means = _by_gauss(x_edges, y_edges, cycles, inner, _NODES)
    pixel = max(float(np.diff(x_edges).max()), float(np.diff(y_edges).max()))
    reach = _FINE * pixel * cycles / (2 * np.pi)
    columns, rows = (_within(edges, reach) for edges in (x_edges, y_edges))
    if rows.stop > rows.start and columns.stop > columns.start:
        near_x = x_edges[columns.start : columns.stop + 1]
        near_y = y_edges[rows.start : rows.stop + 1]
        means[rows, columns] = _by_gauss(near_x, near_y, cycles, inner, _FINE_NODES)
    return means


def _within(edges: Float[np.ndarray, " edges"], reach: float) -> slice:
    """Pixels that a distance from 0 reaches."""
    begin, end = np.searchsorted(edges, (-reach, reach))
    return slice(max(int(begin) - 1, 0), min(int(end), len(edges) - 1))


def _by_gauss(x_edges: XEdges, y_edges: YEdges, cycles: int, inner: float, nodes: int) -> Means:
    """Mean of the wave over each pixel by Gauss's rule, with points along each of its sides."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    x_middle, y_middle = (x_edges[1:] + x_edges[:-1]) / 2, (y_edges[1:] + y_edges[:-1]) / 2
    x_half, y_half = np.diff(x_edges) / 2, np.diff(y_edges) / 2
    total = np.zeros((len(y_middle), len(x_middle)))
    for down, row_weight in zip(places, weights, strict=True):
        y = (y_middle + down * y_half)[:, None]
        for right, weight in zip(places, weights, strict=True):
            x = (x_middle + right * x_half)[None]
            wave = np.cos(cycles * np.arctan2(y, x))
            total += row_weight * weight / 4 * np.where(x * x + y * y >= inner**2, wave, 0.0)
    return total
