"""Pixels that no light explains are found and given their neighbours' mean, in one pass over a tile.

A pixel's *neighbours* are the eight of its own colour one period of the filter pattern away. Beyond a border
the neighbour on the other side stands in, so that there are always eight.
"""

import numpy as np
from jaxtyping import Float32, UInt8

from lichtbild.numerics.kernel import kernel

_HALF = np.float32(0.5)
_ZERO = np.float32(0)
_SPANS = np.float32(2)
"""Spans of the neighbours by which a suspect departs; that of eight Gaussian ones is 2.85 sigma."""
_CHUNK = 64


@kernel
def _inside(index: int, size: int, period: int) -> int:
    """The index, moved by two periods towards the middle where it lies outside."""
    if index < 0:
        index += 2 * period
    elif index >= size:
        index -= 2 * period
    return min(max(index, 0), size - 1)


@kernel
def mean_along_edges(
    samples: Float32[np.ndarray, "h w"], y: int, x: int, down: int, across: int
) -> np.float32:
    """Mean of the opposite pairs of neighbours that differ least, or up to half more than those."""
    height, width = samples.shape
    least = np.float32(np.inf)
    for chosen in range(2):
        total, count = _ZERO, _ZERO
        for i, j in ((0, across), (down, 0), (down, across), (down, -across)):
            one = samples[_inside(y + i, height, down), _inside(x + j, width, across)]
            other = samples[_inside(y - i, height, down), _inside(x - j, width, across)]
            difference = abs(one - other)
            if chosen == 0:
                least = min(least, difference)
            elif difference <= np.float32(1.5) * least:
                total += (one + other) * _HALF
                count += np.float32(1)
    return total / count


@kernel
def light_around(
    samples: Float32[np.ndarray, "h w"], y: int, x: int, down: int, across: int
) -> tuple[np.float32, np.float32]:
    """By how much the pixels around one outshine their own neighbours: seven without the most, and the least.

    Each is compared with the mean of two neighbours across the direction to it: a ramp has that mean too, and
    they are no nearer to the pixel in question than its own neighbours. To leave out the most (the least, for
    shade) keeps a second defect beside it from looking like light.
    """
    height, width = samples.shape
    total, most, least = _ZERO, np.float32(-np.inf), np.float32(np.inf)
    for i, j in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1), (1, -1), (-1, 1)):
        row, column, rise, run = y + i, x + j, down * j, -across * i
        one = samples[_inside(row + rise, height, down), _inside(column + run, width, across)]
        other = samples[_inside(row - rise, height, down), _inside(column - run, width, across)]
        itself = samples[_inside(row, height, down), _inside(column, width, across)]
        excess = itself - (one + other) * _HALF
        total += excess
        most, least = max(most, excess), min(least, excess)
    return total - most, total - least


@kernel
def _repair(
    samples: Float32[np.ndarray, "h w"],
    y: int,
    x: int,
    period: tuple[int, int],
    share: np.float32,
    out: Float32[np.ndarray, "h w"],
) -> None:
    """A suspected pixel gets its neighbours' mean unless the pixels around it show that it is light."""
    mean = mean_along_edges(samples, y, x, *period)
    departure = samples[y, x] - mean
    lit, shaded = light_around(samples, y, x, *period)
    around = lit if departure > 0 else -shaded
    if around < share * abs(departure):
        out[y, x] = mean


@kernel
def _suspect(
    middle: Float32[np.ndarray, " w"],
    sides: tuple[Float32[np.ndarray, " w"], ...],
    own: tuple[Float32[np.ndarray, " w"], Float32[np.ndarray, " w"]],
    limits: tuple[Float32[np.ndarray, " w"], Float32[np.ndarray, " w"]],
    found: UInt8[np.ndarray, " n"],
) -> None:
    """Which pixels of a row depart from their neighbours by more than noise, and than these span."""
    left_high, right_high, left_low, right_low = sides
    (highest, lowest), (scale, offset) = own, limits
    for x in range(len(middle)):
        high = left_high[x] if left_high[x] > right_high[x] else right_high[x]
        high = high if high > highest[x] else highest[x]
        low = left_low[x] if left_low[x] < right_low[x] else right_low[x]
        low = low if low < lowest[x] else lowest[x]
        above, below = middle[x] - high, low - middle[x]
        departure = above if above > below else below
        level = (middle[x] + high) * _HALF if above > below else low
        level = level if level > _ZERO else _ZERO
        noisy = departure * abs(departure) > scale[x] * level + offset[x]
        found[x] = noisy & (departure > _SPANS * (high - low))


@kernel
def repair_outliers(
    samples: Float32[np.ndarray, "h w"],
    scale: Float32[np.ndarray, "rows w"],
    offset: Float32[np.ndarray, "rows w"],
    period: tuple[int, int],
    share: np.float32,
    out: Float32[np.ndarray, "h w"],
) -> None:
    """Outliers of ``samples`` without light around them get their neighbours' mean in ``out``.

    Args:
        samples: a tile of a mosaic.
        scale: at each column of a row of the pattern, the square of what a pixel must depart by from all its
            neighbours, for each unit of signal.
        offset: the same without signal.
        period: rows and columns to neighbours of the same colour.
        share: part of its departure that the pixels around it must show together before it counts as light.
        out: holds a copy of the samples.
    """
    height, width = samples.shape
    down, across = period
    highest, lowest = np.empty(width, np.float32), np.empty(width, np.float32)
    high, low = np.empty(width + 2 * across, np.float32), np.empty(width + 2 * across, np.float32)
    high_middle, low_middle = high[across : across + width], low[across : across + width]
    sides = (high[:width], high[2 * across :], low[:width], low[2 * across :])
    found = np.zeros(width + _CHUNK, np.uint8)
    for y in range(height):
        above, below = samples[_inside(y - down, height, down)], samples[_inside(y + down, height, down)]
        row, phase = samples[y], y % scale.shape[0]
        for x in range(width):
            most = above[x] if above[x] > below[x] else below[x]
            least = above[x] if above[x] < below[x] else below[x]
            highest[x], lowest[x] = most, least
            high_middle[x] = row[x] if row[x] > most else most
            low_middle[x] = row[x] if row[x] < least else least
        for x in range(across):
            end = across + width + x
            high[x], low[x] = high[x + 2 * across], low[x + 2 * across]
            high[end], low[end] = high[end - 2 * across], low[end - 2 * across]
        _suspect(row, sides, (highest, lowest), (scale[phase], offset[phase]), found)
        for start in range(0, width, _CHUNK):
            if found[start : start + _CHUNK].sum():
                for x in range(start, min(start + _CHUNK, width)):
                    if found[x]:
                        _repair(samples, y, x, period, share, out)
