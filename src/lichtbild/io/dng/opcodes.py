"""Opcode lists as they lie in a DNG: bytes in, nouns out, and back.

Every number is big-endian, whatever the byte order of the file around it. A count is believed only after
the bytes that it promises have been found.

Source: DNG 1.7.1 chapter 7, "Opcode List Processing".
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Window
from lichtbild.image.opcode import (
    Area,
    DeltaPerColumn,
    DeltaPerRow,
    FixBadPixelsConstant,
    FixBadPixelsList,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    MapTable,
    Opcode,
    ScalePerColumn,
    ScalePerRow,
    TrimBounds,
    WarpFisheye,
    WarpRectilinear,
)

OLDEST = 0x01030000
"""DNG 1.3.0.0, which brought opcodes."""
NEWEST = 0x01070100
"""DNG 1.7.1.0, the last version that this reader knows."""
OPTIONAL = 1
"""Flag of an opcode that a reader may leave out."""
PLANES = 4
"""Most colour planes that a warp may name."""
DEGREE = 8
"""Highest degree of a MapPolynomial."""


def parse(data: bytes, path: Path | str) -> tuple[Opcode, ...]:
    """The opcodes of a list, in order.

    Opcodes that are optional and unknown are left out; so is a WarpRectilinear or WarpFisheye that
    directly follows an optional WarpRectilinear2, for which it is the older readers' substitute.

    Args:
        data: the value of an OpcodeList tag.
        path: the file it comes from, for the error's sentence.

    Raises:
        BadFile: the list is truncated, contradicts itself, or needs an opcode that is not known.
    """
    reader = _Reader(data, path, "its opcode list")
    opcodes: list[Opcode] = []
    replaced = False
    for _ in range(reader.count(16)):
        code, version, flags, size = reader.numbers(">4I")
        kind = _KINDS.get(code)
        name = f"opcode {code}" if kind is None else f"opcode {kind.name}"
        body = _Reader(reader.take(size), path, name)
        if kind is None or version > NEWEST:
            if not flags & OPTIONAL:
                body.fail(f"of DNG {_dotted(version)} is needed to show the picture, but not known here")
        elif not (replaced and kind.name in ("WarpRectilinear", "WarpFisheye")):
            opcodes.append(kind.read(body))
            body.finish()
        replaced = bool(flags & OPTIONAL) and code == 14
    return tuple(opcodes)


def encode(opcodes: tuple[Opcode, ...]) -> bytes:
    """The value of an OpcodeList tag that holds these opcodes, none of them optional."""
    parts = [struct.pack(">I", len(opcodes))]
    for opcode in opcodes:
        code, body = _body(opcode)
        version = 0x01060000 if code == 14 else OLDEST
        parts.append(struct.pack(">4I", code, version, 0, len(body)) + body)
    return b"".join(parts)


def _dotted(version: int) -> str:
    return ".".join(str(byte) for byte in version.to_bytes(4, "big"))


class _Reader:
    """Big-endian numbers taken one after the other from bytes of known length."""

    def __init__(self, data: bytes, path: Path | str, what: str) -> None:
        self._data = data
        self._path = path
        self._what = what
        self._at = 0

    def fail(self, why: str) -> None:
        raise BadFile(self._path, f"{self._what} {why}")

    def take(self, size: int) -> bytes:
        left = len(self._data) - self._at
        if size > left:
            self.fail(f"is cut short: {size} bytes are announced, {left} are left")
        self._at += size
        return self._data[self._at - size : self._at]

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def count(self, size: int) -> int:
        """A count of things that take at least ``size`` bytes each."""
        (found,) = self.numbers(">I")
        left = len(self._data) - self._at
        if found * size > left:
            self.fail(f"is cut short: {found} entries of {size} bytes are announced, {left} bytes are left")
        return found

    def array(self, dtype: str, *shape: int) -> np.ndarray:
        kind = np.dtype(dtype)
        values = np.frombuffer(self.take(kind.itemsize * math.prod(shape)), kind).reshape(shape)
        if not np.isfinite(values).all():
            self.fail("holds a value that is not a finite number")
        return values.astype(kind.newbyteorder("="))

    def doubles(self, count: int) -> tuple[float, ...]:
        return tuple(self.array(">f8", count).tolist())

    def finish(self) -> None:
        if self._at != len(self._data):
            self.fail(f"has {len(self._data)} bytes of parameters where it needs {self._at}")


def _window(reader: _Reader) -> Window:
    top, left, bottom, right = reader.numbers(">4i")
    if bottom < top or right < left:
        reader.fail(f"names a window that ends before it begins: {top}, {left}, {bottom}, {right}")
    return Window(top, left, bottom, right)


def _centre(reader: _Reader) -> tuple[float, float]:
    column, row = reader.doubles(2)
    if not (0 <= column <= 1 and 0 <= row <= 1):
        reader.fail(f"puts its centre at {column:g}, {row:g}, which is outside 0 to 1")
    return column, row


def _area(reader: _Reader) -> Area:
    window = _window(reader)
    first, planes, rows, columns = reader.numbers(">4I")
    if planes < 1 or rows < 1 or columns < 1:
        reader.fail(f"changes {planes} planes at a pitch of {rows} and {columns}; each must be 1 or more")
    if 0 in window.extent and (rows, columns) != (1, 1):
        reader.fail(f"has a pitch of {rows} and {columns} over an empty area")
    return Area(window, (first, planes), (rows, columns))


def _planes(reader: _Reader) -> int:
    (planes,) = reader.numbers(">I")
    if not 1 <= planes <= PLANES:
        reader.fail(f"warps {planes} planes; 1 to {PLANES} are possible")
    return planes


def _warp_rectilinear(reader: _Reader) -> Opcode:
    values = reader.array(">f8", _planes(reader), 6)
    return WarpRectilinear(values[:, :4], values[:, 4:], _centre(reader))


def _warp_rectilinear_2(reader: _Reader) -> Opcode:
    values = reader.array(">f8", _planes(reader), 19)
    radii = values[:, 17:]
    if not ((radii[:, 0] >= 0) & (radii[:, 0] < radii[:, 1]) & (radii[:, 1] <= 1)).all():
        reader.fail("has a range of valid radii that is not inside 0 to 1")
    centre = _centre(reader)
    (reciprocal,) = reader.numbers(">I")
    return WarpRectilinear(values[:, :15], values[:, 15:17], centre, radii, reciprocal != 0)


def _warp_fisheye(reader: _Reader) -> Opcode:
    return WarpFisheye(reader.array(">f8", _planes(reader), 4), _centre(reader))


def _fix_vignette_radial(reader: _Reader) -> Opcode:
    k0, k1, k2, k3, k4 = reader.doubles(5)
    return FixVignetteRadial((k0, k1, k2, k3, k4), _centre(reader))


def _fix_bad_pixels_constant(reader: _Reader) -> Opcode:
    return FixBadPixelsConstant(*reader.numbers(">2I"))


def _fix_bad_pixels_list(reader: _Reader) -> Opcode:
    phase, points, windows = reader.numbers(">3I")
    places = reader.array(">i4", points, 2).tolist()
    return FixBadPixelsList(
        tuple((row, column) for row, column in places),
        tuple(_window(reader) for _ in range(windows)),
        phase,
    )


def _trim_bounds(reader: _Reader) -> Opcode:
    window = _window(reader)
    if 0 in window.extent:
        reader.fail("leaves nothing of the image")
    return TrimBounds(window)


def _map_table(reader: _Reader) -> Opcode:
    area = _area(reader)
    size = reader.count(2)
    if not 1 <= size <= 1 << 16:
        reader.fail(f"has a table of {size} entries; 1 to 65536 are possible")
    return MapTable(area, reader.array(">u2", size).astype(np.float32))


def _map_polynomial(reader: _Reader) -> Opcode:
    area = _area(reader)
    (degree,) = reader.numbers(">I")
    if degree > DEGREE:
        reader.fail(f"has a polynomial of degree {degree}; {DEGREE} is the highest")
    return MapPolynomial(area, reader.doubles(degree + 1))


def _gain_map(reader: _Reader) -> Opcode:
    area = _area(reader)
    rows, columns = reader.numbers(">2I")
    spacing = reader.doubles(2)
    origin = reader.doubles(2)
    (planes,) = reader.numbers(">I")
    if rows < 1 or columns < 1 or planes < 1:
        reader.fail(f"has a map of {rows} by {columns} points and {planes} planes")
    # A single row or column has no spacing; it covers the whole image.
    vertical = (spacing[0], origin[0]) if rows > 1 else (1.0, 0.0)
    horizontal = (spacing[1], origin[1]) if columns > 1 else (1.0, 0.0)
    if vertical[0] <= 0 or horizontal[0] <= 0:
        reader.fail(f"spaces its points by {vertical[0]:g} and {horizontal[0]:g}; both must be above 0")
    gains = reader.array(">f4", rows, columns, planes)
    return GainMap(area, gains, (vertical[0], horizontal[0]), (vertical[1], horizontal[1]))


def _lines(reader: _Reader, axis: int) -> tuple[Area, np.ndarray]:
    """The area, and one number for each row (axis 0) or column (axis 1) that it changes."""
    area = _area(reader)
    found = reader.count(4)
    needed = -(-area.window.extent[axis] // area.pitch[axis])
    if needed == 0 or found != needed:
        reader.fail(f"gives {found} numbers for {needed} {('rows', 'columns')[axis]}")
    return area, reader.array(">f4", found)


@dataclass(frozen=True)
class _Kind:
    """An opcode's name, and how its parameters are read."""

    name: str
    read: Callable[[_Reader], Opcode]


