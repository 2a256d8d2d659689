"""Edge fit: the normal equations of samples reduced to a model's parameters, solved, and weighed by evidence.

Parameters in order: dark level, contrast, shift of the step, ln of its Gaussian's sigma; tilt, bend and swing
of the path; the share of the tail; and the coefficients of the deviation.
"""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel

LEVEL, CONTRAST, SHIFT, WIDTH, PATH, TAIL, DEVIATION = 0, 1, 2, 3, 4, 7, 8
_Square = Float64[np.ndarray, "n n"]
_Line = Float64[np.ndarray, " n"]


@kernel
def product(sums: Float64[np.ndarray, "k 8"], spline: Float64[np.ndarray, " k"], out: _Line) -> None:
    """The normal matrix, of which ``sums`` holds the diagonal and three beside it, times a spline."""
    count = spline.size
    out[:] = 0.0
    for a in range(count):
        out[a] += sums[a, 0] * spline[a]
        for b in range(1, min(4, count - a)):
            out[a] += sums[a, b] * spline[a + b]
            out[a + b] += sums[a, b] * spline[a]


@kernel
def reduced(
    sums: Float64[np.ndarray, "k 8"],
    path: Float64[np.ndarray, "4 5"],
    known: Float64[np.ndarray, "6 k"],
    basis: Float64[np.ndarray, "m k"],
    spans: Int64[np.ndarray, "m 2"],
    normal: Float64[np.ndarray, "n n1"],
) -> None:
    """The normal equations of the model's parameters.

    Args:
        sums: of the samples, by coefficient of the fine spline.
        path: of the columns of the path.
        known: splines of 1, of the step and of its derivatives by shift and ln sigma, of the tail, and the
            profile about which the sums were taken.
        basis: splines of the deviation.
        spans: first and one beyond the last coefficient of each that is not 0.
        normal: takes the matrix, and the right side as its last column.
    """
    size, width = normal.shape[0], basis.shape[1]
    normal[:] = 0.0
    image = np.empty(width)
    places = (LEVEL, CONTRAST, SHIFT, WIDTH, TAIL)
    for q in range(5):
        product(sums, known[q], image)
        for p in range(5):
            normal[places[q], places[p]] = _dot(known[p], image, 0, width)
        for k in range(basis.shape[0]):
            both = _dot(basis[k], image, spans[k, 0], spans[k, 1])
            normal[places[q], DEVIATION + k] = both
            normal[DEVIATION + k, places[q]] = both
        for p in range(3):
            both = _dot_column(known[q], sums, 5 + p, 0, width)
            normal[places[q], PATH + p] = both
            normal[PATH + p, places[q]] = both
        normal[places[q], size] = _dot_column(known[q], sums, 4, 0, width)
    for p in range(3):
        for q in range(3):
            normal[PATH + p, PATH + q] = path[p, q]
        normal[PATH + p, size] = path[p, 3] + _dot_column(known[5], sums, 5 + p, 0, width)
    _reduce_deviation(sums, basis, spans, normal)


@kernel
def _reduce_deviation(
    sums: Float64[np.ndarray, "k 8"],
    basis: Float64[np.ndarray, "m k"],
    spans: Int64[np.ndarray, "m 2"],
    normal: Float64[np.ndarray, "n n1"],
) -> None:
    size, width = normal.shape[0], basis.shape[1]
    image = np.empty(width)
    for k in range(basis.shape[0]):
        start, stop = max(0, spans[k, 0] - 3), min(width, spans[k, 1] + 3)
        image[start:stop] = 0.0
        for a in range(start, min(stop, spans[k, 1])):
            total = sums[a, 0] * basis[k, a]
            for b in range(1, min(4, width - a)):
                total += sums[a, b] * basis[k, a + b]
            image[a] += total
            for b in range(1, min(4, stop - a)):
                image[a + b] += sums[a, b] * basis[k, a]
        for m in range(k, basis.shape[0]):
            if spans[m, 0] >= stop:
                break
            both = _dot(basis[m], image, max(start, spans[m, 0]), min(stop, spans[m, 1]))
            normal[DEVIATION + k, DEVIATION + m] = both
            normal[DEVIATION + m, DEVIATION + k] = both
        for p in range(3):
            both = _dot_column(basis[k], sums, 5 + p, spans[k, 0], spans[k, 1])
            normal[DEVIATION + k, PATH + p] = both
            normal[PATH + p, DEVIATION + k] = both
        normal[DEVIATION + k, size] = _dot_column(basis[k], sums, 4, spans[k, 0], spans[k, 1])


