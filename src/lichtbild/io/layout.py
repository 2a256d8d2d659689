"""Layout: how a headerless dump of a sensor is to be read, as a small TOML beside it says.

::

    schema = 1                  # of this file; may be left out
    width = 4032                # pixels in a row
    height = 3024               # rows
    dtype = "uint16-le"         # "uint8", "uint16-le" or "uint16-be"; or instead of it
    packing = "mipi10"          # "mipi10" or "mipi12": the packed rows of MIPI CSI-2
    bits = 10                   # significant bits of a code; the dtype's or the packing's when left out
    cfa = "RGGB"                # "RGGB", "BGGR", "GRBG", "GBRG", the same after "quad-", or "mono"
    black = 64                  # one number, or four: rows of the 2x2 pattern
    white = 1023                # the code of a full sensor; 2^bits - 1 when left out
    header_bytes = 0            # to skip at the file's beginning
    row_stride_bytes = 8064     # from row to row, when rows are padded
    orientation = 1             # as EXIF counts
    as_shot_neutral = [0.5, 1.0, 0.6]
    colour_matrix = [[0.9, -0.3, -0.1], [-0.5, 1.3, 0.2], [-0.1, 0.2, 0.6]]    # XYZ to camera
    forward_matrix = [[...], [...], [...]]    # white-balanced camera to XYZ under D50
    illuminant = "D65"          # of the matrices: "A", "D50", "D55", "D65", "D75", or [x, y]
    make = "...", model, lens, iso, exposure_time_s, f_number, focal_length_mm, taken_at
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from lichtbild.core.errors import BadFile
from lichtbild.image.cfa import Cfa
from lichtbild.image.metadata import Metadata, Orientation

SCHEMA: Final = 1
MOST_PIXELS: Final = 1 << 28

_TYPES: Final = {"uint8": ("u1", 8), "uint16-le": ("<u2", 16), "uint16-be": (">u2", 16)}
_PACKINGS: Final = {"none": 0, "mipi10": 10, "mipi12": 12}
_BAYER: Final = ("RGGB", "BGGR", "GRBG", "GBRG")
_ILLUMINANTS: Final = {
    "A": (0.44758, 0.40745),
    "D50": (0.34567, 0.35850),
    "D55": (0.33242, 0.34743),
    "D65": (0.31270, 0.32900),
    "D75": (0.29902, 0.31485),
}
"""CIE 15:2018 table T.3 and the D series."""

_REQUIRED: Final = ("width", "height", "cfa")
_TEXTS: Final = ("make", "model", "lens", "taken_at")
_POSITIVE: Final = ("iso", "exposure_time_s", "f_number", "focal_length_mm")
KEYS: Final = frozenset(
    (*_REQUIRED, *_TEXTS, *_POSITIVE, "schema", "dtype", "packing", "bits", "black", "white", "header_bytes")
) | {"row_stride_bytes", "orientation", "as_shot_neutral", "colour_matrix", "forward_matrix", "illuminant"}


@dataclass(frozen=True, eq=False)
class Layout:
    """How the bytes of a dump become a raw frame.

    Attributes:
        path: the TOML it was read from.
        height: rows.
        width: pixels in a row.
        dtype: NumPy's name of a code's type in the file.
        packing: bits of a code in packed rows; 0 when every code has its own bytes.
        bits: significant bits of a code.
        cfa: colours, or None for a monochrome sensor.
        black: one code, four codes for the 2x2 pattern, or None to estimate it.
        white: code of a full sensor.
        header_bytes: bytes before the first row.
        stride: bytes from row to row.
        illuminant: chromaticity of the light that the matrices are for.
        colour_matrix: from XYZ to camera, or None.
        forward_matrix: from white-balanced camera to XYZ under D50, or None.
        as_shot_neutral: camera numbers of a neutral object, largest 1, or None.
        metadata: how the picture was taken.
    """

    path: Path
    height: int
    width: int
    dtype: str
    packing: int
    bits: int
    cfa: Cfa | None
    black: tuple[float, ...] | None
    white: float
    header_bytes: int
    stride: int
    illuminant: tuple[float, float]
    colour_matrix: Any
    forward_matrix: Any
    as_shot_neutral: tuple[float, ...] | None
    metadata: Metadata

    @property
    def file_size(self) -> int:
        """Bytes that the dump must have."""
        return self.header_bytes + self.height * self.stride


def load(path: Path) -> Layout:
    """The layout that a TOML describes.

    Raises:
        BadFile: the file is no TOML, or a key is missing, unknown or out of its limits.
    """
    table = _table(path)
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise BadFile(path, f"has the unknown key '{unknown[0]}'; the keys are {', '.join(sorted(KEYS))}")
    missing = [key for key in _REQUIRED if key not in table]
    if missing:
        raise BadFile(path, f"does not say '{missing[0]}'; add it")
    return _layout(path, _Reader(path, table))


def describes(path: Path) -> bool:
    """Whether a TOML speaks of a dump at all: it can be parsed and has the keys that every layout has."""
    try:
        return set(_REQUIRED) <= set(_table(path))
    except BadFile:
        return False


def _table(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > 1 << 20:
            raise BadFile(path, "is larger than 1 MB; a layout is a few lines")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile(path, f"is no TOML file ({error})") from error


@dataclass(frozen=True)
class _Reader:
    """Values of a table, each checked against its limits."""

    path: Path
    table: Mapping[str, Any]

    def bad(self, key: str, limit: str) -> BadFile:
        return BadFile(self.path, f"{key} is {limit}, not {self.table[key]!r}")

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        value = self.table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.bad(key, f"a whole number from {low} to {high}")
        return value

    def number(self, key: str, holds: Callable[[float], bool], limit: str) -> float | None:
        if key not in self.table:
            return None
        value = self.table[key]
        if not _is_number(value) or not holds(value):
            raise self.bad(key, limit)
        return float(value)

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.table.get(key, default)
        if value not in choices:
            raise self.bad(key, f"one of {', '.join(choices)}")
        return str(value)

    def numbers(self, key: str, count: int) -> tuple[float, ...] | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
            raise self.bad(key, f"a list of {count} numbers")
        return tuple(map(float, value))

    def matrix(self, key: str) -> Any:
        rows = self.table.get(key)
        if rows is None:
            return None
        whole = (
            isinstance(rows, list)
            and len(rows) == 3
            and all(isinstance(r, list) and len(r) == 3 for r in rows)
        )
        if not whole or not all(_is_number(value) for row in rows for value in row):
            raise self.bad(key, "three lists of three numbers")
        matrix = np.array(rows, np.float64)
        if np.linalg.matrix_rank(matrix) < 3:
            raise self.bad(key, "a matrix that can be inverted")
        return matrix

    def text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            raise self.bad(key, "a text in quotes")
        return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _layout(path: Path, reader: _Reader) -> Layout:
    reader.whole("schema", SCHEMA, SCHEMA, SCHEMA)
    width, height = reader.whole("width", 1, 65535, 0), reader.whole("height", 1, 65535, 0)
    if width * height > MOST_PIXELS:
        raise BadFile(
            path, f"claims {width} x {height} pixels; dumps of up to {MOST_PIXELS} pixels can be read"
        )
    packing = _PACKINGS[reader.choice("packing", tuple(_PACKINGS), "none")]
    if not packing and "dtype" not in reader.table:
        raise BadFile(path, f"does not say 'dtype'; add one of {', '.join(_TYPES)}")
    dtype, most = _TYPES[reader.choice("dtype", tuple(_TYPES), "uint8")]
    bits = reader.whole("bits", 1, packing or most, packing or most)
    row = -(-width * packing // 8) if packing else width * int(dtype[-1])
    cfa = _cfa(reader)
    white = reader.number(
        "white", lambda v: 0 < v <= 2**bits - 1, f"a number above 0 and up to {2**bits - 1}"
    )
    white = float(2**bits - 1) if white is None else white
    return Layout(
        path, height, width, dtype, packing, bits, cfa,
        black=_black(reader, white),
        white=white,
        header_bytes=reader.whole("header_bytes", 0, 1 << 30, 0),
        stride=reader.whole("row_stride_bytes", row, 16 * row + 65536, row),
        illuminant=_illuminant(reader),
        colour_matrix=None if cfa is None else reader.matrix("colour_matrix"),
        forward_matrix=None if cfa is None else reader.matrix("forward_matrix"),
        as_shot_neutral=_neutral(reader),
        metadata=_metadata(reader),
    )  # fmt: skip


def _cfa(reader: _Reader) -> Cfa | None:
    names = (*_BAYER, *(f"quad-{phase}" for phase in _BAYER), "mono")
    name = reader.choice("cfa", names, "mono")
    if name == "mono":
        return None
    bayer = Cfa.bayer(name.removeprefix("quad-"))
    if not name.startswith("quad-"):
        return bayer
    return Cfa(tuple(tuple(bayer.pattern[row // 2][column // 2] for column in range(4)) for row in range(4)))


def _black(reader: _Reader, white: float) -> tuple[float, ...] | None:
    value = reader.table.get("black")
    if value is None:
        return None
    levels = tuple(value) if isinstance(value, list) else (value,)
    if len(levels) not in (1, 4) or not all(_is_number(v) and 0 <= v < white for v in levels):
        raise reader.bad("black", f"one or four numbers from 0 to below white ({white:g})")
    return tuple(map(float, levels))


def _illuminant(reader: _Reader) -> tuple[float, float]:
    value = reader.table.get("illuminant", "D65")
    if isinstance(value, str) and value in _ILLUMINANTS:
        return _ILLUMINANTS[value]
    if isinstance(value, list) and len(value) == 2 and all(_is_number(v) and 0 < v < 1 for v in value):
        return float(value[0]), float(value[1])
    raise reader.bad("illuminant", f"one of {', '.join(_ILLUMINANTS)}, or a chromaticity [x, y]")


def _neutral(reader: _Reader) -> tuple[float, ...] | None:
    neutral = reader.numbers("as_shot_neutral", 3)
    if neutral is None:
        return None
    if min(neutral) <= 0:
        raise reader.bad("as_shot_neutral", "three numbers above 0")
    return tuple(value / max(neutral) for value in neutral)


def _metadata(reader: _Reader) -> Metadata:
    positive = {key: reader.number(key, lambda v: v > 0, "a number above 0") for key in _POSITIVE}
    given: dict[str, Any] = {**positive, **{key: reader.text(key) for key in _TEXTS}}
    return Metadata(**given, orientation=Orientation(reader.whole("orientation", 1, 8, 1)))
