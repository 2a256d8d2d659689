"""Kernel of the largest rectangle in a picture of yes and no."""

import numpy as np
from jaxtyping import Bool, Int64

from lichtbild.numerics.kernel import kernel


@kernel
def largest_rectangle(blocks: Bool[np.ndarray, "h w"], found: Int64[np.ndarray, " 4"]) -> None:
    """``found`` filled with top, bottom, left and right of the first largest rectangle; zeros without one.

    Row by row, with the heights of the columns that end there and a stack of those that are still open.
    """
    height, width = blocks.shape
    heights = np.zeros(width + 1, np.int64)
    starts, talls = np.empty(width + 2, np.int64), np.empty(width + 2, np.int64)
    best = 0
    found[:] = 0
    for row in range(height):
        open_ = 0
        for column in range(width + 1):
            if column < width:
                heights[column] = heights[column] + 1 if blocks[row, column] else 0
            tall, start = heights[column], column
            while open_ > 0 and talls[open_ - 1] >= tall:
                open_ -= 1
                start, high = starts[open_], talls[open_]
                if high * (column - start) > best:
                    best = high * (column - start)
                    found[0], found[1], found[2], found[3] = row + 1 - high, row + 1, start, column
            starts[open_], talls[open_] = start, tall
            open_ += 1
