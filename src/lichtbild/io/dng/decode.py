"""From strips and tiles to one array of samples, in the file's own type.

Each tile is decoded alone and put into its place, several at a time, so that beside the array itself only
a few tiles are in memory. The size that a coded stream claims is compared with its tile for all tiles
before the array is made.

Source: DNG 1.7.1 chapter 3, Compression; tags SubTileBlockSize, RowInterleaveFactor, ColumnInterleaveFactor.
"""

import os
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Window
from lichtbild.io.dng import lossless_jpeg, packing, stream_size
from lichtbild.io.dng.container import Source
from lichtbild.io.dng.layout import FLOATING, PREDICTORS, Layout
from lichtbild.io.dng.tags import Compression

_HEAD: Final = 1 << 16
"""Bytes of a stream in which its header is looked for."""
_TAIL: Final = 64
"""Bytes at the end of a JPEG stream in which its end marker, maybe padded, is looked for."""
_CHUNK: Final = 1 << 23
"""Bytes of uncompressed samples that are read at a time."""


@dataclass(frozen=True)
class Piece:
    """A tile, or some rows of an uncompressed one.

    Attributes:
        window: the part of the stored image that it fills.
        first: its first plane.
        shape: rows, columns and planes of its coded samples, which may go beyond the image.
        offset: place in the file.
        count: length in bytes.
        label: what errors call it.
    """

    window: Window
    first: int
    shape: tuple[int, int, int]
    offset: int
    count: int
    label: str


