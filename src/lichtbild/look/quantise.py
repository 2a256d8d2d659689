"""Quantise: the whole numbers that a file holds."""

from dataclasses import dataclass

import numpy as np

from lichtbild.core.stage import LocalStage
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture


@dataclass(frozen=True)
class Quantise(LocalStage):
    """Codes of a picture: cut to 0 to 1, scaled and rounded half up.

    Attributes:
        bits: of a code, 8 to 16.
    """

    bits: int = 8

    def __call__(self, image: Picture) -> CodedPicture:
        """The coded picture."""
        top = np.float32((1 << self.bits) - 1)
        scaled = np.clip(np.asarray(image.samples, np.float32), 0, 1) * top + np.float32(0.5)
        codes = scaled.astype(np.uint8 if self.bits == 8 else np.uint16)
        return CodedPicture(codes, image.window, image.extent, self.bits, image.space, image.metadata)
