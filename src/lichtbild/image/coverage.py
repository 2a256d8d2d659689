"""Coverage: what part of each pixel's rectangle a shape fills, in closed form.

A pixel is a mean over its rectangle, so that a shape's border is as sharp as the pixels allow and free of
stairs. Pixels are told by their edges, increasing along x and along y, in any unit; x points right, y down.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

XEdges = Float[np.ndarray, " x"]
YEdges = Float[np.ndarray, " y"]
Shares = Float[np.ndarray, "row column"]
Point = tuple[float, float]
Covered = tuple[slice, slice, Shares]
"""Rows and columns of the pixels that a shape may touch, and its share of each."""

_UPRIGHT: Final = 1e-9
"""Sideways over down, up to which a side is upright: it moves by less than 1e-4 pixels across a picture."""


def rectangle(x_edges: XEdges, y_edges: YEdges, first: Point, last: Point) -> Covered:
    """Share of pixels that an upright rectangle fills.

    Args:
        x_edges: of the columns.
        y_edges: of the rows.
        first: its upper left corner.
        last: its lower right corner.
    """
    columns, x = _near(x_edges, first[0], last[0])
    rows, y = _near(y_edges, first[1], last[1])
    return rows, columns, np.outer(overlap(y, first[1], last[1]), overlap(x, first[0], last[0]))


def overlap(edges: Float[np.ndarray, " edges"], first: float, last: float) -> Float[np.ndarray, " n"]:
    """Share of each interval that lies between two ends."""
    cut = np.clip(edges, first, last)
    return np.asarray(np.diff(cut) / np.diff(edges))


def polygon(x_edges: XEdges, y_edges: YEdges, corners: tuple[Point, ...]) -> Covered:
    """Share of pixels that a polygon fills, whose sides do not cross.

    By Green's theorem the area left of X and above Y is the integral of min(x, X) dy along the outline above
    Y, which each straight side gives in closed form; a pixel's four corners give its area by differences.

    Args:
        x_edges: of the columns.
        y_edges: of the rows.
        corners: in order, either way round.
    """
    places = np.asarray(corners, float)
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    if _is_upright(places):
        return rectangle(x_edges, y_edges, (left, top), (right, bottom))
    columns, x = _near(x_edges, left, right)
    rows, y = _near(y_edges, top, bottom)
    # Near the shape, so that differences of squares lose nothing.
    x, y, places = x - left, y - top, places - (left, top)
    area = np.zeros((len(y), len(x)))
    for start, end in zip(places, np.roll(places, -1, axis=0), strict=True):
        area += _beside(start, end, x, y)
    pixels = np.outer(np.diff(y), np.diff(x))
    shares = np.abs(np.diff(np.diff(area, axis=0), axis=1)) / pixels
    return rows, columns, np.clip(shares, 0.0, 1.0)


def _is_upright(places: Float[np.ndarray, "corner 2"]) -> bool:
    """Whether corners are those of an upright rectangle."""
    steps = places - np.roll(places, -1, axis=0)
    return len(places) == 4 and bool((np.count_nonzero(steps, axis=1) == 1).all())


def _beside(
    start: Float[np.ndarray, "2"], end: Float[np.ndarray, "2"], x: XEdges, y: YEdges
) -> Float[np.ndarray, "y x"]:
    """Integral of min(side's x, X) dy along a side, as far as it lies above Y, for all X and Y."""
    down = end[1] - start[1]
    if down == 0:
        return np.zeros((len(y), len(x)))
    (first, top), bottom = (start, end[1]) if down > 0 else (end, start[1])
    slope = (end[0] - start[0]) / down
    depth = np.clip(y, top, bottom) - top
    reached = (first + slope * depth)[:, None]
    whole = (first * depth + slope * depth**2 / 2)[:, None]
    if abs(slope) < _UPRIGHT:
        beyond = depth[:, None] * np.maximum(first + slope * (bottom - top) / 2 - x, 0.0)
    else:
        beyond = (np.maximum(reached - x, 0.0) ** 2 - np.maximum(first - x, 0.0) ** 2) / (2 * slope)
    return np.asarray(np.sign(down) * (whole - beyond))


def disc(x_edges: XEdges, y_edges: YEdges, centre: Point, radius: float) -> Covered:
    """Share of pixels that a disc fills.

    The area within a corner's quadrant is the integral over x of the chord cut at y; the four corners of a
    pixel give its area by differences.

    Args:
        x_edges: of the columns.
        y_edges: of the rows.
        centre: of the disc.
        radius: above 0.
    """
    columns, x = _near(x_edges, centre[0] - radius, centre[0] + radius)
    rows, y = _near(y_edges, centre[1] - radius, centre[1] + radius)
    corners = _quadrant((x[None] - centre[0]) / radius, (y[:, None] - centre[1]) / radius)
    area = np.diff(np.diff(corners, axis=0), axis=1) * radius**2
    return rows, columns, np.clip(area / np.outer(np.diff(y), np.diff(x)), 0.0, 1.0)


def _near(
    edges: Float[np.ndarray, " edges"], first: float, last: float
) -> tuple[slice, Float[np.ndarray, " near"]]:
    """The pixels that may lie between two places, and their edges."""
    begin = int(np.clip(np.searchsorted(edges, first, side="right") - 1, 0, len(edges) - 1))
    end = int(np.clip(np.searchsorted(edges, last, side="left"), begin, len(edges) - 1))
    return slice(begin, end), edges[begin : end + 1]


def _quadrant(x: Float[np.ndarray, "1 c"], y: Float[np.ndarray, "r 1"]) -> Float[np.ndarray, "r c"]:
    """Integral from -1 to x of y cut to the chord of the unit disc."""
    x, cut = np.clip(x, -1.0, 1.0), np.clip(np.abs(y), 0.0, 1.0)
    meets = np.sqrt(1 - cut**2)  # where the chord is as high as y
    below = _segment(np.minimum(x, -meets)) + _segment(np.maximum(x, meets)) - _segment(meets)
    return np.asarray(np.sign(y) * (below + cut * (np.clip(x, -meets, meets) + meets)))


def _segment(x: Float[np.ndarray, "r c"]) -> Float[np.ndarray, "r c"]:
    """Integral of the half chord of the unit disc from -1 to x."""
    return np.asarray((x * np.sqrt(1 - x * x) + np.arcsin(x) + np.pi / 2) / 2)
