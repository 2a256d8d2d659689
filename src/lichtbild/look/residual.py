"""Residual: a lookup table as the last of a look's colours.

It holds what the look's other numbers do not say: a table that was imported from another program, or what is
left over when a look is learned from pictures. The table is one of encoded sRGB. What of a colour lies
outside sRGB, or above white on a display with headroom, passes by the table and is added again.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
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
        """The picture, display-linear."""
        return self.definition(image)

    def definition(self, image: LinearImage) -> LinearImage:
        """The same, for NumPy: linear Rec.2020 to encoded sRGB, the table, and back."""
        matrix = from_rec2020(ColourSpace.SRGB)
        linear = transformed(np.asarray(image.samples), matrix)
        inside = np.clip(linear, 0.0, 1.0)
        changed = SRGB.decode(self._changed(SRGB.encode(inside)))
        samples = transformed(changed + (linear - inside), np.linalg.inv(matrix))
        return replace(image, samples=samples.astype(image.samples.dtype))

    def _changed(self, encoded: Any) -> Any:
        found = self.lut(encoded)
        if self.strength == 1:
            return found
        return np.clip(encoded + self.strength * (found - encoded), 0.0, 1.0)
