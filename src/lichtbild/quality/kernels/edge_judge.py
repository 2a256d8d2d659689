"""Edge judgement: how far a deviation is to be believed, and the response with its uncertainty."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import (
    CONTRAST,
    DEVIATION,
    SHIFT,
    TAIL,
    WIDTH,
    add_covariance,
    reduced,
    solved,
)  # fmt: skip
from lichtbild.quality.kernels.edge_profile import wave_of_spline
from lichtbild.quality.kernels.edge_settle import LN_SIGMA, MOVED, profile_of, refreshed

SCALES = 8
"""Scales of the prior that are weighed: four of the deviation, each with a tail as faint, or a lens's."""
_LENS_TAIL = 0.2
_LEAST_SHARE = 1e-3
_Line = Float64[np.ndarray, " n"]
_Square = Float64[np.ndarray, "n n"]
_Model = tuple[Float64[np.ndarray, "m k"], Int64[np.ndarray, "m 2"], _Square, float]
_Room = tuple[Float64[np.ndarray, "6 k"], Float64[np.ndarray, "k 8"], Float64[np.ndarray, "4 5"]]


@kernel
def judged(
    frame: Float64[np.ndarray, " 7"],
    model: _Model,
    room: _Room,
    normal: Float64[np.ndarray, "n n1"],
    state: Float64[np.ndarray, " 8"],
    out: tuple[_Line, _Square],
) -> float:
    """The mean of the parameters over all scales of the deviation, by evidence, and their covariance.

    Args:
        frame: the path.
        model: of the deviation: splines, spans, prior, tail's half width.
        room: known splines, sums and those of the path, about the settled edge.
        normal: room for the normal equations.
        state: of the edge; shift and blur become those of the likeliest scale.
        out: take the parameters and their covariance.

    Returns:
        The logarithm, to base 10, of the likeliest scale.
    """
    known, sums, path = room
    basis, spans, prior, tail = model
    size = prior.shape[0]
    factors, solutions = np.zeros((SCALES, size, size)), np.empty((SCALES, size))
    evidence = np.empty(SCALES)
    best = 0
    for turn in range(5):
        refreshed(state, frame, tail, known)
        reduced(sums, path, known, basis, spans, normal)
        for i in range(SCALES):
            if turn == 0 or turn == 4 or i == best:
                evidence[i] = solved(normal, prior, _scale(i), factors[i], solutions[i])
        if turn == 0:
            best = int(np.argmax(evidence))
        if turn < 4:
            move = solutions[best, SHIFT] / solutions[best, CONTRAST]
            grow = solutions[best, WIDTH] / solutions[best, CONTRAST]
            state[MOVED] += min(max(move, -0.3), 0.3)
            state[LN_SIGMA] = max(state[LN_SIGMA] + min(max(grow, -0.5), 0.5), -3.0)
    mean, covariance = out
    _mixed(evidence, factors, solutions, mean, covariance)
    profile_of(mean, basis, known)
    return float(np.argmax(evidence))


