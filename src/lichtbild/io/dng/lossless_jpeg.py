"""Lossless JPEG: the Huffman-coded differences in which most DNG files keep their mosaics.

A stream is cut at its restart markers into segments that are decoded alone. In each, every sample costs
at least one bit, so a stream that claims more samples than it has bits is refused before decoding.

Source: ITU-T T.81 annex H (lossless mode), annex C and F.2.2 (Huffman codes); DNG 1.7.1, Compression.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lichtbild.io.dng.stream_size import LOSSLESS, segments
from lichtbild.numerics.kernel import kernel

PEEK: Final = 12
"""Codes up to this length are looked up at once; longer ones length by length."""


@dataclass(frozen=True)
class Frame:
    """The header of a lossless JPEG stream.

    Attributes:
        height: rows.
        width: columns.
        planes: components, interleaved sample by sample.
        precision: bits of a sample.
        predictor: 1 to 7 (table H.1).
        shift: point transform: low bits that were dropped.
        restart: columns times rows between restart markers; 0 for none.
        tables: the 16 counts and the values of each component's Huffman table.
        start: where the coded data begin.
    """

    height: int
    width: int
    planes: int
    precision: int
    predictor: int
    shift: int
    restart: int
    tables: tuple[bytes, ...]
    start: int


def decode(data: bytes, *, most: int, extra_bits: bool = False) -> NDArray[np.uint16]:
    """The samples ``[row, column, component]`` of a lossless JPEG stream.

    Args:
        data: the stream.
        most: samples that the caller can use; a stream that claims more is refused.
        extra_bits: whether a difference of 2^15 is followed by 16 bits, as a defect of the software
            that wrote the first DNG files had it (DNG 1.0).

    Raises:
        ValueError: the stream is damaged, ends too early, or is of an unknown kind.
    """
    frame = read_frame(data)
    samples = frame.height * frame.width * frame.planes
    if samples > most:
        raise ValueError(f"claims {samples} samples where {most} are wanted")
    if samples > 8 * (len(data) - frame.start):
        raise ValueError(f"claims {samples} samples but has only {len(data) - frame.start} bytes")
    tables = [_lookup(table) for table in frame.tables]
    short, long = np.stack([one for one, _ in tables]), np.stack([two for _, two in tables])
    out = np.empty((frame.height, frame.width * frame.planes), np.uint16)
    rows = frame.restart // frame.width if frame.restart else frame.height
    coded = np.frombuffer(data, np.uint8)[frame.start :]
    parts = _restart_segments(coded, -(-frame.height // rows))
    first = 1 << (frame.precision - frame.shift - 1)
    for index, part in enumerate(parts):
        piece = out[index * rows : (index + 1) * rows]
        if not decode_segment(part, short, long, piece, frame.planes, frame.predictor, first, extra_bits):
            raise ValueError("ends too early or holds a code that its tables do not have")
    if frame.shift:
        out <<= np.uint16(frame.shift)
    return out.reshape(frame.height, frame.width, frame.planes)


def read_frame(data: bytes) -> Frame:
    """The header of a lossless JPEG stream.

    Raises:
        ValueError: the header is damaged, or of a kind that DNG does not use.
    """
    tables: dict[int, bytes] = {}
    size: tuple[int, int, int, int] | None = None
    components, restart = b"", 0
    for marker, first, last in segments(data):
        payload = data[first:last]
        if marker == LOSSLESS:
            size, components = _frame_header(payload)
        elif marker == 0xC4:
            tables |= _tables(payload)
        elif marker == 0xDD and len(payload) >= 2:
            (restart,) = struct.unpack_from(">H", payload)
        elif marker == 0xDA and size is not None:
            chosen, predictor, shift = _scan_header(payload, components, tables)
            precision, height, width, planes = size
            if restart % width:
                raise ValueError("restarts in the middle of a row, which lossless JPEG does not allow")
            if shift >= precision:
                raise ValueError(f"drops {shift} of {precision} bits")
            return Frame(height, width, planes, precision, predictor, shift, restart, chosen, last)
    raise ValueError("has no lossless JPEG frame before its data")


def _frame_header(payload: bytes) -> tuple[tuple[int, int, int, int], bytes]:
    """Precision, height, width and number of components; and the components' names."""
    if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:
        raise ValueError("has a JPEG frame header that ends too early")
    precision, height, width, planes = struct.unpack_from(">BHHB", payload)
    if not (2 <= precision <= 16 and height and width and 1 <= planes <= 4):
        raise ValueError(f"claims {planes} components of {width} x {height} samples with {precision} bits")
    if any(factors != 0x11 for factors in payload[7 : 6 + 3 * planes : 3]):
        raise ValueError("has subsampled components, which DNG does not use")
    return (precision, height, width, planes), payload[6 : 6 + 3 * planes : 3]


