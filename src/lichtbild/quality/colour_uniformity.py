"""Colour uniformity: how much colour changes over the picture of an even field, whatever it should be.

Blocks are compared with one another, not with the centre: the greatest difference in a* and b* between any
two, the greatest and the mean distance from the field's own mean, and the ranges of red and of blue against
green.

Source: after IEEE 1858-2023, colour uniformity; CIE 15:2018 section 8.2.1.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.shading import blocks_of, covariance_of_blocks, field_of, shading, smooth_of

METHOD: Final = "colour-uniformity 1"

_DRAWS: Final = 100

_CLAUSE: Final = "after IEEE 1858-2023, colour uniformity"


@dataclass(frozen=True, eq=False)
class Uniformity:
    """Colour uniformity; numbers of NumPy or JAX.

    Attributes:
        pair_max: greatest difference in a* and b* between two blocks.
        mean_max: greatest distance from the field's mean in a* and b*.
        mean: mean distance from the field's mean.
        red_range: greatest less least red over green, % of the mean.
        blue_range: likewise of blue.
    """

    pair_max: Any
    mean_max: Any
    mean: Any
    red_range: Any
    blue_range: Any


def uniformity(blocks: Any) -> Uniformity:
    """Colour uniformity by the means of blocks.

    Args:
        blocks: linear light of sRGB's primaries, ``[..., row, column, RGB]``, NumPy or JAX, odd counts.
    """
    xp = namespace(blocks)
    ratios = xp.stack([blocks[..., i] / blocks[..., 1] for i in (0, 2)], axis=-1)
    return _of_parts(shading(blocks).colour, ratios / ratios.mean(axis=(-3, -2), keepdims=True))


def _of_parts(colour: Any, ratios: Any) -> Uniformity:
    """Colour uniformity by a* and b* of blocks, and by red and blue over green relative to their means."""
    xp = namespace(colour)
    flat = colour.reshape((*colour.shape[:-3], -1, 2))
    away = _length(xp, flat - flat.mean(axis=-2, keepdims=True))
    pairs = _length(xp, flat[..., :, None, :] - flat[..., None, :, :])
    ranges = 100 * (ratios.max(axis=(-3, -2)) - ratios.min(axis=(-3, -2)))
    return Uniformity(
        pairs.max(axis=(-2, -1)), away.max(axis=-1), away.mean(axis=-1), ranges[..., 0], ranges[..., 1]
    )


def _of_noise(
    blocks: Float[np.ndarray, "row column 3"], draws: Float[np.ndarray, "draw row column 3"]
) -> Uniformity:
    """What noise alone would make of a field of one colour: the draws less what they were drawn about."""
    ratios, about = (light[..., ::2] / light[..., 1:2] for light in (draws, blocks))
    return _of_parts(
        shading(draws).colour - shading(blocks).colour, (ratios - about) / about.mean(axis=(0, 1))
    )


def measures(light: Float[np.ndarray, "row column 3"], found: FoundChart) -> tuple[Measure, ...]:
    """Colour uniformity of a chart's even field.

    Args:
        light: of the picture, linear sRGB primaries.
        found: the chart in it.

    Raises:
        BadInput: the chart has no even field that is usable, or it is dark or clipped.
    """
    rows, columns, name = field_of(light, found)
    return measures_of(light[rows, columns], f"field {name}")


def measures_of(field: Float[np.ndarray, "row column 3"], where: str = "") -> tuple[Measure, ...]:
    """Colour uniformity of a picture of an even field; intervals by the pixels' noise in each block.

    Args:
        field: linear light of sRGB's primaries.
        where: for the measures.

    Raises:
        BadInput: the field is smaller than the blocks, dark, or clipped in 1 % of its pixels or more.
    """
    blocks, note = blocks_of(field)
    smooth = smooth_of(blocks)
    draws = bootstrap.drawn(smooth, covariance_of_blocks(field), _DRAWS)
    one, about, many = uniformity(blocks), uniformity(smooth), uniformity(draws)
    nothing = _of_noise(smooth, draws)
    return tuple(
        Measure(
            name,
            float(getattr(one, key)),
            unit,
            _CLAUSE,
            METHOD,
            bootstrap.lifted(
                float(getattr(one, key)),
                np.asarray(getattr(many, key)),
                np.asarray(getattr(nothing, key)),
                float(getattr(about, key)),
                greatest=True,
            ),
            where,
            note=note,
        )
        for name, key, unit in (
            ("colour_uniformity_pair_max", "pair_max", ""),
            ("colour_uniformity_max", "mean_max", ""),
            ("colour_uniformity_mean", "mean", ""),
            ("red_green_range", "red_range", "%"),
            ("blue_green_range", "blue_range", "%"),
        )
    )


def _length(xp: Any, vectors: Any) -> Any:
    square = (vectors**2).sum(axis=-1)
    return xp.where(square > 0, xp.sqrt(xp.where(square > 0, square, 1.0)), 0.0)
