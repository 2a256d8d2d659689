"""Edge measurement: one edge from its samples to its response, in one call without the interpreter's lock."""

import math

import numpy as np
from jaxtyping import Float64, Int64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_judge import crossing, curve, judged
from lichtbild.quality.kernels.edge_noise import correlation
from lichtbild.quality.kernels.edge_settle import (
    CORRELATION,
    DARK_VARIANCE,
    LN_SIGMA,
    VARIANCE_GAIN,
    approached,
    laid,
    settled,
    thinned,
)  # fmt: skip

FEW = 2000
"""Samples with which an edge is first approached."""
LEVEL, LEVEL_SPREAD, LEAST, GREATEST, TURNS, SCALE = 0, 1, 2, 3, 4, 5
NUMBERS = 6
"""MTF50 and its standard deviation (NaN for none), least and greatest of the profile, turns, scale."""
_Samples = Float64[np.ndarray, "n 3"]
_Room = tuple[Float64[np.ndarray, "6 k"], Float64[np.ndarray, "k 8"], Float64[np.ndarray, "4 5"]]


@kernel
def edge_approach(
    samples: _Samples,
    frame: Float64[np.ndarray, " 7"],
    reach: float,
    prior: Float64[np.ndarray, "n n"],
    room: _Room,
    state: Float64[np.ndarray, " 10"],
) -> float:
    """Scales the samples, lays the frame and finds the blur; the standard deviation of the spread, px.

    The last two of ``state`` take the levels on the left and on the right.
    """
    laid(samples, frame, reach, state[8:10])
    approached(thinned(samples, FEW), frame, reach, prior, room, state[:8])
    return math.sqrt(math.exp(2.0 * state[LN_SIGMA]) + 1.0 / 12.0)


@kernel
def edge_measure(
    samples: _Samples,
    frame: Float64[np.ndarray, " 7"],
    model: tuple[Float64[np.ndarray, "m k"], Int64[np.ndarray, "m 2"], Float64[np.ndarray, "n n"], float],
    room: _Room,
    state: Float64[np.ndarray, " 10"],
    out: tuple[Float64[np.ndarray, " f"], Float64[np.ndarray, "f 2"], Float64[np.ndarray, " 6"]],
) -> None:
    """The response of an approached edge.

    Args:
        samples: column, row and value, scaled.
        frame: the path.
        model: of the deviation: splines, spans, prior, tail's half width.
        room: for known splines, sums and those of the path.
        state: of the edge.
        out: frequencies; takes the response and its standard deviation at each, and the other numbers.
    """
    frequencies, response, numbers = out
    own = state[:8]
    size = model[2].shape[0]
    normal = np.empty((size, size + 1))
    mean, covariance = np.empty(size), np.empty((size, size))
    numbers[TURNS] = settled(samples, frame, model, room, normal, own)
    known, sums, path = room
    own[CORRELATION] = 1.0
    wide = int(samples[:, 0].max() - samples[:, 0].min()) + 5
    high = int(samples[:, 1].max() - samples[:, 1].min()) + 5
    if samples.shape[0] > 4:
        grid = np.empty((high, wide))
        own[CORRELATION] = correlation(samples, frame, known[5], own[DARK_VARIANCE : VARIANCE_GAIN + 1], grid)
        # Noise that neighbours share counts as so much more of it.
        sums /= own[CORRELATION]
        path /= own[CORRELATION]
    numbers[SCALE] = judged(frame, model, room, normal, own, (mean, covariance))
    numbers[LEAST], numbers[GREATEST] = known[5].min(), known[5].max()
    curve(frequencies, frame, model, own, (mean, covariance), response)
    numbers[LEVEL], numbers[LEVEL_SPREAD] = math.nan, math.nan
    for i in range(1, frequencies.size):
        if response[i, 0] < 0.5:
            bracket = (frequencies[i - 1], frequencies[i])
            crossing(0.5, bracket, frame, model, own, (mean, covariance, numbers[LEVEL : LEVEL_SPREAD + 1]))
            break
