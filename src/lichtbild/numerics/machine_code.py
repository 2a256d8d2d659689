"""Machine code of kernels, kept on disk, so that a later process runs them without loading numba.

To load numba and what it keeps takes longer than to develop a photograph. What it compiled, though, is plain
machine code, which LLVM alone (a tenth of the time) puts into memory. So each kernel that numba has compiled
is written down as an object file, with a line before it that tells its symbol and its arguments::

    {"symbol": "_ZN...", "arguments": [["array", "float32", 3, true], ["scalar", "int64"]], ...}

The name of its folder is a digest of all that its code depends on: the sources that the kernel is made of,
the versions of numba and LLVM, and the processor. A file that is missing, torn or of another machine is
passed over, and numba compiles as if there were none.

Source: numba's calling convention and data models, numba/core/callconv.py and numba/core/datamodel/models.py:
a status is returned, the result and an error go through two pointers, and an array is passed as two owners,
number of items, size of an item, address, shape and strides.
"""

import ctypes
import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Lock
from types import FunctionType, ModuleType
from typing import Any, Final

import numpy as np

from lichtbild.core.cache_folder import cache_folder

Kind = list[Any]
"""["array", dtype, dimensions, whether it is written to], ["scalar", dtype] or ["tuple", kinds]."""

_SCALARS: Final = {
    "bool": ctypes.c_uint8,
    "int32": ctypes.c_int32,
    "int64": ctypes.c_int64,
    "float32": ctypes.c_float,
    "float64": ctypes.c_double,
}
_DONE: Final = (0, -2)
"""Statuses of a kernel that ended well: with a result, and with None."""
_LOADING: Final = Lock()


@dataclass(frozen=True, eq=False)
class MachineCode:
    """A compiled kernel that can be called.

    Attributes:
        arguments: kinds of its arguments.
        result: dtype of its result; None for none.
        call: the function in memory.
    """

    arguments: tuple[Kind, ...]
    result: str | None
    call: Any

    def fits(self, values: Sequence[Any]) -> bool:
        """Whether the code was compiled for values of these types."""
        return len(values) == len(self.arguments) and all(map(_fits, self.arguments, values))

    def __call__(self, *values: Any) -> Any:
        """The kernel's result; other threads run meanwhile.

        Raises:
            MemoryError: there is none left for what the kernel needs.
        """
        result: Any = _SCALARS[self.result or "int64"]()
        error = ctypes.c_void_p()
        flat: list[Any] = [ctypes.addressof(result), ctypes.addressof(error)]
        for kind, value in zip(self.arguments, values, strict=True):
            _flatten(kind, value, flat)
        if self.call(*flat) not in _DONE:
            raise MemoryError("a kernel ended early, for there is not enough memory")
        return None if self.result is None else result.value


def stored(function: FunctionType) -> tuple[MachineCode, ...]:
    """The machine code that is kept of a kernel: one for each combination of types it was called with."""
    with _LOADING:  # of two linkers, made by two threads, one would be let go with all its code
        found = [_loaded(path) for path in sorted(_folder(function).glob("*.o"))]
    return tuple(code for code in found if code is not None)


def is_known(function: FunctionType) -> bool:
    """Whether this very kernel was compiled on this machine before."""
    return _folder(function).exists()


def note(function: FunctionType) -> None:
    """Remember that a kernel is being compiled; a folder that cannot be written only forgets."""
    try:
        _folder(function).mkdir(parents=True, exist_ok=True)
    except OSError:
        return


def store(function: FunctionType, dispatcher: Any) -> None:
    """Keep what numba has compiled of a kernel; where that cannot be done, a later process compiles again."""
    folder = _folder(function)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for compiled in dispatcher.overloads.values():
            if (table := _described(compiled)) is None:
                continue
            code = compiled.library._get_compiled_object()
            line = json.dumps({**table, "code": _short(code)}).encode()
            place = folder / f"{_short(line)}.o"
            draft = place.with_suffix(f".{os.getpid()}")
            draft.write_bytes(line + b"\n" + code)
            draft.replace(place)
    except (OSError, AttributeError, RuntimeError, ValueError):  # numba's inner names may change
        return


def digest(function: FunctionType) -> str:
    """A name for a kernel and all that its machine code depends on."""
    parts = [function.__module__, function.__qualname__, _sources(function.__module__), _machine()]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def _described(compiled: Any) -> dict[str, Any] | None:
    """What must be known to call a compiled kernel; None where it cannot be called from outside numba."""
    from numba import types

    def kind(type_: Any) -> Kind | None:
        if isinstance(type_, types.Array) and type_.layout == "C":
            return ["array", str(type_.dtype), type_.ndim, bool(type_.mutable)]
        if isinstance(type_, types.BaseTuple):
            several: Any = type_
            parts = [kind(part) for part in several.types]
            return None if None in parts else ["tuple", parts]
        return ["scalar", str(type_)] if str(type_) in _SCALARS else None

    signature, module = compiled.signature, compiled.library._final_module
    arguments = [kind(type_) for type_ in signature.args]
    result = None if signature.return_type == types.none else str(signature.return_type)
    if None in arguments or (result is not None and result not in _SCALARS):
        return None
    outside = [
        entry.name
        for entry in (*module.functions, *module.global_variables)
        if entry.is_declaration and not entry.name.startswith("llvm.")
    ]
    if not list(module.functions):
        return None
    symbol = compiled.fndesc.llvm_func_name
    return {"symbol": symbol, "arguments": arguments, "result": result, "outside": sorted(outside)}


