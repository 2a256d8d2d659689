"""Decode: a finished picture as linear light again."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float

from lichtbild.colour.transfer import TransferCurve
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.kernels.decode import decoded


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
        light = light_in(image, self.space, np.linalg.inv(from_rec2020(self.space)))
        return LinearImage(light, image.window, image.extent)

    def definition(self, image: Picture) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        linear = CURVES[self.space].decode(image.samples)
        samples = transformed(linear, np.linalg.inv(from_rec2020(self.space)))
        return LinearImage(samples, image.window, image.extent)


def light_in(image: Picture, space: ColourSpace, matrix: Float[np.ndarray, "3 3"]) -> Any:
    """A picture's light, white at 1, in any primaries.

    Args:
        image: encoded.
        space: what its numbers mean.
        matrix: from the space's linear RGB to what is wanted.
    """
    curve, samples = CURVES[space], image.samples
    is_kernel = isinstance(samples, np.ndarray) and samples.dtype == np.float32
    if is_kernel and isinstance(curve, TransferCurve) and curve.threshold:
        return decoded(samples, curve, matrix)
    return transformed(curve.decode(samples), matrix)
