"""Highlights: what happens where the sensor was full.

A full plane says only that there was at least so much light. `RebuildHighlights` takes what is missing from
the planes that are not full, and from the colour that the scene has around::

    surroundings    cells of the overview --those without full pixels--> ratios of planes, pulled and pushed
    a pixel         planes that still measure, over the ratios -> light -> times the ratio of a full plane
    all full        fades to grey, as bright as what is around

Sources: the light of the other planes as the measure of a clipped one, Zhang and Brainard, "Estimation of
saturated pixel values in digital color imaging", JOSA A 21, 2301 (2004), and Masood, Zhu and Tappen,
"Automatic correction of saturated regions in photographs using cross-channel correlation", Computer Graphics
Forum 28, 1861 (2009); its colour from the surroundings, as in the methods "inpaint opposed" of darktable and
"colour propagation" of RawTherapee; pull-push, Gortler, Grzeszczuk, Szeliski and Cohen, "The lumigraph",
SIGGRAPH 1996, section 3.4.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.overview import Overview

LOW: Final = 0.90
"""Share of white above which a sample begins to count as full; noise and interpolation blur where it is."""
HIGH: Final = 0.985
"""Share of white from which a sample is full."""
WEIGHT_OF_FULL: Final = 0.25
"""Weight of a full plane, which is a lower bound, beside one that measures."""
STRONGEST: Final = 1.5
"""Largest logarithm of a plane's ratio to the others that surroundings can have: beyond it a guess grows."""
_SPOILT: Final = 0.25
"""Share of full samples from which a cell's colour says nothing: one plane of four is full everywhere."""
_BRIGHT: Final = 6
"""Power of brightness by which a cell counts."""


@dataclass(frozen=True)
class ClipHighlights(LocalStage):
    """Blown highlights made neutral: every balanced plane ends where the first plane is full.

    White balance lifts a full sensor to 1 in the plane with the smallest gain and beyond 1 in the others,
    so an overexposed white would turn out magenta. As Adobe's DNG SDK does, all planes are limited to
    ``white``.

    Attributes:
        white: the largest balanced sample that every plane can reach.
    """

    white: float = 1.0
    differentiable: ClassVar[bool] = True

    def __call__(self, image: CameraImage) -> CameraImage:
        """The image with no sample above the camera's white."""
        limited = namespace(image.samples).minimum(image.samples, self.white)
        return CameraImage(limited, image.window, image.extent)


@dataclass(frozen=True, eq=False)
class RebuildHighlights(LocalStage):
    """Full planes raised to what the other planes and the colour around let expect.

    Nothing is made darker than it was measured, but where all planes are full and a colour fades to grey of
    the same light. Below `LOW` of white nothing changes.

    Attributes:
        ratios: what each plane has of a cell's light, around a product of 1.
        white: balanced sample of a full sensor in each cell.
        cell: side of a cell in pixels.
    """

    ratios: Float32[np.ndarray, "rows columns planes"]
    white: Float32[np.ndarray, "rows columns planes"]
    cell: float
    differentiable: ClassVar[bool] = True

    @staticmethod
    def of(overview: Overview, neutral: tuple[float, ...]) -> "RebuildHighlights":
        """The stage for a frame and the camera planes of a neutral object."""
        gains = np.asarray([max(neutral) / value for value in neutral], np.float32)
        return RebuildHighlights(surroundings(overview, gains), overview.white * gains, float(overview.cell))

    def of_cells(self) -> "RebuildHighlights":
        """The stage for an image that has a pixel for each cell."""
        return RebuildHighlights(self.ratios, self.white, 1.0)

    def __call__(self, image: CameraImage) -> CameraImage:
        """The image with its full planes rebuilt."""
        if image.samples.shape[2] == 1:
            return image
        maps = (
            enlarged(cells, self.cell, image.window).astype(image.samples.dtype)
            for cells in (self.ratios, self.white)
        )
        return CameraImage(rebuilt(image.samples, *maps), image.window, image.extent)


def rebuilt(samples: Any, ratios: Any, white: Any) -> Any:
    """Balanced samples whose full planes are raised; NumPy or JAX, planes last.

    Args:
        samples: of the image.
        ratios: of the planes in the surroundings' light, at each pixel.
        white: of each plane at each pixel.
    """
    xp = namespace(samples)
    planes = range(samples.shape[-1])
    x = [samples[..., plane] for plane in planes]
    full = [_fullness(xp, x[plane] / white[..., plane]) for plane in planes]
    weight = [1 - (1 - WEIGHT_OF_FULL) * full[plane] for plane in planes]
    light = [weight[plane] * (x[plane] / ratios[..., plane]) for plane in planes]
    raised = []
    for plane in planes:
        others = [other for other in planes if other != plane]
        expected = sum(light[other] for other in others) / sum(weight[other] for other in others)
        missing = xp.maximum(expected * ratios[..., plane] - x[plane], 0)
        raised.append(x[plane] + full[plane] * missing)
    brightest, most, mean, all_full = white[..., 0], x[0] / ratios[..., 0], ratios[..., 0], full[0]
    for plane in planes[1:]:
        brightest = xp.maximum(brightest, white[..., plane])
        most = xp.maximum(most, x[plane] / ratios[..., plane])
        mean = mean + ratios[..., plane]
        all_full = all_full * full[plane]
    # Where all are full there was as much light as any of them lets conclude.
    grey = xp.maximum(brightest, most * mean * (1 / len(planes)))
    return xp.stack([one + all_full * (grey - one) for one in raised], axis=-1)


