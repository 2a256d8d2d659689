"""Picture: what is shown."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np

from lichtbild.colour import icc
from lichtbild.figure.png import cicp_chunk, icc_chunk, png_bytes
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
    REC2100_PQ = "rec2100-pq"
    """Rec.2020 primaries with the curve of PQ, for displays with headroom: white is 203 cd/m²."""
    REC2100_HLG = "rec2100-hlg"
    """The same with the curve of HLG, for a nominal display of 1000 cd/m²."""

    @property
    def headroom_ev(self) -> float:
        """Stops by which the brightest light of a picture in it lies above the white of paper."""
        return HEADROOM_EV if self in HDR_SPACES else 0.0


HEADROOM_EV: Final = 2.3
"""Headroom that pictures are made for: a display of 1000 cd/m² whose white is at 203.

log2(1000 / 203) = 2.30. Source: ITU-R BT.2408-8, clause 2.1, HDR Reference White."""

HDR_SPACES: Final = {ColourSpace.REC2100_PQ: (9, 16), ColourSpace.REC2100_HLG: (9, 18)}
"""Spaces of displays with headroom, with primaries and transfer curve in the codes of ITU-T H.273; no ICC
profile of our version can say what these are."""


def png_chunk(space: ColourSpace) -> bytes:
    """Bytes of the PNG chunk that says what the numbers of a picture in this space mean."""
    if space in HDR_SPACES:
        return cicp_chunk(*HDR_SPACES[space])
    return icc_chunk(icc.profile(space.value))


@dataclass(frozen=True, eq=False)
class Picture(AbstractRaster):
    """Samples ``[row, column, RGB]`` as a display takes them, 0 to 1 but in the linear space.

    Attributes:
        space: what the numbers mean.
        metadata: how the picture was taken.
        bits: of a sample in the file that it was read from, 8 or 16; None where that is unknown.
    """

    space: ColourSpace = ColourSpace.SRGB
    metadata: Metadata = field(default_factory=Metadata)
    bits: int | None = None

    def _repr_png_(self) -> bytes:
        """The picture as a notebook shows it, with the profile that says what its numbers mean."""
        if self.space is ColourSpace.LINEAR_REC2020:
            return scene_png(self.samples)
        return png_bytes(np.asarray(self.samples), meaning=png_chunk(self.space))
