"""Lens warp: the correction of distortion and lateral colour that a lens asks for, as raw files state it.

Source: DNG 1.7.1 chapter 7, WarpRectilinear2: 1 is the radius of the farthest pixel from the centre.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.opcode import WarpRectilinear

POWERS: Final = 15
"""Of the radius, from 0 on; the odd ones are left at 0."""
_PLACES: Final = 257


def lens_warp(
    distortion: tuple[float, ...], lateral: Float[np.ndarray, "2 term"], size: tuple[int, int]
) -> WarpRectilinear:
    """The warp by which the picture of a plane becomes rectilinear and its colours lie on one another.

    Args:
        distortion: factors of r^2, r^4, ... as of `lichtbild.image.measured_lens.MeasuredLens`.
        lateral: factors of r^0, r^2, ... by which red and blue lie farther out than green, likewise.
        size: height and width of the picture, px.
    """
    # A radius of 1 is that of the farthest pixel's centre, not of the corner.
    radius = np.linspace(0, 1, _PLACES)
    ideal = radius * np.hypot(size[0] - 1, size[1] - 1) / np.hypot(*size)
    green = 1 + sum(term * ideal ** (2 * i + 2) for i, term in enumerate(distortion))
    height = ideal * green
    shares = [sum(term * height ** (2 * i) for i, term in enumerate(terms)) for terms in lateral]
    ratios = np.stack([green * (1 + shares[0]), green, green * (1 + shares[1])], axis=1)
    told = np.zeros((3, POWERS))
    told[:, ::2] = np.polynomial.polynomial.polyfit(radius**2, ratios, POWERS // 2).T
    return WarpRectilinear(told, np.zeros((3, 2)), (0.5, 0.5), np.tile([0.0, 1.0], (3, 1)))
