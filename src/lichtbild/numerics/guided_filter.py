"""Guided filter: a plane made smooth that jumps where a picture jumps.

In the square around each pixel the plane is taken for a linear function of the picture's planes, by least
squares; each pixel gets the mean of the functions of the squares that it lies in. The coefficients change
slowly, so that those found on a small picture hold for a large one.

Source: He, Sun and Tang, "Guided image filtering", IEEE TPAMI 35, 1397 (2013), equations 14 to 16; He and
Sun, "Fast guided filter" (2015).
"""

import numpy as np
from jaxtyping import Float


def coefficients(
    guide: Float[np.ndarray, "rows columns planes"],
    plane: Float[np.ndarray, "rows columns"],
    radius: int,
    texture: float,
) -> Float[np.ndarray, "planes+1 rows columns"]:
    """Factors of the guide's planes, and a summand, which give the plane; float32.

    Args:
        guide: the picture.
        plane: what is made smooth.
        radius: of the squares, in pixels.
        texture: standard deviation of the guide that is followed by half.
    """
    count = guide.shape[2]
    means = np.stack([box_mean(guide[..., k], radius) for k in range(count)], axis=-1)
    level = box_mean(plane, radius)
    varies = np.empty((*plane.shape, count, count))
    covaries = np.empty((*plane.shape, count, 1))
    for j in range(count):
        covaries[..., j, 0] = box_mean(guide[..., j] * plane, radius) - means[..., j] * level
        for k in range(count):
            product = box_mean(guide[..., j] * guide[..., k], radius)
            varies[..., j, k] = product - means[..., j] * means[..., k] + (j == k) * texture**2
    factors = np.linalg.solve(varies, covaries)[..., 0]
    summand = level - (factors * means).sum(axis=-1)
    both = [*np.moveaxis(factors, -1, 0), summand]
    return np.stack([box_mean(one, radius) for one in both]).astype(np.float32)


def box_mean(plane: Float[np.ndarray, "rows columns"], radius: int) -> Float[np.ndarray, "rows columns"]:
    """Mean of the square around each pixel, of the part of it that lies in the plane."""
    for axis in (0, 1):
        total = np.insert(np.cumsum(plane, axis=axis), 0, 0.0, axis=axis)
        places = np.arange(plane.shape[axis])
        low = np.maximum(places - radius, 0)
        high = np.minimum(places + radius + 1, len(places))
        count = (high - low).reshape((-1, 1) if axis == 0 else (1, -1))
        plane = (np.take(total, high, axis) - np.take(total, low, axis)) / count
    return plane
