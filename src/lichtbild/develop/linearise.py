"""Linearise: stored codes become linear samples, 0 for black and 1 for a full sensor."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.ingest import linear
from lichtbild.image.levels import Levels
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.raw_frame import RawFrame


def normalised(codes: Any, black: Any, scale: Any) -> Any:
    """Linear samples: (``codes`` - ``black``) * ``scale``, as float32; below black they are negative.

    Args:
        codes: linear codes ``[row, column, plane]``.
        black: black level in codes, of any shape that broadcasts to that of the codes.
        scale: one over the codes from black to white, likewise.

    Source: DNG 1.7.1 chapter 5, "Black Subtraction" and "Rescaling".
    """
    xp = namespace(codes)
    return (xp.asarray(codes, dtype=xp.float32) - black) * scale


def looked_up(codes: Any, table: Any) -> Any:
    """The table's entry for each code, as float32; codes beyond its end take the last entry.

    Source: DNG 1.7.1 chapter 5, "Linearization".
    """
    xp = namespace(codes)
    if codes.dtype.kind == "f":
        codes = xp.clip(xp.round(codes), 0, len(table) - 1).astype(xp.int32)
    # The codes' own type may be too narrow for the table's length, which is then no limit.
    elif len(table) - 1 < np.iinfo(codes.dtype).max:
        codes = xp.minimum(codes, codes.dtype.type(len(table) - 1))
    return xp.take(table, codes, axis=0)


def highest_black(levels: Levels) -> Float[np.ndarray, " planes"]:
    """The highest black level of each plane, over the pattern and the rows' and columns' own parts."""
    rows, columns, _ = levels.black.shape
    by_row = _highest_of_phase(levels.black_per_row, rows)
    by_column = _highest_of_phase(levels.black_per_column, columns)
    highest: Float[np.ndarray, " planes"] = (
        levels.black + by_row[:, None, None] + by_column[None, :, None]
    ).max(axis=(0, 1))
    return highest


def _highest_of_phase(values: Float[np.ndarray, " n"] | None, period: int) -> Float[np.ndarray, " period"]:
    """The highest of every ``period``-th value, from each start; 0 where there is none."""
    if values is None:
        return np.zeros(period)
    parts = [values[phase::period] for phase in range(period)]
    return np.array([part.max() if len(part) else 0.0 for part in parts])


@dataclass(frozen=True, eq=False)
class Linearise(ResampleStage):
    """Codes of the stored area in, linear samples of the active area out.

    Values below black stay negative: to cut noise at zero would make shadows too bright.

    Attributes:
        levels: black, white and linearisation.
        active_area: the part of the stored area that saw light.
        clip: whether samples above white are cut to 1. A sensor cannot measure beyond its white; a file
            of floating-point samples can go on above it.

    Raises:
        BadInput: white does not lie above black.

    Source: DNG 1.7.1 chapter 5, "Mapping Raw Values to Linear Reference Values".
    """

    levels: Levels
    active_area: Window
    clip: bool = True

    differentiable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        span = self.levels.white - highest_black(self.levels)
        if not (span > 0).all():
            plane = int(np.argmin(span))
            raise BadInput(
                f"the white level of plane {plane} ({self.levels.white[plane]:g}) does not lie above "
                f"its black level ({self.levels.white[plane] - span[plane]:g})"
            )

    @staticmethod
    def of(frame: RawFrame) -> "Linearise":
        """The stage that this frame needs; floating-point samples are not clipped."""
        return Linearise(frame.levels, frame.active_area, clip=frame.samples.dtype.kind != "f")

    def extent(self, extent: Extent) -> Extent:
        """Size of the active area."""
        return self.active_area.extent

    def source(self, window: Window, extent: Extent) -> Window:
        """The window's place in the stored area."""
        top, left = self.active_area.top, self.active_area.left
        return Window(window.top + top, window.left + left, window.bottom + top, window.right + left)

    def render(self, image: RawFrame, window: Window) -> Mosaic:
        """Linear samples of a window of the active area; by the kernel where there is one for the codes."""
        codes = self._codes(image, window)
        if isinstance(codes, np.ndarray) and codes.dtype in (np.uint8, np.uint16):
            samples = self._by_kernel(codes, window)
        else:
            samples = self._defined(codes, window)
        return Mosaic(samples, window, self.active_area.extent, image.cfa)

    def definition(self, image: RawFrame) -> Mosaic:
        """Linear samples of the whole active area, by the standard's equations."""
        window = Window.whole(self.active_area.extent)
        samples = self._defined(self._codes(image, window), window)
        return Mosaic(samples, window, window.extent, image.cfa)

    def _codes(self, image: RawFrame, window: Window) -> Any:
        """The window's codes; linear ones, where the file has a table for that."""
        codes = image.samples[image.window.slices_of(self.source(window, image.extent))]
        if self.levels.linearisation is not None:
            codes = looked_up(codes, self.levels.linearisation.astype(np.float32))
        return codes

    def _defined(self, codes: Any, window: Window) -> Any:
        samples = normalised(codes, self._black(window), self._scale())
        return namespace(samples).minimum(samples, np.float32(1)) if self.clip else samples

    def _by_kernel(self, codes: Any, window: Window) -> Float[np.ndarray, "h w planes"]:
        height, width, planes = codes.shape
        row = width * planes
        period = len(self.levels.black)
        if self.levels.black_per_row is None:
            below, scale = _repeated_rows(self, window.top % period, window.left, window.right, planes)
        else:
            below, scale = _rows(self, window, planes)
        samples = np.empty(codes.shape, np.float32)
        linear(
            np.ascontiguousarray(codes.reshape(height, row), np.uint16),
            below,
            scale,
            np.float32(1 if self.clip else np.inf),
            samples.reshape(height, row),
        )
        return samples

    def _scale(self) -> Float[np.ndarray, " planes"]:
        """One over the codes from black to white."""
        scale: Float[np.ndarray, " planes"] = 1.0 / (self.levels.white - highest_black(self.levels))
        return scale.astype(np.float32)

    def _black(self, window: Window) -> Float[np.ndarray, "#h #w planes"]:
        """Black level over a window of the active area."""
        levels, (rows, columns, _) = self.levels, self.levels.black.shape
        black = levels.black
        if (rows, columns) != (1, 1):
            row, column = np.arange(window.top, window.bottom), np.arange(window.left, window.right)
            black = black[(row % rows)[:, None], (column % columns)[None, :]]
        if levels.black_per_row is not None:
            black = black + levels.black_per_row[window.top : window.bottom, None, None]
        if levels.black_per_column is not None:
            black = black + levels.black_per_column[None, window.left : window.right, None]
        return black.astype(np.float32)


@lru_cache(maxsize=32)  # each column of tiles asks for the same
def _repeated_rows(
    stage: Linearise, top: int, left: int, right: int, planes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Black level over as many rows as there are different ones, and the scale of a row."""
    return _rows(stage, Window(top, left, top + len(stage.levels.black), right), planes)


def _rows(stage: Linearise, window: Window, planes: int) -> tuple[np.ndarray, np.ndarray]:
    """Black level of a window's samples, row by row, and the scale of a row."""
    black = np.broadcast_to(stage._black(window), (*window.extent, planes))
    scale = np.broadcast_to(stage._scale(), (planes,))
    return np.ascontiguousarray(black.reshape(window.height, -1)), np.tile(scale, window.width)
