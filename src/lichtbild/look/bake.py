"""Bake: a look as a lookup table, encoded RGB to encoded RGB.

The nodes could hold the look's own values. Between them the table is a chord of the look's surface, and lies
all on one side of it where that bends; so the nodes are chosen instead by least squares over themselves and
the middles of all edges of the tetrahedra, which the grid of twice the density holds. Grey nodes that the
look keeps neutral stay so to the last bit, and black and white keep the look's own values.
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
_CLIPPED: Final = 4.0
"""Weight of a plane at the end of its range."""
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
    return Lut(np.clip(_fitted(dense), 0, 1), title=title)


def encoded(made: Filter, colours: Any, space: ColourSpace) -> Any:
    """Encoded colours after a filter, for encoded colours of a space; three axes or more."""
    matrix = from_rec2020(space)
    shown = transformed(CURVES[space].decode(colours), np.linalg.inv(matrix))
    flat = shown.reshape(-1, shown.shape[-2], 3)
    extent = Extent(*flat.shape[:2])
    after = made(LinearImage(flat, Window.whole(extent), extent)).samples
    linear = np.clip(transformed(after, matrix), 0, 1)
    return CURVES[space].encode(linear).reshape(colours.shape)


def _fitted(dense: Any) -> Any:
    """Nodes whose table is nearest to the dense grid, by conjugate gradients on the normal equations."""
    table = dense[::2, ::2, ::2].copy()
    size = len(table)
    steps = np.arange(size)
    greys = table[steps, steps, steps]
    is_neutral = np.ptp(greys, axis=1) < _NEUTRAL
    greys[is_neutral] = greys[is_neutral].mean(axis=1, keepdims=True)
    table[steps, steps, steps] = greys
    weights = _weights(len(dense))
    missed = [dense[middle] - _between(table, low, high) for middle, low, high in _edges(size)]
    rest = _allowed(_gathered(np.zeros_like(table), missed, weights), is_neutral)
    way, square = rest.copy(), _square(rest)
    for _ in range(_ROUNDS):
        if square <= 0:
            break
        turned = _gathered(way, [_between(way, low, high) for _, low, high in _edges(size)], weights)
        turned = _allowed(turned, is_neutral)
        length = square / float((way * turned).sum())
        table += np.float32(length) * way
        rest -= np.float32(length) * turned
        before, square = square, _square(rest)
        way = rest + np.float32(square / before) * way
    return table


def _allowed(change: Any, is_neutral: Any) -> Any:
    """A change of the nodes without what it must not change; in place."""
    steps = np.arange(len(change))
    greys = change[steps, steps, steps]
    greys[is_neutral] = greys[is_neutral].mean(axis=1, keepdims=True)
    greys[[0, -1]] = 0
    change[steps, steps, steps] = greys
    return change


def _square(nodes: Any) -> float:
    return float((nodes * nodes).sum(dtype=np.float64))


def _weights(size: int) -> Float[np.ndarray, "size size size 1"]:
    """Weights of the dense grid: clipped colours, at the faces of the cube, are frequent in photographs."""
    one = np.ones(size, np.float32)
    one[[0, -1]] = _CLIPPED
    return (one[:, None, None] * one[:, None] * one)[..., None]


def _between(table: Any, low: Any, high: Any) -> Any:
    return 0.5 * (table[low] + table[high])


def _edges(size: int) -> Iterator[tuple[Any, Any, Any]]:
    """For each kind of edge: its middles in the dense grid, and its lower and upper ends among the nodes."""
    for edge in _EDGES:
        middle = tuple(slice(step, 2 * size - 1 - step, 2) for step in edge)
        yield middle, tuple(slice(0, size - step) for step in edge), tuple(slice(step, size) for step in edge)


def _gathered(at_nodes: Any, at_middles: list[Any], weights: Any) -> Any:
    """Weighted errors at nodes and middles brought to the nodes, by the share that each node has in them."""
    total = weights[::2, ::2, ::2] * at_nodes
    for (middle, low, high), error in zip(_edges(len(total)), at_middles, strict=True):
        half = 0.5 * weights[middle] * error
        total[low] += half
        total[high] += half
    return total
