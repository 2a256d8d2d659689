"""Scene files: photographs, EXR and Radiance pictures as scenes, and spectra as tables.

A JPEG, PNG, TIFF, AVIF or HEIF is taken as what a display shows: its curve is undone, and white is 1. EXR and
Radiance hold linear light. An EXR that states its `whiteLuminance` brings its own level; no other file does.

Sources: G. Ward, "Real Pixels", Graphics Gems II (1991), and the Radiance file formats (RGBE, run lengths);
OpenEXR, "Standard Attributes" (chromaticities, whiteLuminance).
"""

import math
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.colour.light import check_cover
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ, rgb_to_xyz
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.units import nm
from lichtbild.io.formats import exr
from lichtbild.io.picture_file import MOST_PIXELS, read_picture
from lichtbild.look.decode import Decode
from lichtbild.scene.photograph import PhotographScene, Surroundings, photograph

_LARGEST: Final = 65504.0
"""Values beyond the largest half float, infinity too, are cut there."""
_MOST_BYTES_FROM_ONE: Final = 2048
_MOST_SPECTRUM_BYTES: Final = 1 << 24
_EXR_HEAD: Final = b"\x76\x2f\x31\x01"


@dataclass(frozen=True, eq=False)
class LinearLight:
    """What a file holds.

    Attributes:
        xyz: CIE XYZ, white D65 with Y = 1, float32 ``[row, column, 3]``.
        white_luminance: of that white, cd m^-2, if the file states it.
    """

    xyz: Float[np.ndarray, "row column 3"]
    white_luminance: float | None = None


def read_scene(path: Path | str, angle: float, surroundings: Surroundings) -> PhotographScene:
    """The scene that a picture file shows.

    Args:
        path: a JPEG, PNG, TIFF, AVIF, HEIF, EXR or Radiance file.
        angle: full horizontal field, rad.
        surroundings: light, level, depth and motion; a level given here goes before the file's own.

    Raises:
        BadFile: the file is damaged, too large or of another kind.
        BadInput: neither the file nor the surroundings give a level, or one of them cannot be used.
    """
    light = read_light(path)
    if surroundings.luminance is None:
        surroundings = replace(surroundings, luminance=light.white_luminance)
    return photograph(light.xyz, angle, surroundings, space="xyz", name=Path(path).name)


def read_light(path: Path | str) -> LinearLight:
    """The linear light in a picture file.

    Raises:
        BadFile: the file is damaged, too large or of another kind.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error
    if head == _EXR_HEAD:
        return _exr(path)
    if head[:2] == b"#?":
        return LinearLight(_radiance(path))
    picture = read_picture(path)
    linear = np.asarray(Decode(picture.space)(picture).samples)
    return LinearLight(_transformed(linear, REC2020_TO_XYZ))


def read_spectrum(path: Path | str) -> tuple[Float[np.ndarray, " sample"], Float[np.ndarray, " sample"]]:
    """Wavelengths in mm and values of a table of two columns: nanometres and value, a row each.

    Columns are parted by comma, semicolon, tab or space; lines that begin with # and one heading are passed
    over.

    Raises:
        BadFile: a row is not two finite numbers.
        BadInput: the wavelengths do not increase or do not cover 400 to 700 nm.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_SPECTRUM_BYTES + 1)
        if len(content) > _MOST_SPECTRUM_BYTES:
            raise BadFile(path, "is larger than 16 MB, which no spectrum is; give a table of nm and value")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, "is no text; a spectrum is a table of nm and value") from error
    rows: list[tuple[float, float]] = []
    headings = 0
    for number, line in enumerate(text.splitlines(), 1):
        cells = re.split(r"\s*[,;]\s*|\s+", line.strip())
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        row = _numbers(cells)
        if row is None:
            headings += 1
            if rows or headings > 1:
                raise BadFile(path, f"has in line {number} no two finite numbers; write nm and value")
            continue
        rows.append(row)
    if len(rows) < 2:
        raise BadFile(path, "has fewer than two rows of nm and value; give the whole spectrum")
    table = np.array(rows)
    wavelength = nm(1) * table[:, 0]
    check_cover(path.name, wavelength)
    return wavelength, table[:, 1]


