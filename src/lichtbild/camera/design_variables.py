"""Design variables: every float of a camera by its path, to be read and to be replaced.

A path is written as Python would reach the number: ``lens.surface[3].curvature``, ``lens.gap[2].thickness``,
``sensor.modes[0].read_noise``, ``develop.denoise.luma``, ``develop.colour_matrix.matrix[0][1]``. It leads
through frozen dataclasses, tuples, mappings and arrays alike, so that all rooms have one mechanism; a member
of a tuple may be called by the singular of its field (``surface[3]`` is ``surfaces[3]``).

`put` makes the structs along the path anew and shares all others. The number put in may be one of JAX's that
is being differentiated: an objective of some variables is a function of the camera with these put in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

Step: TypeAlias = str | int
Struct = TypeVar("Struct")

_STEP: Final = re.compile(r"(?:^|\.)([A-Za-z_]\w*)|\[(\d+)\]")


def steps(path: str) -> tuple[Step, ...]:
    """Names and indices of a path.

    Raises:
        BadInput: it is no path.
    """
    found: list[Step] = []
    place = 0
    while place < len(path) and (step := _STEP.match(path, place)) is not None:
        found.append(step[1] if step[1] is not None else int(step[2]))
        place = step.end()
    if place < len(path) or not found or isinstance(found[0], int):
        raise BadInput(f"'{path[:80]}' is no path to a number; write one such as lens.surface[3].curvature")
    return tuple(found)


def get(struct: Any, path: str) -> Any:
    """The number at a path, a float or an array of no axes.

    Args:
        struct: a camera, or a part of one that the path begins in.
        path: see the module.

    Raises:
        BadInput: the path leads nowhere, or to what is no number.
    """
    value = struct
    for step in steps(path):
        value = _below(value, step, path)
    return _checked(value, path)


def put(struct: Struct, path: str, value: Any) -> Struct:
    """The struct with another number at a path.

    Args:
        struct: a camera, or a part of one that the path begins in.
        path: see the module.
        value: a float, or one of JAX's.

    Raises:
        BadInput: the path leads nowhere or to what is no number, or the part that holds the number refuses
            the value.
    """
    made: Struct = _with(struct, steps(path), value, path)
    return made


def put_all(struct: Struct, values: Mapping[str, Any]) -> Struct:
    """The struct with other numbers at some paths, one after another."""
    for path, value in values.items():
        struct = put(struct, path, value)
    return struct


def values_at(struct: Any, paths: Sequence[str]) -> dict[str, float]:
    """The numbers at some paths, as floats."""
    return {path: float(get(struct, path)) for path in paths}


def variables(struct: Any, under: str = "") -> tuple[str, ...]:
    """The paths of all floats of a struct, in order.

    Args:
        struct: a camera, or a part of one.
        under: only of those below this path, such as ``lens.surfaces``; by default of all.
    """
    start = struct
    for step in steps(under) if under else ():
        start = _below(start, step, under)
    return tuple(_paths(start, under))


def _paths(value: Any, path: str) -> list[str]:
    found: list[str] = []
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            found += _paths(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            found += _paths(entry, f"{path}[{index}]")
    elif isinstance(value, float | np.floating):
        found.append(path)
    elif hasattr(value, "shape") and value.dtype.kind == "f" and value.size <= _MOST:
        found += [path + "".join(f"[{i}]" for i in place) for place in np.ndindex(value.shape)]
    return found


_MOST: Final = 4096
"""Numbers of an array that are listed one by one; larger ones are tables."""


def _below(value: Any, step: Step, path: str) -> Any:
    """The part that a step leads to."""
    if isinstance(step, int):
        if isinstance(value, tuple) or (hasattr(value, "shape") and value.ndim > 0):
            if step < len(value):
                return value[step]
            raise BadInput(f"'{path}' asks for number {step} of {len(value)}; they count from 0")
        raise BadInput(f"'{path}' asks for number {step} of what has no numbered parts; leave the index out")
    return getattr(value, _field(value, step, path))


def _field(value: Any, name: str, path: str) -> str:
    """The field of a name, or of its plural."""
    if not is_dataclass(value):
        raise BadInput(f"'{path}' asks for '{name}' of a number; end the path before it")
    known = [field.name for field in fields(value)]
    for found in (name, f"{name}s"):
        if found in known:
            return found
    raise BadInput(f"'{path}' leads to no '{name}'; there are {', '.join(known)}")


def _with(value: Any, way: tuple[Step, ...], number: Any, path: str) -> Any:
    """A part with the number at the rest of a path changed."""
    if not way:
        _checked(value, path)
        return number
    step = way[0]
    if isinstance(step, str):
        name = _field(value, step, path)
        return _made_anew(value, name, _with(getattr(value, name), way[1:], number, path), number)
    inner = _with(_below(value, step, path), way[1:], number, path)
    if isinstance(value, tuple):
        return (*value[:step], inner, *value[step + 1 :])
    rows = [value[index] for index in range(len(value))]
    rows[step] = inner
    xp = next((found for found in map(namespace, rows) if found is not np), np)
    return xp.stack([xp.asarray(row) for row in rows])


def _made_anew(value: Any, name: str, inner: Any, number: Any) -> Any:
    """A struct with one field changed.

    A number of JAX's goes past ``__init__``, as in pytrees: it has no value yet that could be checked.
    """
    if isinstance(number, int | float | np.generic | np.ndarray):
        return replace(value, **{name: inner})
    made = object.__new__(type(value))
    for field in fields(value):
        object.__setattr__(made, field.name, inner if field.name == name else getattr(value, field.name))
    return made


def _checked(value: Any, path: str) -> Any:
    """The value, if it is a number that can change a little."""
    if isinstance(value, float) or (getattr(value, "shape", None) == () and value.dtype.kind == "f"):
        return value
    what = "a whole number" if isinstance(value, int) else "a part with numbers of its own or none"
    raise BadInput(f"'{path}' leads to {what}, not to a float; go on to one of its floats")
