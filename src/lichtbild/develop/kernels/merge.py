"""Frames of a burst laid on the reference and averaged, cell by cell of 2 x 2 filters.

Mosaics lie as four planes ``[2 * row + column, y, x]``, one for each place in a cell. Every number is white
balanced, so that grey has one level in all of them.
"""

import numpy as np
from jaxtyping import Float32, Float64, UInt16

from lichtbild.numerics.kernel import kernel

CELLS = 16
"""Cells along a tile, which has one shift."""
TAPS = 4
"""Samples of each plane that a value is made from, along rows and along columns."""
STEPS = 16
"""Fractions of a pixel for which there are filters."""
SIDE = CELLS + TAPS + 1
"""Samples of each plane along the window of a tile."""
MARGIN = CELLS + 8
"""Cells around a frame's planes that are no number, so that what a frame does not show is none either."""
_ONE = np.float32(1)
_ZERO = np.float32(0)
_MOST_APART, _UNSEEN = np.float32(1e6), np.float32(1e5)
"""Departure of a cell that a frame does not show, and that from which one is taken for such."""
_Line = Float32[np.ndarray, " n"]
_Taps = Float32[np.ndarray, "4 TAPS TAPS"]


@kernel
def planes_of(
    samples: Float32[np.ndarray, "H W"], gains: Float32[np.ndarray, "2 2"], out: Float32[np.ndarray, "4 h w"]
) -> None:
    """The four planes of a mosaic, each multiplied by its gain, in the middle of ``out``."""
    height, width = samples.shape[0] // 2, samples.shape[1] // 2
    top, left = (out.shape[1] - height) // 2, (out.shape[2] - width) // 2
    for y in range(height):
        for i in range(2):
            row = samples[2 * y + i]
            even, odd = out[2 * i, top + y, left : left + width], out[2 * i + 1, top + y, left : left + width]
            first, second = gains[i, 0], gains[i, 1]
            for x in range(width):
                even[x] = first * row[2 * x]
                odd[x] = second * row[2 * x + 1]


@kernel
def codes_of(
    planes: Float32[np.ndarray, "4 h w"],
    gains: Float32[np.ndarray, "2 2"],
    levels: tuple[np.float32, np.float32],
    out: UInt16[np.ndarray, "H W"],
) -> None:
    """The codes of a mosaic: its planes, each without its gain, times the second level and on the first."""
    _, height, width = planes.shape
    black, span = levels
    half, least, most = np.float32(0.5), _ZERO, np.float32(65535)
    for y in range(height):
        for i in range(2):
            row = out[2 * y + i]
            even, odd = planes[2 * i, y], planes[2 * i + 1, y]
            first, second = span / gains[i, 0], span / gains[i, 1]
            for x in range(width):
                row[2 * x] = np.uint16(min(max(first * even[x] + black, least), most) + half)
                row[2 * x + 1] = np.uint16(min(max(second * odd[x] + black, least), most) + half)


@kernel
def box_mean(image: Float32[np.ndarray, "h w"], reach: int, out: Float32[np.ndarray, "h w"]) -> None:
    """The mean over squares of ``2 * reach + 1`` pixels; beyond the border the border goes on."""
    height, width = image.shape
    column = np.zeros(width + 2 * reach, np.float64)
    share = 1.0 / (2 * reach + 1) ** 2
    middle = column[reach : reach + width]
    for y in range(-reach, reach + 1):
        row = image[min(max(y, 0), height - 1)]
        for x in range(width):
            middle[x] += row[x]
    for y in range(height):
        for x in range(reach):
            column[x], column[reach + width + x] = middle[0], middle[width - 1]
        total = 0.0
        for x in range(2 * reach):
            total += column[x]
        line = out[y]
        for x in range(width):
            total += column[x + 2 * reach]
            line[x] = total * share
            total -= column[x]
        new, old = image[min(y + reach + 1, height - 1)], image[max(y - reach, 0)]
        for x in range(width):
            middle[x] += new[x] - old[x]


@kernel
def _start(place: int, parity: int) -> int:
    """The first row of a parity's plane in the window that begins at a row of the mosaic."""
    return (place + ((parity - place) % 2) - parity) // 2


