"""Shrinkage of overlapping 8 x 8 cosine transforms of the four colours of a Bayer mosaic, strip by strip.

A strip is `LANES` blocks wide, so that its rings of rows stay in a core's nearest memory, and each step is a
loop over its blocks, all at the same place in the transform, which the compiler turns into vector
instructions. Buffers are flat and the offsets in a loop constant: only then can it prove that no store hits a
later load.
"""

import numpy as np
from jaxtyping import Float32, Int64

from lichtbild.develop.stabilise import PLATEAU, REACH
from lichtbild.numerics.kernel import kernel

Flat = Float32[np.ndarray, " n"]

LANES = 32
"""Blocks side by side in a strip; blocks start every 4 cells, so neighbours share half of their cells."""
_PHASE = LANES + 8
_PLANE = 4 * _PHASE
_ROW = 8 * LANES
_BLOCK = 8 * _ROW
_PADDED = 10 * LANES
_F = np.float32
_ZERO, _HALF, _ONE, _TWO = _F(0), _F(0.5), _F(1), _F(2)
_SQRT_HALF, _SQRT2 = _F(0.5**0.5), _F(2**0.5)
_COS2, _COS6 = np.cos(np.pi / 8), np.cos(3 * np.pi / 8)
_C6, _C2_LESS_C6, _C2_PLUS_C6 = _F(_COS6), _F(_COS2 - _COS6), _F(_COS2 + _COS6)
_D2, _D2_LESS_D6, _D2_PLUS_D6 = _F(2 * _COS2), _F(2 * (_COS2 - _COS6)), _F(2 * (_COS2 + _COS6))

_REACH, _PLATEAU = _F(REACH), _F(PLATEAU)
_SCALES = np.array([1.0] + [2**0.5 * np.cos(k * np.pi / 16) for k in range(1, 8)])
NORMS = np.repeat(1 / (64 * np.outer(_SCALES, _SCALES) ** 2), LANES).astype(np.float32)
"""Squared norm of the orthonormal coefficients over that of `_cosines`, repeated for each lane."""


@kernel
def _cosines(  # noqa: PLR0913  one a sample
    x0: _F, x1: _F, x2: _F, x3: _F, x4: _F, x5: _F, x6: _F, x7: _F
) -> tuple[_F, ...]:
    """Cosine transform of 8 numbers; coefficient k is sqrt(8) s_k times the orthonormal one.

    s_0 = 1, else s_k = sqrt(2) cos(k pi / 16).

    Source: Arai, Agui and Nakajima, Trans. IEICE E71, 1095 (1988).
    """
    s0, d0, s1, d1 = x0 + x7, x0 - x7, x1 + x6, x1 - x6
    s2, d2, s3, d3 = x2 + x5, x2 - x5, x3 + x4, x3 - x4
    a0, a3, a1, a2 = s0 + s3, s0 - s3, s1 + s2, s1 - s2
    z = (a2 + a3) * _SQRT_HALF
    b0, b1, b2 = d3 + d2, d2 + d1, d1 + d0
    turn = (b0 - b2) * _C6
    p, q, r = _C2_LESS_C6 * b0 + turn, _C2_PLUS_C6 * b2 + turn, b1 * _SQRT_HALF
    t, u = d0 + r, d0 - r
    return a0 + a1, t + q, a3 + z, u - p, a0 - a1, u + p, a3 - z, t - q


@kernel
def _samples(  # noqa: PLR0913  one a coefficient
    y0: _F, y1: _F, y2: _F, y3: _F, y4: _F, y5: _F, y6: _F, y7: _F
) -> tuple[_F, ...]:
    """The inverse of `_cosines`, times 8."""
    e0, e1, e3 = y0 + y4, y0 - y4, y2 + y6
    e2 = (y2 - y6) * _SQRT2 - e3
    a0, a3, a1, a2 = e0 + e3, e0 - e3, e1 + e2, e1 - e2
    z13, z10, z11, z12 = y5 + y3, y5 - y3, y1 + y7, y1 - y7
    b7 = z11 + z13
    turn = (z10 + z12) * _D2
    b6 = turn - z10 * _D2_PLUS_D6 - b7
    b5 = (z11 - z13) * _SQRT2 - b6
    b4 = turn - z12 * _D2_LESS_D6 - b5
    return a0 + b7, a1 + b6, a2 + b5, a3 + b4, a3 - b4, a2 - b5, a1 - b6, a0 - b7


