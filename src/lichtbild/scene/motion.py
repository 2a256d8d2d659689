"""Motion: a scene whose things move, later or for as long as an exposure takes.

Each pixel that moves is carried along by its own velocity, as an opaque rectangle of its size; nearer ones
hide farther ones, moving or at rest. Where a thing has gone, what was behind it is not known: there the
scene goes on from what is at rest around the thing's first place (`lichtbild.numerics.fill`).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.image.scene import Scene
from lichtbild.numerics.fill import filled
from lichtbild.numerics.kernel import kernel

STEP: Final = 0.5
"""Pixels that the fastest thing moves between two moments of an exposure, at most."""

MOST: Final = 1024
"""Moments of an exposure."""

Starts = float | Float[np.ndarray, " row"]
"""Time of all rows of a scene, or of each, s."""


def moved(scene: Scene, seconds: Starts) -> Scene:
    """The scene some time later, with depth and motion where things are then.

    Args:
        scene: with its motion; one without is given back as it is.
        seconds: later, below 0 for earlier; or for each row of the scene.

    Raises:
        BadInput: the motion is not finite.
    """
    return _over(scene, seconds, 0.0)


def blurred(scene: Scene, start_s: Starts, time_s: float) -> Scene:
    """The mean of the scene over an exposure; depth and motion are those at its middle.

    Args:
        scene: with its motion; one without is given back as it is.
        start_s: when the exposure begins; for a rolling shutter, for each row of the scene, which the rows of
            the sensor that look there set.
        time_s: of the exposure, 0 or more.

    Raises:
        BadInput: the time is below 0, or the motion is not finite.
    """
    if not time_s >= 0:
        raise BadInput(f"an exposure takes 0 s or more, not {time_s:g}")
    return _over(scene, start_s, time_s)


@dataclass(frozen=True, eq=False)
class _Moving:
    """What moves in a scene, nearest first, and what stays.

    Attributes:
        place: row and column of each pixel that moves.
        speed: rows and columns, s^-1.
        depth: of all pixels.
        still: whether a pixel stays.
        rest: weights of all pixels where nothing moves, and what may be behind what does.
        rest_depth: likewise.
    """

    place: Int[np.ndarray, "pixel 2"]
    speed: Float[np.ndarray, "pixel 2"]
    depth: Float[np.ndarray, "row column"]
    still: Bool[np.ndarray, "row column"]
    rest: Float[np.ndarray, "row column spectrum"]
    rest_depth: Float[np.ndarray, "row column"]


def _over(scene: Scene, start_s: Starts, time_s: float) -> Scene:
    if scene.motion is None or not np.any(scene.motion):
        return scene
    if not np.isfinite(scene.motion).all():
        raise BadInput("a scene's motion is told in finite tangents per second; 0 where nothing moves")
    weights = np.ascontiguousarray(scene.weights, np.float32)
    moving = _moving(scene, weights)
    starts = np.broadcast_to(np.asarray(start_s, np.float64), (scene.extent.height,))
    begin = starts[moving.place[:, 0], None]
    fastest = float(np.abs(moving.speed).max())
    moments = int(np.clip(np.ceil(fastest * time_s / STEP), 1, MOST))
    total = np.zeros_like(weights)
    hidden = np.zeros(weights.shape[:2], np.float32)
    for moment in range(moments):
        shift = moving.speed * (begin + (moment + 0.5) / moments * time_s)
        _lay(moving, weights, shift, total, hidden)
    share = np.float32(1 / moments)
    shown = moving.rest * (1 - hidden * share)[..., None] + total * share
    depth, motion = _carried(scene, moving, moving.speed * (begin + 0.5 * time_s))
    return replace(scene, weights=np.maximum(shown, 0, out=shown), depth=depth, motion=motion)


def _moving(scene: Scene, weights: np.ndarray) -> _Moving:
    motion = np.asarray(scene.motion, np.float64)
    extent = scene.extent
    going = (motion != 0).any(axis=2)
    depth = np.ascontiguousarray(np.broadcast_to(np.asarray(scene.depth, np.float64), extent))
    place = np.argwhere(going)
    # Stable, so that of things at one distance the upper left one is before the other, in every run.
    place = np.ascontiguousarray(place[np.argsort(depth[going], kind="stable")])
    pixel = np.array([-scene.size[0] / extent.height, scene.size[1] / extent.width])
    speed = motion[place[:, 0], place[:, 1], ::-1] / pixel
    still = (~going).astype(np.float32)
    if still.any():
        # In 1 / depth, which is 0 and not infinite for what is far.
        both = np.concatenate([weights, (1 / depth)[..., None].astype(np.float32)], axis=-1)
        around = filled(both * still[..., None], still)
        rest = np.where(going[..., None], around[..., :-1], weights)
        with np.errstate(divide="ignore"):
            rest_depth = np.where(going, 1 / around[..., -1].astype(np.float64), depth)
    else:
        rest, rest_depth = weights, depth
    return _Moving(place, speed, depth, ~going, rest, rest_depth)


def _lay(
    moving: _Moving, weights: np.ndarray, shift: np.ndarray, total: np.ndarray, hidden: np.ndarray
) -> None:
    """Add what moving pixels show at one moment, and what they hide of the rest."""
    free = np.ones(hidden.shape, np.float32)
    _splat(moving.place, shift, moving.depth, moving.still, (weights, free, total))
    hidden += 1 - free


def _carried(scene: Scene, moving: _Moving, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Depth and motion after a shift: of the nearest pixel that covers half of another or more."""
    depth, motion = moving.rest_depth.copy(), np.zeros_like(np.asarray(scene.motion, np.float64))
    target = np.rint(moving.place + shift).astype(int)
    inside = ((target >= 0) & (target < depth.shape)).all(axis=1)
    own = moving.depth[moving.place[:, 0], moving.place[:, 1]]
    # Farthest first, so that the nearest is what stays.
    for_each = np.flatnonzero(inside)[::-1]
    rows, columns = target[for_each].T
    before = ~moving.still[rows, columns] | (own[for_each] <= moving.depth[rows, columns])
    rows, columns, for_each = rows[before], columns[before], for_each[before]
    depth[rows, columns] = own[for_each]
    from_ = moving.place[for_each]
    motion[rows, columns] = np.asarray(scene.motion)[from_[:, 0], from_[:, 1]]
    return depth, motion


@kernel
def _splat(
    place: np.ndarray,
    shift: np.ndarray,
    depth: np.ndarray,
    still: np.ndarray,
    pictures: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Lay pixels, nearest first, each as far as those it falls on are still free."""
    weights, free, total = pictures
    height, width, planes = weights.shape
    for n in range(place.shape[0]):
        row, column = place[n, 0], place[n, 1]
        down, right = row + shift[n, 0], column + shift[n, 1]
        top, left = int(np.floor(down)), int(np.floor(right))
        part, over = np.float32(down - top), np.float32(right - left)
        for i in range(2):
            for j in range(2):
                y, x = top + i, left + j
                inside = 0 <= y < height and 0 <= x < width
                if not inside or (still[y, x] and depth[y, x] < depth[row, column]):
                    continue
                much = (part if i else np.float32(1) - part) * (over if j else np.float32(1) - over)
                much = min(much, free[y, x])
                if much > np.float32(0):
                    free[y, x] -= much
                    for k in range(planes):
                        total[y, x, k] += much * weights[row, column, k]
