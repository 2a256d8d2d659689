"""Grid points: the dots or corners of a found chart's grid, measured in one plane of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Grid
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.points import Centres, corner_centres, dot_centres, in_mosaic

WHOLE: Final = ((0, 0), (1, 1))
"""Phase and period of a plane that has every pixel."""

_AT_ONCE: Final = 1_000_000
"""Samples of dots that are held at one time."""
_LEAST: Final = 3.0
"""Smallest window, px of the plane."""
_LARGEST: Final = 10.0
"""Window of corners beyond which bent lines count more than noise, px."""
_FARTHEST: Final = 2.0
"""From its guess; what lies farther is another thing, px of the plane."""
_FAINTEST: Final = 0.05
"""Contrast."""


@dataclass(frozen=True, eq=False)
class GridPoints:
    """Points of a grid that a picture shows.

    Attributes:
        cells: row and column of each in the grid.
        chart: ``(x, y)`` of each on the chart, mm.
        places: ``(column, row)`` of each in the picture, px; NumPy or JAX.
        sigma: standard deviation of a coordinate by noise, px.
        sound: those whose search ended near its guess, on something of contrast.
    """

    cells: Int[np.ndarray, "point 2"]
    chart: Float[np.ndarray, "point 2"]
    places: Any
    sigma: Any
    sound: Bool[np.ndarray, " point"]


def grid_points(
    plane: Any,
    found: FoundChart,
    grid: Grid,
    phase: tuple[int, int] = WHOLE[0],
    period: tuple[int, int] = WHOLE[1],
) -> GridPoints:
    """The points of a grid, as far as their surroundings lie in the picture.

    The centroid of a dot in perspective is not where its centre goes; the difference, which follows from
    the chart's map, is taken away.

    Args:
        plane: ``[row, column]`` of light: a channel, or every n-th sample of a mosaic.
        found: the chart.
        grid: which of its grids.
        phase: row and column of the plane's first sample in the picture.
        period: rows and columns from one of its samples to the next.

    Raises:
        BadInput: fewer than three points can be seen, or they lie too close.
    """
    chart = np.asarray(grid.points, float).reshape(-1, 2)
    rows, columns = grid.points.shape[:2]
    cells = np.stack(np.divmod(np.arange(rows * columns), columns), axis=1)
    step = np.array([period[1], period[0]], float)
    guesses = (found.to_picture(chart) - 0.5 - np.array([phase[1], phase[0]])) / step + 0.5
    lines = _lines(found.to_picture(np.asarray(grid.points, float))) / step
    reach, outer = _reaches(found, grid, lines, chart, float(step.max()))
    size = np.array([plane.shape[1], plane.shape[0]])
    seen = np.flatnonzero(((guesses > outer + 2) & (guesses < size - outer - 2)).all(axis=1))
    if len(seen) < 3 or reach.min() < _LEAST:
        raise BadInput(
            f"{len(seen)} points of the grid {grid.name} are in the picture, with {reach.min():.1f} px about "
            f"each; 3 with {_LEAST:g} px are needed: photograph the chart larger"
        )
    if grid.kind == "dots":
        shifts = dot_shifts(found, chart[seen], grid.radius)
        centres = _in_turn(plane, guesses[seen] + shifts / step, reach[seen])
    else:
        shifts = np.zeros((len(seen), 2))
        centres = corner_centres(plane, guesses[seen], lines.reshape(-1, 2, 2)[seen], float(reach.min()))
    places = in_mosaic(centres.places, phase, period) - shifts
    return GridPoints(cells[seen], chart[seen], places, centres.sigma * float(step.max()), _sound(centres))


def pooled(each: Sequence[GridPoints]) -> GridPoints:
    """The points of several grids as one; rows and columns of each grid stay apart.

    Args:
        each: points of the grids, one grid at least.
    """
    apart = 1 + max(int(points.cells.max()) for points in each)
    xp = namespace(each[0].places)
    return GridPoints(
        np.concatenate([points.cells + i * apart for i, points in enumerate(each)]),
        np.concatenate([points.chart for points in each]),
        xp.concatenate([points.places for points in each]),
        xp.concatenate([points.sigma for points in each]),
        np.concatenate([points.sound for points in each]),
    )


def dot_shifts(
    found: FoundChart, chart: Float[np.ndarray, "point 2"], radius: float
) -> Float[np.ndarray, "point 2"]:
    """How far the centroid of each dot lies from the place of its centre, px, by the chart's map.

    The mean of the map over the dot, each part weighted by the area it takes in the picture.

    Args:
        found: the chart and its map.
        chart: centres, mm.
        radius: of the dots, mm.
    """
    ring, turns = radius * np.sqrt((np.arange(4) + 0.5) / 4), np.arange(12) * np.pi / 6
    around = np.stack([np.outer(ring, np.cos(turns)), np.outer(ring, np.sin(turns))], axis=-1).reshape(-1, 2)
    places = found.to_picture(chart[:, None] + around)
    small = 1e-3 * radius
    along, down = (
        (found.to_picture(chart[:, None] + around + at) - places) / small for at in small * np.eye(2)
    )
    area = np.abs(along[..., 0] * down[..., 1] - along[..., 1] * down[..., 0])[..., None]
    return np.asarray((places * area).sum(axis=1) / area.sum(axis=1) - found.to_picture(chart))


def _in_turn(plane: Any, guesses: np.ndarray, reach: np.ndarray) -> Centres:
    """Centres of dots, a few at a time, so that large dots take little memory."""
    count = max(int(_AT_ONCE / (2.6 * reach.max() + 4) ** 2), 1)
    turns = [slice(first, first + count) for first in range(0, len(guesses), count)]
    found = [dot_centres(plane, guesses[turn], reach[turn]) for turn in turns]
    xp = namespace(plane)
    parts = ([getattr(one, name) for one in found] for name in ("places", "sigma", "contrast", "moved"))
    return Centres(*(xp.concatenate(part) for part in parts))


def _lines(places: Float[np.ndarray, "row column 2"]) -> Float[np.ndarray, "row column 2 2"]:
    """Steps from each point to the next along its row and along its column, px."""
    return np.stack([np.gradient(places, axis=1), np.gradient(places, axis=0)], axis=2)


def _reaches(
    found: FoundChart, grid: Grid, lines: np.ndarray, chart: np.ndarray, step: float
) -> tuple[Float[np.ndarray, " point"], float]:
    """Radius of each point's window and the farthest that one looks, px of the plane."""
    pitch = np.linalg.norm(lines, axis=-1).min(axis=-1).ravel()
    if grid.kind == "corners":
        reach = np.minimum(0.4 * pitch, _LARGEST)
        return reach, float(reach.max())
    edge = grid.radius * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    border = found.to_picture(chart[:, None] + edge) - found.to_picture(chart)[:, None]
    radius = np.linalg.norm(border, axis=-1).max(axis=-1) / step
    wanted, free = radius + np.maximum(0.3 * radius, 3.0), (pitch - radius - 1) / 1.3
    reach = np.maximum(np.minimum(wanted, free), np.minimum(radius + 1, 0.6 * pitch))
    return reach, 1.3 * float(reach.max())


def _sound(centres: Centres) -> Bool[np.ndarray, " point"]:
    moved, contrast = np.asarray(centres.moved, float), np.abs(np.asarray(centres.contrast, float))
    return np.asarray(np.isfinite(moved) & (moved <= _FARTHEST) & (contrast >= _FAINTEST))


def grids_of(found: FoundChart) -> tuple[Grid, ...]:
    """The usable grids of a chart."""
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    return tuple(
        target for target in found.chart.targets if isinstance(target, Grid) and target.name not in bad
    )
