"""Kernel of a star's fits: the normal equations of each ring's sectors, in two passes over the samples."""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel

COUNT, LIGHT, X, Y, FREQUENCY, INVERSE, ABOVE = 0, 1, 2, 3, 4, 5, 6
"""Columns of the first sums; the last is the square of the light over its mean."""
_Line = Float64[np.ndarray, " sample"]


@kernel
def star_sums(
    samples: tuple[_Line, _Line, _Line, _Line],
    edges: Float64[np.ndarray, " edge"],
    star: tuple[int, int, float],
    sums: Float64[np.ndarray, "part 7"],
    normal: Float64[np.ndarray, "part 5 6"],
) -> None:
    """Sums over each part, and its normal equations with their right side.

    Args:
        samples: x and y on the chart, mm, light and frequency.
        edges: of the rings, growing, mm.
        star: sectors, the first of which begins at angle 0, cycles, px to a mm.
        sums: takes the columns above.
        normal: takes products of 1, cos, sin, x and y with one another and with the light over its mean.
    """
    x, y, light, frequency = samples
    sectors, cycles, scale = star
    group, angle = np.empty(x.shape[0], np.int64), np.empty(x.shape[0])
    sums[:] = 0.0
    normal[:] = 0.0
    for i in range(x.shape[0]):
        radius = math.sqrt(x[i] * x[i] + y[i] * y[i])
        ring = ring_of(radius, edges)
        group[i] = -1
        if ring >= 0:
            angle[i] = math.atan2(y[i], x[i])
            share = angle[i] / (2 * math.pi)
            sector = int((share + 1 if share < 0 else share) * sectors) % sectors
            group[i] = ring * sectors + sector
            at = sums[group[i]]
            at[0] += 1.0
            at[1] += light[i]
            at[2] += x[i]
            at[3] += y[i]
            at[4] += frequency[i]
            at[5] += 1.0 / radius
    columns = np.empty(6)
    columns[0] = 1.0
    for i in range(x.shape[0]):
        if group[i] < 0:
            continue
        at, into = sums[group[i]], normal[group[i]]
        turn = cycles * angle[i]
        columns[1], columns[2] = math.cos(turn), math.sin(turn)
        columns[3], columns[4] = (x[i] - at[2] / at[0]) * scale, (y[i] - at[3] / at[0]) * scale
        columns[5] = light[i] - at[1] / at[0]
        at[6] += columns[5] * columns[5]
        for p in range(5):
            for q in range(p, 6):
                into[p, q] += columns[p] * columns[q]
    for part in range(normal.shape[0]):
        for p in range(1, 5):
            for q in range(p):
                normal[part, p, q] = normal[part, q, p]


@kernel
def ring_of(radius: float, edges: Float64[np.ndarray, " edge"]) -> int:
    """The ring that holds a radius, its inner edge included; -1 where none does."""
    if not edges[0] <= radius < edges[edges.shape[0] - 1]:
        return -1
    low, high = 0, edges.shape[0] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if radius >= edges[middle]:
            low = middle
        else:
            high = middle
    return low
