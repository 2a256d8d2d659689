"""Prescriptions as JAX pytrees: every float of a `Lens` becomes a leaf that gradients can be asked for.

Importing this switches JAX to float64, as the whole lens room computes. Reading a file does not import it.
"""

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import jax

from lichtbild.optics import lens, medium, surface

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

Struct = TypeVar("Struct", bound=type)


def register(struct: Struct) -> Struct:
    """The frozen dataclass, made a pytree: fields marked static are structure, all others hold leaves.

    Flattening and making anew both go past ``__init__``, since JAX puts objects of its own into structs.
    """
    static = [field.name for field in fields(struct) if field.metadata.get("static")]
    moving = [field.name for field in fields(struct) if not field.metadata.get("static")]

    def flatten(value: Any) -> tuple[tuple[tuple[Any, Any], ...], tuple[Any, ...]]:
        children = tuple((jax.tree_util.GetAttrKey(name), getattr(value, name)) for name in moving)
        return children, tuple(getattr(value, name) for name in static)

    def unflatten(structure: tuple[Any, ...], children: Any) -> Any:
        value: Any = object.__new__(struct)
        for name, entry in (*zip(static, structure, strict=True), *zip(moving, children, strict=True)):
            object.__setattr__(value, name, entry)
        return value

    jax.tree_util.register_pytree_with_keys(struct, flatten, unflatten)
    return struct


for _module in (surface, medium, lens):
    for _struct in vars(_module).values():
        if isinstance(_struct, type) and is_dataclass(_struct) and _struct.__module__ == _module.__name__:
            register(_struct)
