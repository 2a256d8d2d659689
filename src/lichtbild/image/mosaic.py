"""Mosaic: linear sensor samples, one colour at each pixel."""

from dataclasses import dataclass

from lichtbild.image.cfa import Cfa
from lichtbild.image.raster import AbstractRaster
from lichtbild.image.view import sensor_png


@dataclass(frozen=True, eq=False)
class Mosaic(AbstractRaster):
    """Samples where 0 is black and 1 is a full sensor; negative values are noise around black.

    Attributes:
        samples: float ``[row, column, plane]``; one plane under a colour filter array, else all planes.
        cfa: colour of each pixel, beginning at the whole image's corner; None where every pixel has
            every plane.
    """

    cfa: Cfa | None

    def _repr_png_(self) -> bytes:
        """The samples as a notebook shows them: in grey, or in the sensor's own colours."""
        return sensor_png(self.samples)
