"""Grid sight: which points of a grid a picture shows, where a map puts them."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.image.chart import Grid
from lichtbild.quality.detect.borders import sampled
from lichtbild.quality.detect.chart_map import ChartMap

_BESIDE: Final = 0.3
"""Of the pitch, along both axes: where the four squares about a corner are looked at."""
_CONTRAST: Final = 0.05
"""Of the difference of both sides by their sum, that is seen."""
_RIM: Final = (0.5, 1.5)
"""Radii of a dot between which its border lies."""
_RISE: Final = 0.55
"""Share of a dot's contrast that lies between them where the dot is no mere blur; a Gaussian that has the
dot's own second moments has 0.55."""


def seen_points(
    light: Float[np.ndarray, "row column 3"], grid: Grid, found: ChartMap
) -> tuple[Bool[np.ndarray, " point"], bool]:
    """Which points of a grid are seen, row by row, and whether its dots have an even middle.

    A corner is seen by two opposite squares brighter than the other two, a dot by being darker, or brighter,
    than the ground between it and its neighbours on all sides.

    Args:
        light: linear light of a picture.
        grid: two columns of points at least.
        found: where it lies.
    """
    points = grid.points.reshape(-1, 2)
    pitch = float(np.median(np.linalg.norm(np.diff(grid.points, axis=1), axis=-1)))
    diagonal = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    if grid.kind == "corners":
        about = _at(light, found, points, _BESIDE * pitch * diagonal)
        return _apart(about[:, :2], about[:, 2:]), True
    between = _at(light, found, points, 0.5 * pitch * diagonal)
    middles = _at(light, found, points, np.zeros((1, 2)))
    inner, outer = (_at(light, found, points, share * grid.radius * diagonal / 2**0.5) for share in _RIM)
    seen = _apart(middles, between)
    contrast = between.mean(axis=1) - middles[:, 0]
    rise = (outer.mean(axis=1) - inner.mean(axis=1))[seen] / contrast[seen]
    return seen, bool(not seen.any() or np.median(rise) > _RISE)


def _at(
    light: Float[np.ndarray, "row column 3"],
    found: ChartMap,
    points: Float[np.ndarray, "point 2"],
    ways: Float[np.ndarray, "way 2"],
) -> Float[np.ndarray, "point way"]:
    """Luminance beside points of a chart."""
    return sampled(light, found(points[:, None] + ways))


def _apart(
    one: Float[np.ndarray, "point a"], other: Float[np.ndarray, "point b"]
) -> Bool[np.ndarray, " point"]:
    """Whether all of one are brighter than all of the other, or all darker."""
    with np.errstate(invalid="ignore"):
        up = one.min(axis=1) - other.max(axis=1) > _CONTRAST * (one.min(axis=1) + other.max(axis=1))
        down = other.min(axis=1) - one.max(axis=1) > _CONTRAST * (other.min(axis=1) + one.max(axis=1))
    return np.asarray(up | down)
