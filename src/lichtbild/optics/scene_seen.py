"""Scene seen: which place of a scene each square of a sensor looks at, through a lens's distortion."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.numerics import warp

TERMS = 9
"""Of the polynomial of the squared distance that tangents over distances follow."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A scene, and how squares look at it.

    Args:
        planes: weights of its spectra, float32 ``[row, column, spectrum]``; not much finer than squares.
        size: height and width, tangents.
        whole: all squares; the axis meets their middle.
        pitch: of squares, mm.
        reach: distance that the polynomial's argument is counted in, mm.
        ratio: coefficients of tangent over distance by powers of its square, 1 / mm.
    """

    planes: Float[np.ndarray, "row column spectrum"]
    size: tuple[float, float]
    whole: Extent
    pitch: float
    reach: float
    ratio: Float[np.ndarray, " term"]

    def weights(self, window: Window) -> Float[np.ndarray, "h w spectrum"]:
        """Weights of the scene's spectra where the squares of a window look, float32."""
        y = (self.whole.height / 2 - 0.5 - np.arange(window.top, window.bottom)[:, None]) * self.pitch
        x = (np.arange(window.left, window.right) + 0.5 - self.whole.width / 2) * self.pitch
        ratio = np.polynomial.polynomial.polyval((x * x + y * y) / self.reach**2, self.ratio)
        extent = Extent(*self.planes.shape[:2])
        rows = (0.5 - y * ratio / self.size[0]) * extent.height - 0.5
        columns = (0.5 + x * ratio / self.size[1]) * extent.width - 0.5
        held = Window.whole(extent)
        return warp.resample(self.planes, held, extent, _one(rows), _one(columns))


def _one(places: np.ndarray) -> np.ndarray:
    return places.astype(np.float64)[None]


def seen(scene: Scene, response: OpticalResponse, whole: Extent) -> Seen:
    """A scene as the squares of a sensor see it.

    Args:
        scene: pixels that are much finer than what a square sees are averaged.
        response: of the lens; its pitch is that of the squares.
        whole: squares, the sensor's and those of its border.
    """
    height, tangent = response.height, np.asarray(response.tangent)
    reach = float(height[-1])
    # Of the ratio, told at all heights but the axis, where it is 0 / 0.
    ratio = np.polynomial.polynomial.polyfit(
        (height[1:] / reach) ** 2, tangent[1:] / height[1:], min(TERMS, len(height) - 2), w=height[1:]
    )
    square = response.pitch * ratio[0]
    planes = np.asarray(scene.weights, np.float32)
    for axis in (0, 1):
        planes = _averaged(planes, axis, square * planes.shape[axis] / scene.size[axis])
    return Seen(np.ascontiguousarray(planes), scene.size, whole, response.pitch, reach, ratio)


def _averaged(planes: np.ndarray, axis: int, count: float) -> np.ndarray:
    """Means of about so many neighbours along an axis; bins end at whole pixels."""
    side = planes.shape[axis]
    bins = round(side / max(count, 1.0))
    if bins > side / 2:
        return planes
    ends = np.round(np.linspace(0, side, bins + 1)).astype(int)
    sums = np.add.reduceat(planes, ends[:-1], axis=axis, dtype=np.float32)
    shape = [1] * planes.ndim
    shape[axis] = bins
    return np.asarray(sums / np.diff(ends).astype(np.float32).reshape(shape))