@kernel
def _load(line: Flat, model: Flat, cells: Flat) -> None:
    """Every other sample of a row, stabilised: four columns of cells between two blocks, block by block."""
    scale, offset, root = model[0], model[1], model[2]
    for phase in range(4):
        column = cells[phase * _PHASE : (phase + 1) * _PHASE]
        samples = line[2 * phase :]
        for i in range(LANES + 1):
            column[i] = samples[8 * i]
    for i in range(_PLANE):
        y = cells[i]
        cells[i] = (y + y) / (np.sqrt(scale * max(y, _ZERO) + offset) + root)


@kernel
def _mix(planes: Flat, weights: Float32[np.ndarray, "4 4"], out: Flat, count: int) -> None:
    """Four planes times a matrix."""
    for p in range(4):
        w0, w1, w2, w3 = weights[p, 0], weights[p, 1], weights[p, 2], weights[p, 3]
        row = out[p * count : (p + 1) * count]
        first, second = planes[:count], planes[count : 2 * count]
        third, fourth = planes[2 * count : 3 * count], planes[3 * count : 4 * count]
        for i in range(count):
            row[i] = w0 * first[i] + w1 * second[i] + w2 * third[i] + w3 * fourth[i]


@kernel
def _along(cells: Flat, row: Flat) -> None:
    """Transform of each block's 8 cells in a row of one plane."""
    for i in range(LANES):
        y0, y1, y2, y3, y4, y5, y6, y7 = _cosines(
            cells[i],
            cells[i + _PHASE],
            cells[i + 2 * _PHASE],
            cells[i + 3 * _PHASE],
            cells[i + 1],
            cells[i + _PHASE + 1],
            cells[i + 2 * _PHASE + 1],
            cells[i + 3 * _PHASE + 1],
        )
        row[i], row[i + LANES], row[i + 2 * LANES], row[i + 3 * LANES] = y0, y1, y2, y3
        row[i + 4 * LANES], row[i + 5 * LANES], row[i + 6 * LANES], row[i + 7 * LANES] = y4, y5, y6, y7


@kernel
def _down(upper: Flat, lower: Flat, block: Flat) -> None:
    """Transform down the 8 rows of one plane's blocks, 4 rows of each half."""
    for i in range(_ROW):
        y0, y1, y2, y3, y4, y5, y6, y7 = _cosines(
            upper[i],
            upper[i + 4 * _ROW],
            upper[i + 8 * _ROW],
            upper[i + 12 * _ROW],
            lower[i],
            lower[i + 4 * _ROW],
            lower[i + 8 * _ROW],
            lower[i + 12 * _ROW],
        )
        block[i], block[i + _ROW], block[i + 2 * _ROW], block[i + 3 * _ROW] = y0, y1, y2, y3
        block[i + 4 * _ROW], block[i + 5 * _ROW], block[i + 6 * _ROW], block[i + 7 * _ROW] = y4, y5, y6, y7


@kernel
def _energy(block: Flat, norms: Flat, power: Flat, sums: Flat, energy: Flat) -> None:
    """Sum of the squares of a coefficient and its eight neighbours in the transform, edges repeated.

    The mean's own square says nothing of structure: it is taken for that of its two neighbours.
    """
    for u in range(8):
        row = power[u * _PADDED : (u + 1) * _PADDED]
        own, norm = block[u * _ROW : (u + 1) * _ROW], norms[u * _ROW : (u + 1) * _ROW]
        for i in range(_ROW):
            row[i + LANES] = own[i] * own[i] * norm[i]
    for i in range(LANES):
        power[i + LANES] = (power[i + 2 * LANES] + power[i + _PADDED + LANES]) * _HALF
    for u in range(8):
        row, total = power[u * _PADDED : (u + 1) * _PADDED], sums[(u + 1) * _ROW : (u + 2) * _ROW]
        for i in range(LANES):
            row[i], row[i + 9 * LANES] = row[i + LANES], row[i + 8 * LANES]
        for i in range(_ROW):
            total[i] = row[i] + row[i + LANES] + row[i + 2 * LANES]
    for i in range(_ROW):
        sums[i], sums[i + 9 * _ROW] = sums[i + _ROW], sums[i + 8 * _ROW]
    for i in range(_BLOCK):
        energy[i] = sums[i] + sums[i + _ROW] + sums[i + 2 * _ROW]


@kernel
def _shrink(block: Flat, own: Flat, total: Flat, share: _F, inverse: Flat) -> None:
    """Each coefficient times e^2 / (1 + e^2), with e the energy around it over its threshold."""
    for i in range(LANES, _BLOCK):
        e = (own[i] + share * total[i]) * inverse[i]
        block[i] *= _ONE - _ONE / (_ONE + e * e)


