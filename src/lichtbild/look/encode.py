"""Encode: from display-linear light to the numbers of an output space."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import P3_TO_XYZ, REC2020_TO_PROPHOTO, REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.colour.transfer import HLG, LINEAR, PQ, PROPHOTO, REC709, SRGB, Transfer
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look import gamut
from lichtbild.look.kernels.finish import NO_SHARPENING, finished, gamut_matrices
from lichtbild.look.kernels.transfer import curve_numbers

Gamut = Literal["clip", "constant-hue"]
"""How colours that the output space lacks are brought into it."""

_FROM_REC2020: Final[dict[ColourSpace, Float[np.ndarray, "3 3"]]] = {
    ColourSpace.SRGB: np.linalg.solve(SRGB_TO_XYZ, REC2020_TO_XYZ),
    ColourSpace.DISPLAY_P3: np.linalg.solve(P3_TO_XYZ, REC2020_TO_XYZ),
    ColourSpace.REC2020: np.eye(3),
    ColourSpace.PROPHOTO: REC2020_TO_PROPHOTO,
    ColourSpace.LINEAR_REC2020: np.eye(3),
    ColourSpace.REC2100_PQ: np.eye(3),
    ColourSpace.REC2100_HLG: np.eye(3),
}

CURVES: Final[dict[ColourSpace, Transfer]] = {
    ColourSpace.SRGB: SRGB,
    ColourSpace.DISPLAY_P3: SRGB,
    ColourSpace.REC2020: REC709,
    ColourSpace.PROPHOTO: PROPHOTO,
    ColourSpace.LINEAR_REC2020: LINEAR,
    ColourSpace.REC2100_PQ: PQ,
    ColourSpace.REC2100_HLG: HLG,
}
"""Transfer curve of each output space."""


def from_rec2020(space: ColourSpace) -> Float[np.ndarray, "3 3"]:
    """Matrix from linear Rec.2020 to the space's linear RGB; its rows sum to 1, so white stays white."""
    matrix = _FROM_REC2020[space]
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Encode(LocalStage):
    """A picture in an output space, from display-linear light.

    The linear space is passed unbounded; every other holds light from 0 to its peak, which is 1, the white of
    paper, or for displays with headroom 2^headroom.

    Attributes:
        space: the output space.
        gamut: "clip" cuts each plane; "constant-hue" keeps hue and lightness in Oklab and gives up chroma.
        metadata: what the picture is to say about how it was taken.
    """

    differentiable: ClassVar[bool] = True

    space: ColourSpace = ColourSpace.SRGB
    gamut: Gamut = "constant-hue"
    metadata: Metadata = field(default_factory=Metadata)

    def __call__(self, image: LinearImage) -> Picture:
        """The encoded picture."""
        is_kernel = isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32
        if not is_kernel or self.space is ColourSpace.LINEAR_REC2020:
            return self.definition(image)
        encoded = finished(image.samples, NO_SHARPENING, self.matrices(), self.curve(), bits=None)
        return Picture(encoded, image.window, image.extent, self.space, self.metadata)

    def definition(self, image: LinearImage) -> Picture:
        """The same in one readable text, for NumPy and JAX; gradients follow the gamut's border."""
        linear = image.samples
        if self.space is not ColourSpace.LINEAR_REC2020:
            matrix = from_rec2020(self.space)
            dimmed = linear / self.peak
            linear = self.peak * (
                gamut.clipped(transformed(dimmed, matrix))
                if self.gamut == "clip"
                else gamut.kneed(dimmed, matrix)
            )
        encoded = CURVES[self.space].encode(linear)
        return Picture(encoded, image.window, image.extent, self.space, self.metadata)

    @property
    def peak(self) -> float:
        """The brightest light of the space, where the white of paper is 1."""
        return float(2.0**self.space.headroom_ev)

    def matrices(self) -> Any:
        """What the kernel needs to bring colours into the space."""
        keeps_hue = self.gamut == "constant-hue"
        return gamut_matrices(from_rec2020(self.space), keeps_hue=keeps_hue, peak=self.peak)

    def curve(self) -> Any:
        """What the kernel needs of the transfer curve."""
        return curve_numbers(CURVES[self.space], self.peak)
