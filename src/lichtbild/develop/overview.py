"""Overview of a frame: its light in cells of 16 x 16 pixels, before anything is developed.

Of each row of cells four rows of pixels are read, through the same stages that the development begins with:
a sixteenth of the picture's rows would do for a map, and four hold every colour of every filter pattern.

::

    codes --[list 1, linearise, list 2, bin]--> linear samples --mean in cells--> [list 3 at the cells' size]

The opcodes that move light (warps, trims) or scale it by its place (vignetting, gain maps) are applied to
the small image, to whose size they are relative; so a map that is made of it lies where the developed image
has its light. Corrections of single pixels, rows and columns are left out: they do not move a cell's mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Float32

from lichtbild.core.chain import Chain
from lichtbild.core.stage import AbstractStage, LocalStage, NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.distortion import is_identity, places
from lichtbild.develop.gains import Gains
from lichtbild.develop.kernels.overview import add_cells
from lichtbild.develop.linearise import highest_black
from lichtbild.develop.opcode_stages import corrected
from lichtbild.image.calibration import CameraColour
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import (
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    MapTable,
    Opcode,
    TrimBounds,
    WarpFisheye,
    WarpRectilinear,
)
from lichtbild.image.overview import Overview
from lichtbild.image.raw_frame import RawFrame

CELL: Final = 16
"""Side of a cell in pixels."""
ROWS: Final = 4
"""Rows of pixels that are read in each row of cells: all phases of a quad-Bayer pattern, and all colours of
every other."""
_CENTRE: Final = (CELL - 1) / 2
WHITE_EVERY: Final = 8
"""Rows of cells from one whose white is found to the next, at most."""
WHITE_ROWS: Final = 16
"""Rows of cells whose white is found, at least, where there are so many."""
UNLIMITED: Final = 1e6
"""White of samples that know no limit."""
FULL: Final = 0.98
"""Share of the sensor's white from which a sample counts as full: noise blurs where a sensor clips."""


def overview(
    frame: RawFrame,
    stages: Sequence[NamedStage],
    on_colour: Sequence[Opcode] = (),
    *,
    pixel_aspect: float = 1.0,
) -> Overview:
    """The frame's light in cells.

    Args:
        frame: the whole frame.
        stages: those that come before white balance, from stored codes to linear samples. Stages that look
            around themselves (repairs, denoising, remosaicing) are passed over.
        on_colour: opcode list 3; empty where the recipe leaves it out.
        pixel_aspect: width of a pixel over its height.

    Raises:
        ValueError: no stage gives linear samples.
    """
    of_codes, of_light = _pointwise(stages)
    extent = Chain(of_light).extent(frame.extent)
    of_light, gains = _without_gains(of_light)
    to_light = Chain(of_light)
    bounded = frame.samples.dtype.kind != "f"  # samples of floating point can go on above white
    light, full = [], []
    for band in _bands(extent):
        codes = _codes(frame, of_codes, _source(of_light, band, frame.extent))
        light.append(_cell_means(to_light.render(codes, band)))
        full.append(_full_share(codes, len(light[-1]), extent.width, bounded))
    samples = np.stack(light)
    white = _white(frame, to_light, extent) if bounded else np.full_like(samples, UNLIMITED)
    if gains is not None:
        factor = _gain(gains, frame.cfa, samples.shape[2], extent)
        samples, white = samples * factor, white * factor
    small = Overview(samples, np.stack(full), white, CELL, extent)
    for opcode in on_colour:
        small = _after(small, opcode, pixel_aspect)
    return small


def scene(
    overview: Overview,
    neutral: tuple[float, ...],
    colour: CameraColour,
    highlights: AbstractStage | None = None,
) -> LinearImage:
    """The overview as a small picture of the scene's light, a pixel for each cell, before exposure.

    Args:
        overview: of the frame.
        neutral: camera planes of a neutral object.
        colour: the camera's calibration.
        highlights: what is done with highlights in the development, from camera image to camera image.
    """
    gains = np.asarray([max(neutral) / value for value in neutral], np.float32)
    window = overview.window
    balanced = CameraImage(overview.samples * gains, window, window.extent)
    if highlights is not None:
        balanced = highlights(balanced)
    return ColourMatrix.of(colour, neutral)(balanced)


def _pointwise(
    stages: Sequence[NamedStage],
) -> tuple[tuple[NamedStage, ...], tuple[NamedStage, ...]]:
    """The stages from codes to codes and those from codes to light, without those that look around."""
    kept = [pair for pair in stages if not (isinstance(pair[1], LocalStage) and pair[1].halo)]
    of_codes = tuple(pair for pair in kept if issubclass(pair[1].gives(), RawFrame))
    of_light = tuple(kept[len(of_codes) :])
    if not of_light:
        raise ValueError("an overview needs the stage that makes codes into linear samples")
    return of_codes, of_light


