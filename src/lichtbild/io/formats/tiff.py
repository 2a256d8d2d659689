"""TIFF: 8- and 16-bit or floating-point pictures without loss, with ICC profile and EXIF.

The picture is compressed and written strip by strip, so that no copy of it is made; the directories follow.

Source: TIFF 6.0 sections 2, 3, 8 and 14; Adobe, "TIFF Technical Note 3" (predictor of floating-point
numbers); Adobe, "Photoshop TIFF Technical Notes" (Deflate); ICC.1:2010 annex B.3; EXIF 2.32.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io import exif
from lichtbild.io.exif import LONG, SHORT, UNDEFINED, Entries
from lichtbild.io.formats.codes import ROWS, coded_rows, float_rows

_EXIF_POINTER, _GPS_POINTER, _STRIP_OFFSETS = 34665, 34853, 273
_LEVEL: Final = 1
"""Of libdeflate: as small as zlib's best on differences of pixels, at a quarter of the time."""
_MOST_BYTES: Final = (1 << 32) - (1 << 26)
"""Offsets have 32 bits; what compression cannot make smaller, and the tags, must fit as well."""


def write(picture: Picture | CodedPicture, draft: Path, bits: int) -> None:
    """Write a TIFF of 8 or 16 bits, or of 32-bit floats.

    Raises:
        BadInput: the picture is larger than a TIFF can hold, or samples are no finite numbers.
    """
    if (size := picture.extent.height * picture.extent.width * 3 * bits // 8) > _MOST_BYTES:
        raise BadInput(f"a TIFF holds {_MOST_BYTES} bytes, not {size}; write fewer bits, or PNG")
    main, below, gps = exif.entries(picture.metadata, picture.extent, picture.space)
    with draft.open("wb") as file:
        file.write(b"II*\0" + bytes(4))
        sizes = [file.write(strip) for strip in _strips(picture, bits)]
        main |= _image(picture, bits, sizes)
        for pointer, directory in ((_EXIF_POINTER, below), (_GPS_POINTER, gps)):
            if directory:
                place = _even(file)
                file.write(exif.packed(directory, place))
                main[pointer] = _longs([place])
        start = _even(file)
        file.write(exif.packed(main, start))
        file.seek(4)
        file.write(struct.pack("<I", start))


def _strips(picture: Picture | CodedPicture, bits: int) -> Iterator[bytes]:
    """The compressed strips, from the top."""
    for rows in float_rows(picture) if bits == 32 else coded_rows(picture, bits):
        differences = imagecodecs.floatpred_encode(rows, axis=-2) if bits == 32 else _differences(rows)
        yield bytes(imagecodecs.deflate_encode(differences.tobytes(), _LEVEL))


def _differences(rows: NDArray[Any]) -> NDArray[Any]:
    """Each code less the one to its left (TIFF 6.0 section 14), little-endian."""
    found = rows.astype(rows.dtype.newbyteorder("<"))
    found[:, 1:] -= rows[:, :-1]
    return found


def _image(picture: Picture | CodedPicture, bits: int, sizes: list[int]) -> Entries:
    """What says how the strips are to be read."""
    offsets = 8 + np.concatenate(([0], np.cumsum(sizes[:-1], dtype=np.int64)))
    profile = icc.profile(picture.space.value)
    return {
        256: _longs([picture.extent.width]),
        257: _longs([picture.extent.height]),
        258: _shorts([bits] * 3),
        259: _shorts([8]),  # Deflate
        262: _shorts([2]),  # RGB
        _STRIP_OFFSETS: _longs(offsets.tolist()),
        277: _shorts([3]),
        278: _longs([ROWS]),
        279: _longs(sizes),
        284: _shorts([1]),
        317: _shorts([3 if bits == 32 else 2]),
        339: _shorts([3 if bits == 32 else 1] * 3),
        34675: (UNDEFINED, len(profile), profile),
    }


def _even(file: Any) -> int:
    """The file's end, moved to an even place as TIFF's directories need."""
    file.write(bytes(file.tell() % 2))
    return int(file.tell())


def _shorts(values: list[int]) -> tuple[int, int, bytes]:
    return SHORT, len(values), struct.pack(f"<{len(values)}H", *values)


def _longs(values: list[int]) -> tuple[int, int, bytes]:
    return LONG, len(values), struct.pack(f"<{len(values)}I", *values)
