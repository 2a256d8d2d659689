"""Directories of a TIFF structure as bytes: the writing side of `container`.

tifffile writes no Exif, GPS or profile directories of one's own, which a DNG needs; hence these few lines.

Source: TIFF 6.0 section 2; DNG 1.7.1, ExtraCameraProfiles.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, FLOAT, DOUBLE = 1, 2, 3, 4, 5, 7, 10, 11, 12
_CODES: Final = {BYTE: "<u1", SHORT: "<u2", LONG: "<u4", FLOAT: "<f4", DOUBLE: "<f8"}
_MOST: Final = {RATIONAL: (1 << 32) - 1, SRATIONAL: (1 << 31) - 1}


@dataclass(frozen=True)
class Field:
    """Type, number of values, and the values as bytes."""

    kind: int
    count: int
    data: bytes


Fields = Mapping[int, Field]
"""Fields by tag."""


def numbers(kind: int, values: Iterable[float | Fraction]) -> Field:
    """A field of numbers; rationals are the nearest that fit."""
    found = list(values)
    if kind in _MOST:
        pairs = [pair for value in found for pair in rational(value, _MOST[kind])]
        return Field(
            kind, len(found), struct.pack(f"<{len(pairs)}{'I' if kind == RATIONAL else 'i'}", *pairs)
        )
    return Field(kind, len(found), np.asarray(found).astype(_CODES[kind]).tobytes())


def text(value: str) -> Field:
    """A field of text, in UTF-8 with its closing null."""
    data = value.encode() + b"\0"
    return Field(ASCII, len(data), data)


def raw(data: bytes, kind: int = UNDEFINED) -> Field:
    """A field of bytes as they are."""
    return Field(kind, len(data), data)


def rational(value: float | Fraction, most: int) -> tuple[int, int]:
    """Numerator and denominator, at most ``most``, of the fraction nearest to a value."""
    exact = Fraction(value)
    nearest = exact.limit_denominator(max(1, int(most / max(Fraction(1), abs(exact)))))
    return max(-most, min(most, nearest.numerator)), nearest.denominator


def directory(fields: Fields, offset: int) -> bytes:
    """A directory that begins at ``offset``, with the values that do not fit in it behind it."""
    end = offset + 2 + 12 * len(fields) + 4
    table, values = [struct.pack("<H", len(fields))], b""
    for tag, field in sorted(fields.items()):
        if len(field.data) <= 4:
            where = field.data.ljust(4, b"\0")
        else:
            where = struct.pack("<I", end + len(values))
            values += field.data + b"\0" * (len(field.data) % 2)
        table.append(struct.pack("<HHI", tag, field.kind, field.count) + where)
    return b"".join([*table, b"\0\0\0\0", values])


def profile(fields: Fields) -> bytes:
    """An embedded camera profile; the offsets in it count from its own beginning."""
    return b"IIRC" + struct.pack("<I", 8) + directory(fields, 8)
