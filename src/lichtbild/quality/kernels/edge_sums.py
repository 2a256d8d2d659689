"""Edge sums: what the samples about an edge say of its profile and of its path, as normal equations.

The profile is a cubic spline over the distance from the path, with even knots: coefficient ``a`` belongs to
the B-spline about ``first + a * STEP``. The path is, in a frame that lies along it, a polynomial of Legendre
over the way along: a tilt, a bend and a swing.

One pass over the samples sums them by cells, which lie between two knots, without profile or noise being
known; both then weigh whole cells, as often as they change, so that samples are seen again only where the
path has moved.
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
_A_STEP, _SIXTH = 1.0 / STEP, 1.0 / 6.0
# The four B-splines that reach a cell, in powers of the place in it; and their products.
_POWERS = (
    np.array([[1.0, -3.0, 3.0, -1.0], [4.0, 0.0, -6.0, 3.0], [1.0, 3.0, 3.0, -3.0], [0.0, 0.0, 0.0, 1.0]])
    / 6.0
)
_PRODUCTS = np.array([[np.convolve(a, b) for b in _POWERS] for a in _POWERS])
_ENTRIES = [(a, b) for a in range(4) for b in range(a, 4)]
_PAIRS = np.array([_PRODUCTS[a, b] for a, b in _ENTRIES])
RIGHT, SQUARE, NUMBER, CELL = 10, 14, 15, 16
"""Places in a cell: the ten products of its four B-splines, row by row of the upper triangle; from RIGHT on
those with the values; the values' square; the number of samples."""
TERMS, RIGHT_OF_PATH, STEEP = 12, 18, 21
"""Places in a steep cell: for tilt, bend and swing the products of Legendre's polynomial with the four
B-splines; from TERMS on those of the polynomials with one another; from RIGHT_OF_PATH on with the values."""
_Samples = Float64[np.ndarray, "n 3"]
_Frame = Float64[np.ndarray, " 7"]
_Line = Float64[np.ndarray, " k"]
_Path = tuple[float, float, float, float, float, float, float]


@kernel
def line_of(frame: _Frame) -> _Path:
    """A frame in single numbers, which a loop need not read again: its own, and one over half its length."""
    return frame[0], frame[1], frame[2], frame[3], 1.0 / frame[4], frame[5], frame[6]


@kernel
def along_and_apart(column: float, row: float, line: _Path) -> tuple[float, float]:
    """The way along the path in halves of its length, and the distance from it, positive to the right.

    The foot on a bent path is found by one step along the tangent, which is exact for a straight one.
    """
    column0, row0, across, down, over, bend, swing = line
    x, y = column - column0, row - row0
    s = (x * across + y * down) * over
    apart = y * across - x * down
    if bend == 0.0 and swing == 0.0:
        return s, apart
    slope = (3.0 * bend * s + swing * (7.5 * s * s - 1.5)) * over
    off = apart - bend * (1.5 * s * s - 0.5) - swing * (2.5 * s * s - 1.5) * s
    q = 1.0 + slope * slope
    s += off * slope * over / q
    off = apart - bend * (1.5 * s * s - 0.5) - swing * (2.5 * s * s - 1.5) * s
    return s, off * math.sqrt(q)


@kernel
def edge_cells(
    samples: _Samples,
    frame: _Frame,
    near: float,
    cells: Float64[np.ndarray, "k 16"],
    steep: Float64[np.ndarray, "k 21"],
) -> None:
    """The samples' products with B-splines and the path's polynomials, cell by cell, all of weight 1.

    Summed in powers of the place between two knots, from which products of B-splines follow exactly: fewer
    additions.

    Args:
        samples: column, row and value of each.
        frame: the path.
        near: px to either side of the path, beyond which a sample says nothing of it.
        cells: takes the products of each cell.
        steep: takes those with the path's polynomials, 0 far from the path.
    """
    count = cells.shape[0]
    powers = np.zeros((count, 12))
    first = -0.5 * (count - 1) * STEP
    steep[:] = 0.0
    line = line_of(frame)
    for i in range(samples.shape[0]):
        s, d = along_and_apart(samples[i, 0], samples[i, 1], line)
        at = (d - first) * _A_STEP
        if not (
            2.0 <= at < count - 3.0
        ):  # so said, it holds for what is no number too, of which int() is none
            continue
        j = int(at)
        f = at - j
        y = samples[i, 2]
        _add_profile(powers, j, f, y)
        if abs(d) < near:
            _add_path(steep, j, (s, 1.5 * s * s - 0.5, (2.5 * s * s - 1.5) * s), f, y)
    _gathered(powers, cells, steep)


