"""Marks: what a plot shows, in the units of its axes.

Each is a noun; `lichtbild.figure.plot` puts marks on axes and `lichtbild.figure.strokes` draws them.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Real

from lichtbild.figure.colour_map import ColourMap
from lichtbild.figure.palette import Ink

Points: TypeAlias = Real[np.ndarray, " n"]
Plane: TypeAlias = Real[np.ndarray, "h w"]


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points; a point that is not finite breaks it.

    Args:
        label: in the legend; an empty one is not there.
        ink: None takes the next series' ink.
        dash: SVG's dash pattern; None is solid.
        dots: mark the points too.
    """

    x: Points
    y: Points
    label: str = ""
    ink: Ink | str | None = None
    dash: str | None = None
    width: float = 1.6
    dots: bool = False


@dataclass(frozen=True, eq=False)
class Dots:
    """Points; ``size`` is their diameter in pixels."""

    x: Points
    y: Points
    label: str = ""
    ink: Ink | str | None = None
    size: float = 3.0
    opacity: float = 1.0


@dataclass(frozen=True)
class Circle:
    """A circle in the units of the axes (an ellipse if these differ)."""

    x: float
    y: float
    radius: float
    label: str = ""
    ink: Ink | str | None = Ink.INK
    dash: str | None = None


@dataclass(frozen=True)
class Rule:
    """A straight line right across, at a value of one axis: a limit, a reference."""

    value: float
    axis: Literal["x", "y"] = "y"
    label: str = ""
    ink: Ink | str | None = Ink.MUTED
    dash: str | None = "4 3"


@dataclass(frozen=True)
class Note:
    """Words at a point, to its right unless ``anchor`` says otherwise."""

    x: float
    y: float
    text: str
    ink: Ink | str = Ink.MUTED
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows from (x, y) by (along_x, along_y), all in the units of the axes."""

    x: Points
    y: Points
    along_x: Points
    along_y: Points
    label: str = ""
    ink: Ink | str | None = None


@dataclass(frozen=True, eq=False)
class Image:
    """A map of values as colours.

    Args:
        values: row 0 is the lowest, as y grows upward; what is not finite stays empty.
        left: x of the left edge, in the units of the axis; so are ``right``, ``low`` and ``high``.
        colours: what a value looks like, and the values at both ends.
        label: of the colour bar, with its unit.
    """

    values: Plane
    left: float
    right: float
    low: float
    high: float
    colours: ColourMap
    label: str = ""


Mark: TypeAlias = Line | Dots | Circle | Rule | Note | Arrows | Image


def mesh(x: Plane, y: Plane, label: str = "", *, ink: Ink | str | None = None, width: float = 1.2) -> Line:
    """A line along every row and every column of a grid of points."""

    def strands(plane: Plane) -> Points:
        rows = np.pad(plane.astype(float), ((0, 0), (0, 1)), constant_values=np.nan)
        columns = np.pad(plane.T.astype(float), ((0, 0), (0, 1)), constant_values=np.nan)
        return np.concatenate([rows.ravel(), columns.ravel()])

    return Line(strands(x), strands(y), label, ink, width=width)
