"""Edge noise: what the fitted profile leaves of the samples, on both sides, and what neighbours share."""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_sums import STEP, along_and_apart, value_and_rise

_FLOOR = 0.05  # of the mean variance, under which no side's falls
_LEAST = 1e-10  # variance, of the contrast squared: about that of rounding to 16 bits
_SPENT = 12.0  # parameters that a fit spends
_LAG = 2


@kernel
def noise_of(
    path: Float64[np.ndarray, "4 5"], variance: Float64[np.ndarray, " 2"], least: Float64[np.ndarray, " 2"]
) -> None:
    """The variance of a sample where the profile is 0, and what it gains for each unit, by least squares.

    Args:
        path: of `edge_sums`, whose last row tells what the profile leaves.
        variance: takes both.
        least: variance on the left and on the right.
    """
    n, e1, e2, r0, r1 = path[3, 0], path[3, 1], path[3, 2], path[3, 3], path[3, 4]
    mean = r0 / n
    spread = max(e2 - e1 * e1 / n, 1e-9)
    gain = (r1 - r0 * e1 / n) / spread
    floor = max(_FLOOR * mean, _LEAST)
    dark, bright = max(mean - gain * e1 / n, floor), max(mean + gain * (1.0 - e1 / n), floor)
    scale = n / max(n - _SPENT, 1.0)
    dark, bright = max(dark * scale, least[0]), max(bright * scale, least[1])
    variance[0], variance[1] = dark, bright - dark


@kernel
def correlation(
    samples: Float64[np.ndarray, "n 3"],
    frame: Float64[np.ndarray, " 7"],
    profile: Float64[np.ndarray, " k"],
    variance: Float64[np.ndarray, " 2"],
) -> float:
    """How much noisier a mean of many samples is than if each had noise of its own: 1, or more.

    The sum of the correlations of neighbours up to two pixels off; what lies within twice its own standard
    deviation counts as none, and so does what would make the mean quieter.

    Args:
        samples: column, row, value.
        frame: the path.
        profile: the fitted spline.
        variance: of a sample where the profile is 0, and what it gains for each unit.
    """
    column0, row0, column1, row1 = math.inf, math.inf, -math.inf, -math.inf
    for i in range(samples.shape[0]):
        column0, column1 = min(column0, samples[i, 0]), max(column1, samples[i, 0])
        row0, row1 = min(row0, samples[i, 1]), max(row1, samples[i, 1])
    column0, row0 = column0 - _LAG, row0 - _LAG
    # The samples where they lie in the picture, with a rim.
    grid = np.zeros((int(row1 - row0) + _LAG + 1, int(column1 - column0) + _LAG + 1))
    count, first = profile.size, -0.5 * (profile.size - 1) * STEP
    power, n = 0.0, 0.0
    for i in range(samples.shape[0]):
        at = (along_and_apart(samples[i, 0], samples[i, 1], frame)[1] - first) / STEP
        if not (2.0 <= at < count - 3.0):
            continue
        j = int(at)
        value = value_and_rise(profile, j, at - j)[0]
        left = samples[i, 2] - value
        left /= math.sqrt(variance[0] + variance[1] * min(max(value, 0.0), 1.0))
        grid[int(samples[i, 1] - row0 + 0.5), int(samples[i, 0] - column0 + 0.5)] = left
        power += left * left
        n += 1.0
    shared = 0.0
    for y in range(_LAG, grid.shape[0] - _LAG):
        for x in range(_LAG, grid.shape[1] - _LAG):
            around = grid[y, x + 1] + grid[y, x + 2]
            for down in (1, 2):
                for right in (-2, -1, 0, 1, 2):
                    around += grid[y + down, x + right]
            shared += grid[y, x] * around
    total = 2.0 * shared / power
    return 1.0 + total if n > 0.0 and total > 2.0 * 2.0 * math.sqrt(12.0 / n) else 1.0
