"""HaldCLUT: a lookup table as a picture, whose pixels are what the picture of all colours became.

A table of level L has L x L nodes an axis and is a square of L x L x L pixels; from pixel to pixel along the
rows red changes fastest, then green, then blue.

Source: Steenberg, "Hald CLUT" (quelsolaar.com, 2007).
"""

import struct
from pathlib import Path
from typing import Final

import imagecodecs
import numpy as np
from jaxtyping import UInt16

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.figure import png
from lichtbild.io.atomic import replacing
from lichtbild.io.lut.label import FoundLut, Label
from lichtbild.io.picture_file import kind_of, read_picture
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import codes, resampled

LEVELS: Final = (2, 12)
"""Smallest and largest level that is read; its square is the number of nodes."""

USUAL: Final = 8
"""The level that is written: 64 nodes an axis, 512 x 512 pixels."""

_MOST_BYTES: Final = 1 << 26
"""The largest has 1728 x 1728 pixels of six bytes."""

_TIFF: Final = (".tif", ".tiff")


def encode(lut: Lut, label: Label, suffix: str, *, level: int = USUAL) -> bytes:
    """The bytes of a 16-bit picture of level ``level``.

    Args:
        lut: one with other than level x level nodes, or another domain than 0 to 1, is resampled.
        label: its description goes into the picture's.
        suffix: ".png", ".tif" or ".tiff".
        level: 2 to 12.

    Raises:
        BadInput: the level or the suffix is none of these.
    """
    if not LEVELS[0] <= level <= LEVELS[1]:
        raise BadInput(f"a HaldCLUT has level {LEVELS[0]} to {LEVELS[1]}, not {level}; 8 is usual")
    if suffix not in (".png", *_TIFF):
        raise BadInput(f"a HaldCLUT is written as .png or .tif, not as '{suffix}'")
    fits = lut.size == level**2 and lut.low == (0.0, 0.0, 0.0) and lut.high == (1.0, 1.0, 1.0)
    found = codes(lut if fits else resampled(lut, level**2))
    pixels = np.ascontiguousarray(found.transpose(2, 1, 0, 3)).reshape(level**3, level**3, 3)
    return _png(pixels, label) if suffix == ".png" else _tiff(pixels, label)


def write(lut: Lut, path: Path | str, label: Label, *, level: int = USUAL) -> None:
    """Write a HaldCLUT as the path's suffix says.

    Raises:
        BadInput: the level or the suffix is none that is written.
        CannotWrite: the file cannot be put there.
    """
    data = encode(lut, label, Path(path).suffix.lower(), level=level)
    with replacing(path) as draft:
        draft.write_bytes(data)


def read(path: Path | str) -> FoundLut:
    """The table in a HaldCLUT of 8 or 16 bits, PNG or TIFF.

    Raises:
        BadFile: it is damaged, no such picture, or no square of a known level.
    """
    path = Path(path)
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            raise BadFile(path, f"has {size} bytes; a HaldCLUT has at most {_MOST_BYTES}")
        with path.open("rb") as file:
            kind = kind_of(file.read(32))
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error
    if kind not in ("png", "tiff"):
        raise BadFile(path, "is no PNG or TIFF; a HaldCLUT needs one, for other formats lose colours")
    picture = read_picture(path)
    height, width = picture.extent
    level = round(height ** (1 / 3))
    if height != width or level**3 != height or not LEVELS[0] <= level <= LEVELS[1]:
        raise BadFile(
            path,
            f"has {width} x {height} pixels; a HaldCLUT of level 2, 3 ... {LEVELS[1]} is a square of "
            f"8, 27 ... {LEVELS[1] ** 3} pixels a side, never scaled or cropped",
        )
    table = np.asarray(picture.samples, np.float32).reshape((level**2,) * 3 + (3,)).transpose(2, 1, 0, 3)
    return FoundLut(Lut(np.ascontiguousarray(table), title=path.stem), picture.space)


def _png(pixels: UInt16[np.ndarray, "h w 3"], label: Label) -> bytes:
    """Without a profile: the file is a table of numbers, which no colour management may change."""
    data = memoryview(imagecodecs.png_encode(pixels, level=9))
    end_of_header = len(png.SIGNATURE) + 25
    words = "".join(letter if " " <= letter <= "~" else "?" for letter in label.line).encode("ascii")
    text = png.chunk(b"tEXt", b"Description\0" + words)
    return b"".join((data[:end_of_header], text, data[end_of_header:]))


def _tiff(pixels: UInt16[np.ndarray, "h w 3"], label: Label) -> bytes:
    """One strip without compression, which every reader of 16-bit TIFF takes."""
    height, width, _ = pixels.shape
    words = label.line.encode("ascii", "replace") + b"\0"
    samples = pixels.astype("<u2").tobytes()
    behind = struct.pack("<3H", 16, 16, 16) + words
    start = 8 + len(samples)
    directory: list[tuple[int, int, int, int]] = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, start), (259, 3, 1, 1), (262, 3, 1, 2),
        (270, 2, len(words), start + 6), (273, 4, 1, 8), (277, 3, 1, 3), (278, 3, 1, height),
        (279, 4, 1, len(samples)), (284, 3, 1, 1),
    ]  # fmt: skip
    behind += bytes(len(behind) % 2)
    packed = [struct.pack("<HHII", *entry) for entry in directory]
    return b"".join(
        (
            b"II*\0" + struct.pack("<I", start + len(behind)), samples, behind,
            struct.pack("<H", len(packed)), *packed, bytes(4),
        )
    )  # fmt: skip