@kernel
def _add_profile(powers: Float64[np.ndarray, "k 12"], j: int, f: float, y: float) -> None:
    ff = f * f
    fff = f * ff
    powers[j, 0] += 1.0
    powers[j, 1] += f
    powers[j, 2] += ff
    powers[j, 3] += fff
    powers[j, 4] += ff * ff
    powers[j, 5] += ff * fff
    powers[j, 6] += fff * fff
    powers[j, 7] += y
    powers[j, 8] += f * y
    powers[j, 9] += ff * y
    powers[j, 10] += fff * y
    powers[j, 11] += y * y


@kernel
def _add_path(
    steep: Float64[np.ndarray, "k 21"], j: int, polynomials: tuple[float, float, float], f: float, y: float
) -> None:
    t, b, s = polynomials
    ff = f * f
    fff = f * ff
    steep[j, 0] += t
    steep[j, 1] += t * f
    steep[j, 2] += t * ff
    steep[j, 3] += t * fff
    steep[j, 4] += b
    steep[j, 5] += b * f
    steep[j, 6] += b * ff
    steep[j, 7] += b * fff
    steep[j, 8] += s
    steep[j, 9] += s * f
    steep[j, 10] += s * ff
    steep[j, 11] += s * fff
    steep[j, 12] += t * t
    steep[j, 13] += t * b
    steep[j, 14] += t * s
    steep[j, 15] += b * b
    steep[j, 16] += b * s
    steep[j, 17] += s * s
    steep[j, 18] += t * y
    steep[j, 19] += b * y
    steep[j, 20] += s * y


@kernel
def _gathered(
    powers: Float64[np.ndarray, "k 12"],
    cells: Float64[np.ndarray, "k 16"],
    steep: Float64[np.ndarray, "k 21"],
) -> None:
    """From powers in each cell to products of B-splines."""
    for j in range(cells.shape[0]):
        cells[j, NUMBER] = powers[j, 0]
        if powers[j, 0] == 0.0:
            continue
        c0, c1, c2, c3 = powers[j, 0], powers[j, 1], powers[j, 2], powers[j, 3]
        c4, c5, c6 = powers[j, 4], powers[j, 5], powers[j, 6]
        for e in range(10):
            near = (_PAIRS[e, 0] * c0 + _PAIRS[e, 1] * c1) + (_PAIRS[e, 2] * c2 + _PAIRS[e, 3] * c3)
            cells[j, e] = near + ((_PAIRS[e, 4] * c4 + _PAIRS[e, 5] * c5) + _PAIRS[e, 6] * c6)
        c0, c1, c2, c3 = powers[j, 7], powers[j, 8], powers[j, 9], powers[j, 10]
        for a in range(4):
            near = _POWERS[a, 0] * c0 + _POWERS[a, 1] * c1
            cells[j, RIGHT + a] = near + (_POWERS[a, 2] * c2 + _POWERS[a, 3] * c3)
        cells[j, SQUARE] = powers[j, 11]
        if steep[j, TERMS] == 0.0:
            continue
        for p in range(0, 12, 4):
            c0, c1, c2, c3 = steep[j, p], steep[j, p + 1], steep[j, p + 2], steep[j, p + 3]
            for a in range(4):
                near = _POWERS[a, 0] * c0 + _POWERS[a, 1] * c1
                steep[j, p + a] = near + (_POWERS[a, 2] * c2 + _POWERS[a, 3] * c3)


