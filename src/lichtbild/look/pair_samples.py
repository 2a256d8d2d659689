"""Samples of a pair: the colours of small blocks before and after, where both pictures show the same."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.figure.png import block_means
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.registration import registration

MOST: Final = 40_000
"""About so many blocks of a picture are used at most."""

LIKENESS: Final = 0.2
"""Least likeness of the edges of a pair: coarse JPEGs of one picture have 0.7, strangers less than 0.03."""

_SMALLEST: Final = 64
_SEEN: Final = 768
_CODE: Final = 1 / 255


@dataclass(frozen=True, eq=False)
class Samples:
    """Colours of blocks.

    Attributes:
        before: CIELAB.
        after: CIELAB.
        weight: 1 for a flat block, less for an uneven one.
        inside: whether no plane is at its end, before or after.
    """

    before: Float[np.ndarray, "n 3"]
    after: Float[np.ndarray, "n 3"]
    weight: Float[np.ndarray, " n"]
    inside: Bool[np.ndarray, " n"]


def samples(before: Picture, after: Picture, side: int, unevenness: float) -> Samples:
    """Means of square blocks of both pictures.

    Args:
        before: the picture as it was.
        after: the same as it has become, of the same size.
        side: of a block in pixels.
        unevenness: standard deviation in a block, in codes of 8 bits, that takes half its weight.
    """
    height, width = before.extent
    step = max(1, int(np.ceil(np.sqrt(height * width / side**2 / MOST))))
    blocks = [_blocks(np.asarray(each.samples), side, step) for each in (before, after)]
    means = [each.mean(axis=1) for each in blocks]
    variance = np.sum([each.var(axis=1).mean(axis=-1) for each in blocks], axis=0, dtype=float)
    return Samples(
        _lab(means[0], before.space),
        _lab(means[1], after.space),
        1 / (1 + variance / (unevenness * _CODE) ** 2),
        is_inside(means[0]) & is_inside(means[1]),
    )


def is_inside(encoded: Any) -> Any:
    """Whether no plane is at its end, but for the noise of a JPEG."""
    return ((encoded > 2 * _CODE) & (encoded < 1 - 2 * _CODE)).all(axis=-1)


def clipped_share(before: Picture, after: Picture) -> float:
    """Share of the pixels away from the ends of the range that the look has brought to them."""
    step = max(1, int(np.sqrt(before.extent.height * before.extent.width / MOST)))
    free, held = (is_inside(np.asarray(each.samples)[::step, ::step]) for each in (before, after))
    return float((free & ~held).sum() / max(int(free.sum()), 1))


def check(before: Picture, after: Picture) -> None:
    """Refuse a pair that is none.

    Raises:
        BadInput: the pictures are small, differ in size, or do not lie on one another.
    """
    sizes = [f"{each.extent.width} x {each.extent.height}" for each in (before, after)]
    if before.extent != after.extent:
        raise BadInput(f"before and after have {' and '.join(sizes)} pixels; give two pictures of one size")
    if min(before.extent) < _SMALLEST:
        raise BadInput(
            f"before and after have {sizes[0]} pixels; a look is measured from {_SMALLEST} pixels a side on"
        )
    side = -(-max(before.extent) // _SEEN)
    light = [_lightness(block_means(np.asarray(each.samples), side), each.space) for each in (before, after)]
    found = registration(*light)
    if found.likeness < LIKENESS:
        raise BadInput("before and after do not show the same things; give one picture in two renderings")
    # What is told is whole pixels of the small pictures.
    if abs(found.down) > 1 or abs(found.right) > 1:
        raise BadInput(
            f"after is moved by about {side * found.right:+d} pixels to the right and {side * found.down:+d} "
            "down against before; give two pictures with the same crop"
        )


def _blocks(encoded: Float[np.ndarray, "h w 3"], side: int, step: int) -> Float[np.ndarray, "n pixels 3"]:
    """Every ``step``-th block along rows and columns; the first one lies in the corner, as a JPEG's."""
    span = side * step
    rows, columns = encoded.shape[0] // span, encoded.shape[1] // span
    parts = encoded[: rows * span, : columns * span].reshape(rows, span, columns, span, 3)
    chosen = parts[:, :side, :, :side].transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(chosen).reshape(rows * columns, side * side, 3)


def _lab(encoded: Any, space: ColourSpace) -> Any:
    linear = CURVES[space].decode(encoded.astype(float))
    return cielab.from_rec2020(transformed(linear, np.linalg.inv(from_rec2020(space))))


def _lightness(encoded: Any, space: ColourSpace) -> Any:
    linear = CURVES[space].decode(encoded.astype(float))
    weights = REC2020_TO_XYZ[1:2] @ np.linalg.inv(from_rec2020(space))
    return cielab.lightness(np.maximum(transformed(linear, weights)[..., 0], 0.0))
