"""JPEG: 8-bit pictures with EXIF, thumbnail and ICC profile.

Colour keeps its full resolution at a quality of `FULL_COLOUR` and more; below it is halved, which at the
same size of file leaves more to what the eye sees. So it is when a file must be small: full colour is given
up before the quality falls below that mark.

Source: ITU-T T.81 annex B (markers); EXIF 2.32 clause 4.7 (APP1); ICC.1:2010 annex B.4 (APP2).
"""

import struct
from collections.abc import Callable
from typing import Any, Final

import imagecodecs
import numpy as np
from jaxtyping import UInt8

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io import exif
from lichtbild.io.formats.codes import coded
from lichtbild.io.formats.fit import best_fitting
from lichtbild.io.formats.thumbnail import thumbnail_jpeg

FULL_COLOUR: Final = 80
"""Lowest quality at which colour keeps its resolution."""
MOST_PIXELS_A_SIDE: Final = 65500
"""What the encoder takes, a little below the format's 65535."""

_MOST_PAYLOAD: Final = 65533
_START, _APP0, _APP1, _APP2 = b"\xff\xd8", 0xFFE0, 0xFFE1, 0xFFE2


def encoded(picture: Picture | CodedPicture, quality: int, max_bytes: int | None = None) -> bytes:
    """Bytes of a JPEG.

    Args:
        picture: whole and upright.
        quality: 1 to 100, on the scale of the Independent JPEG Group.
        max_bytes: the largest file; the quality goes down until it fits.

    Raises:
        BadInput: a side is too long, or no quality fits.
    """
    codes = coded(picture, 8)
    head = segments(picture, codes)
    return fitted(codes, lambda stream: assembled(stream, head), quality, max_bytes)


def fitted(
    codes: UInt8[np.ndarray, "h w 3"],
    file: Callable[[bytes], bytes],
    quality: int,
    max_bytes: int | None,
) -> bytes:
    """The best file that has at most ``max_bytes`` bytes.

    Args:
        codes: the picture.
        file: makes a file of a bare stream.
        quality: the best that is wanted, 1 to 100.
        max_bytes: None takes the quality that is wanted, whatever the size.

    Raises:
        BadInput: a side is too long, or no quality fits.
    """
    full = quality >= FULL_COLOUR
    if max_bytes is None:
        return file(scan(codes, quality, full))

    def made(full: bool) -> Callable[[int], bytes]:
        return lambda chosen: file(scan(codes, chosen, full, optimise=True))

    if full and len(made(True)(FULL_COLOUR)) <= max_bytes:
        return best_fitting(made(True), quality, max_bytes)
    return best_fitting(made(False), quality, max_bytes)


def scan(
    codes: UInt8[np.ndarray, "h w 3"], quality: int, full: bool = True, *, optimise: bool = False
) -> bytes:
    """A bare JPEG stream of RGB codes.

    Args:
        codes: the picture.
        quality: 1 to 100.
        full: whether colour keeps its full resolution.
        optimise: whether Huffman tables are fitted to the picture: some 4 % smaller at thrice the time.

    Raises:
        BadInput: a side is too long.
    """
    if max(codes.shape[:2]) > MOST_PIXELS_A_SIDE:
        raise BadInput(
            f"a JPEG has at most {MOST_PIXELS_A_SIDE} pixels a side, not {max(codes.shape[:2])}; "
            "write PNG or TIFF"
        )
    subsampling = "444" if full else "420"
    return bytes(imagecodecs.jpeg8_encode(codes, quality, subsampling=subsampling, optimize=optimise))


def segments(picture: Picture | CodedPicture, codes: UInt8[np.ndarray, "h w 3"]) -> bytes:
    """The segments of EXIF, with a thumbnail, and of the ICC profile."""
    block = exif_block(picture, thumbnail_jpeg(codes))
    return segment(_APP1, b"Exif\0\0" + block) + icc_segments(icc.profile(picture.space.value))


def exif_block(picture: Picture | CodedPicture, thumbnail: bytes) -> bytes:
    """The EXIF block; where a segment cannot hold it, first the thumbnail is left out, then long texts."""
    metadata, most = picture.metadata, _MOST_PAYLOAD - 6
    block = exif.encode(metadata, picture.extent, picture.space, thumbnail=thumbnail)
    if len(block) <= most:
        return block
    block = exif.encode(metadata, picture.extent, picture.space)
    while len(block) > most:
        metadata = exif.without_longest(metadata)
        block = exif.encode(metadata, picture.extent, picture.space)
    return block


def icc_segments(profile: bytes) -> bytes:
    """The segments of an ICC profile, in as many parts as it needs."""
    label = b"ICC_PROFILE\0"
    size = _MOST_PAYLOAD - len(label) - 2
    parts = [profile[start : start + size] for start in range(0, len(profile), size)]
    return b"".join(
        segment(_APP2, label + bytes((index, len(parts))) + part) for index, part in enumerate(parts, 1)
    )


def segment(marker: int, payload: bytes) -> bytes:
    """Bytes of a marker segment.

    Raises:
        ValueError: the payload is longer than a segment can be.
    """
    if len(payload) > _MOST_PAYLOAD:
        raise ValueError(f"a segment holds {_MOST_PAYLOAD} bytes, not {len(payload)}")
    return struct.pack(">HH", marker, len(payload) + 2) + payload


def assembled(stream: bytes, head: bytes) -> bytes:
    """The stream with these segments in the place of its own first one, which says only that it is JFIF."""
    body: Any = memoryview(stream)[2:]
    if struct.unpack(">H", body[:2]) == (_APP0,):
        body = body[2 + struct.unpack(">H", body[2:4])[0] :]
    return b"".join((_START, head, body))
