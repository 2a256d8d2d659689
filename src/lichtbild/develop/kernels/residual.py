"""Residual interpolation of a Bayer pattern, a few rows at a time.

The twin of ``lichtbild.develop.residual``, where the mathematics stands. Rows run through in order; every
step lags behind the one it needs, and keeps its rows in a *ring*, whose number of rows is a power of two; a
ring of one row is scratch. Every step is taken at every pixel, as if each were chroma and green at once, and
what is not meant is never read.

What makes it fast: all loops run over rows of one length, a multiple of what a processor takes at a time. A
loop writes one row only, since more would need more checks for overlap than the compiler cares to make.
Functions are given rings and the number of a row, not the row itself, whose references would be counted.
"""

import numpy as np
from jaxtyping import Float32, Int

from lichtbild.numerics.kernel import kernel

Row = Float32[np.ndarray, " n"]
Ring = Float32[np.ndarray, "rows n"]
Rings = Float32[np.ndarray, "rings rows n"]

RADIUS = 26
"""Pixels around a pixel that its colours depend on: the lag of the last step."""

MARGIN = 4
"""Pixels at both ends of a row that are read as neighbours, and not written."""

STRIDE = 32
"""Rows without their margins have a multiple of this length."""

_LEAST_SQUARES = np.float32(2.0**-12)
_LEAST_VARIATION = np.float32(2.0**-8)
_STEEPEST = np.float32(2)
_REFINED = np.float32(0.75)
_NONE, _QUARTER, _HALF = np.float32(0), np.float32(0.25), np.float32(0.5)


@kernel
def _at(ring: Ring, i: int, step: int) -> Row:
    """The row ``i`` of a ring without its margins, or its neighbours so many columns to the right."""
    return ring[i & (ring.shape[0] - 1), MARGIN + step : ring.shape[1] - MARGIN + step]


@kernel
def _fetch(
    samples: Ring, row: int, columns: Int[np.ndarray, " n"], inner: tuple[int, int], ring: Ring, i: int
) -> None:
    """A row of the mosaic with its mirrored margins; ``inner`` says where columns follow each other."""
    line, out = samples[row], ring[i & (ring.shape[0] - 1)]
    begin, end = inner
    source, target = line[columns[begin] :], out[begin:end]
    for j in range(target.shape[0]):
        target[j] = source[j]
    for j in range(begin):
        out[j] = line[columns[j]]
    for j in range(end, out.shape[0]):
        out[j] = line[columns[j]]


@kernel
def _terms(m: Ring, i: int, dy: int, dx: int, product: Ring, square: Ring) -> None:
    """Of two pixels to both sides: the step of the outer ones times that of the inner ones, and squared."""
    a, b = _at(m, i - 2 * dy, -2 * dx), _at(m, i - dy, -dx)
    c, d = _at(m, i + dy, dx), _at(m, i + 2 * dy, 2 * dx)
    products, squares = _at(product, i, 0), _at(square, i, 0)
    for j in range(products.shape[0]):
        step = d[j] - a[j]
        products[j] = step * (c[j] + c[j] - b[j] - b[j])
    for j in range(squares.shape[0]):
        step = d[j] - a[j]
        squares[j] = step * step


@kernel
def _sum(ring: Ring, i: int, step: int, out: Ring) -> None:
    """The sum of five rows, ``step`` rows apart."""
    a, b, c = _at(ring, i - 2 * step, 0), _at(ring, i - step, 0), _at(ring, i, 0)
    d, e, total = _at(ring, i + step, 0), _at(ring, i + 2 * step, 0), _at(out, i, 0)
    for j in range(total.shape[0]):
        total[j] = a[j] + b[j] + c[j] + d[j] + e[j]


