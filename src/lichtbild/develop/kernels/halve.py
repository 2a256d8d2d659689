"""Means of squares of two by two pixels."""

import numpy as np
from jaxtyping import Float32

from lichtbild.numerics.kernel import kernel


@kernel
def means_of_squares(
    samples: Float32[np.ndarray, "h w planes"], out: Float32[np.ndarray, "_ _ planes"]
) -> None:
    """Half as many rows and columns, into ``out``; an odd row or column stands for two."""
    height, width, planes = samples.shape
    for row in range(out.shape[0]):
        top, bottom = 2 * row, min(2 * row + 1, height - 1)
        for column in range(out.shape[1]):
            left, right = 2 * column, min(2 * column + 1, width - 1)
            for plane in range(planes):
                first = samples[top, left, plane] + samples[bottom, left, plane]
                second = samples[top, right, plane] + samples[bottom, right, plane]
                out[row, column, plane] = (first + second) * np.float32(0.25)
