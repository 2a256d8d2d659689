"""Rows of pixels as planes ``[plane, column]``: taken apart, brought to Oklab and back, put together again.

Each function is a few simple loops along a row, which a compiler turns into wide instructions.
"""

from typing import Any

import numpy as np

from lichtbild.look.kernels.powers import cube_root
from lichtbild.numerics.kernel import kernel

Plane = np.ndarray
"""A row of one plane, float32."""
Planes = np.ndarray
"""A row of red, green and blue, or of Oklab, float32 ``[plane, column]``."""


@kernel
def split(row: Any, planes: Planes) -> None:
    """The planes of a row ``[column, plane]``."""
    red, green, blue = planes[0], planes[1], planes[2]
    for i in range(row.shape[0]):
        red[i] = row[i, 0]
        green[i] = row[i, 1]
        blue[i] = row[i, 2]


@kernel
def join(planes: Planes, row: Any) -> None:
    """The row ``[column, plane]`` of three planes."""
    red, green, blue = planes[0], planes[1], planes[2]
    for i in range(row.shape[0]):
        row[i, 0] = red[i]
        row[i, 1] = green[i]
        row[i, 2] = blue[i]


@kernel
def mix(planes: Planes, weights: Any, result: Plane) -> None:
    """A weighted sum of the planes."""
    red, green, blue = planes[0], planes[1], planes[2]
    r, g, b = weights[0], weights[1], weights[2]
    for i in range(result.shape[0]):
        result[i] = red[i] * r + green[i] * g + blue[i] * b


@kernel
def scale(planes: Planes, gain: Plane) -> None:
    """The planes times a gain, in place."""
    for p in range(3):
        plane = planes[p]
        for i in range(gain.shape[0]):
            plane[i] *= gain[i]


@kernel
def transform(planes: Planes, matrix: Any) -> None:
    """The planes times a matrix, in place: with a second array the compiler fears that the two overlap."""
    red, green, blue = planes[0], planes[1], planes[2]
    m00, m01, m02 = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    m10, m11, m12 = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    m20, m21, m22 = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    for i in range(red.shape[0]):
        r, g, b = red[i], green[i], blue[i]
        red[i] = r * m00 + g * m01 + b * m02
        green[i] = r * m10 + g * m11 + b * m12
        blue[i] = r * m20 + g * m21 + b * m22


@kernel
def to_oklab(planes: Planes, cones: Any, lab: Any) -> None:
    """Oklab lightness and opponents of linear planes, in place."""
    transform(planes, cones)
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            plane[i] = cube_root(plane[i])
    transform(planes, lab)


@kernel
def from_oklab(planes: Planes, to_roots: Any, from_cones: Any) -> None:
    """Linear planes of Oklab lightness and opponents, in place."""
    transform(planes, to_roots)
    for p in range(3):
        plane = planes[p]
        for i in range(plane.shape[0]):
            plane[i] = plane[i] * plane[i] * plane[i]
    transform(planes, from_cones)
