"""Edge fit: the normal equations of samples reduced to a model's parameters.

Parameters in order: dark level, contrast, shift of the step, ln of its Gaussian's sigma; tilt, bend and swing
of the path; the share of the tail; the excess kurtosis; and the coefficients of the deviation.
"""

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel

LEVEL, CONTRAST, SHIFT, WIDTH, PATH, TAIL, KURTOSIS, DEVIATION = 0, 1, 2, 3, 4, 7, 8, 9
KNOWN, PROFILE = 7, 6
"""Splines that are known: of 1, of the step and its derivatives by shift and ln sigma, of the tail, of the
kurtosis; and the profile, by which samples are weighed."""
_Line = Float64[np.ndarray, " n"]
_Spans = Int64[np.ndarray, "m 3"]


@kernel
def product(sums: Float64[np.ndarray, "8 k"], spline: _Line, start: int, stop: int, out: _Line) -> None:
    """The normal matrix, of which ``sums`` holds the diagonal and three beside it, times a spline.

    ``start`` and ``stop`` bound what is wanted of it.
    """
    count = spline.size
    for a in range(start, stop):
        out[a] = sums[0, a] * spline[a]
    for b in range(1, 4):
        for a in range(start, min(stop, count - b)):
            out[a] += sums[b, a] * spline[a + b]
        for a in range(max(start, b), stop):
            out[a] += sums[b, a - b] * spline[a - b]


@kernel
def reduced(
    sums: Float64[np.ndarray, "8 k"],
    path: Float64[np.ndarray, "3 4"],
    known: Float64[np.ndarray, "7 k"],
    basis: Float64[np.ndarray, "m k"],
    spans: _Spans,
    normal: Float64[np.ndarray, "n n1"],
) -> None:
    """The normal equations of the model's parameters; tail and kurtosis count where there is a deviation.

    Args:
        sums: of the samples, by coefficient of the fine spline.
        path: of the columns of the path.
        known: the splines that are known.
        basis: splines of the deviation.
        spans: of each its first coefficient that is not 0, one beyond the last, and the first parameter that
            it shares samples or a prior with.
        normal: takes the matrix, and the right side as its last column.
    """
    size, width = normal.shape[0], basis.shape[1]
    normal[:] = 0.0
    image = np.empty(width)
    places = (LEVEL, CONTRAST, SHIFT, WIDTH, TAIL, KURTOSIS)
    low, high = _support(known)
    for q in range(6 if basis.shape[0] > 0 else 4):
        # Shift, width and kurtosis are 0 far from the edge.
        local = q in (2, 3, 5)
        start, stop = (max(0, low - 3), min(width, high + 3)) if local else (0, width)
        product(sums, known[q], start, stop, image)
        for p in range(q + 1):
            inner = p in (2, 3, 5)
            both = _dot(
                known[p], image, max(start, low) if inner else start, min(stop, high) if inner else stop
            )
            normal[places[q], places[p]] = both
            normal[places[p], places[q]] = both
        for k in range(basis.shape[0]):
            both = _dot(basis[k], image, max(start, spans[k, 0]), min(stop, spans[k, 1]))
            normal[places[q], DEVIATION + k] = both
            normal[DEVIATION + k, places[q]] = both
        start, stop = (low, high) if local else (0, width)
        for p in range(3):
            both = _dot(known[q], sums[5 + p], start, stop)
            normal[places[q], PATH + p] = both
            normal[PATH + p, places[q]] = both
        normal[places[q], size] = _dot(known[q], sums[4], start, stop)
    for p in range(3):
        for q in range(3):
            normal[PATH + p, PATH + q] = path[p, q]
        normal[PATH + p, size] = path[p, 3]
    _reduce_deviation(sums, basis, spans, normal)


@kernel
def _support(known: Float64[np.ndarray, "7 k"]) -> tuple[int, int]:
    """Where shift, width and kurtosis have coefficients: the first, and one beyond the last."""
    low, high = known.shape[1], 0
    for a in range(known.shape[1]):
        if known[2, a] != 0.0 or known[3, a] != 0.0 or known[5, a] != 0.0:
            low, high = min(low, a), a + 1
    return min(low, high), high


@kernel
def _reduce_deviation(
    sums: Float64[np.ndarray, "8 k"],
    basis: Float64[np.ndarray, "m k"],
    spans: _Spans,
    normal: Float64[np.ndarray, "n n1"],
) -> None:
    size, width = normal.shape[0], basis.shape[1]
    image = np.empty(width)
    for k in range(basis.shape[0]):
        start, stop = max(0, spans[k, 0] - 3), min(width, spans[k, 1] + 3)
        product(sums, basis[k], start, stop, image)
        for m in range(k, basis.shape[0]):
            if spans[m, 0] >= stop:
                break
            both = _dot(basis[m], image, max(start, spans[m, 0]), min(stop, spans[m, 1]))
            normal[DEVIATION + k, DEVIATION + m] = both
            normal[DEVIATION + m, DEVIATION + k] = both
        for p in range(3):
            both = _dot(basis[k], sums[5 + p], spans[k, 0], spans[k, 1])
            normal[DEVIATION + k, PATH + p] = both
            normal[PATH + p, DEVIATION + k] = both
        normal[DEVIATION + k, size] = _dot(basis[k], sums[4], spans[k, 0], spans[k, 1])


@kernel
def _dot(a: _Line, b: _Line, start: int, stop: int) -> float:
    """In four sums, so that an addition need not wait for the one before; 0 where nothing lies between."""
    stop = max(start, stop)
    t0, t1, t2, t3 = 0.0, 0.0, 0.0, 0.0
    even = start + (stop - start) // 4 * 4
    for i in range(start, even, 4):
        t0 += a[i] * b[i]
        t1 += a[i + 1] * b[i + 1]
        t2 += a[i + 2] * b[i + 2]
        t3 += a[i + 3] * b[i + 3]
    for i in range(even, stop):
        t0 += a[i] * b[i]
    return (t0 + t1) + (t2 + t3)
