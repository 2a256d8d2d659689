"""Dead leaves: discs of all sizes that hide one another, whose statistics are those of natural pictures.

Leaves fall one after another at uniform places; their radii have a density proportional to r^-3 between a
smallest and a largest one, and their colours are independent of all else. What the last ones leave visible
is the picture: so it is made from the front, each leaf filling what is free. Two places at distance d belong
to the same leaf with the probability K(d) / (2 K(0) - K(d)), K being the mean area that a leaf shares with
itself moved by d; this is also the correlation of the reflectances there.

Sources: A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", IJCV 41, 35 (2001);
ISO/TS 19567-2:2019 (texture, dead leaves), for the use as a chart.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import cpu_count
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.image.scene import Scene
from lichtbild.numerics.kernel import kernel
from lichtbild.scene import reflectance
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, lit

_SAMPLES: Final = 3
"""Samples along each side of a pixel, whose mean is the pixel."""
_BATCH: Final = 16384
_RUN: Final = 64
_COLOURS: Final = 4096
"""So many colours are drawn; leaf n has the colour n modulo this."""
_UNCOVERED: Final = 1e-5
"""The last part of the samples is one leaf far below: to cover it would double the time."""


def dead_leaves(
    frame: Frame,
    lighting: Lighting,
    seed: int,
    *,
    radii: tuple[float, float] | None = None,
    grey: tuple[float, float] | None = None,
) -> Scene:
    """A picture full of leaves.

    Args:
        frame: where it lies.
        lighting: what falls on it.
        seed: 0 or more; the same gives the same bytes.
        radii: smallest and largest radius, tangents; by default one pixel and a quarter of the shorter side.
        grey: reflectances that greys are drawn evenly between; by default leaves have colours, mixtures of
            eight natural reflectances with shares drawn from a Dirichlet distribution of 0.3 each.

    Raises:
        BadInput: the radii are not above 0 and increasing, a grey is outside of 0 to 1, or the seed below 0.
    """
    small, large = radii or (max(frame.pixel), max(min(frame.size) / 4, 2 * max(frame.pixel)))
    if not 0 < small < large < math.inf:
        raise BadInput(f"leaves have radii above 0, the smallest first, not {small:g} and {large:g}")
    if seed < 0:
        raise BadInput(f"a seed is 0 or more, not {seed}")
    weights_of, spectra = _colours(lighting, seed, grey)
    weights = np.empty((frame.rows, frame.columns, len(spectra)), np.float32)
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        labels = _fallen(frame, seed, (small, large), pool)

        def mean_colours(top: int, bottom: int) -> None:
            _mean_colours(labels[top * _SAMPLES : bottom * _SAMPLES], weights_of, weights[top:bottom])

        _in_bands(pool, frame.rows, mean_colours)
    return lit(frame, lighting, weights, spectra, "dead leaves")


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


def _fallen(
    frame: Frame, seed: int, radii: tuple[float, float], pool: ThreadPoolExecutor
) -> Int[np.ndarray, "down right"]:
    """The number of the leaf that each sample sees, 0 being in front."""
    rng = np.random.default_rng([seed, 0])
    labels = np.full((frame.rows * _SAMPLES, frame.columns * _SAMPLES), -1, np.int32)
    # How many samples of each run of a row are free still: late leaves find little, and need not look.
    left = np.diff(np.append(np.arange(0, labels.shape[1], _RUN), labels.shape[1]))
    open_ = np.repeat(left[None].astype(np.int32), len(labels), axis=0)
    free, first, (small, large) = labels.size, 0, radii
    height, width = (side / _SAMPLES for side in frame.pixel)
    rows = frame.rows * _SAMPLES
    while free > _UNCOVERED * labels.size:
        draws = rng.random((_BATCH, 3))
        leaves = np.empty((_BATCH, 3))
        leaves[:, 0] = (draws[:, 0] - 0.5) * (frame.size[1] + 2 * large) + frame.size[1] / 2
        leaves[:, 1] = (draws[:, 1] - 0.5) * (frame.size[0] + 2 * large) + frame.size[0] / 2
        leaves[:, 2] = drawn_radii(draws[:, 2], small, large)
        free -= sum(_in_bands(pool, rows, partial(_fall, labels, open_, leaves, first, (height, width))))
        first += _BATCH
    labels[labels < 0] = first
    return labels


def _in_bands(pool: ThreadPoolExecutor, rows: int, work: Callable[[int, int], Any]) -> list[Any]:
    """What comes of bands of rows, one for each core; no band knows of another."""
    ends = np.linspace(0, rows, (cpu_count() or 1) + 1).astype(int).tolist()
    return list(pool.map(work, ends[:-1], ends[1:]))


@kernel
def _mean_colours(labels: Any, weights_of: Any, weights: Any) -> None:
    """The mean weights of each pixel's samples."""
    rows, columns, count = weights.shape
    share = np.float32(1) / np.float32(_SAMPLES * _SAMPLES)
    for row in range(rows):
        for column in range(columns):
            for k in range(count):
                weights[row, column, k] = np.float32(0)
            for down in range(_SAMPLES):
                for right in range(_SAMPLES):
                    leaf = labels[row * _SAMPLES + down, column * _SAMPLES + right] % _COLOURS
                    for k in range(count):
                        weights[row, column, k] += weights_of[leaf, k]
            for k in range(count):
                weights[row, column, k] *= share


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


def _colours(
    lighting: Lighting, seed: int, grey: tuple[float, float] | None
) -> tuple[Float[np.ndarray, "colour spectrum"], Float[np.ndarray, "spectrum band"]]:
    """Weights of each colour, and the reflectances that they weigh."""
    rng = np.random.default_rng([seed, 1])
    if grey is not None:
        dark, bright = sorted(map(reflectance.check, grey))
        values = dark + (bright - dark) * rng.random((_COLOURS, 1))
        return values.astype(np.float32), np.ones((1, len(lighting.edges) - 1))
    spectra = reflectance.nature(lighting.edges).values
    return rng.dirichlet(np.full(len(spectra), 0.3), _COLOURS).astype(np.float32), spectra