@kernel
def _slope(product: Ring, square: Ring, i: int, out: Ring) -> None:
    """Slope of one colour over another, from sums of five rows summed over five columns."""
    p, s = product, square
    pa, pb, pc, pd, pe = _at(p, i, -4), _at(p, i, -2), _at(p, i, 0), _at(p, i, 2), _at(p, i, 4)
    sa, sb, sc, sd, se = _at(s, i, -4), _at(s, i, -2), _at(s, i, 0), _at(s, i, 2), _at(s, i, 4)
    slope = _at(out, i, 0)
    for j in range(slope.shape[0]):
        products = pa[j] + pb[j] + pc[j] + pd[j] + pe[j] + _LEAST_SQUARES
        squares = sa[j] + sb[j] + sc[j] + sd[j] + se[j] + _LEAST_SQUARES
        slope[j] = min(max(products / squares, _NONE), _STEEPEST)


@kernel
def _contrast(m: Ring, i: int, dy: int, dx: int, slope: Ring, out: Ring) -> None:
    """The other colour of a line minus the own one."""
    a, b, c = _at(m, i - 2 * dy, -2 * dx), _at(m, i - dy, -dx), _at(m, i, 0)
    d, e = _at(m, i + dy, dx), _at(m, i + 2 * dy, 2 * dx)
    slopes, contrast = _at(slope, i, 0), _at(out, i, 0)
    for j in range(contrast.shape[0]):
        bend = c[j] - _HALF * (a[j] + e[j])
        contrast[j] = _HALF * (b[j] + d[j]) + _HALF * slopes[j] * bend - c[j]


@kernel
def _step(contrast: Ring, i: int, dy: int, dx: int, out: Ring) -> None:
    """How far a contrast changes between the two neighbours."""
    a, b, size = _at(contrast, i - dy, -dx), _at(contrast, i + dy, dx), _at(out, i, 0)
    for j in range(size.shape[0]):
        size[j] = abs(b[j] - a[j])


@kernel
def _share(across: Ring, along: Ring, i: int, out: Ring) -> None:
    """Share of the horizontal, from sums of five rows of steps summed over five columns."""
    h, v = across, along
    ha, hb, hc, hd, he = _at(h, i, -2), _at(h, i, -1), _at(h, i, 0), _at(h, i, 1), _at(h, i, 2)
    va, vb, vc, vd, ve = _at(v, i, -2), _at(v, i, -1), _at(v, i, 0), _at(v, i, 1), _at(v, i, 2)
    share = _at(out, i, 0)
    for j in range(share.shape[0]):
        x = ha[j] + hb[j] + hc[j] + hd[j] + he[j] + _LEAST_VARIATION
        y = va[j] + vb[j] + vc[j] + vd[j] + ve[j] + _LEAST_VARIATION
        share[j] = y * y / (x * x + y * y)


@kernel
def _green(planes: Rings, contrasts: Rings, i: int, is_chroma: Ring) -> None:
    """Green by the contrasts of both directions, each smoothed along itself."""
    m, f, g, across, along = planes[0], planes[1], planes[2], contrasts[0], contrasts[1]
    own, share, chosen, green = _at(m, i, 0), _at(f, i, 0), _at(is_chroma, i, 0), _at(g, i, 0)
    ha, hb, hc = _at(across, i, -1), _at(across, i, 0), _at(across, i, 1)
    va, vb, vc = _at(along, i - 1, 0), _at(along, i, 0), _at(along, i + 1, 0)
    for j in range(green.shape[0]):
        h = _HALF * hb[j] - _QUARTER * (ha[j] + hc[j])
        v = _HALF * vb[j] - _QUARTER * (va[j] + vc[j])
        green[j] = own[j] + chosen[j] * (v + share[j] * (h - v))


@kernel
def _bends_and_steps(first: Ring, second: Ring, i: int, out: Ring) -> None:
    """First and second differences of two planes over two pixels, multiplied."""
    f, s = first, second
    fa, fb, fc, fl, fr = _at(f, i - 2, 0), _at(f, i, 0), _at(f, i + 2, 0), _at(f, i, -2), _at(f, i, 2)
    sa, sb, sc, sl, sr = _at(s, i - 2, 0), _at(s, i, 0), _at(s, i + 2, 0), _at(s, i, -2), _at(s, i, 2)
    product = _at(out, i, 0)
    for j in range(product.shape[0]):
        f2, s2 = fb[j] + fb[j], sb[j] + sb[j]
        steps = (fr[j] - fl[j]) * (sr[j] - sl[j]) + (fc[j] - fa[j]) * (sc[j] - sa[j])
        bends = (f2 - fl[j] - fr[j]) * (s2 - sl[j] - sr[j]) + (f2 - fa[j] - fc[j]) * (s2 - sa[j] - sc[j])
        product[j] = steps + bends


