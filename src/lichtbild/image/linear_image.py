"""Linear image: the scene's light as RGB numbers."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.colour import transfer
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.figure.png import block_means, png_bytes
from lichtbild.image.raster import AbstractRaster

PREVIEW_WIDTH: Final = 1024
_REC2020_TO_SRGB: Final = np.linalg.solve(SRGB_TO_XYZ, REC2020_TO_XYZ).astype(np.float32)


def shown(linear: Any) -> bytes:
    """Bytes of a PNG in sRGB of linear Rec.2020 samples, cut to what a display can show."""
    samples = np.asarray(linear, np.float32)
    small = block_means(samples, -(-samples.shape[1] // PREVIEW_WIDTH))
    encoded = transfer.SRGB.encode((small @ _REC2020_TO_SRGB.T).clip(0, 1))
    return png_bytes(encoded.astype(np.float32))


@dataclass(frozen=True, eq=False)
class LinearImage(AbstractRaster):
    """Samples ``[row, column, RGB]`` in linear Rec.2020 with white D65; scene-referred and unbounded.

    A perfect white reflector in the metered light is (1, 1, 1); mid-grey is 0.18.
    """

    def _repr_png_(self) -> bytes:
        """The image as a notebook shows it: encoded for sRGB, highlights cut."""
        return shown(self.samples)
