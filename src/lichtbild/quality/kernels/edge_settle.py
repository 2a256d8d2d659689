"""Edge settling: from a window about an edge to its path, its blur and its noise, by Gauss and Newton.

The samples are seen once for each path; profile, blur and noise settle on their sums.
"""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import (
    CONTRAST,
    DEVIATION,
    KNOWN,
    KURTOSIS,
    PATH,
    PROFILE,
    SHIFT,
    TAIL,
    WIDTH,
    reduced,
)  # fmt: skip
from lichtbild.quality.kernels.edge_noise import noise_of
from lichtbild.quality.kernels.edge_profile import blurred_step, tail_step
from lichtbild.quality.kernels.edge_solution import solved
from lichtbild.quality.kernels.edge_sums import (
    CELL,
    STEEP,
    STEP,
    along_and_apart,
    edge_cells,
    line_of,
    residues,
    weighed,
)

STATE = 8
MOVED, LN_SIGMA, DARK_VARIANCE, VARIANCE_GAIN, PATH_STEP, CORRELATION, LEAST_VARIANCE = 0, 1, 2, 3, 4, 5, 6
"""Places of the state: shift of the step, ln sigma, noise, last change of the path (px), shared noise, least
variance on the left and on the right."""
_FEW, _GOLDEN = 2500, 0.6180339887498949
_FINEST, _SOFT = math.log(0.06), (0.03, 0.2)
_BIN = 0.5
_STEEP, _TURNS, _SETTLED = 3.5, 12, 0.8
_SWINGS = 3  # turns in which the blur may swing between kurtosis and deviation, which are fitted anyway
_STILL, _NEAR_ENOUGH = 1e-4, 1e-6
_Samples = Float64[np.ndarray, "n 3"]
_Frame = Float64[np.ndarray, " 7"]
_Known = Float64[np.ndarray, "7 k"]
_State = Float64[np.ndarray, " 8"]
_Cells = tuple[Float64[np.ndarray, "k 16"], Float64[np.ndarray, "k 21"]]
_Sums = tuple[Float64[np.ndarray, "8 k"], Float64[np.ndarray, "3 4"]]
_Room = tuple[_Known, _Sums, _Cells]
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
    """Puts the profile that was fitted into the last of the known splines, before they are built anew."""
    tail, kurtosis = (solution[TAIL], solution[KURTOSIS]) if basis.shape[0] > 0 else (0.0, 0.0)
    for a in range(known.shape[1]):
        step = solution[0] + solution[1] * known[1, a]
        step += solution[2] * known[2, a] + solution[3] * known[3, a]
        known[PROFILE, a] = step + tail * known[4, a] + kurtosis * known[5, a]
    for k in range(basis.shape[0]):
        for a in range(spans[k, 0], spans[k, 1]):
            known[PROFILE, a] += solution[DEVIATION + k] * basis[k, a]


@kernel
def moved(solution: Float64[np.ndarray, " n"], state: _State, frame: _Frame) -> None:
    """Moves blur and place by what a solution says, no more than is sound at once; notes the path's step."""
    contrast = solution[CONTRAST]
    reach = math.exp(state[LN_SIGMA]) + 0.5
    state[MOVED] += min(max(solution[SHIFT] / contrast, -reach), reach)
    state[LN_SIGMA] += min(max(solution[WIDTH] / contrast, -0.7), 0.7)
    state[LN_SIGMA] = min(max(state[LN_SIGMA], _FINEST), math.log(0.5 * frame[4] + 1.0))
    tilt, bend, swing = solution[PATH], solution[PATH + 1], solution[PATH + 2]
    state[PATH_STEP] = max(abs(tilt), max(abs(bend), abs(swing)))


@kernel
def turned(solution: Float64[np.ndarray, " n"], frame: _Frame) -> None:
    """Tilts and bends the path by what a solution says."""
    slope = solution[PATH] / frame[4]
    across, down = frame[2] - slope * frame[3], frame[3] + slope * frame[2]
    length = math.hypot(across, down)
    frame[2], frame[3] = across / length, down / length
    frame[5] += solution[PATH + 1]
    frame[6] += solution[PATH + 2]


