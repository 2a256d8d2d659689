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
_Image = Float32[np.ndarray, "h w"]
_Line = Float32[np.ndarray, " n"]


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
def halved(image: Float32[np.ndarray, "H W"], out: _Image) -> None:
    """The mean of each block of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = out.shape
    for y in range(height):
        top, bottom, line = image[2 * y], image[2 * y + 1], out[y]
        for x in range(width):
            line[x] = _QUARTER * (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1])


@kernel
def smoothed(image: _Image, out: _Image) -> None:
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
    image: _Image,
    down: _Image,
    right: _Image,
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
def _lagrange(f: np.float32, weights: _Line) -> None:
    """The weights of Lagrange's cubic through four pixels at a fraction of a pixel: it keeps phases best."""
    g, sixth = np.float32(1) - f, np.float32(1 / 6)
    weights[0] = -sixth * f * g * (g + np.float32(1))
    weights[1] = _HALF * (np.float32(1) + f) * g * (g + np.float32(1))
    weights[2] = _HALF * f * (np.float32(1) + f) * (g + np.float32(1))
    weights[3] = -sixth * f * g * (np.float32(1) + f)


@kernel
def _seen(other: _Image, corner: tuple[int, int], fraction: tuple[float, float], out: _Line) -> None:
    """A tile of a picture by cubic interpolation, row by row; beyond the border the border goes on.

    Args:
        other: the picture.
        corner: the pixel at or before the place of the tile's first pixel.
        fraction: how far beyond that it lies.
        out: takes the tile.
    """
    height, width = other.shape
    wide, side = TILE + 3, np.uintp(TILE)
    held, lines = np.empty(wide, np.float32), np.empty(wide * TILE, np.float32)
    wy, wx = np.empty(4, np.float32), np.empty(4, np.float32)
    _lagrange(np.float32(fraction[0]), wy)
    _lagrange(np.float32(fraction[1]), wx)
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    a, b, c, d = wx[0], wx[1], wx[2], wx[3]
    for y in range(wide):
        line, place = other[min(max(corner[0] - 1 + y, 0), height - 1)], np.uintp(y * TILE)
        for x in range(wide):
            held[x] = line[min(max(corner[1] - 1 + x, 0), width - 1)]
        for x in range(side):
            lines[place + x] = (a * held[x] + b * held[x + one]) + (c * held[x + two] + d * held[x + three])
    a, b, c, d = wy[0], wy[1], wy[2], wy[3]
    for i in range(side * side):
        out[i] = (a * lines[i] + b * lines[i + side]) + (
            c * lines[i + two * side] + d * lines[i + three * side]
        )


@kernel
def tile_residuals(
    reference: _Image,
    gradients: tuple[_Image, _Image],
    other: _Image,
    shifts: Float64[np.ndarray, "rows columns 2"],
    out: Float64[np.ndarray, "rows columns 3"],
) -> None:
    """What is left between each tile and its place in another frame.

    Args:
        reference: the picture whose tiles are looked for.
        gradients: of it, down the rows and along them.
        other: the other frame's picture.
        shifts: of each tile, (down, right).
        out: takes, of each tile, the sums of the gradients times the residual, other less reference, and of
            the residual's square.
    """
    tile = np.empty(TILE * TILE, np.float32)
    by, bx, energy = np.empty(TILE, np.float32), np.empty(TILE, np.float32), np.empty(TILE, np.float32)
    for i in range(shifts.shape[0]):
        for j in range(shifts.shape[1]):
            top, left = np.floor(shifts[i, j, 0]), np.floor(shifts[i, j, 1])
            corner = i * TILE + int(top), j * TILE + int(left)
            _seen(other, corner, (shifts[i, j, 0] - top, shifts[i, j, 1] - left), tile)
            by[:], bx[:], energy[:] = 0, 0, 0
            for r in range(TILE):
                y, x0, place = i * TILE + r, j * TILE, np.uintp(r * TILE)
                here = reference[y, x0 : x0 + TILE]
                down, right = gradients[0][y, x0 : x0 + TILE], gradients[1][y, x0 : x0 + TILE]
                for x in range(np.uintp(TILE)):
                    left_over = tile[place + x] - here[x]
                    by[x] += down[x] * left_over
                    bx[x] += right[x] * left_over
                    energy[x] += left_over * left_over
            out[i, j, 0], out[i, j, 1], out[i, j, 2] = by.sum(), bx.sum(), energy.sum()


@kernel
def relaxed(
    information: Float64[np.ndarray, "rows columns 3"],
    goal: Float64[np.ndarray, "rows columns 2"],
    down: Float64[np.ndarray, "above columns"],
    right: Float64[np.ndarray, "rows left"],
    sweeps: int,
    out: Float64[np.ndarray, "rows columns 2"],
) -> None:
    """Shifts that suit each tile and its neighbours, by Gauss and Seidel, forth and back in turn.

    Args:
        information: inverse covariance of each tile's own shift: (down down, down right, right right).
        goal: that times the tile's own shift.
        down: ties, as inverse variances, of each tile with the next one below.
        right: with the next one beside.
        sweeps: how often all tiles are gone through.
        out: holds the shifts to begin with, and takes the result.
    """
    rows, columns = out.shape[:2]
    for sweep in range(sweeps):
        for n in range(rows * columns):
            k = n if sweep % 2 == 0 else rows * columns - 1 - n
            i, j = k // columns, k % columns
            total, y, x = 0.0, goal[i, j, 0], goal[i, j, 1]
            for side in range(4):
                p, q = i + (side == 1) - (side == 0), j + (side == 3) - (side == 2)
                if p < 0 or q < 0 or p >= rows or q >= columns:
                    continue
                tie = down[min(i, p), j] if side < 2 else right[i, min(j, q)]
                total += tie
                y += tie * out[p, q, 0]
                x += tie * out[p, q, 1]
            a, b, d = information[i, j, 0] + total, information[i, j, 1], information[i, j, 2] + total
            determinant = a * d - b * b
            out[i, j, 0] = (d * y - b * x) / determinant
            out[i, j, 1] = (a * x - b * y) / determinant


@kernel
def shift_energies(
    reference: _Image,
    other: _Image,
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
