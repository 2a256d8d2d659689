"""Opcodes: corrections that a raw file asks for, each at its place in the development.

What they mean and how they are applied stands in the room ``develop``; how they lie in a file stands in
``io.dng``. Angles, radii and centres are relative to the image, as the standard has them.

Source: DNG 1.7.1 chapter 7, "Opcode List Processing".
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Window


@dataclass(frozen=True)
class Area:
    """The samples that an opcode changes.

    Attributes:
        window: rows and columns, in the coordinates of the opcode's list; an empty window is the whole image.
        planes: first plane and number of planes.
        pitch: every how many rows and columns a sample is changed, beginning at the window's corner.
    """

    window: Window
    planes: tuple[int, int]
    pitch: tuple[int, int]

    def slices_in(self, held: Window) -> tuple[slice, slice, slice]:
        """Slices that cut the samples to change out of an array ``[row, column, plane]`` holding ``held``."""
        area, (first, count) = self.window, self.planes
        if 0 in area.extent:
            return slice(0, held.height), slice(0, held.width), slice(first, first + count)
        return (
            _every(self.pitch[0], (area.top, area.bottom), (held.top, held.bottom)),
            _every(self.pitch[1], (area.left, area.right), (held.left, held.right)),
            slice(first, first + count),
        )


def _every(pitch: int, wanted: tuple[int, int], held: tuple[int, int]) -> slice:
    """Every ``pitch``-th index of the range ``wanted``, counted from where the range ``held`` begins."""
    first = wanted[0] + max(0, -((wanted[0] - held[0]) // pitch)) * pitch
    return slice(first - held[0], max(first, min(wanted[1], held[1])) - held[0], pitch)


@dataclass(frozen=True, eq=False)
class WarpRectilinear:
    """Radial and tangential distortion and lateral colour (opcodes 1 and 14).

    Attributes:
        radial: ``[plane, term]``: the factors of r^0, r^2, r^4, r^6 (version 1) or of r^0, r^1, ... r^14.
        tangential: ``[plane, 2]``.
        centre: (column, row) relative to the image, 0 to 1.
        valid_radius: ``[plane, 2]``: radii for which the terms hold; beyond them the edge's ratio is kept.
            None in version 1, which knows no such limit.
        reciprocal: whether the polynomial gives the ratio's reciprocal (version 2 only).
    """

    radial: Float[np.ndarray, "planes terms"]
    tangential: Float[np.ndarray, "planes 2"]
    centre: tuple[float, float]
    valid_radius: Float[np.ndarray, "planes 2"] | None = None
    reciprocal: bool = False


@dataclass(frozen=True, eq=False)
class WarpFisheye:
    """Fisheye made rectilinear (opcode 2); ``radial`` holds the factors of theta, theta^3, ..."""

    radial: Float[np.ndarray, "planes 4"]
    centre: tuple[float, float]


@dataclass(frozen=True)
class FixVignetteRadial:
    """Gain 1 + k0 r^2 + k1 r^4 + ... + k4 r^10 (opcode 3)."""

    terms: tuple[float, float, float, float, float]
    centre: tuple[float, float]


@dataclass(frozen=True)
class FixBadPixelsConstant:
    """Pixels of one stored code are to be interpolated (opcode 4)."""

    code: int
    bayer_phase: int


@dataclass(frozen=True)
class FixBadPixelsList:
    """Listed points (row, column) and windows are to be interpolated (opcode 5)."""

    points: tuple[tuple[int, int], ...]
    windows: tuple[Window, ...]
    bayer_phase: int


@dataclass(frozen=True)
class TrimBounds:
    """Only this window is kept (opcode 6)."""

    window: Window


@dataclass(frozen=True, eq=False)
class MapTable:
    """A table of 16-bit codes over codes (opcode 7); beyond its end the last entry holds."""

    area: Area
    table: Float[np.ndarray, " codes"]


@dataclass(frozen=True)
class MapPolynomial:
    """A polynomial of the sample, from its constant term upwards (opcode 8)."""

    area: Area
    coefficients: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class GainMap:
    """Gains on a coarse grid, interpolated bilinearly (opcode 9).

    Attributes:
        area: what is changed.
        gains: ``[row, column, plane]``; planes of the image beyond the last take the last.
        spacing: of rows and columns, relative to the image's height and width.
        origin: of the first row and column, relative likewise.
    """

    area: Area
    gains: Float[np.ndarray, "rows columns planes"]
    spacing: tuple[float, float]
    origin: tuple[float, float]


@dataclass(frozen=True, eq=False)
class DeltaPerRow:
    """A value to add to each row (opcode 10)."""

    area: Area
    deltas: Float[np.ndarray, " rows"]


@dataclass(frozen=True, eq=False)
class DeltaPerColumn:
    """A value to add to each column (opcode 11)."""

    area: Area
    deltas: Float[np.ndarray, " columns"]


@dataclass(frozen=True, eq=False)
class ScalePerRow:
    """A factor for each row (opcode 12)."""

    area: Area
    scales: Float[np.ndarray, " rows"]


@dataclass(frozen=True, eq=False)
class ScalePerColumn:
    """A factor for each column (opcode 13)."""

    area: Area
    scales: Float[np.ndarray, " columns"]


Opcode = (
    WarpRectilinear
    | WarpFisheye
    | FixVignetteRadial
    | FixBadPixelsConstant
    | FixBadPixelsList
    | TrimBounds
    | MapTable
    | MapPolynomial
    | GainMap
    | DeltaPerRow
    | DeltaPerColumn
    | ScalePerRow
    | ScalePerColumn
)
"""Any correction that a raw file may ask for."""


@dataclass(frozen=True)
class OpcodeLists:
    """The three lists of a raw file.

    Attributes:
        on_codes: applied to the codes as stored, over the whole stored area.
        on_linear: applied to linear samples, over the active area.
        on_colour: applied after demosaicing.
    """

    on_codes: tuple[Opcode, ...] = ()
    on_linear: tuple[Opcode, ...] = ()
    on_colour: tuple[Opcode, ...] = ()
