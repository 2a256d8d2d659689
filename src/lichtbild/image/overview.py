"""Overview: a whole frame's light in cells, small enough to be looked at before any pixel is developed."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from lichtbild.core.window import Extent, Window


@dataclass(frozen=True, eq=False)
class Overview:
    """Mean light of square cells of a frame, in the camera's own planes.

    Stages that must know the whole image (white balance, exposure, highlights, local tone) know it by this:
    a small frozen array, made once before the chain, so that no tile depends on another.

    Attributes:
        samples: mean of each plane in each cell, after lens shading is removed and before white balance; 1 is
            a full sensor where the shading's gain is 1. A plane that no pixel of a cell saw has the mean of
            the cells around.
        full: share of a cell's samples that are as high as the sensor can count, 0 to 1.
        white: what a full sensor reads in each cell, in the units of the samples: 1 where no shading is
            removed, more where a lens shading correction lifts it; 1e6 where samples know no limit.
        cell: side of a cell in pixels; the last cells of a row or column may reach beyond the image.
        extent: size of the developed image in pixels, whose upper left corner is that of the first cell.
    """

    samples: Float32[np.ndarray, "rows columns planes"]
    full: Float32[np.ndarray, "rows columns"]
    white: Float32[np.ndarray, "rows columns planes"]
    cell: int
    extent: Extent

    def __post_init__(self) -> None:
        wanted = (-(-self.extent.height // self.cell), -(-self.extent.width // self.cell))
        if {self.samples.shape[:2], self.white.shape[:2], self.full.shape} != {wanted}:
            raise ValueError(
                f"an image of {self.extent} has {wanted[0]} x {wanted[1]} cells of {self.cell} pixels, "
                f"not {self.samples.shape[0]} x {self.samples.shape[1]}"
            )

    @property
    def window(self) -> Window:
        """The window of an image that has a pixel for each cell."""
        return Window(0, 0, *self.samples.shape[:2])
