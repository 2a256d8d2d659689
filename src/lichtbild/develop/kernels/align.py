"""Frames beside each other: small grey pictures of them, and what a tile of one says of its place in another.

A *tile* is a square of `TILE` pixels of a grey picture. Its place in another frame is a shift (down, right):
pixel (y, x) of the reference is seen at (y + down, x + right) of the other frame.
"""

import numpy as np
from jaxtyping import Float32, Float64

from lichtbild.numerics.kernel import kernel

TILE = 16
_QUARTER = np.float32(0.25)
_HALF = np.float32(0.5)


@kernel
def grey_cells(
    samples: Float32[np.ndarray, "H W"], gains: Float32[np.ndarray, "2 2"], out: Float32[np.ndarray, "h w"]
) -> None:
    """The mean of each cell of 2 x 2 pixels, each multiplied by its gain."""
    a, b, c, d = (
        gains[0, 0] * _QUARTER, gains[0, 1] * _QUARTER, gains[1, 0] * _QUARTER, gains[1, 1] * _QUARTER,
    )  # fmt: skip
    height, width = out.shape
    for y in range(height):
        top, bottom, line = samples[2 * y], samples[2 * y + 1], out[y]
        for x in range(width):
            line[x] = a * top[2 * x] + b * top[2 * x + 1] + c * bottom[2 * x] + d * bottom[2 * x + 1]


