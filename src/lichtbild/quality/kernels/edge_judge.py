"""Edge judgement: how far a deviation is to be believed, and the response with its uncertainty."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import (
    CONTRAST,
    DEVIATION,
    KURTOSIS,
    SHIFT,
    TAIL,
    WIDTH,
    reduced,
)  # fmt: skip
from lichtbild.quality.kernels.edge_profile import wave_of_spline
from lichtbild.quality.kernels.edge_settle import LN_SIGMA, MOVED, refreshed, still
from lichtbild.quality.kernels.edge_solution import add_variances, begun, copied, finished, solved

SCALES = 8
"""Scales of the prior that are weighed: four of the deviation, each with a tail as faint, or a lens's."""
_LENS_TAIL = 0.2
_LEAST_SHARE = 1e-3
_KNOWN_WAVES = (CONTRAST, SHIFT, WIDTH, TAIL, KURTOSIS)
_Line = Float64[np.ndarray, " n"]
_Square = Float64[np.ndarray, "n n"]
_Frame = Float64[np.ndarray, " 7"]
_State = Float64[np.ndarray, " 8"]
_Model = tuple[Float64[np.ndarray, "m k"], Int64[np.ndarray, "m 3"], _Square, float]
_Room = tuple[Float64[np.ndarray, "7 k"], tuple[Float64[np.ndarray, "8 k"], Float64[np.ndarray, "3 4"]]]
_Fits = tuple[Float64[np.ndarray, " s"], Float64[np.ndarray, "s n n"], Float64[np.ndarray, "s n"]]


@kernel
def judged(
    frame: _Frame,
    model: _Model,
    room: _Room,
    normal: Float64[np.ndarray, "n n1"],
    state: _State,
    fits: _Fits,
) -> float:
    """The fits of all scales of the deviation, and their shares by evidence.

    Args:
        frame: the path.
        model: of the deviation: splines, spans, prior, tail's half width.
        room: known splines, sums and those of the path, about the settled edge.
        normal: the normal equations about it.
        state: of the edge; shift and blur become those of the likeliest scale.
        fits: take the shares, the factors of the precisions and the parameters.

    Returns:
        Which scale is the likeliest.
    """
    known, (sums, path) = room
    basis, spans, prior, tail = model
    shares, factors, solutions = fits
    best = _weighed(normal, prior, spans, fits)
    for turn in range(4):
        if turn > 0:
            solved(normal, prior, _scale(best), spans, factors[best], solutions[best])
        move = solutions[best, SHIFT] / solutions[best, CONTRAST]
        grow = solutions[best, WIDTH] / solutions[best, CONTRAST]
        if max(abs(move), abs(grow)) < still(state):
            if turn > 0:
                best = _weighed(normal, prior, spans, fits)
            break
        state[MOVED] += min(max(move, -0.3), 0.3)
        state[LN_SIGMA] = max(state[LN_SIGMA] + min(max(grow, -0.5), 0.5), -3.0)
        refreshed(state, frame, tail, known)
        reduced(sums, path, known, basis, spans, normal)
        if turn == 3:
            best = _weighed(normal, prior, spans, fits)
    shares[:] = np.exp(shares - shares[best])
    shares[shares < _LEAST_SHARE] = 0.0
    shares /= shares.sum()
    return float(best)


@kernel
def _weighed(
    normal: Float64[np.ndarray, "n n1"], prior: _Square, spans: Int64[np.ndarray, "m 3"], fits: _Fits
) -> int:
    """Solves for all scales; their evidence, and which has most. Two with one deviation share its factor."""
    shares, factors, solutions = fits
    for i in range(0, SCALES, 2):
        shares[i] = begun(normal, prior, _scale(i)[0], spans, factors[i])
        shares[i + 1] = shares[i]
        copied(factors[i], spans, factors[i + 1])
        for k in (i, i + 1):
            shares[k] += finished(normal, prior, _scale(k)[1], spans, factors[k], solutions[k])
    return int(np.argmax(shares))


