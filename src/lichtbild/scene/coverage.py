"""Coverage: what part of each pixel's rectangle a shape fills, in closed form.

A pixel of a scene is a mean over its rectangle, so that a shape's border is as sharp as the pixels allow and
free of stairs.
"""

import numpy as np
from jaxtyping import Float

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
    return np.outer(_overlap(-frame.y_edges, -high, -low), _overlap(frame.x_edges, left, right))


def _overlap(edges: Float[np.ndarray, " edges"], first: float, last: float) -> Float[np.ndarray, " n"]:
    """Share of each interval that lies between two ends."""
    cut = np.clip(edges, first, last)
    return np.asarray(np.diff(cut) / np.diff(edges))


def disc(frame: Frame, centre: tuple[float, float], radius: float) -> tuple[slice, slice, Shares]:
    """Rows, columns and shares of the pixels that a disc may touch.

    Args:
        frame: the pixels.
        centre: x and y, tangents.
        radius: tangents, above 0.

    The area within a corner's quadrant is the integral over x of the chord cut at y; the four corners of a
    pixel give its area by differences.
    """
    height, width = frame.pixel
    first_row = _clipped((frame.size[0] / 2 - centre[1] - radius) / height, frame.rows)
    last_row = _clipped((frame.size[0] / 2 - centre[1] + radius) / height + 1, frame.rows)
    first_column = _clipped((centre[0] - radius + frame.size[1] / 2) / width, frame.columns)
    last_column = _clipped((centre[0] + radius + frame.size[1] / 2) / width + 1, frame.columns)
    rows, columns = slice(first_row, last_row), slice(first_column, last_column)
    x = (frame.x_edges[first_column : last_column + 1] - centre[0]) / radius
    y = (frame.y_edges[first_row : last_row + 1] - centre[1]) / radius
    corners = _quadrant(x[None], y[:, None])
    area = -np.diff(np.diff(corners, axis=0), axis=1)
    return rows, columns, np.clip(area * radius**2 / (height * width), 0.0, 1.0)


def _clipped(place: float, count: int) -> int:
    return int(np.clip(np.floor(place), 0, count))


def _quadrant(x: Float[np.ndarray, "1 c"], y: Float[np.ndarray, "r 1"]) -> Float[np.ndarray, "r c"]:
    """Integral from -1 to x of y cut to the chord of the unit disc."""
    x, cut = np.clip(x, -1.0, 1.0), np.clip(np.abs(y), 0.0, 1.0)
    meets = np.sqrt(1 - cut**2)  # where the chord is as high as y
    below = _segment(np.minimum(x, -meets)) + _segment(np.maximum(x, meets)) - _segment(meets)
    return np.asarray(np.sign(y) * (below + cut * (np.clip(x, -meets, meets) + meets)))


def _segment(x: Float[np.ndarray, "r c"]) -> Float[np.ndarray, "r c"]:
    """Integral of the half chord of the unit disc from -1 to x."""
    return np.asarray((x * np.sqrt(1 - x * x) + np.arcsin(x) + np.pi / 2) / 2)
