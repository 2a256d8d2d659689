"""Vignette of a picture: a map of gains between its points, row by row."""

from typing import Any

import numpy as np

from lichtbild.numerics.kernel import kernel

Between = tuple[np.ndarray, np.ndarray]
"""Index of the point before each pixel of an axis, int32; and share of the next point."""


def faded(samples: Any, gains: Any, rows: Between, columns: Between) -> Any:
    """Float32 samples ``[row, column, plane]`` times a map of gains, interpolated bilinearly.

    Args:
        samples: light.
        gains: of the map's points ``[row, column]``, at least two along each axis.
        rows: where the rows lie between the points.
        columns: where the columns lie.
    """
    result = np.empty(samples.shape, np.float32)
    fade(np.ascontiguousarray(samples), np.ascontiguousarray(gains, np.float32), rows, columns, result)
    return result


@kernel
def fade(samples: np.ndarray, gains: np.ndarray, rows: Between, columns: Between, result: np.ndarray) -> None:
    """Write the samples times the gains."""
    befores, downs = rows
    lefts, shares = columns
    height, width, _ = samples.shape
    upper, lower = np.empty(width, np.float32), np.empty(width, np.float32)
    known = -1
    for y in range(height):
        if befores[y] != known:
            known = befores[y]
            along(gains[known], lefts, shares, upper)
            along(gains[known + 1], lefts, shares, lower)
        down = downs[y]
        row, out = samples[y], result[y]
        for i in range(width):
            gain = upper[i] + (lower[i] - upper[i]) * down
            out[i, 0] = row[i, 0] * gain
            out[i, 1] = row[i, 1] * gain
            out[i, 2] = row[i, 2] * gain


@kernel
def along(points: np.ndarray, lefts: np.ndarray, shares: np.ndarray, line: np.ndarray) -> None:
    """A row of points at each column of pixels."""
    for i in range(line.shape[0]):
        before = points[lefts[i]]
        line[i] = before + (points[lefts[i] + 1] - before) * shares[i]
