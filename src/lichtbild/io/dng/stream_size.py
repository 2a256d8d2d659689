"""The size that a coded stream claims for its picture, read before any decoder is let loose on it.

Source: ITU-T T.81 annex B (JPEG); ISO/IEC 18181-1:2022 annexes A and D (JPEG XL); ISO/IEC 18181-2:2021
clause 9 (its container).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LOSSLESS: Final = 0xC3
BASELINE: Final = (0xC0, 0xC1, 0xC2)
_STANDALONE: Final = (0x01, *range(0xD0, 0xD9))
_FRAMES: Final = tuple(code for code in range(0xC0, 0xD0) if code not in (0xC4, 0xC8, 0xCC))
_RATIOS: Final = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


@dataclass(frozen=True)
class Claim:
    """What a coded stream says that it holds.

    Attributes:
        height: rows.
        width: columns.
        planes: components; 0 when the header does not say it plainly.
        process: the JPEG start-of-frame code; 0 for other codecs.
        bits: of an integer sample, where the header of a JPEG XL stream says it; else 0.
    """

    height: int
    width: int
    planes: int = 0
    process: int = 0
    bits: int = 0


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker and the ends (first, last + 1) of its payload, for each JPEG segment up to the first scan.

    Raises:
        ValueError: the stream is no JPEG stream or ends too early.
    """
    if data[:2] != b"\xff\xd8":
        raise ValueError("does not begin as a JPEG stream")
    place = 2
    while True:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        if place + 4 > len(data) or data[place] != 0xFF:
            raise ValueError("has a damaged JPEG header")
        marker = data[place + 1]
        if marker in _STANDALONE:
            place += 2
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        if length < 2 or place + 2 + length > len(data):
            raise ValueError("has a JPEG header that ends too early")
        yield marker, place + 4, place + 2 + length
        if marker in (0xDA, 0xD9):
            return
        place += 2 + length


def jpeg(data: bytes) -> Claim:
    """Size, components and process of a JPEG stream.

    Raises:
        ValueError: the stream is no JPEG stream, or its header is damaged.
    """
    for marker, first, last in segments(data):
        if marker in _FRAMES:
            if last - first < 6:
                raise ValueError("has a JPEG frame header that ends too early")
            _, height, width, planes = struct.unpack_from(">BHHB", data, first)
            if not height or not width or not planes:
                raise ValueError("has a JPEG frame without pixels")
            return Claim(height, width, planes, marker)
    raise ValueError("has no JPEG frame")


def jpeg_xl(data: bytes) -> Claim:
    """Size and bits of a JPEG XL stream, bare or in its container.

    Raises:
        ValueError: the stream is no JPEG XL stream.
    """
    if data[:2] != b"\xff\x0a":
        data = _codestream(data)
    bits = _Bits(int.from_bytes(data[2:18].ljust(16, b"\0"), "little"))
    small = bits.take(1)
    height = _dimension(bits, small)
    above, below = _RATIOS[bits.take(3)]
    width = height * above // below if above else _dimension(bits, small)
    return Claim(height, width, bits=_integer_bits(bits))


def _integer_bits(bits: "_Bits") -> int:
    """Bits of an integer sample, from the beginning of the image's metadata; 0 where they are not plain."""
    if bits.take(1):
        return 8  # all is as usual
    if bits.take(1):
        bits.take(3)  # orientation
        if bits.take(3):
            return 0  # an intrinsic size, a preview or an animation, none of which a raw tile has
    if bits.take(1):
        return 0  # floating point
    choice = bits.take(2)
    return (8, 10, 12)[choice] if choice < 3 else 1 + bits.take(6)


def _dimension(bits: "_Bits", small: int) -> int:
    return 8 * (1 + bits.take(5)) if small else 1 + bits.take((9, 13, 18, 30)[bits.take(2)])


@dataclass
class _Bits:
    """Bits from the least significant one on."""

    rest: int

    def take(self, count: int) -> int:
        value = self.rest & ((1 << count) - 1)
        self.rest >>= count
        return value


def _codestream(data: bytes) -> bytes:
    """The beginning of the code stream inside a JPEG XL container."""
    place = 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        header = 8
        if size == 1 and place + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, place + 8)
            header = 16
        if kind in (b"jxlc", b"jxlp"):
            start = place + header + (4 if kind == b"jxlp" else 0)
            if data[start : start + 2] == b"\xff\x0a":
                return data[start : start + 18]
            break
        if size < header:
            break
        place += size
    raise ValueError("is no JPEG XL stream")
