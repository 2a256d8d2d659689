"""Leaf pattern: a chart's dead leaves at any place, exactly, and the law of their spectrum.

The leaves are drawn from the chart's seed, those in front first. Two places at the distance d see the same
leaf with the probability p(d) = K(d) / (2 K(0) - K(d)), K being the mean area that a leaf shares with itself
moved by d, and different leaves have independent greys; so p is the correlation of the reflectances, and
the power spectrum is the Hankel transform of their variance times p.

Source: A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", IJCV 41, 35 (2001),
equations 11 to 14; Bessel's function after Abramowitz and Stegun, equations 9.4.1 and 9.4.3.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.quality.kernels.leaves import list_discs, see_discs, see_pixels

_BATCH: Final = 16384
_COLOURS: Final = 4096
_LAYERS: Final = 16.0
"""Leaves are drawn until they would cover the area so many times: exp(-16) = 1e-7 of it is left."""
_MOST_CELLS: Final = 1024

Places = Float[np.ndarray, "*places"]
Borders = tuple[float, float, float, float]
"""Left, upper, right and lower, mm on the chart."""


@dataclass(frozen=True, eq=False)
class LeafPattern:
    """Leaves in a part of a chart.

    Attributes:
        discs: x and y of the centre and radius, mm on the chart, those in front first.
        greys: reflectance of each, and at the end that of what none covers.
        origin: x and y of the upper left corner of the cells that discs are listed by.
        side: of a cell.
        beyond: mm about a cell for which its list holds good.
        first: ``[row, column]``: where each cell's list begins in ``members``.
        members: discs that touch each cell, those in front first.
    """

    discs: Float[np.ndarray, "disc 3"]
    greys: Float[np.ndarray, " grey"]
    origin: Float[np.ndarray, "2"]
    side: float
    beyond: float
    first: Int[np.ndarray, "row column"]
    members: Int[np.ndarray, " member"]

    def __call__(self, x: Places, y: Places) -> Places:
        """Reflectance at places in mm on the chart; beyond the part that was drawn it is not right."""
        seen = np.empty(x.size)
        right, down = (np.ascontiguousarray(one, np.float64).ravel() for one in (x, y))
        cells = self.origin, self.side, self.first, self.members
        see_discs(self.discs, self.greys, *cells, right, down, seen)
        return seen.reshape(x.shape)

    def of_pixels(
        self, places: Float[np.ndarray, "h w 6"], parts: int, groups: int = 1
    ) -> Float[np.ndarray, "rows columns"]:
        """Mean reflectance of pixels, or of parts of them.

        Args:
            places: x and y of a pixel's middle on the chart, mm; their changes a pixel down; and right.
            parts: of a pixel along each side, in whose middles leaves are looked for.
            groups: of parts along each side of a pixel, each of which has a mean of its own.
        """
        height, width = places.shape[:2]
        seen = np.empty((height * groups, width * groups))
        cells = self.origin, self.side, self.beyond
        taken = np.ascontiguousarray(places, np.float64)
        see_pixels(self.discs, self.greys, cells, self.first, self.members, taken, parts, seen)
        return seen


def leaf_pattern(leaves: Leaves, borders: Borders | None = None, beyond: float = 0.0) -> LeafPattern:
    """The leaves that a part of a chart shows.

    Args:
        leaves: of the chart, greys.
        borders: of the part; None for all.
        beyond: half the diagonal of the pixels that are drawn, mm; larger ones take longer.

    Raises:
        BadInput: the leaves are coloured, or their radii do not increase from above 0.
    """
    small, large = leaves.radii
    if leaves.coloured or not 0 < small < large:
        raise BadInput(
            f"texture is measured on grey leaves whose radii increase from above 0, not {small:g} to "
            f"{large:g} mm{' in colours' if leaves.coloured else ''}; choose another chart"
        )
    height, width = leaves.size
    x, y = leaves.corner
    left, top, right, bottom = borders or (x, y, x + width, y + height)
    discs, numbers = _drawn(leaves, (left, top, right, bottom))
    dark, bright = sorted(leaves.reflectances)
    drawn = np.random.default_rng([leaves.seed, 1])
    greys = dark + (bright - dark) * drawn.random(_COLOURS)
    origin = np.array([left, top])
    side = max(small, max(right - left, bottom - top) / _MOST_CELLS)
    shape = math.ceil((bottom - top) / side) + 1, math.ceil((right - left) / side) + 1
    first = np.zeros(shape, np.int64)
    list_discs(discs, origin, side, float(beyond), first, np.empty(0, np.int64), False)
    ends = np.cumsum(first)
    first = (ends - first.ravel()).reshape(shape)
    members = np.empty(int(ends[-1]), np.int64)
    list_discs(discs, origin, side, float(beyond), first, members, True)
    shown = np.append(greys[numbers % _COLOURS], (dark + bright) / 2)
    return LeafPattern(discs, shown, origin, side, float(beyond), first, members)


def _drawn(leaves: Leaves, borders: Borders) -> tuple[Float[np.ndarray, "disc 3"], Int[np.ndarray, " disc"]]:
    """The discs that touch a part, x, y and radius, and their numbers; those in front first."""
    discs = _all_drawn(leaves.size, leaves.corner, leaves.radii, leaves.seed)
    left, top, right, bottom = borders
    x, y, radius = discs.T
    beside = (x + radius > left) & (x - radius < right) & (y + radius > top) & (y - radius < bottom)
    near = np.flatnonzero(beside)
    away = np.hypot(x[near] - np.clip(x[near], left, right), y[near] - np.clip(y[near], top, bottom))
    kept = near[away < radius[near]]
    return discs[kept], kept


@lru_cache(maxsize=2)
def _all_drawn(
    size: tuple[float, float], corner: tuple[float, float], radii: tuple[float, float], seed: int
) -> Float[np.ndarray, "disc 3"]:
    """All discs of a chart, drawn as its print draws them; kept, for a series of frames asks again."""
    (small, large), (height, width) = radii, size
    area = (height + 2 * large) * (width + 2 * large)
    mean_square = 2 * math.log(large / small) / (small**-2 - large**-2)
    batches = math.ceil(_LAYERS * area / (math.pi * mean_square) / _BATCH)
    drawn = np.random.default_rng([seed, 0])
    draws = drawn.random((batches * _BATCH, 3))
    draws[:, 0] = (draws[:, 0] - 0.5) * (width + 2 * large) + width / 2 + corner[0]
    draws[:, 1] = (draws[:, 1] - 0.5) * (height + 2 * large) + height / 2 + corner[1]
    draws[:, 2] = (small**-2 + draws[:, 2] * (large**-2 - small**-2)) ** -0.5
    return draws


def correlation(radii: tuple[float, float], distance: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
    """Probability that two places at a distance see the same leaf.

    Args:
        radii: least and greatest.
        distance: in the unit of the radii, 0 or more.
    """
    small, large = radii
    nodes, weights = np.polynomial.legendre.leggauss(64)
    # K(d) = integral over ln u, from d / 2 r_max to d / 2 r_min or 1, of the shared part of a disc's square.
    begin = np.log(np.maximum(distance, 1e-12) / (2 * large))
    end = np.minimum(np.log(np.maximum(distance, 1e-12) / (2 * small)), 0.0)
    half = np.maximum(end - begin, 0.0)[:, None] / 2
    u = np.exp(begin[:, None] + half * (1 + nodes)).clip(0, 1)
    shared = 2 * np.arccos(u) - 2 * u * np.sqrt(1 - u * u)
    mean = (shared * weights * half).sum(axis=1)
    return np.asarray(mean / (2 * math.pi * math.log(large / small) - mean))


def power_law(leaves: Leaves, frequency: Float[np.ndarray, " f"]) -> Float[np.ndarray, " f"]:
    """Power spectrum of the leaves' reflectance by their law, mm^2.

    Args:
        leaves: of the chart.
        frequency: cycles/mm, above 0.
    """
    dark, bright = leaves.reflectances
    small, large = leaves.radii
    nodes, weights = np.polynomial.legendre.leggauss(8)
    # Panels short against the least radius near 0, and against a turn of Bessel's function everywhere.
    longest = min(large / 8, 1 / (2 * float(frequency.max())))
    ends = [0.0]
    while ends[-1] < 2 * large:
        ends.append(min(2 * large, ends[-1] + min(longest, max(small / 8, ends[-1] / 4))))
    edges = np.array(ends)
    half = np.diff(edges)[:, None] / 2
    distance = (edges[:-1, None] + half * (1 + nodes)).ravel()
    density = correlation(leaves.radii, distance) * distance * (half * weights).ravel()
    waves = _bessel(2 * math.pi * np.multiply.outer(frequency, distance))
    return np.asarray((bright - dark) ** 2 / 12 * 2 * math.pi * (waves @ density))


def _bessel(x: Float[np.ndarray, "f d"]) -> Float[np.ndarray, "f d"]:
    """J0 to 1e-7."""
    square = (x / 3) ** 2
    near = np.polynomial.polynomial.polyval(
        np.minimum(square, 1.0),
        [1.0, -2.2499997, 1.2656208, -0.3163866, 0.0444479, -0.0039444, 0.00021],
    )
    over = 3 / np.maximum(x, 3.0)
    height = np.polynomial.polynomial.polyval(
        over, [0.79788456, -7.7e-7, -0.0055274, -9.512e-5, 0.00137237, -0.00072805, 0.00014476]
    )
    phase = x + np.polynomial.polynomial.polyval(
        over, [-0.78539816, -0.04166397, -3.954e-5, 0.00262573, -0.00054125, -0.00029333, 0.00013558]
    )
    return np.asarray(np.where(x < 3, near, height * np.cos(phase) * np.sqrt(over / 3)))
