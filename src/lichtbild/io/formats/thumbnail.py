"""Thumbnail: a picture in small, for the folders and cameras that show many at a time."""

from typing import Final

import imagecodecs
import numpy as np
from jaxtyping import UInt8

SIDE: Final = 160
"""Longer side in pixels (EXIF 2.32 clause 4.5.8 has thumbnails of 160 x 120)."""
_MOST_IN_SHORT: Final = 257
"""8-bit codes whose sum a 16-bit number holds."""


def thumbnail(codes: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "a b 3"]:
    """The picture with at most `SIDE` pixels on its longer side, each the mean of the pixels that it covers.

    A pixel is covered by one of the thumbnail's only, so that these cover one more here and there. A picture
    that is small already stays as it is.
    """
    longer = max(codes.shape[:2])
    if longer <= SIDE:
        return codes
    sides = [max(1, round(side * SIDE / longer)) for side in codes.shape[:2]]
    tops, lefts = (
        np.arange(after + 1) * before // after for before, after in zip(codes.shape, sides, strict=False)
    )
    dtype = np.uint16 if np.diff(tops).max() <= _MOST_IN_SHORT else np.uint32
    lines = np.empty((sides[0], *codes.shape[1:]), dtype)
    for line, top, bottom in zip(lines, tops, tops[1:], strict=False):
        np.add.reduce(codes[top:bottom], axis=0, dtype=dtype, out=line)
    total = np.add.reduceat(lines, lefts[:-1], axis=1, dtype=np.uint32)
    area = np.outer(np.diff(tops), np.diff(lefts))[..., None].astype(np.uint32)
    return np.asarray(((total + area // 2) // area).astype(np.uint8))


def thumbnail_jpeg(codes: UInt8[np.ndarray, "h w 3"]) -> bytes:
    """Bytes of the thumbnail as a JPEG of a few kilobytes."""
    small = np.ascontiguousarray(thumbnail(codes))
    return bytes(imagecodecs.jpeg8_encode(small, 80, subsampling="420", optimize=True))
