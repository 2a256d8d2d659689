"""Picture: what is shown."""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from lichtbild.colour import icc
from lichtbild.figure.png import png_bytes
from lichtbild.image.metadata import Metadata
from lichtbild.image.raster import AbstractRaster
from lichtbild.image.view import scene_png


class ColourSpace(Enum):
    """Primaries and transfer curve of a picture; all have white D65 but ProPhoto, which has D50."""

    SRGB = "srgb"
    DISPLAY_P3 = "display-p3"
    REC2020 = "rec2020"
    """Rec.2020 primaries with the Rec.709 curve."""
    PROPHOTO = "prophoto"
    LINEAR_REC2020 = "linear-rec2020"
    """Linear and unbounded: for EXR, where no curve and no limit is wanted."""


@dataclass(frozen=True, eq=False)
class Picture(AbstractRaster):
    """Samples ``[row, column, RGB]`` as a display takes them, 0 to 1 but in the linear space.

    Attributes:
        space: what the numbers mean.
        metadata: how the picture was taken.
    """

    space: ColourSpace = ColourSpace.SRGB
    metadata: Metadata = field(default_factory=Metadata)

    def _repr_png_(self) -> bytes:
        """The picture as a notebook shows it, with the profile that says what its numbers mean."""
        if self.space is ColourSpace.LINEAR_REC2020:
            return scene_png(self.samples)
        return png_bytes(np.asarray(self.samples), profile=icc.profile(self.space.value))