@kernel
def _up(block: Flat, window: Flat, upper: Flat, lower: Flat) -> None:
    """Blocks back to rows: the upper half is added to what the blocks above left, the lower begins anew."""
    w0, w1, w2, w3, w4, w5, w6, w7 = (
        window[0],
        window[1],
        window[2],
        window[3],
        window[4],
        window[5],
        window[6],
        window[7],
    )
    for i in range(_ROW):
        x0, x1, x2, x3, x4, x5, x6, x7 = _samples(
            block[i],
            block[i + _ROW],
            block[i + 2 * _ROW],
            block[i + 3 * _ROW],
            block[i + 4 * _ROW],
            block[i + 5 * _ROW],
            block[i + 6 * _ROW],
            block[i + 7 * _ROW],
        )
        upper[i] += w0 * x0
        upper[i + 4 * _ROW] += w1 * x1
        upper[i + 8 * _ROW] += w2 * x2
        upper[i + 12 * _ROW] += w3 * x3
        lower[i], lower[i + 4 * _ROW], lower[i + 8 * _ROW] = w4 * x4, w5 * x5, w6 * x6
        lower[i + 12 * _ROW] = w7 * x7


@kernel
def _back(row: Flat, window: Flat, halves: Flat, cells: Flat) -> None:
    """One row of one plane: what each two neighbouring blocks say of the four columns that they share."""
    for i in range(LANES):
        x0, x1, x2, x3, x4, x5, x6, x7 = _samples(
            row[i],
            row[i + LANES],
            row[i + 2 * LANES],
            row[i + 3 * LANES],
            row[i + 4 * LANES],
            row[i + 5 * LANES],
            row[i + 6 * LANES],
            row[i + 7 * LANES],
        )
        cells[i], cells[i + _PHASE], cells[i + 2 * _PHASE], cells[i + 3 * _PHASE] = x0, x1, x2, x3
        halves[i], halves[i + _PHASE], halves[i + 2 * _PHASE], halves[i + 3 * _PHASE] = x4, x5, x6, x7
    for phase in range(4):
        left, right = window[4 + phase], window[phase]
        before = halves[phase * _PHASE : (phase + 1) * _PHASE]
        here = cells[phase * _PHASE + 1 : (phase + 1) * _PHASE]
        for i in range(LANES - 1):
            here[i] = left * before[i] + right * here[i]


@kernel
def _store(cells: Flat, model: Flat, line: Flat) -> None:
    """Stabilised cells back to light, into every other sample of a row."""
    _restore(cells, model)
    for phase in range(4):
        column = cells[phase * _PHASE : (phase + 1) * _PHASE]
        samples = line[2 * phase :]
        for i in range(LANES - 1):
            samples[8 * i] = column[i + 1]


@kernel
def _restore(values: Flat, model: Flat) -> None:
    """The light whose noisy samples have this mean after stabilising; see `lichtbild.develop.stabilise`."""
    root, quarter, lowest, width = model[2], model[3], model[4], model[5]
    white, removed = model[6], model[7]
    b0, b1, b2, b3, b4, b5 = model[8], model[9], model[10], model[11], model[12], model[13]
    u0, u1, u2, u3, u4, u5, u6 = model[14], model[15], model[16], model[17], model[18], model[19], model[20]
    for i in range(len(values)):
        d = values[i]
        below = d - white
        q = min(max(below, -_REACH), -_PLATEAU)
        step = u0 + q * (u1 + q * (u2 + q * (u3 + q * (u4 + q * (u5 + q * u6)))))
        d += removed * (step - min(max(below + _PLATEAU, _ZERO), _PLATEAU))
        r = width / (max(d, lowest) + width)
        bias = b0 + r * (b1 + r * (b2 + r * (b3 + r * (b4 + r * b5))))
        values[i] = d * (root + quarter * max(d, _ZERO)) + bias


@kernel
def _take(
    mosaic: Float32[np.ndarray, "h w"],
    rows: Int64[np.ndarray, " 8"],
    columns: Int64[np.ndarray, " W"],
    models: Float32[np.ndarray, "4 n"],
    forward: Float32[np.ndarray, "4 4"],
    out: Flat,
) -> None:
    """Four rows of cells, stabilised, their colours told apart, and transformed along the row."""
    line = np.zeros(8 * LANES + 16, np.float32)
    channels, cells = np.zeros(4 * _PLANE, np.float32), np.zeros(4 * _PLANE, np.float32)
    for row in range(4):
        for j in range(2):
            samples = mosaic[rows[2 * row + j]]
            for i in range(len(columns)):
                line[i] = samples[columns[i]]
            for c in range(2 * j, 2 * j + 2):
                _load(line[c - 2 * j :], models[c], channels[c * _PLANE : (c + 1) * _PLANE])
        _mix(channels, forward, cells, _PLANE)
        for p in range(4):
            at = (4 * row + p) * _ROW
            _along(cells[p * _PLANE : (p + 1) * _PLANE], out[at : at + _ROW])