@kernel
def _dot(a: _Line, b: _Line, start: int, stop: int) -> float:
    total = 0.0
    for i in range(start, stop):
        total += a[i] * b[i]
    return total


@kernel
def _dot_column(a: _Line, sums: Float64[np.ndarray, "k 8"], column: int, start: int, stop: int) -> float:
    total = 0.0
    for i in range(start, stop):
        total += a[i] * sums[i, column]
    return total


@kernel
def solved(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    scale: tuple[float, float],
    factor: _Square,
    solution: _Line,
) -> float:
    """The parameters under a prior of given scales; returns ln of their evidence but for a constant.

    Args:
        normal: matrix and right side.
        prior: precision of the penalised parameters at scale 1; the others' rows hold what keeps them tame.
        scale: of the deviation's and the tail's prior, of the contrast; 0 for none of either.
        factor: takes the lower Cholesky factor of the posterior precision.
        solution: takes the parameters.
    """
    size = solution.size
    used = size if scale[0] > 0.0 else TAIL
    solution[:] = 0.0
    evidence = 0.0
    gain, tail_gain = 1.0, 1.0
    if used == size:
        gain, tail_gain = 1.0 / (scale[0] * scale[0]), 1.0 / (scale[1] * scale[1])
        evidence = -(size - DEVIATION) * math.log(scale[0]) - math.log(scale[1])
    evidence -= _factored(normal, prior, (gain, tail_gain), used, factor)
    for i in range(used):
        total = normal[i, size]
        for k in range(i):
            total -= factor[i, k] * solution[k]
        solution[i] = total / factor[i, i]
        evidence += 0.5 * solution[i] * solution[i]
    for i in range(used - 1, -1, -1):
        total = solution[i]
        for k in range(i + 1, used):
            total -= factor[k, i] * solution[k]
        solution[i] = total / factor[i, i]
    return evidence


@kernel
def _factored(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    gains: tuple[float, float],
    used: int,
    factor: _Square,
) -> float:
    """Cholesky's factor of the posterior precision of the first parameters; half ln of its determinant."""
    half = 0.0
    for i in range(used):
        for j in range(i + 1):
            known = prior[i, j]
            if i >= DEVIATION:
                known *= gains[0]
            elif i == TAIL:
                known *= gains[1]
            total = normal[i, j] + known
            for k in range(j):
                total -= factor[i, k] * factor[j, k]
            if i == j:
                factor[i, i] = math.sqrt(max(total, 1e-13 * (normal[i, i] + 1e-30)))
                half += math.log(factor[i, i])
            else:
                factor[i, j] = total / factor[j, j]
    return half


@kernel
def add_covariance(factor: _Square, share: float, out: _Square) -> None:
    """Adds, by a share, the inverse of a matrix of which the lower Cholesky factor is known, to a matrix."""
    size = factor.shape[0]
    inverse = np.zeros((size, size))
    for j in range(size):
        inverse[j, j] = 1.0 / factor[j, j]
        for i in range(j + 1, size):
            total = 0.0
            for k in range(j, i):
                total -= factor[i, k] * inverse[j, k]
            inverse[j, i] = total / factor[i, i]
    # Row j of inverse holds column j of the factor's inverse.
    for i in range(size):
        for j in range(i + 1):
            total = 0.0
            for k in range(i, size):
                total += inverse[i, k] * inverse[j, k]
            out[i, j] += share * total
            if i != j:
                out[j, i] += share * total
