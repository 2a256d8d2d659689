"""Levels: which code means no light, and which code means that the sensor is full."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Levels:
    """How stored codes become linear samples from 0 (black) to 1 (white).

    Attributes:
        black: black level in codes at ``[row, column, plane]``, a pattern repeated from the active
            area's upper left corner.
        white: saturation level in codes of each plane.
        black_per_column: black level to add for each column of the active area.
        black_per_row: black level to add for each row of the active area.
        linearisation: table from stored code to linear code; codes beyond its end take the last entry.

    Source: DNG 1.7.1 chapter 5, "Mapping Raw Values to Linear Reference Values".
    """

    black: Float[np.ndarray, "rows columns planes"]
    white: Float[np.ndarray, " planes"]
    black_per_column: Float[np.ndarray, " w"] | None = None
    black_per_row: Float[np.ndarray, " h"] | None = None
    linearisation: Float[np.ndarray, " codes"] | None = None
