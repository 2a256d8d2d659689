"""Sheets: what a picture shows, and what lies behind its near things, each with its distance.

The front sheet is the picture; where a matte says that hair or an edge covers a pixel in part only, it is
that part. The back sheet lies behind everything that something farther adjoins: its distances and its light
are those of the nearest farther surroundings, smoothly continued, for a lens looks past an edge by its own
radius and no single picture shows what it sees there.

Source: Shade et al., "Layered depth images" (SIGGRAPH 1998), for pixels with two depths; Burt, "Moment
    images, polynomial fit filters and the problem of surface interpolation" (CVPR 1988), for filling from
    coarse to fine.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.numerics.guided_filter import box_mean

CELL: Final = 4
"""Pixels of the picture along one of the back sheet."""
_DEPTHS: Final = 8
"""Parts of the range of vergences, each of which has its own surroundings."""
_SOLID: Final = 0.98
_NONE: Final = 0.02
"""Coverages from which on, and up to which, the subject is taken to fill a pixel, or to leave it."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Things with their distances.

    Attributes:
        light: premultiplied by the coverage, float32 ``[row, column, 3]``.
        cover: share of the pixel that they fill, 0 to 1.
        vergence: their reciprocal distances, mm^-1.
    """

    light: Float32[np.ndarray, "row column 3"]
    cover: Float32[np.ndarray, "row column"]
    vergence: Float32[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class Sheets:
    """A picture in two sheets.

    Attributes:
        front: what it shows.
        back: what lies behind, on pixels `CELL` times as large.
    """

    front: Sheet
    back: Sheet


def sheets(
    light: Float32[np.ndarray, "row column 3"],
    vergence: Float32[np.ndarray, "row column"],
    least_gap: float,
    reach: int,
    alpha: Float32[np.ndarray, "row column"] | None = None,
) -> Sheets:
    """The sheets of a picture.

    Args:
        light: of the sharp picture.
        vergence: reciprocal distances of what each pixel shows, mm^-1.
        least_gap: difference of vergence from which on two neighbours are not one surface, mm^-1.
        reach: pixels that the lens looks past an edge, at most.
        alpha: the share of each pixel that the subject covers; None where no pixel is shared.
    """
    small_light, small = _means(light), _means(vergence[..., None])[..., 0]
    within = -(-reach // CELL)
    if alpha is None:
        back = _behind(small_light, small, np.ones_like(small), least_gap, within)
        return Sheets(Sheet(light, np.ones_like(vergence), vergence), back)
    share = _means(alpha[..., None])[..., 0]
    solid = (share > _SOLID).astype(np.float32)
    subject = filled(small[..., None], solid)[..., 0] if solid.any() else small
    seen = np.where(share > _NONE, subject, small)
    whole = np.where((share > _NONE) & (share < _SOLID), np.float32(0), np.float32(1))
    back = _behind(small_light, seen, whole, least_gap, within)
    return Sheets(_parted(light, vergence, alpha, subject, back), back)


def filled(
    values: Float32[np.ndarray, "row column plane"], weight: Float32[np.ndarray, "row column"]
) -> Float32[np.ndarray, "row column plane"]:
    """The values where their weight is 1; elsewhere what the nearest of them say, from coarse to fine.

    Args:
        values: any.
        weight: 0 to 1.
    """
    share = weight[..., None]
    if max(weight.shape) <= 2:
        total = max(float(weight.sum()), 1e-12)
        mean = (values * share).sum(axis=(0, 1)) / total
        return np.asarray(share * values + (1 - share) * mean, np.float32)
    sums, weights = _means(values * share, 2), _means(share, 2)
    coarse = filled(sums / np.maximum(weights, 1e-12), np.minimum(4 * weights[..., 0], 1))
    return np.asarray(share * values + (1 - share) * enlarged(coarse, weight.shape, 2), np.float32)


def enlarged(
    values: Float32[np.ndarray, "row column plane"], size: tuple[int, ...], factor: int
) -> Float32[np.ndarray, "large_row large_column plane"]:
    """Planes on pixels so many times as small, by straight lines, cut to a size."""
    for axis in (0, 1):
        place = np.clip((np.arange(size[axis]) + 0.5) / factor - 0.5, 0, values.shape[axis] - 1)
        first = np.minimum(place.astype(np.intp), max(values.shape[axis] - 2, 0))
        part = (place - first).astype(np.float32).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        low = np.take(values, first, axis)
        values = low + (np.take(values, np.minimum(first + 1, values.shape[axis] - 1), axis) - low) * part
    return values


def _behind(light: Any, vergence: Any, whole: Any, least_gap: float, reach: int) -> Sheet:
    """The back sheet.

    Args:
        light: of the small picture.
        vergence: of what it shows.
        whole: 1 where a pixel shows one thing alone.
        least_gap: as of `sheets`.
        reach: in its pixels.
    """
    cover, far = np.zeros_like(vergence), vergence.copy()
    found = light.copy()  # also where nothing lies behind, for the lines between pixels
    low, high = float(vergence.min()), float(vergence.max())
    limits = np.linspace(low, high, _DEPTHS + 1)[1:]
    both = np.concatenate([light, vergence[..., None]], axis=-1)
    for limit, nearer in zip(limits, (*limits[1:], np.inf), strict=True):
        asks = (vergence - least_gap >= limit) & (vergence - least_gap < nearer)
        gives = whole * (vergence < limit)
        if not asks.any() or not gives.any():
            continue
        asks &= box_mean(gives, reach) > 0
        continued = filled(both, gives)
        cover[asks], far[asks], found[asks] = 1, continued[asks, 3], continued[asks, :3]
    return Sheet(found, cover, far)


def _parted(light: Any, vergence: Any, alpha: Any, subject: Any, back: Sheet) -> Sheet:
    """The front sheet of a picture whose subject covers some pixels in part."""
    size = alpha.shape
    own = enlarged(subject[..., None], size, CELL)[..., 0]
    apart = np.where(alpha > _NONE, own, vergence).astype(np.float32)
    shared = (alpha > _NONE) & (alpha < _SOLID) & (enlarged(back.cover[..., None], size, CELL)[..., 0] > 0)
    cover = np.where(shared, alpha, np.float32(1))
    behind = enlarged(back.light, size, CELL)[shared]
    without = light.copy()
    without[shared] = np.clip(light[shared] - (1 - alpha[shared, None]) * behind, 0, light[shared])
    return Sheet(without, cover, apart)


def _means(planes: Any, side: int = CELL) -> Any:
    """Means of squares of so many pixels a side; those at the far borders are cut squares."""
    rows, columns = planes.shape[:2]
    padded = np.pad(planes, ((0, -rows % side), (0, -columns % side), (0, 0)), mode="edge")
    total = padded[0::side]
    for k in range(1, side):
        total = total + padded[k::side]
    across = total[:, 0::side]
    for k in range(1, side):
        across = across + total[:, k::side]
    return np.asarray(across / side**2, np.float32)