def _tables(payload: bytes) -> dict[int, bytes]:
    """The Huffman tables of a segment: 16 counts and the values, by number."""
    found, place = {}, 0
    while place + 17 <= len(payload):
        total = sum(payload[place + 1 : place + 17])
        end = place + 17 + total
        if payload[place] > 3 or end > len(payload):
            raise ValueError("has a damaged Huffman table")
        found[payload[place]] = payload[place + 1 : end]
        place = end
    return found


def _scan_header(
    payload: bytes, components: bytes, tables: dict[int, bytes]
) -> tuple[tuple[bytes, ...], int, int]:
    """The table of each component, the predictor and the point transform."""
    count = len(components)
    if len(payload) < 4 + 2 * count or payload[0] != count:
        raise ValueError("does not hold its components in one scan, as DNG wants it")
    if payload[1 : 1 + 2 * count : 2] != components:
        raise ValueError("has a scan of other components than its frame")
    numbers = [selector >> 4 for selector in payload[2 : 2 + 2 * count : 2]]
    if any(number not in tables for number in numbers):
        raise ValueError("uses a Huffman table that it does not define")
    predictor, shift = payload[1 + 2 * count], payload[3 + 2 * count] & 15
    if not 1 <= predictor <= 7:
        raise ValueError(f"uses predictor {predictor}; lossless JPEG has 1 to 7")
    return tuple(tables[number] for number in numbers), predictor, shift


@lru_cache(maxsize=64)
def _lookup(table: bytes) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """A Huffman table made ready: length << 8 | value by the next `PEEK` bits; and the codes by length.

    The second array has, for each length, the first code above those of that length and what to add to a
    code to find its value, which stands in row 2 by index (T.81 figures C.1 to C.3 and F.16).

    Raises:
        ValueError: there are more codes of a length than fit, or a value beyond 16.
    """
    counts, values = table[:16], table[16:]
    if len(values) > 256 or any(value > 16 for value in values):
        raise ValueError("has a Huffman table with a difference of more than 16 bits")
    short, long = np.zeros(1 << PEEK, np.uint16), np.zeros((3, 256), np.int32)
    code = index = 0
    for length, count in enumerate(counts, 1):
        if code + count > 1 << length:
            raise ValueError("has a Huffman table with too many codes")
        long[0, length], long[1, length] = code + count, index - code
        for value in values[index : index + count]:
            if length <= PEEK:
                step = 1 << (PEEK - length)
                short[code * step : (code + 1) * step] = length << 8 | value
            long[2, index] = value
            code, index = code + 1, index + 1
        code <<= 1
    return short, long