@kernel
def _treat(  # noqa: PLR0913  a stage's numbers, flat
    upper: Flat,
    lower: Flat,
    norms: Flat,
    inverse: Float32[np.ndarray, "4 m"],
    share: Float32[np.ndarray, " 4"],
    window: Flat,
    upper_out: Flat,
    lower_out: Flat,
) -> None:
    """A row of blocks, shrunk: what their upper and lower halves add to the rows of cells."""
    blocks, energies = np.empty((4, _BLOCK), np.float32), np.empty((4, _BLOCK), np.float32)
    power, sums = np.zeros(8 * _PADDED, np.float32), np.zeros(10 * _ROW, np.float32)
    total = np.zeros(_BLOCK, np.float32)
    for p in range(4):
        _down(upper[p * _ROW :], lower[p * _ROW :], blocks[p])
        _energy(blocks[p], norms, power, sums, energies[p])
        own = energies[p]
        for i in range(_BLOCK):
            total[i] += own[i]
    for p in range(4):
        _shrink(blocks[p], energies[p], total, share[p], inverse[p])
        _up(blocks[p], window, upper_out[p * _ROW :], lower_out[p * _ROW :])


@kernel
def _give(
    parts: Flat,
    window: Flat,
    back: Float32[np.ndarray, "4 4"],
    models: Float32[np.ndarray, "4 n"],
    out: Float32[np.ndarray, "8 w"],
) -> None:
    """Eight rows of light from four finished rows of cells."""
    channels, cells = np.zeros(4 * _PLANE, np.float32), np.zeros(4 * _PLANE, np.float32)
    halves = np.zeros(_PLANE, np.float32)
    for row in range(4):
        for p in range(4):
            at = (4 * row + p) * _ROW
            _back(parts[at : at + _ROW], window, halves, cells[p * _PLANE : (p + 1) * _PLANE])
        _mix(cells, back, channels, _PLANE)
        for c in range(4):
            line = out[2 * row + c // 2]
            _store(channels[c * _PLANE : (c + 1) * _PLANE], models[c], line[c % 2 :])


@kernel
def shrink_cosines(  # noqa: PLR0913  a stage's numbers, flat
    mosaic: Float32[np.ndarray, "h w"],
    rows: Int64[np.ndarray, " H"],
    columns: Int64[np.ndarray, " W"],
    top: int,
    left: int,
    models: Float32[np.ndarray, "4 n"],
    forward: Float32[np.ndarray, "4 4"],
    back: Float32[np.ndarray, "4 4"],
    norms: Flat,
    inverse: Float32[np.ndarray, "4 m"],
    share: Float32[np.ndarray, " 4"],
    window: Flat,
    out: Float32[np.ndarray, "a b"],
) -> None:
    """The mosaic, or a part of it, denoised.

    Args:
        mosaic: samples.
        rows: the mosaic's row for each row of whole blocks; blocks start at every eighth of them.
        columns: the same of columns.
        top: rows before the first one that is wanted, less 8.
        left: columns before the first one that is wanted, less 8.
        models: how each channel of a cell (row by row) is stabilised.
        forward: colours into luma and chroma; an orthonormal matrix.
        back: its inverse.
        norms: `NORMS`.
        inverse: per plane and coefficient, one over the threshold, repeated for each lane.
        share: how much all planes' energy counts for a plane beside its own.
        window: weights of a block's 8 cells, over 8.
        out: what is wanted.
    """
    height, width = out.shape
    cosines, parts = np.zeros((2, 16 * _ROW), np.float32), np.zeros((2, 16 * _ROW), np.float32)
    done = np.zeros((8, 8 * LANES), np.float32)
    for first in range(0, len(columns) - 16, 8 * (LANES - 1)):
        inside = columns[first : first + 8 * LANES + 8]
        begin, end = max(first - left, 0), min(first - left + 8 * (LANES - 1), width)
        shift = begin - (first - left)
        parts[:] = _ZERO
        for group in range(len(rows) // 8):
            upper, lower = (group + 1) % 2, group % 2
            _take(mosaic, rows[8 * group : 8 * group + 8], inside, models, forward, cosines[lower])
            if group > 0:
                _treat(
                    cosines[upper], cosines[lower], norms, inverse, share, window, parts[upper], parts[lower]
                )
            if group > 1:
                _give(parts[upper], window, back, models, done)
                y = 8 * (group - 2) - top
                for row in range(max(-y, 0), min(height - y, 8)):
                    out[y + row, begin:end] = done[row, shift : shift + end - begin]
