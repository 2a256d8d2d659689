"""Part: what one analysis adds to the report of a lens."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from math import isfinite
from typing import Any, TypeAlias

import jax
import numpy as np

from lichtbild.figure.page import Block, Table

Cell: TypeAlias = str | float | None
Rows: TypeAlias = list[tuple[Cell, ...]]


@dataclass(frozen=True, eq=False)
class Part:
    """One analysis of a lens.

    Args:
        heading: of the section.
        blocks: figures, tables and sentences for people.
        numbers: the same for programs: names (with their unit), and structs, arrays or floats.
        lost: how many rays ended how, such as ``{"clipped at surface 4": 12}``.
    """

    heading: str
    blocks: tuple[Block, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)


def table(head: tuple[str, ...], rows: Rows, caption: str = "") -> Table:
    """A table of a part."""
    return Table(head, tuple(rows), caption)


def plain(value: Any) -> Any:
    """Structs and arrays as dictionaries, lists and floats; None for what is not finite: JSON lacks it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray | jax.Array):
        return plain(np.asarray(value).tolist())
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not isfinite(value) else value
