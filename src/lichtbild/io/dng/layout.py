"""How the samples of an image lie in a file: size, type, coding, and the places of its strips or tiles.

Everything is checked here, before a sample is decoded or an array is made.

Source: TIFF 6.0 sections 8, 14 and 15; DNG 1.7.1 chapter 3 and tags SubTileBlockSize, RowInterleaveFactor and
ColumnInterleaveFactor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from lichtbild.core.window import Window
from lichtbild.io.dng.container import Directory
from lichtbild.io.dng.tags import Compression, Tag

MOST_PIXELS: Final = 1 << 30
"""One gigapixel: larger images are refused."""
MOST_PLANES: Final = 8
_FREE: Final = 1 << 22
"""Samples that need no bytes to vouch for them: a coder can make a flat picture as small as it likes."""
_SAMPLES_PER_BYTE: Final = {
    Compression.NONE: 1,
    Compression.JPEG: 1024,
    Compression.LOSSY_JPEG: 1024,
    Compression.DEFLATE: 1032,
    Compression.OLD_DEFLATE: 1032,
    Compression.JPEG_XL: 20_000,
}
"""The most that each coding can make of a byte: a 4:2:0 block of two bits; the limit of deflate; a flat
picture in JPEG XL."""
PREDICTORS: Final = {1: 0, 2: 1, 34892: 2, 34893: 4, 3: 1, 34894: 2, 34895: 4}
"""Pixels back to the one that a predictor starts from."""
FLOATING: Final = (3, 34894, 34895)


@dataclass(frozen=True)
class Layout:
    """How the samples of an image lie in a file.

    Attributes:
        height: rows of the image.
        width: columns of the image.
        planes: samples of a pixel.
        bits: bits of a sample.
        floating: whether samples are floating-point numbers.
        order: "<" or ">", order of the bytes of a sample.
        compression: how tiles are coded.
        predictor: TIFF's Predictor.
        tile: rows and columns of a tile; a strip is a tile as wide as the image.
        tiled: whether tiles are whole at the image's borders, as strips are not.
        planar: whether every plane has tiles of its own.
        interleave: fields into which rows and columns are sorted.
        block: rows and columns of the blocks into which the pixels of a tile are sorted.
        places: offset and length in bytes of each tile.
    """

    height: int
    width: int
    planes: int
    bits: int
    floating: bool
    order: str
    compression: Compression
    predictor: int
    tile: tuple[int, int]
    tiled: bool
    planar: bool
    interleave: tuple[int, int]
    block: tuple[int, int]
    places: tuple[tuple[int, int], ...]

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The smallest type that holds a sample."""
        kinds = {16: "f2", 24: "f4", 32: "f4"} if self.floating else {8: "u1", 16: "u2", 32: "u4"}
        return np.dtype(kinds[next(size for size in kinds if size >= self.bits)])

    def tiles(self) -> Iterator[tuple[int, Window, int, int]]:
        """Each tile in the file's order: index, the part of the image in it, first plane, planes."""
        per_tile = 1 if self.planar else self.planes
        height, width = self.tile
        index = 0
        for plane in range(0, self.planes, per_tile):
            for top in range(0, self.height, height):
                for left in range(0, self.width, width):
                    bottom, right = min(top + height, self.height), min(left + width, self.width)
                    yield index, Window(top, left, bottom, right), plane, per_tile
                    index += 1


def read_layout(directory: Directory) -> Layout:
    """How the samples of an image directory lie.

    Raises:
        BadFile: the description contradicts itself or the file's length, or is of an unknown kind.
    """
    source = directory.source
    height, width = directory.integer(Tag.ImageLength, 0), directory.integer(Tag.ImageWidth, 0)
    if height < 1 or width < 1:
        source.refuse(f"has an image of {width} x {height} pixels; both sides need at least one")
    if height * width > MOST_PIXELS:
        source.refuse(
            f"claims an image of {width} x {height} pixels; at most {MOST_PIXELS} (one gigapixel) are read"
        )
    planes = directory.integer(Tag.SamplesPerPixel, 1)
    if not 1 <= planes <= MOST_PLANES:
        source.refuse(f"has {planes} samples in a pixel; 1 to {MOST_PLANES} are read")
    bits, floating = _type(directory, planes)
    compression, predictor = _coding(directory, bits, floating)
    tile, tiled = _tile(directory, height, width)
    layout = Layout(
        height=height,
        width=width,
        planes=planes,
        bits=bits,
        floating=floating,
        order=directory.dialect.order,
        compression=compression,
        predictor=predictor,
        tile=tile,
        tiled=tiled,
        planar=directory.integer(Tag.PlanarConfiguration, 1) == 2 and planes > 1,
        interleave=_interleave(directory, height, width),
        block=_block(directory, tile),
        places=_places(directory, tiled),
    )
    _check(directory, layout)
    return layout


def _type(directory: Directory, planes: int) -> tuple[int, bool]:
    """Bits of a sample, and whether it is a floating-point number."""
    depths = set(directory.integers(Tag.BitsPerSample, (1,)))
    formats = set(directory.integers(Tag.SampleFormat, (1,)))
    if len(depths) != 1 or len(formats) != 1:
        directory.source.refuse(f"its planes have different types: {sorted(depths)} bits; one is needed")
    bits, kind = depths.pop(), formats.pop()
    if kind not in (1, 3, 4):
        directory.source.refuse(f"has samples of format {kind}; raw files have 1 (unsigned) or 3 (floating)")
    if (kind == 3 and bits not in (16, 24, 32)) or not 8 <= bits <= 32:
        directory.source.refuse(
            f"has samples of {bits} bits; 8 to 32 are read, and 16, 24 or 32 for floating-point numbers"
        )
    return bits, kind == 3


