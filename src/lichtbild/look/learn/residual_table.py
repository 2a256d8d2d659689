"""Residual table: what a style leaves over of a learned look, as a lookup table after it.

The style takes the nodes of the learned table to scattered colours; wanted are the nodes of a table that
takes those on to the learned ones. They are the least squares over its tetrahedra, where common colours count
more, with squared second differences so that cells which no colour reaches follow their neighbours; found by
preconditioned conjugate gradients, from coarse tables to the finest.

Source: Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems" (1952).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.look.learn.learned_look import NODES, between
from lichtbild.look.lut import Lut, nodes

_SIZES: Final = (9, 17, NODES)
_ROUNDS: Final = (12, 9, 7)
_SMOOTH: Final = 0.01
"""Weight of a squared second difference beside that of a colour."""

Colours = Float[np.ndarray, "n 3"]
Table = Float[np.ndarray, "nodes nodes nodes 3"]


def residual_table(styled: Colours, wanted: Colours, weight: Float[np.ndarray, " n"]) -> Lut:
    """The table that comes nearest to taking colours to others.

    Args:
        styled: encoded sRGB after the style, 0 to 1.
        wanted: encoded sRGB.
        weight: how much each counts.
    """
    change = np.zeros((_SIZES[0],) * 3 + (3,))
    for size, rounds in zip(_SIZES, _ROUNDS, strict=True):
        while len(change) < size:
            for axis in range(3):
                change = between(change, axis)
        change = _nearest(_Scatter.of(styled, weight, size), wanted - styled, change, rounds)
    return Lut(np.asarray(np.clip(nodes(NODES) + change, 0, 1), np.float32))


@dataclass(frozen=True, eq=False)
class _Scatter:
    """Colours as weighted corners of the tetrahedra that they lie in."""

    corner: np.ndarray
    share: np.ndarray
    weight: np.ndarray
    size: int

    @staticmethod
    def of(colours: Colours, weight: Float[np.ndarray, " n"], size: int) -> "_Scatter":
        place = np.clip(colours, 0, 1) * (size - 1)
        first = np.minimum(place.astype(np.intp), size - 2)
        order = np.argsort(first - place, axis=1, kind="stable")
        share = np.take_along_axis(place - first, order, axis=1)
        strides = np.array([size * size, size, 1])
        along = np.cumsum(np.concatenate([(first @ strides)[:, None], strides[order]], axis=1), axis=1)
        shares = -np.diff(share, axis=1, prepend=1.0, append=0.0)
        return _Scatter(along, shares, weight, size)

    def read(self, table: Table) -> Colours:
        """The table's values at the colours."""
        flat = table.reshape(-1, 3)
        return np.asarray(sum(self.share[:, k, None] * flat[self.corner[:, k]] for k in range(4)))

    def spread(self, values: Colours) -> Table:
        """Weighted values at the colours brought to the nodes: the transpose of `read`."""
        return np.stack([self._sums(self.share * values[:, k, None]) for k in range(3)], axis=-1)

    @cached_property
    def own(self) -> Float[np.ndarray, "nodes nodes nodes 1"]:
        """The diagonal of the normal equations."""
        return self._sums(self.share**2)[..., None] + 18 * _SMOOTH

    def _sums(self, shares: np.ndarray) -> np.ndarray:
        weighted = (shares * self.weight[:, None]).ravel()
        return np.bincount(self.corner.ravel(), weighted, self.size**3).reshape((self.size,) * 3)


def _nearest(scatter: _Scatter, wanted: Colours, start: Table, rounds: int) -> Table:
    """The change of the nodes whose values at the colours are nearest to the wanted."""
    change = start
    rest = scatter.spread(wanted - scatter.read(change)) - _SMOOTH * _bends(change)
    eased = rest / scatter.own
    way, square = eased, float((rest * eased).sum())
    for _ in range(rounds):
        if square <= 0:
            break
        turned = scatter.spread(scatter.read(way)) + _SMOOTH * _bends(way)
        length = square / float((way * turned).sum())
        change, rest = change + length * way, rest - length * turned
        eased, before = rest / scatter.own, square
        square = float((rest * eased).sum())
        way = eased + square / before * way
    return change


def _bends(table: Table) -> Table:
    """The gradient of half the sum of squared second differences along the axes."""
    found: Any = np.zeros_like(table)
    for axis in range(3):
        along, total = np.moveaxis(table, axis, 0), np.moveaxis(found, axis, 0)
        bend = along[:-2] - 2 * along[1:-1] + along[2:]
        total[:-2] += bend
        total[1:-1] -= 2 * bend
        total[2:] += bend
    return np.asarray(found)