def _numbers(cells: list[str]) -> tuple[float, float] | None:
    try:
        row = tuple(float(cell) for cell in cells)
    except ValueError:
        return None
    return row if len(row) == 2 and all(map(math.isfinite, row)) else None


def _transformed(samples: Any, matrix: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "row column 3"]:
    return np.asarray(samples, np.float32) @ matrix.T.astype(np.float32)


def _cut(path: Path, samples: Any) -> Float[np.ndarray, "row column 3"]:
    if np.isnan(samples).any():
        raise BadFile(path, "holds samples that are not numbers; write it again without them")
    return np.asarray(np.clip(samples, -_LARGEST, _LARGEST), np.float32)


def _check_size(path: Path, rows: int, columns: int) -> None:
    if not 1 <= rows * columns <= MOST_PIXELS or min(rows, columns) < 1:
        raise BadFile(path, f"claims {columns} x {rows} pixels; pictures of 1 to {MOST_PIXELS} can be read")
    if 4 * rows * columns > _MOST_BYTES_FROM_ONE * path.stat().st_size:
        raise BadFile(path, f"is too short for the {columns} x {rows} pixels that it claims; copy it again")


def _exr(path: Path) -> LinearLight:
    try:
        openexr = exr.library()
    except BadInput as error:
        raise BadInput(f"{path}: reading EXR needs: pip install 'lichtbild[exr]'") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = openexr.File(str(path), header_only=True).header()
            first, last = header["dataWindow"]
            columns, rows = (int(b) - int(a) + 1 for a, b in zip(first, last, strict=True))
            _check_size(path, rows, columns)
            file = openexr.File(str(path), separate_channels=True)
            planes = {name: np.asarray(part.pixels) for name, part in file.channels().items()}
    except BadFile:
        raise
    except Exception as error:  # the library raises whatever it likes on damaged bytes
        raise BadFile(path, f"is damaged: its EXR data cannot be decoded ({error})") from error
    names = ("R", "G", "B") if {"R", "G", "B"} <= set(planes) else ("Y", "Y", "Y")
    if any(name not in planes or planes[name].shape != (rows, columns) for name in names):
        raise BadFile(path, f"has the planes {', '.join(planes)[:80]}; R, G and B, or Y can be read")
    samples = _cut(path, np.stack([planes[name].astype(np.float32) for name in names], axis=2))
    level = header.get("whiteLuminance")
    stated = float(level) if level is not None and 0 < float(level) < math.inf else None
    return LinearLight(_transformed(samples, _to_xyz(path, header.get("chromaticities"))), stated)


def _to_xyz(path: Path, chromaticities: Any) -> Float[np.ndarray, "3 3"]:
    """From the file's RGB to XYZ; without a statement Rec.709 primaries and D65, as EXR has it."""
    if chromaticities is None:
        return SRGB_TO_XYZ
    numbers = [float(number) for number in np.ravel(np.asarray(chromaticities, float))]
    pairs = [(numbers[k], numbers[k + 1]) for k in range(0, len(numbers) - 1, 2)]
    usable = len(pairs) == 4 and all(math.isfinite(x) and math.isfinite(y) and y > 1e-6 for x, y in pairs[3:])
    if usable and all(abs(y) > 1e-9 for _, y in pairs):
        matrix = rgb_to_xyz(pairs[:3], pairs[3])
        if np.isfinite(matrix).all() and abs(np.linalg.det(matrix)) > 1e-9:
            return matrix
    raise BadFile(path, "states chromaticities that span no colours; correct or remove the attribute")


