"""Mapping: corrections that give each sample from itself, its row and its column.

Tables and polynomials are made for 0 to 1 (codes: 0 to 65535). Below 0 they go on as an odd function about
their value at 0, so that the noise around black keeps its mean; above the range its last value holds.
Deltas and scales are linear, and cut nothing. The values of deltas are those of the list's logical range,
as the standard says.

Source: DNG 1.7.1 chapter 7.
"""

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Window
from lichtbild.image.opcode import (
    DeltaPerColumn,
    DeltaPerRow,
    MapPolynomial,
    MapTable,
    ScalePerColumn,
    ScalePerRow,
)

CODES = 65535.0
"""White of a list that works on codes."""


def table_mapped(
    opcode: MapTable, samples: Float[np.ndarray, "h w p"], window: Window, *, white: float = 1.0
) -> Float[np.ndarray, "h w p"]:
    """Samples through a table over the codes 0 to 65535, interpolated between its entries.

    Args:
        opcode: the table, and what it changes.
        samples: float32 ``[row, column, plane]`` of the window.
        window: where the samples lie.
        white: the value that code 65535 stands for.
    """
    table = opcode.table.astype(np.float32)
    result = samples.copy()
    part = result[opcode.area.slices_in(window)]
    code = np.minimum(np.abs(part) * np.float32(CODES / white), np.float32(len(table) - 1))
    below = np.minimum(code.astype(np.intp), max(len(table) - 2, 0))
    above = np.minimum(below + 1, len(table) - 1)
    share = code - below.astype(np.float32)
    found = table[below] + (table[above] - table[below]) * share
    mapped = np.where(part < 0, 2 * table[0] - found, found)
    part[...] = mapped * np.float32(white / CODES)
    return result


def polynomial_mapped(
    opcode: MapPolynomial, samples: Float[np.ndarray, "h w p"], window: Window, *, white: float = 1.0
) -> Float[np.ndarray, "h w p"]:
    """Samples through a polynomial.

    Args:
        opcode: the coefficients, and what they change.
        samples: float32 ``[row, column, plane]`` of the window.
        window: where the samples lie.
        white: the highest value that the polynomial is made for.
    """
    result = samples.copy()
    part = result[opcode.area.slices_in(window)]
    # Codes to the eighth power leave float32; in units of white every term keeps its size.
    coefficients = [c * white ** (power - 1) for power, c in enumerate(opcode.coefficients)]
    size = np.minimum(np.abs(part) * np.float32(1 / white), np.float32(1))
    risen = np.zeros_like(part)
    for coefficient in reversed(coefficients[1:]):
        risen = (risen + np.float32(coefficient)) * size
    part[...] = (np.float32(coefficients[0]) + np.copysign(np.float32(1), part) * risen) * np.float32(white)
    return result


def shifted(
    opcode: DeltaPerRow | DeltaPerColumn, samples: Float[np.ndarray, "h w p"], window: Window
) -> Float[np.ndarray, "h w p"]:
    """Samples plus a number for each row or column."""
    result = samples.copy()
    changed = opcode.area.slices_in(window)
    result[changed] += _lines(opcode, opcode.deltas, window, changed)
    return result


def scaled(
    opcode: ScalePerRow | ScalePerColumn, samples: Float[np.ndarray, "h w p"], window: Window
) -> Float[np.ndarray, "h w p"]:
    """Samples times a number for each row or column."""
    result = samples.copy()
    changed = opcode.area.slices_in(window)
    result[changed] *= _lines(opcode, opcode.scales, window, changed)
    return result


def _lines(
    opcode: DeltaPerRow | DeltaPerColumn | ScalePerRow | ScalePerColumn,
    values: np.ndarray,
    window: Window,
    changed: tuple[slice, slice, slice],
) -> Float[np.ndarray, "#h #w 1"]:
    """The opcode's number for each row or column that it changes in a window."""
    area = opcode.area
    if isinstance(opcode, DeltaPerRow | ScalePerRow):
        rows = np.arange(window.top, window.bottom)[changed[0]]
        return values[(rows - area.window.top) // area.pitch[0]].astype(np.float32)[:, None, None]
    columns = np.arange(window.left, window.right)[changed[1]]
    return values[(columns - area.window.left) // area.pitch[1]].astype(np.float32)[None, :, None]
