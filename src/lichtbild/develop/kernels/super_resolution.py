"""Detail on a finer grid from the innovations of a burst, tile by tile of 16 x 16 cells of 2 x 2 filters.

Each tile has one shift for each frame. So every cell of it has its samples at the same places, and one set of
weights serves them all. Planes are ``2 * row + column`` of the cell.
"""

import numpy as np
from jaxtyping import Float32, Int16, Int64, UInt8

from lichtbild.develop.kernels.innovations import CODES, LOST, SIDE, UNITS
from lichtbild.develop.kernels.merge import CELLS
from lichtbild.numerics.kernel import kernel

STEPS = 32
"""Entries of a table of covariances for each square pixel of squared distance."""
_STEPS = np.float32(STEPS)
_BINS = 257
DOUBTED = np.float32(0.05)
"""Mean trust below which a frame is not asked in a tile."""
_ONE, _ZERO = np.float32(1), np.float32(0)
_Line = Float32[np.ndarray, " n"]


@kernel
def _radius(
    target: tuple[np.float32, np.float32], offsets: Float32[np.ndarray, "N 2"], trust: _Line, most: int
) -> int:
    """The squared distance from a place, in bins, within which there are at most so many samples."""
    bins = np.zeros(_BINS, np.int64)
    for k in range(len(offsets)):
        if trust[k] > DOUBTED:
            for n in range(36):
                y, x = _place(n, offsets[k])
                square = (y - target[0]) ** 2 + (x - target[1]) ** 2
                bins[min(int(square * _STEPS), _BINS - 1)] += 1
    count, radius = 0, 0
    while radius < _BINS - 1 and count + bins[radius] <= most:
        count += bins[radius]
        radius += 1
    return radius


