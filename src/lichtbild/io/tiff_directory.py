"""Directories of a TIFF structure, as EXIF and most camera raws have them, read within fixed bounds.

Whatever a damaged or hostile file claims, no value beyond `LIMIT` bytes and no more than `MOST` directories
are read; an entry that does not hold is left out.

Source: TIFF 6.0 section 2; EXIF 2.32 (JEITA CP-3451E) clause 4.5.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction
from mmap import mmap
from typing import Any, Final

Bytes = bytes | mmap
Directory = dict[int, Any]
"""Values by tag: text, bytes, or a tuple of numbers."""

LIMIT: Final = 65536
MOST: Final = 64
SUB_DIRECTORIES: Final = 330

_NUMBERS: Final = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIONALS: Final = {5: "I", 10: "i"}
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def byte_order(data: Bytes) -> str:
    """The order of bytes that the first two bytes name, "<" or ">"; empty when this is no TIFF structure."""
    return {b"II": "<", b"MM": ">"}.get(bytes(data[:2]), "") if len(data) >= 8 else ""


def first_offset(data: Bytes) -> int:
    """Where the first directory begins."""
    return int(struct.unpack(byte_order(data) + "I", data[4:8])[0])


def directory(data: Bytes, offset: int) -> tuple[Directory, int]:
    """The directory at ``offset``, and where the next one begins (0: nowhere)."""
    order = byte_order(data)
    if not order or not 8 <= offset <= len(data) - 2:
        return {}, 0
    (count,) = struct.unpack(order + "H", data[offset : offset + 2])
    tags: Directory = {}
    for start in range(offset + 2, min(offset + 2 + 12 * count, len(data) - 11), 12):
        tag, kind, length = struct.unpack(order + "HHI", data[start : start + 8])
        value = _value(data, order, start + 8, kind, length)
        if value is not None:
            tags[tag] = value
    end = offset + 2 + 12 * count
    following = struct.unpack(order + "I", data[end : end + 4])[0] if end + 4 <= len(data) else 0
    return tags, int(following)


def directories(data: Bytes) -> Iterator[Directory]:
    """Every directory of the chain and below it, each once."""
    if not byte_order(data):
        return
    waiting, seen = [first_offset(data)], set[int]()
    while waiting and len(seen) < MOST:
        offset = waiting.pop(0)
        if offset in seen:
            continue
        seen.add(offset)
        tags, following = directory(data, offset)
        if tags:
            yield tags
        below = tags.get(SUB_DIRECTORIES, ())
        waiting += [place for place in (following, *_offsets(below)) if place]


def _offsets(value: object) -> list[int]:
    return [item for item in value if isinstance(item, int)][:MOST] if isinstance(value, tuple) else []


def _value(data: Bytes, order: str, place: int, kind: int, count: int) -> Any:
    """The value of an entry; None when its type is unknown, or it is too large or not in the file."""
    size = _SIZES.get(kind, 0) * count
    if not 0 < size <= LIMIT:
        return None
    if size > 4:
        (place,) = struct.unpack(order + "I", data[place : place + 4])
    raw = bytes(data[place : place + size])
    if len(raw) < size:
        return None
    if kind == 2:
        return raw.split(b"\0")[0].decode("utf-8", "replace").strip()
    if kind == 7:
        return raw
    if kind in _RATIONALS:
        numbers = struct.unpack(f"{order}{2 * count}{_RATIONALS[kind]}", raw)
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        # A denominator of 0 means "unknown" or "infinite": there is no number to pass on.
        return tuple(Fraction(a, b) for a, b in pairs) if all(b for _, b in pairs) else None
    return struct.unpack(f"{order}{count}{_NUMBERS[kind]}", raw)
