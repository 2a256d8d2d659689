"""EXIF: how a picture was taken, as a file carries it.

Only tags that still hold for a developed picture are read and written: thumbnails, maker notes, places of
pixels in the file and the orientation (the pixels are turned) are left out.

Source: EXIF 2.32 (JEITA CP-3451E) clauses 4.5 and 4.6, tables 4 to 15.
"""

import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

import lichtbild
from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.picture import ColourSpace
from lichtbild.io.dng.container import Directory, Source, directory_at, held, readable_directories

BYTE, TEXT, SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL = 1, 2, 3, 4, 5, 7, 10

_EXIF_POINTER, _GPS_POINTER, _ORIENTATION, _SOFTWARE, _DATE_TIME = 34665, 34853, 274, 305, 306
_COMPRESSION, _JPEG_AT, _JPEG_BYTES, _CHROMA_PLACE, _COMPONENTS = 259, 513, 514, 531, 37121
_MAKE, _MODEL, _LENS = ("main", 271), ("main", 272), ("exif", 42036)
_ISO, _TIME, _APERTURE, _FOCAL, _TAKEN = (("exif", tag) for tag in (34855, 33434, 33437, 37386, 36867))
_MOST_ISO = 65535
_LONGEST = 2048
_LARGEST = 65536


def _kinds(text: tuple[int, ...], **numbers: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Type and count by tag; a count of 0 leaves it open."""
    types = {"byte": BYTE, "short": SHORT, "rational": RATIONAL, "signed": SIGNED_RATIONAL, "raw": UNDEFINED}
    return dict.fromkeys(text, (TEXT, 0)) | {
        tag: (types[name], count) for name, tags in numbers.items() for tag, count in tags.items()
    }


KEPT: Final[Mapping[str, Mapping[int, tuple[int, int]]]] = {
    "main": _kinds((270, 271, 272, 315, 33432)),
    "exif": _kinds(
        (36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522, 42032, 42033, 42035, 42036, 42037),
        short=dict.fromkeys((34850, 34855, 37383, 37384, 37385, 41495, 41986, 41987, 41989, 41990, 42080), 1)
        | {42081: 2},
        rational=dict.fromkeys((33434, 33437, 37378, 37381, 37382, 37386, 41493, 41988), 1) | {42034: 4},
        signed=dict.fromkeys((37377, 37379, 37380), 1),
        raw=dict.fromkeys((41728, 41729), 1),
    ),
    "gps": _kinds(
        (1, 3, 8, 9, 10, 12, 14, 16, 18, 19, 21, 23, 25, 29),
        byte={0: 4, 5: 1},
        rational=dict.fromkeys((6, 11, 13, 15, 17, 24, 26, 31), 1) | dict.fromkeys((2, 4, 7, 20, 22), 3),
        short={30: 1},
    ),
}
"""Type and count of every tag that is kept, by directory and tag."""

OF_PIXELS: Final[Mapping[str, Mapping[int, tuple[int, int]]]] = {
    "exif": _kinds((), rational={41486: 1, 41487: 1}, short={41488: 1})
}
"""Likewise of the tags that tell how large pixels are on the sensor, which those of a picture are not."""

OF_RAW: Final = {name: {**tags, **OF_PIXELS.get(name, {})} for name, tags in KEPT.items()}
"""Likewise of the tags that are read, and written with a raw frame."""


def decode(data: bytes) -> Metadata:
    r"""What an EXIF block says; empty where it says nothing or is damaged.

    Args:
        data: from the "II" or "MM" on; a leading "Exif\0\0" is skipped.
    """
    return read(held(data.removeprefix(b"Exif\0\0"), "EXIF"))


def read(source: Source) -> Metadata:
    """What the directories of a TIFF structure say; empty where they say nothing or are damaged."""
    main = next(readable_directories(source), None)
    if main is None:
        return Metadata()
    return metadata_of(main, _below(main, _EXIF_POINTER), _below(main, _GPS_POINTER))


def metadata_of(main: Directory, exif: Directory, gps: Directory) -> Metadata:
    """How a picture was taken, as three directories say; a value that is damaged is left out."""
    kept = {
        (name, tag): value
        # TIFF/EP, and raws after it, have Exif's tags in the main directory.
        for name, places in {"main": (main,), "exif": (exif, main), "gps": (gps,)}.items()
        for tag, form in OF_RAW[name].items()
        if (value := next(_found(places, tag), None)) is not None and _coded(value, *form) is not None
    }
    turned = next(_found((main,), _ORIENTATION), 1)
    return Metadata(
        make=_text(kept.get(_MAKE)),
        model=_text(kept.get(_MODEL)),
        lens=_text(kept.get(_LENS)),
        iso=_positive(kept.get(_ISO)),
        exposure_time_s=_positive(kept.get(_TIME)),
        f_number=_positive(kept.get(_APERTURE)),
        focal_length_mm=_positive(kept.get(_FOCAL)),
        taken_at=_text(kept.get(_TAKEN)),
        orientation=Orientation(turned) if turned in range(1, 9) else Orientation.NORMAL,
        exif=kept,
    )


def _found(places: Sequence[Directory], tag: int) -> Iterator[Any]:
    """The tag's sound values in these directories; a single number is not kept as a tuple."""
    for directory in places:
        entry = directory.entries.get(tag)
        if entry is None or not 0 < entry.size <= _LARGEST:
            continue
        with suppress(BadFile):
            value = directory.exact(tag)
            if value is not None:
                yield value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _below(main: Directory, pointer: int) -> Directory:
    """The directory that a tag points to; empty when there is none or it is damaged."""
    with suppress(BadFile):
        return directory_at(main.source, main.dialect, main.integer(pointer, 0))[0]
    return Directory(main.source, main.dialect, {})


Entries = dict[int, tuple[int, int, bytes]]
"""Type, count and bytes of each value, by tag."""


def encode(metadata: Metadata, extent: Extent, space: ColourSpace, *, thumbnail: bytes = b"") -> bytes:
    """Bytes of an EXIF block from its TIFF header on, for a picture whose pixels are upright.

    Args:
        metadata: what is known of how the picture was taken.
        extent: size of the picture.
        space: what its numbers mean.
        thumbnail: a small JPEG of it, for the block's second directory, where the file is a JPEG itself.
    """
    start = 8
    main, exif, gps = entries(metadata, extent, space)
    if thumbnail:
        main[_CHROMA_PLACE] = _short(1)
        exif[_COMPONENTS] = (UNDEFINED, 4, bytes((1, 2, 3, 0)))
    below = [(_EXIF_POINTER, exif)] + ([(_GPS_POINTER, gps)] if gps else [])
    main |= {pointer: (LONG, 1, bytes(4)) for pointer, _ in below}
    place, parts = start + len(packed(main, start)), []
    for pointer, directory in below:
        main[pointer] = (LONG, 1, struct.pack("<I", place))
        parts.append(packed(directory, place))
        place += len(parts[-1])
    if thumbnail:
        parts.append(_thumbnail_directory(thumbnail, place))
    head = packed(main, start, following=place if thumbnail else 0)
    return b"II*\0" + struct.pack("<I", start) + head + b"".join(parts)


def _thumbnail_directory(thumbnail: bytes, offset: int) -> bytes:
    """The second directory with the JPEG after it (EXIF 2.32 table 22)."""
    tags: Entries = {
        _COMPRESSION: _short(6),
        **_resolution(None),
        _JPEG_AT: (LONG, 1, bytes(4)),
        _JPEG_BYTES: (LONG, 1, struct.pack("<I", len(thumbnail))),
    }
    tags[_JPEG_AT] = (LONG, 1, struct.pack("<I", offset + len(packed(tags, offset))))
    return packed(tags, offset) + thumbnail


def without_longest(metadata: Metadata) -> Metadata:
    """The metadata without the kept tag that takes the most room."""
    longest = max(metadata.exif, key=lambda place: len(str(metadata.exif[place])))
    return replace(metadata, exif={place: kept for place, kept in metadata.exif.items() if place != longest})


def entries(metadata: Metadata, extent: Extent, space: ColourSpace) -> tuple[Entries, Entries, Entries]:
    """Entries of the main, Exif and GPS directories, without pointers between them."""
    values = {place: value for place, value in metadata.exif.items() if place[0] in KEPT} | stated(metadata)
    found: dict[str, Entries] = {"main": {}, "exif": {}, "gps": {}}
    for (name, tag), value in values.items():
        kind, count = KEPT[name].get(tag, (0, 0))
        coded = _coded(value, kind, count)
        if coded is not None:
            found[name][tag] = (kind, *coded)
    found["main"] |= {
        _ORIENTATION: _short(1),
        _SOFTWARE: (TEXT, *_text_bytes(f"Lichtbild {lichtbild.__version__}")),
        **_resolution(metadata.dots_per_inch),
    }
    if _TAKEN[1] in found["exif"]:
        found["main"][_DATE_TIME] = found["exif"][_TAKEN[1]]
    found["exif"] |= {
        36864: (UNDEFINED, 4, b"0232"),
        40960: (UNDEFINED, 4, b"0100"),
        40961: _short(1 if space is ColourSpace.SRGB else 65535),
        40962: (LONG, 1, struct.pack("<I", extent.width)),
        40963: (LONG, 1, struct.pack("<I", extent.height)),
    }
    if found["gps"]:
        found["gps"][0] = (BYTE, 4, bytes((2, 3, 0, 0)))
    return found["main"], found["exif"], found["gps"]


def packed(tags: Entries, offset: int, *, following: int = 0) -> bytes:
    """Bytes of a little-endian directory that will begin at ``offset``, its values after it.

    Args:
        tags: its entries.
        offset: where it will begin.
        following: where the next directory begins; 0 where there is none.
    """
    table, values = struct.pack("<H", len(tags)), b""
    place = offset + 2 + 12 * len(tags) + 4
    for tag, (kind, count, data) in sorted(tags.items()):
        if len(data) <= 4:
            table += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
            continue
        table += struct.pack("<HHII", tag, kind, count, place + len(values))
        values += data + b"\0" * (len(data) % 2)
    return table + struct.pack("<I", following) + values


def stated(metadata: Metadata) -> dict[tuple[str, int], Any]:
    """The tags that the metadata's own fields give; they win over those that were kept."""
    values: dict[tuple[str, int], Any] = {
        _MAKE: metadata.make,
        _MODEL: metadata.model,
        _LENS: metadata.lens,
        _TIME: metadata.exposure_time_s,
        _APERTURE: metadata.f_number,
        _FOCAL: metadata.focal_length_mm,
        _TAKEN: metadata.taken_at,
        _ISO: None if metadata.iso is None else min(round(metadata.iso), _MOST_ISO),
    }
    return {place: value for place, value in values.items() if value not in (None, "")}


def _coded(value: Any, kind: int, count: int) -> tuple[int, bytes] | None:
    """Count and bytes of a value in this type; None when it does not fit."""
    try:
        if kind == TEXT:
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            return _text_bytes(text) if text.strip(" \0") else None
        if kind in (UNDEFINED, BYTE):
            data = bytes([value]) if isinstance(value, int) else bytes(value)
            return (len(data), data) if len(data) == count else None
        numbers = list(value) if isinstance(value, tuple | list) else [value]
        if kind == SHORT:
            return count, struct.pack(f"<{count}H", *map(int, numbers[:count]))
        if kind in (RATIONAL, SIGNED_RATIONAL):
            return _fractions(numbers, count, "I" if kind == RATIONAL else "i")
    except (TypeError, ValueError, OverflowError, ZeroDivisionError, struct.error):
        return None
    return None


def _fractions(numbers: list[Any], count: int, letter: str) -> tuple[int, bytes] | None:
    """Numerators and denominators; twice as many whole numbers as asked for are taken as such pairs."""
    if len(numbers) == 2 * count:
        numbers = [Fraction(int(a), int(b)) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
    if len(numbers) != count or not all(math.isfinite(number) for number in numbers):
        return None
    exact = [Fraction(number).limit_denominator(1_000_000) for number in numbers]
    return count, b"".join(struct.pack(f"<2{letter}", f.numerator, f.denominator) for f in exact)


def _text_bytes(text: str) -> tuple[int, bytes]:
    """Count and bytes of a text with its end mark; EXIF 3.0 allows UTF-8."""
    data = text.strip(" \0").encode()[:_LONGEST] + b"\0"
    return len(data), data


def _short(value: int) -> tuple[int, int, bytes]:
    return SHORT, 1, struct.pack("<H", value)


_UNKNOWN_DOTS: Final = 72
"""Dots an inch, which EXIF asks for where they are not known."""


def _resolution(dots_per_inch: float | None) -> Entries:
    """Dots an inch, across and down."""
    dots = Fraction(dots_per_inch or _UNKNOWN_DOTS).limit_denominator(1000)
    one = (RATIONAL, 1, struct.pack("<2I", dots.numerator, dots.denominator))
    return {282: one, 283: one, 296: _short(2)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _positive(value: object) -> float | None:
    first = value[0] if isinstance(value, tuple) and value else value
    return float(first) if isinstance(first, int | float | Fraction) and first > 0 else None
