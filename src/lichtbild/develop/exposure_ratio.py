"""Exposure ratio: how much more light a frame was given than another, by what both show well.

Shutters and gains are not exactly what files say of them: a time of "1/60" may be 1/64. The ratio is taken
tile by tile over cells in which neither frame is full and the reference stands far above its noise, as sums
over sums, so that noise does not bend it; the frame's is the median of the tiles' ratios, each weighted by
what it knows, so that things which move do not either.
"""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float32

SIDE: Final = 16
"""Cells along a tile."""
CLEAR: Final = 10.0
"""Standard deviations of the reference's noise from which a cell is well exposed."""
FEWEST: Final = 12
"""Tiles without which nothing is refined."""
LARGEST: Final = 0.15
"""Share by which frames can correct what files say; beyond it the scene's light changed."""
TOLERANCE: Final = 0.02
"""Standard deviation of what files say of their exposure, against which the frames' own ratio counts."""
_OF_MEDIAN: Final = 1.571
"""Variance of a median over that of a mean, of normal deviates: pi / 2."""


def exposure_ratio(
    reference: Float32[np.ndarray, "4 h w"],
    other: Float32[np.ndarray, "4 h w"],
    trust: Float32[np.ndarray, "h w"],
    light: Float32[np.ndarray, "4 h w"],
    noise: tuple[Float32[np.ndarray, "4 2"], Float32[np.ndarray, "4 2"]],
) -> float:
    """The light of a frame over that of the reference, which should be 1; 1 where it cannot be told.

    Args:
        reference: planes of the reference.
        other: the frame's at its places, over the exposure by which it should have the same light; no numbers
            where it shows nothing.
        trust: in how far neither is full, 0 to 1.
        light: estimate of the light.
        noise: slope and offset of each plane's variance in both.
    """
    first, second = (np.maximum(light, 0) * pair[:, 0, None, None] + pair[:, 1, None, None] for pair in noise)
    clear = (light > CLEAR * np.sqrt(first)).all(axis=0) & (trust > 0.99) & np.isfinite(other).all(axis=0)
    ours, theirs, variance = (_by_tile(values, clear) for values in (reference, other, first + second))
    known = ours > 0
    if np.count_nonzero(known) < FEWEST:
        return 1.0
    ratios, weights = theirs[known] / ours[known], ours[known] ** 2 / variance[known]
    order = np.argsort(ratios)
    middle = np.searchsorted(np.cumsum(weights[order]), 0.5 * weights.sum())
    found = float(ratios[order][min(middle, len(order) - 1)])
    if abs(found - 1) > LARGEST:
        return 1.0
    error = _OF_MEDIAN / float(weights.sum())
    return 1 + (found - 1) * TOLERANCE**2 / (TOLERANCE**2 + error)


def _by_tile(
    planes: Float32[np.ndarray, "4 h w"], chosen: Bool[np.ndarray, "h w"]
) -> Float32[np.ndarray, "rows columns"]:
    """Sums over all planes of the chosen cells of each whole tile."""
    rows, columns = (side // SIDE for side in chosen.shape)
    total = np.where(chosen, planes, 0).sum(axis=0, dtype=np.float32)[: rows * SIDE, : columns * SIDE]
    return np.asarray(total.reshape(rows, SIDE, columns, SIDE).sum(axis=(1, 3)))