_KINDS = {
    1: _Kind("WarpRectilinear", _warp_rectilinear),
    2: _Kind("WarpFisheye", _warp_fisheye),
    3: _Kind("FixVignetteRadial", _fix_vignette_radial),
    4: _Kind("FixBadPixelsConstant", _fix_bad_pixels_constant),
    5: _Kind("FixBadPixelsList", _fix_bad_pixels_list),
    6: _Kind("TrimBounds", _trim_bounds),
    7: _Kind("MapTable", _map_table),
    8: _Kind("MapPolynomial", _map_polynomial),
    9: _Kind("GainMap", _gain_map),
    10: _Kind("DeltaPerRow", lambda reader: DeltaPerRow(*_lines(reader, 0))),
    11: _Kind("DeltaPerColumn", lambda reader: DeltaPerColumn(*_lines(reader, 1))),
    12: _Kind("ScalePerRow", lambda reader: ScalePerRow(*_lines(reader, 0))),
    13: _Kind("ScalePerColumn", lambda reader: ScalePerColumn(*_lines(reader, 1))),
    14: _Kind("WarpRectilinear2", _warp_rectilinear_2),
}


def _body(opcode: Opcode) -> tuple[int, bytes]:
    """Id and parameters of an opcode."""
    match opcode:
        case WarpRectilinear() | WarpFisheye():
            return _warp_body(opcode)
        case FixVignetteRadial():
            return 3, _bytes(">f8", (*opcode.terms, *opcode.centre))
        case FixBadPixelsConstant():
            return 4, struct.pack(">2I", opcode.code, opcode.bayer_phase)
        case FixBadPixelsList():
            counts = (opcode.bayer_phase, len(opcode.points), len(opcode.windows))
            windows = b"".join(_window_bytes(window) for window in opcode.windows)
            return 5, struct.pack(">3I", *counts) + _bytes(">i4", opcode.points) + windows
        case TrimBounds():
            return 6, _window_bytes(opcode.window)
        case _:
            return _area_body(opcode)


