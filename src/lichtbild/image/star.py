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


def star_means(
    x_edges: XEdges, y_edges: YEdges, cycles: int, *, inner: float = 0.0, binary: bool = False
) -> Means:
    """Mean over each pixel of a star's wave, -1 to 1, about the place (0, 0); 1 to the right of it.

    By Gauss's rule, with more points where cycles are fine, or by even samples where the wave jumps.

    Args:
        x_edges: of the columns.
        y_edges: of the rows.
        cycles: over the full turn.
        inner: radius below which the wave is 0.
        binary: whether the wave jumps from -1 to 1.
    """
    if binary:
        count = 2 * _NODES
        return _sampled(x_edges, y_edges, cycles, inner, ((np.arange(count) * 2 + 1) / count - 1, None))
    means = _sampled(x_edges, y_edges, cycles, inner, np.polynomial.legendre.leggauss(_NODES))
    pixel = max(float(np.diff(x_edges).max()), float(np.diff(y_edges).max()))
    reach = _FINE * pixel * cycles / (2 * np.pi)
    columns, rows = (_within(edges, reach) for edges in (x_edges, y_edges))
    if rows.stop > rows.start and columns.stop > columns.start:
        near_x = x_edges[columns.start : columns.stop + 1]
        near_y = y_edges[rows.start : rows.stop + 1]
        nodes = np.polynomial.legendre.leggauss(_FINE_NODES)
        means[rows, columns] = _sampled(near_x, near_y, cycles, inner, nodes)
    return means


def _within(edges: Float[np.ndarray, " edges"], reach: float) -> slice:
    """Pixels that a distance from 0 reaches."""
    begin, end = np.searchsorted(edges, (-reach, reach))
    return slice(max(int(begin) - 1, 0), min(int(end), len(edges) - 1))


def _sampled(
    x_edges: XEdges,
    y_edges: YEdges,
    cycles: int,
    inner: float,
    rule: tuple[Float[np.ndarray, " node"], Float[np.ndarray, " node"] | None],
) -> Means:
    """Weighted mean of the wave at points of each pixel; without weights they count alike and it jumps."""
    places, given = rule
    weights = np.full(len(places), 2 / len(places)) if given is None else given
    x_middle, y_middle = (x_edges[1:] + x_edges[:-1]) / 2, (y_edges[1:] + y_edges[:-1]) / 2
    x_half, y_half = np.diff(x_edges) / 2, np.diff(y_edges) / 2
    total = np.zeros((len(y_middle), len(x_middle)))
    for down, row_weight in zip(places, weights, strict=True):
        y = (y_middle + down * y_half)[:, None]
        for right, weight in zip(places, weights, strict=True):
            x = (x_middle + right * x_half)[None]
            wave = np.cos(cycles * np.arctan2(y, x))
            wave = np.sign(wave) if given is None else wave
            total += row_weight * weight / 4 * np.where(x * x + y * y >= inner**2, wave, 0.0)
    return total
