"""Bake: a look as a lookup table, encoded RGB to encoded RGB.

The nodes could hold the look's own values. Between them the table is a chord of the look's surface, and lies
all on one side of it where that bends; so the nodes are chosen instead by least squares over themselves and
the middles of all edges of the tetrahedra, which the grid of twice the density holds. The grey diagonal keeps
the look's own values: neutrals are as neutral as the look makes them, and black and white are met.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import transformed
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.style import Style

_EDGES: Final = ((0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1))
"""Steps along the edges of the tetrahedra."""
_ROUNDS: Final = 8
_NEUTRAL: Final = 1e-5
"""Difference of a grey's planes that is rounding."""


def bake(look: Style, size: int = 33, space: ColourSpace = ColourSpace.SRGB, title: str = "") -> Lut:
    """The table of a look for finished pictures.

    Args:
        look: the style.
        size: nodes along an axis.
        space: of the pictures, before and after.
        title: what the table is to be called.
    """
    made = Filter.of(look, space, space)
    dense = encoded(made, nodes(2 * size - 1), space)
    table = dense[::2, ::2, ::2].copy()
    if size > 2:
        table = _fitted(table, dense)
    steps = np.arange(size)
    table[steps, steps, steps] = _grey(dense[2 * steps, 2 * steps, 2 * steps])
    return Lut(np.clip(table, 0, 1), title=title)


def encoded(made: Filter, colours: Any, space: ColourSpace) -> Any:
    """Encoded colours after a filter, for encoded colours of a space; three axes or more."""
    matrix = from_rec2020(space)
    shown = transformed(CURVES[space].decode(colours), np.linalg.inv(matrix))
    flat = shown.reshape(-1, shown.shape[-2], 3)
    extent = Extent(*flat.shape[:2])
    after = made(LinearImage(flat, Window.whole(extent), extent)).samples
    linear = np.clip(transformed(after, matrix), 0, 1)
    return CURVES[space].encode(linear).reshape(colours.shape)


def _grey(diagonal: Float[np.ndarray, "nodes 3"]) -> Float[np.ndarray, "nodes 3"]:
    """The greys, with planes that differ by rounding made one."""
    mean = diagonal.mean(axis=1, keepdims=True)
    return np.where(np.ptp(diagonal, axis=1, keepdims=True) < _NEUTRAL, mean, diagonal)


def _fitted(sampled: Any, dense: Any) -> Any:
    """Nodes whose table is nearest to the dense grid, by conjugate gradients on the normal equations."""
    table = sampled.copy()
    free = np.ones((*table.shape[:3], 1), table.dtype)
    steps = np.arange(len(table))
    free[steps, steps, steps] = 0
    rest = free * _gathered(sampled - table, [dense[m] - 0.5 * (table[a] + table[b]) for m, a, b in _edges(len(table))])
    way, square = rest.copy(), float((rest * rest).sum())
    for _ in range(_ROUNDS):
        if square <= 0:
            break
        turned = free * _gathered(way, [0.5 * (way[a] + way[b]) for _, a, b in _edges(len(table))])
        length = square / float((way * turned).sum())
        table += length * way
        rest -= length * turned
        before, square = square, float((rest * rest).sum())
        way = rest + square / before * way
    return table


def _edges(size: int) -> Iterator[tuple[Any, Any, Any]]:
    """For each kind of edge: its middles in the dense grid, and its lower and upper ends among the nodes."""
    for edge in _EDGES:
        middle = tuple(slice(step, 2 * size - 1 - step, 2) for step in edge)
        yield middle, tuple(slice(0, size - step) for step in edge), tuple(slice(step, size) for step in edge)


def _gathered(at_nodes: Any, at_middles: list[Any]) -> Any:
    """Errors at nodes and middles brought to the nodes, by the share that each node has in them."""
    total = at_nodes.copy()
    for (_, low, high), error in zip(_edges(len(total)), at_middles, strict=True):
        total[low] += 0.5 * error
        total[high] += 0.5 * error
    return total
