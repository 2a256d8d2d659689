"""Coded picture: what is shown, in the whole numbers that a file holds."""

from dataclasses import dataclass, field

import numpy as np

from lichtbild.figure.png import block_means, png_bytes
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace, png_chunk
from lichtbild.image.raster import AbstractRaster
from lichtbild.image.view import PREVIEW_WIDTH


@dataclass(frozen=True, eq=False)
class CodedPicture(AbstractRaster):
    """Codes ``[row, column, RGB]`` from 0 to 2^bits - 1: a quarter of the memory of a `Picture`'s floats.

    Attributes:
        samples: uint8 codes for 8 bits, uint16 codes for 9 to 16.
        bits: of a code.
        space: what the numbers mean; not the linear space, which has no limits.
        metadata: how the picture was taken.
    """

    bits: int = 8
    space: ColourSpace = ColourSpace.SRGB
    metadata: Metadata = field(default_factory=Metadata)

    def __post_init__(self) -> None:
        super().__post_init__()
        wanted = np.uint8 if self.bits == 8 else np.uint16
        if not 8 <= self.bits <= 16 or self.samples.dtype != wanted:
            raise ValueError(
                f"codes of 8 to 16 bits are uint8 or uint16, not {self.bits} in {self.samples.dtype}"
            )
        if self.space is ColourSpace.LINEAR_REC2020:
            raise ValueError("linear light has no limits, so that whole codes cannot hold it; use a Picture")

    @property
    def top(self) -> int:
        """The code of full white."""
        return (1 << self.bits) - 1

    def _repr_png_(self) -> bytes:
        """The picture as a notebook shows it, with the profile that says what its numbers mean."""
        small = block_means(np.asarray(self.samples), -(-self.samples.shape[1] // PREVIEW_WIDTH))
        return png_bytes(small.astype(np.float32) / np.float32(self.top), meaning=png_chunk(self.space))
