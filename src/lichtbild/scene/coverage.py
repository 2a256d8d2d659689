"""Coverage: what part of each pixel of a frame a shape fills, in closed form.

A pixel of a scene is a mean over its rectangle, so that a shape's border is as sharp as the pixels allow and
free of stairs.
"""

import numpy as np
from jaxtyping import Float

from lichtbild.image import coverage
from lichtbild.scene.frame import Frame

Shares = Float[np.ndarray, "row column"]
Rectangle = tuple[float, float, float, float]
"""Left, lower, right and upper border in tangents."""


def half_plane(frame: Frame, point: tuple[float, float], normal: float) -> Shares:
    """Share of each pixel that lies beyond a line.

    The distance of a uniform place in a rectangle from a line is a sum of two uniform numbers; its
    distribution is a second difference of squared ramps.

    Args:
        frame: the pixels.
        point: x and y of any point of the line, tangents.
        normal: direction of what lies beyond, rad from the x axis towards y.
    """
    across, along = np.cos(normal), np.sin(normal)
    distance = (frame.x[None] - point[0]) * across + (frame.y[:, None] - point[1]) * along
    reach = sorted((abs(across) * frame.pixel[1] / 2, abs(along) * frame.pixel[0] / 2))
    small, large = reach
    if small < 1e-6 * large:
        # The line is parallel to a side: a plain ramp, without the difference of nearly equal squares.
        return np.asarray(np.clip(distance / (2 * large) + 0.5, 0.0, 1.0))

    def ramp(offset: float) -> Shares:
        return np.asarray(np.maximum(distance + offset, 0.0) ** 2)

    second = ramp(large + small) - ramp(large - small) - ramp(small - large) + ramp(-large - small)
    return np.asarray(np.clip(second / (8 * small * large), 0.0, 1.0))


def rectangle(frame: Frame, borders: Rectangle) -> Shares:
    """Share of each pixel that an upright rectangle fills.

    Args:
        frame: the pixels.
        borders: left, lower, right and upper, tangents.
    """
    left, low, right, high = borders
    return np.outer(
        coverage.overlap(-frame.y_edges, -high, -low), coverage.overlap(frame.x_edges, left, right)
    )


def disc(frame: Frame, centre: tuple[float, float], radius: float) -> tuple[slice, slice, Shares]:
    """Rows, columns and shares of the pixels that a disc may touch.

    Args:
        frame: the pixels.
        centre: x and y, tangents.
        radius: tangents, above 0.
    """
    return coverage.disc(frame.x_edges, -frame.y_edges, (centre[0], -centre[1]), radius)
