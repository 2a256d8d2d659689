"""Mask: how far each pixel belongs to something."""

from dataclasses import dataclass

import numpy as np

from lichtbild.figure.png import png_bytes
from lichtbild.image.raster import AbstractRaster


@dataclass(frozen=True, eq=False)
class Mask(AbstractRaster):
    """Samples ``[row, column, 1]``, float32, from 0, not at all, to 1, wholly."""

    def _repr_png_(self) -> bytes:
        """The mask as a notebook shows it: white where it is 1."""
        return png_bytes(np.asarray(self.samples))
