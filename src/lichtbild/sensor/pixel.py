"""Pixels: the grid that light falls on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.sensor.scalar import Scalar, check

MOST = 40_000
"""Rows or columns of the largest sensors made."""


@dataclass(frozen=True)
class Pixels:
    """A grid of square pixels, whose middle lies on the lens's axis.

    Attributes:
        rows: of active pixels.
        columns: of active pixels.
        pitch: distance of neighbours, mm.
        dual: whether each pixel has a left and a right photodiode under one microlens.
    """

    rows: int
    columns: int
    pitch: Scalar
    dual: bool = False

    def __post_init__(self) -> None:
        for name, count in (("rows", self.rows), ("columns", self.columns)):
            if not 1 <= count <= MOST:
                raise BadInput(f"a sensor has from 1 to {MOST} {name}, not {count}; give their number")
        check("the pixels' pitch", self.pitch, 1e-4, 1.0, "mm")

    @property
    def extent(self) -> Extent:
        """Rows and columns."""
        return Extent(self.rows, self.columns)

    @property
    def diagonal(self) -> float:
        """From corner to corner of the active area, mm."""
        return float(np.hypot(self.rows, self.columns) * self.pitch)

    def heights(self) -> Float[np.ndarray, "h w"]:
        """Distance of each pixel's middle from the axis, mm."""
        y = (np.arange(self.rows) + 0.5 - self.rows / 2) * self.pitch
        x = (np.arange(self.columns) + 0.5 - self.columns / 2) * self.pitch
        return np.asarray(np.hypot(y[:, None], x[None, :]))
