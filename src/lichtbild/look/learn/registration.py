"""Registration: whether a picture after lies on the picture before.

Source: Kuglin and Hines, "The phase correlation image alignment method", Proceedings of the IEEE
International Conference on Cybernetics and Society, 163 (1975).
"""

from typing import Final

import numpy as np
from jaxtyping import Float

MOST: Final = 16
"""Pixels of shift, along each axis, that are looked for."""
_SURE: Final = 0.3
"""Height of the peak, 1 being that of the same picture; that of two others is below 0.2."""
_SIDE: Final = 512
"""Pixels of the middle part that is compared."""


def shift(before: Float[np.ndarray, "h w 3"], after: Float[np.ndarray, "h w 3"]) -> tuple[int, int]:
    """Whole pixels by which the picture after lies lower and further right; (0, 0) where none is sure.

    Edges are compared, not lightness, which the look changes; their direction does not count, for a look
    may turn dark into bright.
    """
    edges = [_edges(_middle(picture)) for picture in (before, after)]
    spectrum = np.conj(np.fft.rfft2(edges[0])) * np.fft.rfft2(edges[1])
    peak = np.fft.irfft2(spectrum / np.maximum(np.abs(spectrum), 1e-12), edges[0].shape)
    reach = min(MOST, (min(peak.shape) - 1) // 2)
    near = np.roll(peak, (reach, reach), axis=(0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    row, column = np.unravel_index(int(np.argmax(near)), near.shape)
    if near[row, column] < _SURE:
        return 0, 0
    return int(row) - reach, int(column) - reach


def overlapping(
    before: Float[np.ndarray, "h w 3"], after: Float[np.ndarray, "h w 3"], by: tuple[int, int]
) -> tuple[Float[np.ndarray, "h2 w2 3"], Float[np.ndarray, "h2 w2 3"]]:
    """What both show, for a shift as `shift` finds it."""
    down, right = by
    height, width = before.shape[0] - abs(down), before.shape[1] - abs(right)
    top, left = max(down, 0), max(right, 0)
    first = before[top - down : top - down + height, left - right : left - right + width]
    return first, after[top : top + height, left : left + width]


def _middle(picture: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h2 w2"]:
    top, left = (max(0, (length - _SIDE) // 2) for length in picture.shape[:2])
    return np.asarray(picture[top : top + _SIDE, left : left + _SIDE].mean(axis=-1))


def _edges(light: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h2 w2"]:
    """Strength of edges, fading out towards the border."""
    found = np.abs(np.diff(light, axis=0)[:, :-1]) + np.abs(np.diff(light, axis=1)[:-1])
    window = np.hanning(found.shape[0])[:, None] * np.hanning(found.shape[1])
    return np.asarray((found - found.mean()) * window)