def _radiance(path: Path) -> Float[np.ndarray, "row column 3"]:
    """XYZ of a Radiance picture; its primaries are taken as sRGB's, its exposure is undone."""
    content = path.read_bytes()
    header = re.match(rb"#\?[^\n]*\n((?:[^\n]+\n)*?)\n([-+][XY]) (\d{1,9}) ([-+][XY]) (\d{1,9})\n", content)
    if header is None:
        raise BadFile(path, "has no Radiance header with a resolution such as -Y 600 +X 800; write it again")
    lines = header[1].decode("latin-1").splitlines()
    form = next((line[7:].strip() for line in lines if line.startswith("FORMAT=")), "32-bit_rle_rgbe")
    if header[2][1:] != b"Y" or header[4][1:] != b"X" or form not in ("32-bit_rle_rgbe", "32-bit_rle_xyze"):
        raise BadFile(
            path, f"is Radiance of a form ({form[:40]}) or direction that cannot be read; use -Y +X"
        )
    rows, columns = int(header[3]), int(header[5])
    _check_size(path, rows, columns)
    codes = _scanlines(path, content, header.end(), rows, columns)
    scale = np.ldexp(1.0, codes[..., 3].astype(int) - 136).astype(np.float32)
    scale[codes[..., 3] == 0] = 0.0
    light = (codes[..., :3].astype(np.float32) + np.float32(0.5)) * scale[..., None]
    light = _cut(path, light / np.float32(_exposure(path, lines)))
    light = light[:: 1 if header[2][:1] == b"-" else -1, :: 1 if header[4][:1] == b"+" else -1]
    return np.ascontiguousarray(light if form.endswith("xyze") else _transformed(light, SRGB_TO_XYZ))


def _exposure(path: Path, lines: list[str]) -> float:
    """Product of all exposures that the file's light was multiplied by."""
    product = 1.0
    for line in lines:
        if line.startswith("EXPOSURE="):
            try:
                product *= float(line[9:])
            except ValueError:
                product = math.nan
    if not 1e-12 < product < 1e12:
        raise BadFile(path, "states an exposure that is no number above 0; correct or remove the line")
    return product


def _scanlines(
    path: Path, content: bytes, at: int, rows: int, columns: int
) -> UInt8[np.ndarray, "row column 4"]:
    """Codes of all rows, whichever of the three ways each is packed."""
    data = np.frombuffer(content, np.uint8)
    codes = np.empty((rows, columns, 4), np.uint8)
    try:
        for row in range(rows):
            mark = content[at : at + 4]
            if 8 <= columns < 32768 and mark[:2] == b"\x02\x02" and (mark[2] << 8 | mark[3]) == columns:
                at = _new_row(data, at + 4, codes[row])
            else:
                at = _old_row(data, at, codes[row])
    except (IndexError, ValueError) as error:
        raise BadFile(path, "is damaged: its Radiance data end too soon or overrun a row") from error
    return codes


def _new_row(data: UInt8[np.ndarray, " n"], at: int, row: UInt8[np.ndarray, "column 4"]) -> int:
    """Fill a row whose four planes are packed one after another; where it ends."""
    for plane in range(4):
        column = 0
        while column < len(row):
            count = int(data[at])
            if count > 128:
                count, run = count - 128, data[at + 1]
                values, at = np.full(count, run, np.uint8), at + 2
            else:
                values, at = data[at + 1 : at + 1 + count], at + 1 + count
            if not 0 < len(values) <= len(row) - column or len(values) != count:
                raise ValueError("a run leaves its row")
            row[column : column + count, plane] = values
            column += count
    return at


def _old_row(data: UInt8[np.ndarray, " n"], at: int, row: UInt8[np.ndarray, "column 4"]) -> int:
    """Fill a row of whole pixels, in which (1, 1, 1, n) repeats the pixel before; where it ends."""
    column = shift = 0
    while column < len(row):
        pixel = data[at : at + 4]
        if len(pixel) < 4:
            raise ValueError("too few bytes")
        at += 4
        if pixel[0] == pixel[1] == pixel[2] == 1:
            count = int(pixel[3]) << shift
            if column == 0 or count > len(row) - column or shift > 24:
                raise ValueError("a run leaves its row")
            row[column : column + count] = row[column - 1]
            column, shift = column + count, shift + 8
        else:
            row[column], column, shift = pixel, column + 1, 0
    return at
