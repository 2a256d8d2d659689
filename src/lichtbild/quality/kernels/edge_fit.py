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
kurtosis; and the profile about which sums were taken."""
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
    path: Float64[np.ndarray, "4 5"],
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
    for q in range(6 if basis.shape[0] > 0 else 4):
        product(sums, known[q], 0, width, image)
        for p in range(q + 1):
            both = _dot(known[p], image, 0, width)
            normal[places[q], places[p]] = both
            normal[places[p], places[q]] = both
        for k in range(basis.shape[0]):
            both = _dot(basis[k], image, spans[k, 0], spans[k, 1])
            normal[places[q], DEVIATION + k] = both
            normal[DEVIATION + k, places[q]] = both
        for p in range(3):
            both = _dot(known[q], sums[5 + p], 0, width)
            normal[places[q], PATH + p] = both
            normal[PATH + p, places[q]] = both
        normal[places[q], size] = _dot(known[q], sums[4], 0, width)
    for p in range(3):
        for q in range(3):
            normal[PATH + p, PATH + q] = path[p, q]
        normal[PATH + p, size] = path[p, 3] + _dot(known[PROFILE], sums[5 + p], 0, width)
    _reduce_deviation(sums, basis, spans, normal)


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
    """In four sums, so that an addition need not wait for the one before."""
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
        scale: of the deviation's and the tail's prior, of the contrast; 0 for none of either.
        spans: of the deviation's splines.
        factor: takes L of the posterior precision L'L, lower, what `first_of` leaves.
        solution: takes the parameters.
    """
    size = solution.size
    used = size if scale[0] > 0.0 else TAIL
    evidence = 0.0
    gain, tail_gain = 1.0, 1.0
    if used == size:
        gain, tail_gain = 1.0 / (scale[0] * scale[0]), 1.0 / (scale[1] * scale[1])
        evidence = -(size - DEVIATION) * math.log(scale[0]) - math.log(scale[1])
    evidence -= _factored(normal, prior, (gain, tail_gain), used, spans, factor)
    for i in range(size):
        solution[i] = normal[i, size] if i < used else 0.0
    for i in range(used - 1, -1, -1):
        solution[i] /= factor[i, i]
        evidence += 0.5 * solution[i] * solution[i]
        for k in range(min(i, DEVIATION)):
            solution[k] -= factor[i, k] * solution[i]
        for k in range(first_of(i, spans), i):
            solution[k] -= factor[i, k] * solution[i]
    for i in range(used):
        total = solution[i]
        for k in range(min(i, DEVIATION)):
            total -= factor[i, k] * solution[k]
        for k in range(first_of(i, spans), i):
            total -= factor[i, k] * solution[k]
        solution[i] = total / factor[i, i]
    return evidence


@kernel
def first_of(i: int, spans: _Spans) -> int:
    """The first of the deviation's parameters that a row of the factor reaches; it has all those before."""
    return spans[i - DEVIATION, 2] if i >= DEVIATION else DEVIATION


@kernel
def _factored(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    gains: tuple[float, float],
    used: int,
    spans: _Spans,
    factor: _Square,
) -> float:
    """L of the posterior precision L'L of the first parameters; half ln of its determinant.

    From the last row up: the deviation's splines share samples with a few neighbours only, and so do their
    rows of L, but for the parameters before them.
    """
    _filled(normal, prior, gains, used, spans, factor)
    half = 0.0
    for i in range(used - 1, -1, -1):
        pivot = math.sqrt(max(factor[i, i], 1e-13 * (normal[i, i] + 1e-30)))
        half += math.log(pivot)
        factor[i, i] = pivot
        first, few = first_of(i, spans), min(i, DEVIATION)
        for k in range(few):
            factor[i, k] /= pivot
        for k in range(first, i):
            factor[i, k] /= pivot
        for k in range(few):
            share = factor[i, k]
            for j in range(k + 1):
                factor[k, j] -= share * factor[i, j]
        for k in range(first, i):
            share = factor[i, k]
            for j in range(few):
                factor[k, j] -= share * factor[i, j]
            for j in range(first, k + 1):
                factor[k, j] -= share * factor[i, j]
    return half


@kernel
def _filled(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    gains: tuple[float, float],
    used: int,
    spans: _Spans,
    factor: _Square,
) -> None:
    """Puts the posterior precision where L will stand, as far as it is not 0."""
    for i in range(used):
        gain = gains[0] if i >= DEVIATION else (gains[1] if i == TAIL else 1.0)
        for k in range(min(i, DEVIATION)):
            factor[i, k] = normal[i, k]
        for k in range(first_of(i, spans), i):
            factor[i, k] = normal[i, k] + gain * prior[i, k]
        factor[i, i] = normal[i, i] + gain * prior[i, i]


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