def _restart_segments(coded: NDArray[np.uint8], count: int) -> list[NDArray[np.uint8]]:
    """The entropy-coded bytes between markers, without the zeros stuffed after 0xFF."""
    flags = np.flatnonzero((coded[:-1] == 0xFF) & (coded[1:] != 0) & (coded[1:] != 0xFF))
    kinds = coded[flags + 1]
    ends = np.flatnonzero((kinds < 0xD0) | (kinds > 0xD7))
    last = int(flags[ends[0]]) if len(ends) else len(coded)
    restarts = flags[: ends[0]] if len(ends) else flags
    if len(restarts) + 1 < count:
        raise ValueError(f"has {len(restarts) + 1} restart segments where {count} are needed")
    starts = [0, *(int(place) + 2 for place in restarts)]
    stops = [*(int(place) for place in restarts), last]
    return [_unstuffed(coded[start:stop]) for start, stop in list(zip(starts, stops, strict=True))[:count]]


def _unstuffed(coded: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes without the zeros that are stuffed after 0xFF."""
    keep = np.ones(len(coded), bool)
    np.logical_not((coded[:-1] == 0xFF) & (coded[1:] == 0), out=keep[1:])
    return coded[keep]


@kernel
def predicted(predictor: int, left: np.int64, above: np.int64, corner: np.int64) -> np.int64:
    """The prediction of a sample from its neighbours (T.81 table H.1)."""
    if predictor == 1:
        return left
    if predictor == 2:
        return above
    if predictor == 3:
        return corner
    if predictor == 4:
        return left + above - corner
    if predictor == 5:
        return left + ((above - corner) >> 1)
    if predictor == 6:
        return above + ((left - corner) >> 1)
    return (left + above) >> 1


@kernel
def long_code(window: np.int64, bits: np.int64, table: NDArray[np.int32]) -> int:
    """Length << 8 | value of a code longer than `PEEK` bits; 0 when there is none (T.81 figure F.16)."""
    for length in range(PEEK + 1, 17):
        code = (window >> (bits - length)) & ((1 << length) - 1)
        if code < table[0, length]:
            index = code + table[1, length]
            return length << 8 | table[2, index] if 0 <= index < 256 else 0
    return 0


@kernel
def decode_segment(  # noqa: C901, PLR0913
    coded: NDArray[np.uint8],
    short: NDArray[np.uint16],
    long: NDArray[np.int32],
    out: NDArray[np.uint16],
    planes: int,
    predictor: int,
    first: int,
    extra_bits: bool,
) -> bool:
    """Whether the rows of ``out`` could be decoded from the bytes up to the next restart.

    Args:
        coded: bytes without stuffing.
        short: by component and the next bits: length and value of a short code.
        long: by component: limits, offsets and values of the codes (see `_lookup`).
        out: rows of interleaved samples, to be filled.
        planes: components.
        predictor: 1 to 7.
        first: prediction of the first sample.
        extra_bits: whether 16 bits follow a value of 16.
    """
    # One function, because everything here must stay in registers.
    size, place, bits = len(coded), 0, np.int64(0)
    window = np.int64(0)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            plane = column % planes
            while bits <= 48:  # a code and its difference need at most 32; what leaves at the top is spent
                window = (window << 8) | (np.int64(coded[place]) if place < size else 0)
                place += 1
                bits += 8
            entry = np.int64(short[plane, (window >> (bits - PEEK)) & ((1 << PEEK) - 1)])
            if entry == 0:
                entry = np.int64(long_code(window, bits, long[plane]))
                if entry == 0:
                    return False
            bits -= entry >> 8
            value = entry & 255
            difference = np.int64(0)
            if value == 16 and not extra_bits:
                difference = np.int64(32768)
            elif value > 0:
                bits -= value
                difference = (window >> bits) & ((1 << value) - 1)
                if difference < (1 << (value - 1)):
                    difference -= (1 << value) - 1
            if column >= planes:
                left = np.int64(out[row, column - planes])
                if row == 0:
                    guess = left
                else:
                    above, corner = np.int64(out[row - 1, column]), np.int64(out[row - 1, column - planes])
                    guess = predicted(predictor, left, above, corner)
            else:
                guess = np.int64(out[row - 1, column]) if row > 0 else np.int64(first)
            out[row, column] = (guess + difference) & 0xFFFF
        if 8 * (place - size) > bits:
            return False
    return True