def _loaded(path: Path) -> MachineCode | None:
    """The machine code of an object file; None where it is not what it should be."""
    try:
        line, code = path.read_bytes().split(b"\n", 1)
        table = json.loads(line)
        engine = _engine()
        if engine is None or path.stem != _short(line) or table["code"] != _short(code):
            return None
        address = _linked(engine, code, table)
    except (OSError, ValueError, KeyError, RuntimeError):
        return None
    types = [ctypes.c_void_p, ctypes.c_void_p]
    for kind in table["arguments"]:
        types += _flat_types(kind)
    call = ctypes.CFUNCTYPE(ctypes.c_int32, *types)(address)
    return MachineCode(tuple(table["arguments"]), table["result"], call)


def _short(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _linked(engine: Any, code: bytes, table: dict[str, Any]) -> int:
    import llvmlite.binding as llvm

    for name in table["outside"]:
        if llvm.address_of_symbol(name) is None:
            raise RuntimeError(f"nothing is called {name}")
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return int(engine.get_function_address(table["symbol"]))


@cache
def _engine() -> Any:
    """LLVM's linker in memory, that knows numba's run time; None where there is none.

    numba's two libraries of C functions are loaded as files, not as parts of numba, which is what takes long.
    """
    try:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        target = llvm.Target.from_default_triple()
        for library, prefix in (("core/runtime/_nrt_python", "NRT_"), ("_helperlib", "numba_")):
            for name, address in _extension(library).c_helpers.items():
                llvm.add_symbol(name if name.startswith("_") else prefix + name, address)
        empty = llvm.parse_assembly("")
        empty.triple = target.triple
        return llvm.create_mcjit_compiler(empty, target.create_target_machine(opt=0, jit=True))
    except (ImportError, OSError, AttributeError, RuntimeError):
        return None


def _extension(name: str) -> ModuleType:
    """A library of numba's, by its file."""
    folder = _numba().parent
    (path,) = (one for one in folder.glob(f"{name}.*") if one.suffix in (".so", ".pyd"))
    title = path.name.split(".")[0]
    spec = spec_from_file_location(title, path, loader=ExtensionFileLoader(title, str(path)))
    if spec is None:
        raise ImportError(f"{path} is no library")
    library = module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(library)
    return library


def _numba() -> Path:
    """Numba's own first file, found without loading it."""
    spec = find_spec("numba")
    if spec is None or spec.origin is None:
        raise ImportError("numba is not installed")
    return Path(spec.origin)


@cache
def _machine() -> str:
    """What machine code depends on beside its source: compiler and processor."""
    import llvmlite
    import llvmlite.binding as llvm

    stat = _numba().with_name("_version.py").stat()
    processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    python = f"{sys.implementation.cache_tag} {np.__version__}"
    return f"{llvmlite.__version__} {stat.st_size} {stat.st_mtime_ns} {processor} {python}"


@cache
def _sources(module: str) -> str:
    """Digest of the sources of a module and of all modules of this package that it draws from."""
    texts, waiting, seen = hashlib.blake2b(digest_size=12), [module], set()
    while waiting:
        name = waiting.pop()
        spec = None if name in seen else find_spec(name)
        seen.add(name)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            continue
        text = Path(spec.origin).read_bytes()
        texts.update(text)
        waiting += [name.decode() for name in re.findall(rb"^(?:from|import) (lichtbild[\w.]*)", text, re.M)]
    return texts.hexdigest()


def _folder(function: FunctionType) -> Path:
    """Where a kernel's machine code is kept, alone: to look through those of all would take longer."""
    return cache_folder() / "kernels" / digest(function)


def _fits(kind: Kind, value: Any) -> bool:
    if kind[0] == "array":
        return (
            isinstance(value, np.ndarray)
            and value.dtype.name == kind[1]
            and value.ndim == kind[2]
            and value.flags.c_contiguous
            and value.flags.aligned
            and (value.flags.writeable or not kind[3])
        )
    if kind[0] == "tuple":
        return isinstance(value, tuple) and len(value) == len(kind[1]) and all(map(_fits, kind[1], value))
    if isinstance(value, np.generic):
        return bool(value.dtype.name == kind[1])
    return bool(kind[1] == {bool: "bool", int: "int64", float: "float64"}.get(type(value)))


def _flat_types(kind: Kind) -> list[Any]:
    if kind[0] == "array":
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        return [pointer, pointer, number, number, pointer, *(2 * kind[2] * [number])]
    if kind[0] == "tuple":
        return [type_ for part in kind[1] for type_ in _flat_types(part)]
    return [_SCALARS[kind[1]]]


def _flatten(kind: Kind, value: Any, flat: list[Any]) -> None:
    """Append a value as a kernel takes it."""
    if kind[0] == "array":
        address = value.__array_interface__["data"][0]
        flat += (None, None, value.size, value.itemsize, address, *value.shape, *value.strides)
    elif kind[0] == "tuple":
        for part, one in zip(kind[1], value, strict=True):
            _flatten(part, one, flat)
    else:
        flat.append(value.item() if isinstance(value, np.generic) else value)