@kernel
def _scale(i: int) -> tuple[float, float]:
    deviation = 0.007 * 3.0 ** (i // 2)
    return deviation, deviation if i % 2 == 0 else _LENS_TAIL


@kernel
def mean_of(fits: _Fits, mean: _Line) -> None:
    """The mean of the parameters over all scales."""
    shares, _, solutions = fits
    mean[:] = 0.0
    for i in range(shares.size):
        if shares[i] > 0.0:
            mean += shares[i] * solutions[i]


@kernel
def spreads(
    fits: _Fits,
    mean: _Line,
    spans: Int64[np.ndarray, "m 3"],
    slopes: Float64[np.ndarray, "n f"],
    out: Float64[np.ndarray, " f"],
) -> None:
    """The standard deviations of numbers whose derivatives by the parameters are known.

    Those of a mixture of normal distributions: the mean of the variances, and the variance of the means.
    """
    shares, factors, solutions = fits
    out[:] = 0.0
    for i in range(shares.size):
        if shares[i] == 0.0:
            continue
        for f in range(out.size):
            apart = 0.0
            for k in range(mean.size):
                apart += slopes[k, f] * (solutions[i, k] - mean[k])
            out[f] += shares[i] * apart * apart
        add_variances(factors[i], spans, shares[i], slopes.copy(), out)
    for f in range(out.size):
        out[f] = math.sqrt(max(out[f], 0.0))


@kernel
def known_waves(
    frequency: float, frame: _Frame, tail: float, state: _State, out: Float64[np.ndarray, "5 2"]
) -> None:
    """The waves of contrast, shift, ln sigma, tail and kurtosis, real and imaginary parts.

    The blurred step's is a Gaussian times two sincs, the tail's falls exponentially.
    """
    turn = 2.0 * math.pi * frequency
    width = turn * math.exp(state[LN_SIGMA])
    gauss = math.exp(-0.5 * width * width) * _sinc(frequency * frame[2]) * _sinc(frequency * frame[3])
    far = math.exp(-turn * tail)
    cosine, sine = math.cos(turn * state[MOVED]), -math.sin(turn * state[MOVED])
    out[0, 0], out[0, 1] = gauss * cosine, gauss * sine
    out[1, 0], out[1, 1] = turn * out[0, 1], -turn * out[0, 0]
    out[2, 0], out[2, 1] = -width * width * out[0, 0], -width * width * out[0, 1]
    out[3, 0], out[3, 1] = far * cosine, far * sine
    out[4, 0], out[4, 1] = width**4 / 24.0 * out[0, 0], width**4 / 24.0 * out[0, 1]


@kernel
def modulus_of(
    waves: Float64[np.ndarray, "5 2"],
    own: Float64[np.ndarray, "m 2"],
    mean: _Line,
    slopes: Float64[np.ndarray, "n f"],
    at: int,
) -> float:
    """The modulus of the response at a frequency, and its derivatives by the parameters, into a column.

    At frequency 0 the deviation has no wave, so that contrast and tail make up the whole.
    """
    real, imaginary = 0.0, 0.0
    for p in range(5):
        real += mean[_KNOWN_WAVES[p]] * waves[p, 0]
        imaginary += mean[_KNOWN_WAVES[p]] * waves[p, 1]
    for k in range(own.shape[0]):
        real += mean[DEVIATION + k] * own[k, 0]
        imaginary += mean[DEVIATION + k] * own[k, 1]
    whole = mean[CONTRAST] + mean[TAIL]
    modulus = math.hypot(real, imaginary) / whole
    share = 1.0 / (whole * whole * max(abs(modulus), 1e-12))
    for p in range(DEVIATION):
        slopes[p, at] = 0.0
    for p in range(5):
        slopes[_KNOWN_WAVES[p], at] = share * (waves[p, 0] * real + waves[p, 1] * imaginary)
    slopes[CONTRAST, at] -= modulus / whole
    slopes[TAIL, at] -= modulus / whole
    for k in range(own.shape[0]):
        slopes[DEVIATION + k, at] = share * (own[k, 0] * real + own[k, 1] * imaginary)
    return float(modulus)


@kernel
def _sinc(x: float) -> float:
    return 1.0 if x == 0.0 else math.sin(math.pi * x) / (math.pi * x)


@kernel
def curve(
    frequencies: Float64[np.ndarray, " f"],
    own: Float64[np.ndarray, "f m 2"],
    frame: _Frame,
    tail: float,
    state: _State,
    fit: tuple[_Line, Float64[np.ndarray, "n g"], Float64[np.ndarray, "f 2"]],
) -> None:
    """The response at each frequency, of ``fit``'s mean, and its derivatives, into the other two of ``fit``.

    ``own``: the waves of the deviation's splines.
    """
    mean, slopes, out = fit
    waves = np.empty((5, 2))
    for i in range(frequencies.size):
        known_waves(frequencies[i], frame, tail, state, waves)
        out[i, 0] = modulus_of(waves, own[i], mean, slopes, i)


@kernel
def crossing(
    bracket: tuple[float, float],
    frame: _Frame,
    model: _Model,
    state: _State,
    fit: tuple[_Line, Float64[np.ndarray, "n g"]],
    rest: _Line,
) -> tuple[float, float]:
    """Where the response falls through one half between two frequencies, and its slope there, 1/(cycles/px).

    The derivatives of the response there go into the last column of ``fit``'s slopes; ``rest`` is the
    deviation as a whole.
    """
    mean, slopes = fit
    basis, spans, _, tail = model
    low, high = bracket
    at_low = _modulus(low, frame, tail, state, mean, rest) - 0.5
    at_high = _modulus(high, frame, tail, state, mean, rest) - 0.5
    middle = low
    for _ in range(40):  # the method of Illinois
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        here = _modulus(middle, frame, tail, state, mean, rest) - 0.5
        if abs(here) < 1e-9:
            break
        if here * at_high < 0.0:
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        high, at_high = middle, here
    nudge = 1e-4 * middle
    after = _modulus(middle + nudge, frame, tail, state, mean, rest)
    before = _modulus(middle - nudge, frame, tail, state, mean, rest)
    waves, own = np.empty((5, 2)), np.empty((basis.shape[0], 2))
    known_waves(middle, frame, tail, state, waves)
    for k in range(basis.shape[0]):
        own[k, 0], own[k, 1] = wave_of_spline(basis[k], spans[k, 0], spans[k, 1], middle)
    modulus_of(waves, own, mean, slopes, slopes.shape[1] - 1)
    return middle, (after - before) / (2.0 * nudge)


@kernel
def _modulus(frequency: float, frame: _Frame, tail: float, state: _State, mean: _Line, rest: _Line) -> float:
    waves = np.empty((5, 2))
    known_waves(frequency, frame, tail, state, waves)
    real, imaginary = wave_of_spline(rest, 0, rest.size, frequency)
    for p in range(5):
        real += mean[_KNOWN_WAVES[p]] * waves[p, 0]
        imaginary += mean[_KNOWN_WAVES[p]] * waves[p, 1]
    return float(math.hypot(real, imaginary) / (mean[CONTRAST] + mean[TAIL]))
