"""Axes: what a plot's axes mean, and how they are drawn around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lichtbild.figure.marks import Arrows, Circle, Dots, Image, Line, Mark, Rule
from lichtbild.figure.palette import Ink
from lichtbild.figure.svg import Element, group, line, path, segments, words
from lichtbild.figure.ticks import Ticks, decade_ticks, round_ticks, rounded_range
from lichtbild.figure.typography import text_width
from lichtbild.figure.view import Scale, View

SMALL = 11.0
"""Size of labels at ticks, pixels."""


@dataclass(frozen=True)
class Axis:
    """One axis.

    Args:
        label: the quantity.
        unit: shown behind the label; empty for a pure number.
        low: the end; None takes the data's, moved out to a round number.
        high: the other end.
        log: positions go by the logarithm.
        ticks: about how many parts labels divide it into.
    """

    label: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    ticks: int = 5


PLAIN = Axis()
"""An axis that takes all from its data."""


@dataclass(frozen=True)
class Axes:
    """Both axes of a plot, and what stands around them.

    Args:
        title: above the plot.
        width: of the whole figure, pixels.
        height: of the whole figure, pixels.
        equal: one unit of x is as long as one of y.
        origin: mark zero on both axes by a stronger line.
    """

    x: Axis = PLAIN
    y: Axis = PLAIN
    title: str = ""
    width: float = 560
    height: float = 360
    equal: bool = False
    origin: bool = False


def scale(axis: Axis, marks: Sequence[Mark], which: str) -> Scale:
    """The range of an axis that shows all marks, or the part of it that it asks for.

    It ends on round numbers, but for a map, which fills its plot.

    Args:
        axis: whose ends are None where the marks decide.
        marks: what is to be shown.
        which: ``x`` or ``y``.
    """
    known = extents(marks, which)
    every = np.concatenate(known) if known else np.empty(0)
    every = every[np.isfinite(every) & ((every > 0) | (not axis.log))]
    if not every.size:
        every = np.array([1.0, 10.0]) if axis.log else np.array([0.0, 1.0])
    low = float(every.min()) if axis.low is None else axis.low
    high = float(every.max()) if axis.high is None else axis.high
    if axis.log:
        # A decade is the least that says it is logarithmic.
        low, high = float(10.0 ** np.floor(np.log10(low))), float(10.0 ** np.ceil(np.log10(high)))
        high = max(high, 10 * low)
    elif not any(isinstance(mark, Image) for mark in marks):
        low, high = rounded_range(low, high, axis.ticks)
    return Scale(low if axis.low is None else axis.low, high if axis.high is None else axis.high, axis.log)


def ticks(axis: Axis, scale: Scale) -> Ticks:
    """Ticks of an axis over its range."""
    low, high = sorted((scale.low, scale.high))
    return decade_ticks(low, high) if scale.log else round_ticks(low, high, axis.ticks)


def extents(marks: Sequence[Mark], axis: str) -> list[np.ndarray]:
    """The numbers of all marks along ``x`` or ``y``, for a range that shows them."""
    found: list[np.ndarray] = []
    for mark in marks:
        match mark:
            case Line() | Dots():
                found.append(np.asarray(mark.x if axis == "x" else mark.y, dtype=float))
            case Circle():
                centre = mark.x if axis == "x" else mark.y
                found.append(np.array([centre - mark.radius, centre + mark.radius]))
            case Arrows():
                start, along = (mark.x, mark.along_x) if axis == "x" else (mark.y, mark.along_y)
                found += [start, start + along]
            case Image():
                ends = (mark.left, mark.right) if axis == "x" else (mark.low, mark.high)
                found.append(np.array(ends))
            case Rule() if mark.axis == axis:
                found.append(np.array([mark.value]))
            case _:
                pass
    return found


def axis_title(axis: Axis, marked: Ticks) -> str:
    """The label with its unit, and the factor by which the ticks' labels are to be multiplied."""
    unit = " ".join(part for part in (marked.factor, axis.unit) if part)
    return f"{axis.label} ({unit})" if unit and axis.label else axis.label or unit


def label_room(marked: Ticks) -> float:
    """Width of the widest label in pixels."""
    return max((text_width(label, SMALL) for label in marked.labels), default=0.0)


def grid(view: View, across: Ticks, down: Ticks, *, origin: bool = False) -> Element:
    """Lines behind the data: faint at minor ticks, stronger at those with labels."""
    fine = _lines(view, across.minor, down.minor)
    bold = _lines(view, across.values, down.values)
    zero = _lines(view, across.values[across.values == 0], down.values[down.values == 0]) if origin else ""
    return group(
        [
            path(fine, stroke=Ink.GRID, stroke_width=0.5, fill="none"),
            path(bold, stroke=Ink.GRID, stroke_width=1, fill="none"),
            *([path(zero, stroke=Ink.RULE, stroke_width=1, fill="none")] if zero else []),
        ]
    )


def _lines(view: View, across: np.ndarray, down: np.ndarray) -> str:
    x, y = view.across(across), view.down(down)
    upright = segments(x, np.zeros_like(x), x, np.full_like(x, view.height))
    return upright + segments(np.zeros_like(y), y, np.full_like(y, view.width), y)


def frame(view: View) -> Element:
    """The rectangle around the data."""
    width, height = view.width, view.height
    outline = f"M0 0H{width:g}V{height:g}H0Z"
    return path(outline, fill="none", stroke=Ink.RULE, stroke_width=1)


def x_labels(view: View, marked: Ticks, title: str) -> Element:
    """Labels under a plot, and the axis's title under them."""
    x = view.across(marked.values)
    rows = [
        words(float(at), view.height + 16, label, text_anchor="middle")
        for at, label in _apart(x, marked.labels)
    ]
    nicks = segments(x, np.full_like(x, view.height), x, np.full_like(x, view.height + 4))
    return group(
        [
            path(nicks, stroke=Ink.RULE, stroke_width=1),
            group(rows, font_size=SMALL, fill=Ink.MUTED),
            words(view.width / 2, view.height + 34, title, text_anchor="middle"),
        ]
    )


def y_labels(view: View, marked: Ticks, title: str) -> Element:
    """Labels to the left of a plot, and the axis's title beside them, turned."""
    y = view.down(marked.values)
    rows = [
        words(-7, float(at) + 4, label, text_anchor="end") for at, label in zip(y, marked.labels, strict=True)
    ]
    nicks = segments(np.full_like(y, -4.0), y, np.zeros_like(y), y)
    left = -label_room(marked) - 18
    turned = f"translate({left:.1f} {view.height / 2:.1f}) rotate(-90)"
    return group(
        [
            path(nicks, stroke=Ink.RULE, stroke_width=1),
            group(rows, font_size=SMALL, fill=Ink.MUTED),
            words(0, 0, title, text_anchor="middle", transform=turned),
        ]
    )


def _apart(places: np.ndarray, labels: tuple[str, ...]) -> list[tuple[float, str]]:
    """Labels that do not touch their neighbours, every second one left out where they would."""
    kept = list(zip(places.tolist(), labels, strict=True))
    while len(kept) > 2 and any(
        abs(b - a) < (text_width(one, SMALL) + text_width(two, SMALL)) / 2 + 6
        for (a, one), (b, two) in pairwise(kept)
    ):
        kept = kept[::2]
    return kept


def line_sample(x: float, y: float, ink: Ink | str, dash: str | None, width: float) -> Element:
    """A short piece of a line, for a legend."""
    return line(x, y, x + 22, y, stroke=ink, stroke_width=width, stroke_dasharray=dash)