def _fullness(xp: Any, share: Any) -> Any:
    """0 up to `LOW` of white and 1 from `HIGH`, by a smooth step."""
    t = xp.clip((share - LOW) * (1 / (HIGH - LOW)), 0, 1)
    return t * t * (3 - 2 * t)


def surroundings(
    overview: Overview, gains: Float32[np.ndarray, " planes"]
) -> Float32[np.ndarray, "rows columns planes"]:
    """What each plane has of the light around, in each cell.

    A cell counts by how few of its pixels are full and by how bright it is, for what is just not full is
    most like what is; where it counts little, the colour flows in from cells around, near before far.

    Args:
        overview: of the frame.
        gains: of white balance.
    """
    light = np.log(np.maximum(overview.samples * gains, 1e-4))
    colour = light - light.mean(axis=2, keepdims=True)
    level = (overview.samples / overview.white).max(axis=2).clip(0, 1)
    weight = (1 - overview.full / _SPOILT).clip(0, 1) * level**_BRIGHT
    spread = pulled_and_pushed(colour, weight)
    return np.asarray(np.exp(spread.clip(-STRONGEST, STRONGEST)), np.float32)


def pulled_and_pushed(
    values: Float32[np.ndarray, "rows columns planes"], weights: Float32[np.ndarray, "rows columns"]
) -> Float32[np.ndarray, "rows columns planes"]:
    """Values mixed, by how much their weight lacks of 1, with the weighted means of ever wider surroundings.

    Source: Gortler et al. 1996, section 3.4.
    """
    rows, columns = weights.shape
    if rows == columns == 1:
        return values
    padded = ((0, rows % 2), (0, columns % 2), (0, 0))
    sums = _pairs(np.pad(values * weights[..., None], padded))
    total = _pairs(np.pad(weights[..., None], padded))
    means = sums / np.maximum(total, np.float32(1e-12))
    wider = _doubled(pulled_and_pushed(means, np.minimum(total[..., 0], 1)))[:rows, :columns]
    own = np.minimum(weights, 1)[..., None]
    return np.asarray(values * own + wider * (1 - own))


def _pairs(cells: Float32[np.ndarray, "h w p"]) -> Float32[np.ndarray, "h2 w2 p"]:
    """Sums of 2 x 2 cells."""
    rows = cells[::2] + cells[1::2]
    return np.asarray(rows[:, ::2] + rows[:, 1::2])


def _doubled(cells: Float32[np.ndarray, "h w p"]) -> Float32[np.ndarray, "h2 w2 p"]:
    """Twice the rows and columns, interpolated bilinearly; the outermost go on."""
    for axis in (0, 1):
        first = np.take(cells, [0], axis)
        last = np.take(cells, [-1], axis)
        before = np.concatenate([first, np.delete(cells, -1, axis)], axis)
        after = np.concatenate([np.delete(cells, 0, axis), last], axis)
        near = cells * np.float32(0.75)
        both = np.stack([near + before * np.float32(0.25), near + after * np.float32(0.25)], axis + 1)
        shape = list(cells.shape)
        shape[axis] *= 2
        cells = both.reshape(shape)
    return np.asarray(cells)


def enlarged(
    cells: Float32[np.ndarray, "rows columns planes"], cell: float, window: Window
) -> Float32[np.ndarray, "h w planes"]:
    """The map at the pixels of a window, interpolated bilinearly; beyond the outermost centres these go on.

    Args:
        cells: the map, whose first cell begins at the image's corner.
        cell: side of a cell in pixels.
        window: of the image.
    """
    top, below, v = between_cells(np.arange(window.top, window.bottom), cell, cells.shape[0])
    left, right, u = between_cells(np.arange(window.left, window.right), cell, cells.shape[1])
    lines = cells[top] + (cells[below] - cells[top]) * v[:, None, None]
    start = lines[:, left]
    return np.asarray(start + (lines[:, right] - start) * u[:, None])


def between_cells(pixels: np.ndarray, cell: float, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Index of the cell before each pixel, of the cell after it, and the share of the latter."""
    place = np.clip((pixels + 0.5) / cell - 0.5, 0, count - 1)
    before = place.astype(np.int64)
    return before, np.minimum(before + 1, count - 1), (place - before).astype(np.float32)
