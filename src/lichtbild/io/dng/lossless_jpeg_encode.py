"""Lossless JPEG streams: samples in, bytes out, with the Huffman code that suits them best.

Source: ITU-T T.81 annex H (lossless mode), annexes B and C, K.2 (choosing code lengths).
"""

import heapq
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

_RESERVED: Final = -1
"""Takes the code of ones only, which T.81 forbids."""


def encode(samples: NDArray[np.uint16] | NDArray[np.uint8], *, bits: int, predictor: int = 1) -> bytes:
    """A lossless JPEG stream of samples ``[row, column, component]``.

    Args:
        samples: codes below 2^``bits``; components are interleaved.
        bits: precision, 2 to 16.
        predictor: 1 to 7.
    """
    height, width, planes = samples.shape
    differences = _differences(samples.astype(np.int64), bits, predictor).reshape(-1)
    categories = np.ceil(np.log2(np.abs(differences) + 1)).astype(np.int64)
    lengths = _code_lengths(np.bincount(categories, minlength=17))
    header = struct.pack(">HHBHHB", 0xFFC3, 8 + 3 * planes, bits, height, width, planes)
    header += b"".join(bytes((plane, 0x11, 0)) for plane in range(planes))
    scan = struct.pack(">HHB", 0xFFDA, 6 + 2 * planes, planes)
    scan += b"".join(bytes((plane, 0)) for plane in range(planes)) + bytes((predictor, 0, 0))
    data = _coded(differences, categories, lengths).replace(b"\xff", b"\xff\x00")
    return b"\xff\xd8" + header + _table(lengths) + scan + data + b"\xff\xd9"


def _differences(samples: NDArray[np.int64], bits: int, predictor: int) -> NDArray[np.int64]:
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
    return 32768 - (32768 - (samples - guess)) % 65536


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


def _coded(differences: NDArray[np.int64], categories: NDArray[np.int64], lengths: dict[int, int]) -> bytes:
    """The codes and differences one after the other, filled up with ones (T.81 figures C.2 and F.12)."""
    codes, sizes, code, last = np.zeros(17, np.uint64), np.zeros(17, np.int64), 0, 0
    for value in _ordered(lengths):
        code <<= lengths[value] - last
        codes[value], sizes[value], last = code, lengths[value], lengths[value]
        code += 1
    more = np.where(categories == 16, 0, categories)
    tail = np.where(differences < 0, differences - 1, differences) & ((1 << more) - 1)
    word = codes[categories] << more.astype(np.uint64) | tail.astype(np.uint64)
    size = sizes[categories] + more
    ends = np.cumsum(size)
    starts = ends - size
    words = np.zeros(int(ends[-1]) // 32 + 3, np.uint64)
    placed = word << (64 - starts % 32 - size).astype(np.uint64)
    np.add.at(words, starts // 32, placed >> np.uint64(32))
    np.add.at(words, starts // 32 + 1, placed & np.uint64(0xFFFFFFFF))
    data = bytearray(words.astype(">u4").tobytes()[: -(-int(ends[-1]) // 8)])
    data[-1] |= (1 << (-int(ends[-1]) % 8)) - 1
    return bytes(data)
