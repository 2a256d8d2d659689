"""Resize: the picture with fewer pixels, or more, for a screen, a page or a print.

Done in linear light, where the mean of a fine pattern of black and white is the grey that it looks from
afar. The filter is Lanczos's of three lobes, as wide as the larger pixels, so that no detail too fine for
them turns into a false pattern::

    w(x) = sinc(x / s) sinc(x / 3s),  |x| < 3s,  s = max(1, pixels before / pixels after)

Weights are made to sum to 1 for each pixel; beyond the border there is nothing.

Source: C. E. Duchon, "Lanczos filtering in one and two dimensions", J. Applied Meteorology 18 (1979).
"""

from dataclasses import dataclass
from math import floor
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Int64

from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.resize import resample
from lichtbild.image.linear_image import LinearImage

LOBES: Final = 3
MOST: Final = 65535
"""Longest side that can be asked for; more fits into hardly any file format."""


@dataclass(frozen=True)
class Resize(ResampleStage):
    """The picture with a given number of pixels on its longer side.

    Attributes:
        long_edge: pixels of the longer side, 1 to `MOST`; the other follows, rounded to whole pixels.
        enlarge: whether a picture that has fewer is made larger; else it stays as it is.
    """

    long_edge: int
    enlarge: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.long_edge <= MOST:
            raise BadInput(f"the longer side can have 1 to {MOST} pixels, not {self.long_edge}")

    def extent(self, extent: Extent) -> Extent:
        """Size of the result."""
        longer = max(extent)
        if longer == 0 or longer == self.long_edge or (longer < self.long_edge and not self.enlarge):
            return extent
        return Extent(*(max(1, floor(side * self.long_edge / longer + 0.5)) for side in extent))

    def source(self, window: Window, extent: Extent) -> Window:
        """The pixels under the filters of the window's."""
        size = self.extent(extent)
        if size == extent:
            return window
        top, bottom = _span(window.top, window.bottom, extent.height, size.height)
        left, right = _span(window.left, window.right, extent.width, size.width)
        return Window(top, left, bottom, right)

    def render(self, image: LinearImage, window: Window) -> LinearImage:
        """The result in a window."""
        size = self.extent(image.extent)
        source = image.crop(self.source(window, image.extent))
        if size == image.extent:
            return source
        samples = resampled(source.samples, source.window, window, image.extent, size)
        return LinearImage(samples, window, size)


def resampled(
    samples: Float[np.ndarray, "h w plane"], held: Window, window: Window, before: Extent, after: Extent
) -> Float32[np.ndarray, "row column plane"]:
    """A window of an image that gets another size, by Lanczos's filter along both sides.

    Args:
        samples: planes of the part of the image that is held.
        held: where they lie.
        window: of the result.
        before: the image's size.
        after: that of the whole result.
    """
    rows = Taps.of(window.top, window.bottom, before.height, after.height)
    columns = Taps.of(window.left, window.right, before.width, after.width)
    made = np.empty((*window.extent, samples.shape[2]), np.float32)
    resample(
        np.ascontiguousarray(samples, np.float32),
        (rows.first - held.top, rows.count, rows.weight),
        (columns.first - held.left, columns.count, columns.weight),
        made,
    )
    return made


@dataclass(frozen=True, eq=False)
class Taps:
    """Which pixels along one side make each pixel of the result, and how much of each.

    Attributes:
        first: the first pixel of each.
        count: how many of them.
        weight: shares ``[pixel, tap]``, which sum to 1; zero beyond the count.
    """

    first: Int64[np.ndarray, " n"]
    count: Int64[np.ndarray, " n"]
    weight: Float32[np.ndarray, "n taps"]

    @staticmethod
    def of(start: int, stop: int, before: int, after: int) -> "Taps":
        """Those of the pixels from ``start`` to ``stop`` of ``after``, made of ``before`` pixels."""
        step = before / after
        scale = max(1.0, step)
        centre = (np.arange(start, stop) + 0.5) * step
        first = np.floor(centre - LOBES * scale + 0.5).astype(np.int64).clip(0, before - 1)
        last = np.floor(centre + LOBES * scale + 0.5).astype(np.int64).clip(1, before)
        count = last - first
        tap = np.arange(int(count.max(initial=0)))
        distance = (first[:, None] + tap + 0.5 - centre[:, None]) / scale
        weight = np.sinc(distance) * np.sinc(distance / LOBES) * (abs(distance) < LOBES)
        weight *= tap < count[:, None]
        weight /= weight.sum(axis=1, keepdims=True)
        return Taps(first, count, weight.astype(np.float32))


def _span(start: int, stop: int, before: int, after: int) -> tuple[int, int]:
    """The first pixel needed, and the one after the last."""
    if start == stop:
        return 0, 0
    ends = [Taps.of(at, at + 1, before, after) for at in (start, stop - 1)]
    return int(ends[0].first[0]), int(ends[1].first[0] + ends[1].count[0])
