"""Noise pairs: a sensor's noise from frames of one exposure, two by two.

What two frames of the same light share, a pattern and a fall-off of the light, goes from their difference;
half of its variance is one frame's. Blocks of the frames are points (mean, variance) of a line whose slope is
the photons' and whose beginning is darkness's. The variance of a variance of n samples is 2 / (n - 1) of its
square, by which points are weighted; dark frames hold the line where it begins.

Source: J. R. Janesick, Photon Transfer (SPIE 2007), chapter 5, differences of two frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.image.noise_profile import NoiseProfile

BLOCK: Final = 32
"""Samples of a plane along a block."""
FULLEST: Final = 0.85
"""Mean above which a block may hold full samples, share of white."""
_TURNS: Final = 5
_LEAST_RANGE: Final = 3.0
"""Times the darkest lit block that the brightest must be, where no dark frames are."""

Stack = Sequence[Float[np.ndarray, "row column"]]
"""Mosaics of one exposure, black at 0 and white at 1."""


@dataclass(frozen=True, eq=False)
class PairNoise:
    """The noise at one sensitivity.

    Attributes:
        profile: of each colour.
        error: standard deviation of each colour's slope, as a share of it.
    """

    profile: NoiseProfile
    error: tuple[float, ...]


def noise_of_pairs(stacks: Sequence[Stack], cfa: Cfa) -> PairNoise:
    """The noise of frames of one sensitivity.

    Args:
        stacks: frames of one light, two or more each; levels differ from stack to stack, and darkness may
            be one.
        cfa: colour of each sample, beginning at the mosaics' corner.

    Raises:
        BadInput: no two frames are of one exposure, or their light does not differ enough.
    """
    pairs = [
        (first, second) for stack in stacks for first, second in zip(stack[::2], stack[1::2], strict=False)
    ]
    if not pairs:
        raise BadInput("noise is the difference of two frames of one exposure; give two of each")
    period, colours = cfa.extent, range(len(cfa.colours))
    points: list[list[Float[np.ndarray, "2 block"]]] = [[] for _ in colours]
    for first, second in pairs:
        for row in range(period.height):
            for column in range(period.width):
                place = np.s_[row :: period.height, column :: period.width]
                points[cfa.pattern[row][column]].append(_points(first[place], second[place]))
    lines = [_line(np.concatenate(each, axis=1)) for each in points]
    profile = NoiseProfile(tuple(line[0] for line in lines), tuple(line[1] for line in lines))
    return PairNoise(profile, tuple(line[2] for line in lines))


def _points(first: np.ndarray, second: np.ndarray) -> Float[np.ndarray, "2 block"]:
    """Mean and variance of one frame in each block that is nowhere full."""
    rows, columns = (side // BLOCK * BLOCK for side in first.shape)
    cut = [np.asarray(one[:rows, :columns], float) for one in (first, second)]
    blocks = [
        one.reshape(rows // BLOCK, BLOCK, columns // BLOCK, BLOCK).swapaxes(1, 2).reshape(-1, BLOCK * BLOCK)
        for one in cut
    ]
    mean = (blocks[0].mean(axis=1) + blocks[1].mean(axis=1)) / 2
    variance = (blocks[0] - blocks[1]).var(axis=1, ddof=1) / 2
    fine = (mean < FULLEST) & (blocks[0].max(axis=1) < 1) & (blocks[1].max(axis=1) < 1)
    return np.stack([mean[fine], variance[fine]])


def _line(points: Float[np.ndarray, "2 block"]) -> tuple[float, float, float]:
    """Slope, beginning and the slope's relative error."""
    mean, variance = points
    if len(mean) < 3 or mean.max() < 0.02 or mean.max() < _LEAST_RANGE * max(float(mean.min()), 0.0):
        raise BadInput(
            "the frames' light differs too little to tell the noise of photons from that of darkness; "
            "give two dark frames and two even ones"
        )
    terms = np.stack([mean, np.ones_like(mean)], axis=1)
    told = np.full_like(variance, variance.mean())
    for _ in range(_TURNS):
        weights = 1 / told
        slope, start = np.linalg.lstsq(terms * weights[:, None], variance * weights, rcond=None)[0]
        told = np.maximum(terms @ (slope, start), 1e-3 * variance.mean())
    left = (terms / told[:, None]).T @ (terms / told[:, None])
    spread = np.sqrt(np.linalg.inv(left)[0, 0] * 2 / (BLOCK * BLOCK - 1))
    return float(slope), max(float(start), 0.0), float(spread / slope)
