"""Fit gamut: display light kept inside the primaries of a space, at constant hue, up to a peak.

The brighter rendition of an Ultra HDR picture is stored as gains on the planes of the common one. What lies
outside their primaries would be cut there plane by plane, which turns hues.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look import gamut
from lichtbild.look.encode import from_rec2020
from lichtbild.look.kernels.finish import NO_CURVE, NO_SHARPENING, finished, gamut_matrices


@dataclass(frozen=True)
class FitGamut(LocalStage):
    """Display-linear Rec.2020 whose colours another space has too.

    Attributes:
        space: which.
        headroom: stops by which the brightest light lies above the white of paper.
    """

    differentiable: ClassVar[bool] = True

    space: ColourSpace = ColourSpace.SRGB
    headroom: float = 0.0

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture's light, each plane of the space 0 to 2^headroom."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        to_space, peak = from_rec2020(self.space), 2.0**self.headroom
        matrices = gamut_matrices(to_space, keeps_hue=True, peak=peak)
        planes = finished(image.samples, NO_SHARPENING, matrices, NO_CURVE, bits=None)
        back = (peak * np.linalg.inv(to_space)).astype(np.float32)
        return replace(image, samples=transformed(planes, back))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        to_space, peak = from_rec2020(self.space), 2.0**self.headroom
        planes = gamut.kneed(image.samples / peak, to_space)
        return replace(image, samples=transformed(planes, peak * np.linalg.inv(to_space)))
