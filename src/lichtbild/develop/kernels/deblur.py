"""Deblurring, three rows of luminance at a time; the mathematics stands in `lichtbild.develop.deblur`."""

import numpy as np
from jaxtyping import Float32

from lichtbild.numerics.kernel import kernel

Row = Float32[np.ndarray, " w"]

_ZERO, _ONE, _FOUR = np.float32(0), np.float32(1), np.float32(4)


@kernel
def luminance_row(light: Float32[np.ndarray, "w 3"], weights: Float32[np.ndarray, "3"], row: Row) -> None:
    """Luminance into ``row``, with the border's pixels repeated once at both ends."""
    red, green, blue = weights[0], weights[1], weights[2]
    inner = row[1 : 1 + light.shape[0]]
    for x in range(light.shape[0]):
        inner[x] = red * light[x, 0] + green * light[x, 1] + blue * light[x, 2]
    row[0] = inner[0]
    row[light.shape[0] + 1] = inner[light.shape[0] - 1]


@kernel
def changes(above: Row, here: Row, below: Row, p: Float32[np.ndarray, "10"], out: Row) -> None:
    """What is added to each pixel of a row; the rows have a pixel more at both ends.

    ``p`` holds edge, corner, q times slope, q times offset, t times slope, t times offset, the luminance of a
    full sensor, one over the span of its fade, the overshoot, and a number that keeps 0 / 0 away.
    """
    width = out.shape[0]
    edge, corner, qs, qo, ts, to, full, fade, over = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]
    under = p[9]
    a0, a1, a2 = above[:width], above[1 : width + 1], above[2 : width + 2]
    h0, h1, h2 = here[:width], here[1 : width + 1], here[2 : width + 2]
    b0, b1, b2 = below[:width], below[1 : width + 1], below[2 : width + 2]
    for x in range(width):
        y = h1[x]
        edges = (a1[x] + b1[x]) + (h0[x] + h2[x])
        corners = (a0[x] + a2[x]) + (b0[x] + b2[x])
        change = edge * (edges - _FOUR * y) + corner * (corners - _FOUR * y)
        low = min(min(min(a0[x], a1[x]), min(a2[x], h0[x])), min(min(h2[x], b0[x]), min(b1[x], b2[x])))
        high = max(max(max(a0[x], a1[x]), max(a2[x], h0[x])), max(max(h2[x], b0[x]), max(b1[x], b2[x])))
        low, high = min(low, y), max(high, y)
        lit = max(y, _ZERO)
        square = lit * lit
        worth = max(square - (qs * lit + qo), _ZERO) / (square + (ts * lit + to))
        worth *= min(max((full - high) * fade, _ZERO), _ONE)
        beyond = over * (high - low)
        floor = low - min(beyond, under * max(low, _ZERO)) - y
        out[x] = min(max(worth * change, floor), high + beyond - y)


@kernel
def deblurred(
    light: Float32[np.ndarray, "h w 3"],
    weights: Float32[np.ndarray, "3"],
    p: Float32[np.ndarray, "10"],
    corner: tuple[int, int],
    out: Float32[np.ndarray, "a b 3"],
) -> None:
    """The sharper image from ``corner`` on into ``out``; arguments as for `changes` and `luminance_row`."""
    height, width = light.shape[0], light.shape[1]
    rows = np.empty((3, width + 2), np.float32)
    change = np.empty(width, np.float32)
    top, left = corner
    luminance_row(light[max(top - 1, 0)], weights, rows[(top + 2) % 3])
    luminance_row(light[top], weights, rows[top % 3])
    wanted = change[left : left + out.shape[1]]
    for row in range(out.shape[0]):
        y = top + row
        luminance_row(light[min(y + 1, height - 1)], weights, rows[(y + 1) % 3])
        changes(rows[(y + 2) % 3], rows[y % 3], rows[(y + 1) % 3], p, change)
        source, target = light[y, left:], out[row]
        for x in range(target.shape[0]):
            d = wanted[x]
            target[x, 0] = source[x, 0] + d
            target[x, 1] = source[x, 1] + d
            target[x, 2] = source[x, 2] + d
