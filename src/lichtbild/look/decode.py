"""Decode: a finished picture as linear light again."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lichtbild.core.array import namespace
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
        to_rec2020 = np.linalg.inv(from_rec2020(self.space)).T
        samples = linear @ namespace(linear).asarray(to_rec2020, dtype=linear.dtype)
        return LinearImage(samples, image.window, image.extent)
