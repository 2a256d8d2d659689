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

PEEK: Final = 13
"""A code and its difference up to this length are looked up at once; longer ones length by length."""
_QUICK: Final = 11
"""The most bits of a difference that is looked up: with its length it fits into 16 bits."""


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
    kinds = sorted(set(frame.tables))  # components that share a table share its place near the processor
    tables = [_lookup(table) for table in kinds]
    quick, long = np.stack([one for one, _ in tables]), np.stack([two for _, two in tables])
    which = np.array([kinds.index(table) for table in frame.tables])
    out = np.empty((frame.height, frame.width * frame.planes), np.uint16)
    rows = frame.restart // frame.width if frame.restart else frame.height
    coded = np.frombuffer(data, np.uint8)[frame.start :]
    parts = _restart_segments(coded, -(-frame.height // rows))
    first = 1 << (frame.precision - frame.shift - 1)
    for index, part in enumerate(parts):
        piece = out[index * rows : (index + 1) * rows]
        if not decode_segment(part, quick, long, which, piece, frame.predictor, first, extra_bits):
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
def _lookup(table: bytes) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """A Huffman table made ready: differences by the next `PEEK` bits; and the codes by length.

    The first array has difference << 4 | bits where a code and its difference fit into these bits, else 0.
    The second has, for each length, the first code above those of that length and what to add to a code to
    find its value, which stands in row 2 by index (T.81 figures C.1 to C.3 and F.16).

    Raises:
        ValueError: there are more codes of a length than fit, or a value beyond 16.
    """
    counts, values = table[:16], table[16:]
    if len(values) > 256 or any(value > 16 for value in values):
        raise ValueError("has a Huffman table with a difference of more than 16 bits")
    quick, long = np.zeros(1 << PEEK, np.int16), np.zeros((3, 256), np.int32)
    code = index = 0
    for length, count in enumerate(counts, 1):
        if code + count > 1 << length:
            raise ValueError("has a Huffman table with too many codes")
        long[0, length], long[1, length] = code + count, index - code
        for value in values[index : index + count]:
            if length + value <= PEEK and value <= _QUICK:
                rest = PEEK - length - value
                found = _differences(value) << 4 | length + value
                first = code << (PEEK - length)
                quick[first : first + (len(found) << rest)] = np.repeat(found, 1 << rest)
            long[2, index] = value
            code, index = code + 1, index + 1
        code <<= 1
    return quick, long


def _differences(value: int) -> NDArray[np.int64]:
    """The differences of a value, in the order of the bits that follow its code (T.81 table H.2)."""
    bits = np.arange(1 << value)
    return np.where(bits < (1 << value) >> 1, bits - ((1 << value) - 1), bits)


def _restart_segments(coded: NDArray[np.uint8], count: int) -> list[NDArray[np.uint8]]:
    """The entropy-coded bytes between markers, zeros stuffed after 0xFF included."""
    flags = np.flatnonzero(coded[:-1] == 0xFF)
    kinds = coded[flags + 1]
    marks = (kinds != 0) & (kinds != 0xFF)
    flags, kinds = flags[marks], kinds[marks]
    ends = np.flatnonzero((kinds < 0xD0) | (kinds > 0xD7))
    last = int(flags[ends[0]]) if len(ends) else len(coded)
    restarts = flags[: ends[0]] if len(ends) else flags
    if len(restarts) + 1 < count:
        raise ValueError(f"has {len(restarts) + 1} restart segments where {count} are needed")
    starts = [0, *(int(place) + 2 for place in restarts)]
    stops = [*(int(place) for place in restarts), last]
    return [coded[start:stop] for start, stop in list(zip(starts, stops, strict=True))[:count]]


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
def slow_difference(window: np.int64, bits: np.int64, table: NDArray[np.int32], extra_bits: bool) -> np.int64:
    """Difference << 8 | bits spent, for codes of any length; 0 bits when there is none (T.81 figure F.16)."""
    for length in range(1, 17):
        code = (window >> (bits - length)) & ((1 << length) - 1)
        if code < table[0, length]:
            index = code + table[1, length]
            if not 0 <= index < 256:
                return np.int64(0)
            value = np.int64(table[2, index])
            if value == 0:
                return np.int64(length)
            if value == 16 and not extra_bits:
                return np.int64(32768 << 8 | length)
            difference = (window >> (bits - length - value)) & ((1 << value) - 1)
            if difference < (1 << (value - 1)):
                difference -= (1 << value) - 1
            return np.int64(difference << 8 | (length + value))
    return np.int64(0)


@kernel
def decode_segment(  # noqa: C901, PLR0913
    coded: NDArray[np.uint8],
    quick: NDArray[np.int16],
    long: NDArray[np.int32],
    which: NDArray[np.int64],
    out: NDArray[np.uint16],
    predictor: int,
    first: int,
    extra_bits: bool,
) -> bool:
    """Whether the rows of ``out`` could be decoded from the bytes up to the next restart.

    Args:
        coded: bytes with a zero stuffed after each 0xFF.
        quick: by table and the next bits: difference and length of a short code (see `_lookup`).
        long: by table: limits, offsets and values of the codes, likewise.
        which: the table of each component.
        out: rows of interleaved samples, to be filled.
        predictor: 1 to 7.
        first: prediction of the first sample.
        extra_bits: whether 16 bits follow a value of 16.
    """
    # One function, because everything here must stay in registers.
    size, planes, place = len(coded), len(which), 0
    window, bits = np.int64(0), np.int64(0)
    for row in range(out.shape[0]):
        here, over = out[row], out[max(row - 1, 0)]
        from_left = row == 0 or predictor == 1
        for start in range(0, out.shape[1], planes):
            for plane in range(planes):
                if bits < 32:  # a code and its difference need at most that; what leaves at the top is spent
                    word = np.int64(0)
                    if place + 4 <= size:
                        word = np.int64(coded[place]) << 24 | np.int64(coded[place + 1]) << 16
                        word |= np.int64(coded[place + 2]) << 8 | np.int64(coded[place + 3])
                    if place + 4 <= size and (word & 0x80808080 & (~word - 0x01010101)) == 0:
                        place += 4
                    else:  # the end is near, or one of the bytes is 0xFF, after which a zero is left out
                        word = np.int64(0)
                        for _ in range(4):
                            byte = np.int64(coded[place]) if place < size else np.int64(0)
                            word = word << 8 | byte
                            place += 2 if byte == 0xFF and place + 1 < size and coded[place + 1] == 0 else 1
                    window = window << 32 | word
                    bits += 32
                table = which[plane]
                entry = np.int64(quick[table, (window >> (bits - PEEK)) & ((1 << PEEK) - 1)])
                spent, difference = entry & 15, entry >> 4
                if entry == 0:
                    entry = slow_difference(window, bits, long[table], extra_bits)
                    spent, difference = entry & 255, entry >> 8
                    if spent == 0:
                        return False
                bits -= spent
                column = start + plane
                if start > 0:
                    guess = np.int64(here[column - planes])
                    if not from_left:
                        above, corner = np.int64(over[column]), np.int64(over[column - planes])
                        guess = predicted(predictor, guess, above, corner)
                else:
                    guess = np.int64(over[column]) if row > 0 else np.int64(first)
                here[column] = (guess + difference) & 0xFFFF
        if 8 * (place - size) > bits:
            return False
    return True
