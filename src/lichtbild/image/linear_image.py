"""Linear image: the scene's light as RGB numbers."""

from dataclasses import dataclass

from lichtbild.image.raster import AbstractRaster
from lichtbild.image.view import scene_png


@dataclass(frozen=True, eq=False)
class LinearImage(AbstractRaster):
    """Samples ``[row, column, RGB]`` in linear Rec.2020 with white D65; scene-referred and unbounded.

    A perfect white reflector in the metered light is (1, 1, 1); mid-grey is 0.18.
    """

    def _repr_png_(self) -> bytes:
        """The image as a notebook shows it: encoded for sRGB, highlights cut."""
        return scene_png(self.samples)
