"""TIFF: 8- and 16-bit or floating-point pictures without loss, with ICC profile and EXIF.

The picture is compressed strip by strip, so that no copy of it is made.

Source: TIFF 6.0; Adobe, "TIFF Technical Note 3" (predictor of floating-point numbers); EXIF 2.32.
"""

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
import tifffile

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io import exif
from lichtbild.io.formats.codes import ROWS, coded_rows, float_rows

_EXIF_POINTER, _GPS_POINTER, _SOFTWARE = 34665, 34853, 305
_MOST_BYTES: Final = (1 << 32) - (1 << 26)
"""Offsets have 32 bits; what compression cannot make smaller, and the tags, must fit as well."""
_DTYPE: Final = {8: np.uint8, 16: np.uint16, 32: np.float32}


def write(picture: Picture | CodedPicture, draft: Path, bits: int) -> None:
    """Write a TIFF of 8 or 16 bits, or of 32-bit floats.

    Raises:
        BadInput: the picture is larger than a TIFF can hold, or samples are no finite numbers.
        CannotWrite: the disk is full.
    """
    shape, dtype = (*picture.extent, 3), np.dtype(_DTYPE[bits])
    if (size := int(np.prod(shape, dtype=np.int64)) * dtype.itemsize) > _MOST_BYTES:
        raise BadInput(f"a TIFF holds {_MOST_BYTES} bytes, not {size}; write fewer bits, or PNG")
    main, below, gps = exif.entries(picture.metadata, picture.extent, picture.space)
    pointers = {_EXIF_POINTER: below} | ({_GPS_POINTER: gps} if gps else {})
    # tifffile writes the software itself, and reserves a text's count from the text.
    extra: list[tuple[int, int, int, Any, bool]] = [
        (tag, kind, count, value, True) for tag, (kind, count, value) in main.items() if tag != _SOFTWARE
    ]
    tifffile.imwrite(
        draft,
        float_rows(picture) if bits == 32 else coded_rows(picture, bits),
        shape=shape,
        dtype=dtype,
        photometric="rgb",
        compression="zlib",
        predictor=True,
        rowsperstrip=ROWS,
        metadata=None,
        software=main[_SOFTWARE][2].rstrip(b"\0").decode(),
        iccprofile=icc.profile(picture.space.value),
        extratags=extra,
        byteorder="<",
        bigtiff=False,
    )
    _append(draft, pointers)


def _append(path: Path, directories: dict[int, exif.Entries]) -> None:
    """Put directories at the end of a TIFF file, and before them its main one again, now pointing to them.

    tifffile writes no Exif directory; an entry can be copied as it is, for its value's place does not move.
    """
    with path.open("r+b") as file:
        order, first = struct.unpack("<2s2xI", file.read(8))
        if order != b"II":
            raise CannotWrite(f"{path}: the TIFF encoder did not write little-endian")
        file.seek(first)
        (count,) = struct.unpack("<H", file.read(2))
        table = [file.read(12) for _ in range(count)]
        start = file.seek(0, 2) + file.tell() % 2
        place, below = start + 2 + 12 * (count + len(directories)) + 4, b""
        for pointer, entries in directories.items():
            table.append(struct.pack("<HHII", pointer, 4, 1, place + len(below)))
            below += exif.packed(entries, place + len(below))
        table.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
        file.seek(start)
        file.write(struct.pack("<H", len(table)) + b"".join(table) + bytes(4) + below)
        file.seek(4)
        file.write(struct.pack("<I", start))
