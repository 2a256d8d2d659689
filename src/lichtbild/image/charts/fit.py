"""Fit: a chart made larger or smaller as a whole and moved, so that a paper of any size holds it."""

from dataclasses import dataclass, replace
from typing import TypeVar, cast

import numpy as np

from lichtbild.image.chart import Area, Chart, Disc, Edge, Fiducial, Grid, Leaves, Patch, Point, Polygon, Star

Part = TypeVar("Part", bound=Polygon | Disc | Star | Leaves | Patch | Edge | Grid | Area | Fiducial)


@dataclass(frozen=True)
class Fit:
    """Where places of a chart come to lie.

    Attributes:
        scale: larger than it was, above 0.
        moved: right and down after that, mm.
    """

    scale: float
    moved: Point

    def point(self, place: Point) -> Point:
        """Where a place comes to lie."""
        return self.scale * place[0] + self.moved[0], self.scale * place[1] + self.moved[1]

    def part(self, part: Part) -> Part:
        """A shape, a target or a mark in its new place."""
        return cast(Part, self._placed(part))

    def _placed(self, part: Part) -> object:
        k = self.scale
        match part:
            case Polygon() | Patch() | Area():
                return replace(part, corners=tuple(map(self.point, part.corners)))
            case Disc():
                return replace(part, centre=self.point(part.centre), radius=k * part.radius)
            case Star():
                centre = self.point(part.centre)
                return replace(part, centre=centre, radius=k * part.radius, inner=k * part.inner)
            case Leaves():
                size, radii = ((k * first, k * second) for first, second in (part.size, part.radii))
                return replace(part, corner=self.point(part.corner), size=size, radii=radii)
            case Edge():
                start, end = self.point(part.start), self.point(part.end)
                return replace(part, start=start, end=end, reach=k * part.reach)
            case Grid():
                return replace(part, points=k * part.points + np.array(self.moved), radius=k * part.radius)
            case Fiducial():
                return replace(part, corner=self.point(part.corner), side=k * part.side)


def fitted(chart: Chart, size: tuple[float, float]) -> Chart:
    """A chart as large as a paper allows, in its middle.

    Args:
        chart: any.
        size: height and width of the paper, mm.
    """
    if size == chart.size:
        return chart
    scale = min(size[0] / chart.size[0], size[1] / chart.size[1])
    fit = Fit(scale, ((size[1] - scale * chart.size[1]) / 2, (size[0] - scale * chart.size[0]) / 2))
    return replace(
        chart,
        size=size,
        shapes=tuple(map(fit.part, chart.shapes)),
        targets=tuple(map(fit.part, chart.targets)),
        fiducials=tuple(map(fit.part, chart.fiducials)),
    )
