"""ISO window: the upright rectangle about an edge that the standard's algorithm asks for."""

import numpy as np
from jaxtyping import Shaped

from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.iso_projection import LEAST_WIDTH

Point = tuple[float, float]


def iso_window(
    light: Shaped[np.ndarray, "row column *channel"], start: Point, end: Point, reach: float
) -> tuple[Shaped[np.ndarray, "high wide *channel"], Point]:
    """Window about a straight edge, crossed by it from side to side, and the edge's middle in the picture.

    No sample lies farther from the edge than ``reach`` along its row (or its column, for an edge that lies
    nearer to level): a slanted edge leaves the window that much narrower.

    Args:
        light: picture, or a plane of it.
        start: one end of the edge, (column, row), px, pixel centres at halves.
        end: the other end.
        reach: px on either side that are even.

    Raises:
        BadInput: the window would be too narrow, or lies outside the picture.
    """
    (x_1, y_1), (x_2, y_2) = start, end
    rows, columns = light.shape[:2]
    upright = abs(y_2 - y_1) >= abs(x_2 - x_1)
    across, along = ((x_1, x_2), (y_1, y_2)) if upright else ((y_1, y_2), (x_1, x_2))
    low, high = max(across) - reach, min(across) + reach
    begin, stop = min(along), max(along)
    wide, long = (columns, rows) if upright else (rows, columns)
    first, last = max(int(np.ceil(low)), 0), min(int(np.floor(high)), wide)
    top, bottom = max(int(np.ceil(begin)), 0), min(int(np.floor(stop)), long)
    if last - first < LEAST_WIDTH or bottom - top < LEAST_WIDTH:
        raise BadInput(
            f"the edge from ({x_1:.0f}, {y_1:.0f}) to ({x_2:.0f}, {y_2:.0f}) px leaves a window of "
            f"{max(last - first, 0)} x {max(bottom - top, 0)} px; it needs {LEAST_WIDTH} each way: take a "
            "larger chart, or one that is slanted less"
        )
    window = light[top:bottom, first:last] if upright else light[first:last, top:bottom]
    return window, ((x_1 + x_2) / 2, (y_1 + y_2) / 2)
