"""Specimen: a picture on the laboratory's bench, whatever file it came from."""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from jaxtyping import Float

from lichtbild.image.metadata import Metadata
from lichtbild.image.raw_frame import RawFrame


class Origin(Enum):
    """What the light of a specimen was computed from."""

    RAW = "raw"
    """A sensor's codes: linear by the camera, developed with the look ``linear`` and nothing else."""
    PICTURE = "picture"
    """A finished picture: linear by the inverse of its space's transfer curve."""


@dataclass(frozen=True, eq=False)
class Specimen:
    """A picture to be measured.

    Attributes:
        name: of its file.
        sha256: of its file's bytes, 64 hexadecimal digits.
        origin: what the light comes from.
        light: linear sRGB primaries with white D65, float32 ``[row, column, RGB]``; 1 is where the picture
            clips, values below 0 and above 1 are possible.
        raw: the sensor's codes of a raw specimen; None for a picture.
        mosaic: the codes of a mosaic as linear light ``[row, column]`` before white balance, black at 0 and
            white at 1; None for others.
        bits: of a sample in the file; None where that is unknown.
        lossy: the file was compressed with loss, as JPEG and HEIF are.
        metadata: how it was taken.
    """

    name: str
    sha256: str
    origin: Origin
    light: Float[np.ndarray, "row column 3"]
    raw: RawFrame | None = None
    mosaic: Float[np.ndarray, "row column"] | None = None
    bits: int | None = None
    lossy: bool = False
    metadata: Metadata = field(default_factory=Metadata)
