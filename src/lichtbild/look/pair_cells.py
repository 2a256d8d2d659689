"""Cells of a pair: samples that were alike before, taken together."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.look.pair_samples import Samples

MOST: Final = 400
"""Cells are made wider until there are no more than these."""

WIDTHS: Final = (4.0, 5.0, 6.5, 8.0, 10.0, 13.0, 17.0, 25.0)
"""Sides of a cell in CIELAB that are tried."""

_LEAST_WEIGHT: Final = 0.02
_FEWEST: Final = 0.5
_GREY: Final = 5.0
"""C* up to which colours at the ends of the range count, for black and white paper lie there."""
_BIWEIGHT: Final = 4.685
_SPREAD: Final = 0.3
_POOLED: Final = 3.0
"""Number of samples that the noise of all cells counts as, beside a cell's own."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Means of the samples of each cell.

    Attributes:
        before: CIELAB.
        after: CIELAB.
        noise: variance of the mean after, of L*, and of a* and b* together.
        count: number of samples of equal weight.
    """

    before: Float[np.ndarray, "n 3"]
    after: Float[np.ndarray, "n 3"]
    noise: Float[np.ndarray, "n 2"]
    count: Float[np.ndarray, " n"]


def cells(pair: Samples) -> Cells:
    """The samples by cells; those far off the others of their cell, as where a thing moved, do not count.

    Source: Beaton and Tukey, Technometrics 16, 147 (1974), for the biweight.
    """
    ends = np.hypot(pair.before[:, 1], pair.before[:, 2]) < _GREY
    kept = (pair.weight > _LEAST_WEIGHT) & (pair.inside | ends)
    before, weight = pair.before[kept], pair.weight[kept]
    change = pair.after[kept] - before
    place = _places(before)
    for _ in range(2):
        off = np.linalg.norm(change - _means(place, weight, change)[place], axis=1)
        spread = np.sqrt(_means(place, weight, off[:, None] ** 2)[:, 0])
        reach = _BIWEIGHT * np.maximum(spread, _SPREAD)[place]
        weight = weight * np.maximum(0.0, 1 - (off / reach) ** 2) ** 2
    middle = _means(place, weight, change)
    square = _means(place, weight, (change - middle[place]) ** 2)
    variance = np.column_stack([square[:, 0], square[:, 1] + square[:, 2]])
    count = np.bincount(place, weight) ** 2 / np.maximum(np.bincount(place, weight**2), 1e-12)
    good = count > _FEWEST
    variance, count = variance[good], count[good]
    pooled = (variance * count[:, None]).sum(axis=0) / max(float(count.sum()), 1.0)
    shrunk = (variance * count[:, None] + _POOLED * pooled) / (count[:, None] + _POOLED)
    given = _means(place, weight, before)[good]
    return Cells(given, given + middle[good], shrunk / count[:, None], count)


def _places(lab: Float[np.ndarray, "n 3"]) -> Int[np.ndarray, " n"]:
    """The cell of each colour, counted from 0."""
    place = np.zeros(len(lab), int)
    for width in WIDTHS:
        corner = np.round(lab / width).astype(int) + (1 << 9)
        _, place = np.unique(corner @ np.array([1 << 20, 1 << 10, 1]), return_inverse=True)
        if place.max(initial=0) < MOST:
            break
    return place


def _means(place: Int[np.ndarray, " n"], weight: Float[np.ndarray, " n"], values: Any) -> Any:
    """Weighted mean of the values in each cell, ``[cell, column]``."""
    total = np.maximum(np.bincount(place, weight), 1e-12)
    return np.column_stack([np.bincount(place, weight * column) / total for column in values.T])
