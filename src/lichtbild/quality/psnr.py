"""PSNR: how far a picture lies from its reference, against the largest value.

Source: ITU-T J.340 (2010), clause 3: 20 log10 of the peak over the root of the mean square difference.
"""

from typing import Any, Final

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.quality.finite import checked_finite

METHOD: Final = "psnr 1"
IDENTICAL: Final = 160.0
"""dB that pictures without any difference are given: where doubles of 0 to 1 still tell one."""


def psnr(reference: Any, picture: Any, peak: float = 1.0) -> Any:
    """Peak signal-to-noise ratio in dB, at most `IDENTICAL`; differentiable with regard to both pictures.

    Args:
        reference: samples of any shape, NumPy or JAX.
        picture: the same shape.
        peak: the largest value.

    Raises:
        BadInput: the shapes differ, they are empty, or samples are not finite.
    """
    same_size(reference, picture)
    xp = namespace(picture)
    square = xp.mean((picture - reference) ** 2) / peak**2
    return -10 * xp.log10(xp.maximum(square, 10 ** (-IDENTICAL / 10)))


def same_size(reference: Any, picture: Any) -> None:
    """Say so where a picture and its reference do not lie on one another.

    Raises:
        BadInput: their shapes differ, they are empty, or samples are not finite.
    """
    if tuple(reference.shape) != tuple(picture.shape):
        raise BadInput(
            f"a picture of shape {tuple(picture.shape)} cannot be compared with its reference of shape "
            f"{tuple(reference.shape)}; register and crop them first"
        )
    checked_finite("a reference", reference)
    checked_finite("a picture", picture)


def psnr_interval(reference: np.ndarray, picture: np.ndarray, blocks: int = 8) -> tuple[float, float] | None:
    """95 % interval of the PSNR as the scene could have been framed: from means of blocks of the picture.

    Args:
        reference: ``[row, column, ...]``.
        picture: the same shape.
        blocks: of the picture along each side.

    None where there is no difference, or too few pixels for blocks.
    """
    if min(picture.shape[:2]) < 2 * blocks:
        return None
    squares = ((picture - reference) ** 2).reshape(*picture.shape[:2], -1).mean(axis=-1, dtype=np.float64)
    bands = np.array_split(squares, blocks, axis=0)
    means = np.array([part.mean() for band in bands for part in np.array_split(band, blocks, axis=1)])
    mean = float(means.mean())
    least = 10 ** (-IDENTICAL / 10)
    if mean <= least:
        return None
    spread = 1.96 * float(means.std(ddof=1)) / np.sqrt(means.size)
    low, high = max(mean - spread, least), mean + spread
    return float(-10 * np.log10(high)), float(-10 * np.log10(low))
