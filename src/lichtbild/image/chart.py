"""Chart: geometry and true values of a test target, mm on paper; scenes render it, the laboratory reads it.

Places are x to the right and y *down* from the chart's upper left corner, mm.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Paint:
    """A colour of a chart.

    Attributes:
        name: as its maker calls it.
        lab: CIELAB in D50, 2 degree observer.
        spectrum: key of its reflectance spectrum in the package's tables; None for a grey, whose reflectance
            is its Y at every wavelength.
    """

    name: str
    lab: tuple[float, float, float]
    spectrum: str | None = None


@dataclass(frozen=True)
class Polygon:
    """An even area with straight sides; corners in order, of one paint."""

    corners: tuple[Point, ...]
    paint: int


@dataclass(frozen=True)
class Disc:
    """An even round area."""

    centre: Point
    radius: float
    paint: int


@dataclass(frozen=True)
class Star:
    """A Siemens star, sinusoidal in reflectance over the angle.

    Attributes:
        centre: of the star.
        radius: outer, mm.
        inner: radius below which it is its mean grey, mm.
        cycles: over the full turn.
        dark: paint of least reflectance.
        bright: paint of greatest reflectance.
    """

    centre: Point
    radius: float
    inner: float
    cycles: int
    dark: int
    bright: int


@dataclass(frozen=True)
class Leaves:
    """Dead leaves: discs that hide one another, radii like r^-3.

    Attributes:
        corner: upper left, mm.
        size: height and width, mm.
        radii: least and greatest, mm.
        reflectances: least and greatest of the discs, drawn evenly.
        seed: of what is drawn by chance.
        coloured: discs in colours of nature instead of greys.
    """

    corner: Point
    size: tuple[float, float]
    radii: tuple[float, float]
    reflectances: tuple[float, float]
    seed: int
    coloured: bool = False


Shape: TypeAlias = Polygon | Disc | Star | Leaves
"""What can be painted; later shapes hide earlier ones."""


@dataclass(frozen=True)
class Patch:
    """An even area to be measured.

    Attributes:
        name: as its maker calls it.
        corners: of the area that is safely inside, in order.
        paint: of the chart's paints.
        role: ``colour``, ``grey`` (a step of a scale), ``black`` (a trap of flare) or ``white`` (its field).
    """

    name: str
    corners: tuple[Point, ...]
    paint: int
    role: Literal["colour", "grey", "black", "white"] = "colour"


@dataclass(frozen=True)
class Edge:
    """A border to be measured.

    Attributes:
        name: of the edge.
        start: one end.
        end: the other end; the dark side lies to the right of the way from start to end, as seen on paper.
        reach: mm on either side that are even.
        dark: paint of the dark side.
        bright: paint of the bright side.
    """

    name: str
    start: Point
    end: Point
    reach: float
    dark: int
    bright: int


@dataclass(frozen=True, eq=False)
class Grid:
    """Points in rows and columns.

    Attributes:
        name: of the grid.
        points: ``[row, column, (x, y)]``.
        kind: ``corners`` of a checkerboard, or ``dots``.
        radius: of dots, mm; 0 for corners.
    """

    name: str
    points: Float[np.ndarray, "row column 2"]
    kind: Literal["corners", "dots"]
    radius: float = 0.0


@dataclass(frozen=True)
class Area:
    """A whole even field, for shading and uniformity."""

    name: str
    corners: tuple[Point, ...]
    paint: int


Target: TypeAlias = Patch | Edge | Star | Leaves | Grid | Area
"""What can be measured."""


@dataclass(frozen=True)
class Fiducial:
    """A mark by which a chart is found: a square of the ArUco family 4X4_1000.

    Attributes:
        number: of the mark; it tells the chart and the corner.
        corner: upper left of its square, mm.
        side: of its square, mm, the quiet white border not counted.
    """

    number: int
    corner: Point
    side: float


@dataclass(frozen=True)
class Chart:
    """A test target.

    Attributes:
        name: in the catalogue.
        title: for people.
        size: height and width of the paper, mm.
        paints: colours in use; the paper is paint 0.
        shapes: painted in order.
        targets: what is measured.
        fiducials: marks; none on charts of other makers.
    """

    name: str
    title: str
    size: tuple[float, float]
    paints: tuple[Paint, ...]
    shapes: tuple[Shape, ...] = ()
    targets: tuple[Target, ...] = ()
    fiducials: tuple[Fiducial, ...] = ()