def _without_gains(stages: tuple[NamedStage, ...]) -> tuple[tuple[NamedStage, ...], Gains | None]:
    """The stages but for the gain maps that they end with, and these as one stage."""
    for start in range(1, len(stages)):
        if (made := Gains.of([stage for _, stage in stages[start:]])) is not None:
            return stages[:start], made
    return stages, None


def _source(stages: tuple[NamedStage, ...], window: Window, extent: Extent) -> Window:
    """The part of an image of size ``extent`` that a window after the stages comes from."""
    extents = [extent]
    for _, stage in stages[:-1]:
        extents.append(stage.extent(extents[-1]))
    for (_, stage), size in zip(reversed(stages), reversed(extents), strict=True):
        window = stage.source(window, size)
    return window


def _codes(frame: RawFrame, stages: tuple[NamedStage, ...], window: Window) -> RawFrame:
    if not stages:
        return frame.crop(window)
    codes: RawFrame = Chain(stages).render(frame, window)
    return codes


def _bands(extent: Extent) -> list[Window]:
    """The rows of pixels that are read, four in the middle of each row of cells."""
    firsts = (
        max(0, min(top + (CELL - ROWS) // 2, extent.height - ROWS)) for top in range(0, extent.height, CELL)
    )
    return [Window(first, 0, min(first + ROWS, extent.height), extent.width) for first in firsts]


def _cell_means(band: Mosaic) -> Float32[np.ndarray, "columns planes"]:
    """Mean of each plane in the cells of a band."""
    height, width, planes = band.samples.shape
    if band.cfa is None:
        plane = np.broadcast_to(np.arange(planes), (height, width, planes)).reshape(height, width * planes)
    else:
        plane = band.cfa.shifted(band.window.top, band.window.left).planes(band.window.extent)
    shape = -(-width // CELL), planes if band.cfa is None else len(band.cfa.colours)
    sums, counts = np.zeros(shape), np.zeros(shape)
    samples = np.ascontiguousarray(band.samples, np.float32).reshape(height, width * planes)
    add_cells(samples, np.ascontiguousarray(plane, np.int64), CELL * planes, sums, counts)
    # A cell at the right border can be narrower than a pattern: its missing planes go on from the left.
    for column in np.flatnonzero((counts == 0).any(axis=1)):
        missing = counts[column] == 0
        sums[column, missing] = sums[column - 1, missing]
        counts[column, missing] = np.maximum(counts[column - 1, missing], 1)
    return (sums / counts).astype(np.float32)


def _white(frame: RawFrame, to_light: Chain, extent: Extent) -> Float32[np.ndarray, "rows columns planes"]:
    """What a full sensor reads in each cell: the stages' light of the highest code there is."""

    def full(band: Window) -> Mosaic:
        codes = frame.crop(_source(to_light.stages, band, frame.extent))
        brightest = np.full_like(codes.samples, np.iinfo(codes.samples.dtype).max)
        light: Mosaic = to_light.render(replace(codes, samples=brightest), band)
        return light

    return _smooth(full, extent)


def _gain(
    gains: Gains, cfa: Cfa | None, planes: int, extent: Extent
) -> Float32[np.ndarray, "rows columns planes"]:
    """What each cell is multiplied by."""
    depth = 1 if cfa is not None else planes

    def unit(band: Window) -> Mosaic:
        return gains(Mosaic(np.ones((*band.extent, depth), np.float32), band, extent, cfa))

    return _smooth(unit, extent)


def _smooth(light: Callable[[Window], Mosaic], extent: Extent) -> Float32[np.ndarray, "rows columns planes"]:
    """Cells of light that follows the lens's shading, so smooth that few rows of cells are enough."""
    bands = _bands(extent)
    every = max(1, min(WHITE_EVERY, len(bands) // WHITE_ROWS))
    rows = sorted({*range(0, len(bands), every), len(bands) - 1})
    known = np.stack([_cell_means(light(bands[row])) for row in rows])
    below = np.minimum(np.searchsorted(rows, np.arange(len(bands)), side="right"), len(rows) - 1)
    above = np.maximum(below - 1, 0)
    step = np.maximum(np.take(rows, below) - np.take(rows, above), 1)
    share = ((np.arange(len(bands)) - np.take(rows, above)) / step).astype(np.float32)[:, None, None]
    return np.asarray(known[above] * (1 - share) + known[below] * share)


def _full_share(codes: RawFrame, columns: int, width: int, bounded: bool) -> Float32[np.ndarray, " columns"]:
    """Share of the samples of each cell that are full, of a band of codes under ``width`` pixels."""
    if not bounded:
        return np.zeros(columns, np.float32)
    share = _is_full(codes).mean(axis=(0, 2))
    edges = (np.arange(columns) * CELL * codes.window.width) // width
    full = np.add.reduceat(share, edges) / np.diff(np.append(edges, len(share)))
    return full.astype(np.float32)


def _is_full(codes: RawFrame) -> Bool[np.ndarray, "h w planes"]:
    """Which codes are as high as the sensor can count."""
    levels = codes.levels
    black = highest_black(levels)
    limit = black + FULL * (levels.white - black)
    if levels.linearisation is not None:
        limit = np.searchsorted(levels.linearisation, limit)
    return np.asarray(codes.samples >= limit)


def _after(small: Overview, opcode: Opcode, pixel_aspect: float) -> Overview:
    """The overview after one opcode of list 3."""
    match opcode:
        case WarpRectilinear() | WarpFisheye():
            if is_identity(opcode):
                return small
            return _moved(small, small.extent, *places(opcode, *_centres(small), small.extent, pixel_aspect))
        case TrimBounds(window=window):
            rows, columns = (
                np.arange(-(-size // CELL)) * CELL + first + _CENTRE
                for size, first in zip(window.extent, (window.top, window.left), strict=True)
            )
            grid = np.meshgrid(rows, columns, indexing="ij")
            return _moved(small, window.extent, grid[0][None], grid[1][None])
        case FixVignetteRadial():
            gain = _vignette_gain(opcode, _centres(small), small.extent, pixel_aspect)[..., None]
            return replace(small, samples=small.samples * gain, white=small.white * gain)
        case GainMap() | MapTable() | MapPolynomial():
            light, white = (
                corrected(_in_cells(opcode), of, small.window, small.window.extent)
                for of in (small.samples, small.white)
            )
            return replace(small, samples=light, white=white)
        case _:
            return small


def _centres(small: Overview) -> tuple[Float[np.ndarray, " rows"], Float[np.ndarray, " columns"]]:
    """Row and column of the centres of the cells, in pixels."""
    rows, columns = small.full.shape
    return np.arange(rows) * CELL + _CENTRE, np.arange(columns) * CELL + _CENTRE


def _vignette_gain(
    opcode: FixVignetteRadial,
    centres: tuple[Float[np.ndarray, " rows"], Float[np.ndarray, " columns"]],
    extent: Extent,
    pixel_aspect: float,
) -> Float32[np.ndarray, "rows columns"]:
    """The gain of `shading.vignette_fixed` at the centres of the cells."""
    column, row = opcode.centre[0] * (extent.width - 1), opcode.centre[1] * (extent.height - 1)
    farthest = max(column, extent.width - 1 - column) ** 2
    farthest += (max(row, extent.height - 1 - row) / pixel_aspect) ** 2
    down, across = ((centres[0] - row) / pixel_aspect) ** 2, (centres[1] - column) ** 2
    squared = (down[:, None] + across) / max(farthest, 1.0)
    return np.asarray(1 + squared * np.polynomial.polynomial.polyval(squared, opcode.terms), np.float32)


def _in_cells(
    opcode: GainMap | MapTable | MapPolynomial,
) -> GainMap | MapTable | MapPolynomial:
    """The opcode with its area counted in cells."""
    wide = opcode.area.window
    area = Window(*(round(edge / CELL) for edge in (wide.top, wide.left, wide.bottom, wide.right)))
    return replace(opcode, area=replace(opcode.area, window=area, pitch=(1, 1)))


def _moved(
    small: Overview,
    extent: Extent,
    rows: Float[np.ndarray, "sets h w"],
    columns: Float[np.ndarray, "sets h w"],
) -> Overview:
    """The overview with its cells taken from these places, in pixels, of the image before."""

    def from_places(cells: Float32[np.ndarray, "rows columns planes"]) -> Float32[np.ndarray, "h w planes"]:
        sets = [min(plane, len(rows) - 1) for plane in range(cells.shape[2])]
        moved = [_bilinear(cells[..., plane], rows[s], columns[s]) for plane, s in enumerate(sets)]
        return np.stack(moved, axis=-1)

    full = from_places(np.repeat(small.full[..., None], 2, axis=2))[..., 1]  # moves as green does
    return Overview(from_places(small.samples), full, from_places(small.white), CELL, extent)


def _bilinear(
    cells: Float32[np.ndarray, "rows columns"],
    rows: Float[np.ndarray, "h w"],
    columns: Float[np.ndarray, "h w"],
) -> Float32[np.ndarray, "h w"]:
    """The map's values at places in pixels; beyond the outermost cells' centres these go on."""
    y = np.clip((rows - _CENTRE) / CELL, 0, cells.shape[0] - 1)
    x = np.clip((columns - _CENTRE) / CELL, 0, cells.shape[1] - 1)
    top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    below, right = np.minimum(top + 1, cells.shape[0] - 1), np.minimum(left + 1, cells.shape[1] - 1)
    v, u = y - top, x - left
    above = cells[top, left] * (1 - u) + cells[top, right] * u
    under = cells[below, left] * (1 - u) + cells[below, right] * u
    return np.asarray(above * (1 - v) + under * v, np.float32)
