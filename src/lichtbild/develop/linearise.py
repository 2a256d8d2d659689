"""Linearise: stored codes become linear samples, 0 for black and 1 for a full sensor."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import ResampleStage
from lichtbild.core.window import Extent, Window
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
        """Linear samples of a window of the active area."""
        codes = image.samples[image.window.slices_of(self.source(window, image.extent))]
        if self.levels.linearisation is not None:
            codes = looked_up(codes, self.levels.linearisation.astype(np.float32))
        scale = 1.0 / (self.levels.white - highest_black(self.levels))
        samples = normalised(codes, self._black(window), scale.astype(np.float32))
        if self.clip:
            samples = namespace(samples).minimum(samples, np.float32(1))
        return Mosaic(samples, window, self.active_area.extent, image.cfa)

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
