"""Patch colours: what a picture holds in the patches of a chart, and what the chart's maker says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, D65_XY
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Patch
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.patch_samples import PatchSamples, patch_samples

ADAPTATION: Final = "references adapted from D50 to D65 by Bradford's matrix"
"""For notes: how the makers' values, in D50, become those of a picture, in D65."""

_BLOCK: Final = 8
"""Side of the blocks whose means tell of noise, px: demosaicking and compression tie neighbours."""
_FREEDOM: Final = 6.0
"""Least degrees of freedom of these means."""
_MISSED: Final = (0.5, 2.0)
"""Least and greatest factor from what blocks see of a variance to what there is."""
_NEUTRAL: Final = 3.0
"""Chroma up to which a paint counts as grey; those of the ColorChecker's greys are below 1."""


@dataclass(frozen=True, eq=False)
class PatchColours:
    """Colours of patches.

    Attributes:
        names: of the patches.
        light: mean of each, linear light of sRGB's primaries, 1 where the picture clips.
        covariance: of the errors of these means.
        reference: CIELAB under D65.
        grey: which are greys.
        clipped: greatest share of clipped samples of a channel.
        at: column and row of each, px.
    """

    names: tuple[str, ...]
    light: Float[np.ndarray, "patch 3"]
    covariance: Float[np.ndarray, "patch 3 3"]
    reference: Float[np.ndarray, "patch 3"]
    grey: tuple[bool, ...]
    clipped: Float[np.ndarray, " patch"]
    at: Float[np.ndarray, "patch 2"]

    def of(self, indices: Sequence[int]) -> "PatchColours":
        """Some of the patches, in the order of the indices."""
        index = np.asarray(indices, int)
        return PatchColours(
            tuple(self.names[i] for i in index),
            self.light[index],
            self.covariance[index],
            self.reference[index],
            tuple(self.grey[i] for i in index),
            self.clipped[index],
            self.at[index],
        )


def reference_lab(chart: Chart, patches: Sequence[Patch]) -> Float[np.ndarray, "patch 3"]:
    """CIELAB under D65 of what patches are painted with, adapted from D50 by Bradford's matrix."""
    lab = np.array([chart.paints[patch.paint].lab for patch in patches], float).reshape(-1, 3)
    return np.asarray(cielab.adapted(lab, D50_XY, D65_XY))


def patch_colours(light: Float[np.ndarray, "row column 3"], found: FoundChart) -> PatchColours:
    """The colours of a found chart's usable patches of role ``colour`` or ``grey``.

    Args:
        light: of the picture, linear sRGB primaries, 1 where it clips.
        found: the chart in it.

    Raises:
        BadInput: no such patch is usable.
    """
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    patches = [
        target
        for target in found.chart.targets
        if isinstance(target, Patch) and target.role in ("colour", "grey") and target.name not in bad
    ]
    if not patches:
        raise BadInput(f"no patch of the chart {found.chart.name} can be measured; its verdicts say why")
    samples = [patch_samples(light, _outline(found, patch)) for patch in patches]
    if not any(one.mean.max() > 0 for one in samples):
        raise BadInput(f"the chart {found.chart.name} is black in the picture; expose it longer")
    reference = reference_lab(found.chart, patches)
    return PatchColours(
        tuple(patch.name for patch in patches),
        np.stack([one.mean for one in samples]),
        np.stack([covariance_of_mean(one) for one in samples]),
        reference,
        tuple(
            patch.role == "grey" or float(np.hypot(*lab[1:])) < _NEUTRAL
            for patch, lab in zip(patches, reference, strict=True)
        ),
        np.array([one.clipped.max() for one in samples]),
        np.array([one.centre for one in samples]),
    )


def covariance_of_mean(samples: PatchSamples) -> Float[np.ndarray, "channel channel"]:
    """Covariance of the errors of a patch's mean, from the means of blocks about a smooth surface.

    Neighbours depend on one another, those at the borders of blocks as well: a block misses what its pixels
    share with others beyond, a part that goes with its border over its area. Blocks of half the side miss
    twice as much, and tell it. A patch of too few blocks of 8 x 8 pixels is taken in smaller ones.
    """
    rows, columns = np.nonzero(samples.inside)
    terms = samples.surface(2)
    both = np.zeros((*samples.inside.shape, samples.window.shape[2] + terms.shape[1]))
    both[samples.inside] = np.concatenate([samples.flattened(2), terms], axis=1)
    smallest = min(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    for side in (each for each in (_BLOCK, _BLOCK // 2, _BLOCK // 4, 1) if each <= smallest):
        pixel, freedom = _of_blocks(both, samples.inside, side, terms.shape[1])
        if freedom >= _FREEDOM:
            break
    if side > 1:
        finer, _ = _of_blocks(both, samples.inside, side // 2, terms.shape[1])
        # One factor for all channels, which few blocks tell better, and which keeps a covariance one.
        whole = max(float(np.trace(pixel)), 1e-300)
        pixel = pixel * float(np.clip(2 - float(np.trace(finer)) / whole, *_MISSED))
    return np.asarray(pixel / samples.count)


def _of_blocks(
    both: Float[np.ndarray, "h w plane"], inside: Bool[np.ndarray, "h w"], side: int, terms: int
) -> tuple[Float[np.ndarray, "channel channel"], float]:
    """Covariance of a pixel as blocks of a side see it, and how many independent ones there are."""
    means = _block_means(both, inside, side)
    means, of_terms = means[:, :-terms], means[:, -terms:]
    # Of n independent blocks the surface has taken what its own means over the blocks tell.
    freedom = len(means) - side**2 * float((of_terms**2).sum())
    return np.asarray(means.T @ means / max(freedom, 1.0) * side**2), freedom


def exposure_factor(light: Any, reference: Any) -> Any:
    """Factor of the light that brings lightness nearest to its reference, in least squares, in closed form.

    L* + 16 is 116 times the cube root of luminance, so the cube root of the factor is a projection; it holds
    for patches of L* above 8.

    Args:
        light: luminances on the last axis, above 0.
        reference: their L*.
    """
    xp = namespace(light)
    lit = light > 0
    root = xp.where(lit, xp.where(lit, light, 1.0) ** (1 / 3), 0.0)
    return (((reference + 16) * root).sum(axis=-1) / (116 * (root**2).sum(axis=-1))) ** 3


def _outline(found: FoundChart, patch: Patch) -> tuple[tuple[float, float], ...]:
    places = found.to_picture(np.asarray(patch.corners, float))
    return tuple((float(x), float(y)) for x, y in places)


def _block_means(planes: np.ndarray, inside: np.ndarray, side: int) -> np.ndarray:
    """Means of the whole blocks inside."""
    rows, columns = np.nonzero(inside.any(axis=1))[0], np.nonzero(inside.any(axis=0))[0]
    top, left = int(rows[0]), int(columns[0])
    height, width = (int(at[-1] - at[0] + 1) // side for at in (rows, columns))
    cut = slice(top, top + height * side), slice(left, left + width * side)
    shape = height, side, width, side
    whole = inside[cut].reshape(shape).all(axis=(1, 3))
    return np.asarray(planes[cut].reshape(*shape, -1).mean(axis=(1, 3))[whole])
