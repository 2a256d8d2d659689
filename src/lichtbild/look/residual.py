"""Residual: a lookup table as the last of a look's colours.

It holds what the look's other numbers do not say: a table that was imported from another program, or what is
left over when a look is learned from pictures. The table is one of encoded sRGB, made for finished pictures,
so that colours are brought into sRGB before it (`lichtbild.look.gamut`). What lies above white, on a display
with headroom, passes by the table and is added again.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look import gamut
from lichtbild.look.encode import from_rec2020
from lichtbild.look.lut import Lut


@dataclass(frozen=True, eq=False)
class Residual(LocalStage):
    """Display light after a table, each pixel by itself.

    Attributes:
        lut: encoded sRGB for encoded sRGB.
        strength: share of the table's change, 0 to 1.5.
    """

    lut: Lut
    strength: float = 1.0

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear; without headroom its colours lie in sRGB."""
        light = np.asarray(image.samples)
        peak = np.maximum(light.max(axis=-1, keepdims=True), 1.0)
        matrix = from_rec2020(ColourSpace.SRGB)
        inside = gamut.constant_hue(light / peak, matrix) * peak
        changed = self._displayed(inside)
        return replace(image, samples=transformed(changed, np.linalg.inv(matrix)).astype(light.dtype))

    def on_picture(self, light: Any) -> Any:
        """The light of a finished picture after the table, linear Rec.2020; what sRGB lacks passes by it."""
        matrix = from_rec2020(ColourSpace.SRGB)
        return transformed(self._displayed(transformed(light, matrix)), np.linalg.inv(matrix))

    def _displayed(self, linear: Any) -> Any:
        """Linear sRGB after the table."""
        inside = np.clip(linear, 0.0, 1.0)
        encoded = SRGB.encode(inside)
        found = self.lut.render(encoded) if encoded.dtype == np.float32 else self.lut(encoded)
        if self.strength != 1:
            found = np.clip(encoded + self.strength * (found - encoded), 0.0, 1.0)
        return SRGB.decode(found) + (linear - inside)
