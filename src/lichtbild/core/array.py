"""One text for NumPy and JAX: a definition asks which library its argument belongs to.

Definitions use the functions that both libraries share (the array API standard). Developing on a CPU
passes NumPy arrays and never imports JAX; co-design passes traced JAX arrays to the same functions.
"""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


def namespace(array: Any) -> ModuleType:
    """The library whose functions fit ``array``: NumPy, or jax.numpy for a JAX array."""
    if isinstance(array, np.ndarray | np.generic | float | int):
        return np
    found: ModuleType = array.__array_namespace__()
    return found


def iterated(step: Callable[[Any, Any], Any], state: Any, count: int) -> Any:
    """The state after so many steps; JAX traces and compiles one step for all of them.

    Args:
        step: takes the number of the step, from 0, and the state before it, and gives the state after it.
        state: an array, NumPy or JAX; its shape stays the same.
        count: of steps.
    """
    if namespace(state) is np:
        for number in range(count):
            state = step(number, state)
        return state
    lax = importlib.import_module("jax.lax")
    numbers = namespace(state).arange(count)
    return lax.scan(lambda before, number: (step(number, before), None), state, numbers)[0]


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
