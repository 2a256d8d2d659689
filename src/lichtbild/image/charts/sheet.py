"""Sheet: a chart while it is laid out on a landscape A3, 420 x 297 mm; each function adds one thing.

Whatever is added lies within one even area of what is there, so that the parts of a pixel that shapes fill
can be told exactly; it may touch what lies beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from lichtbild.image.chart import Chart, Disc, Edge, Paint, Patch, Point, Polygon, Shape, Target
from lichtbild.image.charts import marks
from lichtbild.image.charts.marks import upright
from lichtbild.image.charts.paints import INK, PAPER_WHITE

SIZE: Final = (297.0, 420.0)
"""Height and width of a landscape A3, mm."""
MIDDLE: Final[Point] = (210.0, 148.5)
PRINTED: Final = (8.0, 8.0, 412.0, 289.0)
"""What may be printed on: no printer reaches the paper's border; on A4 5.6 mm stay white."""
SLANT: Final = math.atan(0.1)
"""5.71 degrees: an edge moves one pixel in ten."""
CORNERS: Final = ((18.5, 18.5), (401.5, 18.5), (401.5, 278.5), (18.5, 278.5))
"""Middles of marks in the paper's corners."""
MARK: Final = 14.0
"""Side of a mark."""
INSET: Final = 0.15
"""Border of a patch that is not measured, of its shorter side."""

Role = Literal["colour", "grey", "black", "white"]
Borders = tuple[float, float, float, float]
"""Left, upper, right and lower, mm."""


@dataclass(frozen=True)
class Sheet:
    """A chart that grows.

    Attributes:
        number: place in the catalogue.
        chart: what is there so far.
    """

    number: int
    chart: Chart

    @staticmethod
    def blank(number: int, name: str, title: str) -> "Sheet":
        """White paper; paint 0 is paper, paint 1 ink."""
        return Sheet(number, Chart(name, title, SIZE, (PAPER_WHITE, INK)))

    def added(self, *shapes: Shape, targets: Sequence[Target] = ()) -> "Sheet":
        """The sheet with shapes in front, and what is to be measured on them."""
        chart = self.chart
        return replace(
            self,
            chart=replace(chart, shapes=(*chart.shapes, *shapes), targets=(*chart.targets, *targets)),
        )

    def mixed(self, paint: Paint) -> "tuple[Sheet, int]":
        """The sheet with one more paint, unless it has it, and that paint's place."""
        paints = self.chart.paints
        if paint in paints:
            return self, paints.index(paint)
        return replace(self, chart=replace(self.chart, paints=(*paints, paint))), len(paints)

    def grounded(self, paint: Paint, borders: Borders = PRINTED) -> "Sheet":
        """The sheet with an even ground."""
        sheet, ground = self.mixed(paint)
        return sheet.added(upright(borders, ground))

    def marked(
        self,
        middles: Sequence[Point | None] = CORNERS,
        *,
        side: float = MARK,
        paints: tuple[int, int] = (0, 1),
    ) -> "Sheet":
        """The sheet with marks at places 0, 1, ... (None passes one over), on quiet borders."""
        found = tuple(
            marks.mark(self.number, place, middle, side) for place, middle in enumerate(middles) if middle
        )
        shapes = [shape for mark in found for shape in marks.drawn(mark, *paints)]
        sheet = self.added(*shapes)
        return replace(sheet, chart=replace(sheet.chart, fiducials=(*self.chart.fiducials, *found)))

    def patched(self, paint: Paint, borders: Borders, name: str, role: Role) -> "Sheet":
        """The sheet with an upright patch, which is measured but for its border."""
        sheet, index = self.mixed(paint)
        return sheet.added(upright(borders, index), targets=(patch(name, borders, index, role),))

    def disc(self, paint: Paint, centre: Point, radius: float, name: str, role: Role) -> "Sheet":
        """The sheet with a round patch, of which the inscribed square is measured but for its border."""
        sheet, index = self.mixed(paint)
        half = radius * math.sqrt(0.5)
        borders = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
        return sheet.added(Disc(centre, radius, index), targets=(patch(name, borders, index, role),))

    def squared(
        self,
        paints: tuple[Paint, Paint],
        centre: Point,
        side: float,
        name: str,
        *,
        turn: float = SLANT,
        reach: float = 10.0,
    ) -> "Sheet":
        """The sheet with a dark square on an even ground, whose four sides are edges to be measured.

        Args:
            paints: the dark one of the square and the bright one that it lies on.
            centre: of the square.
            side: mm.
            name: of the square; its edges add "left", "top", "right" and "bottom".
            turn: anticlockwise as seen, rad, above -pi/4 and below pi/4.
            reach: mm on either side of the edges that are even.
        """
        sheet, dark = self.mixed(paints[0])
        sheet, bright = sheet.mixed(paints[1])
        corners = turned(centre, side, turn)
        edges = []
        for k, word in enumerate(("top", "right", "bottom", "left")):
            start, end = _between(corners[k], corners[(k + 1) % 4])
            edges.append(Edge(f"{name} {word}", start, end, reach, dark, bright))
        return sheet.added(Polygon(corners, dark), targets=tuple(edges))


def patch(name: str, borders: Borders, paint: int, role: Role) -> Patch:
    """The target of an upright area, less its border."""
    left, top, right, bottom = borders
    inset = INSET * min(right - left, bottom - top)
    inside = upright((left + inset, top + inset, right - inset, bottom - inset), paint)
    return Patch(name, inside.corners, paint, role)


def turned(centre: Point, side: float, turn: float) -> tuple[Point, Point, Point, Point]:
    """Corners of a square, clockwise from the upper left, turned anticlockwise as seen on paper."""
    half = side / 2
    cosine, sine = half * math.cos(turn), half * math.sin(turn)
    x, y = centre
    return (
        (x - cosine - sine, y - cosine + sine),
        (x + cosine - sine, y - cosine - sine),
        (x + cosine + sine, y + cosine - sine),
        (x - cosine + sine, y + cosine + sine),
    )


def _between(first: Point, last: Point) -> tuple[Point, Point]:
    """The ends of a side's part that is an eighth away from its corners."""
    across, down = (last[0] - first[0]) / 8, (last[1] - first[1]) / 8
    return (first[0] + across, first[1] + down), (last[0] - across, last[1] - down)


def cells(borders: Borders, rows: int, columns: int, gap: float) -> list[Borders]:
    """Borders of cells with gaps between them that fill an area, row by row from the upper left."""
    left, top, right, bottom = borders
    wide = (right - left - gap * (columns - 1)) / columns
    tall = (bottom - top - gap * (rows - 1)) / rows
    places = [(left + c * (wide + gap), top + r * (tall + gap)) for r in range(rows) for c in range(columns)]
    return [(x, y, x + wide, y + tall) for x, y in places]
