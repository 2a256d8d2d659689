"""Finish: sharpening, grain, encoding and whole codes in one pass over the pixels."""

from dataclasses import dataclass, field

import numpy as np

from lichtbild.core.stage import LocalStage
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.encode import Encode
from lichtbild.look.grain import Grain
from lichtbild.look.kernels.finish import NO_SHARPENING, finished
from lichtbild.look.kernels.grain import NO_GRAIN
from lichtbild.look.quantise import Quantise
from lichtbild.look.sharpen import Sharpen


@dataclass(frozen=True)
class Finish(LocalStage):
    """Stages that follow each other, fused.

    Attributes:
        sharpen: the first; None leaves it out.
        encode: the third; its space is not the linear one.
        quantise: the fourth.
        grain: the second; None leaves it out.
    """

    sharpen: Sharpen | None = None
    encode: Encode = field(default_factory=Encode)
    quantise: Quantise = field(default_factory=Quantise)
    grain: Grain | None = None

    @property
    def halo(self) -> int:
        """That of sharpening."""
        return 0 if self.sharpen is None else self.sharpen.halo

    def __call__(self, image: LinearImage) -> CodedPicture:
        """The coded picture."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        sharpening = NO_SHARPENING if self.sharpen is None else self.sharpen.numbers()
        grain = NO_GRAIN if self.grain is None else self.grain.numbers(image.window, image.extent)
        matrices, curve, bits = self.encode.matrices(), self.encode.curve(), self.quantise.bits
        codes = finished(image.samples, sharpening, matrices, curve, bits, grain=grain)
        return CodedPicture(codes, image.window, image.extent, bits, self.encode.space, self.encode.metadata)

    def definition(self, image: LinearImage) -> CodedPicture:
        """The stages' definitions, one after another."""
        if self.sharpen is not None:
            image = self.sharpen.definition(image)
        if self.grain is not None:
            image = self.grain.definition(image)
        return self.quantise(self.encode.definition(image))
