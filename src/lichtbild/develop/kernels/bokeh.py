"""Kernels of `lichtbild.develop.bokeh`: pixels collected in layers, layers laid over one another."""

from typing import Any

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def collect(  # noqa: PLR0913  numba takes arrays, no structs
    light: Any, cover: Any, place: Any, cell: int, layer: int, shift: int, part: Any, first: Any, out: Any
) -> None:
    """Add the part of a sheet that lies in a layer, on pixels ``2^shift`` as large.

    A pixel between two layers is shared by both, as near as it lies to each.

    Args:
        light: premultiplied, ``[row, column, 3]``, of the sheet.
        cover: its coverage ``[row, column]``.
        place: its place in the sequence of layers, ``[row, column]``.
        cell: pixels of the picture along one of the sheet.
        layer: which.
        shift: see above.
        part: top, left, bottom and right of what is added, in pixels of the picture.
        first: row and column of the part from the first of ``out``, in the same; not below 0.
        out: ``[4, row, column]``: three colours, and coverage.
    """
    area = np.float32(1.0 / (1 << (2 * shift)))
    one, zero = np.float32(1.0), np.float32(0.0)
    number = np.float32(layer)
    top, left, bottom, right = part
    for row in range(top, bottom):
        y = (row - top + first[0]) >> shift
        i = row // cell
        for column in range(left, right):
            j = column // cell
            weight = (one - abs(place[i, j] - number)) * area
            if weight <= zero or cover[i, j] <= zero:
                continue
            x = (column - left + first[1]) >> shift
            out[0, y, x] += weight * light[i, j, 0]
            out[1, y, x] += weight * light[i, j, 1]
            out[2, y, x] += weight * light[i, j, 2]
            out[3, y, x] += weight * cover[i, j]


@kernel
def between(  # noqa: PLR0913  numba takes numbers, no structs
    plane: Any, upper: int, lower: int, near: int, far: int, down: Any, right: Any
) -> Any:
    """The plane between four pixels, by straight lines.

    Args:
        plane: ``[row, column]``.
        upper: row of the upper two.
        lower: row of the lower two.
        near: column of the left two.
        far: column of the right two.
        down: share of the lower ones.
        right: share of the right ones.
    """
    one = np.float32(1.0)
    above = (one - right) * plane[upper, near] + right * plane[upper, far]
    below = (one - right) * plane[lower, near] + right * plane[lower, far]
    return (one - down) * above + down * below


@kernel
def lay_over(  # noqa: PLR0913  numba takes arrays, no structs
    light: Any, cover: Any, shift: int, top: int, left: int, total: Any, free: Any, row0: int, column0: int
) -> None:
    """Lay a blurred layer behind those that lie nearer: it takes what these left free.

    Args:
        light: blurred, premultiplied, ``[3, row, column]`` of pixels ``2^shift`` as large as those of
            ``total``.
        cover: the share of the lens's light that comes from the layer, the same shape.
        shift: see ``light``.
        top: first row of the layer, in its own pixels.
        left: first column.
        total: the picture so far, ``[row, column, 3]``.
        free: the share that no layer has taken yet, the same shape.
        row0: row of ``total``'s first pixel in the picture, in its own pixels.
        column0: column of it.
    """
    rows, columns = total.shape[:2]
    height, width = light.shape[1:]
    scale = np.float32(1.0 / (1 << shift))
    half = np.float32(0.5)
    for row in range(rows):
        y = (np.float32(row0 + row) + half) * scale - half - np.float32(top)
        y = min(max(y, np.float32(0.0)), np.float32(height - 1))
        upper = min(int(y), max(height - 2, 0))
        lower = min(upper + 1, height - 1)
        down = y - np.float32(upper)
        for column in range(columns):
            x = (np.float32(column0 + column) + half) * scale - half - np.float32(left)
            x = min(max(x, np.float32(0.0)), np.float32(width - 1))
            near = min(int(x), max(width - 2, 0))
            far = min(near + 1, width - 1)
            right = x - np.float32(near)
            for k in range(3):
                left_free = free[row, column, k]
                if left_free <= 0.0:
                    continue
                found = between(cover[k], upper, lower, near, far, down, right)
                if found <= np.float32(1e-5):
                    continue
                value = between(light[k], upper, lower, near, far, down, right)
                taken = min(found, left_free)
                total[row, column, k] += value * (taken / found)
                free[row, column, k] = left_free - taken


@kernel
def splat(x: Any, y: Any, weight: Any, out: Any) -> None:
    """Add points to pixels, each shared by the four nearest; what falls beside them is left out.

    Args:
        x: columns ``[point]``, 0 in the middle of the first pixel.
        y: rows.
        weight: of the points.
        out: ``[row, column]``.
    """
    rows, columns = out.shape
    for point in range(len(x)):
        column, row = np.floor(x[point]), np.floor(y[point])
        right, down = x[point] - column, y[point] - row
        near, upper = int(column), int(row)
        for i in range(2):
            at_y = upper + i
            if at_y < 0 or at_y >= rows:
                continue
            share = weight[point] * (down if i == 1 else 1.0 - down)
            for j in range(2):
                at_x = near + j
                if 0 <= at_x < columns:
                    out[at_y, at_x] += share * (right if j == 1 else 1.0 - right)
