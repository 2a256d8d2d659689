"""Fill: what an image may show where it is not known, from what is known around."""

import numpy as np
from jaxtyping import Float


def filled(
    sums: Float[np.ndarray, "h w planes"], weight: Float[np.ndarray, "h w"]
) -> Float[np.ndarray, "h w planes"]:
    """Means where there is weight; where there is none, those of ever larger surroundings.

    An even image stays even, and no value lies beyond those that are known. Where nothing at all is known the
    result is 0.

    Args:
        sums: values times their weight.
        weight: 0 or more.

    Source: S. J. Gortler et al., "The lumigraph", SIGGRAPH 1996: pull to coarser images, and push back where
    weight is missing.
    """
    weight = np.asarray(weight, np.float32)[..., None]
    known = np.where(weight > 0, sums / np.maximum(weight, np.float32(1e-30)), np.float32(0))
    if (weight > 0).all() or max(weight.shape[:2]) == 1:
        return np.asarray(known, np.float32)
    # Weight beyond one pixel's says nothing new.
    enough = np.minimum(weight, np.float32(1))
    coarse = filled(_halved(known * enough), _halved(enough)[..., 0])
    return np.asarray(np.where(weight > 0, known, _doubled(coarse, known.shape)), np.float32)


def _halved(values: np.ndarray) -> np.ndarray:
    """Sums of 2 x 2 pixels; the last row and column may stand alone."""
    for axis in (0, 1):
        values = np.add.reduceat(values, np.arange(0, values.shape[axis], 2), axis=axis)
    return values


def _doubled(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Twice as many pixels, between the old ones by 3/4 and 1/4, of which so many are kept."""
    for axis in (0, 1):
        padded = np.concatenate(
            [values.take([0], axis), values, values.take([values.shape[axis] - 1], axis)], axis=axis
        )
        count = values.shape[axis]
        before, after = padded.take(range(count), axis), padded.take(range(2, count + 2), axis)
        both = np.stack([0.75 * values + 0.25 * before, 0.75 * values + 0.25 * after], axis=axis + 1)
        merged = (*values.shape[:axis], 2 * count, *values.shape[axis + 1 :])
        values = both.reshape(merged).take(range(shape[axis]), axis)
    return values
