"""Edge settling: from a window about an edge to its path, its blur and its noise, by Gauss and Newton."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import (
    CONTRAST,
    DEVIATION,
    KURTOSIS,
    PATH,
    PROFILE,
    SHIFT,
    TAIL,
    WIDTH,
    reduced,
    solved,
)  # fmt: skip
from lichtbild.quality.kernels.edge_noise import noise_of
from lichtbild.quality.kernels.edge_profile import blurred_step, tail_step
from lichtbild.quality.kernels.edge_sums import along_and_apart, edge_sums

STATE = 8
MOVED, LN_SIGMA, DARK_VARIANCE, VARIANCE_GAIN, PATH_STEP, CORRELATION, LEAST_VARIANCE = 0, 1, 2, 3, 4, 5, 6
"""Places of the state: shift of the step, ln sigma, noise, last change of the path (px), shared noise, least
variance on the left and on the right."""
_FEW, _MANY, _GOLDEN = 2000, 10000, 0.6180339887498949
_FINEST, _SOFT = math.log(0.06), (0.03, 0.2)
_Samples = Float64[np.ndarray, "n 3"]
_Frame = Float64[np.ndarray, " 7"]
_Known = Float64[np.ndarray, "7 k"]
_State = Float64[np.ndarray, " 8"]
_Room = tuple[_Known, Float64[np.ndarray, "8 k"], Float64[np.ndarray, "4 5"]]
_Model = tuple[Float64[np.ndarray, "m k"], Int64[np.ndarray, "m 3"], Float64[np.ndarray, "n n"], float]


@kernel
def refreshed(state: _State, frame: _Frame, tail: float, known: _Known) -> None:
    """The known splines for the blur and place that the state says; no tail's for a width of 0."""
    known[0] = 1.0
    blurred_step(state[MOVED], math.exp(state[LN_SIGMA]), (-frame[3], frame[2]), known[1:4], known[5])
    if tail > 0.0:
        tail_step(tail, state[MOVED], known[4])


@kernel
def profile_of(
    solution: Float64[np.ndarray, " n"],
    basis: Float64[np.ndarray, "m k"],
    spans: Int64[np.ndarray, "m 3"],
    known: _Known,
) -> None:
    """Puts the fitted profile into the last of the known splines."""
    tail, kurtosis = (solution[TAIL], solution[KURTOSIS]) if basis.shape[0] > 0 else (0.0, 0.0)
    for a in range(known.shape[1]):
        step = solution[0] + solution[1] * known[1, a]
        known[PROFILE, a] = step + tail * known[4, a] + kurtosis * known[5, a]
    for k in range(basis.shape[0]):
        for a in range(spans[k, 0], spans[k, 1]):
            known[PROFILE, a] += solution[DEVIATION + k] * basis[k, a]


@kernel
def moved(solution: Float64[np.ndarray, " n"], state: _State, frame: _Frame) -> None:
    """Moves blur, place and path by what a solution says, by no more than is sound at once."""
    contrast = solution[CONTRAST]
    sigma = math.exp(state[LN_SIGMA])
    reach = sigma + 0.5
    state[MOVED] += min(max(solution[SHIFT] / contrast, -reach), reach)
    state[LN_SIGMA] += min(max(solution[WIDTH] / contrast, -0.7), 0.7)
    state[LN_SIGMA] = min(max(state[LN_SIGMA], _FINEST), math.log(0.5 * frame[4] + 1.0))
    tilt, bend, swing = solution[PATH], solution[PATH + 1], solution[PATH + 2]
    state[PATH_STEP] = max(abs(tilt), max(abs(bend), abs(swing)))
    slope = tilt / frame[4]
    across, down = frame[2] - slope * frame[3], frame[3] + slope * frame[2]
    length = math.hypot(across, down)
    frame[2], frame[3] = across / length, down / length
    frame[5] += bend
    frame[6] += swing


@kernel
def laid(samples: _Samples, frame: _Frame, reach: float, levels: Float64[np.ndarray, " 2"]) -> None:
    """Lays the frame along the edge by the area on either side; scales values to 0 left and 1 right.

    In a strip across an edge, how far the mean lies between the two levels says where the edge is.

    Returns:
        The levels on the left and on the right.
    """
    left, right, lefts, rights = 0.0, 0.0, 0.0, 0.0
    for i in range(samples.shape[0]):
        d = along_and_apart(samples[i, 0], samples[i, 1], frame)[1]
        if d < -0.6 * reach:
            left += samples[i, 2]
            lefts += 1.0
        elif d > 0.6 * reach:
            right += samples[i, 2]
            rights += 1.0
    left, right = left / lefts, right / rights
    strips = max(4, int(2.0 * frame[4]))
    mean, count = np.zeros(strips), np.zeros(strips)
    for i in range(samples.shape[0]):
        samples[i, 2] = (samples[i, 2] - left) / (right - left)
        s, d = along_and_apart(samples[i, 0], samples[i, 1], frame)
        if not (-1.0 <= s < 1.0 and abs(d) < reach):
            continue
        k = int(0.5 * (s + 1.0) * strips)
        if k < strips:
            mean[k] += samples[i, 2]
            count[k] += 1.0
    n, s1, s2, p0, p1 = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(strips):
        if count[k] > 0.5 * reach:
            s = 2.0 * (k + 0.5) / strips - 1.0
            place = reach * (1.0 - 2.0 * mean[k] / count[k])
            n, s1, s2 = n + 1.0, s1 + s, s2 + s * s
            p0, p1 = p0 + place, p1 + place * s
    slope = (p1 - p0 * s1 / n) / (s2 - s1 * s1 / n) / frame[4]
    off = p0 / n - slope * frame[4] * s1 / n
    frame[0] -= off * frame[3]
    frame[1] += off * frame[2]
    across, down = frame[2] - slope * frame[3], frame[3] + slope * frame[2]
    length = math.hypot(across, down)
    frame[2], frame[3] = across / length, down / length
    levels[0], levels[1] = left, right


