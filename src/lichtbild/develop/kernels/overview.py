"""Sums of the samples of cells, plane by plane."""

import numpy as np
from jaxtyping import Float32, Float64, Int64

from lichtbild.numerics.kernel import kernel


@kernel
def add_cells(
    samples: Float32[np.ndarray, "h w"],
    plane: Int64[np.ndarray, "h w"],
    cell: int,
    sums: Float64[np.ndarray, "cells planes"],
    counts: Float64[np.ndarray, "cells planes"],
) -> None:
    """``samples`` of a band added to the sums of its cells, ``cell`` samples wide; ``plane`` sorts them."""
    height, width = samples.shape
    cells = sums.shape[0]
    for row in range(height):
        for index in range(cells):
            for column in range(index * cell, min(index * cell + cell, width)):
                sums[index, plane[row, column]] += samples[row, column]
                counts[index, plane[row, column]] += 1.0