def read_samples(
    source: Source, layout: Layout, *, threads: int | None = None, extra_bits: bool = False
) -> NDArray[Any]:
    """The samples ``[row, column, plane]`` of an image.

    Args:
        source: the file.
        layout: how its samples lie.
        threads: tiles that are decoded at a time; as many as there are processors by default.
        extra_bits: see `lossless_jpeg.decode`.

    Raises:
        BadFile: a tile is damaged, truncated, or larger than it may be.
    """
    pieces = list(_pieces(source, layout))
    for piece in pieces:
        _check(source, layout, piece)
    out = np.empty((layout.height, layout.width, layout.planes), layout.dtype)

    def decode(piece: Piece) -> None:
        samples = _decoded(source, layout, piece, extra_bits)
        if layout.floating and not np.isfinite(samples).all():
            source.refuse(f"{piece.label} holds samples that are not finite numbers; the file is damaged")
        _place(samples, piece, layout, out)

    with ThreadPoolExecutor(threads or min(8, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(decode, piece) for piece in pieces]
        try:
            for future in futures:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return out


def _pieces(source: Source, layout: Layout) -> Iterator[Piece]:
    """Every tile in the file's order; large uncompressed ones in several pieces."""
    height, width = layout.tile
    for index, window, first, planes in layout.tiles():
        offset, count = layout.places[index]
        label = f"{'tile' if layout.tiled else 'strip'} {index}"
        rows = height if layout.tiled else window.height
        if layout.compression != Compression.NONE or layout.block != (1, 1):
            yield Piece(window, first, (rows, width, planes), offset, count, label)
            continue
        size = packing.row_bytes(width * planes, layout.bits)
        if size * window.height > count:
            source.refuse(
                f"{label} has {count} bytes where {size * window.height} are needed; it is truncated"
            )
        step = max(1, _CHUNK // size)
        for row in range(0, window.height, step):
            part = Window(
                window.top + row, window.left, min(window.top + row + step, window.bottom), window.right
            )
            yield Piece(
                part, first, (part.height, width, planes), offset + row * size, part.height * size, label
            )


def _check(source: Source, layout: Layout, piece: Piece) -> None:
    """Refuse a piece whose coded stream claims another size than the piece has."""
    if layout.compression not in (Compression.JPEG, Compression.LOSSY_JPEG, Compression.JPEG_XL):
        return
    head = source.read(piece.offset, min(piece.count, _HEAD), piece.label)
    try:
        if layout.compression == Compression.JPEG_XL:
            claim = stream_size.jpeg_xl(head)
        else:
            claim = stream_size.jpeg(head)
    except ValueError as error:
        _damaged(source, piece, error)
    if claim.process == stream_size.LOSSLESS:
        if not _fits_lossless(claim, piece):
            source.refuse(f"{piece.label} {_sizes(claim, piece)}; the file is damaged")
        return
    if claim.process and (claim.process not in stream_size.BASELINE or layout.dtype != np.uint8):
        source.refuse(
            f"{piece.label} is a JPEG stream of process {claim.process - 0xC0} for samples of {layout.bits} "
            "bits; raw files have lossless JPEG, or baseline JPEG for 8 bits"
        )
    enough = claim.height >= piece.window.height and claim.width >= piece.window.width
    within = claim.height <= piece.shape[0] and claim.width <= piece.shape[1]
    if not (enough and within and claim.planes in (0, piece.shape[2])):
        source.refuse(f"{piece.label} {_sizes(claim, piece)}; the file is damaged")


def _sizes(claim: stream_size.Claim, piece: Piece) -> str:
    rows, columns, planes = piece.shape
    kind = f" of {claim.planes} components" if claim.planes else ""
    return (
        f"claims {claim.width} x {claim.height} pixels{kind} where {columns} x {rows} of {planes} are wanted"
    )


def _fits_lossless(claim: stream_size.Claim, piece: Piece) -> bool:
    """Whether a lossless JPEG stream holds the piece's samples, maybe in rows of another length.

    "Only the total sample counts need to match" (DNG 1.7.1, Compression); a last strip may also be padded
    with rows.
    """
    rows, columns, planes = piece.shape
    row = claim.width * claim.planes
    if claim.height * row == rows * columns * planes:
        return True
    return row == columns * planes and rows <= claim.height <= 2 * rows + 64


def _decoded(source: Source, layout: Layout, piece: Piece, extra_bits: bool) -> NDArray[Any]:
    """The samples of a piece, in its shape or smaller, in the image's type."""
    data = source.read(piece.offset, piece.count, piece.label)
    try:
        match layout.compression:
            case Compression.NONE:
                samples = _plain(data, layout, piece)
            case Compression.DEFLATE | Compression.OLD_DEFLATE:
                samples = _inflated(data, layout, piece)
            case Compression.JPEG_XL:
                samples = _jpeg_xl(data, layout)
            case _:
                samples = _jpeg(data, piece, extra_bits)
    except BadFile:
        raise
    except (ValueError, RuntimeError, zlib.error, MemoryError) as error:
        _damaged(source, piece, error)
    if samples.ndim == 2:
        samples = samples[:, :, None]
    rows, columns, planes = samples.shape
    if rows < piece.window.height or columns < piece.window.width or planes != piece.shape[2]:
        source.refuse(f"{piece.label} decodes to {columns} x {rows} pixels of {planes} planes; it is damaged")
    return _unblocked(samples, layout.block)


def _damaged(source: Source, piece: Piece, error: Exception) -> NoReturn:
    reason = " ".join(str(error).split())[:120]
    if type(error) is not ValueError:  # a codec's own words
        reason = f"cannot be decoded ({reason or type(error).__name__})"
    source.refuse(f"{piece.label} is damaged: it {reason}; copy the file again")


def _plain(data: bytes, layout: Layout, piece: Piece) -> NDArray[Any]:
    """Uncompressed samples."""
    rows, columns, planes = piece.shape
    shape = (rows, columns * planes)
    if len(data) < rows * packing.row_bytes(shape[1], layout.bits):
        raise ValueError(f"has {len(data)} bytes, too few for {rows} rows")
    read = packing.floats if layout.floating else packing.unpack
    return read(data, shape, layout.bits, layout.order).reshape(piece.shape)


def _inflated(data: bytes, layout: Layout, piece: Piece) -> NDArray[Any]:
    """Samples that were compressed with deflate, with or without a predictor."""
    rows, columns, planes = piece.shape
    size = rows * packing.row_bytes(columns * planes, layout.bits)
    plain = zlib.decompressobj().decompress(data, size)
    if len(plain) < size:
        raise ValueError(f"inflates to {len(plain)} bytes where {size} are wanted")
    if layout.predictor == 1:
        return _plain(plain, layout, piece)
    shape, step = (rows, columns * planes), planes * PREDICTORS[layout.predictor]
    if layout.predictor in FLOATING:
        return packing.undo_floating_point(plain, shape, layout.bits, step).reshape(piece.shape)
    differences = packing.unpack(plain, shape, layout.bits, layout.order)
    return packing.undo_differences(differences, step).reshape(piece.shape)


def _jpeg(data: bytes, piece: Piece, extra_bits: bool) -> NDArray[Any]:
    """Samples of a lossless or a baseline JPEG stream."""
    if stream_size.jpeg(data).process != stream_size.LOSSLESS:
        if b"\xff\xd9" not in data[-_TAIL:]:
            raise ValueError("ends too early")  # libjpeg would fill the rest with grey
        return np.asarray(imagecodecs.jpeg8_decode(data))
    rows, columns, planes = piece.shape
    samples = lossless_jpeg.decode(
        data, most=2 * rows * columns * planes + 64 * columns * planes, extra_bits=extra_bits
    )
    return samples.reshape(-1)[: rows * columns * planes].reshape(piece.shape)


def _jpeg_xl(data: bytes, layout: Layout) -> NDArray[Any]:
    """Samples of a JPEG XL stream, in the image's type and range.

    A stream may have fewer bits than the image; its largest code is then the image's, as Adobe's SDK has it.
    """
    samples = np.asarray(imagecodecs.jpegxl_decode(data, numthreads=1, keeporientation=True))
    if (samples.dtype.kind == "f") != layout.floating or samples.dtype.itemsize > 4:
        raise ValueError(f"decodes to {samples.dtype} where {layout.dtype} is wanted")
    if not layout.floating and samples.dtype.itemsize > layout.dtype.itemsize:
        raise ValueError(f"decodes to {samples.dtype} where {layout.dtype} is wanted")
    claimed = stream_size.jpeg_xl(data).bits
    if not layout.floating and 0 < claimed < layout.bits:
        scale = ((1 << layout.bits) - 1) / ((1 << claimed) - 1)
        return np.rint(samples * scale).astype(layout.dtype)
    with np.errstate(over="ignore"):  # what overflows is not finite, and is refused for that
        return samples.astype(layout.dtype, copy=False)


def _unblocked(samples: NDArray[Any], block: tuple[int, int]) -> NDArray[Any]:
    """A tile whose pixels were sorted into blocks, in the order of its rows."""
    if block == (1, 1):
        return samples
    (rows, columns, planes), (high, wide) = samples.shape, block
    grouped = samples.reshape(rows // high, columns // wide, high, wide, planes)
    return grouped.transpose(0, 2, 1, 3, 4).reshape(rows, columns, planes)


def _place(samples: NDArray[Any], piece: Piece, layout: Layout, out: NDArray[Any]) -> None:
    """Put a piece where it belongs, undoing the interleaving of rows and columns."""
    window, planes = piece.window, slice(piece.first, piece.first + piece.shape[2])
    rows = _fields(window.top, window.bottom, layout.height, layout.interleave[0])
    columns = list(_fields(window.left, window.right, layout.width, layout.interleave[1]))
    for row_from, row_to in rows:
        for column_from, column_to in columns:
            out[row_to, column_to, planes] = samples[row_from, column_from]


def _fields(first: int, last: int, size: int, factor: int) -> Iterator[tuple[slice, slice]]:
    """Where the stored rows ``first`` to ``last`` go: slices of the piece and of the image, by field.

    Field k holds rows k, k + factor, ... of the image, one field stored after the other.
    """
    start = 0
    for field in range(factor):
        length = -(-(size - field) // factor)
        low, high = max(first, start), min(last, start + length)
        if low < high:
            top = field + (low - start) * factor
            yield slice(low - first, high - first), slice(top, top + (high - low - 1) * factor + 1, factor)
        start += length
