"""Codes: the whole numbers that a file holds, made a few rows at a time so that no copy of a picture is."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Integer
from numpy.typing import NDArray

from lichtbild.core.errors import BadInput
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture

ROWS: Final = 64
"""Rows of a block: some megabytes of a wide picture."""


def coded(picture: Picture | CodedPicture, bits: int) -> Integer[np.ndarray, "h w planes"]:
    """The whole picture in codes of 8 to 16 bits, C-contiguous; a picture coded so already is not copied.

    Raises:
        BadInput: the picture holds samples that are no finite numbers.
    """
    if isinstance(picture, CodedPicture) and picture.bits == bits:
        return np.ascontiguousarray(picture.samples)
    found = np.empty(picture.samples.shape, np.uint8 if bits == 8 else np.uint16)
    for block, rows in zip(coded_rows(picture, bits), _blocks(picture), strict=True):
        found[rows] = block
    return found


def coded_rows(picture: Picture | CodedPicture, bits: int) -> Iterator[Integer[np.ndarray, "h w planes"]]:
    """The picture's codes in blocks of `ROWS` rows, from the top.

    Raises:
        BadInput: the picture holds samples that are no finite numbers.
    """
    for rows in _blocks(picture):
        block = np.asarray(picture.samples[rows])
        if isinstance(picture, CodedPicture):
            yield np.ascontiguousarray(_rescaled(block, picture.top, bits))
        else:
            yield codes(_finite(block), bits)


def float_rows(picture: Picture | CodedPicture) -> Iterator[Float[np.ndarray, "h w planes"]]:
    """The picture's samples as floats, 1 where a code is full, in blocks of `ROWS` rows, from the top.

    Raises:
        BadInput: the picture holds samples that are no finite numbers.
    """
    for rows in _blocks(picture):
        block = np.asarray(picture.samples[rows], np.float32)
        if isinstance(picture, CodedPicture):
            yield block / np.float32(picture.top)
        else:
            yield np.ascontiguousarray(_finite(block))


def codes(samples: Any, bits: int) -> Any:
    """Whole codes of 8 to 16 bits for samples from 0 to 1: cut, scaled and rounded half up."""
    top = (1 << bits) - 1
    scaled = np.clip(np.asarray(samples, np.float32), 0, 1) * np.float32(top) + np.float32(0.5)
    return scaled.astype(np.uint8 if bits == 8 else np.uint16)


def _rescaled(block: NDArray[Any], top: int, bits: int) -> NDArray[Any]:
    """Codes up to ``top`` as codes of so many bits, rounded half up."""
    wanted = (1 << bits) - 1
    if wanted == top:
        return block
    scaled = (block.astype(np.uint32) * wanted + top // 2) // top
    return scaled.astype(np.uint8 if bits == 8 else np.uint16)


def _blocks(picture: Picture | CodedPicture) -> list[slice]:
    return [slice(top, top + ROWS) for top in range(0, picture.samples.shape[0], ROWS)]


def _finite(block: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(block).all():
        raise BadInput("the picture holds samples that are no finite numbers")
    return block
