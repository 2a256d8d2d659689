"""Defects: pixels that are known to be bad are interpolated from good ones of their colour.

Each bad pixel looks along four directions (rows, columns, both diagonals) for the nearest pair of good
pixels of its own colour on opposite sides, and takes the mean of the pairs that differ least: along an edge
pairs agree, across it they do not. Where no direction has a pair, it takes the nearest good pixels of its
colour. Only what was good from the start is used, so that no repair depends on another.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from lichtbild.core.window import Extent, Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.opcode import FixBadPixelsList

REACH = 6
"""Pixels that a repair looks away; in this range every common colour filter pattern repeats."""
TOLERANCE = 1.5
"""Pairs that differ up to this factor more than the most alike pair are used with it."""
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))

_Offsets = tuple[tuple[int, int], ...]


def listed(opcode: FixBadPixelsList, window: Window, extent: Extent) -> Bool[np.ndarray, "h w"]:
    """Which pixels of a window the opcode calls bad; places outside the image are passed over."""
    bad = np.zeros(window.extent, bool)
    points = np.array(opcode.points, np.int64).reshape(-1, 2) - (window.top, window.left)
    inside = ((points >= 0) & (points < window.extent)).all(axis=1)
    bad[tuple(points[inside].T)] = True
    for area in opcode.windows:
        rows = slice(max(0, area.top - window.top), max(0, area.bottom - window.top))
        columns = slice(max(0, area.left - window.left), max(0, area.right - window.left))
        bad[rows, columns] = True
    return bad


def repaired(
    samples: Shaped[np.ndarray, "h w p"], bad: Bool[np.ndarray, "h w p"], window: Window, cfa: Cfa | None
) -> Shaped[np.ndarray, "h w p"]:
    """Samples of the same type in which the bad ones are interpolated.

    A bad pixel without any good one of its colour within `REACH` is left as it is.

    Args:
        samples: ``[row, column, plane]`` of the window.
        bad: which of them are bad.
        window: where the samples lie; only what it holds is used.
        cfa: colour of each pixel, beginning at the whole image's corner; None where all planes are full.
    """
    pattern = np.zeros((1, 1), int) if cfa is None else np.asarray(cfa.pattern)
    result = samples.copy()
    height, width = pattern.shape
    for plane in range(samples.shape[2]):
        places = np.argwhere(bad[:, :, plane])
        layer = _Layer(samples[:, :, plane], bad[:, :, plane])
        row_phase, column_phase = (places[:, 0] + window.top) % height, (places[:, 1] + window.left) % width
        for row, column in sorted(set(zip(row_phase.tolist(), column_phase.tolist(), strict=True))):
            group = places[(row_phase == row) & (column_phase == column)]
            found = _interpolated(layer, group, _Neighbours.of(pattern, row, column))
            known = np.isfinite(found)
            values = np.floor(found + 0.5) if samples.dtype.kind in "ui" else found
            rows, columns = group[known].T
            result[rows, columns, plane] = values[known].astype(samples.dtype)
    return result


@dataclass(frozen=True)
class _Neighbours:
    """Offsets from one phase of a pattern to pixels of its colour: opposite pairs, and rings by distance."""

    pairs: _Offsets
    rings: tuple[_Offsets, ...]

    @staticmethod
    def of(pattern: Int[np.ndarray, "r c"], row: int, column: int) -> "_Neighbours":
        height, width = pattern.shape

        def same(down: int, across: int) -> bool:
            other = pattern[(row + down) % height, (column + across) % width]
            return int(other) == int(pattern[row, column])

        pairs = []
        for down, across in DIRECTIONS:
            steps = (
                step
                for step in range(1, REACH + 1)
                if same(step * down, step * across) and same(-step * down, -step * across)
            )
            if (step := next(steps, None)) is not None:
                pairs.append((step * down, step * across))
        rings: dict[int, list[tuple[int, int]]] = {}
        for down in range(-REACH, REACH + 1):
            for across in range(-REACH, REACH + 1):
                if (down, across) != (0, 0) and same(down, across):
                    rings.setdefault(down * down + across * across, []).append((down, across))
        return _Neighbours(tuple(pairs), tuple(tuple(rings[distance]) for distance in sorted(rings)))


@dataclass(frozen=True, eq=False)
class _Layer:
    """One plane, and which of its pixels are bad."""

    values: Shaped[np.ndarray, "h w"]
    bad: Bool[np.ndarray, "h w"]

    def at(self, places: Int[np.ndarray, "n 2"], offset: tuple[int, int]) -> Float[np.ndarray, " n"]:
        """The good value at an offset from each place; not a number where there is none."""
        there = places + offset
        inside = np.logical_and.reduce((there >= 0) & (there < self.values.shape), axis=1)
        rows, columns = np.where(inside[:, None], there, 0).T
        usable = inside & ~self.bad[rows, columns]
        values: Float[np.ndarray, " n"] = np.where(usable, self.values[rows, columns].astype(float), np.nan)
        return values


def _interpolated(
    layer: _Layer, places: Int[np.ndarray, "n 2"], near: _Neighbours
) -> Float[np.ndarray, " n"]:
    """A value for each place of one phase; not a number where none can be had."""
    least = np.full(len(places), np.inf)
    pairs = []
    for down, across in near.pairs:
        first, second = layer.at(places, (down, across)), layer.at(places, (-down, -across))
        difference = np.abs(first - second)
        pairs.append(((first + second) / 2, difference))
        least = np.fmin(least, difference)
    total, count = np.zeros(len(places)), np.zeros(len(places))
    for mean, difference in pairs:
        chosen = difference <= TOLERANCE * least
        total[chosen] += mean[chosen]
        count += chosen
    result: Float[np.ndarray, " n"] = np.full(len(places), np.nan)
    np.divide(total, count, out=result, where=count > 0)
    for ring in near.rings:
        missing = np.flatnonzero(np.isnan(result))
        if not len(missing):
            break
        around = np.array([layer.at(places[missing], offset) for offset in ring])
        known = (~np.isnan(around)).sum(axis=0)
        sums = np.nansum(around, axis=0)
        result[missing[known > 0]] = (sums / np.maximum(known, 1))[known > 0]
    return result
