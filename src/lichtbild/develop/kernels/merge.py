"""Frames of a burst laid on the reference and averaged, cell by cell of 2 x 2 filters.

Mosaics lie as four planes ``[2 * row + column, y, x]``, one for each place in a cell. Every number is white
balanced, so that grey has one level in all of them.
"""

import numpy as np
from jaxtyping import Float32, Float64

from lichtbild.numerics.kernel import kernel

CELLS = 16
"""Cells along a tile, which has one shift."""
TAPS = 4
"""Samples of each plane that a value is made from, along rows and along columns."""
STEPS = 16
"""Fractions of a pixel for which there are filters."""
MARGIN = CELLS + 4
"""Cells around a frame's planes that are no number, so that what a frame does not show is none either."""
_ONE = np.float32(1)
_ZERO = np.float32(0)


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
def mosaic_of(
    planes: Float32[np.ndarray, "4 h w"], gains: Float32[np.ndarray, "2 2"], out: Float32[np.ndarray, "H W"]
) -> None:
    """The mosaic of four planes, each divided by its gain."""
    _, height, width = planes.shape
    for y in range(height):
        for i in range(2):
            row = out[2 * y + i]
            even, odd = planes[2 * i, y], planes[2 * i + 1, y]
            first, second = _ONE / gains[i, 0], _ONE / gains[i, 1]
            for x in range(width):
                row[2 * x] = first * even[x]
                row[2 * x + 1] = second * odd[x]


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
def _filtered(
    planes: Float32[np.ndarray, "4 h w"],
    taps: Float32[np.ndarray, "4 TAPS TAPS"],
    starts: tuple[tuple[int, int], tuple[int, int]],
    size: tuple[int, int],
    out: Float32[np.ndarray, "CELLS CELLS"],
) -> None:
    """A tile of one output plane: the sum of its taps over the four planes, which hold all that it needs."""
    rows, columns = size
    out[:] = 0
    for i in range(2):
        for j in range(2):
            weights, plane = taps[2 * i + j], planes[2 * i + j]
            for u in range(TAPS):
                a, b, c, d = weights[u, 0], weights[u, 1], weights[u, 2], weights[u, 3]
                left = starts[1][j]
                for y in range(rows):
                    line = plane[starts[0][i] + u + y, left : left + CELLS + 3]
                    total = out[y]
                    for x in range(columns):
                        total[x] += a * line[x] + b * line[x + 1] + c * line[x + 2] + d * line[x + 3]


