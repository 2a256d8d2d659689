"""Weighted sums whose weights depend on the place in a periodic pattern."""

import numpy as np
from jaxtyping import Float32, Int32

from lichtbild.numerics.kernel import kernel


@kernel
def weighted_sums(
    padded: Float32[np.ndarray, "H W"],
    offsets: Int32[np.ndarray, "rows columns taps 2"],
    weights: Float32[np.ndarray, "rows columns taps"],
    radius: int,
    out: Float32[np.ndarray, "h w"],
) -> None:
    """At each pixel the sum of weights and neighbours; ``padded`` is wider than ``out`` by the radius.

    Weights of 0 end a list of taps; the first pixel of ``out`` lies at the pattern's origin.
    """
    height, width = out.shape
    rows, columns, taps = weights.shape
    for y in range(height):
        for x in range(width):
            i, j = y % rows, x % columns
            total = np.float32(0)
            for t in range(taps):
                if weights[i, j, t] == 0:
                    break
                row, column = y + radius + offsets[i, j, t, 0], x + radius + offsets[i, j, t, 1]
                total += weights[i, j, t] * padded[row, column]
            out[y, x] = total
