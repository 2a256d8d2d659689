"""A finished picture's codes as light, row by row: the kernel of `lichtbild.look.decode`."""

from typing import Any

import numpy as np

from lichtbild.colour.transfer import TransferCurve
from lichtbild.look.kernels.powers import exp2, log2
from lichtbild.look.kernels.rows import Plane, join, split, transform
from lichtbild.numerics.kernel import kernel

_f = np.float32


def decoded(samples: Any, curve: TransferCurve, matrix: Any) -> Any:
    """Light of float32 samples ``[row, column, plane]``.

    Args:
        samples: encoded by the curve.
        curve: a power law with a straight line near black.
        matrix: from the space's linear RGB to what is wanted.
    """
    limit = curve.slope * curve.threshold
    numbers = np.array([limit, 1 / curve.slope, curve.offset, 1 / (1 + curve.offset), curve.gamma])
    result = np.empty(samples.shape, np.float32)
    decode(np.ascontiguousarray(samples), numbers.astype(np.float32), np.asarray(matrix, np.float32), result)
    return result


@kernel
def decode(samples: np.ndarray, curve: np.ndarray, matrix: np.ndarray, result: np.ndarray) -> None:
    """Write the light; what lies below 0 is as far below as its opposite lies above."""
    planes = np.empty((3, samples.shape[1]), np.float32)
    for y in range(samples.shape[0]):
        split(samples[y], planes)
        for p in range(3):
            to_light(planes[p], curve)
        transform(planes, matrix)
        join(planes, result[y])


@kernel
def to_light(plane: Plane, curve: np.ndarray) -> None:
    """The inverse of a transfer curve, in place."""
    limit, flat, offset, share, gamma = curve[0], curve[1], curve[2], curve[3], curve[4]
    for i in range(plane.shape[0]):
        value = plane[i]
        size = abs(value)
        bent = exp2(gamma * log2((max(size, limit) + offset) * share))
        light = size * flat if size <= limit else bent
        plane[i] = light if value >= _f(0) else -light