@kernel
def _start(place: int, parity: int) -> int:
    """The first row of a parity's plane in the window that begins at a row of the mosaic."""
    return (place + ((parity - place) % 2) - parity) // 2


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
    tile = np.empty((CELLS, CELLS), np.float32)
    taps = np.empty((4, TAPS, TAPS), np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(shifts.shape[1]):
            top, across = i * CELLS, j * CELLS
            size = min(CELLS, height - top), min(CELLS, width - across)
            bottom, right = top + size[0], across + size[1]
            dy = int(np.floor(shifts[i, j, 0] * STEPS + 0.5))
            dx = int(np.floor(shifts[i, j, 1] * STEPS + 0.5))
            y, x = dy // STEPS, dx // STEPS
            first, begin = top + y // 2 + MARGIN, across + x // 2 + MARGIN
            below, beside = height + 2 * MARGIN - first, width + 2 * MARGIN - begin
            if first < TAPS or begin < TAPS or below < CELLS + TAPS + 1 or beside < CELLS + TAPS + 1:
                out[0, top:bottom, across:right] = np.nan
                left[top:bottom, across:right] = 1
                continue
            variance = _ZERO
            for p in range(4):
                # The window of the plane's pixel begins TAPS - 1 rows above the row that its shift ends in.
                row, column = p // 2 + y - (TAPS - 1), p % 2 + x - (TAPS - 1)
                for a in range(4):
                    ratio = levels[i, j, p] / levels[i, j, a]
                    taps[a] = ratio * filters[dy % STEPS, dx % STEPS, row % 2, column % 2, p, a]
                starts = (
                    (top + MARGIN + _start(row, 0), top + MARGIN + _start(row, 1)),
                    (across + MARGIN + _start(column, 0), across + MARGIN + _start(column, 1)),
                )
                _filtered(planes, taps, starts, size, tile)
                out[p, top:bottom, across:right] = tile[: size[0], : size[1]]
                for a in range(4):
                    for u in range(TAPS):
                        for v in range(TAPS):
                            variance += taps[a, u, v] * taps[a, u, v]
            left[top:bottom, across:right] = variance * np.float32(0.25)


@kernel
def departures(
    reference: Float32[np.ndarray, "4 h w"],
    variance: Float32[np.ndarray, "4 h w"],
    other: Float32[np.ndarray, "4 h w"],
    left: Float32[np.ndarray, "h w"],
    out: Float32[np.ndarray, "h w"],
) -> None:
    """The squared difference of two frames over the variance that noise gives it, as the mean of each cell.

    Args:
        reference: planes of the reference.
        variance: one over the variance of its samples.
        other: the other's planes.
        left: the other's variance, of the reference's.
        out: takes the mean; cells that the other does not show have a very large one.
    """
    _, height, width = reference.shape
    for y in range(height):
        line, share = out[y], left[y]
        line[:] = 0
        for p in range(4):
            one, two, weight = reference[p, y], other[p, y], variance[p, y]
            for x in range(width):
                difference = two[x] - one[x]
                line[x] += difference * difference * weight[x]
        for x in range(width):
            mean = np.float32(0.25) * line[x] / (_ONE + share[x])
            line[x] = mean if mean < np.float32(1e6) else np.float32(1e6)


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
        own, around, share = departure[0][y], departure[1][y], left[y]
        for x in range(width):
            excess = max(around[x] - limits[1], own[x] - limits[0], _ZERO) * (_ONE + share[x])
            w = _ONE / (share[x] + excess + excess * excess)
            weight[x] = w if own[x] < np.float32(1e5) else _ZERO
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
        own, around, share = departure[0][y], departure[1][y], left[y]
        for x in range(width):
            excess = max(around[x] - limits[1], own[x] - limits[0], _ZERO) * (_ONE + share[x])
            w = _ONE / (share[x] + excess + excess * excess)
            w = w if own[x] < np.float32(1e5) else _ZERO
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


@kernel
def restored(
    planes: Float32[np.ndarray, "4 h w"],
    taps: Float32[np.ndarray, "4 4 TAPS TAPS"],
    levels: Float32[np.ndarray, "rows columns 4"],
    rows: tuple[int, int],
    strength: Float32[np.ndarray, "h w"],
    out: Float32[np.ndarray, "4 h w"],
) -> None:
    """What a filter makes of planes is added to them.

    Args:
        planes: with `MARGIN` cells around them.
        taps: by plane of the result: weights of the planes' samples.
        levels: as for `laid`.
        rows: first tile row, and the one after the last.
        strength: factor in each cell.
        out: what is added to.
    """
    _, height, width = out.shape
    tile = np.empty((CELLS, CELLS), np.float32)
    scaled = np.empty((4, TAPS, TAPS), np.float32)
    for i in range(rows[0], rows[1]):
        for j in range(levels.shape[1]):
            top, left = i * CELLS, j * CELLS
            size = min(CELLS, height - top), min(CELLS, width - left)
            for p in range(4):
                row, column = p // 2 - (TAPS - 1), p % 2 - (TAPS - 1)
                for a in range(4):
                    scaled[a] = levels[i, j, p] / levels[i, j, a] * taps[p, a]
                starts = (
                    (top + MARGIN + _start(row, 0), top + MARGIN + _start(row, 1)),
                    (left + MARGIN + _start(column, 0), left + MARGIN + _start(column, 1)),
                )
                _filtered(planes, scaled, starts, size, tile)
                for y in range(size[0]):
                    line, factor = out[p, top + y], strength[top + y]
                    for x in range(size[1]):
                        line[left + x] += factor[left + x] * tile[y, x]
