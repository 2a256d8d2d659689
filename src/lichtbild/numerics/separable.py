"""Separable filter: a plane weighted down its columns and along its rows, one text for NumPy and JAX.

JAX arrays take its convolution. NumPy arrays, which photographs are, take a kernel that does the same sums
row by row, so that they stay in the processor's cache.
"""

from functools import partial
from typing import Any, Final, Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.numerics.kernel import kernel

Weights = Float[np.ndarray, " _"]
Border = Literal["inside", "held", "mirrored"]

DELTA: Final = np.ones(1)
"""Weights of a filter that changes nothing."""


def gaussian(sigma: float, radius: int) -> Weights:
    """Weights of a Gaussian at whole places, with the sum 1.

    Args:
        sigma: its standard deviation in samples, above 0.
        radius: samples on either side.
    """
    places = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (places / sigma) ** 2)
    return np.asarray(weights / weights.sum())


def filtered(plane: Any, down: Weights, right: Weights, border: Border = "inside") -> Any:
    """The plane with each sample the weighted sum of its neighbours (a correlation: nothing is turned round).

    Args:
        plane: ``[row, column]``, NumPy or JAX, of floats; the result keeps its type.
        down: weights of the rows, an odd number, the one above first.
        right: weights of the columns, likewise, the left one first.
        border: ``inside`` leaves out what the filter does not fully cover; the others keep the size: beyond
            its border the plane goes on as its border is, or as its mirror image.

    Raises:
        BadInput: the plane is smaller than the filter.
    """
    above, beside = len(down) // 2, len(right) // 2
    if border != "inside":
        mode = "edge" if border == "held" else "symmetric"
        plane = namespace(plane).pad(plane, ((above, above), (beside, beside)), mode=mode)
    height, width = plane.shape[0] - 2 * above, plane.shape[1] - 2 * beside
    if height < 1 or width < 1:
        raise BadInput(
            f"a filter of {len(down)} x {len(right)} samples needs a picture of at least that size, not "
            f"{plane.shape[0]} x {plane.shape[1]}; give a larger one"
        )
    if isinstance(plane, np.ndarray):
        result = np.empty((height, width), plane.dtype)
        _filter(np.ascontiguousarray(plane), down.astype(plane.dtype), right.astype(plane.dtype), result)
        return result
    return _along(_along(plane.T, down).T, right)


def _along(plane: Any, weights: Weights) -> Any:
    """Weighted sums along the rows, by JAX's convolution, whose weights run backwards."""
    xp = namespace(plane)
    line = xp.vectorize(partial(xp.convolve, mode="valid"), signature="(n),(k)->(m)")
    return line(plane, xp.asarray(weights[::-1], dtype=plane.dtype))


@kernel
def _filter(plane: Any, down: Any, right: Any, result: Any) -> None:
    """``result`` filled with the weighted sums of ``plane``, columns first."""
    height, width = result.shape
    wide = plane.shape[1]
    row = np.empty(wide, plane.dtype)
    for y in range(height):
        for x in range(wide):
            row[x] = down[0] * plane[y, x]
        for k in range(1, len(down)):
            weight = down[k]
            for x in range(wide):
                row[x] += weight * plane[y + k, x]
        for x in range(width):
            result[y, x] = right[0] * row[x]
        for k in range(1, len(right)):
            weight = right[k]
            for x in range(width):
                result[y, x] += weight * row[x + k]
