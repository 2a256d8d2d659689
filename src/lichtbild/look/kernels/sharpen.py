"""Output sharpening of a row: lightness of five rows, their mean and their ends, and the bounded gain."""

from typing import Any

import numpy as np

from lichtbild.look.kernels.powers import cube_root
from lichtbild.look.kernels.rows import Plane
from lichtbild.numerics.kernel import kernel

_f = np.float32


@kernel
def lightness(row: Any, luminance: Any, darkest: Any, result: Plane) -> None:
    """Cube root of the luminance of a row ``[column, plane]``, with its ends repeated twice."""
    r, g, b = luminance[0], luminance[1], luminance[2]
    width = row.shape[0]
    inner = result[2 : width + 2]
    for i in range(width):
        inner[i] = row[i, 0] * r + row[i, 1] * g + row[i, 2] * b
    for i in range(width):
        inner[i] = cube_root(max(inner[i], darkest))
    for i in range(2):
        result[i] = inner[0]
        result[width + 2 + i] = inner[width - 1]


@kernel
def sharpening_gain(
    ring: np.ndarray, y: int, height: int, numbers: Any, scratch: np.ndarray, gain: Plane
) -> None:
    """The gain of row ``y``; ``ring`` holds the lightness of row r at r % 5."""
    far, near, middle = ring[max(y - 2, 0) % 5], ring[max(y - 1, 0) % 5], ring[y % 5]
    next_near, next_far = ring[min(y + 1, height - 1) % 5], ring[min(y + 2, height - 1) % 5]
    mean, low, high = scratch[0], scratch[1], scratch[2]
    w0, w1, w2 = numbers[0], numbers[1], numbers[2]
    for i in range(mean.shape[0]):
        a, b, c, d, e = far[i], near[i], middle[i], next_near[i], next_far[i]
        mean[i] = w0 * c + w1 * (b + d) + w2 * (a + e)
        low[i] = min(min(min(a, b), min(d, e)), c)
        high[i] = max(max(max(a, b), max(d, e)), c)
    bounded_gain(middle, mean, low, high, numbers, gain)


@kernel
def across(plane: Plane, width: int) -> Any:
    """A padded row seen from each of its five neighbours."""
    return (
        plane[:width],
        plane[1 : width + 1],
        plane[2 : width + 2],
        plane[3 : width + 3],
        plane[4 : width + 4],
    )


@kernel
def bounded_gain(middle: Plane, mean: Plane, low: Plane, high: Plane, numbers: Any, gain: Plane) -> None:
    """Third power of the ratio of lightness after to that before; the ends of 5 x 5 pixels bound it."""
    width = middle.shape[0] - 4
    m0, m1, m2, m3, m4 = across(mean, width)
    l0, l1, l2, l3, l4 = across(low, width)
    h0, h1, h2, h3, h4 = across(high, width)
    light = middle[2 : width + 2]
    w0, w1, w2 = numbers[0], numbers[1], numbers[2]
    amount, overshoot, noise = numbers[3], numbers[4], numbers[5]
    for i in range(width):
        detail = light[i] - (w0 * m2[i] + w1 * (m1[i] + m3[i]) + w2 * (m0[i] + m4[i]))
        square = detail * detail
        wanted = light[i] + amount * detail * (square / (square + noise))
        least = min(min(min(l0[i], l1[i]), min(l3[i], l4[i])), l2[i])
        most = max(max(max(h0[i], h1[i]), max(h3[i], h4[i])), h2[i])
        room = overshoot * (most - least)
        ratio = max(min(max(wanted, least - room), most + room), _f(0)) / light[i]
        gain[i] = ratio * ratio * ratio