@kernel
def _scale(i: int) -> tuple[float, float]:
    deviation = 0.007 * 3.0 ** (i // 2)
    return deviation, deviation if i % 2 == 0 else _LENS_TAIL


@kernel
def _mixed(
    evidence: Float64[np.ndarray, " s"],
    factors: Float64[np.ndarray, "s n n"],
    solutions: Float64[np.ndarray, "s n"],
    mean: _Line,
    covariance: _Square,
) -> None:
    """Mean and covariance of a mixture of normal distributions, weighed by evidence."""
    shares = np.exp(evidence - evidence.max())
    shares[shares < _LEAST_SHARE] = 0.0
    shares /= shares.sum()
    mean[:], covariance[:] = 0.0, 0.0
    for i in range(shares.size):
        if shares[i] > 0.0:
            mean += shares[i] * solutions[i]
    for i in range(shares.size):
        if shares[i] == 0.0:
            continue
        add_covariance(factors[i], shares[i], covariance)
        for k in range(mean.size):
            apart = shares[i] * (solutions[i, k] - mean[k])
            for m in range(mean.size):
                covariance[k, m] += apart * (solutions[i, m] - mean[m])


@kernel
def response_at(
    frequency: float,
    frame: Float64[np.ndarray, " 7"],
    model: _Model,
    state: Float64[np.ndarray, " 8"],
    mean: _Line,
    slope: _Line,
) -> float:
    """The modulus of the response at a frequency, cycles/px, and its derivatives by the parameters.

    The blurred step's wave is a Gaussian times two sincs, the tail's falls exponentially, the deviation's is
    the splines'; at frequency 0 the deviation has none, so that contrast and tail make up the whole.
    """
    basis, spans, _, tail = model
    turn = 2.0 * math.pi * frequency
    sigma = math.exp(state[LN_SIGMA])
    gauss = math.exp(-0.5 * (turn * sigma) ** 2)
    gauss *= _sinc(frequency * frame[2]) * _sinc(frequency * frame[3])
    far = math.exp(-turn * tail)
    cosine, sine = math.cos(turn * state[MOVED]), -math.sin(turn * state[MOVED])
    contrast = mean[CONTRAST]
    core = contrast - (turn * sigma) ** 2 * mean[WIDTH]
    lean = -turn * mean[SHIFT]
    real = gauss * (core * cosine - lean * sine) + mean[TAIL] * far * cosine
    imaginary = gauss * (core * sine + lean * cosine) + mean[TAIL] * far * sine
    waves = np.empty((mean.size, 2))
    for k in range(basis.shape[0]):
        r, i = wave_of_spline(basis[k], spans[k, 0], spans[k, 1], frequency)
        waves[DEVIATION + k, 0], waves[DEVIATION + k, 1] = r, i
        real += mean[DEVIATION + k] * r
        imaginary += mean[DEVIATION + k] * i
    slope[:] = 0.0
    whole = contrast + mean[TAIL]
    modulus = math.hypot(real, imaginary) / whole
    share = 1.0 / (whole * whole * max(modulus, 1e-12))
    slope[CONTRAST] = share * gauss * (cosine * real + sine * imaginary) - modulus / whole
    slope[WIDTH] = -share * gauss * (turn * sigma) ** 2 * (cosine * real + sine * imaginary)
    slope[SHIFT] = -share * gauss * turn * (cosine * imaginary - sine * real)
    slope[TAIL] = share * far * (cosine * real + sine * imaginary) - modulus / whole
    for k in range(basis.shape[0]):
        at = DEVIATION + k
        slope[at] = share * (waves[at, 0] * real + waves[at, 1] * imaginary)
    return float(modulus)


@kernel
def _sinc(x: float) -> float:
    return 1.0 if x == 0.0 else math.sin(math.pi * x) / (math.pi * x)


@kernel
def spread(covariance: _Square, slope: _Line) -> float:
    """The standard deviation of a number of which the derivatives by the parameters are known."""
    total = 0.0
    for i in range(slope.size):
        row = 0.0
        for j in range(slope.size):
            row += covariance[i, j] * slope[j]
        total += slope[i] * row
    return math.sqrt(max(total, 0.0))


@kernel
def curve(
    frequencies: Float64[np.ndarray, " f"],
    frame: Float64[np.ndarray, " 7"],
    model: _Model,
    state: Float64[np.ndarray, " 8"],
    fit: tuple[_Line, _Square],
    out: Float64[np.ndarray, "f 2"],
) -> None:
    """The response and its standard deviation at each frequency."""
    mean, covariance = fit
    slope = np.empty(mean.size)
    for i in range(frequencies.size):
        out[i, 0] = response_at(frequencies[i], frame, model, state, mean, slope)
        out[i, 1] = spread(covariance, slope)


@kernel
def crossing(
    level: float,
    bracket: tuple[float, float],
    frame: Float64[np.ndarray, " 7"],
    model: _Model,
    state: Float64[np.ndarray, " 8"],
    fit: tuple[_Line, _Square, Float64[np.ndarray, " 2"]],
) -> None:
    """Where the response falls through a level, and the standard deviation of that, cycles/px.

    The third of ``fit`` takes both.
    """
    mean, covariance, out = fit
    slope = np.empty(mean.size)
    low, high = bracket
    at_low = response_at(low, frame, model, state, mean, slope) - level
    at_high = response_at(high, frame, model, state, mean, slope) - level
    middle = low
    for _ in range(40):  # the method of Illinois
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        here = response_at(middle, frame, model, state, mean, slope) - level
        if abs(here) < 1e-9:
            break
        if here * at_high < 0.0:
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        high, at_high = middle, here
    nudge = 1e-4 * middle
    after = response_at(middle + nudge, frame, model, state, mean, slope)
    before = response_at(middle - nudge, frame, model, state, mean, slope)
    response_at(middle, frame, model, state, mean, slope)
    out[0] = middle
    out[1] = spread(covariance, slope) * 2.0 * nudge / max(abs(after - before), 1e-12)
