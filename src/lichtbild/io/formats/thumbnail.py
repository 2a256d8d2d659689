"""Thumbnail: a picture in small, for the folders and cameras that show many at a time."""

from typing import Any, Final

import imagecodecs
import numpy as np
import PIL.Image
from jaxtyping import UInt8

SIDE: Final = 160
"""Longer side in pixels (EXIF 2.32 clause 4.5.8 has thumbnails of 160 x 120)."""
_MOST_BLOCK: Final = 257
"""Rows of 8-bit codes whose sum a 16-bit number holds."""


def thumbnail(codes: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "a b 3"]:
    """The picture with at most `SIDE` pixels on its longer side; a smaller one stays as it is.

    Means of blocks leave less than twice as many pixels as are wanted, then a Lanczos filter the wanted ones.
    """
    longer = max(codes.shape[:2])
    if longer <= SIDE:
        return codes
    small = _block_means(codes, min(longer // SIDE, _MOST_BLOCK))
    height, width = codes.shape[:2]
    size = (max(1, round(width * SIDE / longer)), max(1, round(height * SIDE / longer)))
    return np.asarray(PIL.Image.fromarray(small).resize(size, PIL.Image.Resampling.LANCZOS))


def thumbnail_jpeg(codes: UInt8[np.ndarray, "h w 3"]) -> bytes:
    """Bytes of the thumbnail as a JPEG of a few kilobytes."""
    small = np.ascontiguousarray(thumbnail(codes))
    return bytes(imagecodecs.jpeg8_encode(small, 80, subsampling="420", optimize=True))


def _block_means(codes: Any, side: int) -> Any:
    """Means of whole blocks; a picture narrower than a block has one across."""
    height, width, planes = codes.shape
    tall, wide = min(side, height), min(side, width)
    rows, columns = height // tall, width // wide
    lines = codes[: rows * tall].reshape(rows, tall, width * planes).sum(axis=1, dtype=np.uint16)
    lines = lines[:, : columns * wide * planes].reshape(rows, columns, wide, planes)
    total = lines.sum(axis=2, dtype=np.uint32)
    area = np.uint32(tall * wide)
    return ((total + area // 2) // area).astype(np.uint8)