def _coding(directory: Directory, bits: int, floating: bool) -> tuple[Compression, int]:
    """Compression and predictor."""
    code = directory.integer(Tag.Compression, 1)
    if code not in set(Compression):
        directory.source.refuse(
            f"is compressed with method {code}; a DNG has 1, 7, 8, 32946, 34892 or 52546, so convert it again"
        )
    compression = Compression(code)
    predictor = directory.integer(Tag.Predictor, 1)
    if compression not in (Compression.DEFLATE, Compression.OLD_DEFLATE):
        return compression, 1
    if predictor not in PREDICTORS:
        directory.source.refuse(f"uses predictor {predictor}; {sorted(PREDICTORS)} are known")
    if predictor != 1 and ((predictor in FLOATING) != floating or (not floating and bits not in (8, 16, 32))):
        directory.source.refuse(f"uses predictor {predictor} on samples of {bits} bits that it does not fit")
    return compression, predictor


def _tile(directory: Directory, height: int, width: int) -> tuple[tuple[int, int], bool]:
    """Rows and columns of a tile or strip, and whether it is a tile."""
    if Tag.TileOffsets not in directory:
        rows = min(height, directory.integer(Tag.RowsPerStrip, height))
        tile, tiled = (rows, width), False
    else:
        tile, tiled = (directory.integer(Tag.TileLength, 0), directory.integer(Tag.TileWidth, 0)), True
    if min(tile) < 1 or tile[0] * tile[1] > MOST_PIXELS:
        directory.source.refuse(
            f"has tiles of {tile[1]} x {tile[0]} pixels; 1 to {MOST_PIXELS} pixels are read"
        )
    return tile, tiled


def _interleave(directory: Directory, height: int, width: int) -> tuple[int, int]:
    rows = directory.integer(Tag.RowInterleaveFactor, 1)
    columns = directory.integer(Tag.ColumnInterleaveFactor, 1)
    if not (1 <= rows <= height and 1 <= columns <= width):
        directory.source.refuse(f"interleaves {rows} rows and {columns} columns of {width} x {height} pixels")
    return rows, columns


def _block(directory: Directory, tile: tuple[int, int]) -> tuple[int, int]:
    block = directory.integers(Tag.SubTileBlockSize, (1, 1))
    if len(block) != 2 or min(block) < 1 or tile[0] % block[0] or tile[1] % block[1]:
        directory.source.refuse(f"has blocks of {block} in tiles of {tile} rows and columns, where none fit")
    return block[0], block[1]


def _places(directory: Directory, tiled: bool) -> tuple[tuple[int, int], ...]:
    """Offset and length of each strip or tile, all inside the file."""
    tags = (Tag.TileOffsets, Tag.TileByteCounts) if tiled else (Tag.StripOffsets, Tag.StripByteCounts)
    if not all(tag in directory for tag in tags):
        directory.source.refuse(f"does not say where its pixels lie ({tags[0].name} or {tags[1].name})")
    offsets, counts = directory.array(tags[0]), directory.array(tags[1])
    if len(offsets) != len(counts):
        directory.source.refuse(f"has {len(offsets)} places but {len(counts)} lengths of strips or tiles")
    outside = (offsets < 0) | (counts < 1) | (offsets + counts > directory.source.size)
    if outside.any():
        first = int(np.argmax(outside))
        directory.source.refuse(
            f"strip or tile {first} should lie at byte {int(offsets[first])} with {int(counts[first])} "
            f"bytes, but the file has {directory.source.size}; it is truncated or damaged, so copy it again"
        )
    if float(counts.sum(dtype=np.float64)) > directory.source.size:
        directory.source.refuse("its strips or tiles overlap, so they hold less than they claim")
    return tuple(zip(offsets.tolist(), counts.tolist(), strict=True))


def _check(directory: Directory, layout: Layout) -> None:
    """Refuse a description that its own bytes cannot fill."""
    source = directory.source
    across, down = -(-layout.width // layout.tile[1]), -(-layout.height // layout.tile[0])
    wanted = across * down * (layout.planes if layout.planar else 1)
    if len(layout.places) != wanted:
        source.refuse(f"has {len(layout.places)} strips or tiles where its size needs {wanted}")
    if layout.tile[0] * layout.tile[1] > 4 * max(layout.height * layout.width, 1 << 20):
        source.refuse(f"has tiles of {layout.tile} rows and columns, far larger than its image")
    samples = layout.height * layout.width * layout.planes
    total = sum(count for _, count in layout.places)
    if layout.compression == Compression.NONE:
        if total < samples * layout.bits // 8:
            source.refuse(f"has {total} bytes for {samples} samples of {layout.bits} bits; it is truncated")
    elif samples > _FREE + total * _SAMPLES_PER_BYTE[layout.compression]:
        source.refuse(
            f"claims {samples} samples from {total} compressed bytes, more than its compression can give"
        )
