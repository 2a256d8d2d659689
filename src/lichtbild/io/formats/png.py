"""PNG: 8- or 16-bit pictures without loss, with ICC profile or colour codes, and EXIF.

Source: W3C PNG (third edition) clauses 11.3.2.3 (iCCP), 11.3.2.6 (cICP), 11.3.4.3
(pHYs) and 11.3.4.5 (eXIf).
"""

import struct
from typing import Final

import imagecodecs

from lichtbild.core.errors import BadInput
from lichtbild.figure import png
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture, png_chunk
from lichtbild.io import exif
from lichtbild.io.formats.codes import coded

_LEVEL, _AVERAGE_FILTER, _RUNS_ONLY = 3, 64, 3
"""Each byte less the mean of its left and upper neighbours; the low bytes of 16-bit codes are noise, in
which a search for repeated bytes takes five times as long and finds none."""
_MOST_PIXELS_A_SIDE: Final = 1_000_000
"""What the common decoder library accepts unless it is told otherwise."""


def encoded(picture: Picture | CodedPicture, bits: int) -> bytes:
    """Bytes of a PNG of 8 or 16 bits: the encoder's file, with what they mean and EXIF after its header.

    Raises:
        BadInput: a side is too long.
    """
    if max(picture.extent) > _MOST_PIXELS_A_SIDE:
        raise BadInput(
            f"a PNG has at most {_MOST_PIXELS_A_SIDE} pixels a side, not {max(picture.extent)}; write TIFF"
        )
    strategy = _RUNS_ONLY if bits == 16 else None
    codes = coded(picture, bits)
    data = memoryview(imagecodecs.png_encode(codes, level=_LEVEL, filter=_AVERAGE_FILTER, strategy=strategy))
    end_of_header = len(png.SIGNATURE) + 25
    meaning = png_chunk(picture.space)
    tags = png.chunk(b"eXIf", exif.encode(picture.metadata, picture.extent, picture.space))
    size = _physical_size(picture.metadata.dots_per_inch)
    return b"".join((data[:end_of_header], meaning, size, tags, data[end_of_header:]))


def _physical_size(dots_per_inch: float | None) -> bytes:
    """Bytes of the chunk that tells pixels a metre; none where nothing is known."""
    if dots_per_inch is None:
        return b""
    dots = round(dots_per_inch / 0.0254)
    return png.chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1))