@kernel
def approached(
    samples: _Samples,
    frame: _Frame,
    reach: float,
    prior: Float64[np.ndarray, "n n"],
    room: _Room,
    state: _State,
) -> None:
    """Blur and place of the step, path and noise, by the blurred step alone: no deviation, no tail.

    Args:
        samples: column, row and value, scaled.
        frame: the path, nearly; becomes better.
        reach: of the samples to either side, px.
        prior: what keeps the parameters tame.
        room: for the known splines, for the sums and for those of the path.
        state: takes blur, place and noise.
    """
    known, sums, path = room
    none, spans = np.empty((0, known.shape[1])), np.empty((0, 3), np.int64)
    normal = np.empty((DEVIATION, DEVIATION + 1))
    factor, solution = np.empty((DEVIATION, DEVIATION)), np.empty(DEVIATION)
    state[DARK_VARIANCE], state[VARIANCE_GAIN], state[MOVED] = 4e-4, 0.0, 0.0
    known[PROFILE] = 0.0
    edge_sums(samples, frame, known[PROFILE], state[2:4], sums, path)
    best, best_evidence = 0.0, -math.inf
    for start in (0.4, 1.0, 2.5, 6.0):
        if start > max(1.0, 0.3 * reach):
            break
        state[LN_SIGMA] = math.log(start)
        refreshed(state, frame, 0.0, known)
        reduced(sums, path, known, none, spans, normal)
        evidence = solved(normal, prior, (0.0, 0.0), spans, factor, solution)
        if evidence > best_evidence:
            best, best_evidence = state[LN_SIGMA], evidence
    state[LN_SIGMA] = best
    for turn in range(16):
        before = state[LN_SIGMA]
        refreshed(state, frame, 0.0, known)
        reduced(sums, path, known, none, spans, normal)
        solved(normal, prior, (0.0, 0.0), spans, factor, solution)
        moved(solution, state, frame)
        if turn >= 2:
            if turn >= 4 and state[PATH_STEP] < 3e-3 and abs(state[LN_SIGMA] - before) < 0.02:
                break
            refreshed(state, frame, 0.0, known)
            profile_of(solution, none, spans, known)
            edge_sums(samples, frame, known[PROFILE], state[2:4], sums, path)
    frame[0] -= state[MOVED] * frame[3]
    frame[1] += state[MOVED] * frame[2]
    state[MOVED] = 0.0


@kernel
def thinned(samples: _Samples, count: int) -> _Samples:
    """About so many of the samples, spread evenly; all where there are no more."""
    if samples.shape[0] <= count:
        return samples
    share = count / samples.shape[0]
    kept = np.empty((samples.shape[0], 3))
    n, place = 0, 0.0
    for i in range(samples.shape[0]):
        place += _GOLDEN
        place -= math.floor(place)
        if place < share:
            kept[n, 0], kept[n, 1], kept[n, 2] = samples[i, 0], samples[i, 1], samples[i, 2]
            n += 1
    return kept[:n]


@kernel
def settled(
    samples: _Samples,
    frame: _Frame,
    model: _Model,
    room: _Room,
    normal: Float64[np.ndarray, "n n1"],
    state: _State,
) -> int:
    """Path, blur, deviation and noise together; leaves the normal equations about the last of them.

    Where there are many samples, the first turns see a part of them, the last ones all.

    Returns:
        Turns of Gauss and Newton.
    """
    known, sums, path = room
    basis, spans, prior, tail = model
    size = prior.shape[0]
    factor, solution = np.empty((size, size)), np.empty(size)
    refreshed(state, frame, tail, known)
    known[PROFILE] = known[1]
    few = thinned(samples, _FEW) if samples.shape[0] > _MANY else samples
    used, turns, last = few, 0, 0
    while turns < 20:
        edge_sums(used, frame, known[PROFILE], state[2:4], sums, path)
        noise_of(path, state[2:4], state[6:8])
        reduced(sums, path, known, basis, spans, normal)
        turns += 1
        if last == 1 and turns > 2:
            break
        solved(normal, prior, _SOFT, spans, factor, solution)
        moved(solution, state, frame)
        refreshed(state, frame, tail, known)
        profile_of(solution, basis, spans, known)
        noise = math.sqrt(state[DARK_VARIANCE] + 0.5 * state[VARIANCE_GAIN])
        small = state[PATH_STEP] < 1e-6 + 2e-2 * noise
        if used.shape[0] == samples.shape[0]:
            last = 1 if small or turns > 16 else 0
        elif state[PATH_STEP] < 1e-5 + 0.1 * noise or turns > 8:
            used = samples
    return turns
