"""Leaves: which of many discs that hide one another each place of an area sees, and their greys.

Leaves fall one after another at uniform places; their radii have a density proportional to r^-3 between a
smallest and a largest one. What the last ones leave visible is the picture: so it is made from the front,
each leaf filling what is free. The same seed gives the same leaves on any lattice of places.

Source: A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", IJCV 41, 35 (2001).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.numerics.kernel import kernel

COLOURS: Final = 4096
"""So many colours are drawn; leaf n has the colour n modulo this."""

_SAMPLES: Final = 4
"""Samples along each side of a chart's pixel, whose mean is the pixel."""
_STRIP: Final = 1 << 25
"""Samples that are held at a time."""
_BATCH: Final = 16384
_RUN: Final = 64
_UNCOVERED: Final = 1e-5
"""The last part of the samples is one leaf far below: to cover it would double the time."""


@dataclass(frozen=True)
class Lattice:
    """Places in rows and columns, from the upper left corner of an area.

    Attributes:
        rows: of places.
        columns: of places.
        pitch: down and right from place to place.
        start: down and right of the first pixel's border, half a pitch before the first place.
    """

    rows: int
    columns: int
    pitch: tuple[float, float]
    start: tuple[float, float] = (0.0, 0.0)


def drawn_radii(
    uniform: Float[np.ndarray, " leaf"], small: float, large: float
) -> Float[np.ndarray, " leaf"]:
    """Radii with a density proportional to r^-3, from even numbers of 0 to 1: 1 / r^2 is even.

    Args:
        uniform: 0 to 1.
        small: the least radius, for 0.
        large: the greatest radius, for 1.
    """
    return np.asarray((small**-2 + uniform * (large**-2 - small**-2)) ** -0.5)


def fallen(
    size: tuple[float, float], radii: tuple[float, float], seed: int, lattice: Lattice
) -> Int[np.ndarray, "down right"]:
    """The number of the leaf that each place sees, 0 being in front.

    Args:
        size: height and width of the area that leaves fall on.
        radii: smallest and largest.
        seed: 0 or more.
        lattice: the places, within the area.
    """
    rng = np.random.default_rng([seed, 0])
    labels = np.full((lattice.rows, lattice.columns), -1, np.int32)
    # How many samples of each run of a row are free still: late leaves find little, and need not look.
    left = np.diff(np.append(np.arange(0, labels.shape[1], _RUN), labels.shape[1]))
    open_ = np.repeat(left[None].astype(np.int32), len(labels), axis=0)
    free, first, (small, large) = labels.size, 0, radii
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        while free > _UNCOVERED * labels.size:
            draws = rng.random((_BATCH, 3))
            leaves = np.empty((_BATCH, 3))
            leaves[:, 0] = (draws[:, 0] - 0.5) * (size[1] + 2 * large) + size[1] / 2 - lattice.start[1]
            leaves[:, 1] = (draws[:, 1] - 0.5) * (size[0] + 2 * large) + size[0] / 2 - lattice.start[0]
            leaves[:, 2] = drawn_radii(draws[:, 2], small, large)
            fall = partial(_fall, labels, open_, leaves, first, lattice.pitch)
            free -= sum(in_bands(pool, lattice.rows, fall))
            first += _BATCH
    labels[labels < 0] = first
    return labels


def greys(seed: int, reflectances: tuple[float, float]) -> Float[np.ndarray, "colour 1"]:
    """Reflectances of leaves, drawn evenly between two.

    Args:
        seed: 0 or more.
        reflectances: least and greatest, 0 to 1.
    """
    dark, bright = sorted(reflectances)
    rng = np.random.default_rng([seed, 1])
    return np.asarray(dark + (bright - dark) * rng.random((COLOURS, 1)))


