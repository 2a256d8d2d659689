"""Lateral colour: how far a lens puts red and blue from green.

Displacements are those of points (dots or corners, both directions) or of edges (across them only). The part
along the radius from the picture's middle is what a lens causes; the rest is decentring. Over the field they
are described by

    d = t + (a1 + a3 r^2) (place - c) / half the diagonal,

a shift t, a difference of magnification a1, and its growth a3. A mosaic is measured in its own planes: each
sample keeps its place in the picture, so that the pattern's offsets are no displacement.

Source: after ISO 19084:2015 (chromatic displacement, its radial part, in pixels and in % of picture height).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Edge, Grid
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap, interval
from lichtbild.quality.colour_plane import COLOURS, ColourPlane, Planes
from lichtbild.quality.edge_position import edge_position
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.grid_points import GridPoints, grid_points, grids_of, pooled

METHOD: Final = "lateral-colour 1"

_CLAUSE: Final = "after ISO 19084:2015"
_OUTWARD: Final = "radial, positive outward"
_ALONG: Final = 0.5
"""Cosine from which an edge across the radius tells of radial displacement."""


@dataclass(frozen=True, eq=False)
class Displacements:
    """Displacements from green; arrays of NumPy or JAX.

    Attributes:
        chart: ``(x, y)`` of each point on the chart, mm.
        places: ``(column, row)`` of each in green, px.
        red: ``[point, (column, row)]``, px.
        blue: likewise.
        sigma: standard deviation of a coordinate of either by noise, px.
    """

    chart: Float[np.ndarray, "point 2"]
    places: Any
    red: Any
    blue: Any
    sigma: Any


@dataclass(frozen=True, eq=False)
class LateralFit:
    """Displacement over the field.

    Attributes:
        shift: (column, row), px.
        magnification: a1, px at the corner.
        growth: a3, px at the corner.
        covariance: of (shift, a1, a3).
        residual: rms of a coordinate that is left, px.
    """

    shift: Any
    magnification: Any
    growth: Any
    covariance: Any
    residual: Any

    def at(self, places: Any, size: tuple[int, int]) -> Any:
        """Displacement at places ``(column, row)`` of a picture of that height and width, px."""
        out = (places - np.array([size[1] / 2, size[0] / 2])) / (float(np.hypot(*size)) / 2)
        square = (out**2).sum(axis=-1, keepdims=True)
        return self.shift + (self.magnification + self.growth * square) * out


def displacements(planes: Planes, found: FoundChart, grids: Sequence[Grid]) -> Displacements:
    """Displacements of the points of grids, as far as every plane shows them.

    Args:
        planes: of the picture in which the chart was found.
        found: the chart.
        grids: which of its grids.

    Raises:
        BadInput: too few points can be seen.
    """
    each = {
        name: [
            pooled([grid_points(one.samples, found, grid, one.phase, one.period) for grid in grids])
            for one in planes[name]
        ]
        for name in COLOURS
    }
    common = _common([points for group in each.values() for points in group])
    places, variances = {}, {}
    for name, group in each.items():
        kept = [_of_cells(points, common) for points in group]
        places[name] = sum(points.places[index] for points, index in kept) / len(kept)
        variances[name] = sum(points.sigma[index] ** 2 for points, index in kept) / len(kept) ** 2
    xp = namespace(places["green"])
    sigma = xp.sqrt(xp.maximum(variances["red"], variances["blue"]) + variances["green"])
    green = places["green"]
    points, index = _of_cells(each["green"][0], common)
    return Displacements(points.chart[index], green, places["red"] - green, places["blue"] - green, sigma)


def radial_part(moved: Any, places: Any, size: tuple[int, int]) -> Any:
    """Displacement outward from the picture's middle, px.

    Args:
        moved: ``[point, (column, row)]``, px, NumPy or JAX.
        places: of the points, px; one in the very middle has no outward.
        size: height and width of the picture, px.
    """
    xp = namespace(moved)
    out = places - xp.asarray([size[1] / 2, size[0] / 2])
    square = (out**2).sum(axis=-1)
    length = xp.sqrt(xp.where(square > 0, square, 1.0))
    return xp.where(square > 0, (moved * out).sum(axis=-1) / length, 0.0)


def lateral_fit(moved: Any, places: Any, size: tuple[int, int]) -> LateralFit:
    """Displacement over the field, in least squares.

    Args:
        moved: ``[point, (column, row)]``, px, NumPy or JAX.
        places: of the points, px.
        size: height and width of the picture, px.
    """
    xp = namespace(moved)
    out = (places - xp.asarray([size[1] / 2, size[0] / 2])) / (float(np.hypot(*size)) / 2)
    square = (out**2).sum(axis=-1, keepdims=True)
    one, zero = 0 * square + 1, 0 * square
    terms = [xp.concatenate([one, zero], -1), xp.concatenate([zero, one], -1), out, square * out]
    slopes = xp.stack([term.reshape(-1) for term in terms], axis=1)
    right = moved.reshape(-1)
    inverse = xp.linalg.inv(slopes.T @ slopes)
    fitted = inverse @ (slopes.T @ right)
    rest = right - slopes @ fitted
    variance = (rest**2).sum() / (right.shape[0] - 4)
    return LateralFit(fitted[:2], fitted[2], fitted[3], inverse * variance, xp.sqrt(variance))


def measures(planes: Planes, found: FoundChart, size: tuple[int, int]) -> tuple[Measure, ...]:
    """Lateral colour on the usable grids and edges of a found chart.

    Args:
        planes: of the picture in which the chart was found, as of `lichtbild.quality.colour_plane`.
        found: the chart.
        size: height and width of the picture, px.

    Raises:
        BadInput: the chart has neither grids nor edges that are usable.
    """
    result: list[Measure] = []
    if grids := grids_of(found):
        name = ", ".join(grid.name for grid in grids)
        result += measures_of(displacements(planes, found, grids), size, f"grid {name}")
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    edges = [one for one in found.chart.targets if isinstance(one, Edge) and one.name not in bad]
    for edge in edges:
        result += _of_edge(planes, found, edge, size)
    if not result:
        raise BadInput(
            f"lateral colour is measured on grids and edges, and the chart {found.chart.name} has none usable"
        )
    return tuple(result)


def _common(groups: list[GridPoints]) -> np.ndarray:
    """Row and column of the points that every plane shows soundly."""
    sets = [set(map(tuple, points.cells[points.sound].tolist())) for points in groups]
    common = sorted(set.intersection(*sets))
    if len(common) < 9:
        raise BadInput(f"only {len(common)} points are seen in every colour, and 9 are needed")
    return np.array(common)


def _of_cells(points: GridPoints, cells: np.ndarray) -> tuple[GridPoints, np.ndarray]:
    """The points, and where those of the given cells are among them."""
    index = {tuple(cell): i for i, cell in enumerate(points.cells.tolist())}
    return points, np.array([index[tuple(cell)] for cell in cells.tolist()])


def measures_of(found: Displacements, size: tuple[int, int], where: str) -> tuple[Measure, ...]:
    """Lateral colour by displacements of points.

    Args:
        found: of one grid or of several; NumPy.
        size: height and width of the picture, px.
        where: of what they belong to.
    """
    result: list[Measure] = []
    count = f"of {len(found.places)} points"
    for colour, moved in (("red", found.red), ("blue", found.blue)):
        key = f"lateral_colour_{colour}"
        radial = np.asarray(radial_part(moved, found.places, size))
        fit = lateral_fit(moved, found.places, size)
        # What the smooth fit leaves holds the sampling's error too, which noise does not tell.
        error = float(np.hypot(np.asarray(found.sigma).mean(), fit.residual))
        smooth = np.asarray(radial_part(fit.at(found.places, size), found.places, size))
        most = int(np.argmax(np.abs(radial)))
        at = float(found.places[most, 0]), float(found.places[most, 1])
        ends = bootstrap.signed(radial[most], _interval(radial, smooth, error, np.max))
        result += _both(f"{key}_max", float(radial[most]), ends, size, (where, at, f"{_OUTWARD}; {count}"))
        mean = float(np.abs(radial).mean())
        ends = _interval(radial, smooth, error, np.mean)
        result += _both(f"{key}_mean", mean, ends, size, (where, None, f"magnitude; {count}"))
        variance = np.asarray(fit.covariance)
        corner = float(fit.magnification + fit.growth), variance[2:, 2:].sum()
        rows = [
            ("corner", *corner),
            ("magnification", float(fit.magnification), variance[2, 2]),
            ("shift_column", float(fit.shift[0]), variance[0, 0]),
            ("shift_row", float(fit.shift[1]), variance[1, 1]),
        ]
        result += [
            Measure(
                f"{key}_{part}",
                value,
                "px",
                _CLAUSE,
                METHOD,
                interval.of_mean(value, float(square) ** 0.5),
                where,
                None,
                f"of the fit, outward from the middle, at the corner; {count}" if i < 2 else count,
            )
            for i, (part, value, square) in enumerate(rows)
        ]
    return tuple(result)


def _interval(
    radial: Float[np.ndarray, " point"],
    smooth: Float[np.ndarray, " point"],
    error: float,
    gathered: Callable[..., Any],
) -> tuple[float, float]:
    """Interval of the mean or the greatest magnitude, whose noise was drawn about the smooth field."""
    noise = error * bootstrap.drawn(np.zeros((len(radial), 1)), np.ones((len(radial), 1, 1)))[..., 0]
    results, nothing = gathered(np.abs(smooth + noise), axis=1), gathered(np.abs(noise), axis=1)
    return bootstrap.lifted(
        float(gathered(np.abs(radial))), results, nothing, float(gathered(np.abs(smooth)))
    )


def _both(
    name: str,
    value: float,
    ends: tuple[float, float],
    size: tuple[int, int],
    place: tuple[str, tuple[float, float] | None, str],
) -> list[Measure]:
    """A displacement in pixels and in % of picture height."""
    percent = 100 / size[0]
    scaled = ends[0] * percent, ends[1] * percent
    return [
        Measure(name, value, "px", _CLAUSE, METHOD, ends, *place),
        Measure(f"{name}_height", value * percent, "% of picture height", _CLAUSE, METHOD, scaled, *place),
    ]


def edge_displacement(
    planes: Planes, start: tuple[float, float], end: tuple[float, float], reach: float
) -> dict[str, tuple[Any, Any]]:
    """How far red and blue lie from green across an edge, and the standard error, px.

    Args:
        planes: of the picture.
        start: ``(column, row)`` of one end, px.
        end: of the other.
        reach: px on either side that are even.

    Returns:
        By "red" and "blue"; positive towards larger columns (or rows, of a level edge).

    Raises:
        BadInput: the edge is too short, or its surroundings leave the picture.
    """
    places = {}
    for name in COLOURS:
        group = [_in_plane(one, start, end, reach) for one in planes[name]]
        xp = namespace(group[0][0])
        variance = sum(error**2 for _, error in group) / len(group) ** 2
        places[name] = sum(offset for offset, _ in group) / len(group), xp.asarray(variance)
    green, noise = places["green"]
    return {name: (places[name][0] - green, (places[name][1] + noise) ** 0.5) for name in ("red", "blue")}


def _in_plane(
    plane: ColourPlane, start: tuple[float, float], end: tuple[float, float], reach: float
) -> tuple[Any, Any]:
    """Offset and error of an edge in one plane, px of the picture."""
    if plane.period[0] != plane.period[1]:
        raise BadInput(f"a mosaic of period {plane.period} cannot be measured by edges; use dots")
    step = plane.period[0]
    ends = [
        ((x - 0.5 - plane.phase[1]) / step + 0.5, (y - 0.5 - plane.phase[0]) / step + 0.5)
        for x, y in (start, end)
    ]
    found = edge_position(plane.samples, ends[0], ends[1], reach / step)
    return found.offset * step, found.sigma * step


def _of_edge(planes: Planes, found: FoundChart, edge: Edge, size: tuple[int, int]) -> list[Measure]:
    places = found.to_picture(np.array([edge.start, edge.end]))
    across = np.array([edge.end[1] - edge.start[1], edge.start[0] - edge.end[0]])
    beside = (np.array(edge.start) + np.array(edge.end)) / 2 + edge.reach * across / np.linalg.norm(across)
    middle = places.mean(axis=0)
    reach = 0.9 * float(np.linalg.norm(found.to_picture(beside[None])[0] - middle))
    # The ends of an edge are where other edges begin.
    inner = middle + 0.8 * (places - middle)
    start, end = ((float(x), float(y)) for x, y in inner)
    upright = abs(end[1] - start[1]) >= abs(end[0] - start[0])
    line = (inner[1] - inner[0]) / np.linalg.norm(inner[1] - inner[0])
    normal = np.array([abs(line[1]), -line[0] * np.sign(line[1])])
    normal = normal if upright else np.array([-line[1] * np.sign(line[0]), abs(line[0])])
    out = middle - np.array([size[1] / 2, size[0] / 2])
    cosine = float(normal @ out / max(np.linalg.norm(out), 1e-9))
    result = []
    for colour, (offset, error) in edge_displacement(planes, start, end, reach).items():
        value, error = float(offset), float(error)
        note = "across the edge, towards larger columns or rows"
        if abs(cosine) >= _ALONG:
            value, error, note = value / cosine, error / abs(cosine), _OUTWARD
        place = (f"edge {edge.name}", (float(middle[0]), float(middle[1])))
        ends = interval.of_mean(value, error)
        name = f"lateral_colour_{colour}_edge"
        result.append(Measure(name, value, "px", _CLAUSE, METHOD, ends, *place, note))
    return result
