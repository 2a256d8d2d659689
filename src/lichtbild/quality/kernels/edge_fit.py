"""Edge fit: the normal equations of samples reduced to a model's parameters, solved, and weighed by evidence.

Parameters in order: dark level, contrast, shift of the step, ln of its Gaussian's sigma; tilt, bend and swing
of the path; the share of the tail; the excess kurtosis; and the coefficients of the deviation.
"""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel

LEVEL, CONTRAST, SHIFT, WIDTH, PATH, TAIL, KURTOSIS, DEVIATION = 0, 1, 2, 3, 4, 7, 8, 9
KNOWN, PROFILE = 7, 6
"""Splines that are known: of 1, of the step and its derivatives by shift and ln sigma, of the tail, of the
kurtosis; and the profile, by which samples are weighed."""
_Square = Float64[np.ndarray, "n n"]
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
    """Where shift, width and kurtosis have coefficients that are not 0: the first, and one beyond the last."""
    low, high = 0, known.shape[1]
    while low < high and known[2, low] == 0.0 and known[3, low] == 0.0 and known[5, low] == 0.0:
        low += 1
    while (
        low < high and known[2, high - 1] == 0.0 and known[3, high - 1] == 0.0 and known[5, high - 1] == 0.0
    ):
        high -= 1
    return low, high


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


@kernel
def solved(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    scale: tuple[float, float],
    spans: _Spans,
    factor: _Square,
    solution: _Line,
) -> float:
    """The parameters under a prior of given scales; returns ln of their evidence but for a constant.

    Args:
        normal: matrix and right side.
        prior: precision of the penalised parameters at scale 1; the others' rows hold what keeps them tame.
        scale: of the deviation's and the tail's prior, of the contrast.
        spans: of the deviation's splines.
        factor: takes L of the posterior precision L'L, lower, what `first_of` leaves.
        solution: takes the parameters; as many as are wanted, those of the path at least.
    """
    evidence = begun(normal, prior, scale[0], spans, factor)
    return evidence + finished(normal, prior, scale[1], spans, factor, solution)


@kernel
def begun(
    normal: Float64[np.ndarray, "n n1"], prior: _Square, scale: float, spans: _Spans, factor: _Square
) -> float:
    """The factor's rows of the deviation, which need not know the tail's prior; their part of the evidence.

    From the last row up: the deviation's splines share samples with a few neighbours only, and so do their
    rows of L, but for the parameters before them.
    """
    size = factor.shape[0]
    gain = 1.0 / (scale * scale)
    for i in range(size):
        own = gain if i >= DEVIATION else (0.0 if i == TAIL else 1.0)
        for k in range(min(i, DEVIATION)):
            factor[i, k] = normal[i, k]
        for k in range(first_of(i, spans), i):
            factor[i, k] = normal[i, k] + own * prior[i, k]
        factor[i, i] = normal[i, i] + own * prior[i, i]
    evidence = 0.0
    for i in range(size - 1, DEVIATION - 1, -1):
        pivot = math.sqrt(max(factor[i, i], 1e-13 * (normal[i, i] + 1e-30)))
        evidence -= math.log(pivot) + math.log(scale)
        factor[i, i] = pivot
        first, over = first_of(i, spans), 1.0 / pivot
        for k in range(DEVIATION):
            factor[i, k] *= over
        for k in range(first, i):
            factor[i, k] *= over
        for k in range(DEVIATION):
            share = factor[i, k]
            for j in range(k + 1):
                factor[k, j] -= share * factor[i, j]
        for k in range(first, i):
            share = factor[i, k]
            for j in range(DEVIATION):
                factor[k, j] -= share * factor[i, j]
            for j in range(first, k + 1):
                factor[k, j] -= share * factor[i, j]
    return evidence


@kernel
def finished(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    scale: float,
    spans: _Spans,
    factor: _Square,
    solution: _Line,
) -> float:
    """The factor's other rows, and the parameters; the rest of the evidence. ``scale``: of the tail's prior."""
    size = solution.size
    few = min(size, DEVIATION)
    evidence = 0.0
    if size > TAIL:
        factor[TAIL, TAIL] += prior[TAIL, TAIL] / (scale * scale)
        evidence = -math.log(scale)
    for i in range(few - 1, -1, -1):
        pivot = math.sqrt(max(factor[i, i], 1e-13 * (normal[i, i] + 1e-30)))
        evidence -= math.log(pivot)
        factor[i, i] = pivot
        for k in range(i):
            factor[i, k] /= pivot
        for k in range(i):
            share = factor[i, k]
            for j in range(k + 1):
                factor[k, j] -= share * factor[i, j]
    for i in range(size):
        solution[i] = normal[i, normal.shape[1] - 1]
    for i in range(size - 1, -1, -1):
        solution[i] /= factor[i, i]
        evidence += 0.5 * solution[i] * solution[i]
        for k in range(min(i, DEVIATION)):
            solution[k] -= factor[i, k] * solution[i]
        for k in range(first_of(i, spans), i):
            solution[k] -= factor[i, k] * solution[i]
    for i in range(size):
        total = solution[i]
        for k in range(min(i, DEVIATION)):
            total -= factor[i, k] * solution[k]
        for k in range(first_of(i, spans), i):
            total -= factor[i, k] * solution[k]
        solution[i] = total / factor[i, i]
    return evidence


@kernel
def copied(factor: _Square, spans: _Spans, out: _Square) -> None:
    """A factor into another, as far as it is not 0."""
    for i in range(factor.shape[0]):
        for k in range(min(i, DEVIATION)):
            out[i, k] = factor[i, k]
        for k in range(first_of(i, spans), i):
            out[i, k] = factor[i, k]
        out[i, i] = factor[i, i]


@kernel
def first_of(i: int, spans: _Spans) -> int:
    """The first of the deviation's parameters that a row of the factor reaches; it has all those before."""
    return spans[i - DEVIATION, 2] if i >= DEVIATION else DEVIATION


@kernel
def add_variances(
    factor: _Square,
    spans: _Spans,
    share: float,
    slopes: Float64[np.ndarray, "n f"],
    out: Float64[np.ndarray, " f"],
) -> None:
    """Adds, by a share, the variances of numbers whose derivatives by the parameters are known.

    Args:
        factor: L of the parameters' precision L'L.
        spans: of the deviation's splines.
        share: of the variances.
        slopes: of each number, by the parameters; is used up.
        out: to which they are added.
    """
    count = out.size
    for i in range(factor.shape[0] - 1, -1, -1):
        over = 1.0 / factor[i, i]
        for f in range(count):
            slopes[i, f] *= over
            out[f] += share * slopes[i, f] * slopes[i, f]
        for k in range(min(i, DEVIATION)):
            part = factor[i, k]
            for f in range(count):
                slopes[k, f] -= part * slopes[i, f]
        for k in range(first_of(i, spans), i):
            part = factor[i, k]
            for f in range(count):
                slopes[k, f] -= part * slopes[i, f]
