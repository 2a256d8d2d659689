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
