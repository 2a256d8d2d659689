"""Scalar: one number of a sensor, a float to the reader of a file, JAX's to a gradient."""

import math
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    Scalar: TypeAlias = float
else:
    Scalar: TypeAlias = Any


def check(name: str, value: Scalar, low: float, high: float, unit: str = "") -> None:
    """Refuse a number outside its range; what a gradient is taken of has no value to look at, and passes.

    Raises:
        BadInput: the number is not finite, or lies outside.
    """
    if isinstance(value, int | float | np.generic) and not (math.isfinite(value) and low <= value <= high):
        unit = f" {unit}" if unit else ""
        raise BadInput(f"{name} is {value:g}{unit}; give a number from {low:g} to {high:g}{unit}")


def library(*values: Any) -> ModuleType:
    """NumPy, or jax.numpy as soon as one of the values is JAX's."""
    return next((found for found in map(namespace, values) if found is not np), np)
