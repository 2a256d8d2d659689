"""Estimated depth: distances guessed from one picture, where nothing has measured them.

A person is taken to be 0.45 m wide at the shoulders, which with the field of view gives their distance. The
camera is held upright 1.5 m above level ground, whose horizon crosses the middle of the picture; the ground
carries the rest as far as a wall that stands at six times the subject's distance, at least 6 m away. All this
is often wrong, and said to be estimated wherever it is used; but what lies lower is nearer, the subject lies
before what surrounds it, and blur asks for little more.
"""

from typing import Any, Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.core.window import Extent
from lichtbild.image.depth_map import DepthMap
from lichtbild.image.metadata import Orientation
from lichtbild.image.portrait import Portrait

SHOULDERS: Final = 450.0
"""Width of a person, mm (DIN 33402-2: 398 to 508 mm, women and men)."""
HELD_AT: Final = 1500.0
"""Height of a camera above the ground, mm."""
WALL: Final = 6000.0
"""Distance of the farthest thing, mm, at least."""
BEYOND: Final = 6.0
"""Distance of the farthest thing, subject distances, at least."""
UNKNOWN: Final = 1500.0
"""Distance of what is in focus where there is no person, mm."""
_NEAREST, _FARTHEST = 300.0, 8000.0
_SIDE: Final = 512


def estimated_depth(
    extent: Extent,
    focal_px: float,
    alpha: Float32[np.ndarray, "row column"] | None,
    orientation: Orientation = Orientation.NORMAL,
) -> Portrait:
    """Distances of a picture by what pictures of people usually show.

    Args:
        extent: of the picture as it was taken.
        focal_px: focal length in its pixels.
        alpha: coverage by the subject; None where there is none.
        orientation: how the picture is turned upright.
    """
    step = max(1, -(-max(extent) // _SIDE))
    rows, columns = (-(-side // step) for side in extent)
    below = _below_middle(rows, columns, orientation) * step / focal_px
    if alpha is None:
        subject, note = UNKNOWN, "no person was found, so that all distances are guesses from level ground"
    else:
        subject = _distance(alpha, focal_px * max(alpha.shape) / max(extent), orientation)
        note = "distances are estimated, from the subject's size and level ground; --depth tells them"
    wall = max(WALL, BEYOND * subject)
    with np.errstate(divide="ignore"):
        ground = np.where(below > 0, HELD_AT / np.maximum(below, 1e-9), np.inf)
    distance = np.clip(ground, 1.15 * subject if alpha is not None else 0.5 * subject, wall)
    if alpha is not None:
        here = alpha[:: max(1, alpha.shape[0] // rows), :: max(1, alpha.shape[1] // columns)]
        distance = np.where(_fitted(here, rows, columns) > 0.5, subject, distance)
    found = distance.astype(np.float32)
    depth = DepthMap(found, np.full_like(found, 0.1), "estimated", note)
    return Portrait(depth, alpha, subject, (note,))


def _distance(alpha: Any, focal_px: float, orientation: Orientation) -> float:
    """Distance of a person by the width of the widest tenth of their rows, mm."""
    upright = alpha.T if orientation >= Orientation.TRANSPOSED else alpha
    widths = np.sort((upright > 0.5).sum(axis=1))[::-1]
    held = widths[widths > 0]
    width = float(np.median(held[: max(1, len(held) // 10)])) if len(held) else upright.shape[1] / 3
    return float(np.clip(focal_px * SHOULDERS / width, _NEAREST, _FARTHEST))


def _below_middle(rows: int, columns: int, orientation: Orientation) -> Float[np.ndarray, "row column"]:
    """How far each pixel lies below the middle of the upright picture, pixels."""
    down = np.broadcast_to((np.arange(rows) + 0.5 - rows / 2)[:, None], (rows, columns))
    right = np.broadcast_to(np.arange(columns) + 0.5 - columns / 2, (rows, columns))
    match orientation:
        case Orientation.HALF_TURN | Orientation.FLIPPED:
            return -down
        case Orientation.TRANSPOSED | Orientation.QUARTER_TURN:
            return right
        case Orientation.TRANSVERSED | Orientation.THREE_QUARTER_TURN:
            return -right
    return down


def _fitted(plane: Any, rows: int, columns: int) -> Any:
    """The plane on so many rows and columns, by the nearest pixel."""
    y = np.minimum((np.arange(rows) + 0.5) * plane.shape[0] / rows, plane.shape[0] - 1).astype(np.intp)
    x = np.minimum((np.arange(columns) + 0.5) * plane.shape[1] / columns, plane.shape[1] - 1).astype(np.intp)
    return plane[y][:, x]
