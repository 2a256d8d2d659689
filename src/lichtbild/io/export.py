"""Pictures as files: JPEG, PNG, TIFF, AVIF and EXR, each written whole or not at all."""

import io
import struct
from pathlib import Path
from typing import Any, Final

import imagecodecs
import numpy as np
import PIL.Image
import tifffile

from lichtbild.colour import icc
from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.core.window import Window
from lichtbild.figure import png
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io import exif
from lichtbild.io.atomic import replacing

BITS: Final = {
    ".jpg": (8,),
    ".jpeg": (8,),
    ".png": (8, 16),
    ".tif": (16, 8, 32),
    ".tiff": (16, 8, 32),
    ".avif": (8,),
    ".exr": (16, 32),
}
"""Bits of a sample by suffix, the usual first; 32, and all of EXR, are floats."""

_EXIF_POINTER, _GPS_POINTER, _SOFTWARE = 34665, 34853, 305
_MOST_JPEG: Final = 65500
_REC2020_CHROMATICITIES: Final = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)


def save(picture: Picture, path: Path | str, *, quality: int = 92, bits: int | None = None) -> None:
    """Write a whole picture in the format that the path's suffix names.

    Args:
        picture: the picture; its EXIF says "upright", for its pixels are.
        path: ends in .jpg, .jpeg, .png, .tif, .tiff, .avif or .exr.
        quality: of JPEG and AVIF, 1 to 100.
        bits: of a sample; None takes 8 for JPEG, PNG and AVIF, 16 for TIFF, 16 (half floats) for EXR.

    Raises:
        BadInput: the suffix, the bits or the quality is none we can write, or samples are not finite.
        CannotWrite: the file cannot be put there.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    chosen = check(suffix, picture.space, quality, bits)
    if picture.window != Window.whole(picture.extent):
        raise BadInput(f"{path}: only a part of the picture was given; a file takes the whole")
    if not np.isfinite(picture.samples).all():
        raise BadInput(f"{path}: the picture holds samples that are no finite numbers")
    if suffix == ".exr":
        _save_exr(picture, path, chosen)
    elif suffix in (".tif", ".tiff"):
        _save_tiff(picture, path, chosen)
    else:
        data = _png(picture, chosen) if suffix == ".png" else _lossy(picture, suffix, quality)
        with replacing(path) as draft:
            draft.write_bytes(data)


def check(suffix: str, space: ColourSpace, quality: int = 92, bits: int | None = None) -> int:
    """The bits of a sample, for a file of this suffix; asked before long work, it spares a late refusal.

    Raises:
        BadInput: this cannot be written.
    """
    if suffix.lower() not in BITS:
        raise BadInput(f"'{suffix}' is no format we write; choose one of {', '.join(BITS)}")
    choices = BITS[suffix.lower()]
    chosen = choices[0] if bits is None else bits
    if chosen not in choices:
        raise BadInput(f"{suffix} takes {' or '.join(map(str, choices))} bits, not {chosen}")
    if not 1 <= quality <= 100:
        raise BadInput(f"quality is 1 to 100, not {quality}")
    linear = space is ColourSpace.LINEAR_REC2020
    if linear and suffix.lower() != ".exr" and chosen != 32:
        raise BadInput(
            f"a linear picture has no limits, so it needs floats: write EXR or 32-bit TIFF, not {suffix}"
        )
    if suffix.lower() == ".exr" and not linear:
        raise BadInput(f"EXR holds linear light: give the picture in linear-rec2020, not {space.value}")
    return chosen


def codes(samples: Any, bits: int) -> Any:
    """Whole codes of 8 or 16 bits for samples from 0 to 1: cut, scaled and rounded half up."""
    top = (1 << bits) - 1
    scaled = np.clip(np.asarray(samples, np.float32), 0, 1) * np.float32(top) + np.float32(0.5)
    return scaled.astype(np.uint8 if bits == 8 else np.uint16)


def _lossy(picture: Picture, suffix: str, quality: int) -> bytes:
    if suffix != ".avif" and max(picture.extent) > _MOST_JPEG:
        raise BadInput(
            f"a JPEG has at most {_MOST_JPEG} pixels a side, not {max(picture.extent)}; write PNG or TIFF"
        )
    options: dict[str, Any] = {"quality": quality, "subsampling": "4:4:4"}
    options |= {"icc_profile": icc.profile(picture.space.value), "exif": b"Exif\0\0" + _exif(picture)}
    out = io.BytesIO()
    image = PIL.Image.fromarray(codes(picture.samples, 8))
    image.save(out, "AVIF" if suffix == ".avif" else "JPEG", **options)
    return out.getvalue()


def _png(picture: Picture, bits: int) -> bytes:
    """The encoder's file, with the chunks of profile and EXIF after its header."""
    data = imagecodecs.png_encode(codes(picture.samples, bits), level=4)
    end_of_header = len(png.SIGNATURE) + 25
    profile = png.icc_chunk(icc.profile(picture.space.value))
    return bytes(data[:end_of_header] + profile + png.chunk(b"eXIf", _exif(picture)) + data[end_of_header:])


def _exif(picture: Picture) -> bytes:
    return exif.encode(picture.metadata, picture.extent, picture.space)


def _save_tiff(picture: Picture, path: Path, bits: int) -> None:
    data = np.asarray(picture.samples, np.float32) if bits == 32 else codes(picture.samples, bits)
    main, below, gps = exif.entries(picture.metadata, picture.extent, picture.space)
    pointers = {_EXIF_POINTER: below} | ({_GPS_POINTER: gps} if gps else {})
    # tifffile writes the software itself, and reserves a text's count from the text.
    extra: list[tuple[int, int, int, Any, bool]] = [
        (tag, kind, count, value, True) for tag, (kind, count, value) in main.items() if tag != _SOFTWARE
    ]
    with replacing(path) as draft:
        tifffile.imwrite(
            draft,
            data,
            photometric="rgb",
            compression="zlib",
            predictor=True,
            rowsperstrip=64,
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


def _save_exr(picture: Picture, path: Path, bits: int) -> None:
    try:
        import OpenEXR
    except ImportError as error:
        raise BadInput(f"{path}: writing EXR needs: pip install 'lichtbild[exr]'") from error
    dtype = np.float16 if bits == 16 else np.float32
    largest = np.finfo(dtype).max
    samples = np.clip(picture.samples, -largest, largest).astype(dtype)
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "chromaticities": _REC2020_CHROMATICITIES,
    }
    with replacing(path) as draft:
        try:
            OpenEXR.File(header, {"RGB": np.ascontiguousarray(samples)}).write(str(draft))
        except RuntimeError as error:
            raise CannotWrite(f"{path}: the EXR encoder failed ({error}); is the disk full?") from error
