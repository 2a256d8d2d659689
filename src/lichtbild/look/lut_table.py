"""Lookup table as text: how the TOML of a look holds one.

The entries are 16-bit codes, each less the code of the same node in the table that changes nothing: small
numbers, which pack well. They are packed by zlib and written in base 85, so that a table of 33 nodes an axis
takes about 200 kB.

Source: RFC 1950 (zlib); RFC 1924, section 4.2 (the alphabet of base 85, as `base64.b85encode` has it).
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from jaxtyping import UInt16

from lichtbild.core.errors import BadInput
from lichtbild.look.lut import SIZES, Lut, nodes

TOP: Final = 65535
"""The code of 1."""

_KEYS: Final = ("size", "codes")
_LINE: Final = 100
"""Characters of the text in a line."""


def resampled(lut: Lut, size: int) -> Lut:
    """The table over 0 to 1 with another number of nodes, its entries found by tetrahedra between the old."""
    return replace(lut, table=lut(nodes(size)), low=(0.0, 0.0, 0.0), high=(1.0, 1.0, 1.0))


def codes(lut: Lut) -> UInt16[np.ndarray, "nodes nodes nodes 3"]:
    """The entries as 16-bit codes; what lies outside 0 to 1 is cut to it."""
    return np.asarray(np.round(np.clip(lut.table, 0.0, 1.0) * float(TOP)), np.uint16)


def deltas(lut: Lut) -> UInt16[np.ndarray, "nodes nodes nodes 3"]:
    """The entries' codes less those of the table that changes nothing, modulo 65536."""
    return np.asarray(codes(lut) - _unchanged(lut.size))


def of_deltas(differences: UInt16[np.ndarray, "nodes nodes nodes 3"], title: str = "") -> Lut:
    """The table of such codes; the inverse of `deltas`."""
    found = differences + _unchanged(len(differences))
    return Lut(np.asarray(found / float(TOP), np.float32), title=title)


def _unchanged(size: int) -> UInt16[np.ndarray, "nodes nodes nodes 3"]:
    steps = ((np.arange(size) * TOP + size // 2) // (size - 1)).astype(np.uint16)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)


def to_table(lut: Lut) -> dict[str, int | str]:
    """The table ``[lut]`` of a look's TOML: the number of nodes and the packed entries.

    Args:
        lut: over 0 to 1; one over another domain is to be `resampled` before.

    Raises:
        BadInput: it has another domain.
    """
    if lut.low != (0.0, 0.0, 0.0) or lut.high != (1.0, 1.0, 1.0):
        raise BadInput(f"a look holds a table from 0 to 1, not from {lut.low} to {lut.high}; resample it")
    text = base64.b85encode(zlib.compress(deltas(lut).astype("<u2").tobytes(), 9)).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return {"size": lut.size, "codes": "\n".join(["", *lines, ""])}


def from_table(table: Any, name: str) -> Lut:
    """The lookup table that a look's TOML holds; the inverse of `to_table`.

    Args:
        table: what stands under ``[lut]``.
        name: how to call the look in messages.

    Raises:
        BadInput: a key is missing or unknown, the number of nodes is out of range, or the text is damaged.
    """
    if not isinstance(table, Mapping) or sorted(table) != sorted(_KEYS):
        raise BadInput(f"look '{name}' needs a table [lut] with exactly {', '.join(_KEYS)}")
    size, text = table["size"], table["codes"]
    if not isinstance(size, int) or isinstance(size, bool) or not SIZES[0] <= size <= SIZES[1]:
        raise BadInput(
            f"look '{name}' has lut.size = {size!r}; it takes whole numbers from {SIZES[0]} to {SIZES[1]}"
        )
    if not isinstance(text, str):
        raise BadInput(f"look '{name}' has lut.codes that are no text; import the table again")
    found = _unpacked(text, size**3 * 6)
    if found is None:
        raise BadInput(
            f"look '{name}' has lut.codes that do not unpack to {size} x {size} x {size} colours; "
            "import the table again"
        )
    return of_deltas(np.frombuffer(found, "<u2").astype(np.uint16).reshape(size, size, size, 3))


def _unpacked(text: str, count: int) -> bytes | None:
    """The ``count`` bytes that the text holds; None where it holds something else."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(base64.b85decode("".join(text.split()).encode("ascii")), count + 1)
    except (ValueError, zlib.error):  # not ASCII, not base 85, or damaged
        return None
    return found if len(found) == count and unpacking.eof else None