@kernel
def laid(samples: _Samples, frame: _Frame, reach: float, levels: Float64[np.ndarray, " 2"]) -> None:
    """Lays the frame along the edge by the area on either side; scales values to 0 left and 1 right.

    In a strip across an edge, the light that a step would have more of says how far off the edge is.
    ``levels`` takes those on the left and on the right.
    """
    left, right, lefts, rights = 0.0, 0.0, 0.0, 0.0
    line = line_of(frame)
    for i in range(samples.shape[0]):
        d = along_and_apart(samples[i, 0], samples[i, 1], line)[1]
        if d < -0.6 * reach:
            left += samples[i, 2]
            lefts += 1.0
        elif d > 0.6 * reach:
            right += samples[i, 2]
            rights += 1.0
    left, right = left / lefts, right / rights
    strips = max(4, int(2.0 * frame[4]))
    beyond, count = np.zeros(strips), np.zeros(strips)
    width = 2.0 * frame[4] / strips
    for i in range(samples.shape[0]):
        samples[i, 2] = (samples[i, 2] - left) / (right - left)
        s, d = along_and_apart(samples[i, 0], samples[i, 1], line)
        if not (-1.0 <= s < 1.0 and abs(d) < reach):
            continue
        k = int(0.5 * (s + 1.0) * strips)
        if k < strips:
            # Beside a step at 0 only what lies between it and the edge counts: a strip may end anywhere else.
            beyond[k] += (1.0 if d > 0.0 else 0.0) - samples[i, 2]
            count[k] += 1.0
    n, s1, s2, p0, p1 = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(strips):
        if count[k] > 0.5 * reach:
            s = 2.0 * (k + 0.5) / strips - 1.0
            place = beyond[k] / width
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
def spread_of(samples: _Samples, frame: _Frame, reach: float) -> float:
    """About the standard deviation of the spread, px: of E (1 - E) a Gaussian's step has sigma / sqrt(pi)."""
    count = int(2.0 * reach / _BIN)
    total, number = np.zeros(count + 1), np.zeros(count + 1)
    line = line_of(frame)
    for i in range(samples.shape[0]):
        at = (along_and_apart(samples[i, 0], samples[i, 1], line)[1] + reach) * (1.0 / _BIN)
        if 0.0 <= at < count:
            total[int(at)] += samples[i, 2]
            number[int(at)] += 1.0
    area = 0.0
    for k in range(count):
        if number[k] > 0.0:
            mean = total[k] / number[k]
            area += mean * (1.0 - mean) * _BIN
    return area * math.sqrt(math.pi)


@kernel
def approached(
    samples: _Samples, frame: _Frame, reach: float, prior: Float64[np.ndarray, "n n"], state: _State
) -> None:
    """Blur and place of the step, and its path, by the blurred step alone: no deviation, no tail.

    Only samples near the edge are looked at; how near, its blur says, and where that grows, more of them.

    Args:
        samples: column, row and value, scaled.
        frame: the path, nearly; becomes better.
        reach: of the samples to either side, px.
        prior: what keeps the parameters tame.
        state: takes blur, place and noise.
    """
    state[DARK_VARIANCE], state[VARIANCE_GAIN], state[MOVED] = 4e-4, 0.0, 0.0
    spread = spread_of(samples, frame, reach)
    state[LN_SIGMA] = 0.5 * math.log(min(max(spread * spread - 1.0 / 12.0, 0.09), 0.09 * reach * reach))
    for _ in range(3):
        near = min(reach, max(6.0, 5.0 * math.exp(state[LN_SIGMA]) + 3.0))
        _near(_beside(samples, frame, near), frame, near, prior, state)
        if near == reach or 4.0 * math.exp(state[LN_SIGMA]) < near:
            break


