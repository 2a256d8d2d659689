"""Edge sums: what the samples about an edge say of its profile and of its path, as normal equations.

The profile is a cubic spline over the distance from the path, with even knots: coefficient ``a`` belongs to
the B-spline about ``first + a * STEP``. The path is, in a frame that lies along it, a polynomial of Legendre
over the way along: a tilt, a bend and a swing.
"""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel

STEP = 1.0 / 6.0
"""Between the spline's knots, px."""
PATHS = 3
"""Terms of the path: tilt, bend, swing."""
TILT, BEND, SWING = 0, 1, 2
FRAME = 7
"""Numbers of a frame: a point on the path, the direction along it, half its length, bend, swing."""
_EVEN = 1e-3  # rise, 1/px
_A_STEP, _SIXTH = 1.0 / STEP, 1.0 / 6.0
# The four B-splines that reach a cell, in powers of the place in it; and their products.
_POWERS = (
    np.array([[1.0, -3.0, 3.0, -1.0], [4.0, 0.0, -6.0, 3.0], [1.0, 3.0, 3.0, -3.0], [0.0, 0.0, 0.0, 1.0]])
    / 6.0
)
_PRODUCTS = np.array([[np.convolve(a, b) for b in _POWERS] for a in _POWERS])
_Samples = Float64[np.ndarray, "n 3"]
_Frame = Float64[np.ndarray, " 7"]
_Line = Float64[np.ndarray, " k"]


@kernel
def along_and_apart(column: float, row: float, frame: _Frame) -> tuple[float, float]:
    """The way along the path in halves of its length, and the distance from it, positive to the right.

    The foot on a bent path is found by one step along the tangent, which is exact for a straight one.
    """
    x, y = column - frame[0], row - frame[1]
    along = x * frame[2] + y * frame[3]
    apart = y * frame[2] - x * frame[3]
    half, bend, swing = frame[4], frame[5], frame[6]
    if bend == 0.0 and swing == 0.0:
        return along / half, apart
    s = along / half
    slope = (3.0 * bend * s + swing * (7.5 * s * s - 1.5)) / half
    off = apart - bend * (1.5 * s * s - 0.5) - swing * (2.5 * s * s - 1.5) * s
    s += off * slope / (1.0 + slope * slope) / half
    off = apart - bend * (1.5 * s * s - 0.5) - swing * (2.5 * s * s - 1.5) * s
    return s, off * math.sqrt(1.0 + slope * slope)


@kernel
def edge_sums(
    samples: _Samples,
    frame: _Frame,
    profile: _Line,
    variance: Float64[np.ndarray, " 2"],
    sums: Float64[np.ndarray, "8 k"],
    path: Float64[np.ndarray, "4 5"],
) -> None:
    """The normal equations of spline and path about a profile and a path that are known nearly.

    Samples are summed in powers of their place between two knots, from which each cell's products of
    B-splines follow exactly: fewer additions.

    Args:
        samples: column, row and value of each.
        frame: the path.
        profile: coefficients of the spline now.
        variance: of a sample's noise, and what it gains for each unit of the profile.
        sums: takes, for each coefficient, its products with itself and its next three, with the values, and
            with the columns of tilt, bend and swing.
        path: takes the products of these columns with one another, and in its fourth column with what the
            profile leaves; in its last row, unweighted: the samples, the profile, its square, the square of
            what it leaves, and that times the profile.
    """
    count = profile.size
    cells = np.zeros((count, 24))
    first = -0.5 * (count - 1) * STEP
    n, e1, e2, r0, r1 = 0.0, 0.0, 0.0, 0.0, 0.0
    tt, tb, ts, bb, bs, ss, tl, bl, sl = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(samples.shape[0]):
        s, d = along_and_apart(samples[i, 0], samples[i, 1], frame)
        at = (d - first) * _A_STEP
        if not (
            2.0 <= at < count - 3.0
        ):  # so said, it holds for what is no number too, of which int() is none
            continue
        j = int(at)
        f = at - j
        ff = f * f
        fff = f * ff
        value, rise = value_and_rise(profile, j, f)
        y = samples[i, 2]
        left = y - value
        n += 1.0
        e1 += value
        e2 += value * value
        r0 += left * left
        r1 += left * left * value
        w = 1.0 / (variance[0] + variance[1] * min(max(value, 0.0), 1.0))
        _add_profile(cells, j, w, y, (f, ff, fff))
        if abs(rise) < _EVEN:  # says next to nothing of the path
            continue
        tilt = -rise * s
        bend = -rise * (1.5 * s * s - 0.5)
        swing = (2.5 * s * s - 1.5) * tilt
        wt, wb, ws = w * tilt, w * bend, w * swing
        _add_path(cells, j, (wt, wb, ws), (f, ff, fff))
        tt, tb, ts = tt + wt * tilt, tb + wt * bend, ts + wt * swing
        bb, bs, ss = bb + wb * bend, bs + wb * swing, ss + ws * swing
        tl, bl, sl = tl + wt * left, bl + wb * left, sl + ws * left
    path[0, 0], path[0, 1], path[0, 2], path[0, 3] = tt, tb, ts, tl
    path[1, 0], path[1, 1], path[1, 2], path[1, 3] = tb, bb, bs, bl
    path[2, 0], path[2, 1], path[2, 2], path[2, 3] = ts, bs, ss, sl
    path[3, 0], path[3, 1], path[3, 2], path[3, 3], path[3, 4] = n, e1, e2, r0, r1
    _gathered(cells, sums)


