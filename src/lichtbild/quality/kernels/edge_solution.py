"""Edge solution: a model's parameters from their normal equations and prior, their evidence and variances."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import DEVIATION, TAIL

_Square = Float64[np.ndarray, "n n"]
_Line = Float64[np.ndarray, " n"]
_Spans = Int64[np.ndarray, "m 3"]


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
def first_of(i: int, spans: _Spans) -> int:
    """The first of the deviation's parameters that a row of the factor reaches; it has all those before."""
    return spans[i - DEVIATION, 2] if i >= DEVIATION else DEVIATION


@kernel
def begun(
    normal: Float64[np.ndarray, "n n1"], prior: _Square, scale: float, spans: _Spans, factor: _Square
) -> float:
    """The factor's rows of the deviation, which need not know the tail's prior; their part of the evidence.

    From the last row up: the deviation's splines share samples with a few neighbours only, and so do their
    rows of L, but for the parameters before them.
    """
    _filled(normal, prior, 1.0 / (scale * scale), spans, factor)
    evidence = 0.0
    for i in range(factor.shape[0] - 1, DEVIATION - 1, -1):
        evidence -= _divided(normal, spans, factor, i) + math.log(scale)
        first = first_of(i, spans)
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
def _filled(
    normal: Float64[np.ndarray, "n n1"], prior: _Square, gain: float, spans: _Spans, factor: _Square
) -> None:
    """Puts the posterior precision where L will stand, as far as it is not 0; without the tail's prior."""
    for i in range(factor.shape[0]):
        own = gain if i >= DEVIATION else (0.0 if i == TAIL else 1.0)
        for k in range(min(i, DEVIATION)):
            factor[i, k] = normal[i, k]
        for k in range(first_of(i, spans), i):
            factor[i, k] = normal[i, k] + own * prior[i, k]
        factor[i, i] = normal[i, i] + own * prior[i, i]


@kernel
def _divided(normal: Float64[np.ndarray, "n n1"], spans: _Spans, factor: _Square, i: int) -> float:
    """Makes a row, whose turn has come, one of L; ln of its pivot."""
    pivot = math.sqrt(max(factor[i, i], 1e-13 * (normal[i, i] + 1e-30)))
    over = 1.0 / pivot
    factor[i, i] = pivot
    for k in range(min(i, DEVIATION)):
        factor[i, k] *= over
    for k in range(first_of(i, spans), i):
        factor[i, k] *= over
    return math.log(pivot)


@kernel
def finished(
    normal: Float64[np.ndarray, "n n1"],
    prior: _Square,
    scale: float,
    spans: _Spans,
    factor: _Square,
    solution: _Line,
) -> float:
    """The factor's other rows, and the parameters; the evidence's other part. ``scale``: of the tail's."""
    evidence = 0.0
    if solution.size > TAIL:
        factor[TAIL, TAIL] += prior[TAIL, TAIL] / (scale * scale)
        evidence = -math.log(scale)
    for i in range(min(solution.size, DEVIATION) - 1, -1, -1):
        evidence -= _divided(normal, spans, factor, i)
        for k in range(i):
            share = factor[i, k]
            for j in range(k + 1):
                factor[k, j] -= share * factor[i, j]
    return evidence + _by_factor(normal, spans, factor, solution)


@kernel
def _by_factor(normal: Float64[np.ndarray, "n n1"], spans: _Spans, factor: _Square, solution: _Line) -> float:
    """The parameters by L; half of what they gain in the sum of squares."""
    size, gained = solution.size, 0.0
    for i in range(size):
        solution[i] = normal[i, size]
    for i in range(size - 1, -1, -1):
        solution[i] /= factor[i, i]
        gained += 0.5 * solution[i] * solution[i]
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
    return gained


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
