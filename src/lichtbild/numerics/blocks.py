"""Blocks: parts of a picture that fade into one another, so that each may be treated in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window


@dataclass(frozen=True, eq=False)
class Block:
    """A part of a picture.

    Attributes:
        window: the pixels that it takes.
        weight: of each; those of all blocks add up to 1.
        middle: row and column where the block counts alone, where the picture's upper left corner is (0, 0).
    """

    window: Window
    weight: Float[np.ndarray, "h w"]
    middle: tuple[float, float]


def blocks(extent: Extent, rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[Block]:
    """Blocks that cover a picture, row by row.

    A block's weight falls straight from 1 at its own row and column to 0 at its neighbours', so that what is
    done in each block alone is in between done bilinearly; beyond the outermost ones they go on.

    Args:
        extent: of the picture.
        rows: at which blocks count alone, rising, within the picture.
        columns: likewise.
    """
    down, across = (
        [_faded(at, number, side) for number in range(len(at))]
        for at, side in ((rows, extent.height), (columns, extent.width))
    )
    for (i, ((top, bottom), low)), (j, ((left, right), wide)) in product(enumerate(down), enumerate(across)):
        weight = (low[:, None] * wide).astype(np.float32)
        yield Block(Window(top, left, bottom, right), weight, (float(rows[i]), float(columns[j])))


def _faded(middles: tuple[int, ...], number: int, side: int) -> tuple[tuple[int, int], np.ndarray]:
    """Pixels that a block takes along one axis, and their weights."""
    first, last = number == 0, number == len(middles) - 1
    low, high = 0 if first else middles[number - 1], side if last else middles[number + 1]
    at, middle = np.arange(low, high) + 0.5, middles[number]
    rise = np.ones(high - low) if first else (at - low) / (middle - low)
    fall = np.ones(high - low) if last else (high - at) / (high - middle)
    return (low, high), np.minimum(np.minimum(rise, fall), 1.0)
