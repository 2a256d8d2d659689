"""Held out: how well a look that was learned from the other pictures is right on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.look.learn.display_colour import difference, to_cielab
from lichtbild.look.learn.pairs import joined, of_pictures
from lichtbild.look.learn.regression import fit

PicturePair = tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]]
"""A picture before and after, in encoded sRGB."""

_PIXELS: Final = 20_000
_BLOCKS: Final = 4


@dataclass(frozen=True)
class HeldOutError:
    """CIEDE2000 on what was not learned from.

    Attributes:
        mean: over all pixels looked at.
        p95: which 95 % of them do not exceed.
        before: what doing nothing would be wrong by in the mean.
        local: root mean square of what goes with the brightness around a pixel and not with its own colour,
            in L*; above about 1 the look is not the same all over the picture.
    """

    mean: float
    p95: float
    before: float
    local: float


def held_out(pictures: Sequence[PicturePair]) -> HeldOutError:
    """Each pair in turn is predicted by the others; of a single pair, each quarter by the other three."""
    parts = list(pictures) if len(pictures) > 1 else _blocks(pictures[0])
    known = [of_pictures(*part) for part in parts]
    errors, before, local = [], [], []
    for index, (first, second) in enumerate(parts):
        others = [pairs for place, pairs in enumerate(known) if place != index]
        shown, wanted, around = _samples(first, second)
        found = fit(joined(others))(shown)
        errors.append(difference(found, wanted))
        before.append(difference(shown, wanted))
        local.append(_local(found, wanted, around))
    together = np.concatenate(errors)
    return HeldOutError(
        float(together.mean()),
        float(np.quantile(together, 0.95)),
        float(np.concatenate(before).mean()),
        float(np.sqrt(np.mean(np.square(local)))),
    )


def _blocks(pair: PicturePair) -> list[PicturePair]:
    """A pair cut into stripes across its longer side."""
    axis = int(np.argmax(pair[0].shape[:2]))
    first, second = (np.array_split(picture, _BLOCKS, axis=axis) for picture in pair)
    return list(zip(first, second, strict=True))


def _samples(before: Float[np.ndarray, "h w 3"], after: Float[np.ndarray, "h w 3"]) -> tuple[np.ndarray, ...]:
    """Pixels evenly over the picture: before, after, and the brightness around less their own."""
    step = max(1, int(np.sqrt(before.shape[0] * before.shape[1] / _PIXELS)))
    thin = before[::step, ::step].astype(np.float64)
    light = thin.mean(axis=-1)
    around = _wide(light, max(1, min(light.shape) // 16)) - light
    return thin.reshape(-1, 3), after[::step, ::step].reshape(-1, 3).astype(np.float64), around.ravel()


def _wide(light: Float[np.ndarray, "h w"], reach: int) -> Float[np.ndarray, "h w"]:
    """Mean over a square of 2 reach + 1, by sums along rows and columns."""
    for axis in (0, 1):
        widths = [(reach + 1, reach) if axis == place else (0, 0) for place in (0, 1)]
        sums = np.cumsum(np.pad(light, widths, mode="edge"), axis=axis)
        count = 2 * reach + 1
        upper, lower = np.arange(count, sums.shape[axis]), np.arange(sums.shape[axis] - count)
        light = (np.take(sums, upper, axis=axis) - np.take(sums, lower, axis=axis)) / count
    return light


def _local(
    found: Float[np.ndarray, "n 3"], wanted: Float[np.ndarray, "n 3"], around: Float[np.ndarray, " n"]
) -> float:
    """Root mean square of the part of the error of L* that is linear in the brightness around."""
    error = to_cielab(wanted)[:, 0] - to_cielab(found)[:, 0]
    across = around - around.mean()
    slope = float(across @ (error - error.mean())) / max(float(across @ across), 1e-12)
    return abs(slope) * float(across.std())
