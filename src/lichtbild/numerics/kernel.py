"""Kernel: a function that numba compiles once and keeps on disk.

Kernels stand at module level (a closure would defeat the cache), release the interpreter's lock, so that
tiles can run in threads, and are compiled without fast-math, so that the same input gives the same bytes.

Numba takes longer to load than many a photograph to develop, so a kernel is a promise until one is called:
whoever only plans, or finds all done, never waits for it.
"""

from collections.abc import Callable, Iterator
from functools import update_wrapper
from inspect import unwrap
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

_KEEPING = RLock()


def kernel(function: Function) -> Function:
    """The function, compiled on its first call and cached for every later process.

    Tests wrap every function in a check of its types, which numba could not compile; so it is unwrapped.
    """
    return cast(Function, _Promise(cast(FunctionType, unwrap(function))))


class _Promise:
    """A kernel that stands for numba's own until it is called."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function
        self._kept: Callable[..., Any] | None = None
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        return (self._kept or self.keep())(*arguments)

    def keep(self) -> Callable[..., Any]:
        """Numba's own function; the kernels that this one calls are kept too, for it must see them so."""
        with _KEEPING:
            if self._kept is None:
                import numba

                for place, name, promise in _promises(self._function):
                    place[name] = promise.keep()
                self._kept = numba.njit(cache=True, nogil=True, error_model="numpy")(self._function)
            return self._kept


def _promises(function: FunctionType) -> Iterator[tuple[dict[str, Any], str, _Promise]]:
    """Where a function finds the kernels that it calls, by name or as part of a module that it names."""
    names = function.__code__.co_names
    found = function.__globals__
    modules = [value.__dict__ for name in names if isinstance(value := found.get(name), ModuleType)]
    for place in (found, *modules):
        for name in names:
            if isinstance(promise := place.get(name), _Promise) and promise._function is not function:
                yield place, name, promise