@kernel
def _near(
    samples: _Samples, frame: _Frame, near: float, prior: Float64[np.ndarray, "n n"], state: _State
) -> None:
    count = 2 * math.ceil(near / STEP) + 7
    known, sums, path = np.zeros((KNOWN, count)), np.empty((8, count)), np.empty((3, 4))
    cells, steep = np.empty((count, CELL)), np.empty((count, STEEP))
    none, spans = np.empty((0, count)), np.empty((0, 3), np.int64)
    normal = np.empty((TAIL, TAIL + 1))
    factor, solution = np.empty((TAIL, TAIL)), np.empty(TAIL)
    for turn in range(12):
        edge_cells(samples, frame, near, cells, steep)
        grown = 0.0
        for _ in range(4 if turn == 0 else 2):
            before = state[LN_SIGMA]
            refreshed(state, frame, 0.0, known)
            known[PROFILE] = known[1]
            weighed(cells, steep, known[PROFILE], state[2:4], sums, path)
            reduced(sums, path, known, none, spans, normal)
            solved(normal, prior, (1.0, 1.0), spans, factor, solution)
            moved(solution, state, frame)
            grown = abs(state[LN_SIGMA] - before)
            if grown < 0.02:
                break
        turned(solution, frame)
        frame[0] -= state[MOVED] * frame[3]
        frame[1] += state[MOVED] * frame[2]
        state[MOVED] = 0.0
        if state[PATH_STEP] < 5e-3 and grown < 0.02:
            break


@kernel
def _beside(samples: _Samples, frame: _Frame, near: float) -> _Samples:
    """The samples so near the path, or nearly so; of many a part, spread evenly."""
    apart = np.empty(samples.shape[0])
    number, line = 0, line_of(frame)
    for i in range(samples.shape[0]):
        apart[i] = abs(along_and_apart(samples[i, 0], samples[i, 1], line)[1])
        if apart[i] < near + 1.0:
            number += 1
    kept = np.empty((number, 3))
    n, place, share = 0, 0.0, _FEW / max(number, 1)
    for i in range(samples.shape[0]):
        if not apart[i] < near + 1.0:
            continue
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

    For each path, noise and blur settle first, since a profile that is still wrong looks like noise. The
    path's last step is left to the equations: it is small beside the noise, its square beside the blur.

    Returns:
        Passes over the samples.
    """
    known, (sums, path), (cells, steep) = room
    basis, spans, prior, tail = model
    size = prior.shape[0]
    factor, solution, facts = np.empty((size, size)), np.empty(size), np.empty(5)
    refreshed(state, frame, tail, known)
    known[PROFILE] = known[1]
    passes, variance, step, last = 0, math.inf, math.inf, False
    while True:
        edge_cells(samples, frame, _STEEP * math.exp(state[LN_SIGMA]) + 1.0, cells, steep)
        passes += 1
        for turn in range(_TURNS + 1):
            before = variance
            residues(cells, known[PROFILE], facts)
            noise_of(facts, state[2:4], state[6:8])
            variance = state[DARK_VARIANCE] + 0.5 * state[VARIANCE_GAIN]
            weighed(cells, steep, known[PROFILE], state[2:4], sums, path)
            reduced(sums, path, known, basis, spans, normal)
            astray = turn > 2 and state[PATH_STEP] > math.sqrt(variance)
            enough = step < still(state) or turn > _SWINGS
            if astray or turn == _TURNS or (enough and variance > _SETTLED * before):
                break
            place, blur = state[MOVED], state[LN_SIGMA]
            solved(normal, prior, _SOFT, spans, factor, solution)
            profile_of(solution, basis, spans, known)
            moved(solution, state, frame)
            refreshed(state, frame, tail, known)
            step = max(abs(state[MOVED] - place), abs(state[LN_SIGMA] - blur))
        near = _NEAR_ENOUGH + 0.1 * math.sqrt(variance)
        if last or state[PATH_STEP] < near or passes > 8:
            break
        # What a step of Gauss and Newton leaves goes with its square.
        last = state[PATH_STEP] < 10.0 * near
        step = step if last else math.inf
        turned(solution, frame)
    return passes


@kernel
def still(state: _State) -> float:
    """How far place and ln sigma may be moved before the profile has to be built about them again."""
    return _STILL + 0.5 * math.sqrt(state[DARK_VARIANCE] + 0.5 * state[VARIANCE_GAIN])
