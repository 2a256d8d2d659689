"""Resampling along both sides: rows first, then columns.

Sums along a row do not vectorise, so some result rows are made at a time and their pixels laid one below
the other; then the second pass, too, adds whole lines.
"""

import numpy as np
from jaxtyping import Float32, Int64

from lichtbild.numerics.kernel import kernel

Side = tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"], Float32[np.ndarray, "n taps"]]
"""For each pixel of one side of the result: the first pixel it is made of, how many, and their shares."""

_LANES = 16
_ZERO = np.float32(0)


@kernel
def resample(
    source: Float32[np.ndarray, "h w planes"],
    rows: Side,
    columns: Side,
    result: Float32[np.ndarray, "H W planes"],
) -> None:
    """``result`` filled with weighted sums of ``source``; places count from its first row and column."""
    first_row, row_count, row_weight = rows
    first_column, column_count, column_weight = columns
    height, width, planes = source.shape
    lines = source.reshape(height, width * planes)
    line = np.empty(width * planes, np.float32)
    block = np.empty((width, _LANES * planes), np.float32)
    sums = np.empty(_LANES * planes, np.float32)
    for top in range(0, result.shape[0], _LANES):
        lanes = min(_LANES, result.shape[0] - top)
        for lane in range(lanes):
            y = top + lane
            _add(lines, first_row[y], row_count[y], row_weight[y], line)
            place = lane * planes
            for x in range(width):
                for plane in range(planes):
                    block[x, place + plane] = line[x * planes + plane]
        for x in range(result.shape[1]):
            _add(block, first_column[x], column_count[x], column_weight[x], sums)
            for lane in range(lanes):
                for plane in range(planes):
                    result[top + lane, x, plane] = sums[lane * planes + plane]


@kernel
def _add(
    lines: Float32[np.ndarray, "n size"],
    first: int,
    count: int,
    weight: Float32[np.ndarray, " taps"],
    total: Float32[np.ndarray, " size"],
) -> None:
    """``total`` as the weighted sum of lines, four at a time; those beyond the last one weigh nothing."""
    total[:] = _ZERO
    last = first + count - 1
    for tap in range(0, count, 4):
        a, b = lines[first + tap], lines[min(first + tap + 1, last)]
        c, d = lines[min(first + tap + 2, last)], lines[min(first + tap + 3, last)]
        wa = weight[tap]
        wb = weight[tap + 1] if tap + 1 < count else _ZERO
        wc = weight[tap + 2] if tap + 2 < count else _ZERO
        wd = weight[tap + 3] if tap + 3 < count else _ZERO
        for i in range(total.size):
            total[i] += (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i])