@kernel
def _place(n: int, offset: _Line) -> tuple[np.float32, np.float32]:
    """Row and column of a frame's n-th sample in the cell and its neighbours, from the cell's first pixel."""
    p, u, v = n % 4, (n // 4) % 3 - 1, n // 12 - 1
    return np.float32(2 * u + p // 2) + offset[0], np.float32(2 * v + p % 2) + offset[1]


@kernel
def _chosen(
    target: tuple[np.float32, np.float32],
    offsets: Float32[np.ndarray, "N 2"],
    trust: _Line,
    found: tuple[Int64[np.ndarray, "most 4"], Float32[np.ndarray, "most 2"]],
    most: int,
) -> int:
    """The samples nearest to a place in the cell, at most so many; returns how many.

    Args:
        target: row and column in pixels from the cell's first one.
        offsets: of each frame's samples from the cell's own places.
        trust: of each frame.
        found: takes frame, plane, and row and column of the cell, and the samples' places.
        most: samples.
    """
    which, where = found
    radius, count = _radius(target, offsets, trust, most), 0
    for k in range(len(offsets)):
        if trust[k] > DOUBTED:
            for n in range(36):
                y, x = _place(n, offsets[k])
                square = (y - target[0]) ** 2 + (x - target[1]) ** 2
                if int(square * _STEPS) < radius and count < most:
                    which[count, 0], which[count, 1] = k, n % 4
                    which[count, 2], which[count, 3] = (n // 4) % 3 - 1, n // 12 - 1
                    where[count, 0], where[count, 1] = y, x
                    count += 1
    return count


@kernel
def _prior(square: np.float32, table: _Line) -> np.float32:
    """A covariance by the squared distance in pixels, of which the table has `STEPS` entries for each."""
    place = square * _STEPS
    i = int(place)
    if i >= len(table) - 1:
        return np.float32(0)
    f = place - np.float32(i)
    return np.float32(table[i] + f * (table[i + 1] - table[i]))


@kernel
def _equations(
    target: tuple[np.float32, np.float32],
    samples: tuple[Int64[np.ndarray, "most 4"], Float32[np.ndarray, "most 2"]],
    camera: tuple[Int64[np.ndarray, "4"], Float32[np.ndarray, "2 n"]],
    noise: Float32[np.ndarray, "N 4"],
    count: int,
    matrix: Float32[np.ndarray, "most more"],
) -> None:
    """Covariances of the chosen samples, of which one half is written, and with each colour of the target."""
    (which, where), (colours, prior) = samples, camera
    luma, own = prior[0], prior[1]
    for i in range(count):
        y, x, colour, row = where[i, 0], where[i, 1], colours[which[i, 1]], matrix[i]
        for j in range(i, count):
            square = (y - where[j, 0]) ** 2 + (x - where[j, 1]) ** 2
            value = _prior(square, luma)
            if colours[which[j, 1]] == colour:
                value += _prior(square, own)
            row[j] = value
        row[i] += noise[which[i, 0], which[i, 1]]
        square = (y - target[0]) ** 2 + (x - target[1]) ** 2
        shared = _prior(square, luma)
        for c in range(3):
            row[count + c] = shared + (_prior(square, own) if c == colour else _ZERO)


@kernel
def _solved(matrix: Float32[np.ndarray, "most more"], count: int) -> None:
    """Symmetric equations eliminated row by row, the three right sides with them, and solved backwards."""
    width = count + 3
    for k in range(count):
        top, inverse = matrix[k], _ONE / matrix[k, k]
        for i in range(k + 1, count):
            row, factor = matrix[i], top[i] * inverse
            for j in range(np.uintp(i), np.uintp(width)):
                row[j] -= factor * top[j]
    for k in range(count - 1, -1, -1):
        row, inverse = matrix[k], _ONE / matrix[k, k]
        for c in range(3):
            total = row[count + c]
            for j in range(k + 1, count):
                total -= row[j] * matrix[j, count + c]
            row[count + c] = total * inverse


@kernel
def _filtered(
    held: _Line,
    which: Int64[np.ndarray, "most 4"],
    matrix: Float32[np.ndarray, "most more"],
    count: int,
    out: _Line,
) -> None:
    """The three colours of a finer pixel of every cell of a tile: sums of samples times their weights.

    Args:
        held: innovations of the tile.
        which: samples, as chosen.
        matrix: their weights of the three colours, in the columns after the count.
        count: of the samples.
        out: takes the colours, one after another.
    """
    out[:] = _ZERO
    plane, area = np.uintp(CELLS * CELLS), SIDE * SIDE
    for n in range(0, count, 2):
        m = min(n + 1, count - 1)
        a, b, c = matrix[n, count], matrix[n, count + 1], matrix[n, count + 2]
        last = _ONE if m > n else _ZERO
        d, e, f = last * matrix[m, count], last * matrix[m, count + 1], last * matrix[m, count + 2]
        first = (4 * which[n, 0] + which[n, 1]) * area + (which[n, 2] + 1) * SIDE + which[n, 3] + 1
        second = (4 * which[m, 0] + which[m, 1]) * area + (which[m, 2] + 1) * SIDE + which[m, 3] + 1
        for y in range(CELLS):
            i, j = np.uintp(first + y * SIDE), np.uintp(second + y * SIDE)
            k = np.uintp(y * CELLS)
            for x in range(np.uintp(CELLS)):
                one, two = held[i + x], held[j + x]
                out[k + x] += a * one + d * two
                out[k + x + plane] += b * one + e * two
                out[k + x + plane + plane] += c * one + f * two


@kernel
def resolved(
    told: tuple[Int16[np.ndarray, "N rows columns 4 n"], UInt8[np.ndarray, "N h w"]],
    frames: tuple[
        Float32[np.ndarray, "rows columns N 2"],
        Float32[np.ndarray, "rows columns N"],
        Float32[np.ndarray, "rows columns N 4"],
    ],
    scale: tuple[Float32[np.ndarray, "rows columns 4"], Float32[np.ndarray, "rows columns 4"]],
    camera: tuple[Int64[np.ndarray, "4"], Float32[np.ndarray, "2 n"]],
    rows: tuple[int, int, int],
    out: Int16[np.ndarray, "3 H W"],
) -> None:
    """The detail on the finer grid.

    Args:
        told: each frame's innovations, and the trust in each of its cells, of 255.
        frames: in each tile, offsets in pixels of each frame's samples from the reference's places; its mean
            trust; and the variance of its planes' noise over that of detail, no number where there is none.
        scale: strength of each plane's texture in a tile, which has its colour: balanced, and as sampled.
        camera: colour of each plane; and covariance of the detail all colours share, and of a colour's own,
            by squared distance.
        rows: first tile row, the one after the last, and samples for a value at most.
        out: takes the detail in units of 1 / `UNITS`.
    """
    (codes, trust), (offsets, means, noise) = told, frames
    finer, area = out.shape[1] // trust.shape[1], SIDE * SIDE
    side, held = finer * CELLS, np.empty(len(codes) * 4 * area, np.float32)
    colour_scale = np.empty(3, np.float32)
    tile = np.empty(3 * CELLS * CELLS, np.float32)
    found = np.empty((rows[2], 4), np.int64), np.empty((rows[2], 2), np.float32)
    matrix = np.empty((rows[2], rows[2] + 3), np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(codes.shape[2]):
            if not noise[i, j, 0, 0] >= _ZERO:
                out[:, i * side : (i + 1) * side, j * side : (j + 1) * side] = 0
                continue
            for p in range(4):
                colour_scale[camera[0][p]] = scale[1][i, j, p] * (UNITS / CODES)
            for k in range(len(codes)):
                part = held[4 * k * area : 4 * (k + 1) * area]
                _held(codes[k, i, j], trust[k], (i, j), scale[0][i, j], part)
            for t in range(finer * finer):
                step = np.float32(2) / np.float32(finer)
                y = (np.float32(t // finer) + np.float32(0.5)) * step - np.float32(0.5)
                x = (np.float32(t % finer) + np.float32(0.5)) * step - np.float32(0.5)
                count = _chosen((y, x), offsets[i, j], means[i, j], found, rows[2])
                _equations((y, x), found, camera, noise[i, j], count, matrix)
                _solved(matrix, count)
                _filtered(held, found[0], matrix, count, tile)
                _written(tile, colour_scale, (i, j, t), finer, out)


@kernel
def _held(
    codes: Int16[np.ndarray, "4 n"],
    trust: UInt8[np.ndarray, "h w"],
    place: tuple[int, int],
    texture: Float32[np.ndarray, "4"],
    out: _Line,
) -> None:
    """A tile's innovations of one frame, times the trust in them and over the texture's strength."""
    height, width = trust.shape
    share = np.float32(1 / 255)
    for y in range(SIDE):
        row = place[0] * CELLS - 1 + y
        for x in range(SIDE):
            column, n = place[1] * CELLS - 1 + x, y * SIDE + x
            inside = row >= 0 and column >= 0 and row < height and column < width
            t = share * np.float32(trust[row, column]) if inside else _ZERO
            for p in range(4):
                code = np.float32(codes[p, n]) if t > _ZERO and codes[p, n] != LOST else _ZERO
                out[p * SIDE * SIDE + n] = t * code / texture[p]


@kernel
def _written(
    tile: _Line,
    scale: Float32[np.ndarray, "3"],
    place: tuple[int, int, int],
    finer: int,
    out: Int16[np.ndarray, "3 H W"],
) -> None:
    """One of the finer pixels of every cell of a tile, as codes."""
    i, j, t = place
    most = np.float32(32767)
    height, width = out.shape[1] // finer, out.shape[2] // finer
    for c in range(3):
        for y in range(min(CELLS, height - i * CELLS)):
            line = out[c, (i * CELLS + y) * finer + t // finer]
            for x in range(min(CELLS, width - j * CELLS)):
                value = tile[(c * CELLS + y) * CELLS + x] * scale[c]
                line[(j * CELLS + x) * finer + t % finer] = np.int16(np.rint(min(max(value, -most), most)))
