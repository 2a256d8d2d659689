"""Edge noise: what the fitted profile leaves of the samples, on both sides, and what neighbours share."""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel
from lichtbild.quality.kernels.edge_sums import STEP, along_and_apart, line_of, value_of

_FLOOR = 0.05  # of the mean variance, under which no side's falls
_LEAST = 1e-10  # variance, of the contrast squared: about that of rounding to 16 bits
_SPENT = 12.0  # parameters that a fit spends
_LAG = 2


@kernel
def noise_of(
    facts: Float64[np.ndarray, " 5"], variance: Float64[np.ndarray, " 2"], least: Float64[np.ndarray, " 2"]
) -> None:
    """The variance of a sample where the profile is 0, and what it gains for each unit, by least squares.

    Args:
        facts: of `residues`: what the profile leaves.
        variance: takes both.
        least: variance on the left and on the right.
    """
    n, e1, e2, r0, r1 = facts[0], facts[1], facts[2], facts[3], facts[4]
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
    count, first = profile.size, -0.5 * (profile.size - 1) * STEP
    even = np.empty(count)
    for j in range(count):
        even[j] = 1.0 / math.sqrt(variance[0] + variance[1] * min(max(profile[j], 0.0), 1.0))
    # The samples where they lie in the picture, row by row, with a rim.
    width, rows = int(column1 - column0) + _LAG + 1, int(row1 - row0) + _LAG + 1
    grid = np.zeros(width * rows)
    power, n, line = 0.0, 0.0, line_of(frame)
    for i in range(samples.shape[0]):
        at = (along_and_apart(samples[i, 0], samples[i, 1], line)[1] - first) * (1.0 / STEP)
        if not (2.0 <= at < count - 3.0):
            continue
        j = int(at)
        left = (samples[i, 2] - value_of(profile, j, at - j)) * even[j]
        grid[int(samples[i, 1] - row0 + 0.5) * width + int(samples[i, 0] - column0 + 0.5)] = left
        power += left * left
        n += 1.0
    shared = 0.0
    for i in range(_LAG * width, width * (rows - _LAG) - _LAG):
        near = (grid[i + 1] + grid[i + 2]) + (grid[i + width - 2] + grid[i + width - 1])
        near += (grid[i + width] + grid[i + width + 1]) + (grid[i + width + 2] + grid[i + 2 * width - 2])
        near += (grid[i + 2 * width - 1] + grid[i + 2 * width]) + (
            grid[i + 2 * width + 1] + grid[i + 2 * width + 2]
        )
        shared += grid[i] * near
    total = 2.0 * shared / power
    return 1.0 + total if n > 0.0 and total > 2.0 * 2.0 * math.sqrt(12.0 / n) else 1.0