@kernel
def _diagonal(ring: Ring, i: int, out: Ring) -> None:
    """The mean of the four diagonal neighbours."""
    a, b, c, d = _at(ring, i - 1, -1), _at(ring, i - 1, 1), _at(ring, i + 1, -1), _at(ring, i + 1, 1)
    mean = _at(out, i, 0)
    for j in range(mean.shape[0]):
        mean[j] = _QUARTER * (a[j] + b[j] + c[j] + d[j])


@kernel
def _pair(ring: Ring, i: int, dy: int, dx: int, out: Ring) -> None:
    """The mean of two opposite neighbours."""
    a, b, mean = _at(ring, i - dy, -dx), _at(ring, i + dy, dx), _at(out, i, 0)
    for j in range(mean.shape[0]):
        mean[j] = _HALF * (a[j] + b[j])


@kernel
def _mixed(f: Ring, in_row: Ring, in_column: Ring, i: int, out: Ring) -> None:
    """The mean of the neighbours in the row and of those in the column, by the share of the row."""
    left, right, above = _at(in_row, i, -1), _at(in_row, i, 1), _at(in_column, i - 1, 0)
    below, share, mean = _at(in_column, i + 1, 0), _at(f, i, 0), _at(out, i, 0)
    for j in range(mean.shape[0]):
        along = above[j] + below[j]
        mean[j] = _HALF * (along + share[j] * (left[j] + right[j] - along))


@kernel
def _carried(mean: Ring, slope: Ring, g: Ring, g_mean: Ring, i: int, out: Ring) -> None:
    """A mean, and what green exceeds its own mean by, times the slope."""
    means, slopes, greens, g_means = _at(mean, i, 0), _at(slope, i, 0), _at(g, i, 0), _at(g_mean, i, 0)
    colour = _at(out, i, 0)
    for j in range(colour.shape[0]):
        colour[j] = means[j] + slopes[j] * (greens[j] - g_means[j])


@kernel
def _refined(planes: Rings, slope: Ring, i: int, is_chroma: Ring, lines: Rings) -> None:
    """Green that follows the measured chroma, mixed with green as it was; in place."""
    own, green, slopes, chosen = (
        _at(planes[0], i, 0),
        _at(planes[2], i, 0),
        _at(slope, i, 0),
        _at(is_chroma, i, 0),
    )
    g_means, means, result = _at(lines[0], i, 0), _at(lines[1], i, 0), _at(lines[2], i, 0)
    for j in range(result.shape[0]):
        step = g_means[j] + slopes[j] * (own[j] - means[j]) - green[j]
        result[j] = green[j] + chosen[j] * _REFINED * step
    # A loop that writes where it reads would not be made parallel.
    for j in range(result.shape[0]):
        green[j] = result[j]


@kernel
def _chosen(at_chroma: Ring, at_green: Ring, i: int, is_chroma: Ring, out: Ring) -> None:
    """Of each pixel the one or the other."""
    a, b, chosen, colour = _at(at_chroma, i, 0), _at(at_green, i, 0), _at(is_chroma, i, 0), _at(out, i, 0)
    for j in range(colour.shape[0]):
        colour[j] = a[j] if chosen[j] > _NONE else b[j]


@kernel
def _interleaved(red: Ring, g: Ring, blue: Ring, i: int, left: int, out: Float32[np.ndarray, "n 3"]) -> None:
    """Three planes side by side."""
    first, green, second = red[0, left:], g[i & (g.shape[0] - 1), left:], blue[0, left:]
    for j in range(out.shape[0]):
        out[j, 0] = first[j]
        out[j, 1] = green[j]
        out[j, 2] = second[j]


