"""Lossless JPEG streams: samples in, bytes out, with the Huffman code that suits them best.

Source: ITU-T T.81 annex H (lossless mode), annexes B and C, K.2 (choosing code lengths).
"""

import heapq
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lichtbild.numerics.kernel import kernel

_RESERVED: Final = -1
"""Takes the code of ones only, which T.81 forbids."""
_CATEGORY: Final = np.array([size.bit_length() for size in range(32769)], np.uint8)
"""Number of bits of a difference, by its magnitude (T.81 table H.2)."""
_MORE: Final = np.array([*range(16), 0])
"""Bits that follow the code of each category; 16 stands for one difference only."""


def encode(samples: NDArray[np.uint16] | NDArray[np.uint8], *, bits: int, predictor: int = 1) -> bytes:
    """A lossless JPEG stream of samples ``[row, column, component]``.

    Args:
        samples: codes below 2^``bits``; components are interleaved.
        bits: precision, 2 to 16.
        predictor: 1 to 7.
    """
    height, width, planes = samples.shape
    differences = _differences(samples.astype(np.int32), bits, predictor).reshape(-1)
    counts = np.zeros(17, np.int64)
    _count(differences, _CATEGORY, counts)
    lengths = _code_lengths(counts)
    header = struct.pack(">HHBHHB", 0xFFC3, 8 + 3 * planes, bits, height, width, planes)
    header += b"".join(bytes((plane, 0x11, 0)) for plane in range(planes))
    scan = struct.pack(">HHB", 0xFFDA, 6 + 2 * planes, planes)
    scan += b"".join(bytes((plane, 0)) for plane in range(planes)) + bytes((predictor, 0, 0))
    data = _coded(differences, counts, lengths)
    return b"".join((b"\xff\xd8", header, _table(lengths), scan, data, b"\xff\xd9"))


def _differences(samples: NDArray[np.int32], bits: int, predictor: int) -> NDArray[np.int32]:
    """Samples less their predictions, modulo 2^16, from -32767 to 32768 (T.81 table H.1)."""
    guess = np.empty_like(samples)
    guess[0, 0] = 1 << (bits - 1)
    guess[0, 1:] = samples[0, :-1]
    guess[1:, 0] = samples[:-1, 0]
    left, above, corner = samples[1:, :-1], samples[:-1, 1:], samples[:-1, :-1]
    guess[1:, 1:] = {
        1: left,
        2: above,
        3: corner,
        4: left + above - corner,
        5: left + ((above - corner) >> 1),
        6: above + ((left - corner) >> 1),
        7: (left + above) >> 1,
    }[predictor]
    return 32768 - ((32768 - (samples - guess)) & 0xFFFF)


def _code_lengths(counts: NDArray[np.int64]) -> dict[int, int]:
    """Length of the code of each category that occurs, from 1 to 16 bits."""
    heap = [(int(count), [int(value)]) for value, count in enumerate(counts) if count]
    heap.append((0, [_RESERVED]))
    lengths = {value: 0 for _, (value,) in heap}
    heapq.heapify(heap)
    while len(heap) > 1:
        (first, left), (second, right) = heapq.heappop(heap), heapq.heappop(heap)
        for value in left + right:
            lengths[value] += 1
        heapq.heappush(heap, (first + second, left + right))
    del lengths[_RESERVED]
    # Eighteen leaves can lie 17 deep; then a flat code of 5 bits costs next to nothing more.
    return lengths if max(lengths.values()) <= 16 else dict.fromkeys(lengths, 5)


def _ordered(lengths: dict[int, int]) -> list[int]:
    """Categories in the order of their codes."""
    return sorted(lengths, key=lambda value: (lengths[value], value))


def _table(lengths: dict[int, int]) -> bytes:
    """The segment that defines the Huffman table."""
    counts = bytes(sum(length == wanted for length in lengths.values()) for wanted in range(1, 17))
    return struct.pack(">HHB", 0xFFC4, 19 + len(lengths), 0) + counts + bytes(_ordered(lengths))


def _coded(differences: NDArray[np.int32], counts: NDArray[np.int64], lengths: dict[int, int]) -> bytes:
    """The codes and differences one after the other, filled up with ones (T.81 figures C.2 and F.12)."""
    codes, sizes, code, last = np.zeros(17, np.int64), np.zeros(17, np.int64), 0, 0
    for value in _ordered(lengths):
        code <<= lengths[value] - last
        codes[value], sizes[value], last = code, lengths[value], lengths[value]
        code += 1
    bits = int((counts * (sizes + _MORE)).sum())
    # Each byte of ones is followed by a null.
    room = np.empty(2 * (bits // 8 + 1), np.uint8)
    return room[: _pack(differences, _CATEGORY, codes, sizes, room)].tobytes()


@kernel
def _count(differences: NDArray[np.int32], category: NDArray[np.uint8], counts: NDArray[np.int64]) -> None:
    """Add to ``counts`` how often each category of differences occurs."""
    for difference in differences:
        counts[category[abs(difference)]] += 1


@kernel
def _pack(
    differences: NDArray[np.int32],
    category: NDArray[np.uint8],
    codes: NDArray[np.int64],
    sizes: NDArray[np.int64],
    room: NDArray[np.uint8],
) -> int:
    """Fill ``room`` with the bits of all differences; returns how many bytes they take."""
    held, bits, place = 0, 0, 0
    for difference in differences:
        kind = category[abs(difference)]
        more = kind if kind < 16 else 0
        tail = (difference if difference > 0 else difference - 1) & ((1 << more) - 1)
        size = sizes[kind] + more
        held = ((held & ((1 << bits) - 1)) << size) | (codes[kind] << more) | tail
        bits += size
        while bits >= 8:
            bits -= 8
            byte = (held >> bits) & 0xFF
            room[place] = byte
            place += 1
            if byte == 0xFF:
                room[place] = 0
                place += 1
    if bits:
        room[place] = ((held << (8 - bits)) | ((1 << (8 - bits)) - 1)) & 0xFF
        place += 1
        if room[place - 1] == 0xFF:
            room[place] = 0
            place += 1
    return place
