"""Pairs: colours before and after a look, as found in pictures.

Pixels that are alike before are gathered in cells of the colour cube. A pixel at an edge tells little: JPEG
halves the resolution of colour, and rings; so each counts by the inverse of the variance around it, before
and after, above that of 8-bit codes, and those where it is twenty times as large not at all, but for
the smoothest twentieth of a noisy picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput

CELLS: Final = 48
"""Cells along an axis of the cube of encoded colours."""
FEWEST: Final = 8
"""Fewer cells than this say nothing of a look."""
_ROUNDING: Final = 3 * (1.5 / 255) ** 2
"""Variance of three planes that 8-bit codes and JPEG bring where a picture is smooth."""
_SMOOTH: Final = 0.05
_LEAST: Final = 0.05
"""Share of pixels that count however noisy a picture is."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Colours in encoded sRGB before and after.

    Attributes:
        before: 0 to 1.
        after: 0 to 1.
        weight: how much each tells, positive; its median is 1.
    """

    before: Float[np.ndarray, "n 3"]
    after: Float[np.ndarray, "n 3"]
    weight: Float[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.before)

    def only(self, chosen: Bool[np.ndarray, " n"]) -> "Pairs":
        """The chosen ones."""
        return Pairs(self.before[chosen], self.after[chosen], self.weight[chosen])

    def at_most(self, count: int) -> "Pairs":
        """No more than ``count``, by coarser cells."""
        found, cells = self, CELLS
        while len(found) > count:
            cells = cells * 7 // 8
            found = _gathered(self.before, self.after, self.weight, cells)
        return found


def joined(parts: Sequence[Pairs]) -> Pairs:
    """The pairs of several pictures, those of one cell made one."""
    before = np.concatenate([part.before for part in parts])
    after = np.concatenate([part.after for part in parts])
    return _gathered(before, after, np.concatenate([part.weight for part in parts]))


def of_pictures(before: Float[np.ndarray, "h w 3"], after: Float[np.ndarray, "h2 w2 3"]) -> Pairs:
    """The pairs of a picture before and after, each in encoded sRGB.

    Raises:
        BadInput: the pictures differ in size, are too small or hold too few colours.
    """
    check_sizes(before, after)
    mean_before, spread_before = _around(before)
    mean_after, spread_after = _around(after)
    weight = (_ROUNDING / (spread_before + spread_after + _ROUNDING)).ravel()
    smooth = weight >= min(_SMOOTH, float(np.quantile(weight, 1 - _LEAST)))
    pairs = _gathered(mean_before.reshape(-1, 3)[smooth], mean_after.reshape(-1, 3)[smooth], weight[smooth])
    if len(pairs) < FEWEST:
        raise BadInput(
            f"the picture before has only {len(pairs)} different colours, too few to learn a look from; "
            "take pictures with more"
        )
    return pairs


def check_sizes(before: Float[np.ndarray, "h w 3"], after: Float[np.ndarray, "h2 w2 3"]) -> None:
    """Refuse pictures that are no pair.

    Raises:
        BadInput: they differ in size, or are smaller than 16 x 16.
    """
    if before.shape != after.shape:
        sizes = " and ".join(f"{one.shape[1]} x {one.shape[0]}" for one in (before, after))
        raise BadInput(f"before and after differ in size ({sizes}); export both uncropped at one size")
    if min(before.shape[:2]) < 16:
        raise BadInput(
            f"the pictures have {before.shape[1]} x {before.shape[0]} pixels, too few to learn a look from; "
            "give at least 16 x 16"
        )


def _around(picture: Float[np.ndarray, "h w 3"]) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the 3 x 3 pixels around each, and the sum of the planes' variances there."""
    samples = np.asarray(picture, np.float32)
    mean = _box(samples)
    spread = np.maximum(_box(samples * samples) - mean * mean, 0).sum(axis=-1)
    return mean, spread


def _box(samples: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    padded = np.pad(samples, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9))


def _gathered(
    before: Float[np.ndarray, "n 3"],
    after: Float[np.ndarray, "n 3"],
    weight: Float[np.ndarray, " n"],
    cells: int = CELLS,
) -> Pairs:
    """The weighted mean of each cell that holds any."""
    place = np.minimum((before * cells).astype(np.intp), cells - 1)
    cell = (place[:, 0] * cells + place[:, 1]) * cells + place[:, 2]
    told = np.bincount(cell, weight, cells**3).astype(np.float64)
    held = told > 0

    def mean(colours: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "cells 3"]:
        sums = [np.bincount(cell, weight * colours[:, plane], cells**3)[held] for plane in range(3)]
        return np.stack(sums, axis=-1) / told[held, None]

    median = np.median(told[held]) if held.any() else 1.0
    return Pairs(mean(before), mean(after), told[held] / median)
