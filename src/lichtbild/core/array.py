"""One text for NumPy and JAX: a definition asks which library its argument belongs to.

Definitions use the functions that both libraries share (the array API standard). Developing on a CPU
passes NumPy arrays and never imports JAX; co-design passes traced JAX arrays to the same functions.
"""

from types import ModuleType
from typing import Any

import numpy as np


def namespace(array: Any) -> ModuleType:
    """The library whose functions fit ``array``: NumPy, or jax.numpy for a JAX array."""
    if isinstance(array, np.ndarray | np.generic | float | int):
        return np
    found: ModuleType = array.__array_namespace__()
    return found


def transformed(samples: Any, matrix: Any) -> Any:
    """Each pixel's planes times a matrix, as sums of whole planes.

    A product of matrices from a linear algebra library would round differently with the shape of the array,
    so that a picture would depend on its tiles; it is also no faster for so few planes.

    Args:
        samples: planes on the last axis, NumPy or JAX; the result keeps its type.
        matrix: ``[row, plane]``.
    """
    xp = namespace(samples)
    weights = xp.asarray(matrix, dtype=samples.dtype)
    rows, planes = weights.shape
    sums = []
    for row in range(rows):
        total = samples[..., 0] * weights[row, 0]
        for plane in range(1, planes):
            total = total + samples[..., plane] * weights[row, plane]
        sums.append(total)
    return xp.stack(sums, axis=-1)
