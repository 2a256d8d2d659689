"""The first passes over a mosaic: codes to linear samples; gains of coarse grids and white balance."""

import numpy as np
from jaxtyping import Float32, Int64, UInt16

from lichtbild.numerics.kernel import kernel

Row = Float32[np.ndarray, " w"]
Plane = Float32[np.ndarray, "h w"]


@kernel
def linear(codes: UInt16[np.ndarray, "h w"], black: Plane, scale: Row, limit: np.float32, out: Plane) -> None:
    """(code - black) * scale, at most ``limit``; the rows of ``black`` repeat."""
    height, width = codes.shape
    for y in range(height):
        row, below, target = codes[y], black[y % black.shape[0]], out[y]
        for x in range(width):
            target[x] = min((np.float32(row[x]) - below[x]) * scale[x], limit)


@kernel
def spread(line: Row, shares: Row, ends: Int64[np.ndarray, " points"], out: Row) -> None:
    """A line of grid points, interpolated; pixels up to ``ends[k]`` lie between points k and k + 1."""
    first = np.int64(0)
    for k in range(ends.shape[0]):
        start = line[k]
        step = line[min(k + 1, line.shape[0] - 1)] - start
        place, share = out[first : ends[k]], shares[first : ends[k]]
        for x in range(place.shape[0]):
            place[x] = start + step * share[x]
        first = ends[k]


@kernel
def gained(  # noqa: PLR0913
    samples: Plane,
    grids: Float32[np.ndarray, "maps rows columns"],
    rows: Int64[np.ndarray, "maps h"],
    row_shares: Float32[np.ndarray, "maps h"],
    ends: Int64[np.ndarray, "maps columns"],
    shares: Float32[np.ndarray, "maps w"],
    places: Int64[np.ndarray, "maps 3"],
    balance: Plane,
    out: Plane,
) -> None:
    """Samples times the gain of each map that has the pixel, times the balance, whose rows repeat.

    Args:
        samples: one plane.
        grids: the maps' points.
        rows: the point above each row; -1 in rows that a map leaves alone.
        row_shares: how far each row lies on the way to the point below.
        ends: by column of points: the number of changed columns up to there.
        shares: by changed column: how far it lies on the way to the point on its right.
        places: by map: first changed column, step, and number of changed columns.
        balance: factors.
        out: the result.
    """
    height, width = samples.shape
    gain = np.empty(width, np.float32)
    part = np.empty(width, np.float32)
    line = np.empty(grids.shape[2], np.float32)
    for y in range(height):
        for x in range(width):
            gain[x] = np.float32(1)
        for k in range(grids.shape[0]):
            if rows[k, y] >= 0:
                above, below = grids[k, rows[k, y]], grids[k, min(rows[k, y] + 1, grids.shape[1] - 1)]
                for i in range(line.shape[0]):
                    line[i] = above[i] + (below[i] - above[i]) * row_shares[k, y]
                spread(line, shares[k], ends[k], part)
                start, step, count = places[k, 0], places[k, 1], places[k, 2]
                for i in range(count):
                    gain[start + i * step] *= part[i]
        row, factor, target = samples[y], balance[y % balance.shape[0]], out[y]
        for x in range(width):
            target[x] = row[x] * gain[x] * factor[x]
