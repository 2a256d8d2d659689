"""Kernel: a function that numba compiles once and keeps on disk.

Kernels stand at module level (a closure would defeat the cache), release the interpreter's lock, so that
tiles can run in threads, and are compiled without fast-math, so that the same input gives the same bytes.

Numba takes longer to load than a photograph to develop, so a kernel is a promise until it is called, and a
call that finds its machine code kept from an earlier process does without numba altogether.
"""

from collections.abc import Callable
from functools import update_wrapper
from inspect import unwrap
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

from lichtbild.numerics import machine_code
from lichtbild.numerics.machine_code import MachineCode

Function = TypeVar("Function", bound=Callable[..., Any])

_KEEPING = RLock()


def kernel(function: Function) -> Function:
    """The function, compiled on its first call and cached for every later process.

    Tests wrap every function in a check of its types, which numba could not compile; so it is unwrapped.
    """
    return cast(Function, _Promise(cast(FunctionType, unwrap(function))))


class _Promise:
    """A kernel that stands for its machine code, and for numba's own, until it is called."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function
        self._stored: tuple[MachineCode, ...] | None = None
        self._kept: Any = None
        self._part: Any = None
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        for code in self._stored if self._stored is not None else self._found():
            if code.fits(arguments):
                return code(*arguments)
        return self._by_numba(arguments)

    def _found(self) -> tuple[MachineCode, ...]:
        """The machine code from an earlier process, looked for once however many threads ask."""
        with _KEEPING:
            if self._stored is None:
                self._stored = machine_code.stored(self._function)
            return self._stored

    def keep(self) -> Any:
        """Numba's own function."""
        with _KEEPING:
            if self._kept is None:
                import numba

                kept: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(_whole(self._function))
                if not machine_code.is_known(self._function):
                    # Numba's own cache looks at one file of source, and the kernel may draw from several.
                    kept._cache.flush()
                    machine_code.note(self._function)
                self._kept = kept
            return self._kept

    def part(self) -> Any:
        """Numba's own function for kernels that call it: nothing that Python could call is compiled."""
        with _KEEPING:
            if self._part is None:
                import numba

                bare: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
                self._part = numba.njit(nogil=True, error_model="numpy", **bare)(_whole(self._function))
            return self._part

    def _by_numba(self, arguments: tuple[Any, ...]) -> Any:
        kept = self.keep()
        known = len(kept.overloads)
        result = kept(*arguments)
        if len(kept.overloads) != known:
            machine_code.store(self._function, kept)
        return result


def _whole(function: FunctionType) -> FunctionType:
    """The function with numba's own ones in place of the kernels that it names, alone or in a module."""
    names = function.__code__.co_names
    known = dict(function.__globals__)
    for name in names:
        if isinstance(known.get(name), ModuleType):
            known[name] = _with_parts(known[name], names)
    _put_parts(known, names, function)
    whole = FunctionType(
        function.__code__, known, function.__name__, function.__defaults__, function.__closure__
    )
    whole.__qualname__ = function.__qualname__
    return whole


def _with_parts(module: ModuleType, names: tuple[str, ...]) -> ModuleType:
    """A copy of a module with numba's own functions in it; the module itself where it has no kernels."""
    if not any(isinstance(vars(module).get(name), _Promise) for name in names):
        return module
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    _put_parts(vars(copy), names)
    return copy


def _put_parts(known: dict[str, Any], names: tuple[str, ...], function: FunctionType | None = None) -> None:
    for name in names:
        promise = known.get(name)
        if isinstance(promise, _Promise) and promise._function is not function:
            known[name] = promise.part()
