"""Edge measurement: one edge from its samples to its response, in one call without the interpreter's lock."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_fit import DEVIATION, PROFILE
from lichtbild.quality.kernels.edge_judge import SCALES, crossing, curve, judged, mean_of, spreads
from lichtbild.quality.kernels.edge_noise import correlation
from lichtbild.quality.kernels.edge_settle import (
    CORRELATION,
    DARK_VARIANCE,
    LEAST_VARIANCE,
    LN_SIGMA,
    VARIANCE_GAIN,
    approached,
    laid,
    profile_of,
    settled,
    turned,
)  # fmt: skip

LEVEL, LEVEL_SPREAD, LEAST, GREATEST, TURNS, SCALE, SLOPE = 0, 1, 2, 3, 4, 5, 6
NUMBERS = 7
"""MTF50 and its standard deviation (NaN for none), least and greatest of the profile, turns, scale; how
steeply the response falls at MTF50."""
_Samples = Float64[np.ndarray, "n 3"]
_Room = tuple[
    Float64[np.ndarray, "7 k"],
    tuple[Float64[np.ndarray, "8 k"], Float64[np.ndarray, "3 4"]],
    tuple[Float64[np.ndarray, "k 16"], Float64[np.ndarray, "k 21"]],
]


@kernel
def edge_approach(
    samples: _Samples,
    frame: Float64[np.ndarray, " 7"],
    reach: float,
    prior: Float64[np.ndarray, "n n"],
    state: Float64[np.ndarray, " 10"],
) -> float:
    """Scales the samples, lays the frame and finds the blur; the standard deviation of the spread, px.

    The last two of ``state`` take the levels on the left and on the right; the two before them hold the least
    standard deviations of a sample there, in units of light, and take the variances, of the contrast squared.
    """
    laid(samples, frame, reach, state[8:10])
    for side in range(2):
        state[LEAST_VARIANCE + side] = (state[LEAST_VARIANCE + side] / (state[9] - state[8])) ** 2
    approached(samples, frame, reach, prior, state[:8])
    return math.sqrt(math.exp(2.0 * state[LN_SIGMA]) + 1.0 / 12.0)


@kernel
def edge_measure(
    samples: _Samples,
    frame: Float64[np.ndarray, " 7"],
    model: tuple[Float64[np.ndarray, "m k"], Int64[np.ndarray, "m 3"], Float64[np.ndarray, "n n"], float],
    room: _Room,
    state: Float64[np.ndarray, " 10"],
    out: tuple[
        Float64[np.ndarray, " f"],
        Float64[np.ndarray, "f m 2"],
        Float64[np.ndarray, "f 2"],
        Float64[np.ndarray, " 7"],
    ],
) -> None:
    """The response of an approached edge.

    Args:
        samples: column, row and value, scaled.
        frame: the path.
        model: of the deviation: splines, spans, prior, tail's half width.
        room: for known splines, sums and those of the path, and the samples by cells.
        state: of the edge.
        out: frequencies, and the waves of the deviation's splines there; takes the response and its standard
            deviation at each, and the other numbers.
    """
    frequencies, own_waves, response, numbers = out
    own = state[:8]
    basis, spans, prior, tail = model
    size = prior.shape[0]
    normal, mean = np.empty((size, size + 1)), np.empty(size)
    numbers[TURNS] = settled(samples, frame, model, room, normal, own)
    known, (sums, path), _ = room
    variance = own[DARK_VARIANCE : VARIANCE_GAIN + 1]
    own[CORRELATION] = correlation(samples, frame, known[PROFILE], variance)
    # Noise that neighbours share counts as so much more of it.
    sums /= own[CORRELATION]
    path /= own[CORRELATION]
    fits = (np.empty(SCALES), np.empty((SCALES, size, size)), np.empty((SCALES, size)))
    numbers[SCALE] = judged(frame, model, (known, (sums, path)), normal, own, fits)
    mean_of(fits, mean)
    turned(mean, frame)
    profile_of(mean, basis, spans, known)
    numbers[LEAST], numbers[GREATEST] = known[PROFILE].min(), known[PROFILE].max()
    slopes, spread = np.zeros((size, frequencies.size + 1)), np.empty(frequencies.size + 1)
    curve(frequencies, own_waves, frame, tail, own, (mean, slopes, response))
    numbers[LEVEL], numbers[LEVEL_SPREAD], numbers[SLOPE] = math.nan, math.nan, math.nan
    for i in range(1, frequencies.size):
        if response[i, 0] < 0.5:
            rest = np.zeros(basis.shape[1])
            for k in range(basis.shape[0]):
                for a in range(spans[k, 0], spans[k, 1]):
                    rest[a] += mean[DEVIATION + k] * basis[k, a]
            bracket = (frequencies[i - 1], frequencies[i])
            numbers[LEVEL], numbers[SLOPE] = crossing(bracket, frame, model, own, (mean, slopes), rest)
            break
    spreads(fits, mean, spans, slopes, spread)
    for i in range(frequencies.size):
        response[i, 1] = spread[i]
    numbers[LEVEL_SPREAD] = spread[frequencies.size] / max(abs(numbers[SLOPE]), 1e-12)
