"""Generic demosaicing: any periodic pattern of colour filters, guided by the colour that most pixels see."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Float32, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.develop.kernels.periodic import weighted_sums
from lichtbild.image.cfa import Cfa

Samples = Float[Any, "h w"]
Planes = Float[Any, "h w planes"]

PERIODIC_RADIUS: Final = 5
"""Pixels around a pixel among which the samples of a colour are sought; the whole reaches twice as far."""


def generic(samples: Samples, cfa: Cfa) -> Planes:
    """All planes of any periodic pattern, guided by the colour that most pixels see; differentiable.

    The guide is interpolated first, by a plane fitted to the near samples with Gaussian weights; then the
    difference of each other colour to it. Grey stays grey, and ramps stay ramps.

    Source: Knutsson and Westin, "Normalized and differential convolution", CVPR 1993, of order 1.
    """
    return _guided(samples, cfa, _weighted_sums)


def generic_by_kernel(samples: Float32[np.ndarray, "h w"], cfa: Cfa) -> Float32[np.ndarray, "h w planes"]:
    """The same by the kernel."""
    planes: Float32[np.ndarray, "h w planes"] = _guided(samples, cfa, _compiled_sums)
    return planes


def _guided(samples: Samples, cfa: Cfa, weighted: Callable[..., Samples]) -> Planes:
    """The guide, and the other colours by their difference to it."""
    xp, radius, extent = namespace(samples), PERIODIC_RADIUS, Extent(*samples.shape)
    rows, columns = (_repeated(*sizes, 2 * radius) for sizes in zip(extent, cfa.extent, strict=True))
    m = samples[rows][:, columns]
    guide_plane = _densest(cfa)
    # The padded mosaic begins elsewhere in the pattern than the image does.
    guide = weighted(m, *_taps(cfa.shifted(-radius, -radius), guide_plane))
    difference = m[radius:-radius, radius:-radius] - guide
    inner = guide[radius:-radius, radius:-radius]
    planes = []
    for plane in range(len(cfa.colours)):
        if plane == guide_plane:
            planes.append(inner)
        else:
            # Rounding must not touch what was measured.
            found = inner + weighted(difference, *_taps(cfa, plane))
            planes.append(xp.where(cfa.planes(extent) == plane, samples, found))
    return xp.stack(planes, axis=-1)


def _weighted_sums(
    padded: Float[Any, "H W"], offsets: Int[np.ndarray, "r c taps 2"], weights: Float[np.ndarray, "r c taps"]
) -> Samples:
    """At each pixel the sum of its neighbours by the weights of its place in the pattern."""
    radius, extent = PERIODIC_RADIUS, Extent(*(size - 2 * PERIODIC_RADIUS for size in padded.shape))
    rows, columns, _ = weights.shape
    repeats = (-(-extent.height // rows), -(-extent.width // columns))
    total = 0.0
    for row, column in np.unique(offsets.reshape(-1, 2), axis=0):
        share = np.where((offsets == (row, column)).all(axis=-1), weights, 0).sum(axis=-1)
        share = np.tile(share, repeats)[: extent.height, : extent.width].astype(padded.dtype)
        top, left = radius + row, radius + column
        total = total + share * padded[top : top + extent.height, left : left + extent.width]
    return total


def _compiled_sums(
    padded: Float32[np.ndarray, "H W"],
    offsets: Int[np.ndarray, "r c taps 2"],
    weights: Float32[np.ndarray, "r c taps"],
) -> Float32[np.ndarray, "h w"]:
    """The same by the kernel."""
    radius = PERIODIC_RADIUS
    out = np.empty((padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius), dtype=np.float32)
    weighted_sums(padded, offsets, weights, radius, out)
    return out


def _repeated(size: int, period: int, margin: int) -> Int[np.ndarray, " n"]:
    """Indices of a row with a margin on each side, in which the outermost period is repeated."""
    index = np.arange(-margin, size + margin)
    beyond = np.maximum(-(-(index - size + 1) // period), 0) + np.minimum(index // period, 0)
    return np.asarray(index - period * beyond)


def _densest(cfa: Cfa) -> int:
    """The plane that most pixels see; of equal ones green, else the first."""
    counts = np.bincount(np.ravel(cfa.pattern), minlength=len(cfa.colours))
    best = [plane for plane, count in enumerate(counts) if count == counts.max()]
    return next((plane for plane in best if cfa.colours[plane] == "green"), best[0])


@lru_cache(maxsize=64)
def _taps(cfa: Cfa, plane: int) -> tuple[Int[np.ndarray, "r c taps 2"], Float[np.ndarray, "r c taps"]]:
    """Offsets and weights by which a plane is interpolated at each place of the pattern."""
    height, width = cfa.extent
    found = [[_taps_at(cfa, plane, row, column) for column in range(width)] for row in range(height)]
    longest = max(len(weights) for line in found for _, weights in line)
    offsets = np.zeros((height, width, longest, 2), dtype=np.int32)
    weights = np.zeros((height, width, longest), dtype=np.float32)
    for row, line in enumerate(found):
        for column, (places, shares) in enumerate(line):
            offsets[row, column, : len(shares)] = places
            weights[row, column, : len(shares)] = shares
    return offsets, weights


def _taps_at(
    cfa: Cfa, plane: int, row: int, column: int
) -> tuple[Int[np.ndarray, "taps 2"], Float[np.ndarray, " taps"]]:
    """Offsets and weights at one place: the value of a plane fitted to the samples of least distance.

    The neighbourhood grows until it determines a plane; where it never does, the weighted mean is taken.
    """
    height, width = cfa.extent
    if cfa.pattern[row][column] == plane:
        return np.zeros((1, 2), dtype=np.int64), np.ones(1)
    places = np.zeros((0, 2), dtype=np.int64)
    for radius in range(1, PERIODIC_RADIUS + 1):
        steps = range(-radius, radius + 1)
        near = [
            (y, x)
            for y in steps
            for x in steps
            if cfa.pattern[(row + y) % height][(column + x) % width] == plane
        ]
        if not near:
            continue
        places = np.array(near)
        weights = np.exp(-np.sum(places**2, axis=1) / (2 * (0.5 * radius) ** 2))
        design = np.column_stack([np.ones(len(places)), places])
        normal = design.T @ (weights[:, None] * design)
        if np.linalg.matrix_rank(normal) == 3:
            shares = weights * (np.linalg.solve(normal, [1.0, 0.0, 0.0]) @ design.T)
            kept = np.abs(shares) > 1e-9
            return places[kept], shares[kept] / shares[kept].sum()
    if not len(places):
        raise BadInput(
            f"the colour filter pattern has '{cfa.colours[plane]}' too rarely: no pixel within "
            f"{PERIODIC_RADIUS} pixels"
        )
    return places, weights / weights.sum()
