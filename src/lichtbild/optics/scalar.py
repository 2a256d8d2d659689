"""Scalar: one number of a prescription, a float to the reader of a file, JAX's to a gradient."""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    Scalar: TypeAlias = float
else:
    Scalar: TypeAlias = Any