@kernel
def halved(image: Float32[np.ndarray, "H W"], out: Float32[np.ndarray, "h w"]) -> None:
    """The mean of each block of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = out.shape
    for y in range(height):
        top, bottom, line = image[2 * y], image[2 * y + 1], out[y]
        for x in range(width):
            line[x] = _QUARTER * (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1])


@kernel
def smoothed(image: Float32[np.ndarray, "h w"], out: Float32[np.ndarray, "h w"]) -> None:
    """Each pixel with a quarter of either neighbour, along rows and columns: least noise for a gradient."""
    height, width = image.shape
    column = np.empty(width + 2, np.float32)
    middle, left, right = column[1:-1], column[:-2], column[2:]
    for y in range(height):
        above, here, below = image[max(y - 1, 0)], image[y], image[min(y + 1, height - 1)]
        for x in range(width):
            middle[x] = _HALF * here[x] + _QUARTER * (above[x] + below[x])
        column[0], column[width + 1] = middle[0], middle[width - 1]
        line = out[y]
        for x in range(width):
            line[x] = _HALF * middle[x] + _QUARTER * (left[x] + right[x])


@kernel
def tile_curvatures(
    image: Float32[np.ndarray, "h w"],
    down: Float32[np.ndarray, "h w"],
    right: Float32[np.ndarray, "h w"],
    out: Float64[np.ndarray, "rows columns 4"],
) -> None:
    """The gradients of a picture, and over each tile their squares, their product and the picture's mean.

    Gradients are half of the differences of neighbours; at the border of the picture they are zero.

    Args:
        image: the reference.
        down: takes the gradient down the rows.
        right: takes the gradient along them.
        out: takes, of each tile, the sums of down * down, down * right and right * right, and the mean.
    """
    height, width = image.shape
    down[:], right[:] = 0, 0
    for y in range(height):
        line = right[y]
        for x in range(1, width - 1):
            line[x] = _HALF * (image[y, x + 1] - image[y, x - 1])
        if 0 < y < height - 1:
            above, below, line = image[y - 1], image[y + 1], down[y]
            for x in range(width):
                line[x] = _HALF * (below[x] - above[x])
    rows, columns = out.shape[:2]
    for i in range(rows):
        for j in range(columns):
            yy, yx, xx, mean = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for y in range(i * TILE, (i + 1) * TILE):
                for x in range(j * TILE, (j + 1) * TILE):
                    dy, dx = down[y, x], right[y, x]
                    yy += dy * dy
                    yx += dy * dx
                    xx += dx * dx
                    mean += image[y, x]
            out[i, j, 0], out[i, j, 1], out[i, j, 2] = yy, yx, xx
            out[i, j, 3] = mean / (TILE * TILE)


@kernel
def _keys(f: np.float32, weights: Float32[np.ndarray, "4"]) -> None:
    """The four weights of cubic convolution (Keys 1981, a = -1/2) at a fraction of a pixel."""
    g = np.float32(1) - f
    weights[0] = -_HALF * f * g * g
    weights[1] = g * (np.float32(1) + f - np.float32(1.5) * f * f)
    weights[2] = f * (np.float32(1) + g - np.float32(1.5) * g * g)
    weights[3] = -_HALF * g * f * f


@kernel
def tile_residuals(
    reference: Float32[np.ndarray, "h w"],
    down: Float32[np.ndarray, "h w"],
    right: Float32[np.ndarray, "h w"],
    other: Float32[np.ndarray, "h w"],
    shifts: Float64[np.ndarray, "rows columns 2"],
    out: Float64[np.ndarray, "rows columns 3"],
) -> None:
    """What is left between each tile and its place in another frame.

    Args:
        reference: the picture whose tiles are looked for.
        down: its gradient down the rows.
        right: its gradient along them.
        other: the other frame's picture.
        shifts: of each tile, (down, right).
        out: takes, of each tile, the sums of the gradients times the residual, other less reference, and of
            the residual's square.
    """
    height, width = reference.shape
    rows, columns = shifts.shape[:2]
    wy, wx = np.empty(4, np.float32), np.empty(4, np.float32)
    lines = np.empty((TILE + 3, TILE), np.float32)
    for i in range(rows):
        for j in range(columns):
            top, left = np.floor(shifts[i, j, 0]), np.floor(shifts[i, j, 1])
            _keys(np.float32(shifts[i, j, 0] - top), wy)
            _keys(np.float32(shifts[i, j, 1] - left), wx)
            y0, x0 = i * TILE + int(top) - 1, j * TILE + int(left) - 1
            inside = y0 >= 0 and x0 >= 0 and y0 + TILE + 3 <= height and x0 + TILE + 3 <= width
            for r in range(TILE + 3):
                if inside:
                    row = other[y0 + r, x0 : x0 + TILE + 3]
                    for x in range(TILE):
                        lines[r, x] = (
                            wx[0] * row[x] + wx[1] * row[x + 1] + wx[2] * row[x + 2] + wx[3] * row[x + 3]
                        )
                else:
                    line = other[min(max(y0 + r, 0), height - 1)]
                    for x in range(TILE):
                        total = np.float32(0)
                        for s in range(4):
                            total += wx[s] * line[min(max(x0 + x + s, 0), width - 1)]
                        lines[r, x] = total
            by, bx, energy = np.float32(0), np.float32(0), np.float32(0)
            for r in range(TILE):
                y = i * TILE + r
                here = reference[y, j * TILE : (j + 1) * TILE]
                gy, gx = down[y, j * TILE : (j + 1) * TILE], right[y, j * TILE : (j + 1) * TILE]
                for x in range(TILE):
                    seen = (
                        wy[0] * lines[r, x] + wy[1] * lines[r + 1, x]
                        + wy[2] * lines[r + 2, x] + wy[3] * lines[r + 3, x]
                    )  # fmt: skip
                    left_over = seen - here[x]
                    by += gy[x] * left_over
                    bx += gx[x] * left_over
                    energy += left_over * left_over
            out[i, j, 0], out[i, j, 1], out[i, j, 2] = by, bx, energy


@kernel
def shift_energies(
    reference: Float32[np.ndarray, "h w"],
    other: Float32[np.ndarray, "h w"],
    reach: int,
    out: Float64[np.ndarray, "sides sides"],
) -> None:
    """Mean square of two pictures' difference, where they overlap, for each whole shift up to a reach."""
    height, width = reference.shape
    for i in range(2 * reach + 1):
        for j in range(2 * reach + 1):
            dy, dx = i - reach, j - reach
            total, count = 0.0, 0
            for y in range(max(0, -dy), min(height, height - dy)):
                one, two = reference[y], other[y + dy]
                line = np.float32(0)
                for x in range(max(0, -dx), min(width, width - dx)):
                    difference = two[x + dx] - one[x]
                    line += difference * difference
                total += float(line)
                count += min(width, width - dx) - max(0, -dx)
            out[i, j] = total / max(count, 1)
