"""Warp: an image resampled at places that need not be pixel centres."""

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window
from lichtbild.numerics.kernel import kernel

REACH = 2
"""Pixels beyond a place that its value depends on."""


def resample(
    source: Float[np.ndarray, "sh sw planes"],
    held: Window,
    extent: Extent,
    rows: Float[np.ndarray, "sets h w"],
    columns: Float[np.ndarray, "sets h w"],
) -> Float[np.ndarray, "h w planes"]:
    """The image's values at given places, by cubic convolution; beyond its border the border goes on.

    Args:
        source: float32 samples of a part of the image.
        held: where that part lies; it holds what `needed` asks for.
        extent: size of the whole image.
        rows: row of each place, where the first pixel's centre is 0; one set for each plane, or one for all.
        columns: column of each place, likewise.

    Source: R. Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP 29
    (1981), equation 15 (a = -1/2: a parabola is reproduced exactly).
    """
    result = np.empty((*rows.shape[1:], source.shape[2]), np.float32)
    place = np.array([held.top, held.left, extent.height, extent.width])
    places = np.ascontiguousarray(rows), np.ascontiguousarray(columns)
    _cubic(np.ascontiguousarray(source, np.float32), place, *places, result)
    return result


def needed(
    rows: Float[np.ndarray, "*places"], columns: Float[np.ndarray, "*places"], extent: Extent, margin: int = 0
) -> Window:
    """The part of an image of size ``extent`` that the values at these places depend on.

    Args:
        rows: rows of the places, as for `resample`.
        columns: columns of the places.
        extent: size of the whole image.
        margin: pixels to add on each side, where the places are a sample of all those to come.
    """
    top, bottom = _span(rows, extent.height, margin)
    left, right = _span(columns, extent.width, margin)
    return Window(top, left, bottom, right)


def _span(places: Float[np.ndarray, "*places"], size: int, margin: int) -> tuple[int, int]:
    lowest, highest = (int(np.floor(min(max(edge, 0), size - 1))) for edge in (places.min(), places.max()))
    return max(0, lowest - REACH + 1 - margin), min(size, highest + REACH + 1 + margin)


@kernel
def _cubic(
    source: np.ndarray, place: np.ndarray, rows: np.ndarray, columns: np.ndarray, result: np.ndarray
) -> None:
    """``result`` filled with the cubic convolution of ``source`` at each place."""
    top, left, height, width = place
    weights = np.empty(8, np.float32)
    taps = np.empty(8, np.int64)
    sets = rows.shape[0]
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            for plane in range(result.shape[2]):
                if plane < sets:
                    for axis in range(2):
                        at = rows[plane, r, c] if axis == 0 else columns[plane, r, c]
                        size = height if axis == 0 else width
                        first = top if axis == 0 else left
                        held = source.shape[axis]
                        at = min(max(at, 0.0), size - 1.0)
                        whole = int(np.floor(at))
                        f = np.float32(at - whole)
                        g = np.float32(1) - f
                        half = np.float32(0.5)
                        weights[4 * axis] = -half * f * g * g
                        weights[4 * axis + 1] = g * (np.float32(1) + f + f * f * np.float32(-1.5))
                        weights[4 * axis + 2] = f * (np.float32(1) + g + g * g * np.float32(-1.5))
                        weights[4 * axis + 3] = -half * g * f * f
                        for tap in range(4):
                            pixel = min(max(whole - 1 + tap, 0), size - 1) - first
                            taps[4 * axis + tap] = min(max(pixel, 0), held - 1)
                total = np.float32(0)
                for i in range(4):
                    line = np.float32(0)
                    for j in range(4):
                        line += weights[4 + j] * source[taps[i], taps[4 + j], plane]
                    total += weights[i] * line
                result[r, c, plane] = total
