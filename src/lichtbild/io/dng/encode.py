"""From samples to coded tiles, or to strips where nothing is compressed, without loss.

Source: DNG 1.7.1 chapter 3, Compression (deflate is for floating-point numbers and 32 bits) and Predictor;
RowInterleaveFactor and ColumnInterleaveFactor.
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.cfa import Cfa
from lichtbild.io.dng import lossless_jpeg_encode
from lichtbild.io.dng.structure import LONG, SHORT, Field, numbers
from lichtbild.io.dng.tags import Compression, Tag

TILE: Final = 512
"""Side of the tiles of a large image, in pixels."""
STRIP: Final = 128
"""Rows of a strip: uncompressed tiles would carry what lies beyond the border."""
_CODES: Final = {
    "none": Compression.NONE,
    "ljpeg": Compression.JPEG,
    "deflate": Compression.DEFLATE,
    "jxl": Compression.JPEG_XL,
}
_TYPES: Final = {
    "none": ("uint8", "uint16", "uint32", "float16", "float32"),
    "deflate": ("uint32", "float16", "float32"),
    "ljpeg": ("uint8", "uint16"),
    "jxl": ("uint8", "uint16", "float16"),
}


def coded_tiles(samples: Any, cfa: Cfa | None, method: str) -> tuple[Iterator[bytes], dict[int, Field]]:
    """The tiles or strips of an image in order, each coded when it is asked for, and the fields that say how.

    Args:
        samples: ``[row, column, plane]``; an array, or what makes its parts when it is sliced.
        cfa: colour of each pixel; pixels of one colour are predicted from one another.
        method: "none", "ljpeg", "deflate" or "jxl".

    Raises:
        BadInput: the method cannot hold samples of this type or this many planes.
    """
    planes = samples.shape[2]
    if samples.dtype.name not in _TYPES[method]:
        raise BadInput(f"{method} holds {', '.join(_TYPES[method])}, not {samples.dtype}; use 'none'")
    if method == "jxl" and planes not in (1, 3):
        raise BadInput(f"jxl holds 1 or 3 planes, not {planes}; use 'none'")
    if method == "ljpeg" and planes > 4:
        raise BadInput(f"ljpeg holds at most 4 planes, not {planes}; use 'none'")
    step = 2 if cfa is not None else 1
    fields = _fields(samples, method)
    if method == "jxl" and cfa is not None:
        samples = _sorted(samples, cfa.extent)
        fields[Tag.RowInterleaveFactor] = numbers(SHORT, [cfa.extent.height])
        fields[Tag.ColumnInterleaveFactor] = numbers(SHORT, [cfa.extent.width])
    if method == "deflate":
        fields[Tag.Predictor] = numbers(SHORT, [_predictor(samples, step)])
    parts = _strips(samples) if method == "none" else _tiles(samples)
    return (_coded(part, method, step) for part in parts), fields


def _fields(samples: Any, method: str) -> dict[int, Field]:
    height, width, planes = samples.shape
    kind = 3 if samples.dtype.kind == "f" else 1
    if method == "none":
        sides: dict[int, Field] = {Tag.RowsPerStrip: numbers(LONG, [STRIP])}
    else:
        sides = {
            Tag.TileLength: numbers(LONG, [_side(height)]),
            Tag.TileWidth: numbers(LONG, [_side(width)]),
        }
    return {
        Tag.ImageLength: numbers(LONG, [height]),
        Tag.ImageWidth: numbers(LONG, [width]),
        Tag.SamplesPerPixel: numbers(SHORT, [planes]),
        Tag.BitsPerSample: numbers(SHORT, [8 * samples.dtype.itemsize] * planes),
        Tag.SampleFormat: numbers(SHORT, [kind] * planes),
        Tag.PlanarConfiguration: numbers(SHORT, [1]),
        Tag.Compression: numbers(SHORT, [_CODES[method]]),
        **sides,
    }


def _sorted(samples: NDArray[Any], factor: Extent) -> NDArray[Any]:
    """Rows and columns sorted into fields, so that each holds one colour."""
    height, width = samples.shape[:2]
    rows = np.concatenate([np.arange(field, height, factor.height) for field in range(factor.height)])
    columns = np.concatenate([np.arange(field, width, factor.width) for field in range(factor.width)])
    found: NDArray[Any] = samples[rows[:, None], columns]
    return found


def _strips(samples: Any) -> Iterator[NDArray[Any]]:
    """Whole rows, some at a time."""
    for top in range(0, samples.shape[0], STRIP):
        yield samples[top : top + STRIP]


def _tiles(samples: Any) -> Iterator[NDArray[Any]]:
    """Whole tiles; beyond the border the last pixels are repeated."""
    height, width, _ = samples.shape
    rows, columns = _side(height), _side(width)
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            tile = samples[top : min(top + rows, height), left : min(left + columns, width)]
            missing = (rows - tile.shape[0], columns - tile.shape[1])
            yield np.pad(tile, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge")


def _side(length: int) -> int:
    """Side of the tiles along an image's side: a multiple of 16 (TIFF 6.0, section 15), at least that.

    LibRaw begins a new row of the tile where the image ends, so that a tile wider than the image is read
    askew: a small image has one tile of its own size, or two along a side that is no multiple of 16.
    """
    if length >= TILE:
        return TILE
    return length if length and length % 16 == 0 else 16 * max(1, -(-length // 32))


def _predictor(samples: Any, step: int) -> int:
    if samples.dtype.kind == "f":
        return 3 if step == 1 else 34894
    return 2 if step == 1 else 34892


def _coded(tile: NDArray[Any], method: str, step: int) -> bytes:
    match method:
        case "none":
            return tile.astype(tile.dtype.newbyteorder("<")).tobytes()
        case "ljpeg":
            # A mosaic's columns are two components, so that green is not predicted from red.
            rows, columns, planes = tile.shape
            shaped = tile.reshape(rows, columns // step, planes * step)
            return lossless_jpeg_encode.encode(shaped, bits=8 * tile.dtype.itemsize)
        case "jxl":
            image = tile[:, :, 0] if tile.shape[2] == 1 else tile
            return bytes(imagecodecs.jpegxl_encode(np.ascontiguousarray(image), lossless=True))
        case _:
            return zlib.compress(_differenced(tile, step), 6)


def _differenced(tile: NDArray[Any], step: int) -> bytes:
    """Bytes of differences, horizontal for whole numbers, by sorted bytes for floating-point ones."""
    rows, columns, planes = tile.shape
    shaped = tile.reshape(rows, columns * planes)
    if tile.dtype.kind == "f":
        parts = (
            shaped.astype(tile.dtype.newbyteorder(">")).view(np.uint8).reshape(rows, -1, tile.dtype.itemsize)
        )
        shaped = np.ascontiguousarray(parts.transpose(0, 2, 1)).reshape(rows, -1)
    differences = shaped.copy()
    differences[:, step * planes :] -= shaped[:, : -step * planes]
    return differences.astype(differences.dtype.newbyteorder("<")).tobytes()