@kernel
def _shares(planes: Rings, i: int, rings: Rings, lines: Rings) -> None:
    """Contrasts in the first two rings, in row ``i`` - 4 across and ``i`` - 6 along; shares in ``i`` - 9."""
    u, v, w = lines[0], lines[1], lines[2]
    for dy in range(2):
        dx, k = 1 - dy, i - 4 - 2 * dy
        contrast, size, product, square = rings[dy], rings[2 + dy], rings[4 + dy], rings[6 + dy]
        _terms(planes[0], k + 4, dy, dx, product, square)
        _sum(product, k, 2, u)
        _sum(square, k, 2, v)
        _slope(u, v, k, w)
        _contrast(planes[0], k, dy, dx, w, contrast)
        _step(contrast, k - dy, dy, dx, size)
    _sum(rings[2], i - 9, 1, u)
    _sum(rings[3], i - 9, 1, v)
    _share(u, v, i - 9, planes[1])


@kernel
def _colours(planes: Rings, i: int, s: Ring, lines: Rings, found: Rings) -> None:
    """The opposite colour at chroma in row ``i``; those of row and column at green one row above."""
    m, f, g, u, v, w = planes[0], planes[1], planes[2], lines[0], lines[1], lines[2]
    opposite, row, column = found[0], found[1], found[2]
    _diagonal(m, i, u)
    _diagonal(g, i, v)
    _diagonal(s, i, w)
    _carried(u, w, g, v, i, opposite)
    _mixed(f, g, g, i - 1, v)
    _mixed(f, m, opposite, i - 1, u)
    _pair(s, i - 1, 0, 1, w)
    _carried(u, w, g, v, i - 1, row)
    _mixed(f, opposite, m, i - 1, u)
    _pair(s, i - 1, 1, 0, w)
    _carried(u, w, g, v, i - 1, column)


@kernel
def residual_rows(
    samples: Float32[np.ndarray, "h w"],
    rows: Int[np.ndarray, " padded_rows"],
    columns: Int[np.ndarray, " padded_columns"],
    inner: tuple[int, int],
    corner: tuple[int, int],
    out: Float32[np.ndarray, "a b 3"],
) -> None:
    """Red, green and blue from a mosaic that is read at ``rows`` and ``columns``, which mirror its borders.

    Between the two of ``inner`` columns follow each other. The result's first pixel lies at ``corner`` of
    what is read, where red lies at even rows and columns.
    """
    top, left = corner
    n = columns.shape[0]
    planes, rings = np.zeros((5, 32, n), dtype=np.float32), np.zeros((14, 16, n), dtype=np.float32)
    m, f, g, product, square = planes[0], planes[1], planes[2], planes[3], planes[4]
    found, s, own, again = rings[8:11], rings[11], rings[12], rings[13]
    lines, is_chroma = np.zeros((3, 1, n), dtype=np.float32), np.zeros((2, n), dtype=np.float32)
    u, v = lines[0], lines[1]
    is_chroma[0, 0::2] = is_chroma[1, 1::2] = 1
    for i in range(rows.shape[0]):
        _fetch(samples, rows[i], columns, inner, m, i)
        _shares(planes, i, rings, lines)
        _green(planes, rings, i - 9, is_chroma)
        for refined in range(2):
            k = i - 11 - 9 * refined
            _bends_and_steps(m, g, k, product)
            _bends_and_steps(g, g, k, square)
            _sum(product, k - 4, 2, u)
            _sum(square, k - 4, 2, v)
            _slope(u, v, k - 4, s)
            if not refined:
                _bends_and_steps(m, m, k, own)
                _sum(own, k - 4, 2, v)
                _slope(u, v, k - 4, again)
            _colours(planes, k - 5, s, lines, found)
            if not refined:
                # Refined rows take the place of those whose first estimate is not needed any more.
                _mixed(f, m, m, k - 7, u)
                _mixed(f, found[1], found[2], k - 7, v)
                _refined(planes, again, k - 7, is_chroma, lines)
        i -= RADIUS
        if 0 <= i - top < out.shape[0]:
            _chosen(m, found[1], i, is_chroma, u)
            _chosen(found[0], found[2], i, is_chroma, v)
            _interleaved(u if i % 2 == 0 else v, g, v if i % 2 == 0 else u, i, left, out[i - top])
