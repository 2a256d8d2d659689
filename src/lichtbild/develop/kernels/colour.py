"""From balanced camera planes to scene light in one pass: highlights, colour matrix and exposure.

Rows are taken apart into planes, so that every step is a loop that the compiler turns into vector
instructions; only pixels that are near white, which are few, are visited one by one.
"""

import numpy as np
from jaxtyping import Float32, Int32, Int64

from lichtbild.numerics.kernel import kernel

_ZERO, _ONE, _TWO, _THREE = np.float32(0), np.float32(1), np.float32(2), np.float32(3)
_THIRD = np.float32(1 / 3)

Row = Float32[np.ndarray, " w"]
Planes = Float32[np.ndarray, "3 w"]


@kernel
def _fullness(share: np.float32, low: np.float32, per_step: np.float32) -> np.float32:
    """0 up to ``low`` and 1 a step beyond, by a smooth step."""
    t = min(max((share - low) * per_step, _ZERO), _ONE)
    return t * t * (_THREE - _TWO * t)


@kernel
def _rebuild(x: Planes, column: int, at: Float32[np.ndarray, " 6"], numbers: Row) -> None:
    """One pixel's full planes raised, in place; ``at`` holds three ratios and three whites."""
    low, per_step, lost = numbers[1], numbers[2], numbers[3]
    r, g, b = x[0, column], x[1, column], x[2, column]
    qr, qg, qb = r / at[0], g / at[1], b / at[2]
    fr = _fullness(r / at[3], low, per_step)
    fg = _fullness(g / at[4], low, per_step)
    fb = _fullness(b / at[5], low, per_step)
    wr, wg, wb = _ONE - lost * fr, _ONE - lost * fg, _ONE - lost * fb
    lr, lg, lb = wr * qr, wg * qg, wb * qb
    r += fr * max((lg + lb) / (wg + wb) * at[0] - r, _ZERO)
    g += fg * max((lr + lb) / (wr + wb) * at[1] - g, _ZERO)
    b += fb * max((lr + lg) / (wr + wg) * at[2] - b, _ZERO)
    most = max(max(qr, qg), qb) * (at[0] + at[1] + at[2]) * _THIRD
    grey = max(max(max(at[3], at[4]), at[5]), most)
    full = fr * fg * fb
    x[0, column] = r + full * (grey - r)
    x[1, column] = g + full * (grey - g)
    x[2, column] = b + full * (grey - b)


@kernel
def _thresholds(maps: Float32[np.ndarray, "6 rows columns"], low: np.float32) -> Row:
    """Samples up to which no plane is full anywhere, three times."""
    found = np.full(3, np.float32(np.inf), np.float32)
    for plane in range(3):
        for line in maps[3 + plane]:
            for value in line:
                found[plane] = min(found[plane], low * value)
    return found


@kernel
def _mark(x: Planes, above: Row, is_bright: Int32[np.ndarray, " w"]) -> int:
    """How many pixels of a row are above a threshold in any plane, and which."""
    r, g, b, tr, tg, tb = x[0], x[1], x[2], above[0], above[1], above[2]
    for column in range(is_bright.shape[0]):
        most = max(max(r[column] - tr, g[column] - tg), b[column] - tb)
        is_bright[column] = np.int32(1) if most > _ZERO else np.int32(0)
    total = 0
    for column in range(is_bright.shape[0]):
        total += is_bright[column]
    return total


@kernel
def _rebuild_row(  # noqa: PLR0913  a row and its map
    x: Planes,
    is_bright: Int32[np.ndarray, " w"],
    upper: Float32[np.ndarray, "6 columns"],
    lower: Float32[np.ndarray, "6 columns"],
    down: np.float32,
    left: Int64[np.ndarray, " w"],
    share: Row,
    numbers: Row,
) -> None:
    """The full planes of a row's bright pixels raised, in place.

    The map of three ratios and three whites lies ``down`` of the way from the cells ``upper`` to those
    ``lower``; each pixel lies ``share`` of the way from the cell ``left`` of it to the next.
    """
    at, last = np.empty(6, np.float32), upper.shape[1] - 1
    lines = upper + (lower - upper) * down
    for column in range(x.shape[1]):
        if is_bright[column]:
            before = left[column]
            after = min(before + 1, last)
            for k in range(6):
                start = lines[k, before]
                at[k] = start + (lines[k, after] - start) * share[column]
            _rebuild(x, column, at, numbers)


@kernel
def camera_to_scene(
    samples: Float32[np.ndarray, "h w 3"],
    numbers: Float32[np.ndarray, " 4"],
    matrix: Float32[np.ndarray, "3 3"],
    maps: Float32[np.ndarray, "6 rows columns"],
    places: tuple[Int64[np.ndarray, " h"], Row, Int64[np.ndarray, " w"], Row],
    out: Float32[np.ndarray, "h w 3"],
) -> None:
    """``out`` = matrix times the samples, limited or with full planes rebuilt.

    Args:
        samples: balanced camera planes.
        numbers: the limit; the share of white at which fullness begins, one over the step from there to all
            of it, and the weight that a full plane loses.
        matrix: to scene light.
        maps: three ratios and three whites, cell by cell; no cells where nothing is rebuilt.
        places: the cell above each row and the share of the one below; the same for columns.
        out: scene light.
    """
    height, width = samples.shape[:2]
    cells = maps.shape[2]
    top, down, left, across = places
    limit = numbers[0]
    x = np.empty((3, width), np.float32)
    is_bright, thresholds = np.empty(width, np.int32), _thresholds(maps, numbers[1])
    r, g, b = x[0], x[1], x[2]
    m00, m01, m02 = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    m10, m11, m12 = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    m20, m21, m22 = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    for row in range(height):
        line, result = samples[row], out[row]
        for column in range(width):
            r[column] = min(line[column, 0], limit)
            g[column] = min(line[column, 1], limit)
            b[column] = min(line[column, 2], limit)
        if cells and _mark(x, thresholds, is_bright):
            above, below = top[row], min(top[row] + 1, maps.shape[1] - 1)
            _rebuild_row(x, is_bright, maps[:, above], maps[:, below], down[row], left, across, numbers)
        for column in range(width):
            result[column, 0] = r[column] * m00 + g[column] * m01 + b[column] * m02
            result[column, 1] = r[column] * m10 + g[column] * m11 + b[column] * m12
            result[column, 2] = r[column] * m20 + g[column] * m21 + b[column] * m22
