"""Look: what squares of a sensor see of a scene, sorted by their place in a pixel.

Squares are written as ``[plane, place in the pixel, row of pixels, column of pixels]``, so that each place in
a pixel is a picture of its own, whose convolution needs a transform of the size of pixels only.
"""

import numpy as np

from lichtbild.numerics.kernel import kernel

TILE = 32
"""Rows and columns of a scene of which is known together which planes they have."""

COARSE = 4
"""Pixels of a scene along one of what is drawn behind nearer things."""

_f = np.float32
_ONE, _HALF, _BEND, _NONE = _f(1), _f(0.5), _f(-1.5), _f(0)
_LEAST = _f(1e-6)


@kernel
def present(source: np.ndarray, found: np.ndarray) -> None:
    """Write which planes of a scene ``[row, column, plane]`` are not 0 in a tile ``[tile, tile, plane]``."""
    rows, columns, planes = source.shape
    for row in range(rows):
        for column in range(columns):
            for plane in range(planes):
                if source[row, column, plane] != _NONE:
                    found[row // TILE, column // TILE, plane] = True


@kernel
def places(
    frame: np.ndarray,
    window: tuple[int, int],
    ratio: np.ndarray,
    turns: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
) -> None:
    """Write where squares look, in rows and columns of a scene whose first pixel's centre is 0.

    Args:
        frame: row and column of the axis, in squares; pitch; reach; the scene's height and width in tangents;
            its rows and columns.
        window: first row and column of the squares.
        ratio: coefficients of tangent over distance by powers of its square over the reach's.
        turns: rotation of the camera for each row of squares, ``[row, 9]``.
        rows: of the scene, ``[row, column]``.
        columns: of the scene, likewise.
    """
    pitch, reach = frame[2], frame[3]
    for r in range(rows.shape[0]):
        y = (frame[0] - 0.5 - (window[0] + r)) * pitch
        turn = turns[window[0] + r]
        for c in range(rows.shape[1]):
            x = (window[1] + c + 0.5 - frame[1]) * pitch
            share = (x * x + y * y) / (reach * reach)
            q = ratio[ratio.shape[0] - 1]
            for term in range(ratio.shape[0] - 2, -1, -1):
                q = q * share + ratio[term]
            right, up = x * q, y * q
            ahead = turn[6] * right + turn[7] * up + turn[8]
            across = (turn[0] * right + turn[1] * up + turn[2]) / ahead
            above = (turn[3] * right + turn[4] * up + turn[5]) / ahead
            rows[r, c] = (0.5 - above / frame[4]) * frame[6] - 0.5
            columns[r, c] = (0.5 + across / frame[5]) * frame[7] - 0.5


@kernel
def _cubic(f: np.float32, g: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Weights of cubic convolution at a fraction of a pixel; the second argument is what is left to 1."""
    first, last = -_HALF * f * g * g, -_HALF * g * f * f
    return first, g * (_ONE + f + f * f * _BEND), f * (_ONE + g + g * g * _BEND), last


@kernel
def _taps(at: float, size: int, weights: np.ndarray, taps: np.ndarray) -> None:
    """Pixels that a place draws from, and how much: cubic convolution, as in `lichtbild.numerics.warp`."""
    at = min(max(at, 0.0), size - 1.0)
    whole = int(np.floor(at))
    f = _f(at - whole)
    weights[0], weights[1], weights[2], weights[3] = _cubic(f, _ONE - f)
    for tap in range(4):
        taps[tap] = min(max(whole - 1 + tap, 0), size - 1)


@kernel
def gather(
    source: np.ndarray,
    which: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    weight: np.ndarray,
    before: tuple[int, int, int],
    result: np.ndarray,
) -> None:
    """Write some planes of a scene where squares look, times the squares' weight.

    Args:
        source: ``[row, column, plane]``.
        which: planes that are wanted.
        at: rows and columns, by `places`.
        weight: of each square.
        before: rows and columns that are left empty before the first square, and squares along a pixel.
        result: ``[wanted, place in the pixel, row, column]``, 0 before.
    """
    rows, columns = at
    height, width, _ = source.shape
    first_row, first_column, finer = before
    # All by name, without arrays of taps, which costs a third less.
    for r in range(rows.shape[0]):
        row, sub_row = (first_row + r) // finer, (first_row + r) % finer
        for c in range(rows.shape[1]):
            column, sub = (first_column + c) // finer, finer * sub_row + (first_column + c) % finer
            down = min(max(rows[r, c], 0.0), height - 1.0)
            across = min(max(columns[r, c], 0.0), width - 1.0)
            y1, x1 = int(down), int(across)
            a, b = _f(down - y1), _f(across - x1)
            a0, a1, a2, a3 = _cubic(a, _ONE - a)
            b0, b1, b2, b3 = _cubic(b, _ONE - b)
            y0, y2, y3 = max(y1 - 1, 0), min(y1 + 1, height - 1), min(y1 + 2, height - 1)
            x0, x2, x3 = max(x1 - 1, 0), min(x1 + 1, width - 1), min(x1 + 2, width - 1)
            for k in range(which.shape[0]):
                p = which[k]
                s0 = b0 * source[y0, x0, p] + b1 * source[y0, x1, p]
                s1 = b0 * source[y1, x0, p] + b1 * source[y1, x1, p]
                s2 = b0 * source[y2, x0, p] + b1 * source[y2, x1, p]
                s3 = b0 * source[y3, x0, p] + b1 * source[y3, x1, p]
                s0 += b2 * source[y0, x2, p] + b3 * source[y0, x3, p]
                s1 += b2 * source[y1, x2, p] + b3 * source[y1, x3, p]
                s2 += b2 * source[y2, x2, p] + b3 * source[y2, x3, p]
                s3 += b2 * source[y3, x2, p] + b3 * source[y3, x3, p]
                total = a0 * s0 + a1 * s1 + a2 * s2 + a3 * s3
                result[k, sub, row, column] = total * weight[r, c]


@kernel
def _share(near: float, knots: np.ndarray) -> np.float32:
    """What part of a place belongs to a layer: a tent over nearness, cut to a slab."""
    if near <= knots[0] or near > knots[1]:
        return _NONE
    away = near - knots[2]
    share = _ONE + away * knots[3] if away < _NONE else _ONE - away * knots[4]
    return share if share > _LEAST else _NONE


@kernel
def gather_layer(  # noqa: PLR0913  a kernel takes arrays, not structs
    source: tuple[np.ndarray, np.ndarray],
    plate: tuple[np.ndarray, np.ndarray],
    knots: np.ndarray,
    at: tuple[np.ndarray, np.ndarray],
    weight: np.ndarray,
    before: tuple[int, int, int],
    result: np.ndarray,
) -> None:
    """Write all planes of a scene, times the share of a layer, and after them the share.

    Args:
        source: planes ``[row, column, plane]`` and nearness ``[row, column]``.
        plate: what lies behind what is nearer than the slab: the same, of one in `COARSE` pixels.
        knots: ends of the slab, the nearness that has all of the share, and the slopes before and behind it.
        at: rows and columns, by `places`.
        weight: of each square.
        before: as of `gather`.
        result: ``[plane and 1, place in the pixel, row, column]``, 0 before.
    """
    rows, columns = at
    planes, nearness = source
    behind, farness = plate
    height, width, count = planes.shape
    first_row, first_column, finer = before
    down, across = np.empty(4, np.float32), np.empty(4, np.float32)
    line, along = np.empty(4, np.int64), np.empty(4, np.int64)
    for r in range(rows.shape[0]):
        row, sub_row = (first_row + r) // finer, (first_row + r) % finer
        for c in range(rows.shape[1]):
            column, sub = (first_column + c) // finer, finer * sub_row + (first_column + c) % finer
            _taps(rows[r, c], height, down, line)
            _taps(columns[r, c], width, across, along)
            for i in range(4):
                for j in range(4):
                    y, x = line[i], along[j]
                    much = down[i] * across[j] * weight[r, c]
                    near = nearness[y, x]
                    if near <= knots[1]:
                        much *= _share(near, knots)
                        if much != _NONE:
                            for k in range(count):
                                result[k, sub, row, column] += much * planes[y, x, k]
                            result[count, sub, row, column] += much
                    else:
                        y, x = y // COARSE, x // COARSE
                        much *= _share(farness[y, x], knots)
                        if much != _NONE:
                            for k in range(count):
                                result[k, sub, row, column] += much * behind[y, x, k]
                            result[count, sub, row, column] += much
