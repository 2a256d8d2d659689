"""Drawing: a figure of a lens, and where its millimetres lie on it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.figure.simplify import kept_points
from lichtbild.figure.svg import Svg
from lichtbild.optics.drawing.section import Section

OFF = 0.04
"""How far a drawn line may be from the computed one, pixels."""


@dataclass(frozen=True)
class Sheet:
    """Where millimetres lie on a figure: one scale for both axes.

    Args:
        scale: pixels per mm.
        x: pixel of z = 0.
        y: pixel of y = 0.
        right: right edge of what is drawn to scale, pixels.
        top: upper edge of what is drawn to scale.
        bottom: its lower edge.
    """

    scale: float
    x: float
    y: float
    right: float
    top: float
    bottom: float

    def pixels(
        self, z: Float[np.ndarray, "*any"], y: Float[np.ndarray, "*any"]
    ) -> tuple[Float[np.ndarray, "*any"], Float[np.ndarray, "*any"]]:
        """Pixels across and down."""
        return self.x + z * self.scale, self.y - y * self.scale

    def place(self, z: float, y: float) -> tuple[float, float]:
        """Pixels of one point."""
        return float(self.x + z * self.scale), float(self.y - y * self.scale)

    def line(self, curve: Float[np.ndarray, "2 n"]) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of a curve (z, y), without the points that make no visible difference."""
        x, y = self.pixels(curve[0], curve[1])
        kept = kept_points(x, y, OFF)
        return x[kept], y[kept]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure of a lens.

    Args:
        svg: the figure.
        sheet: where millimetres lie on it.
        section: the curves that it shows, mm.
    """

    svg: Svg
    sheet: Sheet
    section: Section
