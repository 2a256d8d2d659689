"""Regions: what of a picture target falls on which pixels of the picture."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.quality.detect.preview import LUMINANCE


@dataclass(frozen=True, eq=False)
class Region:
    """Pixels of a picture within a polygon.

    Attributes:
        pixels: their light, ``[n, RGB]``; at most some ten thousand, evenly taken.
        width: the polygon's least width, px.
    """

    pixels: Float[np.ndarray, "n 3"]
    width: float

    @property
    def clipped(self) -> float:
        """Share of the pixels with a channel at the picture's limit."""
        return float(np.mean(np.any(self.pixels >= CLIP, axis=1))) if len(self.pixels) else 0.0

    @property
    def luminance(self) -> float:
        """Median over the pixels; 0 of none."""
        return float(np.median(self.pixels @ LUMINANCE)) if len(self.pixels) else 0.0

    @property
    def spread(self) -> float:
        """Robust standard deviation of the pixels' luminance."""
        if not len(self.pixels):
            return 0.0
        values = self.pixels @ LUMINANCE
        return float(1.4826 * np.median(np.abs(values - np.median(values))))


CLIP = 0.998
"""Of white, from which a sample counts as clipped: 254.5 of 255 in 8 bits of sRGB are 0.9955."""
_MOST = 64


def region(light: Float[np.ndarray, "row column 3"], corners: Float[np.ndarray, "n 2"]) -> Region:
    """The pixels whose middles lie in a convex polygon.

    Args:
        light: the picture.
        corners: of the polygon, px, in order.
    """
    low = np.clip(np.ceil(corners.min(axis=0) - 0.5), 0, None).astype(int)
    high = np.minimum(np.floor(corners.max(axis=0) - 0.5).astype(int) + 1, light.shape[1::-1])
    width = _least_width(corners)
    if np.any(high <= low):
        return Region(np.zeros((0, 3)), width)
    step = np.maximum((high - low) // _MOST, 1)
    columns = np.arange(low[0], high[0], step[0])
    rows = np.arange(low[1], high[1], step[1])
    grid = np.stack(np.meshgrid(columns + 0.5, rows + 0.5), axis=-1)
    within = _within(corners, grid)
    taken = light[rows[0] : rows[-1] + 1 : step[1], columns[0] : columns[-1] + 1 : step[0]]
    return Region(np.asarray(taken[within], np.float64), width)


def inside(shape: tuple[int, int], places: Float[np.ndarray, "n 2"], margin: float = 0.0) -> bool:
    """Whether all places lie in the picture, away from its border by a margin."""
    return bool(np.all(places >= margin) and np.all(places <= np.array(shape[1::-1]) - margin))


def _within(corners: Float[np.ndarray, "n 2"], places: Float[np.ndarray, "r c 2"]) -> Bool[np.ndarray, "r c"]:
    """Which places lie in a convex polygon, whichever way round its corners go."""
    left = np.ones(places.shape[:2], bool)
    right = left.copy()
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = (end[0] - start[0]) * (places[..., 1] - start[1]) - (end[1] - start[1]) * (
            places[..., 0] - start[0]
        )
        left &= side >= 0
        right &= side <= 0
    return left | right


def _least_width(corners: Float[np.ndarray, "n 2"]) -> float:
    """The least distance between parallel lines that hold the polygon, taken along its sides."""
    ways = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(ways, axis=1)
    normals = (ways[:, ::-1] * [1.0, -1.0])[lengths > 0] / lengths[lengths > 0, None]
    if not len(normals):
        return 0.0
    return float(np.min(np.ptp(corners @ normals.T, axis=0)))