def _warp_body(opcode: WarpRectilinear | WarpFisheye) -> tuple[int, bytes]:
    planes = struct.pack(">I", len(opcode.radial))
    centre = _bytes(">f8", opcode.centre)
    if isinstance(opcode, WarpFisheye):
        return 2, planes + _bytes(">f8", opcode.radial) + centre
    if opcode.valid_radius is None:
        return 1, planes + _bytes(">f8", np.hstack((opcode.radial, opcode.tangential))) + centre
    terms = np.hstack((opcode.radial, opcode.tangential, opcode.valid_radius))
    return 14, planes + _bytes(">f8", terms) + centre + struct.pack(">I", opcode.reciprocal)


def _area_body(
    opcode: MapTable | MapPolynomial | GainMap | DeltaPerRow | DeltaPerColumn | ScalePerRow | ScalePerColumn,
) -> tuple[int, bytes]:
    area = _window_bytes(opcode.area.window) + struct.pack(">4I", *opcode.area.planes, *opcode.area.pitch)
    match opcode:
        case MapTable():
            return 7, area + struct.pack(">I", len(opcode.table)) + _bytes(">u2", opcode.table)
        case MapPolynomial():
            coefficients = opcode.coefficients
            return 8, area + struct.pack(">I", len(coefficients) - 1) + _bytes(">f8", coefficients)
        case GainMap():
            rows, columns, planes = opcode.gains.shape
            grid = struct.pack(">2I4dI", rows, columns, *opcode.spacing, *opcode.origin, planes)
            return 9, area + grid + _bytes(">f4", opcode.gains)
        case DeltaPerRow() | DeltaPerColumn():
            code, values = (10 if isinstance(opcode, DeltaPerRow) else 11), opcode.deltas
        case ScalePerRow() | ScalePerColumn():
            code, values = (12 if isinstance(opcode, ScalePerRow) else 13), opcode.scales
    return code, area + struct.pack(">I", len(values)) + _bytes(">f4", values)


def _window_bytes(window: Window) -> bytes:
    return struct.pack(">4i", window.top, window.left, window.bottom, window.right)


def _bytes(dtype: str, values: object) -> bytes:
    return np.asarray(values).astype(dtype).tobytes()