@kernel
def value_and_rise(profile: _Line, j: int, f: float) -> tuple[float, float]:
    """The spline and its derivative at a place between two knots."""
    c0, c1, c2, c3 = profile[j - 1], profile[j], profile[j + 1], profile[j + 2]
    k0 = (c0 + 4.0 * c1 + c2) * _SIXTH
    k1 = 0.5 * (c2 - c0)
    k2 = 0.5 * (c0 + c2) - c1
    k3 = (c3 - c0) * _SIXTH + 0.5 * (c1 - c2)
    return k0 + f * (k1 + f * (k2 + f * k3)), (k1 + f * (2.0 * k2 + f * 3.0 * k3)) * _A_STEP


@kernel
def _add_profile(
    cells: Float64[np.ndarray, "k 24"], j: int, w: float, y: float, powers: tuple[float, float, float]
) -> None:
    f, ff, fff = powers
    wf, wff, wfff = w * f, w * ff, w * fff
    cells[j, 0] += w
    cells[j, 1] += wf
    cells[j, 2] += wff
    cells[j, 3] += wfff
    cells[j, 4] += wff * ff
    cells[j, 5] += wff * fff
    cells[j, 6] += wfff * fff
    cells[j, 8] += w * y
    cells[j, 9] += wf * y
    cells[j, 10] += wff * y
    cells[j, 11] += wfff * y


@kernel
def _add_path(
    cells: Float64[np.ndarray, "k 24"],
    j: int,
    columns: tuple[float, float, float],
    powers: tuple[float, float, float],
) -> None:
    t, b, s = columns
    f, ff, fff = powers
    cells[j, 12] += t
    cells[j, 13] += t * f
    cells[j, 14] += t * ff
    cells[j, 15] += t * fff
    cells[j, 16] += b
    cells[j, 17] += b * f
    cells[j, 18] += b * ff
    cells[j, 19] += b * fff
    cells[j, 20] += s
    cells[j, 21] += s * f
    cells[j, 22] += s * ff
    cells[j, 23] += s * fff


@kernel
def _gathered(cells: Float64[np.ndarray, "k 24"], sums: Float64[np.ndarray, "8 k"]) -> None:
    """From powers in each cell to products of B-splines."""
    sums[:] = 0.0
    for j in range(2, cells.shape[0] - 3):
        if cells[j, 0] == 0.0:
            continue
        c0, c1, c2, c3 = cells[j, 0], cells[j, 1], cells[j, 2], cells[j, 3]
        c4, c5, c6 = cells[j, 4], cells[j, 5], cells[j, 6]
        for a in range(4):
            for b in range(4 - a):
                t = _PRODUCTS[a, a + b]
                total = (t[0] * c0 + t[1] * c1) + (t[2] * c2 + t[3] * c3)
                sums[b, j - 1 + a] += total + ((t[4] * c4 + t[5] * c5) + t[6] * c6)
        steep = cells[j, 12] != 0.0 or cells[j, 16] != 0.0
        for c in range(4 if steep else 1):
            at = 8 + 4 * c
            c0, c1, c2, c3 = cells[j, at], cells[j, at + 1], cells[j, at + 2], cells[j, at + 3]
            for a in range(4):
                u = _POWERS[a]
                sums[4 + c, j - 1 + a] += (u[0] * c0 + u[1] * c1) + (u[2] * c2 + u[3] * c3)
