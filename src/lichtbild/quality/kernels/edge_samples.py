"""Edge samples: the pixels beside a line."""

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel


@kernel
def gathered(
    crop: Float64[np.ndarray, "h w"],
    line: Float64[np.ndarray, " 6"],
    corner: tuple[float, float],
    out: Float64[np.ndarray, "n 3"],
) -> int:
    """Column, row and value of the pixels whose centres lie beside a line; how many they are.

    Args:
        crop: of a picture.
        line: its beginning in the crop, its direction, its length and how far beside it counts.
        corner: of the crop in the picture, column and row.
        out: takes them, row by row.
    """
    count = 0
    for row in range(crop.shape[0]):
        y = row + 0.5 - line[1]
        for column in range(crop.shape[1]):
            x = column + 0.5 - line[0]
            along = x * line[2] + y * line[3]
            apart = y * line[2] - x * line[3]
            if 0.0 <= along <= line[4] and abs(apart) <= line[5]:
                out[count, 0] = column + 0.5 + corner[0]
                out[count, 1] = row + 0.5 + corner[1]
                out[count, 2] = crop[row, column]
                count += 1
    return count
