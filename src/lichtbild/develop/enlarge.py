"""Enlarge: the camera image on a finer grid, with the detail that a burst has beyond its pixels.

The image is interpolated by Lanczos's filter of three lobes (`lichtbild.develop.resize`), which adds nothing.
To it is added what the frames of a burst told of the places between (`lichtbild.develop.super_resolution`),
with the gains that the image has had before.
"""

from dataclasses import dataclass, replace
from math import floor
from typing import Any, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import NamedStage, ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.resize import LOBES, resampled
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import (
    Area,
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

_CELL: Final = 2


@dataclass(frozen=True, eq=False)
class Enlarge(ResampleStage):
    """The image with ``scale`` times its rows and columns; an odd last one is left out.

    Attributes:
        scale: 1.5 or 2.
        detail: what is added; None for nothing.
        gains: what white balance multiplied each plane by.
        shading: the stages before white balance that multiply samples by gains of their own.
        cfa: colours of the sensor's pixels.
    """

    scale: float
    detail: FineDetail | None = None
    gains: tuple[float, ...] = (1.0, 1.0, 1.0)
    shading: tuple[NamedStage, ...] = ()
    cfa: Cfa | None = None

    def extent(self, extent: Extent) -> Extent:
        """Size of the result."""
        return Extent(*(round(side // _CELL * _CELL * self.scale) for side in extent))

    def source(self, window: Window, extent: Extent) -> Window:
        """The pixels under the filters of the window's, beginning and ending with a cell."""
        sides = (window.top, window.bottom, extent.height), (window.left, window.right, extent.width)
        (top, bottom), (left, right) = (
            (
                max(floor(start / self.scale) - LOBES - 1, 0) // _CELL * _CELL,
                min(-(-(floor(stop / self.scale) + LOBES + 2) // _CELL) * _CELL, side),
            )
            for start, stop, side in sides
        )
        return Window(top, left, bottom, right)

    def render(self, image: CameraImage, window: Window) -> CameraImage:
        """The result in a window."""
        size = self.extent(image.extent)
        source = image.crop(self.source(window, image.extent))
        before = Extent(*(round(side / self.scale) for side in size))
        samples = resampled(source.samples, source.window, window, before, size)
        if self.detail is not None:
            samples += self._detail(self.detail, source.window, window, image.extent)
        return CameraImage(samples, window, size)

    def _detail(self, detail: FineDetail, held: Window, window: Window, extent: Extent) -> Any:
        """The detail of a window, with the gains of the pixels below."""
        part = detail.samples[:, window.top : window.bottom, window.left : window.right]
        light = np.moveaxis(part, 0, -1) * (np.float32(detail.unit) * np.asarray(self.gains, np.float32))
        if not self.shading:
            return light
        cells = self._gains_of_cells(held, extent)
        row, column = (
            np.floor((np.arange(first, last) + 0.5) / self.scale / _CELL).astype(int) - begin // _CELL
            for first, last, begin in (
                (window.top, window.bottom, held.top),
                (window.left, window.right, held.left),
            )
        )
        return light * cells[row][:, column]

    def _gains_of_cells(self, held: Window, extent: Extent) -> Float32[np.ndarray, "h w 3"]:
        """What the stages before white balance multiply each colour by, in each cell of 2 x 2 pixels."""
        assert self.cfa is not None  # only mosaics have shading of their own
        ones = Mosaic(np.ones((*held.extent, 1), np.float32), held, extent, self.cfa)
        gains = Chain(self.shading)(ones).samples[..., 0]
        height, width = (side // _CELL for side in gains.shape)
        pixels = gains[: height * _CELL, : width * _CELL].reshape(height, _CELL, width, _CELL)
        pattern = np.asarray(self.cfa.shifted(held.top, held.left).pattern)
        return np.stack(
            [_mean_of(pixels, pattern == colour) for colour in range(3)],
            axis=-1,
        )


def _mean_of(pixels: Float32[np.ndarray, "h 2 w 2"], chosen: Any) -> Float32[np.ndarray, "h w"]:
    """The mean of the chosen pixels of each cell."""
    places = np.argwhere(chosen)
    return np.asarray(sum(pixels[:, row, :, column] for row, column in places) / np.float32(len(places)))


def shading_of(opcodes: tuple[Opcode, ...]) -> tuple[Opcode, ...]:
    """Those of opcode list 2 that multiply light by a gain, which detail needs too; repairs are left out.

    Raises:
        BadInput: one moves pixels, or changes them in another way.
    """
    for opcode in opcodes:
        if not isinstance(
            opcode, GainMap | FixVignetteRadial | ScalePerRow | ScalePerColumn | FixBadPixelsList
        ):
            raise _refused(opcode, "changes the mosaic of each frame")
    return tuple(opcode for opcode in opcodes if not isinstance(opcode, FixBadPixelsList))


def finer(opcode: Opcode, scale: float) -> Opcode:
    """An opcode of list 3 for an image with ``scale`` times the pixels along its sides.

    Warps, gain maps and vignettes are told relative to the image; the areas of maps and what is trimmed in
    pixels.

    Raises:
        BadInput: it lists single pixels, rows or columns.
    """
    match opcode:
        case WarpRectilinear() | WarpFisheye() | FixVignetteRadial():
            return opcode
        case TrimBounds(window=window):
            return TrimBounds(_finer_window(window, scale))
        case GainMap(area=area) | MapTable(area=area) | MapPolynomial(area=area) if area.pitch == (1, 1):
            return replace(opcode, area=Area(_finer_window(area.window, scale), area.planes, area.pitch))
        case _:
            raise _refused(opcode, "is told in single pixels")


def _finer_window(window: Window, scale: float) -> Window:
    return Window(*(round(side * scale) for side in (window.top, window.left, window.bottom, window.right)))


def _refused(opcode: Opcode, why: str) -> BadInput:
    return BadInput(
        f"the file's opcode {type(opcode).__name__} {why}, which --scale cannot follow; develop without it"
    )
