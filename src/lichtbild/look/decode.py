"""Decode: a finished picture as linear light again."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.encode import CURVES, from_rec2020


@dataclass(frozen=True)
class Decode(LocalStage):
    """The light that a display sends out for a picture: linear Rec.2020, white at 1.

    Attributes:
        space: what the picture's numbers mean.
    """

    differentiable: ClassVar[bool] = True

    space: ColourSpace = ColourSpace.SRGB

    def __call__(self, image: Picture) -> LinearImage:
        """The picture's light."""
        linear = CURVES[self.space].decode(image.samples)
        samples = transformed(linear, np.linalg.inv(from_rec2020(self.space)))
        return LinearImage(samples, image.window, image.extent)
