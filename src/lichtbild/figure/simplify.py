"""Fewer points that draw the same line."""

from math import hypot

import numpy as np
from jaxtyping import Bool, Float


def kept_points(x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], off: float) -> Bool[np.ndarray, " n"]:
    """Which points of a line draw it so that no other one lies farther than ``off`` from what is drawn.

    Source: Douglas and Peucker, Cartographica 10, 112 (1973).
    """
    kept = np.zeros(len(x), dtype=bool)
    kept[[0, -1]] = True
    spans = [(0, len(x) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        distance = _distances(x[inner], y[inner], (x[first], y[first]), (x[last], y[last]))
        farthest = int(np.argmax(distance))
        if distance[farthest] > off:
            middle = first + 1 + farthest
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return kept


def _distances(
    x: np.ndarray, y: np.ndarray, start: tuple[float, float], end: tuple[float, float]
) -> np.ndarray:
    """Distances of points from the straight line between two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down)
    if length == 0:
        return np.asarray(np.hypot(x - start[0], y - start[1]))
    return np.asarray(np.abs(across * (y - start[1]) - down * (x - start[0])) / length)
