"""Chart raster: a chart as pixels, each the mean of what is painted on its rectangle.

Borders of polygons and discs are exact; a star is integrated by Gauss's rule, and leaves are sampled. Each
shape takes the place of the one paint that it lies on, so that shapes may touch one another and no paint
below shines through between them; a shape that lies across two paints would be drawn with one of them wrong.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from jaxtyping import Float

from lichtbild.image import coverage
from lichtbild.image.chart import Chart, Disc, Leaves, Point, Polygon, Shape, Star
from lichtbild.image.leaves import leaf_means
from lichtbild.image.star import star_means

Plane: TypeAlias = Float[np.ndarray, " plane"]

_WHOLE: Final = 1e-9
"""Less than a whole pixel that is none but for rounding."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Pixels on a chart, and what its paints are in them.

    Attributes:
        x_edges: of the columns, mm on the chart, evenly spaced.
        y_edges: of the rows, downward.
        values: of each paint, ``[paint, plane]``.
        white: value of a grey of reflectance 1, which the greys of leaves are parts of.
        surround: value of what is about the paper; None for 0.
    """

    x_edges: Float[np.ndarray, " x"]
    y_edges: Float[np.ndarray, " y"]
    values: Float[np.ndarray, "paint plane"]
    white: Float[np.ndarray, " plane"]
    surround: Float[np.ndarray, " plane"] | None = None

    @staticmethod
    def whole(
        chart: Chart,
        rows: int,
        columns: int,
        values: Float[np.ndarray, "paint plane"],
        white: Float[np.ndarray, " plane"],
    ) -> "Canvas":
        """Pixels that just cover the paper."""
        x_edges = np.linspace(0.0, chart.size[1], columns + 1)
        return Canvas(x_edges, np.linspace(0.0, chart.size[0], rows + 1), values, white)


def drawn(chart: Chart, canvas: Canvas) -> Float[np.ndarray, "row column plane"]:
    """The means of a chart over pixels, float32.

    Args:
        chart: any of the catalogue.
        canvas: the pixels, and what the paints are.
    """
    rows, columns = len(canvas.y_edges) - 1, len(canvas.x_edges) - 1
    around = np.zeros_like(canvas.white) if canvas.surround is None else canvas.surround
    found = np.empty((rows, columns, len(around)), np.float32)
    found[:] = around
    height, width = chart.size
    paper = coverage.rectangle(canvas.x_edges, canvas.y_edges, (0.0, 0.0), (width, height))
    _fill(found, paper, canvas.values[0], around)
    for shape, below in zip(chart.shapes, paints_below(chart), strict=True):
        _draw(found, shape, canvas, canvas.values[below])
    return found


def paints_below(chart: Chart) -> tuple[int, ...]:
    """The paint that each shape of a chart lies on: that of the front one of the shapes about its middle."""
    below: list[int] = []
    even: list[Polygon | Disc] = []
    for shape in chart.shapes:
        place = _middle(shape)
        below.append(next((one.paint for one in reversed(even) if _has(one, place)), 0))
        if isinstance(shape, Polygon | Disc):
            even.append(shape)
    return tuple(below)


def _draw(found: Any, shape: Shape, canvas: Canvas, below: Plane) -> None:
    x_edges, y_edges = canvas.x_edges, canvas.y_edges
    match shape:
        case Polygon():
            covered = coverage.polygon(x_edges, y_edges, shape.corners)
            _fill(found, covered, canvas.values[shape.paint], below)
        case Disc():
            covered = coverage.disc(x_edges, y_edges, shape.centre, shape.radius)
            _fill(found, covered, canvas.values[shape.paint], below)
        case Star():
            covered = coverage.disc(x_edges, y_edges, shape.centre, shape.radius)
            if covered[2].size:
                _fill(found, covered, _star(shape, canvas, covered), below)
        case Leaves():
            (left, top), (tall, wide) = shape.corner, shape.size
            covered = coverage.rectangle(x_edges, y_edges, shape.corner, (left + wide, top + tall))
            if covered[2].size:
                greys = leaf_means(shape, *_edges_of(canvas, covered))
                _fill(found, covered, greys[..., None] * canvas.white, below)


def _star(star: Star, canvas: Canvas, covered: coverage.Covered) -> Float[np.ndarray, "row column plane"]:
    """A star's mean value in each pixel that it touches."""
    dark, bright = canvas.values[star.dark], canvas.values[star.bright]
    x, y = _edges_of(canvas, covered)
    wave = star_means(x - star.centre[0], y - star.centre[1], star.cycles, inner=star.inner)
    return np.asarray((dark + bright) / 2 + wave[..., None] * (bright - dark) / 2)


def _edges_of(
    canvas: Canvas, covered: coverage.Covered
) -> tuple[Float[np.ndarray, " x"], Float[np.ndarray, " y"]]:
    """Edges of the columns and rows that a shape touches."""
    rows, columns, _ = covered
    return canvas.x_edges[columns.start : columns.stop + 1], canvas.y_edges[rows.start : rows.stop + 1]


def _fill(
    found: Any, covered: coverage.Covered, value: Plane | Float[np.ndarray, "row column plane"], below: Plane
) -> None:
    """Put a value in place of the one below, as far as it covers; whole pixels have it without rounding."""
    rows, columns, share = covered
    whole = share > 1 - _WHOLE
    for plane in range(found.shape[2]):
        new, old = value[..., plane], below[plane]
        if new.ndim or new != old:
            part = found[rows, columns, plane]
            part[...] = np.where(whole, new, part + share * (new - old))


def _middle(shape: Shape) -> Point:
    match shape:
        case Polygon():
            x, y = np.mean(shape.corners, axis=0)
            return float(x), float(y)
        case Leaves():
            return shape.corner[0] + shape.size[1] / 2, shape.corner[1] + shape.size[0] / 2
        case _:
            return shape.centre


def _has(shape: Polygon | Disc, place: Point) -> bool:
    """Whether a place lies within a shape: a ray from it meets the outline an odd number of times."""
    x, y = place
    if isinstance(shape, Disc):
        return (x - shape.centre[0]) ** 2 + (y - shape.centre[1]) ** 2 < shape.radius**2
    inside = False
    for (x1, y1), (x2, y2) in zip(shape.corners, (*shape.corners[1:], shape.corners[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside
