"""Frame: the pixels that a scene is drawn on, and where they lie in tangents."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput


@dataclass(frozen=True)
class Frame:
    """Rows and columns of a scene, middle on the axis.

    Attributes:
        rows: 1 or more; row 0 is at the top.
        columns: 1 or more.
        size: height and width in tangents, above 0.
        depth: distance along the axis of what is drawn, mm; infinite if far.
    """

    rows: int
    columns: int
    size: tuple[float, float]
    depth: float = math.inf

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1:
            raise BadInput(f"a scene has 1 row and 1 column or more, not {self.rows} x {self.columns}")
        if not all(math.isfinite(side) and side > 0 for side in self.size):
            raise BadInput(f"a scene's size is two tangents above 0, not {self.size}; give its field of view")
        if not self.depth > 0:
            raise BadInput(f"a scene lies at a distance above 0 mm, not {self.depth:g}; infinity is allowed")

    @staticmethod
    def across(rows: int, columns: int, angle: float, depth: float = math.inf) -> "Frame":
        """Square pixels across a horizontal field.

        Args:
            rows: of the scene.
            columns: of the scene.
            angle: full horizontal field, rad, above 0 and below pi.
            depth: mm.

        Raises:
            BadInput: the angle lies outside of that.
        """
        if not 0 < angle < math.pi:
            raise BadInput(
                f"a horizontal field is above 0 and below 180 degrees, not {math.degrees(angle):g}; "
                "give a full angle"
            )
        width = 2 * math.tan(angle / 2)
        return Frame(rows, columns, (width * rows / max(columns, 1), width), depth)

    @property
    def pixel(self) -> tuple[float, float]:
        """Height and width of a pixel in tangents."""
        return self.size[0] / self.rows, self.size[1] / self.columns

    @property
    def x_edges(self) -> Float[np.ndarray, " columns_and_1"]:
        """Tangents of the left edge of each column, and of the right edge of the last."""
        return (np.arange(self.columns + 1) / self.columns - 0.5) * self.size[1]

    @property
    def y_edges(self) -> Float[np.ndarray, " rows_and_1"]:
        """Tangents of the upper edge of each row, and of the lower edge of the last; they decrease."""
        return (0.5 - np.arange(self.rows + 1) / self.rows) * self.size[0]

    @property
    def x(self) -> Float[np.ndarray, " columns"]:
        """Tangents of the middles of the columns."""
        return ((np.arange(self.columns) + 0.5) / self.columns - 0.5) * self.size[1]

    @property
    def y(self) -> Float[np.ndarray, " rows"]:
        """Tangents of the middles of the rows; they decrease."""
        return (0.5 - (np.arange(self.rows) + 0.5) / self.rows) * self.size[0]