def leaf_means(
    leaves: Leaves, x_edges: Float[np.ndarray, " x"], y_edges: Float[np.ndarray, " y"]
) -> Float[np.ndarray, "row column"]:
    """Mean reflectance of each pixel, of a chart's grey leaves.

    Args:
        leaves: where and which.
        x_edges: of the columns, mm on the chart, evenly spaced; all pixels touch the leaves.
        y_edges: of the rows.

    Raises:
        BadInput: the leaves are coloured.
    """
    if leaves.coloured:
        raise BadInput("coloured leaves are a scene that fills its frame, and lie on no chart; take grey")
    rows, columns = len(y_edges) - 1, len(x_edges) - 1
    down, right = (float(edges[-1] - edges[0]) / (len(edges) - 1) / _SAMPLES for edges in (y_edges, x_edges))
    colours = greys(leaves.seed, leaves.reflectances).astype(np.float32)
    found = np.empty((rows, columns), np.float32)
    # Strip by strip: the samples of a large print would not fit into memory.
    strip = max(1, _STRIP // (columns * _SAMPLES**2))
    for top in range(0, rows, strip):
        count = min(strip, rows - top)
        start = (float(y_edges[top]) - leaves.corner[1], float(x_edges[0]) - leaves.corner[0])
        lattice = Lattice(count * _SAMPLES, columns * _SAMPLES, (down, right), start)
        labels = fallen(leaves.size, leaves.radii, leaves.seed, lattice)
        found[top : top + count] = pixel_means(labels, colours, _SAMPLES)[..., 0]
    return found


def pixel_means(
    labels: Int[np.ndarray, "down right"], colours: Float[np.ndarray, "colour plane"], samples: int
) -> Float[np.ndarray, "row column plane"]:
    """Mean colour of each pixel's samples.

    Args:
        labels: leaf of each sample.
        colours: `COLOURS` of them, float32.
        samples: along each side of a pixel.
    """
    rows, columns = (side // samples for side in labels.shape)
    means = np.empty((rows, columns, colours.shape[1]), np.float32)

    def fill(top: int, bottom: int) -> None:
        _pixel_means(labels[top * samples : bottom * samples], colours, samples, means[top:bottom])

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        in_bands(pool, rows, fill)
    return means


def in_bands(pool: ThreadPoolExecutor, rows: int, work: Callable[[int, int], Any]) -> list[Any]:
    """What comes of bands of rows, one for each core; no band knows of another."""
    ends = np.linspace(0, rows, (cpu_count() or 1) + 1).astype(int).tolist()
    return list(pool.map(work, ends[:-1], ends[1:]))


@kernel
def _pixel_means(labels: Any, colours: Any, samples: int, means: Any) -> None:
    """The mean colours of each pixel's samples."""
    rows, columns, count = means.shape
    share = np.float32(1) / np.float32(samples * samples)
    for row in range(rows):
        for column in range(columns):
            for k in range(count):
                means[row, column, k] = np.float32(0)
            for down in range(samples):
                for right in range(samples):
                    leaf = labels[row * samples + down, column * samples + right] % COLOURS
                    for k in range(count):
                        means[row, column, k] += colours[leaf, k]
            for k in range(count):
                means[row, column, k] *= share


@kernel
def _fall(  # noqa: PLR0913  a kernel knows no structures
    labels: Any, open_: Any, leaves: Any, first: int, pitch: Any, begin: int, end: int
) -> int:
    """How many free samples of some rows the leaves (x, y, radius) take, front ones first."""
    columns = labels.shape[1]
    height, width = pitch
    taken = 0
    for leaf in range(leaves.shape[0]):
        x, y, radius = leaves[leaf, 0], leaves[leaf, 1], leaves[leaf, 2]
        top = max(begin, int(np.ceil((y - radius) / height - 0.5)))
        bottom = min(end - 1, int(np.floor((y + radius) / height - 0.5)))
        for row in range(top, bottom + 1):
            away = (row + 0.5) * height - y
            half = np.sqrt(max(radius * radius - away * away, 0.0))
            left = max(0, int(np.ceil((x - half) / width - 0.5)))
            right = min(columns - 1, int(np.floor((x + half) / width - 0.5)))
            for run in range(left // _RUN, right // _RUN + 1):
                if open_[row, run] == 0:
                    continue
                for column in range(max(left, run * _RUN), min(right, run * _RUN + _RUN - 1) + 1):
                    if labels[row, column] < 0:
                        labels[row, column] = first + leaf
                        open_[row, run] -= 1
                        taken += 1
    return taken
