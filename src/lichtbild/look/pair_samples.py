"""Samples of a pair: the colours of small blocks before and after, where both pictures show the same."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.colour import cielab
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.figure.png import block_means
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.registration import registration

SAMPLES: Final = 40_000
"""About so many blocks of a picture are used."""

TILES: Final = 8
"""Groups of samples along each side of the picture."""

LIKENESS: Final = 0.1
"""Least likeness of the edges of a pair; strangers have less than a fifth of that."""

_SIDE: Final = 4
_SMALLEST: Final = 64
_SEEN: Final = 768
_CODE: Final = 1 / 255
_NOISE: Final = 2 * _CODE
"""Unevenness of a block, in encoded light, that takes half its weight."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Colours of blocks.

    Attributes:
        before: CIELAB.
        after: CIELAB.
        weight: 1 for a flat block, less for an uneven one.
        tile: which of the picture's tiles each lies in.
        inside: whether no plane was at its end before.
        clipped: share of those inside that are at an end after.
    """

    before: Float[np.ndarray, "n 3"]
    after: Float[np.ndarray, "n 3"]
    weight: Float[np.ndarray, " n"]
    tile: Int[np.ndarray, " n"]
    inside: Bool[np.ndarray, " n"]
    clipped: float


def samples(before: Picture, after: Picture) -> Samples:
    """Blocks of both pictures, flat ones counting most.

    Raises:
        BadInput: they are small, differ in size, or do not lie on one another.
    """
    _check(before, after)
    height, width = before.extent
    step = max(1, int(np.sqrt(height * width / _SIDE**2 / SAMPLES)))
    blocks = [_blocks(np.asarray(each.samples), step) for each in (before, after)]
    means = [each.mean(axis=2) for each in blocks]
    uneven = np.sum([each.var(axis=2).mean(axis=-1) for each in blocks], axis=0)
    rows, columns = uneven.shape
    tile = (np.arange(rows) * TILES // rows)[:, None] * TILES + np.arange(columns) * TILES // columns
    inside, held = (((each > _CODE) & (each < 1 - _CODE)).all(axis=-1).ravel() for each in means)
    lab = [_lab(each, of.space).reshape(-1, 3) for each, of in zip(means, (before, after), strict=True)]
    return Samples(
        lab[0],
        lab[1],
        1 / (1 + uneven.ravel().astype(float) / _NOISE**2),
        tile.ravel(),
        inside,
        float((inside & ~held).sum() / max(int(inside.sum()), 1)),
    )


def _check(before: Picture, after: Picture) -> None:
    """Refuse a pair that is none."""
    if before.extent != after.extent:
        sizes = " and ".join(f"{each.extent.width} x {each.extent.height}" for each in (before, after))
        raise BadInput(f"before and after have {sizes} pixels; give two pictures of one size")
    if min(before.extent) < _SMALLEST:
        raise BadInput(
            f"before and after have {before.extent.width} x {before.extent.height} pixels; "
            f"a pair is measured from {_SMALLEST} pixels a side on"
        )
    side = -(-max(before.extent) // _SEEN)
    light = [_luminance(block_means(np.asarray(each.samples), side), each.space) for each in (before, after)]
    found = registration(*light)
    if found.likeness < LIKENESS:
        raise BadInput("before and after do not show the same things; give one picture in two renderings")
    # The whole pixel of the small pictures is what can be told.
    if abs(found.down) > 1 or abs(found.right) > 1:
        raise BadInput(
            f"after lies about {side * found.right} pixels to the right of before and {side * found.down} "
            "below; give two pictures with the same crop"
        )


def _blocks(encoded: Float[np.ndarray, "h w 3"], step: int) -> Float[np.ndarray, "rows columns pixels 3"]:
    """Every ``step``-th block of 4 by 4 pixels, along rows and columns."""
    span = _SIDE * step
    rows, columns = encoded.shape[0] // span, encoded.shape[1] // span
    parts = encoded[: rows * span, : columns * span].reshape(rows, span, columns, span, 3)
    chosen = parts[:, :_SIDE, :, :_SIDE].transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(chosen).reshape(rows, columns, _SIDE**2, 3)


def _lab(encoded: Any, space: ColourSpace) -> Any:
    """CIELAB of a picture's numbers."""
    linear = CURVES[space].decode(encoded.astype(float))
    return cielab.from_rec2020(transformed(linear, np.linalg.inv(from_rec2020(space))))


def _luminance(encoded: Any, space: ColourSpace) -> Any:
    """L* of a picture's numbers."""
    linear = CURVES[space].decode(encoded.astype(float))
    weights = REC2020_TO_XYZ[1:2] @ np.linalg.inv(from_rec2020(space))
    return cielab.lightness(np.maximum(transformed(linear, weights)[..., 0], 0.0))