@kernel
def window(
    planes: Float32[np.ndarray, "4 h w"], corner: tuple[int, int], shift: tuple[int, int], held: _Line
) -> None:
    """What a tile's filters reach of the planes, one plane after the other, row by row."""
    for a in range(4):
        top, left = corner[0] + _start(shift[0], a // 2), corner[1] + _start(shift[1], a % 2)
        for y in range(SIDE):
            line, place = planes[a, top + y], (a * SIDE + y) * SIDE
            for x in range(SIDE):
                held[place + x] = line[left + x]


@kernel
def filtered(held: _Line, taps: _Taps, shift: tuple[int, int], p: int, out: _Line) -> None:
    """A tile of one plane of the result: the sums of a window's samples times the taps, two rows at a time.

    Numbers without a sign as indices keep the inner loop free of tests for negative ones.
    """
    one, two, three, side = np.uintp(1), np.uintp(2), np.uintp(3), np.uintp(SIDE)
    out[:] = 0
    for a in range(4):
        down = _start(shift[0] + p // 2, a // 2) - _start(shift[0], a // 2)
        right = _start(shift[1] + p % 2, a % 2) - _start(shift[1], a % 2)
        for u in range(0, TAPS, 2):
            a0, a1, a2, a3 = taps[a, u, 0], taps[a, u, 1], taps[a, u, 2], taps[a, u, 3]
            b0, b1, b2, b3 = taps[a, u + 1, 0], taps[a, u + 1, 1], taps[a, u + 1, 2], taps[a, u + 1, 3]
            for y in range(CELLS):
                i, k = np.uintp((a * SIDE + y + u + down) * SIDE + right), np.uintp(y * CELLS)
                j = i + side
                for x in range(np.uintp(CELLS)):
                    above = (a0 * held[i + x] + a1 * held[i + x + one]) + (
                        a2 * held[i + x + two] + a3 * held[i + x + three]
                    )
                    below = (b0 * held[j + x] + b1 * held[j + x + one]) + (
                        b2 * held[j + x + two] + b3 * held[j + x + three]
                    )
                    out[k + x] += above + below


@kernel
def coloured(usual: _Taps, levels: Float32[np.ndarray, "4"], p: int, taps: _Taps) -> np.float32:
    """Taps for things of a colour, whose texture has that colour too, and the sum of their squares."""
    squares = _ZERO
    for a in range(4):
        ratio = levels[p] / levels[a]
        for u in range(TAPS):
            for v in range(TAPS):
                tap = ratio * usual[a, u, v]
                taps[a, u, v] = tap
                squares += tap * tap
    return squares


@kernel
def laid(
    planes: Float32[np.ndarray, "4 h w"],
    shifts: Float64[np.ndarray, "rows columns 2"],
    levels: Float32[np.ndarray, "rows columns 4"],
    filters: Float32[np.ndarray, "STEPS STEPS 2 2 4 4 TAPS TAPS"],
    rows: tuple[int, int],
    made: tuple[Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "h w"]],
) -> None:
    """A frame's values at the reference's places; cells that it does not show are no number.

    Args:
        planes: of the frame, with `MARGIN` cells around them that are no number.
        shifts: of the tiles, in pixels of the mosaic: (down, right).
        levels: mean of each plane about each tile: where a thing is red, so is its texture.
        filters: by fraction of the shift down and right, parity of the window's first row and column, and
            plane of the result: weights of the planes' samples.
        rows: first tile row, and the one after the last.
        made: takes the planes, and the variance that the filters leave of white noise, as the mean of a cell.
    """
    out, left = made
    height, width = left.shape
    held, tile = np.empty(4 * SIDE * SIDE, np.float32), np.empty(CELLS * CELLS, np.float32)
    taps = np.empty((4, TAPS, TAPS), np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(shifts.shape[1]):
            top, across = i * CELLS, j * CELLS
            size = min(CELLS, height - top), min(CELLS, width - across)
            dy = int(np.floor(shifts[i, j, 0] * STEPS + 0.5))
            dx = int(np.floor(shifts[i, j, 1] * STEPS + 0.5))
            # The window of a pixel begins TAPS - 1 rows above the row that its shift ends in.
            shift = dy // STEPS - (TAPS - 1), dx // STEPS - (TAPS - 1)
            corner = top + MARGIN, across + MARGIN
            first, begin = corner[0] + _start(shift[0], 0), corner[1] + _start(shift[1], 0)
            below, beside = height + 2 * MARGIN - first, width + 2 * MARGIN - begin
            if min(first, begin) < 1 or min(below, beside) < SIDE + 1:
                for y in range(top, top + size[0]):
                    out[0, y, across : across + size[1]] = np.nan
                    left[y, across : across + size[1]] = 1
                continue
            window(planes, corner, shift, held)
            variance = _ZERO
            for p in range(4):
                row, column = (shift[0] + p // 2) % 2, (shift[1] + p % 2) % 2
                usual = filters[dy % STEPS, dx % STEPS, row, column, p]
                variance += coloured(usual, levels[i, j], p, taps)
                filtered(held, taps, shift, p, tile)
                for y in range(size[0]):
                    line, place = out[p, top + y], y * CELLS
                    for x in range(size[1]):
                        line[across + x] = tile[place + x]
            for y in range(top, top + size[0]):
                left[y, across : across + size[1]] = variance * np.float32(0.25)


@kernel
def departures(
    reference: Float32[np.ndarray, "4 h w"],
    precision: Float32[np.ndarray, "4 h w"],
    other: Float32[np.ndarray, "4 h w"],
    left: Float32[np.ndarray, "h w"],
    out: Float32[np.ndarray, "h w"],
) -> None:
    """The squared difference of two frames over the variance that noise gives it, as the mean of each cell.

    Args:
        reference: planes of the reference.
        precision: one over the variance of its samples.
        other: the other's planes.
        left: the other's variance, of the reference's.
        out: takes the mean; cells that the other does not show have a very large one.
    """
    _, height, width = reference.shape
    for y in range(height):
        line, share = out[y], left[y]
        line[:] = 0
        for p in range(4):
            one, two, weight = reference[p, y], other[p, y], precision[p, y]
            for x in range(width):
                difference = two[x] - one[x]
                line[x] += difference * difference * weight[x]
        for x in range(width):
            mean = np.float32(0.25) * line[x] / (_ONE + share[x])
            line[x] = mean if mean < _MOST_APART else _MOST_APART


@kernel
def weigh(
    share: _Line, departure: tuple[_Line, _Line], limits: tuple[np.float32, np.float32], weight: _Line
) -> None:
    """The weights of a row of cells: one over the variance and what departs; none where nothing is seen."""
    own, around = departure
    for x in range(len(weight)):
        excess = max(around[x] - limits[1], own[x] - limits[0], _ZERO) * (_ONE + share[x])
        w = _ONE / (share[x] + excess + excess * excess)
        weight[x] = w if own[x] < _UNSEEN else _ZERO


@kernel
def added(
    other: Float32[np.ndarray, "4 h w"],
    left: Float32[np.ndarray, "h w"],
    departure: tuple[Float32[np.ndarray, "h w"], Float32[np.ndarray, "h w"]],
    limits: tuple[np.float32, np.float32],
    total: Float32[np.ndarray, "4 h w"],
    weights: Float32[np.ndarray, "3 h w"],
) -> None:
    """A frame added to the sum of all, with a weight of one over its variance and what it departs by.

    Args:
        other: the frame's planes.
        left: its variance, of the reference's.
        departure: its departure in each cell, and the mean of it around each.
        limits: up to which departure, of a cell and of the mean around, a frame is taken to show the same.
        total: the weighted sum so far.
        weights: sums of the weights, of their squares times the variance, and of them times the variance.
    """
    _, height, width = other.shape
    weight = np.empty(width, np.float32)
    for y in range(height):
        share = left[y]
        weigh(share, (departure[0][y], departure[1][y]), limits, weight)
        for x in range(width):
            weights[0, y, x] += weight[x]
            weights[1, y, x] += weight[x] * weight[x] * share[x]
            weights[2, y, x] += weight[x] * share[x]
        for p in range(4):
            line, one = total[p, y], other[p, y]
            for x in range(width):
                line[x] += weight[x] * one[x] if weight[x] > _ZERO else _ZERO


@kernel
def settled(
    reference: Float32[np.ndarray, "4 h w"],
    others: Float32[np.ndarray, "4 h w"],
    departure: tuple[Float32[np.ndarray, "h w"], Float32[np.ndarray, "h w"]],
    limits: tuple[np.float32, np.float32],
    maps: Float32[np.ndarray, "3 h w"],
) -> None:
    """The mean of the reference and of what the others say together, each by one over its variance.

    Args:
        reference: its planes.
        others: the others' mean; takes the result.
        departure: of that mean from the reference, as for `added`.
        limits: likewise.
        maps: the variance of the others' mean, of the reference's, and how many frames it has; takes those of
            the result, and the share of the others in it.
    """
    left, used, shifted = maps
    _, height, width = others.shape
    weight = np.empty(width, np.float32)
    for y in range(height):
        share = left[y]
        weigh(share, (departure[0][y], departure[1][y]), limits, weight)
        for x in range(width):
            w = weight[x]
            weight[x] = w / (_ONE + w)
            shifted[y, x] = weight[x]
            used[y, x] = _ONE + (used[y, x] * min(w * share[x], _ONE) if w > _ZERO else _ZERO)
            share[x] = (_ONE - weight[x]) ** 2 + (weight[x] ** 2 * share[x] if w > _ZERO else _ZERO)
        for p in range(4):
            line, one = others[p, y], reference[p, y]
            for x in range(width):
                if weight[x] > _ZERO:
                    line[x] = one[x] + weight[x] * (line[x] - one[x])
                else:
                    line[x] = one[x]


@kernel
def divided(
    total: Float32[np.ndarray, "4 h w"],
    weights: Float32[np.ndarray, "3 h w"],
    maps: Float32[np.ndarray, "3 h w"],
) -> None:
    """The weighted mean in place of its sum; the first maps take its variance, and how many frames it has.

    Cells without any weight are no number.
    """
    _, height, width = total.shape
    left, used = maps[0], maps[1]
    scale = np.empty(width, np.float32)
    for y in range(height):
        for x in range(width):
            w = weights[0, y, x]
            scale[x] = _ONE / w if w > _ZERO else np.float32(np.nan)
            left[y, x] = weights[1, y, x] * scale[x] * scale[x] if w > _ZERO else _ONE
            used[y, x] = weights[2, y, x]
        for p in range(4):
            line = total[p, y]
            for x in range(width):
                line[x] *= scale[x]


@kernel
def inverse_variance(mean: Float32[np.ndarray, "h w"], noise: Float32[np.ndarray, "2"]) -> None:
    """One over the variance of samples in place of their mean."""
    height, width = mean.shape
    for y in range(height):
        line = mean[y]
        for x in range(width):
            level = line[x] if line[x] > _ZERO else _ZERO
            line[x] = _ONE / (noise[0] * level + noise[1] + np.float32(1e-12))
