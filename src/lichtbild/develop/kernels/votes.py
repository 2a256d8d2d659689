"""Which pixels of a sensor stand out in frame after frame, whatever the scene does."""

import numpy as np
from jaxtyping import Float32, Float64, Int8, Int64

from lichtbild.develop.kernels.hot_pixels import light_around, mean_along_edges
from lichtbild.numerics.kernel import kernel

_PERIOD = 2
_ZERO = np.float32(0)


@kernel
def vote(
    samples: Float32[np.ndarray, "h w"],
    slope: Float32[np.ndarray, "2 w"],
    offset: Float32[np.ndarray, "2 w"],
    votes: Int8[np.ndarray, "h w"],
) -> None:
    """One vote for each pixel that lies above all its eight neighbours of its own colour, one against below.

    Args:
        samples: a frame.
        slope: for each column of an even and an odd row, the square of what a pixel must depart by, for each
            unit of the neighbour's signal.
        offset: the same without signal.
        votes: what is added to.
    """
    height, width = samples.shape
    high, low = np.empty(width, np.float32), np.empty(width, np.float32)
    for y in range(_PERIOD, height - _PERIOD):
        above, row, below = samples[y - _PERIOD], samples[y], samples[y + _PERIOD]
        for x in range(width):
            high[x] = above[x] if above[x] > below[x] else below[x]
            low[x] = above[x] if above[x] < below[x] else below[x]
        count = width - 2 * _PERIOD
        middle, left, right = row[_PERIOD:-_PERIOD], row[:count], row[2 * _PERIOD :]
        high_middle, high_left, high_right = high[_PERIOD:-_PERIOD], high[:count], high[2 * _PERIOD :]
        low_middle, low_left, low_right = low[_PERIOD:-_PERIOD], low[:count], low[2 * _PERIOD :]
        a, b = slope[y % 2, _PERIOD:-_PERIOD], offset[y % 2, _PERIOD:-_PERIOD]
        line = votes[y, _PERIOD:-_PERIOD]
        for x in range(count):
            most = max(max(left[x], right[x]), max(high_middle[x], max(high_left[x], high_right[x])))
            least = min(min(left[x], right[x]), min(low_middle[x], min(low_left[x], low_right[x])))
            up, down = middle[x] - most, least - middle[x]
            level = most if most > _ZERO else _ZERO
            under = least if least > _ZERO else _ZERO
            line[x] += np.int8((up > _ZERO) & (up * up > a[x] * level + b[x]))
            line[x] -= np.int8((down > _ZERO) & (down * down > a[x] * under + b[x]))


@kernel
def lit(
    samples: Float32[np.ndarray, "h w"],
    places: Int64[np.ndarray, "n 2"],
    sums: Float64[np.ndarray, "n 3"],
) -> None:
    """What each of some pixels departs from its neighbours by, and how much of it the pixels around it show.

    Args:
        samples: a frame.
        places: row and column of the pixels.
        sums: takes, added, the departure's size, what the pixels around show of it, and the square of that.
    """
    for n in range(places.shape[0]):
        y, x = places[n, 0], places[n, 1]
        departure = samples[y, x] - mean_along_edges(samples, y, x, _PERIOD, _PERIOD)
        light, shade = light_around(samples, y, x, _PERIOD, _PERIOD)
        around = light if departure > _ZERO else -shade
        sums[n, 0] += abs(departure)
        sums[n, 1] += around
        sums[n, 2] += around * around


@kernel
def filled(samples: Float32[np.ndarray, "h w"], places: Int64[np.ndarray, "n 2"]) -> None:
    """Some pixels get the mean of their neighbours along edges."""
    for n in range(places.shape[0]):
        y, x = places[n, 0], places[n, 1]
        samples[y, x] = mean_along_edges(samples, y, x, _PERIOD, _PERIOD)
