"""Kernel: a function that numba compiles once and keeps on disk.

Kernels stand at module level (a closure would defeat the cache), release the interpreter's lock, so that
tiles can run in threads, and are compiled without fast-math, so that the same input gives the same bytes.
"""

from collections.abc import Callable
from inspect import unwrap
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """The function, compiled on its first call and cached for every later process.

    Tests wrap every function in a check of its types, which numba could not compile; so it is unwrapped.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(unwrap(function)))