@kernel
def residues(cells: Float64[np.ndarray, "k 16"], profile: _Line, out: Float64[np.ndarray, " 5"]) -> None:
    """What a profile leaves of the samples, all of weight 1.

    Args:
        cells: of the samples.
        profile: coefficients of its spline.
        out: takes the number of samples, the sum of the profile at them, of its square, of the square of what
            it leaves, and of that times the profile's mean in the cell.
    """
    n, e1, e2, r0, r1 = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(2, cells.shape[0] - 3):
        number = cells[j, NUMBER]
        if number == 0.0:
            continue
        c0, c1, c2, c3 = profile[j - 1], profile[j], profile[j + 1], profile[j + 2]
        p0 = c0 * cells[j, 0] + c1 * cells[j, 1] + (c2 * cells[j, 2] + c3 * cells[j, 3])
        p1 = c0 * cells[j, 1] + c1 * cells[j, 4] + (c2 * cells[j, 5] + c3 * cells[j, 6])
        p2 = c0 * cells[j, 2] + c1 * cells[j, 5] + (c2 * cells[j, 7] + c3 * cells[j, 8])
        p3 = c0 * cells[j, 3] + c1 * cells[j, 6] + (c2 * cells[j, 8] + c3 * cells[j, 9])
        square = c0 * p0 + c1 * p1 + (c2 * p2 + c3 * p3)
        values = c0 * cells[j, RIGHT] + c1 * cells[j, RIGHT + 1]
        values += c2 * cells[j, RIGHT + 2] + c3 * cells[j, RIGHT + 3]
        left = max(cells[j, SQUARE] - 2.0 * values + square, 0.0)
        total = (p0 + p1) + (p2 + p3)
        n += number
        e1 += total
        e2 += square
        r0 += left
        r1 += left * total / number
    out[0], out[1], out[2], out[3], out[4] = n, e1, e2, r0, r1


@kernel
def weighed(
    cells: Float64[np.ndarray, "k 16"],
    steep: Float64[np.ndarray, "k 21"],
    profile: _Line,
    variance: Float64[np.ndarray, " 2"],
    sums: Float64[np.ndarray, "8 k"],
    path: Float64[np.ndarray, "3 4"],
) -> None:
    """The normal equations of spline and path about a profile that is known nearly.

    A cell has one weight, by the profile's mean there, and the path one slope in it, the profile's mean one:
    both choose how samples are weighed, not what is expected of them.

    Args:
        cells: of the samples.
        steep: of those near the path.
        profile: coefficients of the spline now.
        variance: of a sample's noise, and what it gains for each unit of the profile.
        sums: takes, for each coefficient, its products with itself and its next three, with the values, and
            with the columns of tilt, bend and swing.
        path: takes the products of these columns with one another, and in its last column with the values.
    """
    sums[:] = 0.0
    path[:] = 0.0
    for j in range(2, cells.shape[0] - 3):
        if cells[j, NUMBER] == 0.0:
            continue
        c0, c1, c2, c3 = profile[j - 1], profile[j], profile[j + 1], profile[j + 2]
        mean = (c0 + c3 + 11.0 * (c1 + c2)) / 24.0
        w = 1.0 / (variance[0] + variance[1] * min(max(mean, 0.0), 1.0))
        e = 0
        for a in range(4):
            for b in range(4 - a):
                sums[b, j - 1 + a] += w * cells[j, e]
                e += 1
            sums[4, j - 1 + a] += w * cells[j, RIGHT + a]
        if steep[j, TERMS] == 0.0:
            continue
        slope = -(c3 - c0 + 3.0 * (c2 - c1)) * (_SIXTH * _A_STEP)
        ws = w * slope
        for p in range(3):
            for a in range(4):
                sums[5 + p, j - 1 + a] += ws * steep[j, 4 * p + a]
            path[p, 3] += ws * steep[j, RIGHT_OF_PATH + p]
        path[0, 0] += ws * slope * steep[j, TERMS]
        path[0, 1] += ws * slope * steep[j, TERMS + 1]
        path[0, 2] += ws * slope * steep[j, TERMS + 2]
        path[1, 1] += ws * slope * steep[j, TERMS + 3]
        path[1, 2] += ws * slope * steep[j, TERMS + 4]
        path[2, 2] += ws * slope * steep[j, TERMS + 5]
    path[1, 0], path[2, 0], path[2, 1] = path[0, 1], path[0, 2], path[1, 2]


@kernel
def value_of(profile: _Line, j: int, f: float) -> float:
    """The spline at a place between two knots."""
    c0, c1, c2, c3 = profile[j - 1], profile[j], profile[j + 1], profile[j + 2]
    k0 = (c0 + 4.0 * c1 + c2) * _SIXTH
    k1 = 0.5 * (c2 - c0)
    k2 = 0.5 * (c0 + c2) - c1
    k3 = (c3 - c0) * _SIXTH + 0.5 * (c1 - c2)
    return float(k0 + f * (k1 + f * (k2 + f * k3)))
