"""Blocks: parts of a picture that fade into one another, so that each may be treated in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window


@dataclass(frozen=True, eq=False)
class Block:
    """A part of a picture.

    Attributes:
        window: the pixels that it takes.
        weight: of each; those of all blocks add up to 1.
        middle: row and column of its middle, where the picture's upper left corner is (0, 0).
    """

    window: Window
    weight: Float[np.ndarray, "h w"]
    middle: tuple[float, float]


def blocks(extent: Extent, most: int, fade: int) -> Iterator[Block]:
    """Blocks of nearly equal size that cover a picture, row by row.

    Args:
        extent: of the picture.
        most: pixels along a block's side, without what it has of its neighbours.
        fade: even number of pixels over which a block fades into the next.
    """
    for (top, bottom), (left, right) in product(*(_ends(side, most) for side in extent)):
        rows, down = _faded(top, bottom, extent.height, fade)
        columns, across = _faded(left, right, extent.width, fade)
        window = Window(rows[0], columns[0], rows[1], columns[1])
        weight = (down[:, None] * across).astype(np.float32)
        yield Block(window, weight, ((top + bottom) / 2, (left + right) / 2))


def _ends(side: int, most: int) -> list[tuple[int, int]]:
    count = -(-side // most)
    ends = [side * number // count for number in range(count + 1)]
    return list(pairwise(ends))


def _faded(first: int, last: int, side: int, fade: int) -> tuple[tuple[int, int], np.ndarray]:
    """Pixels that a block takes along one axis, and their weights; at the picture's border all of them."""
    low, high = max(0, first - fade // 2), min(side, last + fade // 2)
    at = np.arange(low, high) + 0.5
    rise = np.ones(high - low) if first == 0 else (at - first) / fade + 0.5
    fall = np.ones(high - low) if last == side else (last - at) / fade + 0.5
    return (low, high), np.clip(np.minimum(rise, fall), 0.0, 1.0)
