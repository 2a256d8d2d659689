"""Grain kept: blurred parts get back the noise that the sharp ones have, so that nothing looks cut out.

The noise of the sharp picture is measured where it is smoothest, at several levels of light; as much noise,
of its own for each picture, is laid on what has lost it.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.image.linear_image import LinearImage

CELL: Final = 16
"""Side of the squares in which noise is measured, pixels."""
_SMOOTHEST: Final = 0.1
"""Quantile of their noise that counts as noise alone."""
_LEVELS: Final = 12
_LOST: Final = 1.5
"""Radius of blur in pixels that leaves no noise."""
_NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution by its median absolute deviation."""


def with_grain_of(
    sharp: LinearImage, blurred: LinearImage, radius: Float32[np.ndarray, "row column"], seed: int
) -> LinearImage:
    """The blurred picture with the sharp one's noise.

    Args:
        sharp: the whole picture before it was blurred.
        blurred: the same after.
        radius: of the blur at each pixel, pixels.
        seed: of the noise; that of the picture.
    """
    levels, deviation = noise_by_level(sharp.samples)
    if not len(levels):
        return blurred
    weights = np.asarray(REC2020_TO_XYZ[1], np.float32)
    light = np.asarray(blurred.samples, np.float32)
    generator = np.random.default_rng(seed)
    noise = generator.standard_normal(light.shape[:2], np.float32)
    noise *= np.interp(light @ weights, levels, deviation).astype(np.float32)
    noise *= np.clip(radius / np.float32(_LOST), 0, 1)
    return replace(blurred, samples=light + noise[..., None])


def noise_by_level(samples: Float32[np.ndarray, "row column 3"]) -> tuple[Any, Any]:
    """Levels of luminance and the standard deviation of its fine noise there; empty for tiny pictures."""
    plane = samples @ np.asarray(REC2020_TO_XYZ[1], np.float32)
    rows, columns = (side // CELL * CELL for side in plane.shape)
    if not rows or not columns:
        return np.zeros(0), np.zeros(0)
    cells = plane[:rows, :columns].reshape(rows // CELL, CELL, columns // CELL, CELL)
    level = cells.mean(axis=(1, 3)).ravel()
    fine = cells[:, :-1, :, :-1] - cells[:, 1:, :, :-1] - cells[:, :-1, :, 1:] + cells[:, 1:, :, 1:]
    spread = _NORMAL / 2 * np.median(np.abs(fine), axis=(1, 3)).ravel()
    order = np.argsort(level)
    groups = [group for group in np.array_split(order, _LEVELS) if len(group)]
    levels = np.array([level[group].mean() for group in groups])
    return levels, np.array([np.quantile(spread[group], _SMOOTHEST) for group in groups])
