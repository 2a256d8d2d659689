"""Raster: samples on a pixel grid that know which part of the whole image they are."""

from dataclasses import dataclass, replace
from typing import Any, Self

from lichtbild.core.window import Extent, Window


@dataclass(frozen=True, eq=False)
class AbstractRaster:
    """Samples ``[row, column, plane]`` in ``window`` of an image of size ``extent``.

    Attributes:
        samples: the pixels of the window; a NumPy array, or a JAX array under differentiation.
        window: where they lie in the whole image.
        extent: size of the whole image.
    """

    samples: Any
    window: Window
    extent: Extent

    def __post_init__(self) -> None:
        if tuple(self.samples.shape[:2]) != tuple(self.window.extent) or self.samples.ndim != 3:
            raise ValueError(f"samples of shape {self.samples.shape} do not fill {self.window}")
        if not Window.whole(self.extent).contains(self.window):
            raise ValueError(f"{self.window} does not lie in an image of {self.extent}")

    def crop(self, window: Window) -> Self:
        """The part that lies in ``window``; a view, not a copy."""
        if window == self.window:
            return self
        return replace(self, samples=self.samples[self.window.slices_of(window)], window=window)
